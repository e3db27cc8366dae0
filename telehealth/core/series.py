"""Groups that meet again and again: the rule by which a series recurs, and what departs from it.

A series is one standing group for its whole life: it keeps its id, its links and its history when it moves to another
hour. So "this and following" does not split it; it adds a `Plan` that holds from a day on, and what came before stays
what it was. A single meeting departs from the plan by an `Exception_` under its recurrence day, the day on which the
rule puts it (RFC 5545, RECURRENCE-ID), wherever it was moved to.

Rules are RFC 5545 recurrence rules by days, read by python-dateutil over local calendar days; the zone is applied
afterwards, so no clock change moves a group. A local time that a clock change skips is taken with the offset before
the gap, one that occurs twice is the first (RFC 5545, 3.3.5): a group at 02:30 meets at 03:30 that night. How long it
lasts is elapsed time. A rule has no COUNT and no UNTIL: the end of a series is its `until`.

Who is expected follows from dated memberships. Must not touch: the store, sessions that were opened, the clock.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from .ids import Millis, PersonId, ProgrammeId, SeriesId

OPEN, CLOSED = "open", "closed"
COHORTS = (OPEN, CLOSED)
"""A rolling group takes newcomers at any time; a closed one only until it has begun."""
HOLIDAY = "holiday"
"""Why a meeting is cancelled that falls on a day on which the clinic is closed."""
SUPERSEDED = "superseded"
"""Why a materialised session is cancelled that its series does not plan any more: it stands on another day now."""
REASONS = ("staff_ill", "staff_away", "low_attendance", "weather", "technical", "clinic_closed", "other")
"""What a member of staff may give as the reason for a cancellation."""

DAY = timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBER = r"[+-]?[1-9][0-9]?"
_BYDAY = rf"(?:{_NUMBER})?(?:{'|'.join(_WEEKDAYS)})"
_PARTS = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]?"),
    "BYDAY": re.compile(rf"{_BYDAY}(?:,{_BYDAY})*"),
    "BYMONTHDAY": re.compile(rf"{_NUMBER}(?:,{_NUMBER})*"),
    "BYSETPOS": re.compile(rf"{_NUMBER}(?:,{_NUMBER})*"),
    "WKST": re.compile("|".join(_WEEKDAYS)),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a series meets from a day on."""

    start: date
    """From this recurrence day on the plan holds, until the next one does."""
    first: date
    """The rule's own first day (DTSTART): it says in which weeks a rule of every second week meets."""
    at: time
    """Local time in the facility's zone."""
    minutes: int
    rrule: str
    """RFC 5545; empty is once, on `first`."""
    facilitators: tuple[PersonId, ...]
    cofacilitators: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Exception_:
    """How one meeting departs from the plan. None and empty are: as planned."""

    day: date
    """Its recurrence day."""
    cancelled: str = ""
    """Why it does not take place, as a code."""
    notice: Millis = 0
    """When it was cancelled."""
    to: date | None = None
    """The day to which it was moved; the recurrence day itself says that it takes place although it is a holiday."""
    at: time | None = None
    minutes: int | None = None
    facilitators: tuple[PersonId, ...] | None = None
    cofacilitators: tuple[PersonId, ...] | None = None
    guests: tuple[PersonId, ...] = ()
    """Clients who come this once, to make up for a session that they missed."""


@dataclass(frozen=True, slots=True)
class Series:
    """A group (or whatever else meets by a rule), from its first day to its last."""

    id: SeriesId
    programme: ProgrammeId
    kind: str
    """A service kind of DOMAIN 1.5."""
    title: str
    """For staff (sealed). Clients never see it."""
    zone: str
    """IANA zone of the facility."""
    first: date
    at: time
    minutes: int
    rrule: str
    until: date | None
    """The last recurrence day that there may be."""
    capacity: int
    cohort: str
    """open | closed"""
    track: str = ""
    """A code of the clinic (core/tracks.py); empty is none."""
    facilitators: tuple[PersonId, ...] = ()
    cofacilitators: tuple[PersonId, ...] = ()
    exceptions: tuple[Exception_, ...] = ()
    """At most one for each recurrence day, by day."""
    holidays: bool = True
    """Whether it does not meet on days on which the clinic is closed."""
    later: tuple[Plan, ...] = ()
    """Plans that hold instead of the first one, by start."""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All plans, by start: each holds until the day before the next."""
        began = Plan(self.first, self.first, self.at, self.minutes, self.rrule, self.facilitators, self.cofacilitators)
        return (began, *self.later)

    def leaders(self, day: date) -> frozenset[PersonId]:
        """Whoever leads or helps to lead it on a day or later."""
        plans = self.plans
        current = [plan for plan, after in pairwise(plans) if after.start > day]
        return frozenset(who for plan in (*current, plans[-1]) for who in (*plan.facilitators, *plan.cofacilitators))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting, as it stands now."""

    day: date
    """Its recurrence day: its name within the series."""
    date: date
    """The local day on which it begins."""
    starts: Millis
    ends: Millis
    cancelled: str
    """Why it does not take place; empty if it does."""
    moved: bool
    facilitators: tuple[PersonId, ...]
    cofacilitators: tuple[PersonId, ...]
    guests: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """A client's place in a group, from a day on. Whoever comes back has a second one."""

    series: SeriesId
    client: PersonId
    joins: date
    """The first day on which they are expected."""
    leaves: date | None = None
    """The first day on which they are not expected any more."""


