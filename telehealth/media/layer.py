"""One encoding of a source: a stream with an SSRC of its own, received and handed to the slots where it flows.

On the packet path: no await, no decode, no decision about who may see whom. `room.py` decides who receives a source,
`allocation.py` which of its encodings; a layer without slots is received (its sender needs the feedback) and goes
nowhere. A video slot begins, and changes from one layer to another, at a key frame and never before.
"""

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from . import red, rtcp, rtp, vp8
from .feedback import Missing, Reception
from .history import History, Stored
from .keyframes import KeyFrameRequests
from .meter import Meter
from .rtp import Packet
from .run import LONGEST, even, pieces

if TYPE_CHECKING:
    from .slot import Slot, VideoSlot
    from .uplink import Uplink

FLOWING = 0.7
"""Seconds without a packet after which an encoding has ended: Chromium stops the larger ones without a word."""


REMEMBERED = 16
"""Packets of sound: a copy of one that has been forwarded is not needed again."""


class Layer:
    """The one encoding of a microphone; `VideoLayer` adds what video needs."""

    clock_rate = 48000

    def __init__(self, uplink: "Uplink", rid: str = "") -> None:
        self.uplink = uplink
        self.rid = rid
        self.rtx_ssrc = 0
        self.slots: tuple[Slot, ...] = ()
        """Where it flows."""
        self.meter = Meter()
        self.last_packet = float("-inf")
        self._report: rtcp.SenderReport | None = None
        self._reported = 0.0
        self.begin(0)

    def begin(self, ssrc: int) -> None:
        """From here on the encoding carries this SSRC (0: not known yet), with numbers of its own."""
        self.ssrc = ssrc
        self._report = None
        self._reception: Reception | None = None
        self._highest = 0
        self._unpacked: deque[int] = deque(maxlen=REMEMBERED)
        for slot in self.slots:
            slot.restart()

    def flowing(self, now: float) -> bool:
        """Packets came a moment ago."""
        return now - self.last_packet < FLOWING

    def receive(self, packet: Packet, now: float) -> None:
        """A packet on the primary SSRC, or one rebuilt from a retransmission."""
        uplink = self.uplink
        if packet.payload_type not in (uplink.payload_type, uplink.red_payload_type):
            return
        sequence = self._count(packet, now)
        if packet.payload_type == uplink.red_payload_type:
            self._unpack(packet, sequence, now)
        else:
            self._forward(packet, sequence, now)
        if uplink.open and packet.level != rtp.NO_LEVEL:
            uplink.heard(packet.level, now)

    def retransmitted(self, packet: Packet, now: float) -> None:
        """A packet on the RTX SSRC. Audio has none."""

    def reported(self, report: rtcp.SenderReport, now: float) -> None:
        """The page's sender report for this stream."""
        self.uplink.clock.reported(report.ntp, now)
        self._report, self._reported = report, now

    def timestamp(self, now: float) -> int | None:
        """The stream's RTP timestamp at server time `now`."""
        if self._report is None:
            return None
        return self.uplink.clock.timestamp(self._report.ntp, self._report.timestamp, self.clock_rate, now)

    def report_block(self, now: float) -> rtcp.ReportBlock | None:
        """What has arrived since the last time it was asked for."""
        if self._reception is None:
            return None
        if self._report is None:
            return self._reception.report(self.ssrc, 0, 0)
        last = self._report.ntp >> 16 & 0xFFFFFFFF
        return self._reception.report(self.ssrc, last, int((now - self._reported) * 65536) & 0xFFFFFFFF)

    def _forward(self, packet: Packet, sequence: int, now: float) -> None:
        self.meter.add(len(packet.payload), 0)
        if self.uplink.open:
            for slot in self.slots:
                slot.send(packet, sequence, vp8.PLAIN, now)

    def _unpack(self, packet: Packet, sequence: int, now: float) -> None:
        """A packet with copies of those before it: first what has not come, then its own."""
        kind = self.uplink.payload_type
        blocks = red.split(packet.payload)
        for before, (back, payload_type, payload) in zip(range(len(blocks) - 1, -1, -1), blocks, strict=True):
            number = sequence - before
            if payload_type == kind and payload and number not in self._unpacked:
                self._unpacked.append(number)
                timestamp = packet.timestamp - back & 0xFFFFFFFF
                copy = replace(packet, payload_type=kind, timestamp=timestamp, payload=payload)
                self._forward(copy, number, now)

    def _count(self, packet: Packet, now: float) -> int:
        """Enter the packet in the books; its number without wrap."""
        reception = self._reception
        if reception is None:
            self._highest = packet.sequence
            reception = self._reception = Reception(self.clock_rate, packet.sequence)
        sequence = rtp.extended(packet.sequence, self._highest)
        if sequence > self._highest:
            self._highest = sequence
        reception.received(sequence, packet.timestamp, now)
        self.last_packet = now
        return sequence


