"""Redundant audio (RFC 2198): a packet that carries copies of those before it, so that a lost one is not missed.

Pure, and only headers are read: a frame stays as closed as its sender made it. Pages send their microphone with one
copy, from which the server fills the holes of the way up for everybody; `slot.py` adds copies on the way down only
where the receiver's path loses packets.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

_COPY = struct.Struct("!I")
MOST_COPIES = 2


class Block(NamedTuple):
    """One frame."""

    back: int
    """How much earlier than the packet's timestamp."""
    payload_type: int
    payload: bytes


def split(payload: bytes) -> list[Block]:
    """The frames of a packet, oldest first, its own last; empty when it is not well formed."""
    heads: list[tuple[int, int, int]] = []
    at = 0
    while at + 4 <= len(payload) and payload[at] & 0x80:
        (head,) = _COPY.unpack_from(payload, at)
        heads.append((head >> 10 & 0x3FFF, head >> 24 & 0x7F, head & 0x3FF))
        at += 4
    if at >= len(payload) or payload[at] & 0x80:
        return []
    own = payload[at] & 0x7F
    at += 1
    blocks = []
    for back, payload_type, size in heads:
        blocks.append(Block(back, payload_type, payload[at : at + size]))
        at += size
    if at > len(payload):
        return []
    return [*blocks, Block(0, own, payload[at:])]


def join(copies: Sequence[Block], payload_type: int, payload: bytes) -> bytes:
    """A packet's payload with those of `copies` that the format can say."""
    said = [copy for copy in copies if 0 < copy.back < 1 << 14 and len(copy.payload) < 1 << 10]
    heads = (_COPY.pack(0x80000000 | copy.payload_type << 24 | copy.back << 10 | len(copy.payload)) for copy in said)
    return b"".join((*heads, bytes((payload_type,)), *(copy.payload for copy in said), payload))