@dataclass(frozen=True, slots=True)
class Group:
    """A series with its members, as it is stored."""

    series: Series
    members: tuple[Membership, ...] = ()
    revision: int = 0


@dataclass(frozen=True, slots=True)
class MakeUp:
    """A session that a client attends instead of one that they missed. The miss stays a miss (DOMAIN 8)."""

    client: PersonId
    missed: str
    """The session that they missed."""
    session: str
    """The session that makes up for it, with an attendance row of its own."""
    at: Millis
    by: PersonId


def parts(rrule: str) -> dict[str, str]:
    """The parts of a rule that this file allows. Raises `ValueError`, whose message holds nothing of the rule."""
    found: dict[str, str] = {}
    for part in rrule.upper().split(";"):
        name, _, value = part.partition("=")
        shape = _PARTS.get(name)
        if shape is None or name in found or not shape.fullmatch(value):
            raise ValueError("not a rule by days")
        found[name] = value
    if "FREQ" not in found:
        raise ValueError("not a rule by days")
    if found["FREQ"] != "MONTHLY" and ("BYMONTHDAY" in found or "BYSETPOS" in found or _numbered(found)):
        raise ValueError("days of a month belong to a monthly rule")
    return found


def _numbered(found: dict[str, str]) -> bool:
    return any(day not in _WEEKDAYS for day in found.get("BYDAY", "").split(",") if day)


def occurrences(
    series: Series, first: date, last: date, holidays: Collection[date] = frozenset()
) -> tuple[Occurrence, ...]:
    """The meetings that stand on a local day from `first` to `last`, cancelled ones among them, by time."""
    days = set(recurrence_days(series, first, last))
    for one in series.exceptions:  # moved into these days from others
        if one.to is not None and first <= one.to <= last and planned_on(series, one.day):
            days.add(one.day)
    found = [occurrence(series, day, holidays) for day in days]
    return tuple(sorted((o for o in found if first <= o.date <= last), key=lambda o: (o.starts, o.day)))


def recurrence_days(series: Series, first: date, last: date) -> Iterator[date]:
    """The recurrence days from `first` to `last`."""
    plans = series.plans
    for plan, following in zip(plans, (*plans[1:], None), strict=True):
        begin, end = max(first, plan.start), min(last, series.until or last)
        if following is not None:
            end = min(end, following.start - DAY)
        if begin <= end:
            yield from _days(plan, begin, end)


def planned_on(series: Series, day: date) -> bool:
    """Whether the rule puts a meeting on this recurrence day."""
    return any(True for _ in recurrence_days(series, day, day))


def _days(plan: Plan, first: date, last: date) -> Iterator[date]:
    if not plan.rrule:
        if first <= plan.first <= last:
            yield plan.first
        return
    start = datetime.combine(_nearer(plan, first), time())
    # with an end: a rule that never fits (the 31st of every twelfth month from June) would be looked up to year 9999
    rule = f"{plan.rrule};UNTIL={last:%Y%m%d}T000000"
    for at in rrulestr(rule, dtstart=start).xafter(datetime.combine(first, time()), inc=True):
        yield at.date()


def _nearer(plan: Plan, day: date) -> date:
    """A first day in the same phase, but not ten years before what is asked for: the library counts from there."""
    rule = parts(plan.rrule)
    step = int(rule.get("INTERVAL", "1")) * {"DAILY": 1, "WEEKLY": 7}.get(rule["FREQ"], 0)
    if not step or day <= plan.first:
        return plan.first
    return plan.first + timedelta(days=(day - plan.first).days // step * step)


def occurrence(series: Series, day: date, holidays: Collection[date] = frozenset()) -> Occurrence:
    """The meeting of this recurrence day, on which there is one."""
    plan = [plan for plan in series.plans if plan.start <= day][-1]
    one = exception(series, day) or Exception_(day)
    on = one.to or day
    starts = instant(on, one.at or plan.at, series.zone)
    minutes = one.minutes or plan.minutes
    cancelled = one.cancelled
    if not cancelled and one.to is None and series.holidays and day in holidays:
        cancelled = HOLIDAY
    return Occurrence(
        day=day,
        date=datetime.fromtimestamp(starts / 1000, ZoneInfo(series.zone)).date(),
        starts=starts,
        ends=starts + minutes * 60_000,
        cancelled=cancelled,
        moved=(on, one.at or plan.at) != (day, plan.at),
        facilitators=plan.facilitators if one.facilitators is None else one.facilitators,
        cofacilitators=plan.cofacilitators if one.cofacilitators is None else one.cofacilitators,
        guests=one.guests,
    )


def exception(series: Series, day: date) -> Exception_ | None:
    """How the meeting of this recurrence day departs from the plan, if it does."""
    return next((one for one in series.exceptions if one.day == day), None)


def instant(day: date, at: time, zone: str) -> Millis:
    """When it is `at` on `day` in `zone`. `fold=0` is what RFC 5545 asks for in a gap and in an overlap."""
    return round(datetime.combine(day, at, ZoneInfo(zone)).replace(fold=0).timestamp() * 1000)


def roster(memberships: Iterable[Membership], day: date) -> tuple[PersonId, ...]:
    """Whom the group expects on a day, in the order in which they joined."""
    here = sorted((m.joins, m.client) for m in memberships if m.joins <= day and (m.leaves is None or day < m.leaves))
    return tuple(dict.fromkeys(client for _, client in here))
