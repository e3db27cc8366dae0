"""One receive slot of one page: what flows in it leaves as one continuous stream under the slot's own SSRC.

On the packet path: no await, no decision about who may see whom (that is `room.py`), nor about what the receiver's
path can carry (`allocation.py` says which layer a slot aims at). A packet that cannot be sent is counted and dropped,
so that one receiver's trouble never reaches the sender or another receiver.
"""

import secrets
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import lipsync, red, rtcp
from .downlink import Downlink
from .history import Stored
from .peer import Peer
from .red import MOST_COPIES, Block
from .rewrite import VideoRewriter
from .rtp import Packet
from .run import Run
from .sdp import Section
from .vp8 import Descriptor

if TYPE_CHECKING:
    from .layer import VideoLayer
    from .uplink import Uplink

RESENDS = 100
"""Packets resent to one slot in a second at most: a page that asks for more must not multiply its own traffic."""
ALL_TEMPORAL = 3


class Slot:
    """An audio slot; `VideoSlot` adds what video needs."""

    kind = "audio"
    clock_rate = 48000

    def __init__(self, section: Section, downlink: Downlink) -> None:
        self.downlink = downlink
        self.mid = section.mid
        self.ssrc = secrets.randbelow(0xFFFFFFFE) + 2
        self.uplink: Uplink | None = None
        self._rewriter = self._new_rewriter()
        self._packets = self._octets = 0
        self._copies = 0
        self._before: deque[Packet] = deque(maxlen=MOST_COPIES)
        self.renegotiate(section)

    @property
    def peer(self) -> Peer:
        return self.downlink.peer

    @property
    def ssrcs(self) -> tuple[int, int]:
        """Of the stream, and of what is sent again."""
        return self.ssrc, 0

    @property
    def paused(self) -> bool:
        """Something should flow, and the path does not carry it."""
        return False

    def renegotiate(self, section: Section) -> None:
        """The same m-line in a later offer: only payload types may have changed."""
        self._payload_type = section.payload_type
        self._red_payload_type = section.red_payload_type

    def attach(self, uplink: "Uplink | None") -> None:
        """Let this source flow, or none. The one that flows already goes on undisturbed."""
        if uplink is not self.uplink:
            self.uplink = uplink
            self.restart()

    def restart(self) -> None:
        """What comes next has numbers of its own."""
        self._rewriter.switch()
        self._before.clear()

    def repeat(self, copies: int) -> None:
        """Send with each packet the last `copies` (0 to 2) again, in RED (RFC 2198), if the page knows it."""
        self._copies = copies if self._red_payload_type else 0

    def send(self, packet: Packet, sequence: int, descriptor: Descriptor, now: float) -> None:
        """Send a packet of the source; `sequence` is the source's number without wrap."""
        if (numbers := self._rewriter.rewrite(sequence, packet.timestamp, now)) is None:
            return
        payload, kind = packet.payload, self._payload_type
        if self._copies:
            payload, kind = self._redundant(packet), self._red_payload_type
        if self.downlink.send(packet.marker | kind, numbers[0], numbers[1], self.ssrc, payload, now):
            self._packets += 1
            self._octets += len(payload)

    def skip(self, sequence: int) -> None:
        """The source's packet `sequence` carries nothing."""
        self._rewriter.skip(sequence)

    def sender_report(self, now: float) -> bytes | None:
        """This slot's report, or None while nothing flows or the source has not reported yet."""
        source = self._source_time(now)
        timestamp = None if source is None or not self._packets else self._rewriter.time_of(source)
        if timestamp is None:
            return None
        return rtcp.sender_report(self.ssrc, lipsync.server_ntp(now), timestamp, self._packets, self._octets)

    def _source_time(self, now: float) -> int | None:
        return None if self.uplink is None else self.uplink.layers[0].timestamp(now)

    def _new_rewriter(self) -> VideoRewriter:
        # Of one class for sound, too: a function that meets two classes by turns is not specialized by the
        # interpreter for either, and `rewrite` took 0.45 µs instead of 0.12.
        numbers = (secrets.randbelow(0x8000), secrets.randbelow(1 << 32))
        return VideoRewriter(self.clock_rate, *numbers, secrets.randbelow(0x4000), secrets.randbelow(0x80))

    def _redundant(self, packet: Packet) -> bytes:
        """The payload with copies of those before."""
        kind = self._payload_type
        copies = [
            Block(packet.timestamp - before.timestamp & 0xFFFFFFFF, kind, before.payload)
            for before in list(self._before)[-self._copies :]
        ]
        self._before.append(packet)
        return red.join(copies, kind, packet.payload)


