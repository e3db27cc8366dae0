"""Whether a client stays: misses in a row, attendance, days to the first session, retention at 30, 60 and 90 days.

Every answer carries the marks (`marks.py`) that it is made of, so that a page can show them. A rate is of the sessions
that were attended or missed; the excused ones stand beside it. Somebody is *retained* at a day of their episode if it
had not ended before that day and they attended something in the days that led up to it (the rule pack says how many):
being on a list is not being in treatment.

Numbers come from a rule pack of the kind `engagement`. Must not touch: clocks; today is handed in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .marks import Mark, by_time


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from a miss (the workflow of no-shows)."""

    misses: int
    """In a row, from which it is due."""
    within_hours: int
    """After the scheduled end of the session that was missed."""
    what: str
    """A word of the clinic: reach_out, second_way, reassess, ..."""


@dataclass(frozen=True, slots=True)
class EngagementRule:
    """The numbers of one programme. From a data file that a clinic can change."""

    id: str
    misses_watch: int
    misses_alarm: int
    rate_days: int
    """The window of the attendance rate on the caseload."""
    rate_low: float
    """A rate below this share is a sign (0 to 1), of at least `rate_least` sessions."""
    rate_least: int
    first_session_days: int
    """Without a session so many days after admission somebody has not begun."""
    retention_days: tuple[int, ...]
    retention_window: int
    """Attended within so many days up to that day."""
    certification_days: int
    certification_warn: int
    certification_required: bool
    """Whether a client without any certification is told of."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    came: tuple[Mark, ...]
    missed: tuple[Mark, ...]
    excused: tuple[Mark, ...]

    @property
    def share(self) -> float | None:
        """Of the sessions that were attended or missed; None where there are none."""
        of = len(self.came) + len(self.missed)
        return len(self.came) / of if of else None


def rate(marks: Iterable[Mark]) -> Rate:
    ordered = sorted(marks, key=by_time)
    return Rate(
        tuple(m for m in ordered if m.came),
        tuple(m for m in ordered if m.missed),
        tuple(m for m in ordered if m.excused),
    )


def misses_in_a_row(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The latest misses since the client last came, in order. An excuse neither ends them nor adds to them."""
    found: list[Mark] = []
    for mark in sorted(marks, key=by_time, reverse=True):
        if mark.came:
            break
        if mark.missed:
            found.append(mark)
    return tuple(reversed(found))


def between(marks: Iterable[Mark], first: date, last: date) -> list[Mark]:
    """The marks of these days, both included, in order."""
    return sorted((m for m in marks if first <= m.day <= last), key=by_time)


@dataclass(frozen=True, slots=True)
class FirstSession:
    days: int | None
    """From admission to the first session attended; None while there is none."""
    waiting: int
    """Days since admission without one; 0 once there is."""
    mark: Mark | None


def first_session(admitted: date, discharged: date | None, marks: Iterable[Mark], today: date) -> FirstSession:
    until = today if discharged is None else min(today, discharged)
    first = next((m for m in between(marks, admitted, until) if m.came), None)
    if first is None:
        return FirstSession(None, max(0, (until - admitted).days), None)
    return FirstSession((first.day - admitted).days, 0, first)


class Kept(StrEnum):
    """How it stands with a client at a day of their episode."""

    RETAINED = "retained"
    LOST = "lost"
    """The episode had ended before, or nothing was attended in the days up to it."""
    PAUSED = "paused"
    """The episode was paused on that day: neither."""
    TOO_EARLY = "too_early"
    """That day is still to come."""


@dataclass(frozen=True, slots=True)
class Retention:
    day: int
    on: date
    kept: Kept
    marks: tuple[Mark, ...]
    """What was attended in the window; with an empty one, why it is `lost`."""


def retention(
    rule: EngagementRule,
    admitted: date,
    discharged: date | None,
    pauses: Sequence[tuple[date, date | None]],
    marks: Sequence[Mark],
    today: date,
) -> tuple[Retention, ...]:
    """At each day that the rule names. The day of admission is day 0."""
    return tuple(
        _at(rule, day, admitted + timedelta(days=day), admitted, discharged, pauses, marks, today)
        for day in rule.retention_days
    )


def _at(
    rule: EngagementRule,
    day: int,
    on: date,
    admitted: date,
    discharged: date | None,
    pauses: Sequence[tuple[date, date | None]],
    marks: Sequence[Mark],
    today: date,
) -> Retention:
    if discharged is not None and discharged < on:
        return Retention(day, on, Kept.LOST, ())
    if on > today:
        return Retention(day, on, Kept.TOO_EARLY, ())
    since = max(admitted, on - timedelta(days=rule.retention_window - 1))
    came = tuple(m for m in between(marks, since, on) if m.came)
    if came:
        return Retention(day, on, Kept.RETAINED, came)
    paused = any(first <= on and (last is None or on <= last) for first, last in pauses)
    return Retention(day, on, Kept.PAUSED if paused else Kept.LOST, ())
