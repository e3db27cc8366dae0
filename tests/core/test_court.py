"""What a court counts, and what NCQA's measure is like: each figure with the sessions that it is made of."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.attendance import Status
from telehealth.core.court import CourtRule, Standing, count
from telehealth.core.initiation import InitiationRule, Reached, initiation

from .programme import MONDAY, coming, mark
from .story import FIXED

WASHINGTON = CourtRule("washington/1", 72 * 60, 12, 4, 3, 60, ("group_therapy", "individual"))
IET = InitiationRule("iet/1", 14, 2, 34)


def test_hours_within_weeks_and_days_in_the_first() -> None:
    """Two sessions on one day are one, 59 minutes are none, other kinds and other weeks are left out."""
    marks = [
        mark(-1),
        mark(0),
        mark(0, hour=9, kind="individual", minutes=60),
        mark(1, minutes=59),
        mark(2, kind="holistic"),
        mark(3, Status.NO_SHOW),
        mark(7),
        mark(8),
        mark(9),
        mark(84),
    ]
    ahead = [coming(10), coming(11, kind="holistic"), coming(84)]
    found = count(WASHINGTON, MONDAY, marks, ahead, MONDAY + timedelta(days=9))
    assert (found.minutes, found.minutes_short) == (180 * 4 + 60 + 59, 72 * 60 - 839)
    assert (found.last, found.minutes_scheduled, found.standing) == (MONDAY + timedelta(days=83), 180, Standing.OPEN)
    assert found.a_week == -(-found.minutes_short // 11)
    assert [(week.days, week.standing) for week in found.weeks] == [
        (1, Standing.SHORT),
        (3, Standing.MET),
        (0, Standing.OPEN),
        (0, Standing.OPEN),
    ]
    assert set(found.weeks[0].sessions) == {marks[1].session, marks[2].session}
    assert len(found.sessions) == 6


def test_a_court_week_that_the_schedule_cannot_reach() -> None:
    """This week's days and those that are still scheduled are too few; with one more it is open."""
    marks, wednesday = [mark(0)], MONDAY + timedelta(days=2)
    lost = count(WASHINGTON, MONDAY, marks, [coming(3), coming(3, hour=9)], wednesday)
    assert lost.weeks[0].standing is Standing.OUT_OF_REACH
    still = count(WASHINGTON, MONDAY, marks, [coming(3), coming(4)], wednesday)
    assert still.weeks[0].standing is Standing.OPEN


def test_when_the_time_is_over_or_has_not_begun() -> None:
    """Met stays met, short is short, and nothing a week is asked for afterwards."""
    over, none = MONDAY + timedelta(days=84), count(WASHINGTON, MONDAY, [], [], MONDAY + timedelta(days=84))
    assert (none.standing, none.a_week, none.minutes_short) == (Standing.SHORT, 0, 4320)
    enough = [mark(day) for day in range(24)]
    assert count(WASHINGTON, MONDAY, enough, [], over).standing is Standing.MET
    before = count(WASHINGTON, MONDAY, [], [], MONDAY - timedelta(days=10))
    assert (before.standing, before.a_week, before.weeks[0].standing) == (Standing.OPEN, 360, Standing.OPEN)


@FIXED
@given(st.lists(st.tuples(st.integers(-3, 90), st.integers(0, 3)), max_size=20, unique_by=lambda one: one[0]))
def test_a_court_counts_every_hour_once(sessions: list[tuple[int, int]]) -> None:
    """Those of the twelve weeks, no others, whatever clocks change meanwhile."""
    first = date(2026, 10, 1)  # the change of clocks lies within
    marks = [mark(first + timedelta(days=day), minutes=60 * hours) for day, hours in sessions]
    found = count(WASHINGTON, first, marks, [], date(2027, 1, 1))
    inside = [(day, hours) for day, hours in sessions if 0 <= day < 84]
    assert found.minutes == 60 * sum(hours for _, hours in inside)
    for number, week in enumerate(found.weeks):
        assert week.days == len({day for day, hours in inside if hours and number * 7 <= day < number * 7 + 7})


def test_beginning_and_going_on() -> None:
    """One within fourteen days, two more within thirty-four of it; until then it is open."""
    on = [mark(14), mark(20), mark(48)]
    later = MONDAY + timedelta(days=60)
    yes = initiation(IET, MONDAY, on, later)
    assert (yes.initiated, yes.engaged, yes.marks) == (Reached.YES, Reached.YES, tuple(on))
    slow = initiation(IET, MONDAY, [*on[:2], mark(49)], later)
    assert (slow.initiated, slow.engaged, slow.marks) == (Reached.YES, Reached.NO, tuple(on[:2]))
    early = initiation(IET, MONDAY, on[:1], MONDAY + timedelta(days=48))
    assert early.engaged is Reached.OPEN
    none = initiation(IET, MONDAY, [mark(15), mark(3, Status.NO_SHOW)], MONDAY + timedelta(days=15))
    assert (none.initiated, none.engaged, none.marks) == (Reached.NO, Reached.NO, ())
    waiting = initiation(IET, MONDAY, [], MONDAY + timedelta(days=14))
    assert (waiting.initiated, waiting.engaged) == (Reached.OPEN, Reached.OPEN)
