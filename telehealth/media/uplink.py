"""One source of one page (microphone, camera or screen), received and handed to the slots where it flows.

On the packet path: no await, no decode, no decision about who may see whom. `room.py` prepares each uplink's tuple of
slots; an uplink without slots is received (its sender needs the feedback) and goes nowhere.
"""

from collections.abc import Callable

from . import rtcp, rtp, vp8
from .feedback import Missing, Reception
from .history import History, Stored
from .keyframes import KeyFrameRequests
from .lipsync import PageClock
from .peer import Peer
from .rtp import Packet
from .sdp import Section
from .slot import Slot, VideoSlot
from .slots import Flow


class Uplink:
    """One source of one page."""

    def __init__(
        self,
        flow: Flow,
        section: Section,
        peer: Peer,
        clock: PageClock,
        heard: Callable[[int, int, float], None],
    ) -> None:
        self.flow = flow
        self.peer = peer
        self.video = section.kind == "video"
        self.clock_rate = VideoSlot.clock_rate if self.video else Slot.clock_rate
        self.slots: tuple[Slot, ...] = ()
        """Where it flows. Empty while the page may not send it or nobody wants it."""
        self.open = False
        """The page is seated and may send this."""
        self.keyframes = KeyFrameRequests()
        self.last_packet = float("-inf")
        self._clock = clock
        self._heard = heard
        self._report: rtcp.SenderReport | None = None
        self._reported = 0.0
        self.rtx_ssrc = section.rtx_ssrc
        self.renegotiate(section)
        self.begin(section.ssrc)

    def renegotiate(self, section: Section) -> None:
        """The same m-line in a later offer: only payload types may have changed."""
        self.mid = section.mid
        self.payload_type = section.payload_type
        self.rtx_payload_type = section.rtx_payload_type

    def begin(self, ssrc: int) -> None:
        """From here on the source carries this SSRC (0: not known yet), with numbers of its own."""
        self.ssrc = ssrc
        self._reception: Reception | None = None
        self._missing: Missing | None = None
        self._history: History | None = None
        self._highest = 0
        for slot in self.slots:
            slot.restart()

    def flowing(self, now: float) -> bool:
        """Packets came in the last second."""
        return now - self.last_packet < 1

    def receive(self, packet: Packet, now: float) -> None:
        """A packet on the primary SSRC, or one rebuilt from a retransmission."""
        if packet.payload_type != self.payload_type:
            return
        reception = self._reception
        if reception is None:
            self._highest = packet.sequence
            reception = self._reception = Reception(self.clock_rate, packet.sequence)
            if self.video:
                self._missing, self._history = Missing(packet.sequence), History()
        sequence = rtp.extended(packet.sequence, self._highest)
        self._highest = max(self._highest, sequence)
        reception.received(sequence, packet.timestamp, now)
        self.last_packet = now
        if self.video:
            self._video(packet, sequence, now)
        elif self.open:
            if packet.level != rtp.NO_LEVEL:
                self._heard(self.flow.member, packet.level, now)
            for slot in self.slots:
                slot.send(packet, sequence, vp8.PLAIN, now)

    def _video(self, packet: Packet, sequence: int, now: float) -> None:
        if (missing := self._missing) is not None:
            missing.received(sequence, now)
            if missing:
                self.ask_missing(now)
        if not packet.payload:  # padding, sent to probe for bandwidth
            for slot in self.slots:
                slot.skip(sequence)
            return
        descriptor = vp8.parse(packet.payload)
        if descriptor.key_frame:
            self.keyframes.arrived()
        if not self.open:
            return
        if self._history is not None:
            self._history.add(Stored(packet, sequence, descriptor))
        for slot in self.slots:
            slot.send(packet, sequence, descriptor, now)

    def retransmitted(self, packet: Packet, now: float) -> None:
        """A packet on the RTX SSRC (RFC 4588 section 4): the original's sequence number, then its payload."""
        if packet.payload_type != self.rtx_payload_type or len(packet.payload) < 2 or self._missing is None:
            return
        sequence = packet.payload[0] << 8 | packet.payload[1]
        if rtp.extended(sequence, self._highest) not in self._missing:
            return  # Chromium fills its bandwidth probes with packets that have long arrived
        packet.sequence, packet.payload, packet.payload_type = sequence, packet.payload[2:], self.payload_type
        self.receive(packet, now)

    def stored(self, sequence: int) -> Stored | None:
        """A packet of the last seconds, by its number without wrap."""
        return None if self._history is None else self._history.get(sequence)

    def ask_missing(self, now: float) -> None:
        """Ask the page for what is missing, and for a key frame where that is past help."""
        if self._missing is None or self._reception is None:
            return
        if sequences := self._missing.due(now):
            self.peer.send_rtcp(rtcp.nack(self.ssrc, [sequence & 0xFFFF for sequence in sequences]))
        if self._missing.overrun:
            self._missing.overrun = False
            if self.slots:
                self.want_key_frame(now)

    def want_key_frame(self, now: float) -> None:
        """A receiver cannot go on without one."""
        if self.keyframes.want(now):
            self.ask_key_frame()

    def ask_key_frame(self) -> None:
        if self.ssrc:
            self.peer.send_rtcp(rtcp.pli(self.ssrc))

    def reported(self, report: rtcp.SenderReport, now: float) -> None:
        """The page's sender report for this stream."""
        self._clock.reported(report.ntp, now)
        self._report, self._reported = report, now

    def timestamp(self, now: float) -> int | None:
        """The source's RTP timestamp at server time `now`."""
        if self._report is None:
            return None
        return self._clock.timestamp(self._report.ntp, self._report.timestamp, self.clock_rate, now)

    def report_block(self, now: float) -> rtcp.ReportBlock | None:
        """What has arrived since the last time it was asked for."""
        if self._reception is None:
            return None
        if self._report is None:
            return self._reception.report(self.ssrc, 0, 0)
        last = self._report.ntp >> 16 & 0xFFFFFFFF
        return self._reception.report(self.ssrc, last, int((now - self._reported) * 65536) & 0xFFFFFFFF)
