"""How many bits a second a stream has, for each number of temporal layers that one may take of it.

Pure: `now` in seconds is an argument. The rate follows a rise at once and a fall slowly: what was needed a moment ago
(a moving camera, a new page on a shared screen) will be needed again, and a budget that forgets it is overrun.
"""

OVERHEAD = 28 + 20 + 16
"""Bytes around each payload: IP and UDP, our RTP header with its extension, the SRTP tag."""
LAYERS = 4
"""VP8 has two bits for the temporal layer."""
AT_LEAST = 0.3
"""Seconds of which a first measurement is made."""
FALL = 0.15
"""Share by which a second of less lowers the rate."""


class Meter:
    """One stream."""

    __slots__ = ("_began", "_bytes", "_rates", "measured")

    def __init__(self) -> None:
        self._bytes = [0] * LAYERS
        self._rates = [0.0] * LAYERS
        self._began: float | None = None
        self.measured = False

    def add(self, size: int, temporal: int) -> None:
        self._bytes[temporal] += size + OVERHEAD

    def measure(self, now: float) -> None:
        """Take stock; to be called about once a second."""
        if self._began is None:
            if any(self._bytes):
                self._began = now
                self._bytes = [0] * LAYERS
            return
        elapsed = now - self._began
        if elapsed < AT_LEAST:
            return
        for temporal, size in enumerate(self._bytes):
            rate = size * 8 / elapsed
            before = self._rates[temporal]
            self._rates[temporal] = rate if rate > before else before + (rate - before) * min(1.0, FALL * elapsed)
        self._bytes = [0] * LAYERS
        self._began = now
        self.measured = True

    def rate(self, temporal: int = LAYERS - 1) -> float:
        """Bits a second of the layers up to this one."""
        return sum(self._rates[: temporal + 1])

    @property
    def layers(self) -> int:
        """How many temporal layers there are."""
        return max((temporal + 1 for temporal, rate in enumerate(self._rates) if rate), default=1)
