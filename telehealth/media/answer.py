"""Our SDP answer: the offer's own m-lines, with what the server takes of each (RFC 8829, 8839, 9143).

Pure. What an offer means is `sdp.py`'s; here is what we say: ICE-lite and passive DTLS at the advertised addresses, one
bundle, the codecs and extensions that the packet path can use, and for each slot the SSRCs under which it will send.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import rtp
from .sdp import Offer, Section

UPLINK_EXTENSIONS = (rtp.MID, rtp.RID, rtp.REPAIRED_RID, rtp.AUDIO_LEVEL, rtp.TRANSPORT_CC)
SLOT_EXTENSIONS = (rtp.TRANSPORT_CC,)
TCP_PRIORITY = 2124414975
"""Below every UDP candidate: RFC 6544 section 4.2, a passive candidate of type host."""
MUSIC_BITS = 128_000
"""Bits a second for music in stereo: RFC 6716 section 2.1.1 names 64 to 128 kb/s."""
VIDEO_FEEDBACK = ("ccm fir", "nack", "nack pli")

_REVERSED = {"sendonly": "recvonly", "recvonly": "sendonly"}


@dataclass(frozen=True, slots=True)
class Local:
    """Our side of the connection."""

    ufrag: str
    password: str
    fingerprint: str
    candidates: Sequence[tuple[str, int]]
    """Advertised address and port, best first; the same for UDP and TCP."""


def answer(offer: Offer, local: Local, slots: Mapping[str, tuple[int, int]]) -> str:
    """The answer; `slots` gives the SSRCs of each slot, and of its retransmissions, by its mid."""
    host, port = local.candidates[0]
    address = f"IN IP{ipaddress.ip_address(host).version} {host}"
    used = [section for section in offer.sections if section.used]
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE " + " ".join(section.mid for section in used),
        "a=msid-semantic: WMS *",
    ]
    if offer.allow_mixed:
        lines.append("a=extmap-allow-mixed")
    for section in offer.sections:
        if not section.used:
            lines += [
                f"m={section.kind} 0 {section.protocol} {section.formats}",
                f"c={address}",
                f"a=mid:{section.mid}",
                "a=inactive",
            ]
            continue
        lines += _media(section, port, address)
        lines += [
            f"a=ice-ufrag:{local.ufrag}",
            f"a=ice-pwd:{local.password}",
            f"a=fingerprint:sha-256 {local.fingerprint}",
            "a=setup:passive",
        ]
        if section is used[0]:
            lines += [
                f"a=candidate:{at} 1 udp {2130706431 - at} {candidate} {number} typ host"
                for at, (candidate, number) in enumerate(local.candidates)
            ]
            lines += [
                f"a=candidate:t{at} 1 tcp {TCP_PRIORITY - at} {candidate} {number} typ host tcptype passive"
                for at, (candidate, number) in enumerate(local.candidates)
            ]
            lines.append("a=end-of-candidates")
        if section.slot:
            ssrc, rtx_ssrc = slots[section.mid]
            lines.append(f"a=msid:slot-{section.mid} slot-{section.mid}")
            if section.rtx_payload_type:
                lines.append(f"a=ssrc-group:FID {ssrc} {rtx_ssrc}")
            lines.append(f"a=ssrc:{ssrc} cname:slot-{section.mid}")
            if section.rtx_payload_type:
                lines.append(f"a=ssrc:{rtx_ssrc} cname:slot-{section.mid}")
    return "\r\n".join(lines) + "\r\n"


def _media(section: Section, port: int, address: str) -> list[str]:
    codec, rtx = section.payload_type, section.rtx_payload_type
    red = section.red_payload_type
    extensions = SLOT_EXTENSIONS if section.slot else UPLINK_EXTENSIONS
    # The first is what the other side sends: sound with copies, which cost little and fill the holes of its way up.
    formats = " ".join(str(number) for number in ((red, codec) if red else (codec, rtx)) if number)
    lines = [
        f"m={section.kind} {port} {section.protocol} {formats}",
        f"c={address}",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=mid:{section.mid}",
        "a=sendonly" if section.slot else "a=recvonly",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    lines += [
        f"a=extmap:{extension.id}{_answered(extension.direction)} {extension.uri}"
        for extension in section.extensions
        if extension.uri in extensions
    ]
    if section.kind == "audio":
        # Silence costs next to nothing (usedtx), and one lost packet is rebuilt from the next (in-band FEC). The end of
        # a bell would count as silence: music goes without.
        how = f"stereo=1;maxaveragebitrate={MUSIC_BITS}" if section.music else "usedtx=1"
        lines += [f"a=rtpmap:{codec} opus/48000/2", f"a=fmtp:{codec} minptime=10;useinbandfec=1;{how}"]
    else:
        lines.append(f"a=rtpmap:{codec} VP8/90000")
        lines += [f"a=rtcp-fb:{codec} {feedback}" for feedback in VIDEO_FEEDBACK if feedback in section.feedback]
    if "transport-cc" in section.feedback:
        lines.append(f"a=rtcp-fb:{codec} transport-cc")
    if rtx:
        lines += [f"a=rtpmap:{rtx} rtx/90000", f"a=fmtp:{rtx} apt={codec}"]
    if red:
        lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {codec}/{codec}"]
    if section.rids:
        lines += [f"a=rid:{rid} recv" for rid in section.rids]
        lines.append("a=simulcast:recv " + ";".join(section.rids))
    return lines


def _answered(direction: str) -> str:
    return f"/{_REVERSED.get(direction, direction)}" if direction else ""