class VideoLayer(Layer):
    """One encoding of a camera or screen."""

    clock_rate = 90000
    slots: "tuple[VideoSlot, ...]"

    def __init__(self, uplink: "Uplink", rid: str, rank: int) -> None:
        self.rank = rank
        """0 is the smallest."""
        self.keyframes = KeyFrameRequests()
        self.joining: tuple[VideoSlot, ...] = ()
        """Slots that take this encoding up at its next key frame."""
        super().__init__(uplink, rid)

    def begin(self, ssrc: int) -> None:
        super().begin(ssrc)
        self._gathered: list[Stored] = []
        self._missing: Missing | None = None
        self._history: History | None = None
        self.uplink.route()

    def receive(self, packet: Packet, now: float) -> None:
        if packet.payload_type != self.uplink.payload_type:
            return
        sequence = self._count(packet, now)
        missing, history = self._missing, self._history
        if missing is None or history is None:
            missing = self._missing = Missing(sequence)
            history = self._history = History()
        missing.received(sequence, now)
        if not packet.payload:  # padding, sent to probe for bandwidth
            self.forward()
            for slot in self.slots:
                slot.skip(sequence)
            return
        descriptor = vp8.parse(packet.payload)
        self.meter.add(len(packet.payload), descriptor.temporal)
        if descriptor.key_frame:
            self.keyframes.arrived()
            if self.joining and self.uplink.open:
                self.forward()
                self._take_up(now)
        if not self.uplink.open:
            return
        stored = Stored(packet, sequence, descriptor)
        history.add(stored)
        gathered = self._gathered
        if not gathered:
            gathering.append(self)
        gathered.append(stored)
        if packet.marker or len(gathered) == LONGEST:
            self.forward()

    def forward(self) -> None:
        """Hand on what has gathered."""
        gathered, self._gathered = self._gathered, []
        if not gathered or not self.slots:
            return
        for packets in pieces(gathered) if len(gathered) > 1 else (gathered,):
            run = even(packets) if len(packets) > 1 else None
            for slot in self.slots:
                slot.send_run(packets, run, self.last_packet)

    def retransmitted(self, packet: Packet, now: float) -> None:
        """A packet on the RTX SSRC (RFC 4588 section 4): the original's sequence number, then its payload."""
        uplink = self.uplink
        if packet.payload_type != uplink.rtx_payload_type or len(packet.payload) < 2 or self._missing is None:
            return
        sequence = packet.payload[0] << 8 | packet.payload[1]
        if rtp.extended(sequence, self._highest) not in self._missing:
            return  # Chromium fills its bandwidth probes with packets that have long arrived
        packet.sequence, packet.payload, packet.payload_type = sequence, packet.payload[2:], uplink.payload_type
        self.receive(packet, now)

    def stored(self, sequence: int) -> Stored | None:
        """A packet of the last seconds, by its number without wrap."""
        return None if self._history is None else self._history.get(sequence)

    def ask_missing(self, now: float) -> None:
        """Ask the page for what is missing, and for a key frame where that is past help."""
        if not self._missing:
            return
        if sequences := self._missing.due(now):
            self.uplink.peer.send_rtcp(rtcp.nack(self.ssrc, [sequence & 0xFFFF for sequence in sequences]))
        if self._missing.overrun:
            self._missing.overrun = False
            if self.slots:
                self.want_key_frame(now)

    def want_key_frame(self, now: float) -> None:
        """A receiver cannot go on without one."""
        if self.ssrc and self.keyframes.want(now):
            self.uplink.peer.send_rtcp(rtcp.pli(self.ssrc))

    def _take_up(self, now: float) -> None:
        """A key frame begins: those who waited for it begin here."""
        for slot in self.joining:
            slot.begin(self, now)
        self.uplink.route()


gathering: list[VideoLayer] = []
"""Those with packets that have come and not been handed on: until the end of their picture, or until there is nothing
more to read. One for the process, which reads in one thread."""
