"""The last packets of one video source, to answer a receiver's NACK from.

Pure and bounded: one ring per source serves all its receivers, since a packet is rewritten again for whoever asks.
"""

from .rtp import Packet

SIZE = 512
"""Packets kept: about four seconds of a 640x360 camera. Below the 1024 of the SRTP replay window, beyond which
`protect` refuses to send a number again. A power of two."""


class History:
    """Packets by their source's sequence number (without wrap)."""

    __slots__ = ("_packets", "_sequences")

    def __init__(self) -> None:
        self._sequences = [-1] * SIZE
        self._packets: list[Packet | None] = [None] * SIZE

    def add(self, sequence: int, packet: Packet) -> None:
        at = sequence & SIZE - 1
        self._sequences[at] = sequence
        self._packets[at] = packet

    def get(self, sequence: int) -> Packet | None:
        at = sequence & SIZE - 1
        return self._packets[at] if self._sequences[at] == sequence else None