class VideoSlot(Slot):
    """Begins at a key frame, numbers pictures, leaves temporal layers out, sends again what a receiver missed."""

    kind = "video"
    clock_rate = 90000

    def __init__(self, section: Section, downlink: Downlink) -> None:
        super().__init__(section, downlink)
        self.layer: VideoLayer | None = None
        """Flows now."""
        self.target: VideoLayer | None = None
        """Should flow; None pauses the slot."""
        self.rtx_ssrc = secrets.randbelow(0xFFFFFFFE) + 2
        self._rtx_sequence = secrets.randbelow(0x8000)
        self._temporal = self._temporal_target = self._temporal_aim = ALL_TEMPORAL
        self._resends = 0

    def renegotiate(self, section: Section) -> None:
        super().renegotiate(section)
        self._rtx_payload_type = section.rtx_payload_type

    def attach(self, uplink: "Uplink | None") -> None:
        if uplink is not self.uplink:
            self.target = None
        super().attach(uplink)

    def restart(self) -> None:
        super().restart()
        self.layer = None

    @property
    def ssrcs(self) -> tuple[int, int]:
        return self.ssrc, self.rtx_ssrc

    @property
    def paused(self) -> bool:
        return self.uplink is not None and self.target is None

    @property
    def waiting(self) -> bool:
        """It flows when the next key frame of its target comes."""
        return self.target is not None and self.target is not self.layer

    def aim(self, target: "VideoLayer | None", temporal: int) -> None:
        """Let this encoding flow, up to this temporal layer; None pauses the slot. The caller routes the uplink."""
        self.target, self._temporal_aim = target, temporal
        if target is None:
            self.restart()
        # When less is to flow, less flows at once: the smaller encoding's key frame is a round trip away.
        descends = target is not None and self.layer is not None and target.rank < self.layer.rank
        self._temporal_target = 0 if descends else temporal

    def begin(self, layer: "VideoLayer", now: float) -> None:
        """A key frame of the target begins."""
        if self.peer.protect is None:
            return
        old, shift = self.layer, None
        if old is not None:
            before, after = old.timestamp(now), layer.timestamp(now)
            shift = None if before is None or after is None else before - after
        self._rewriter.switch(shift)
        self.layer = layer
        self._temporal = self._temporal_target = self._temporal_aim

    def send_run(self, packets: Sequence[Stored], run: Run | None, now: float) -> None:
        """Send packets of the source that came together; `run` is the same, if they make one."""
        takes_run = self.downlink.takes_runs and not packets[0][2].key_frame  # those name their member: see `send`
        if run is not None and run.temporal <= self._temporal == self._temporal_target and takes_run:
            offsets = self._rewriter.offsets(run, now)
            if offsets is not None:
                if self.downlink.send_run(run, self._payload_type, self.ssrc, offsets, now):
                    self._packets += len(packets)
                    self._octets += run.octets
                return
        for packet, sequence, descriptor in packets:
            self.send(packet, sequence, descriptor, now)

    def send(self, packet: Packet, sequence: int, descriptor: Descriptor, now: float) -> None:
        if descriptor.begins and self._temporal != self._temporal_target:
            self._change_temporal(descriptor)
        rewriter = self._rewriter
        if descriptor.temporal > self._temporal:
            rewriter.leave_out(sequence, descriptor)
            return
        if (numbers := rewriter.rewrite(sequence, packet.timestamp, now)) is None:
            return
        payload, kind = rewriter.picture(packet.payload, descriptor), packet.marker | self._payload_type
        if self.downlink.send(kind, numbers[0], numbers[1], self.ssrc, payload, now, source=self._named(descriptor)):
            self._packets += 1
            self._octets += len(payload)

    def _named(self, descriptor: Descriptor) -> int:
        """Whom the packet names: each key frame says whose it is, since a page shows no face before one has."""
        return self.uplink.flow.member if descriptor.key_frame and self.uplink is not None else 0

    def resend(self, sequences: tuple[int, ...], now: float) -> None:
        """Send again what the receiver names by this slot's numbers, from the source's history."""
        if self.layer is None:
            return
        for wanted in sequences:
            source = self._rewriter.source_of(wanted)
            stored = None if source is None else self.layer.stored(source)
            if stored is None or self._resends >= RESENDS:
                continue
            packet, sequence, descriptor = stored
            numbers = self._rewriter.rewrite(sequence, packet.timestamp, now)
            if numbers is None:
                continue
            self._resends += 1
            number, timestamp = numbers
            payload = self._rewriter.picture(packet.payload, descriptor)
            whose = self._named(descriptor)
            if not self._rtx_payload_type:
                kind = packet.marker | self._payload_type
                self.downlink.send(kind, number, timestamp, self.ssrc, payload, now, source=whose)
                continue
            self._rtx_sequence += 1
            payload = (number & 0xFFFF).to_bytes(2, "big") + payload  # RFC 4588 section 4
            kind = packet.marker | self._rtx_payload_type
            self.downlink.send(kind, self._rtx_sequence, timestamp, self.rtx_ssrc, payload, now, source=whose)

    def probe(self, size: int, now: float) -> int:
        """Send padding of about `size` bytes at once, on the retransmission stream, where no decoder sees it.

        How many packets that was; 0 when the page has no such stream.
        """
        if not self._rtx_payload_type:
            return 0
        kind, timestamp, packets = self._rtx_payload_type, self._rewriter.timestamp, 0
        while size > 0:
            self._rtx_sequence += 1
            sent = self.downlink.pad(kind, self._rtx_sequence, timestamp, self.rtx_ssrc, now)
            if not sent:
                break
            size -= sent
            packets += 1
        return packets

    def sender_report(self, now: float) -> bytes | None:
        self._resends = 0
        return super().sender_report(now)

    def _source_time(self, now: float) -> int | None:
        return None if self.layer is None else self.layer.timestamp(now)

    def _change_temporal(self, descriptor: Descriptor) -> None:
        """Fewer layers from any frame on; more only from a frame that needs none of what was left out."""
        if self._temporal_target < self._temporal or descriptor.key_frame:
            self._temporal = self._temporal_target
        elif self._temporal < descriptor.temporal <= self._temporal_target and descriptor.sync:
            self._temporal = descriptor.temporal
