"""All that flows between one page and the server over one transport: its uplinks, its slots, and the RTCP of both.

The `Inbox` of a peer. Streams find their uplink by SSRC, announced in the offer or learnt from the MID extension
(RFC 9143 section 9.2); RTCP finds its uplink or slot by the SSRC that it names. What names nothing of ours is counted.
"""

from collections.abc import Callable

from . import rtcp, rtp
from .arrivals import Arrivals
from .counts import Counts
from .lipsync import PageClock
from .peer import Peer
from .rtp import ExtensionIds, Packet
from .sdp import Offer, Section
from .slot import Slot, VideoSlot
from .slots import Flow
from .uplink import Uplink


class Traffic:
    """`heard(member, level, now)` is called for each packet of an open microphone."""

    def __init__(self, member: int, counts: Counts, heard: Callable[[int, int, float], None]) -> None:
        self._member = member
        self._counts = counts
        self._heard = heard
        self._ids = ExtensionIds()
        self._by_ssrc: dict[int, Uplink] = {}
        self._by_rtx: dict[int, Uplink] = {}
        self._by_mid: dict[bytes, Uplink] = {}
        self._slots_by_ssrc: dict[int, Slot] = {}
        self._arrivals = Arrivals()
        self._clock = PageClock()
        self.uplinks: dict[str, Uplink] = {}
        """By source."""
        self.slots: list[Slot] = []
        """In the order of the offer's m-lines."""

    def negotiate(self, offer: Offer, peer: Peer) -> None:
        """Take over an offer. What it has in common with the last one goes on undisturbed."""
        peer.voices = offer.voices
        known = {uplink.mid: uplink for uplink in self.uplinks.values()}
        self.uplinks = {}
        for section in (section for section in offer.sections if section.source):
            uplink = known.get(section.mid)
            if uplink is None or uplink.flow.source != section.source:
                flow = Flow(self._member, section.source)
                uplink = Uplink(flow, section, peer, self._clock, self._heard)
            else:
                uplink.renegotiate(section)
            self.uplinks[section.source] = uplink
        slots = {slot.mid: slot for slot in self.slots}
        self.slots = [_slot(section, slots, peer, self._counts) for section in offer.sections if section.slot]
        self._index(offer)

    def rtp(self, data: bytes, now: float) -> None:
        packet = rtp.parse(data, self._ids)
        if packet is None:
            self._counts.bad_srtp += 1
            return
        self._counts.received += 1
        if packet.transport_sequence != rtp.NO_SEQUENCE:
            self._arrivals.arrived(packet.transport_sequence, packet.ssrc, now)
        uplink = self._by_ssrc.get(packet.ssrc)
        if uplink is None and packet.mid and packet.ssrc not in self._by_rtx:
            self._learn(packet)
            uplink = self._by_ssrc.get(packet.ssrc)
        if uplink is not None:
            uplink.receive(packet, now)
        elif (uplink := self._by_rtx.get(packet.ssrc)) is not None:
            uplink.retransmitted(packet, now)
        else:
            self._counts.surplus += 1

    def rtcp(self, data: bytes, now: float) -> None:
        for message in rtcp.parse(data):
            match message:
                case rtcp.SenderReport():
                    if uplink := self._by_ssrc.get(message.ssrc):
                        uplink.reported(message, now)
                case rtcp.KeyFrameWanted():
                    slot = self._slots_by_ssrc.get(message.ssrc)
                    if slot is not None and slot.uplink is not None:
                        slot.uplink.want_key_frame(now)
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
        for uplink in self.uplinks.values():
            uplink.ask_missing(now)
        for slot in self.slots:
            if slot.waiting and slot.uplink is not None and slot.uplink.flowing(now):
                slot.uplink.want_key_frame(now)

    def report(self, peer: Peer, now: float) -> None:
        """Once a second: receiver reports for the uplinks, sender reports for the slots."""
        blocks = [block for uplink in self.uplinks.values() if (block := uplink.report_block(now)) is not None]
        if blocks:
            peer.send_rtcp(rtcp.receiver_report(blocks))
        for slot in self.slots:
            if (report := slot.sender_report(now)) is not None:
                peer.send_rtcp(report)

    def _index(self, offer: Offer) -> None:
        uplinks = self.uplinks.values()
        self._by_mid = {uplink.mid.encode(): uplink for uplink in uplinks}
        self._by_ssrc = {uplink.ssrc: uplink for uplink in uplinks if uplink.ssrc}
        self._by_rtx = {uplink.rtx_ssrc: uplink for uplink in uplinks if uplink.rtx_ssrc}
        self._slots_by_ssrc = {slot.ssrc: slot for slot in self.slots}
        sources = [section for section in offer.sections if section.source]
        self._ids = ExtensionIds(*(_shared(sources, uri) for uri in (rtp.MID, rtp.AUDIO_LEVEL, rtp.TRANSPORT_CC)))

    def _learn(self, packet: Packet) -> None:
        """A stream that the offer did not announce names its m-line."""
        uplink = self._by_mid.get(packet.mid)
        if uplink is None:
            return
        if packet.payload_type == uplink.payload_type:
            self._by_ssrc.pop(uplink.ssrc, None)
            uplink.begin(packet.ssrc)
            self._by_ssrc[packet.ssrc] = uplink
        elif packet.payload_type == uplink.rtx_payload_type:
            self._by_rtx.pop(uplink.rtx_ssrc, None)
            uplink.rtx_ssrc = packet.ssrc
            self._by_rtx[packet.ssrc] = uplink


def _slot(section: Section, known: dict[str, Slot], peer: Peer, counts: Counts) -> Slot:
    slot = known.get(section.mid)
    if slot is not None and slot.kind == section.kind:
        slot.payload_type = section.payload_type
        return slot
    return (VideoSlot if section.kind == "video" else Slot)(peer, section.mid, section.payload_type, counts)


def _shared(sections: list[Section], uri: str) -> int:
    """The id of an extension; BUNDLE makes it the same in all sections (RFC 9143 section 9)."""
    return next((number for section in sections if (number := section.extension_id(uri))), 0)
