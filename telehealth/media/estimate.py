"""How many bits a second the path to one receiver carries, from the transport-wide feedback of its browser.

Pure: `now` in seconds is an argument. Three observations, in order of trust:
- the queue: packets that take longer than the fastest of the last 10 to 20 seconds stand in a queue, and a queue that
  stays means that more is sent than the path carries. What arrives in the meantime is what it does carry;
- loss beyond what the path always loses. Sending less cures congestion and does not cure a bad radio, so loss that a
  cut has not cured is taken for the path's own and costs nothing from then on;
- a probe: a short train of padding sent at once arrives stretched to the path's rate. Only this finds room again when
  little is sent, and it is made only while more is wanted than is thought to fit.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

START = 600_000.0
LEAST = 40_000.0
MOST = 50_000_000.0

RATE_OVER = 0.6
"""Seconds of arrivals that make the received rate."""
LOSS_OVER = 1.2
LOSS_PACKETS = 20
"""Fewer than these say nothing about loss."""
OWN_LOSS_OVER = 6.0
FLOOR_OVER = 10.0
QUEUE = 0.06
"""Seconds. Wi-Fi and a busy machine delay everything by 10 to 40 ms now and then; no path worth using by more."""
DEEP_QUEUE = 0.2
STANDS = 3
"""Feedbacks for which a queue must stand: a machine that stops for a moment is no narrow path."""
SPARSE = 0.6
"""Share of the estimate below which so little is sent that what arrives does not show what could."""
CUT, DEEP_CUT, LOSS_CUT = 0.85, 0.7, 0.9
CUT_EVERY = 0.3
"""Seconds between two cuts: less, and the rate that the second goes by is still from before the first."""
HEAVY = 0.12
"""Loss from which the rate goes down to what arrives, and not just a little."""
CUTS = 5
"""After so many cuts that have not shortened the queue it is no queue of ours: the way has become longer."""
LOSSY = 0.04
"""Loss above twice the path's own from which less is sent; what is counted over a second swings that much."""
GROWTH = 0.08
"""Per second; an eighth of it close to where the path was full before."""
PROBE_TIME = 0.04
"""Seconds that a probe's train lasts on a path of twice the estimate: longer than Wi-Fi holds packets back to send
them together, short enough not to be heard."""
PROBE_AGAIN, PROBE_RARELY = 0.3, 4.0
PROBE_LOST = 2.0
PROBE_ECHO = 0.6
"""Seconds in which a queue may be the probe's own."""
SETTLED = 2.0
"""Seconds after a cut before anything is tried or believed: longer than the loss of before is counted."""


Sent = tuple[float, int]
"""When a packet was sent, and its size. A plain tuple, since one is made for every packet that leaves."""


class _Feedback(NamedTuple):
    now: float
    arrived: float
    octets: int
    received: int
    lost: int


class _Row(NamedTuple):
    """Cuts one after another for one queue."""

    queue: float
    bits: float
    """Before the first."""
    cuts: int = 0


