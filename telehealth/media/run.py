"""Packets of one picture that were read together, prepared once for all who receive them.

Pure. What a forwarded packet costs is spent in the kernel for each call and in the interpreter for each step. So what
is the same for every receiver is worked out once, and each of them is sent the whole run in one call of the system
(`Downlink.send_run`). That takes an *even* run: consecutive packets of one picture, with VP8's numbers where browsers
put them, all as long as the first, and only the last may be shorter. What is not even goes packet by packet
(`VideoSlot.send`) and comes to the same.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .history import Stored

LONGEST = 16
"""Packets: a queue on the way that drops a run drops all of it."""


class Part(NamedTuple):
    """What differs between the packets of a run."""

    marker: int
    sequence: int
    start: int
    """The two bytes of the payload before the picture's numbers ..."""
    rest: bytes
    """... and what follows these."""


class Run(NamedTuple):
    """An even one."""

    first: int
    last: int
    """The source's numbers, without wrap."""
    timestamp: int
    picture: int
    tl0: int
    temporal: int
    parts: tuple[Part, ...]
    octets: int
    """Of all payloads."""


def even(packets: Sequence[Stored]) -> Run | None:
    """These packets as a run; None if they are not even."""
    packet, first, descriptor = packets[0]
    picture = (packet.timestamp, descriptor.picture, descriptor.tl0, descriptor.temporal)
    longest = size = len(packet.payload)
    octets = 0
    parts: list[Part] = []
    for expected, (packet, sequence, numbers) in enumerate(packets, first):
        shortened, size = size < longest, len(packet.payload)
        if shortened or size > longest or sequence != expected or not numbers.rest:
            return None
        if picture != (packet.timestamp, numbers.picture, numbers.tl0, numbers.temporal):
            return None
        octets += size
        parts.append(Part(packet.marker, sequence, numbers.start, numbers.rest))
    timestamp, number, tl0, temporal = picture
    return Run(first, sequence, timestamp, number, tl0, temporal, tuple(parts), octets)


def pieces(packets: Sequence[Stored]) -> list[Sequence[Stored]]:
    """The same packets, parted where sizes do not let them be one run.

    Chromium makes the packets of a picture equal but for one byte, which the last ones have more.
    """
    parted: list[Sequence[Stored]] = []
    begin, longest = 0, len(packets[0].packet.payload)
    size = longest
    for at, (packet, _, _) in enumerate(packets):
        shortened, size = size < longest, len(packet.payload)
        if shortened or size > longest:
            parted.append(packets[begin:at])
            begin, longest = at, size
    parted.append(packets[begin:])
    return parted
