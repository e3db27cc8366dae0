"""One RTP packet's plain form (RFC 3550, header extensions of RFC 8285): read it, nothing else.

Pure; never raises on any input. The packet is read once when it comes in and the header is written anew for each
recipient, so CSRCs, extensions and padding of the sender never travel on.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

HEADER = struct.Struct("!BBHII")
"""V/P/X/CC, M/PT, sequence, timestamp, SSRC."""

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

NO_LEVEL = -1
NO_SEQUENCE = -1


@dataclass(frozen=True, slots=True)
class ExtensionIds:
    """Which id a page gave to each header extension that we read; 0 is none."""

    mid: int = 0
    rid: int = 0
    repaired_rid: int = 0
    audio_level: int = 0
    transport_cc: int = 0


@dataclass(slots=True)
class Packet:
    ssrc: int
    payload_type: int
    marker: int
    """0 or 0x80, as it stands in the second byte."""
    sequence: int
    timestamp: int
    payload: bytes
    """Without padding; empty for a packet that is padding only."""
    level: int
    """Audio level in -dBov: 0 is loudest, 127 is silence (RFC 6464), or NO_LEVEL."""
    transport_sequence: int


class Names(NamedTuple):
    """How a stream that no offer announced says what it is (RFC 8852); empty where it does not."""

    mid: bytes
    rid: bytes
    """The encoding that this is."""
    repaired_rid: bytes
    """The encoding that this retransmits."""


def parse(data: bytes, ids: ExtensionIds) -> Packet | None:
    """The packet, or None when it is not one."""
    size = len(data)
    if size < 12:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first & 0xC0 != 0x80:
        return None
    offset = 12 + 4 * (first & 0x0F)
    level, transport_sequence = NO_LEVEL, NO_SEQUENCE
    if first & 0x10:
        if size < offset + 4:
            return None
        end = offset + 4 + 4 * (data[offset + 2] << 8 | data[offset + 3])
        if end > size:
            return None
        for element, at, length in _elements(data, offset, end):
            if element == ids.transport_cc:
                if length >= 2:
                    transport_sequence = data[at] << 8 | data[at + 1]
            elif element == ids.audio_level and length:
                level = data[at] & 0x7F
        offset = end
    end = size
    if first & 0x20:
        end -= data[-1]
    if offset > end or (first & 0x20 and end == size):
        return None
    return Packet(ssrc, second & 0x7F, second & 0x80, sequence, timestamp, data[offset:end], level, transport_sequence)


def names(data: bytes, ids: ExtensionIds) -> Names:
    """What a packet (that `parse` took) calls itself. Asked only until its stream is known."""
    found = {ids.mid: b"", ids.rid: b"", ids.repaired_rid: b""}
    offset = 12 + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        end = offset + 4 + 4 * (data[offset + 2] << 8 | data[offset + 3])
        for element, at, length in _elements(data, offset, end):
            if element in found:
                found[element] = data[at : at + length]
    found[0] = b""  # the id of an extension that was not negotiated
    return Names(found[ids.mid], found[ids.rid], found[ids.repaired_rid])


def _elements(data: bytes, offset: int, end: int) -> list[tuple[int, int, int]]:
    """Id, position and length of each element of the extension block from `offset` to `end` (RFC 8285)."""
    found: list[tuple[int, int, int]] = []
    profile = data[offset] << 8 | data[offset + 1]
    at = offset + 4
    two_bytes = profile & 0xFFF0 == 0x1000
    if not two_bytes and profile != 0xBEDE:
        return found
    while at < end:
        head = data[at]
        if head == 0:  # padding between elements
            at += 1
            continue
        if two_bytes:
            if at + 2 > end:
                break
            element, length, at = head, data[at + 1], at + 2
        else:
            element, length, at = head >> 4, (head & 0x0F) + 1, at + 1
            if element == 15:  # section 4.2: stop here
                break
        if at + length > end:
            break
        found.append((element, at, length))
        at += length
    return found


def extended(value: int, near: int) -> int:
    """The 16-bit `value` as a number without wrap, nearest to `near` (the highest so far)."""
    return near + ((value - near + 0x8000 & 0xFFFF) - 0x8000)
