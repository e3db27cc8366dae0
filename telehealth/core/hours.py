"""A client's hours of one week against their level of care: what was attended, and what still can be (DOMAIN 10, 27).

A week has seven of the facility's days and begins on the weekday that the level says. A session belongs whole to the
week in which it was scheduled to start, and only kinds that count at this level count. What can still be attended is
the scheduled time of the week's remaining sessions from now on, each moment once: nobody sits in two at a time.

Too few hours call for a person, not for an error: one or two weeks below the level are an ordinary step-down.
Must not touch: clocks, zones. The caller says which sessions belong to the week.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .ids import Millis
from .spans import Span, length, merged

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTE: Millis = 60_000


@dataclass(frozen=True, slots=True)
class LevelOfCare:
    """How much a week asks for. From a data file that a clinic can change."""

    id: str
    code: str
    """With its edition, such as `asam:3:2.1`: payers still mix editions."""
    week_minutes: int
    kinds: tuple[str, ...]
    """The kinds of session that count."""
    week_begins: int
    """Index into `WEEKDAYS`."""

    def week_of(self, day: date) -> date:
        """The first day of the week in which `day` lies."""
        return day - timedelta(days=(day.weekday() - self.week_begins) % 7)


class Outlook(StrEnum):
    """How a week stands."""

    MET = "met"
    REACHABLE = "reachable"
    """Not yet, but the sessions that are left are enough."""
    OUT_OF_REACH = "out_of_reach"
    """It cannot be met any more this week, unless another session is added."""
    SHORT = "short"
    """The week is over."""


@dataclass(frozen=True, slots=True)
class Week:
    """Whole minutes, rounded down; the milliseconds are summed first."""

    minutes: int
    minutes_to_come: int
    minutes_short: int
    """What is lacking now, whatever is to come."""
    outlook: Outlook


def to_come(sessions: Iterable[Span], now: Millis) -> Millis:
    """How much of these scheduled times lies after `now`."""
    return length(merged((max(start, now), end) for start, end in sessions))


def week(level: LevelOfCare, attended: Millis, left: Millis, *, over: bool) -> Week:
    """How a week with so much attended and so much to come stands. `over`: its last day has passed."""
    minutes, coming = attended // MINUTE, 0 if over else left // MINUTE
    short = max(0, level.week_minutes - minutes)
    if short == 0:
        outlook = Outlook.MET
    elif over:
        outlook = Outlook.SHORT
    else:
        outlook = Outlook.REACHABLE if attended + left >= level.week_minutes * MINUTE else Outlook.OUT_OF_REACH
    return Week(minutes, coming, short, outlook)
