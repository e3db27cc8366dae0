"""How many units some minutes are: the six rules that payers use (DOMAIN 2.5), as functions of whole minutes.

The payer decides which; 14 minutes are 1 unit under one and 0 under another, so nothing here is a default. A rule is
known by name and version, and what it needs beside its function is data (`packs.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class UnitRule:
    """One function with its numbers."""

    id: str
    """Name and version, such as `cms-8-minute/1`."""
    function: str
    """One of `FUNCTIONS`."""
    unit_minutes: int = 0
    """The length of a unit, where units are timed."""
    least_minutes: int = 0
    """What `per_diem_threshold` and `untimed` ask for."""
    most_units: int | None = None
    """More are never given (a psychotherapy code is billed once a session)."""

    @property
    def of_a_day(self) -> bool:
        """Whether it counts the minutes of a client's day (`day.py`) and not those of a session."""
        return self.function == "per_diem_threshold"


def cms_8_minute(minutes: int, rule: UnitRule) -> int:
    """Half a unit and a bit makes the first: 8 to 22 minutes are 1, 23 to 37 are 2, and so on by 15.

    Medicare Claims Processing Manual, chapter 5, section 20.2 (written for therapy; the copy was not verified).
    """
    return (minutes + rule.unit_minutes // 2) // rule.unit_minutes


def cpt_midpoint(minutes: int, rule: UnitRule) -> int:
    """A unit is reached once *more* than half of it has passed: of 60 minutes at 31, of 15 at 8."""
    return (2 * minutes - 1 + rule.unit_minutes) // (2 * rule.unit_minutes)


def full_unit_floor(minutes: int, rule: UnitRule) -> int:
    """Only full units: 14 minutes of 15 are none (Michigan PIHP/CMHSP encounter reporting)."""
    return minutes // rule.unit_minutes


def up_to_ceiling(minutes: int, rule: UnitRule) -> int:
    """A unit that has begun is full: 1 to 15 are 1, 16 to 30 are 2 (Michigan, codes "up to 15 minutes")."""
    return -(-minutes // rule.unit_minutes)


def per_diem_threshold(minutes: int, rule: UnitRule) -> int:
    """One for a day that has enough eligible minutes (H0015 practice: 180)."""
    return int(minutes >= rule.least_minutes)


def untimed(minutes: int, rule: UnitRule) -> int:
    """One for a session, if enough of it was attended (90853)."""
    return int(minutes >= rule.least_minutes)


FUNCTIONS: dict[str, Callable[[int, UnitRule], int]] = {
    function.__name__: function
    for function in (cms_8_minute, cpt_midpoint, full_unit_floor, up_to_ceiling, per_diem_threshold, untimed)
}
TIMED = ("cms_8_minute", "cpt_midpoint", "full_unit_floor", "up_to_ceiling")
"""Those that have a `unit_minutes`; the others have a `least_minutes`."""


def units(minutes: int, rule: UnitRule) -> int:
    """The units of so many whole minutes. Of none there are none, whatever the rule."""
    if minutes <= 0:
        return 0
    counted = FUNCTIONS[rule.function](minutes, rule)
    return counted if rule.most_units is None else min(counted, rule.most_units)


@cache
def least_for_one(rule: UnitRule) -> int:
    """The fewest whole minutes that are a unit: what is still lacking is counted to here."""
    return next(minutes for minutes in range(1, 1441) if units(minutes, rule) > 0)
