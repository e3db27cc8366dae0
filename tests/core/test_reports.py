"""A programme in figures: census, attendance, sizes against caps, and cohorts by month of admission."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.caps import Cap, CapRule, Counts
from telehealth.core.engagement import FirstSession, Kept, Retention
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.initiation import Initiation, Reached
from telehealth.core.reports import Course, Held, attendance, census, cohorts, days_of, sizes
from telehealth.core.stays import Stay

from .programme import MONDAY
from .story import FIXED

A, B, C = (PersonId(name) for name in "abc")


def _day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_a_census() -> None:
    """From the day of admission to the last day; two tracks are one client; a pause stands beside it."""
    stays = [
        Stay(A, "day", _day(0), _day(1)),
        Stay(A, "evening", _day(1), None),
        Stay(B, "day", _day(0), None, "", ((_day(1), _day(1)), (_day(3), None))),
    ]
    found = census(stays, days_of(_day(-1), _day(3)))
    assert [one.clients for one in found] == [0, 2, 1, 2, 1]
    assert [one.paused for one in found] == [0, 0, 1, 0, 1]
    assert [one.admitted for one in found] == [(), (A, B), (A,), (), ()]
    assert found[2].discharged == (A,)
    assert found[1].tracks == {"day": 2}
    assert found[3].tracks == {"day": 1, "evening": 1}
    assert [one.day for one in census([], days_of(_day(0), _day(8), 7))] == [_day(0), _day(7)]


@FIXED
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9) | st.none()), max_size=6))
def test_the_census_moves_by_who_comes_and_goes(stays: list[tuple[int, int | None]]) -> None:
    """With one episode a client, today's census is yesterday's and who was admitted, without who left after it."""
    every = [
        Stay(PersonId(str(n)), "day", _day(first), None if length is None else _day(first + length))
        for n, (first, length) in enumerate(stays)
    ]
    found = census(every, days_of(_day(-1), _day(20)))
    for before, now in pairwise(found):
        assert now.clients == before.clients + len(now.admitted) - len(before.discharged)


def _held(
    name: str, starts: int, came: int, missed: int, persons: int | None = None, kind: str = "group_therapy"
) -> Held:
    return Held(SessionId(name), MONDAY, starts, kind, "evening", came, missed, 1, came, persons, came * 180)


def test_attendance_by_whatever_name() -> None:
    """Sums with the sessions behind them, in order of time."""
    held = [_held("b", 2, 8, 2), _held("a", 1, 7, 3), _held("c", 3, 0, 0, kind="individual")]
    group, alone = attendance(held, lambda one: one.kind)
    assert (group.name, group.came, group.missed, group.excused, group.minutes) == ("group_therapy", 15, 5, 2, 2700)
    assert [one.session for one in group.sessions] == ["a", "b"]
    assert group.share == 0.75
    assert alone.share is None


def test_sizes_against_caps() -> None:
    """Whom the cap counts is counted; what nobody counted is said to be unknown; a kind without a cap has none."""
    rule = CapRule("cap/1", {"group_therapy": Cap(8, Counts.CLIENTS), "family": Cap(10, Counts.PERSONS)})
    held = [
        _held("b", 2, 9, 0),
        _held("a", 1, 7, 0),
        _held("f", 3, 4, 0, 12, "family"),
        _held("g", 4, 4, 0, None, "family"),
        _held("w", 5, 30, 0, kind="workshop"),
    ]
    family, group, workshop = sizes(held, rule, lambda one: one.series)
    assert (family.kind, family.largest, family.average, family.cap, family.counts) == (
        "family",
        12,
        12.0,
        10,
        Counts.PERSONS,
    )
    assert [one.session for one in family.over] == ["f"]
    assert [one.session for one in family.unknown] == ["g"]
    assert (group.largest, group.average, group.cap) == (9, 8.0, 8)
    assert [one.session for one in group.sessions] == ["a", "b"]
    assert [one.session for one in group.over] == ["b"]
    assert (workshop.largest, workshop.cap, workshop.over, workshop.unknown) == (30, None, (), ())
    (bare,) = sizes([_held("g", 4, 4, 0)], None, lambda one: one.series)
    assert (bare.cap, bare.counts, bare.over, bare.unknown) == (None, None, (), ())
    (nobody,) = sizes([_held("g", 4, 4, 0, None, "family")], rule, lambda one: one.series)
    assert (nobody.largest, nobody.average) == (0, 0.0)


def _course(client: PersonId, admitted: date, days: int | None, kept: Kept, discharged: date | None = None) -> Course:
    return Course(
        Stay(client, "day", admitted, discharged, "dropped_out" if discharged else ""),
        FirstSession(days, 0, None),
        (Retention(30, admitted + timedelta(days=30), kept, ()),),
        Initiation(Reached.YES if days is not None else Reached.NO, Reached.NO, ()),
    )


def test_cohorts_by_month_of_admission() -> None:
    """Each figure with its clients; the median of those who came; the share of those about whom it is known."""
    november, december = date(2026, 11, 5), date(2026, 12, 1)
    first, second = cohorts(
        [
            _course(B, november, 4, Kept.LOST, november + timedelta(days=20)),
            _course(A, november, 1, Kept.RETAINED),
            _course(C, november, None, Kept.PAUSED),
            _course(A, december, None, Kept.TOO_EARLY),
        ]
    )
    assert (first.month, first.admitted, first.days_to_first, first.never_came) == (
        date(2026, 11, 1),
        (A, B, C),
        2.5,
        (C,),
    )
    (day,) = first.retention
    assert (day.day, day.retained, day.lost, day.paused, day.too_early, day.share) == (30, (A,), (B,), (C,), (), 0.5)
    assert first.initiated == {Reached.NO: (C,), Reached.YES: (A, B)}
    assert first.reasons == {"dropped_out": (B,)}
    assert (second.days_to_first, second.retention[0].share, second.reasons) == (None, None, {})
