"""What the server tells a sender about its stream: how much arrived (receiver report) and what is missing (NACK).

Pure: `now` in seconds is an argument; sequence numbers are without wrap (`rtp.extended`).
"""

from .rtcp import ReportBlock

REORDER_ALLOWANCE = 0.01
"""Seconds before a hole counts as a loss: packets of one frame overtake each other by a few milliseconds on Wi-Fi."""
ASK_AGAIN = 0.1
"""Seconds between two requests for the same packet; more than most round trips, so that few come twice."""
ASKS = 6
GIVE_UP_GAP = 256
"""A hole larger than this is an outage, which a key frame mends and retransmission would only prolong."""


class Reception:
    """Loss and jitter of one incoming stream, as RFC 3550 appendices A.3 and A.8 count them."""

    __slots__ = (
        "_clock_rate",
        "_expected_before",
        "_first",
        "_jitter",
        "_received",
        "_received_before",
        "_transit",
        "highest",
    )

    def __init__(self, clock_rate: int, sequence: int) -> None:
        self._clock_rate = clock_rate
        self._first = self.highest = sequence
        self._received = self._received_before = self._expected_before = 0
        self._jitter = 0.0
        self._transit: float | None = None

    def received(self, sequence: int, timestamp: int, now: float) -> None:
        self._received += 1
        if sequence > self.highest:
            self.highest = sequence
        transit = now * self._clock_rate - timestamp
        if self._transit is not None:
            away = abs(transit - self._transit)
            if away < 10 * self._clock_rate:  # more is a timestamp that wrapped or jumped, not a delay
                self._jitter += (away - self._jitter) / 16
        self._transit = transit

    def report(self, ssrc: int, last_report: int, delay: int) -> ReportBlock:
        """A report block, and the beginning of the next interval."""
        expected = self.highest - self._first + 1
        lost = expected - self._received
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self._received - self._received_before)
        self._expected_before, self._received_before = expected, self._received
        fraction = min(255, 256 * lost_now // expected_now) if expected_now > 0 and lost_now > 0 else 0
        bounded = max(-0x800000, min(0x7FFFFF, lost))
        return ReportBlock(ssrc, fraction, bounded, self.highest, int(self._jitter), last_report, delay)


class Missing:
    """The holes of one incoming video stream, and when to ask for them."""

    __slots__ = ("_highest", "_holes", "overrun")

    def __init__(self, sequence: int) -> None:
        self._highest = sequence
        self._holes: dict[int, tuple[float, int]] = {}
        """Missing number -> when to ask next, how often asked."""
        self.overrun = False
        """Holes were given up: only a key frame helps. The caller clears it."""

    def __len__(self) -> int:
        return len(self._holes)

    def __contains__(self, sequence: int) -> bool:
        return sequence in self._holes

    def received(self, sequence: int, now: float) -> None:
        gap = sequence - self._highest
        if gap == 1:
            self._highest = sequence
            return
        if gap <= 0:
            self._holes.pop(sequence, None)
            return
        if len(self._holes) + gap > GIVE_UP_GAP:
            self._holes.clear()
            self.overrun = True
        else:
            for hole in range(self._highest + 1, sequence):
                self._holes[hole] = (now + REORDER_ALLOWANCE, 0)
        self._highest = sequence

    def due(self, now: float) -> list[int]:
        """The numbers to ask for now, in order."""
        ask = [hole for hole, (when, _) in self._holes.items() if when <= now]
        for hole in ask:
            asked = self._holes[hole][1] + 1
            if asked > ASKS:
                del self._holes[hole]
                self.overrun = True
            else:
                self._holes[hole] = (now + ASK_AGAIN, asked)
        return sorted(hole for hole in ask if hole in self._holes)
