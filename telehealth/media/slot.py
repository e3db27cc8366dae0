"""One receive slot of one page: what flows in it leaves as one continuous stream under the slot's own SSRC.

On the packet path: no await, no decision about who may see whom (that is `room.py`). A packet that cannot be sent is
counted and dropped here, so that one receiver's trouble never reaches the sender or another receiver.
"""

import secrets
from typing import TYPE_CHECKING

from . import lipsync, rtcp
from .counts import Counts
from .peer import SEND_ERRORS, Peer
from .rewrite import PictureNumbers, Rewriter
from .rtp import HEADER, Packet
from .vp8 import Descriptor

if TYPE_CHECKING:
    from .uplink import Uplink

RESENDS = 100
"""Packets resent to one slot in a second at most: a page that asks for more must not multiply its own traffic."""


class Slot:
    """An audio slot; `VideoSlot` adds what video needs."""

    kind = "audio"
    clock_rate = 48000

    def __init__(self, peer: Peer, mid: str, payload_type: int, counts: Counts) -> None:
        self.peer = peer
        self.mid = mid
        self.ssrc = secrets.randbelow(0xFFFFFFFE) + 2
        self.payload_type = payload_type
        self.uplink: Uplink | None = None
        self.waiting = False
        """Video: nothing flows before the next key frame."""
        self._counts = counts
        self._rewriter = Rewriter(self.clock_rate, secrets.randbelow(0x8000), secrets.randbelow(1 << 32))
        self._packets = self._octets = 0

    def attach(self, uplink: "Uplink | None") -> None:
        """Let this source flow, or none. The one that flows already goes on undisturbed."""
        if uplink is not self.uplink:
            self.uplink = uplink
            self.restart()

    def restart(self) -> None:
        """What comes next has numbers of its own."""
        self._rewriter.switch()

    def send(self, packet: Packet, sequence: int, descriptor: Descriptor, now: float) -> None:
        """Send a packet of the source; `sequence` is the source's number without wrap."""
        if (numbers := self._rewriter.rewrite(sequence, packet.timestamp, now)) is not None:
            self._transmit(packet, numbers, packet.payload)

    def skip(self, sequence: int) -> None:
        """The source's packet `sequence` carries nothing."""
        self._rewriter.skip(sequence)

    def sender_report(self, now: float) -> bytes | None:
        """This slot's report, or None while nothing flows or the source has not reported yet."""
        if self.uplink is None or not self._packets:
            return None
        source = self.uplink.timestamp(now)
        timestamp = None if source is None else self._rewriter.time_of(source)
        if timestamp is None:
            return None
        return rtcp.sender_report(self.ssrc, lipsync.server_ntp(now), timestamp, self._packets, self._octets)

    def _transmit(self, packet: Packet, numbers: tuple[int, int], payload: bytes) -> None:
        peer = self.peer
        protect, sendto, address = peer.protect, peer.sendto, peer.address
        if protect is None or sendto is None or address is None:
            return
        head = HEADER.pack(0x80, packet.marker | self.payload_type, numbers[0] & 0xFFFF, numbers[1], self.ssrc)
        try:
            sendto(protect(head + payload), address)
        except SEND_ERRORS:
            self._counts.send_failed += 1
            return
        self._counts.forwarded += 1
        self._packets += 1
        self._octets += len(payload)


class VideoSlot(Slot):
    """Starts at a key frame, numbers pictures, and can send again what a receiver missed."""

    kind = "video"
    clock_rate = 90000

    def __init__(self, peer: Peer, mid: str, payload_type: int, counts: Counts) -> None:
        super().__init__(peer, mid, payload_type, counts)
        self._pictures = PictureNumbers(secrets.randbelow(0x4000), secrets.randbelow(0x80))
        self._resends = 0

    def restart(self) -> None:
        super().restart()
        self._pictures.switch()
        self.waiting = self.uplink is not None

    def send(self, packet: Packet, sequence: int, descriptor: Descriptor, now: float) -> None:
        if self.waiting:
            if not descriptor.key_frame or self.peer.protect is None:
                return
            self.waiting = False
        if (numbers := self._rewriter.rewrite(sequence, packet.timestamp, now)) is not None:
            self._transmit(packet, numbers, self._pictures.rewrite(packet.payload, descriptor))

    def skip(self, sequence: int) -> None:
        if not self.waiting:
            super().skip(sequence)

    def resend(self, sequences: tuple[int, ...], now: float) -> None:
        """Send again what the receiver names by this slot's numbers, from the source's history."""
        if self.uplink is None or self.waiting:
            return
        for wanted in sequences:
            source = self._rewriter.source_of(wanted)
            stored = None if source is None else self.uplink.stored(source)
            if source is None or stored is None or self._resends >= RESENDS:
                continue
            self._resends += 1
            self.send(*stored, now)

    def sender_report(self, now: float) -> bytes | None:
        self._resends = 0
        return super().sender_report(now)
