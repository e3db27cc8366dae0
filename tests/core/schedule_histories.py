"""Histories of one group that Hypothesis makes up, and what must hold after each step.

`python -m tests.core.schedule_histories 10000` plays so many; the suite plays a few (test_series_histories.py). A
history is a year in which time passes, sessions are written and opened, and staff cancel, move, staff, end, let people
join and leave. After each step the series says the same of every day as the plain calendar (schedule_model.py), and so
do the sessions that were written, past ones among them.
"""

import sys
import time as clock
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telehealth.core import series_edits as edit
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId
from telehealth.core.materialise import due, session_id
from telehealth.core.records import Session
from telehealth.core.series import Group, Series, occurrences, roster
from telehealth.core.series_edits import Change, Impossible, Scope

from .schedule_model import DAY, DAYS, FIRST, LAST, Calendar, Card, Meeting

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZONES = ("America/New_York", "America/Phoenix", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe")
TIMES = (time(0, 0), time(2, 30), time(1, 30), time(10, 0), time(18, 30), time(23, 30))
STAFF = ("ann", "ben")
CLIENTS = ("bob", "cyd", "dan")


@dataclass(frozen=True)
class Step:
    what: str
    pick: int
    to: int
    at: time | None
    minutes: int | None
    staff: str | None
    client: str


STEPS = st.builds(
    Step,
    what=st.sampled_from(
        ["pass"] * 4
        + ["cancel", "hold", "guest", "one", "following", "following", "all", "join", "leave", "open", "end"]
    ),
    pick=st.integers(0, 40),
    to=st.integers(-9, 9),
    at=st.none() | st.sampled_from(TIMES),
    minutes=st.none() | st.sampled_from((45, 180)),
    staff=st.none() | st.sampled_from(STAFF),
    client=st.sampled_from(CLIENTS),
)
GROUPS = st.tuples(
    st.sets(st.integers(0, 6), min_size=1, max_size=4),
    st.sampled_from((1, 1, 2, 3)),
    st.sampled_from(ZONES),
    st.sampled_from(TIMES),
    st.integers(0, 20),
    st.frozensets(st.sampled_from(DAYS), max_size=6),
)


@dataclass
class History:
    """One group, twice."""

    group: Group
    calendar: Calendar
    now: Millis
    written: dict[str, Session] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now / 1000, ZoneInfo(self.calendar.zone)).date()

    def upcoming(self) -> list[date]:
        """Recurrence days of meetings that are still to come and have not been opened."""
        found = [(m.starts, day) for day, (_, m) in self.calendar.all().items() if m.starts > self.now]
        return [day for _, day in sorted(found) if day not in self.calendar.opened]

    def edit(self, series: Series) -> None:
        self.group = replace(self.group, series=series)

    def write(self) -> None:
        for one in due(self.group, self.written.values(), self.now, self.calendar.closed):
            if one.day not in self.calendar.opened:
                self.written[one.id] = one
        self.calendar.write(self.now)


def begun(how: tuple[set[int], int, str, time, int, frozenset[date]]) -> History:
    weekdays, every, zone, at, begins, closed = how
    rule = f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(WEEKDAYS[d] for d in sorted(weekdays))}"
    series = edit.begun_on_its_first(
        Series(
            id=SeriesId("g"),
            programme=ProgrammeId("p"),
            kind="group_therapy",
            title="",
            zone=zone,
            first=FIRST + begins * DAY,
            at=at,
            minutes=90,
            rrule=rule,
            until=LAST,
            capacity=12,
            cohort="open",
            facilitators=(PersonId("ann"),),
        )
    )
    calendar = Calendar(zone, every, closed=closed)
    calendar.fill(series.first, series.first, Card(at, 90, "ann", frozenset(weekdays)))
    return History(Group(series), calendar, _noon(FIRST, zone))


def _noon(day: date, zone: str) -> Millis:
    return round(datetime.combine(day, time(12), ZoneInfo(zone)).timestamp() * 1000)


