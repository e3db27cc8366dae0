"""The VP8 payload descriptor (RFC 7741 section 4.2): the few bits that stay readable and that the server needs.

Pure; never raises. End-to-end encryption leaves the descriptor and the first payload byte in the clear, so nothing
here looks further than that.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Descriptor:
    picture_at: int
    """Where the picture id stands in the payload; 0 when there is none."""
    picture: int
    picture_bits: int
    """7 or 15."""
    tl0_at: int
    """Where TL0PICIDX stands; 0 when there is none."""
    tl0: int
    temporal: int
    """Temporal layer: frames of layer 0 need only each other, higher ones may be left out from the top."""
    sync: bool
    """Y: this frame needs layer 0 only, so a receiver that left its layer out may take it up here."""
    begins: bool
    """The first packet of a frame."""
    key_frame: bool
    """The first packet of a key frame."""
    start: int = 0
    """The two bytes before picture id and TL0PICIDX, when these stand where browsers put them ..."""
    rest: bytes = b""
    """... and what follows them. Cut once for all receivers."""


PLAIN = Descriptor(0, 0, 7, 0, 0, 0, False, False, False)


def parse(payload: bytes) -> Descriptor:
    """The descriptor; `PLAIN` when the payload is too short to have one."""
    size = len(payload)
    if size < 2:
        return PLAIN
    first = payload[0]
    at = 1
    picture_at = picture = tl0_at = tl0 = temporal = 0
    picture_bits = 7
    sync = False
    if first & 0x80:  # X
        extension = payload[1]
        at = 2
        if extension & 0x80:  # I
            if size < at + 2:
                return PLAIN
            picture_at, picture = at, payload[at]
            at += 1
            if picture & 0x80:  # M
                picture_bits = 15
                picture = (picture & 0x7F) << 8 | payload[at]
                at += 1
        if extension & 0x40:  # L
            if size < at + 1:
                return PLAIN
            tl0_at, tl0 = at, payload[at]
            at += 1
        if extension & 0x30:  # T or K share one byte
            if extension & 0x20 and size > at:
                temporal, sync = payload[at] >> 6, payload[at] & 0x20 != 0
            at += 1
    # S = 1 and partition 0: the frame begins here; the P bit of its first byte is 0 for a key frame (RFC 6386 9.1).
    begins = first & 0x17 == 0x10 and size > at
    key_frame = begins and payload[at] & 0x01 == 0
    start, rest = 0, b""
    if picture_bits == 15 and tl0_at == 4:
        start, rest = first << 8 | payload[1], payload[5:]
    return Descriptor(picture_at, picture, picture_bits, tl0_at, tl0, temporal, sync, begins, key_frame, start, rest)
