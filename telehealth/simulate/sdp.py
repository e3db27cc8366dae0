"""The SDP that a page would write, and the few lines of the other side's that matter (RFC 8866, 8829, 9143).

Pure. A page's offer has its sources first and then its receive slots (`web/src/core/peer.ts`); `describe` writes any
such list of m-lines, as an offer or as an answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from telehealth.media import rtp

from .transport import Remote, Transport

OPUS, VP8, RTX = 111, 96, 97
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
EXTENSIONS: Mapping[str, int] = {rtp.AUDIO_LEVEL: 1, ABS_SEND_TIME: 2, rtp.TRANSPORT_CC: 3, rtp.MID: 4}
"""The ids that Chromium gives."""


@dataclass(frozen=True, slots=True)
class Line:
    """One m-line."""

    kind: str
    mid: str
    direction: str
    """sendonly or recvonly"""
    ssrc: int = 0
    """Of what is sent."""
    payload_type: int = 0
    """0: as Chromium has it."""
    extensions: Mapping[str, int] = field(default_factory=lambda: EXTENSIONS)


def describe(transport: Transport, lines: Sequence[Line], *, setup: str = "actpass") -> str:
    """An offer (`setup` actpass), or an answer (active)."""
    text = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(line.mid for line in lines)]
    for line in lines:
        audio = line.kind == "audio"
        number = line.payload_type or (OPUS if audio else VP8)
        text += [
            f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {number}" + ("" if audio else f" {RTX}"),
            "c=IN IP4 0.0.0.0",
            f"a=mid:{line.mid}",
            f"a={line.direction}",
            f"a=ice-ufrag:{transport.ufrag}",
            f"a=ice-pwd:{transport.password}",
            f"a=fingerprint:sha-256 {transport.fingerprint}",
            f"a=setup:{setup}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
        ]
        text += [f"a=extmap:{known} {uri}" for uri, known in line.extensions.items() if audio or uri != rtp.AUDIO_LEVEL]
        text += [f"a=rtpmap:{number} " + ("opus/48000/2" if audio else "VP8/90000")]
        feedback = ["transport-cc"] if audio else ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"]
        text += [f"a=rtcp-fb:{number} {kind}" for kind in feedback]
        if not audio:
            text += [f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={number}"]
        if line.ssrc:
            text += [f"a=msid:- {line.mid}", f"a=ssrc:{line.ssrc} cname:page"]
    return "\r\n".join(text) + "\r\n"


def remote(text: str) -> Remote:
    """The other side's address and credentials. Raises ValueError when it names none."""
    host, _, port = _found(r"a=candidate:\S+ 1 udp \d+ (\S+ \d+)", text).partition(" ")
    return Remote(
        _found(r"a=ice-ufrag:(\S+)", text),
        _found(r"a=ice-pwd:(\S+)", text),
        _found(r"a=fingerprint:sha-256 (\S+)", text),
        (host, int(port)),
    )


def sections(text: str) -> list[str]:
    """The text of each m-line's section, without the leading `m=`."""
    return re.split(r"^m=", text, flags=re.MULTILINE)[1:]


def extension(text: str, uri: str) -> int:
    """The id that a section gives to a header extension; 0 if it has none."""
    found = re.search(rf"a=extmap:(\d+)\S* {re.escape(uri)}\s", text)
    return int(found[1]) if found else 0


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.IGNORECASE)
    if match is None:
        raise ValueError(f"there is no {pattern} in the SDP")
    return match[1]
