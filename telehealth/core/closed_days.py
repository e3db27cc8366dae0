"""Days on which the clinic is closed: public holidays by their rules, the clinic's own days, and those it opens on.

Public holidays stand in a data file (data/holidays/), each as a recurrence rule. One that falls on a Saturday is kept
on the Friday before, on a Sunday on the Monday after, where the file says so (5 U.S.C. 6103(b)): then both days are
closed, since a clinic that is open on Saturdays is not on the Fourth of July.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

_BEGINNING = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One public holiday."""

    code: str
    rule: str
    """RFC 5545, FREQ=YEARLY."""
    names: Mapping[str, str]
    """By language."""
    observed: bool = True
    """Whether it is also kept on a weekday where it falls on a weekend."""


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day on which this clinic is closed."""

    day: date
    name: str
    """Sealed with the record."""


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """What a clinic says of its own days."""

    closed: tuple[OwnDay, ...] = ()
    open: tuple[str, ...] = ()
    """Codes of the public holidays on which it works all the same."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A day on which groups do not meet, and why."""

    day: date
    code: str
    """Of a public holiday; empty for one of the clinic's own."""
    name: str
    """Of the clinic's own; a page knows the others by their codes."""


def closures(public: Iterable[Holiday], own: ClosedDays, first: date, last: date) -> tuple[Closure, ...]:
    """The days from `first` to `last` on which the clinic is closed, by day; one for each day."""
    found: dict[date, Closure] = {}
    for one in own.closed:
        if first <= one.day <= last:
            found.setdefault(one.day, Closure(one.day, "", one.name))
    for holiday in public:
        if holiday.code in own.open:
            continue
        for day in _kept(holiday, first, last):
            found.setdefault(day, Closure(day, holiday.code, ""))
    return tuple(found[day] for day in sorted(found))


def _kept(holiday: Holiday, first: date, last: date) -> Iterable[date]:
    day = timedelta(days=1)
    rule = rrulestr(holiday.rule, dtstart=datetime.combine(_BEGINNING, time()))
    for at in rule.between(datetime.combine(first - day, time()), datetime.combine(last + day, time()), inc=True):
        on = [at.date()]
        if holiday.observed and at.weekday() >= 5:
            on.append(at.date() - day if at.weekday() == 5 else at.date() + day)
        yield from (each for each in on if first <= each <= last)
