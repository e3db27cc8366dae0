"""Which sessions a group has: what is written ahead of its plan, and what follows a later change.

A session is named by its series and its recurrence day, so every node that makes it makes the same one. It follows the
plan until it has ended or its room was opened (the store refuses to write then: scripts/plan.lua). What the plan no
longer holds stays as a cancelled session, since somebody may have a link to it or a copy of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .ids import Millis, SeriesId, SessionId
from .records import Session
from .series import SUPERSEDED, Group, Occurrence, Series, occurrence, occurrences, planned_on, roster

AHEAD = timedelta(weeks=8)
"""How far sessions are written ahead."""
BACK = timedelta(days=2)
"""A session of yesterday may still go on, and one of the day before was moved."""


def session_id(series: SeriesId, day: date) -> SessionId:
    """The name of the session of a recurrence day."""
    return SessionId(f"{series}-{day:%Y%m%d}")


def session_of(group: Group, one: Occurrence) -> Session:
    """The session as it is planned."""
    series = group.series
    expected = roster(group.members, one.date)
    return Session(
        id=session_id(series.id, one.day),
        programme=series.programme,
        series=series.id,
        kind=series.kind,
        title=series.title,
        starts=one.starts,
        ends=one.ends,
        zone=series.zone,
        capacity=series.capacity,
        facilitators=one.facilitators,
        roster=tuple(dict.fromkeys((*expected, *one.guests))),
        cofacilitators=one.cofacilitators,
        day=one.day,
        cancelled=one.cancelled,
    )


def planned(group: Group, first: date, last: date, holidays: Collection[date]) -> tuple[Session, ...]:
    """The sessions of the local days from `first` to `last`, as they are planned, by time."""
    return tuple(session_of(group, one) for one in occurrences(group.series, first, last, holidays))


def today(series: Series, now: Millis) -> date:
    """The day that it is where the group is."""
    return datetime.fromtimestamp(now / 1000, ZoneInfo(series.zone)).date()


def due(group: Group, written: Iterable[Session], now: Millis, holidays: Collection[date]) -> tuple[Session, ...]:
    """What has to be written, by name. `written` are the group's sessions from `BACK` on."""
    series, known = group.series, {one.id: one for one in written if one.day is not None}
    here = today(series, now)
    wanted = {one.id: one for one in planned(group, here - BACK, here + AHEAD, holidays) if one.ends > now}
    for one in known.values():
        if one.id not in wanted and one.ends > now:
            wanted[one.id] = _elsewhere(group, one, now, holidays)
    return tuple(
        replace(one, make_up_for=known[name].make_up_for) if name in known else one
        for name, one in sorted(wanted.items())
        if name not in known or (known[name].ends > now and one != known[name])
    )


def _elsewhere(group: Group, one: Session, now: Millis, holidays: Collection[date]) -> Session:
    """A written session that does not stand in the weeks ahead: moved further, or no longer planned."""
    assert one.day is not None
    if planned_on(group.series, one.day):
        moved = session_of(group, occurrence(group.series, one.day, holidays))
        if moved.ends > now:
            return moved
    return replace(one, cancelled=SUPERSEDED)
