"""One time line for everything a page sends: its sender reports, mapped to the server's clock.

Pure: `now` is the server's monotonic time in seconds. A page's audio and video reports share the page's clock; when
both are mapped by the same offset, the reports that go with the slots keep them together although each slot has
numbers of its own. The offset follows the fastest report (the one that queued least), creeping so that a page whose
clock drifts by 100 ppm is still followed after three hours.
"""

CREEP = 0.001
"""Seconds per second by which the offset may grow."""
NTP_BASE = 3_900_000_000
"""Where the server's NTP time line begins: any constant would do, this one is a plausible date (2023)."""


class PageClock:
    """The offset of one page's clock."""

    __slots__ = ("_at", "_offset")

    def __init__(self) -> None:
        self._offset: float | None = None
        self._at = 0.0

    def reported(self, ntp: int, now: float) -> None:
        """A sender report with this 64-bit NTP time came in."""
        offset = now - seconds(ntp)
        if self._offset is not None and abs(offset - self._offset) < 10:
            offset = min(offset, self._offset + CREEP * (now - self._at))
        self._offset, self._at = offset, now

    def timestamp(self, ntp: int, timestamp: int, clock_rate: int, now: float) -> int | None:
        """The RTP timestamp at server time `now` of a stream whose last report was (`ntp`, `timestamp`)."""
        if self._offset is None:
            return None
        elapsed = now - self._offset - seconds(ntp)
        return round(timestamp + elapsed * clock_rate)


def seconds(ntp: int) -> float:
    return ntp / (1 << 32)


def server_ntp(now: float) -> int:
    """64-bit NTP time of the server's monotonic time."""
    return int((NTP_BASE + now) * (1 << 32))
