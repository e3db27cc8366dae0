"""All that flows between one page and the server over one transport: its uplinks, its slots, and the RTCP of both.

The `Inbox` of a peer. Streams find their layer by SSRC, announced in the offer or learnt from the names that a new
stream carries (RFC 9143 section 9.2, RFC 8852); RTCP finds its layer or slot by the SSRC that it names. What names
nothing of ours is counted.
"""

from collections.abc import Callable

from . import rtcp, rtp
from .arrivals import Arrivals
from .counts import Counts
from .downlink import Downlink
from .layer import Layer, VideoLayer
from .lipsync import PageClock
from .peer import Peer
from .rtp import ExtensionIds, Packet
from .sdp import Offer, Section
from .slot import Slot, VideoSlot
from .slots import Flow
from .spending import Spending
from .uplink import Uplink

REPORTS_TOGETHER = 40
"""Sender reports in one compound packet (RFC 3550 section 6.1): 1,120 bytes."""
ASK_EVERY = 0.005
"""Seconds between two looks at what is missing: well below the allowance for reordering."""


class Traffic:
    """`heard(member, level, now)` is called for each packet of an open microphone."""

    def __init__(self, member: int, counts: Counts, heard: Callable[[int, int, float], None]) -> None:
        self._member = member
        self._counts = counts
        self._heard = heard
        self._ids = ExtensionIds()
        self._by_ssrc: dict[int, Layer] = {}
        self._by_rtx: dict[int, Layer] = {}
        self._by_mid: dict[bytes, Uplink] = {}
        self._video_layers: list[VideoLayer] = []
        self._ask_at = 0.0
        self._slots_by_ssrc: dict[int, Slot] = {}
        self._arrivals = Arrivals()
        self._clock = PageClock()
        self.downlink = Downlink(counts)
        self.spending = Spending(self.downlink)
        self.uplinks: dict[str, Uplink] = {}
        """By source."""
        self.loss = 0.0
        """Share of what the page sent that did not come in the last second: the mean of its streams."""
        self.slots: list[Slot] = []
        """In the order of the offer's m-lines."""

    def negotiate(self, offer: Offer, peer: Peer) -> None:
        """Take over an offer. What it has in common with the last one goes on undisturbed."""
        peer.voices = offer.voices
        reporting = [section for section in offer.sections if section.slot and "transport-cc" in section.feedback]
        self.downlink.negotiate(peer, _shared(reporting, rtp.TRANSPORT_CC))
        known = {uplink.mid: uplink for uplink in self.uplinks.values()}
        self.uplinks = {}
        for section in (section for section in offer.sections if section.source):
            uplink = known.get(section.mid)
            if uplink is None or uplink.flow.source != section.source or uplink.rids != section.rids:
                flow = Flow(self._member, section.source)
                uplink = Uplink(flow, section, peer, self._clock, self._heard)
            else:
                uplink.renegotiate(section)
            self.uplinks[section.source] = uplink
        slots = {slot.mid: slot for slot in self.slots}
        self.slots = [_slot(section, slots, self.downlink) for section in offer.sections if section.slot]
        self._index(offer)

    def end(self) -> None:
        """The page is gone. Its parts refer to each other in circles, which the garbage collector may find much later:
        the megabyte of packets that is kept to be sent again goes now, and most of the circles with it."""
        for uplink in self.uplinks.values():
            for layer in uplink.layers:
                layer.begin(0)
            uplink.layers = uplink.video_layers = ()
        self.slots, self._video_layers = [], []
        for known in (self.uplinks, self._by_ssrc, self._by_rtx, self._by_mid, self._slots_by_ssrc):
            known.clear()

    def rtp(self, data: bytes, now: float) -> None:
        packet = rtp.parse(data, self._ids)
        if packet is None:
            self._counts.bad_srtp += 1
            return
        self._counts.received += 1
        if packet.transport_sequence != rtp.NO_SEQUENCE:
            self._arrivals.arrived(packet.transport_sequence, packet.ssrc, now)
        layer = self._by_ssrc.get(packet.ssrc)
        if layer is None and packet.ssrc not in self._by_rtx:
            self._learn(packet, data)
            layer = self._by_ssrc.get(packet.ssrc)
        if now >= self._ask_at:  # whichever stream this is of: waiting for the next picture would be too long
            self._ask_missing(now)
        if layer is not None:
            layer.receive(packet, now)
        elif (layer := self._by_rtx.get(packet.ssrc)) is not None:
            layer.retransmitted(packet, now)
        else:
            self._counts.surplus += 1

    def rtcp(self, data: bytes, now: float) -> None:
        for message in rtcp.parse(data):
            match message:
                case rtcp.SenderReport():
                    if layer := self._by_ssrc.get(message.ssrc):
                        layer.reported(message, now)
                case rtcp.PacketsArrived():
                    self.downlink.arrived(message, now)
                case rtcp.KeyFrameWanted():
                    slot = self._slots_by_ssrc.get(message.ssrc)
                    if isinstance(slot, VideoSlot) and slot.target is not None:
                        slot.target.want_key_frame(now)
                case rtcp.PacketsWanted():
                    slot = self._slots_by_ssrc.get(message.ssrc)
                    if isinstance(slot, VideoSlot):
                        slot.resend(message.sequences, now)

    def feedback(self, peer: Peer, now: float) -> None:
        """What cannot wait: arrivals for the page's bandwidth estimate, missing packets, key frames still wanted.

        Nothing for a page that is not connected: somebody whose network blocks us must not cost everybody key frames.
        """
        if peer.state != "connected":
            return
        for packet in self._arrivals.take():
            peer.send_rtcp(packet)
        self._ask_missing(now)
        for slot in self.slots:
            if isinstance(slot, VideoSlot) and slot.waiting and slot.target is not None and slot.target.flowing(now):
                slot.target.want_key_frame(now)
        self.spending.probe(self.slots, now)

    def report(self, peer: Peer, now: float) -> None:
        """Once a second: receiver reports for the uplinks, sender reports for the slots."""
        layers = [layer for uplink in self.uplinks.values() for layer in uplink.layers]
        for layer in layers:
            layer.meter.measure(now)
        blocks = [block for layer in layers if (block := layer.report_block(now)) is not None]
        if blocks:
            peer.send_rtcp(rtcp.receiver_report(blocks))
        self.loss = sum(block.fraction_lost for block in blocks) / 256 / max(1, len(blocks))
        reports = [report for slot in self.slots if (report := slot.sender_report(now)) is not None]
        for at in range(0, len(reports), REPORTS_TOGETHER):
            peer.send_rtcp(b"".join(reports[at : at + REPORTS_TOGETHER]))

    def _ask_missing(self, now: float) -> None:
        self._ask_at = now + ASK_EVERY
        for layer in self._video_layers:
            layer.ask_missing(now)

    def _index(self, offer: Offer) -> None:
        uplinks = self.uplinks.values()
        layers = [layer for uplink in uplinks for layer in uplink.layers]
        self._video_layers = [layer for uplink in uplinks for layer in uplink.video_layers]
        self._by_mid = {uplink.mid.encode(): uplink for uplink in uplinks}
        self._by_ssrc = {layer.ssrc: layer for layer in layers if layer.ssrc}
        self._by_rtx = {layer.rtx_ssrc: layer for layer in layers if layer.rtx_ssrc}
        self._slots_by_ssrc = {slot.ssrc: slot for slot in self.slots}
        sources = [section for section in offer.sections if section.source]
        uris = (rtp.MID, rtp.RID, rtp.REPAIRED_RID, rtp.AUDIO_LEVEL, rtp.TRANSPORT_CC)
        self._ids = ExtensionIds(*(_shared(sources, uri) for uri in uris))

    def _learn(self, packet: Packet, data: bytes) -> None:
        """A stream that the offer did not announce says which m-line and encoding it is, or which one it repeats."""
        mid, rid, repaired_rid = rtp.names(data, self._ids)
        uplink = self._by_mid.get(mid)
        if uplink is None:
            return
        if packet.payload_type in (uplink.payload_type, uplink.red_payload_type):
            layer = uplink.layer(rid.decode("latin-1"))
            if layer is not None:
                self._by_ssrc.pop(layer.ssrc, None)
                layer.begin(packet.ssrc)
                self._by_ssrc[packet.ssrc] = layer
        elif packet.payload_type == uplink.rtx_payload_type:
            layer = uplink.layer(repaired_rid.decode("latin-1"))
            if layer is not None:
                self._by_rtx.pop(layer.rtx_ssrc, None)
                layer.rtx_ssrc = packet.ssrc
                self._by_rtx[packet.ssrc] = layer


def _slot(section: Section, known: dict[str, Slot], downlink: Downlink) -> Slot:
    slot = known.get(section.mid)
    if slot is not None and slot.kind == section.kind:
        slot.renegotiate(section)
        return slot
    return (VideoSlot if section.kind == "video" else Slot)(section, downlink)


def _shared(sections: list[Section], uri: str) -> int:
    """The id of an extension; BUNDLE makes it the same in all sections (RFC 9143 section 9)."""
    return next((number for section in sections if (number := section.extension_id(uri))), 0)
