"""One RTP packet's plain form (RFC 3550, header extensions of RFC 8285): read it, nothing else.

Pure; never raises on any input. The packet is read once when it comes in and the header is written anew for each
recipient, so CSRCs, extensions and padding of the sender never travel on.
"""

import struct
from dataclasses import dataclass

HEADER = struct.Struct("!BBHII")
"""V/P/X/CC, M/PT, sequence, timestamp, SSRC."""
_EXTENSION = struct.Struct("!HH")

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

NO_LEVEL = -1
NO_SEQUENCE = -1


@dataclass(frozen=True, slots=True)
class ExtensionIds:
    """Which id a page gave to each header extension that we read; 0 is none."""

    mid: int = 0
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
    mid: bytes


def parse(data: bytes, ids: ExtensionIds) -> Packet | None:
    """The packet, or None when it is not one."""
    size = len(data)
    if size < 12:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first & 0xC0 != 0x80:
        return None
    offset = 12 + 4 * (first & 0x0F)
    level, transport_sequence, mid = NO_LEVEL, NO_SEQUENCE, b""
    if first & 0x10:
        if size < offset + 4:
            return None
        profile, words = _EXTENSION.unpack_from(data, offset)
        at = offset + 4
        offset = end = at + 4 * words
        if end > size:
            return None
        two_bytes = profile & 0xFFF0 == 0x1000
        if not two_bytes and profile != 0xBEDE:
            at = end
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
                if element == 15:  # RFC 8285 section 4.2: stop here
                    break
            if at + length > end:
                break
            if element == ids.transport_cc:
                if length >= 2:
                    transport_sequence = data[at] << 8 | data[at + 1]
            elif element == ids.audio_level:
                if length >= 1:
                    level = data[at] & 0x7F
            elif element == ids.mid:
                mid = data[at : at + length]
            at += length
    end = size
    if first & 0x20:
        end -= data[-1]
    if offset > end or (first & 0x20 and end == size):
        return None
    return Packet(
        ssrc, second & 0x7F, second & 0x80, sequence, timestamp, data[offset:end], level, transport_sequence, mid
    )


def extended(value: int, near: int) -> int:
    """The 16-bit `value` as a number without wrap, nearest to `near` (the highest so far)."""
    return near + ((value - near + 0x8000 & 0xFFFF) - 0x8000)