class Estimate:
    """The path to one receiver."""

    def __init__(self) -> None:
        self.bits = START
        self.loss = 0.0
        """Share of packets lost over the last second."""
        self.own_loss = 0.0
        """What of it a cut has not cured."""
        self.queue = 0.0
        """Seconds."""
        self._recent: deque[_Feedback] = deque()
        self._floors = (float("inf"), float("inf"))
        self._floor_since = float("-inf")
        self._over = 0
        self._row: _Row | None = None
        self._cut_at = float("-inf")
        self._knee = 0.0
        """The rate that arrived when a queue last stood."""
        self._cured: tuple[float, float] | None = None
        """The loss for which the last cut was made, and the rate before: what remains of the loss will tell whether
        it was congestion."""
        self._grown_at: float | None = None
        self._probe: tuple[int, int, float] | None = None
        self._probe_came: list[tuple[float, int]] = []
        self._probe_next = 0.0
        self._probe_wait = PROBE_AGAIN
        self._probed_at = float("-inf")

    def feedback(self, first: int, sent: Sequence[Sent], times: Sequence[float | None], now: float) -> None:
        """What became of the packets from number `first` on: when each came by the receiver's clock, None if lost."""
        octets = received = 0
        transit, last = float("inf"), float("-inf")
        for (at, size), arrived in zip(sent, times, strict=True):
            if arrived is not None:
                received += 1
                octets += size
                if arrived - at < transit:
                    transit = arrived - at
                if arrived > last:
                    last = arrived
        if not received:
            last = self._recent[-1].arrived if self._recent else 0.0
        self._recent.append(_Feedback(now, last, octets, received, len(sent) - received))
        while now - self._recent[0].now > LOSS_OVER:
            self._recent.popleft()
        self._measure_loss(now)
        if self._probe is not None:
            self._learn_from_probe(first, sent, times, now)
        if received:
            self._measure_queue(transit, now)
            self._heed_queue(transit, now)
        self._heed_loss(now)
        self._grow(now)

    @property
    def received(self) -> float:
        """Bits a second that arrive."""
        if not self._recent:
            return 0.0
        last = self._recent[-1].arrived
        within = [one for one in self._recent if last - one.arrived < RATE_OVER]
        elapsed = last - within[0].arrived
        if elapsed < RATE_OVER / 3:
            return sum(one.octets for one in within) * 8 / RATE_OVER
        return (sum(one.octets for one in within) - within[0].octets) * 8 / elapsed

    @property
    def lossy(self) -> float:
        """Loss that copies of sound are worth: the path's own, or a little that comes without a queue."""
        suspected = self._cured is not None and self.queue < QUEUE / 2 and self.loss < HEAVY
        return max(self.own_loss, self.loss) if suspected else self.own_loss

    def calm(self, now: float) -> bool:
        """No queue, and none a moment ago: what is lost now is lost by the path itself."""
        return now - self._cut_at > SETTLED and self.queue < QUEUE / 2

    def probe_size(self, wanted: float, now: float) -> int:
        """Bytes to send at once as a probe now; 0 for none. Whoever sends them says so by `probed`."""
        if wanted <= self.bits or self._probe or not self._recent or now < self._probe_next:
            return 0
        if not self.calm(now):
            return 0
        return round(2 * self.bits * PROBE_TIME / 8)

    def probed(self, first: int, count: int, now: float) -> None:
        """Packets `first` and on, `count` of them, are a probe."""
        self._probe = (first, first + count, now)
        self._probe_came = []
        self._probed_at = now

    def _measure_queue(self, transit: float, now: float) -> None:
        lowest = min(self._floors)
        if abs(transit - lowest) > 10:  # the first, or a clock that jumped
            self._floors, self._floor_since = (transit, transit), now
        elif now - self._floor_since > FLOOR_OVER:
            self._floors, self._floor_since = (transit, self._floors[0]), now
        else:
            self._floors = (min(transit, self._floors[0]), self._floors[1])
        before, self.queue = self.queue, transit - min(self._floors)
        if self.queue < QUEUE:
            self._over = 0
            self._row = None
        elif self.queue > before - 0.01 and now - self._probed_at > PROBE_ECHO:
            self._over += 1

    def _heed_queue(self, transit: float, now: float) -> None:
        if self._over < STANDS or now - self._cut_at < CUT_EVERY:
            return
        if self._row is None:
            self._row = _Row(self.queue, self.bits)
        self._row = row = self._row._replace(cuts=self._row.cuts + 1)
        if row.cuts > CUTS and self.queue > 0.8 * row.queue:
            self._floors, self._floor_since = (transit, transit), now
            self.queue, self.bits = 0.0, row.bits
            self._row, self._over = None, 0
            return
        self._cut(DEEP_CUT if self.queue > DEEP_QUEUE else CUT, now)

    def _measure_loss(self, now: float) -> None:
        lost = sum(one.lost for one in self._recent)
        total = lost + sum(one.received for one in self._recent)
        self.loss = lost / total if total >= LOSS_PACKETS else 0.0
        if self.loss < self.own_loss and len(self._recent) > 1:
            elapsed = min(1.0, now - self._recent[-2].now)
            self.own_loss += (self.loss - self.own_loss) * elapsed / OWN_LOSS_OVER

    def _heed_loss(self, now: float) -> None:
        if self._cured is not None and now - self._cut_at > SETTLED:
            loss, bits = self._cured
            if self.loss > 0.6 * loss and self.calm(now):
                self.own_loss = max(self.own_loss, self.loss)
                self.bits = max(self.bits, bits)  # the cut was for nothing
            self._cured = None
        if self._cured is None and self.loss > LOSSY + 2 * self.own_loss:
            self._cured = self.loss, self.bits
            self._cut(LOSS_CUT, now, little=self.loss < HEAVY)

    def _cut(self, share: float, now: float, *, little: bool = False) -> None:
        """Down to a share of what arrives; where that is little anyway, it proves less, and costs no more than half."""
        self._knee = self.received
        floor = self.bits / 2 if self.received < SPARSE * self.bits else LEAST
        bits = share * (self.bits if little else self.received)
        self.bits = max(LEAST, min(self.bits, max(bits, floor)))
        self._cut_at = now
        self._over = 0

    def _grow(self, now: float) -> None:
        elapsed = 0.0 if self._grown_at is None else min(1.0, now - self._grown_at)
        self._grown_at = now
        calm = now - self._cut_at > CUT_EVERY and self.queue < QUEUE / 2
        if calm and self.bits < 1.5 * self.received + 20_000:
            near = 0.8 * self._knee < self.bits < 1.05 * self._knee
            self.bits = min(MOST, self.bits * (1 + (GROWTH / 8 if near else GROWTH) * elapsed))

    def _learn_from_probe(self, first: int, sent: Sequence[Sent], times: Sequence[float | None], now: float) -> None:
        if self._probe is None:
            return
        begin, end, at = self._probe
        for number, packet, arrived in zip(range(first, end), sent, times, strict=False):
            if number >= begin and arrived is not None:
                self._probe_came.append((arrived, packet[1]))
        if first + len(sent) < end and now - at < PROBE_LOST:
            return
        self._probe = None
        came = self._probe_came
        if len(came) >= 0.7 * (end - begin) and len(came) > 2:
            arrivals = [arrived for arrived, _ in came]
            octets = sum(size for _, size in came) - came[0][1]
            rate = CUT * octets * 8 / max(0.001, max(arrivals) - min(arrivals))
            if rate > 1.1 * self.bits:
                self.bits = min(MOST, 2 * self.bits, rate)
                self._probe_wait = PROBE_AGAIN
                self._probe_next = now + PROBE_AGAIN
                return
        self._probe_wait = min(PROBE_RARELY, 2 * self._probe_wait)
        self._probe_next = now + self._probe_wait
