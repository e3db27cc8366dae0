"""The page's SDP offer, read (RFC 8866, 8829, 9143, 8853); `answer.py` writes the answer.

Pure. Reading never raises: what is not a usable offer becomes a `Refusal` with a code. The page always offers and the
server always answers, in the offer's own m-lines: the first audio section that the page sends is its microphone, the
first video section its camera, the second its screen; each section that the page only receives is a slot.
Answered are Opus and VP8 with their protection against loss: copies in RED for Opus, retransmission for VP8.
A camera may send up to three simulcast encodings; their rids stand in the offer from the smallest to the largest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

MAX_SIZE = 256 * 1024
MAX_SECTIONS = 64
SOURCES = {"audio": ("microphone",), "video": ("camera", "screen")}
MOST_RIDS = 3
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
_RID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_ICE = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}")
_DIRECTIONS = {"sendonly", "recvonly", "sendrecv", "inactive"}


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    """malformed | no_media"""


@dataclass(frozen=True, slots=True)
class Extension:
    id: int
    uri: str
    direction: str
    """As offered behind the id (`9/sendonly`, as Firefox does); empty when it was not."""


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line."""

    kind: str
    protocol: str
    mid: str
    formats: str
    """The format list as offered, for declining the section."""
    source: str
    """microphone | camera | screen for an uplink, empty otherwise."""
    slot: bool
    payload_type: int
    """Of Opus or VP8."""
    rtx_payload_type: int
    """Of VP8's retransmission; 0 when it is not offered."""
    red_payload_type: int
    """Of Opus with a copy of what came before (RFC 2198); 0 when it is not offered."""
    music: bool
    """The page is about to send stereo (`sprop-stereo=1`, RFC 7587 section 7.1): music, and no voice alone."""
    rids: tuple[str, ...]
    """Of the simulcast encodings, smallest first; empty for one encoding without a name."""
    ssrc: int
    """Announced by a=ssrc; 0 when the MID extension will tell."""
    rtx_ssrc: int
    extensions: tuple[Extension, ...]
    feedback: frozenset[str]

    @property
    def used(self) -> bool:
        return bool(self.source) or self.slot

    def extension_id(self, uri: str) -> int:
        return next((extension.id for extension in self.extensions if extension.uri == uri), 0)


@dataclass(frozen=True, slots=True)
class Offer:
    ufrag: str
    fingerprint: str
    """SHA-256, upper case."""
    allow_mixed: bool
    sections: tuple[Section, ...]

    @property
    def voices(self) -> frozenset[int]:
        """All payload types of audio; BUNDLE gives none of them to video."""
        return frozenset(
            int(number)
            for section in self.sections
            if section.used and section.kind == "audio"
            for number in section.formats.split()
            if number.isdigit()
        )


@dataclass(slots=True)
class _Lines:
    """The attributes of one section as they stand, or of the session for the part before the first m-line."""

    head: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def has(self, name: str) -> bool:
        return any(attribute == name for attribute, _ in self.attributes)


def parse(text: str) -> Offer | Refusal:
    """The offer, or why it cannot be answered."""
    if len(text) > MAX_SIZE or not text.startswith("v=0") or not text.isascii():
        return Refusal("malformed")
    groups = _grouped(text)
    if groups is None:
        return Refusal("malformed")
    session, *media = groups
    if not media:
        return Refusal("no_media")
    bundled = {mid for group in session.all("group") if group.startswith("BUNDLE ") for mid in group.split()[1:]}
    remaining = {kind: list(sources) for kind, sources in SOURCES.items()}
    sections = []
    for lines in media:
        section = _section(lines, bundled, remaining)
        if section is None:
            return Refusal("malformed")
        sections.append(section)
    if len({section.mid for section in sections}) != len(sections):
        return Refusal("malformed")
    if not any(section.used for section in sections):
        return Refusal("no_media")
    tagged = media[next(at for at, section in enumerate(sections) if section.used)]
    ufrag = tagged.first("ice-ufrag") or session.first("ice-ufrag")
    setup = tagged.first("setup") or session.first("setup")
    fingerprint = _sha256([*tagged.all("fingerprint"), *session.all("fingerprint")])
    if not _ICE.fullmatch(ufrag) or setup not in ("actpass", "active") or not fingerprint:
        return Refusal("malformed")
    allow_mixed = session.has("extmap-allow-mixed") or tagged.has("extmap-allow-mixed")
    return Offer(ufrag, fingerprint, allow_mixed, tuple(sections))


def _grouped(text: str) -> list[_Lines] | None:
    groups = [_Lines()]
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        if not line:
            continue
        if len(line) < 2 or line[1] != "=" or not line.isprintable():
            return None
        if line[0] == "m":
            groups.append(_Lines(line[2:].split()))
            if len(groups) > MAX_SECTIONS + 1:
                return None
        elif line[0] == "a":
            name, _, value = line[2:].partition(":")
            groups[-1].attributes.append((name, value.strip()))
    return groups


