"""What may be changed of a series, and what becomes of it: one meeting, this and following, all; members; its end.

Every edit gives a new value. None touches what lies before the day that it names: one meeting departs by an exception,
everything from a day on by a further `Plan`. "All" is every meeting that is still to come, since what was held stays
what it was; whoever asks says which day that is. An edit that cannot be made raises `Impossible` with a code.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from .ids import Millis, PersonId
from .series import (
    CLOSED,
    COHORTS,
    DAY,
    Exception_,
    Membership,
    Occurrence,
    Plan,
    Series,
    exception,
    occurrence,
    parts,
    planned_on,
    recurrence_days,
)

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_MINUTES = 12 * 60
LARGEST = 200
OF_NEW = frozenset({"until", "never"})
"""Faults of a new group only: one that was made may come to its end before it ever met."""
_LOOK_FOR_FIRST = timedelta(days=400)


class Scope(StrEnum):
    """How far a change goes."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"
    """Every meeting that is still to come."""


class Impossible(ValueError):
    """The edit cannot be made; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None stays as it is."""

    to: date | None = None
    """Where the meeting that was taken hold of goes; its weekday's meetings go along if the change goes further."""
    at: time | None = None
    minutes: int | None = None
    facilitators: tuple[PersonId, ...] | None = None
    cofacilitators: tuple[PersonId, ...] | None = None
    rrule: str | None = None
    """Another rule altogether; not of one meeting."""


def faults(series: Series) -> tuple[str, ...]:
    """What cannot be so, as codes."""
    found: list[str] = []
    for plan in series.plans:
        try:
            if plan.rrule:
                parts(plan.rrule)
        except ValueError:
            found.append("rule")
        if not 0 < plan.minutes <= LONGEST_MINUTES:
            found.append("minutes")
    if not 0 < series.capacity <= LARGEST:
        found.append("capacity")
    if series.cohort not in COHORTS:
        found.append("cohort")
    if series.until is not None and series.until < series.first:
        found.append("until")
    if not found and not any(True for _ in recurrence_days(series, series.first, series.first + _LOOK_FOR_FIRST)):
        found.append("never")
    return tuple(dict.fromkeys(found))


def begun_on_its_first(series: Series) -> Series:
    """The same, with its first meeting as its first day: "from Monday on, every Wednesday" begins on the Wednesday."""
    days = recurrence_days(series, series.first, series.first + _LOOK_FOR_FIRST)
    return replace(series, first=next(days, series.first))


def cancelled(series: Series, day: date, why: str, at: Millis) -> Series:
    """This meeting does not take place."""
    return _departing(series, replace(_of(series, day), cancelled=why, notice=at))


def held(series: Series, day: date) -> Series:
    """This meeting takes place after all, also on a holiday."""
    one = _of(series, day)
    return _departing(series, replace(one, cancelled="", notice=0, to=one.to or day))


def with_guest(series: Series, day: date, client: PersonId) -> Series:
    """This meeting expects one more, who makes up for another."""
    one = _of(series, day)
    return _departing(series, replace(one, guests=tuple(dict.fromkeys((*one.guests, client)))))


def changed(series: Series, day: date, change: Change, scope: Scope, upcoming: date | None = None) -> Series:
    """The series with a change to the meeting of `day`, and to others as far as the scope goes. `upcoming` is the
    recurrence day of the first meeting that is still to come: where "all" begins."""
    one = _of(series, day)
    if scope is Scope.ONE:
        if change.rrule is not None:
            raise Impossible("one_has_no_rule")
        changes = {
            name: value
            for name in ("to", "at", "minutes", "facilitators", "cofacilitators")
            if (value := getattr(change, name)) is not None
        }
        return _departing(series, replace(one, **changes))
    since = upcoming if scope is Scope.ALL and upcoming is not None else day
    return _planned_anew(series, day, since, change)


