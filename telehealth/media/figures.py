"""What a worker tells about itself in numbers: how late its loop is, what a packet costs, and all that is counted.

Pure but for reading what it is given. Names are those of /metrics without their prefix. No number belongs to a room, a
page or an address: rooms are added up (`add_room`), and what a room has to tell is its own `figures`.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import fields
from typing import Protocol

from .counts import Counts

OF_ROOMS = (
    "audio_flows",
    "video_flows",
    "video_paused",
    "video_waiting",
    "video_layer_0",
    "video_layer_1",
    "video_layer_2",
    "uplink_loss",
    "downlink_loss",
    "estimate_bits",
    "estimated_pages",
)
"""What rooms add up to, so that it is told as 0 while there is no room."""
WINDOW = 60
"""Seconds that lag and cost look back."""


class Lag:
    """How late things happen that happen by time."""

    def __init__(self, per_second: int) -> None:
        self._late: deque[float] = deque(maxlen=WINDOW * per_second)

    def add(self, seconds: float) -> None:
        self._late.append(seconds)

    def values(self) -> dict[str, float]:
        late = sorted(self._late)
        if not late:
            return {}
        return {f"loop_lag_p{p}_seconds": late[math.ceil(p / 100 * len(late)) - 1] for p in (50, 99)}


class Cost:
    """CPU time of the process per packet forwarded: everything that the worker does, divided by what it is for."""

    def __init__(self) -> None:
        self._spent: deque[tuple[float, int]] = deque(maxlen=WINDOW + 1)

    def add(self, cpu_seconds: float, forwarded: int) -> None:
        """Both since the start, once a second."""
        self._spent.append((cpu_seconds, forwarded))

    def per_packet(self) -> float | None:
        """Seconds, or None while nothing is forwarded."""
        if not self._spent or self._spent[-1][1] == self._spent[0][1]:
            return None
        return (self._spent[-1][0] - self._spent[0][0]) / (self._spent[-1][1] - self._spent[0][1])


class Telling(Protocol):
    """A room, as far as it tells about itself."""

    def figures(self) -> Iterable[tuple[str, float]]: ...


def of_counts(counts: Counts) -> dict[str, float]:
    return {field.name: getattr(counts, field.name) for field in fields(counts)}


def add_room(values: dict[str, float], room: Telling) -> None:
    """Add what a room tells to what others told under the same names."""
    for name, value in room.figures():
        values[name] = values.get(name, 0) + value
