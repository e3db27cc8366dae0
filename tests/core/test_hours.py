"""Hours of a week: what counts as left, when a week is met, and when it cannot be met any more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.hours import LevelOfCare, Outlook, Week, to_come, week

from .story import FIXED

MINUTE = 60_000
IOP = LevelOfCare("iop/1", "asam:3:2.1", 540, ("group_therapy",), 0)


@pytest.mark.parametrize(
    ("attended", "left", "over", "expected"),
    [
        (540 * MINUTE, 0, False, Week(540, 0, 0, Outlook.MET)),
        (540 * MINUTE - 1, 0, True, Week(539, 0, 1, Outlook.SHORT)),
        (360 * MINUTE, 180 * MINUTE, False, Week(360, 180, 180, Outlook.REACHABLE)),
        (360 * MINUTE, 180 * MINUTE - 1, False, Week(360, 179, 180, Outlook.OUT_OF_REACH)),
        # Two part minutes that make a whole one.
        (359 * MINUTE + 30_000, 180 * MINUTE + 30_000, False, Week(359, 180, 181, Outlook.REACHABLE)),
        # Nothing of a past week is to come, whatever was planned.
        (0, 600 * MINUTE, True, Week(0, 0, 540, Outlook.SHORT)),
    ],
)
def test_a_week_is_met_reachable_or_lost(attended: int, left: int, over: bool, expected: Week) -> None:
    """To the minute, and by what is left rather than by what was planned."""
    assert week(IOP, attended, left, over=over) == expected


def test_what_is_left_counts_from_now_and_each_moment_once() -> None:
    """A session that goes on counts from now, one that is over not at all, and two at a time as one."""
    sessions = [(0, 60), (80, 120), (110, 150), (200, 260)]
    assert to_come(sessions, 0) == 60 + 70 + 60
    assert to_come(sessions, 100) == 50 + 60
    assert to_come(sessions, 300) == 0


def test_a_week_begins_where_the_level_says() -> None:
    """Sunday belongs to the week before where weeks begin on Monday, and begins its own where they begin on Sunday."""
    sunday = date(2026, 11, 29)
    assert IOP.week_of(sunday) == date(2026, 11, 23)
    assert LevelOfCare("x/1", "x", 540, (), 6).week_of(sunday) == sunday
    assert IOP.week_of(date(2026, 11, 23)) == date(2026, 11, 23)


SPANS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=8)


@FIXED
@given(SPANS, st.integers(0, 500), st.integers(0, 500))
def test_time_only_takes_away_from_what_is_left(spans: list[tuple[int, int]], now: int, later: int) -> None:
    """What is left is never negative, never grows by waiting, and never exceeds the clock."""
    early, late = sorted((now, later))
    assert 0 <= to_come(spans, late) <= to_come(spans, early) <= to_come(spans, late) + (late - early)