def _planned_anew(series: Series, day: date, since: date, change: Change) -> Series:
    now = [plan for plan in series.plans if plan.start <= day][-1]
    to = change.to or day
    start = since + min(to - day, timedelta())
    if change.rrule is not None:
        checked(change.rrule)
        rule, first = change.rrule, to
    else:
        rule, first = _shifted(now.rrule, day, to), _phase(now, start, to)
    plan = Plan(
        start=start,
        first=first,
        at=change.at or now.at,
        minutes=change.minutes or now.minutes,
        rrule=rule,
        facilitators=now.facilitators if change.facilitators is None else change.facilitators,
        cofacilitators=now.cofacilitators if change.cofacilitators is None else change.cofacilitators,
    )
    return replace(series, later=(*(p for p in series.later if p.start < start), plan))


def checked(rule: str) -> None:
    """Raises `Impossible` for what is no rule by days."""
    try:
        if rule:
            parts(rule)
    except ValueError:
        raise Impossible("rule") from None


def _shifted(rule: str, day: date, to: date) -> str:
    """The rule with the meetings of one weekday on another."""
    if to == day or not rule:
        return rule
    found = parts(rule)
    old, new = _WEEKDAYS[day.weekday()], _WEEKDAYS[to.weekday()]
    if found["FREQ"] != "WEEKLY":
        raise Impossible("cannot_shift")
    days = found.get("BYDAY", old).split(",")
    if new != old and new in days:
        raise Impossible("meets_already")
    found["BYDAY"] = ",".join(sorted((new if each == old else each for each in days), key=_WEEKDAYS.index))
    return ";".join(f"{name}={value}" for name, value in found.items())


def _phase(now: Plan, start: date, to: date) -> date:
    """A first day at or before `start`, so that a rule of every second week goes on in the weeks of `to`."""
    if not now.rrule:
        return to
    rule = parts(now.rrule)
    step = int(rule.get("INTERVAL", "1")) * {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 0}[rule["FREQ"]]
    if not step:
        return now.first
    return to - timedelta(days=-(-(to - start).days // step) * step)


def ended(series: Series, last: date) -> Series:
    """The series with no meeting after this recurrence day."""
    return replace(series, until=last if series.until is None else min(last, series.until))


def meeting(series: Series, day: date) -> Occurrence:
    """The meeting of a recurrence day, holidays aside. Raises `Impossible` where there is none."""
    _of(series, day)
    return occurrence(series, day)


def _of(series: Series, day: date) -> Exception_:
    if not planned_on(series, day):
        raise Impossible("no_meeting")
    return exception(series, day) or Exception_(day)


def _departing(series: Series, one: Exception_) -> Series:
    others = [each for each in series.exceptions if each.day != one.day]
    kept = [*others, one] if one != Exception_(one.day) else others
    return replace(series, exceptions=tuple(sorted(kept, key=lambda each: each.day)))


def joined(series: Series, members: Iterable[Membership], client: PersonId, day: date) -> tuple[Membership, ...]:
    """The members with one more from a day on. Raises `Impossible` for whoever is one then."""
    known = tuple(members)
    if any(m.client == client and (m.leaves is None or day < m.leaves) for m in known):
        raise Impossible("member_already")
    return (*known, Membership(series.id, client, day))


def left(members: Iterable[Membership], client: PersonId, day: date) -> tuple[Membership, ...]:
    """The members without one from a day on: whoever was to join later does not join at all."""
    known = tuple(members)
    if not any(_ends(m, client, day) for m in known):
        raise Impossible("not_a_member")
    return tuple(replace(m, leaves=max(m.joins, day)) if _ends(m, client, day) else m for m in known)


def _ends(member: Membership, client: PersonId, day: date) -> bool:
    return member.client == client and (member.leaves is None or day < member.leaves) and member.joins != member.leaves


def has_begun(series: Series, day: date) -> bool:
    """Whether it is a closed cohort that takes nobody new from this day on: it has met before it."""
    return series.cohort == CLOSED and next(recurrence_days(series, series.first, day - DAY), None) is not None
