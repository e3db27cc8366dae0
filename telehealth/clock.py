"""The server's time: UTC milliseconds that never run backwards.

The wall clock is read once, when the process starts, and carried forward by the monotonic clock: an operator or NTP
stepping the wall clock cannot lengthen, shorten or double anybody's minutes. `floor` (the latest time in the store)
keeps a restart after a backward step from going behind what is already recorded.
"""

import time

from telehealth.core.ids import Millis


class Clock:
    """Counts from max(wall clock, `floor`) at its creation."""

    def __init__(self, floor: Millis = 0) -> None:
        self._start = max(time.time_ns() // 1_000_000, floor)
        self._mono = time.monotonic_ns()

    def now(self) -> Millis:
        """UTC ms; never less than any earlier answer."""
        return self._start + (time.monotonic_ns() - self._mono) // 1_000_000

    def offset(self) -> Millis:
        """How far the wall clock has stepped away since the start (positive: it is ahead), in ms."""
        return time.time_ns() // 1_000_000 - self.now()
