"""What a court counts: so many hours within so many weeks, and in the first weeks so many sessions on separate days.

Weeks are seven days each from the day on which the order begins. Only kinds that the rule names count, and for the
sessions of the first weeks only those of which enough minutes were attended; two on one day are one. A clinic reports
these figures to somebody who decides about a person's freedom: each carries the sessions that it is made of.

Numbers come from a rule pack of the kind `court`. Must not touch: clocks; today is handed in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .forecast import Coming
from .hours import MINUTE
from .ids import Millis, PersonId, SessionId
from .marks import Mark, by_time
from .spans import length, merged


@dataclass(frozen=True, slots=True)
class CourtRule:
    """From a data file that a clinic can change."""

    id: str
    total_minutes: int
    within_weeks: int
    first_weeks: int
    """For so many weeks from the beginning `days_per_week` holds."""
    days_per_week: int
    least_minutes: int
    """Of one session, for the first weeks."""
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourtOrder:
    """That a client is counted by a rule, from a day on."""

    id: str
    client: PersonId
    rule: str
    first: date
    recorded: Millis
    recorded_by: PersonId
    withdrawn: Millis | None = None


class Standing(StrEnum):
    MET = "met"
    OPEN = "open"
    """Not yet, and it can still be."""
    OUT_OF_REACH = "out_of_reach"
    """Not by the sessions that are scheduled now."""
    SHORT = "short"
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class CourtWeek:
    first: date
    days: int
    needed: int
    standing: Standing
    sessions: tuple[SessionId, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    rule: CourtRule
    first: date
    last: date
    minutes: int
    minutes_short: int
    minutes_scheduled: int
    """Until the last day, as far as sessions are scheduled."""
    a_week: int
    """Minutes that each week that is left has to bring, this one included; 0 once they are met or over."""
    standing: Standing
    """Of the total: `open` as long as its time is not over, whatever is scheduled: schedules are made later."""
    weeks: tuple[CourtWeek, ...]
    sessions: tuple[SessionId, ...]


def count(rule: CourtRule, first: date, marks: Iterable[Mark], coming: Sequence[Coming], today: date) -> Counter:
    last = first + timedelta(weeks=rule.within_weeks) - timedelta(days=1)
    held = sorted((m for m in marks if m.kind in rule.kinds and first <= m.day <= last), key=by_time)
    ahead = [c for c in coming if c.kind in rule.kinds and today <= c.day <= last]
    minutes = sum(m.attended_ms for m in held) // MINUTE
    short = max(0, rule.total_minutes - minutes)
    over = today > last
    left = 0 if over else (last - max(today, first)).days // 7 + 1
    unmet = Standing.SHORT if over else Standing.OPEN
    return Counter(
        rule=rule,
        first=first,
        last=last,
        minutes=minutes,
        minutes_short=short,
        minutes_scheduled=length(merged((c.starts, c.ends) for c in ahead)) // MINUTE,
        a_week=-(-short // left) if left else 0,
        standing=unmet if short else Standing.MET,
        weeks=tuple(
            _week(rule, first + timedelta(weeks=number), held, ahead, today) for number in range(rule.first_weeks)
        ),
        sessions=tuple(m.session for m in held if m.attended_ms > 0),
    )


def _week(rule: CourtRule, first: date, held: Sequence[Mark], ahead: Sequence[Coming], today: date) -> CourtWeek:
    last = first + timedelta(days=6)
    enough = [m for m in held if first <= m.day <= last and m.attended_ms >= rule.least_minutes * MINUTE]
    days = {m.day for m in enough}
    more = {c.day for c in ahead if first <= c.day <= last}
    if len(days) >= rule.days_per_week:
        standing = Standing.MET
    elif today > last:
        standing = Standing.SHORT
    elif first <= today and len(days | more) < rule.days_per_week:
        standing = Standing.OUT_OF_REACH
    else:
        standing = Standing.OPEN
    return CourtWeek(first, len(days), rule.days_per_week, standing, tuple(m.session for m in enough))