def take(history: History, step: Step) -> None:
    """One step, in both."""
    series, calendar, days = history.group.series, history.calendar, history.upcoming()
    if step.what == "pass":
        history.now += (step.pick + 1) * 12 * 3_600_000
        return
    if step.what in ("join", "leave"):
        _membership(history, step)
        return
    if not days:
        return
    day = days[step.pick % len(days)]
    one = calendar.said_of(day)
    match step.what:
        case "cancel":
            history.edit(edit.cancelled(series, day, "weather", history.now))
            one.cancelled = "weather"
        case "hold":
            history.edit(edit.held(series, day))
            one.cancelled, one.to = "", one.to or day
        case "guest":
            history.edit(edit.with_guest(series, day, PersonId(step.client)))
            one.guests = (*one.guests, step.client)
        case "open":
            if session_id(series.id, day) in history.written:
                calendar.opened.add(day)
        case "end":
            history.edit(edit.ended(series, day))
            calendar.ended = min(calendar.ended, day)
            for later in [d for d in calendar.cards if d > day]:
                del calendar.cards[later]
        case _:
            _move(history, step, day, days[0])


def _move(history: History, step: Step, day: date, first: date) -> None:
    series, calendar = history.group.series, history.calendar
    to = None if step.to == 0 else day + step.to * DAY
    if to is not None and not history.today < to <= LAST:
        return
    staff = None if step.staff is None else (PersonId(step.staff),)
    change = Change(to, step.at, step.minutes, staff)
    if step.what == "one":
        history.edit(edit.changed(series, day, change, Scope.ONE))
        one = calendar.said_of(day)
        one.to, one.at = to or one.to, step.at or one.at
        one.minutes, one.staff = step.minutes or one.minutes, step.staff or one.staff
        return
    going, old = to or day, calendar.cards[day]
    if going.weekday() != day.weekday() and going.weekday() in old.weekdays:
        with pytest.raises(Impossible, match="meets_already"):
            edit.changed(series, day, change, Scope.FOLLOWING)
        return
    scope = Scope(step.what)
    history.edit(edit.changed(series, day, change, scope, first))
    start = (first if scope is Scope.ALL else day) + min(going - day, 0 * DAY)
    weekdays = frozenset(going.weekday() if d == day.weekday() else d for d in old.weekdays)
    card = Card(step.at or old.at, step.minutes or old.minutes, step.staff or old.staff, weekdays)
    calendar.fill(start, going, card)


def _membership(history: History, step: Step) -> None:
    day, client = history.today + abs(step.to) * DAY, PersonId(step.client)
    expected = history.calendar.expected.setdefault(client, set())
    series, members = history.group.series, history.group.members
    following = {d for d in DAYS if d >= day}
    if step.what == "join" and expected & following:
        with pytest.raises(Impossible, match="member_already"):
            edit.joined(series, members, client, day)
    elif step.what == "join":
        history.group = replace(history.group, members=edit.joined(series, members, client, day))
        expected |= following
    elif expected & following:
        history.group = replace(history.group, members=edit.left(members, client, day))
        expected -= following
    else:
        with pytest.raises(Impossible, match="not_a_member"):
            edit.left(members, client, day)


def same(history: History) -> None:
    """The series says of every day what the calendar says, and so do the sessions."""
    series, calendar = history.group.series, history.calendar
    wanted = {day: meeting for day, (on, meeting) in calendar.all().items() if FIRST <= on <= LAST}
    found = {
        one.day: Meeting(
            one.starts,
            one.ends,
            one.facilitators[0],
            frozenset({*roster(history.group.members, one.date), *one.guests}),
            one.cancelled,
        )
        for one in occurrences(series, FIRST, LAST, calendar.closed)
    }
    assert found == wanted
    stored = {
        one.day: Meeting(one.starts, one.ends, one.facilitators[0], frozenset(one.roster), one.cancelled)
        for one in history.written.values()
    }
    assert stored == calendar.written


def play(examples: int) -> int:
    """Play so many histories; how many steps they had."""
    count = 0

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(how=GROUPS, steps=st.lists(STEPS, max_size=14))
    def history(how: tuple[set[int], int, str, time, int, frozenset[date]], steps: list[Step]) -> None:
        nonlocal count
        one = begun(how)
        one.write()
        same(one)
        for step in steps:
            take(one, step)
            one.write()
            count += 1
        same(one)

    history()
    return count


if __name__ == "__main__":
    began, number = clock.monotonic(), int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    steps = play(number)
    print(f"{number} histories, {steps} steps, no difference, {clock.monotonic() - began:.0f} s")
