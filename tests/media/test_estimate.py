"""The bandwidth estimate against a made-up path: it finds the path's rate, from above and from below, and again."""

import random
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest

from telehealth.media.estimate import START, Estimate, Sent

PACKET = 1000
RTT = 0.05
CLOCKS_APART = 1234.5


class Flying(NamedTuple):
    """A packet on its way, and when it comes or came."""

    sent: Sent
    arrived: float | None


@dataclass
class Path:
    """A queue before a rate, seen by a sender that sends what it is asked to and hears back every 100 ms."""

    rate: float
    queue: float = 0.3
    loss: float = 0.0
    wanted: float = 3e6
    share: float = 1.0
    """Of the estimate that is sent."""
    jitter: float = 0.005
    now: float = 100.0
    estimate: Estimate = field(default_factory=Estimate)
    chance: random.Random = field(default_factory=lambda: random.Random(3))
    sent: int = 0
    reported: int = 0
    lost: list[int] = field(default_factory=list)
    _busy: float = 0.0
    _flying: list[Flying] = field(default_factory=list)

    def send(self, size: int) -> None:
        start = max(self.now, self._busy)
        arrived: float | None = None
        if start - self.now <= self.queue:
            self._busy = start + size * 8 / self.rate
            if self.chance.random() >= self.loss:
                arrived = self._busy + RTT / 2 + self.chance.random() * self.jitter + CLOCKS_APART
        if arrived is None:
            self.lost.append(self.sent)
        self._flying.append(Flying((self.now, size), arrived))
        self.sent += 1

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            bits = min(self.wanted, self.estimate.bits) * self.share
            for _ in range(5):
                owed = bits * 0.02 / 8
                while owed > 0:
                    self.send(min(PACKET, max(120, int(owed))))
                    owed -= PACKET
                self.now += 0.02
            back = self.now - RTT / 2 + CLOCKS_APART
            ready = 0
            while ready < len(self._flying) and (self._flying[ready].arrived or 0.0) <= back:
                ready += 1
            results, self._flying = self._flying[:ready], self._flying[ready:]
            if results:
                sent, times = zip(*results, strict=True)
                self.estimate.feedback(self.reported, sent, times, self.now)
                self.reported += len(results)
            if size := self.estimate.probe_size(self.wanted, self.now):
                first, packets = self.sent, 0
                while size > 0:
                    self.send(275)
                    size -= 275
                    packets += 1
                self.estimate.probed(first, packets, self.now)

    def loss_over(self, seconds: float) -> float:
        before = self.sent
        self.lost.clear()
        self.run(seconds)
        return len(self.lost) / (self.sent - before)


def test_a_wide_path_is_found_within_seconds() -> None:
    """From the start rate to all that is wanted in two seconds, by probes, without losing a packet."""
    path = Path(rate=20e6)
    path.run(2.0)
    assert path.estimate.bits >= path.wanted
    assert not path.lost


@pytest.mark.parametrize("rate", [150e3, 250e3, 500e3, 1e6, 2.5e6])
def test_a_narrow_path_is_filled_and_not_overrun(rate: float) -> None:
    """After ten seconds at least half of the path is used and, over twenty more, less than one packet in a hundred
    is lost to the queue's end."""
    path = Path(rate=rate)
    path.run(10.0)
    assert path.loss_over(20.0) < 0.01
    assert 0.5 * rate < path.estimate.bits < 1.2 * rate


def test_a_path_that_narrows_is_followed_down_at_once_and_up_again_in_seconds() -> None:
    """2.5 Mbit/s, then 250 kbit/s: below that in two seconds. Wide again: all that is wanted within eight."""
    path = Path(rate=5e6, wanted=2.5e6)
    path.run(5.0)
    path.rate = 250e3
    path.run(2.0)
    assert path.estimate.bits < 300e3
    path.run(8.0)
    path.rate = 5e6
    path.run(8.0)
    assert path.estimate.bits >= path.wanted


@pytest.mark.parametrize("loss", [0.05, 0.2])
def test_a_lossy_path_is_not_taken_for_a_narrow_one(loss: float) -> None:
    """A radio that loses every fifth packet whatever is sent costs at most one cut, and is known as such."""
    path = Path(rate=20e6, loss=loss, wanted=1e6)
    path.run(20.0)
    assert path.estimate.bits > 0.7e6
    assert abs(path.estimate.own_loss - loss) < 0.05


def test_loss_of_congestion_is_not_taken_for_the_paths_own() -> None:
    """A short queue that overflows: less is sent, and no copies of sound are asked for in that moment."""
    path = Path(rate=400e3, queue=0.05, wanted=2e6)
    path.run(15.0)
    assert path.loss_over(10.0) < 0.05
    assert path.estimate.own_loss < 0.05


def test_a_page_that_shows_little_keeps_its_estimate() -> None:
    """Sending a tenth of the estimate proves nothing about the rest: it neither falls nor grows, and nothing probes."""
    path = Path(rate=5e6, wanted=400e3)
    path.run(1.0)
    path.share = 0.1
    path.run(20.0)
    assert path.estimate.bits == pytest.approx(START, rel=0.05)


def test_delays_of_a_busy_machine_are_no_queue() -> None:
    """Now and then everything comes 50 ms late at once: the estimate stays."""
    path = Path(rate=20e6, jitter=0.05, wanted=1.5e6)
    path.run(20.0)
    assert path.estimate.bits >= 1.4e6


def test_after_a_changed_route_the_new_delay_is_soon_normal() -> None:
    """100 ms more from one moment to the next looks like a queue at first, and within 25 seconds no longer."""
    path = Path(rate=20e6, wanted=1e6)
    path.run(5.0)
    path.now += 0.1
    moved = Path(rate=20e6, wanted=1e6, now=path.now, estimate=path.estimate, sent=path.sent, reported=path.sent)
    moved.jitter = 0.005
    moved.estimate.queue = 0.0
    original = moved.send

    def later(size: int) -> None:
        original(size)
        last = moved._flying[-1]
        if last.arrived is not None:
            moved._flying[-1] = last._replace(arrived=last.arrived + 0.1)

    moved.send = later  # type: ignore[method-assign]
    moved.run(25.0)
    assert moved.estimate.queue < 0.02
    assert moved.estimate.bits > 0.5e6
