"""The last packets of one video source, to answer a receiver's NACK from.

Pure and bounded: one ring per source serves all its receivers, since a packet is rewritten again for whoever asks.
"""

from typing import NamedTuple

from .rtp import Packet
from .vp8 import Descriptor

SIZE = 512
"""Packets kept: about four seconds of a 640x360 camera. Below the 1024 of the SRTP replay window, beyond which
`protect` refuses to send a number again. A power of two."""


class Stored(NamedTuple):
    """A packet as a slot takes it."""

    packet: Packet
    sequence: int
    """The source's number, without wrap."""
    descriptor: Descriptor


class History:
    """Packets by their source's sequence number (without wrap)."""

    __slots__ = ("_ring",)

    def __init__(self) -> None:
        self._ring: list[Stored | None] = [None] * SIZE

    def add(self, stored: Stored) -> None:
        self._ring[stored.sequence & SIZE - 1] = stored

    def get(self, sequence: int) -> Stored | None:
        stored = self._ring[sequence & SIZE - 1]
        return stored if stored is not None and stored.sequence == sequence else None