def _section(lines: _Lines, bundled: set[str], remaining: dict[str, list[str]]) -> Section | None:
    """One section; `remaining` holds the uplink names not given yet and is used up in order."""
    mid = lines.first("mid")
    if len(lines.head) < 4 or not all(map(_TOKEN.fullmatch, [lines.head[0], *lines.head[3:], mid])):
        return None
    kind, port, protocol, *formats = lines.head
    if not re.fullmatch(r"[A-Z/]{3,32}", protocol) or not port.isdigit():
        return None
    direction = next((name for name, _ in lines.attributes if name in _DIRECTIONS), "sendrecv")
    codecs = _codecs(lines, formats)
    name = {"audio": "opus/48000/2", "video": "vp8/90000"}.get(kind, "")
    codec = next((number for number, offered in codecs.items() if offered == name), 0)
    rtx = next((number for number, offered in codecs.items() if codec and offered == f"rtx apt={codec}"), 0)
    usable = (
        codec > 0
        and protocol == "UDP/TLS/RTP/SAVPF"
        and mid in bundled
        and (port != "0" or lines.has("bundle-only"))
        and lines.has("rtcp-mux")
    )
    red = next((number for number, offered in codecs.items() if offered == f"red {codec}/{codec}"), 0)
    source = ""
    if usable and direction in ("sendonly", "sendrecv") and remaining[kind]:
        source = remaining[kind].pop(0)
    extensions = _extensions(lines)
    rids = _rids(lines) if kind == "video" and source else ()
    ssrc, rtx_ssrc = (0, 0) if rids else _ssrcs(lines)
    if extensions is None:
        return None
    return Section(
        kind=kind,
        protocol=protocol,
        mid=mid,
        formats=" ".join(formats),
        source=source,
        slot=usable and direction == "recvonly",
        payload_type=codec,
        rtx_payload_type=rtx,
        red_payload_type=red,
        music=bool(source) and "sprop-stereo=1" in _parameters(lines, codec),
        rids=rids,
        ssrc=ssrc,
        rtx_ssrc=rtx_ssrc,
        extensions=extensions,
        feedback=frozenset(
            value
            for entry in lines.all("rtcp-fb")
            for number, _, value in [entry.partition(" ")]
            if number in ("*", str(codec))
        ),
    )


def _codecs(lines: _Lines, formats: Sequence[str]) -> dict[int, str]:
    """Payload type -> `name/rate[/channels]` in lower case; what wraps another becomes `rtx apt=N`, `red N/N`."""
    parameters = {number: value for number, _, value in (entry.partition(" ") for entry in lines.all("fmtp"))}
    codecs = {}
    for entry in lines.all("rtpmap"):
        number, _, name = entry.partition(" ")
        if number in formats and number.isdigit() and len(number) <= 3 and 0 < int(number) < 128:
            if (wrapper := name.lower().partition("/")[0]) in ("rtx", "red"):
                name = f"{wrapper} {parameters.get(number, '')}"
            codecs[int(number)] = name.lower()
    return codecs


def _parameters(lines: _Lines, payload_type: int) -> list[str]:
    """What a=fmtp says of one payload type."""
    said = (entry.partition(" ") for entry in lines.all("fmtp"))
    return next(
        (value.replace(" ", "").lower().split(";") for number, _, value in said if number == str(payload_type)), []
    )


def _extensions(lines: _Lines) -> tuple[Extension, ...] | None:
    extensions = []
    for entry in lines.all("extmap"):
        match = re.fullmatch(r"(\d{1,3})(?:/(\w+))? (\S+)(?: .*)?", entry)
        if match is None or not 1 <= int(match[1]) <= 255:
            return None
        extensions.append(Extension(int(match[1]), match[3], match[2] or ""))
    return tuple(extensions)


def _rids(lines: _Lines) -> tuple[str, ...]:
    """The encodings that the page would send (RFC 8853): of alternatives the first; paused ones may begin any time."""
    sending = re.fullmatch(r"(?:.* )?send (\S+)(?: .*)?", lines.first("simulcast"))
    named = {entry.partition(" ")[0] for entry in lines.all("rid")}
    rids = [stream.partition(",")[0].removeprefix("~") for stream in sending[1].split(";")] if sending else []
    usable = all(_RID.fullmatch(rid) and rid in named for rid in rids) and len(set(rids)) == len(rids)
    return tuple(rids) if usable and len(rids) <= MOST_RIDS else ()


def _ssrcs(lines: _Lines) -> tuple[int, int]:
    """The SSRC of the stream and of its retransmission; 0 where not announced, or where simulcast announces several."""
    if any(group.startswith("SIM ") for group in lines.all("ssrc-group")):
        return 0, 0
    numbers = list(dict.fromkeys(n for n in (entry.partition(" ")[0] for entry in lines.all("ssrc")) if _ssrc(n)))
    for group in lines.all("ssrc-group"):
        semantics, *members = group.split() or [""]
        if semantics == "FID" and len(members) == 2 and all(member in numbers for member in members):
            return (int(members[0]), int(members[1]))
    return (int(numbers[0]), 0) if numbers else (0, 0)


def _ssrc(text: str) -> bool:
    return len(text) <= 10 and text.isdigit() and 0 < int(text) < 1 << 32


def _sha256(fingerprints: Sequence[str]) -> str:
    for entry in fingerprints:
        algorithm, _, value = entry.partition(" ")
        if algorithm.lower() == "sha-256" and _FINGERPRINT.fullmatch(value):
            return value.upper()
    return ""
