"""One client's figures as a caseload shows them, put together from the rules of engagement.

What a client is judged by comes in whole: marks, sessions to come, the stay, the level of care, what staff recorded.
Somebody whose stay is paused, has not begun or is over misses nothing and loses no hours; what is owed to them stays.
Nor does anybody lose hours for whom too few were scheduled.

Must not touch: clocks, the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .certification import Certification, Due, due
from .coverage import in_force
from .engagement import EngagementRule, FirstSession, Rate, between, first_session, misses_in_a_row, rate
from .forecast import Coming, Order, WeekHours, week_of
from .hours import LevelOfCare, Outlook
from .ids import Millis, PersonId
from .marks import Mark
from .outreach import Outreach, Owed, owed
from .slipping import Noticed, signs
from .stays import Stay

STRIP = 12
"""Sessions of the strip on a caseload."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a client."""

    client: PersonId
    marks: Sequence[Mark]
    """At least the latest ones, in order."""
    coming: Sequence[Coming]
    """Of this week."""
    stay: Stay | None
    outreach: Sequence[Outreach] = ()
    certifications: Sequence[Certification] = ()
    orders: Sequence[Order] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    client: PersonId
    stay: Stay | None
    paused: bool
    week: WeekHours
    recent: Rate
    """Of the days that the rule pack names."""
    misses: tuple[Mark, ...]
    owing: tuple[Owed, ...]
    first: FirstSession | None
    certification: Due
    strip: tuple[Mark, ...]
    last_came: Mark | None
    signs: tuple[Noticed, ...]


def figures(rule: EngagementRule, level: LevelOfCare, known: Known, now: Millis, today: date) -> Figures:
    stay = known.stay
    there = stay is None or (stay.on(today) and not stay.paused(today))
    marks = [m for m in known.marks if stay is None or m.day >= stay.admitted]
    monday = level.week_of(today)
    week = week_of(level, monday, known.marks, known.coming, order_on(known.orders, today), now, today)
    misses = misses_in_a_row(marks)
    owing = owed(rule.steps, misses, known.outreach, now)
    recent = rate(between(marks, today - timedelta(days=rule.rate_days - 1), today))
    first = None if stay is None else first_session(stay.admitted, stay.discharged, marks, today)
    admitted, discharged = (None, None) if stay is None else (stay.admitted, stay.discharged)
    certification = due(rule, admitted, discharged, known.certifications, today)
    return Figures(
        client=known.client,
        stay=stay,
        paused=stay is not None and stay.on(today) and stay.paused(today),
        week=week,
        recent=recent,
        misses=misses,
        owing=owing,
        first=first,
        certification=certification,
        strip=tuple(known.marks[-STRIP:]),
        last_came=next((m for m in reversed(known.marks) if m.came), None),
        signs=signs(
            rule,
            misses if there else (),
            owing,
            first if there else None,
            _outlook(week) if there else None,
            recent if there else rate(()),
            certification,
        ),
    )


def _outlook(week: WeekHours) -> Outlook | None:
    """None where too little was scheduled for it to be lost."""
    outlook = week.stands.outlook
    return None if outlook is Outlook.OUT_OF_REACH and not week.enough_scheduled else outlook


def order_on(orders: Sequence[Order], day: date) -> Order | None:
    """What was ordered on this day."""
    return in_force((one for one in orders if one.withdrawn is None), day)
