"""A client's week: hours by kind with their sessions, and the day after which the level of care cannot be met."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.attendance import Status
from telehealth.core.day import date_of_service
from telehealth.core.forecast import Coming, DayHours, Order, lost_after, week_of
from telehealth.core.hours import LevelOfCare, Outlook
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.marks import Mark

from .programme import HOUR, MINUTE, MONDAY, ZONE, at, coming, mark
from .story import FIXED

IOP = LevelOfCare("iop/1", "asam:3:2.1", 540, ("group_therapy", "individual"), 0)


def _days(*parts: tuple[float, float, float]) -> list[DayHours]:
    return [
        DayHours(MONDAY + timedelta(days=place), round(a * HOUR), round(s * HOUR), round(left * HOUR))
        for place, (a, s, left) in enumerate(parts)
    ]


def test_the_day_after_which_it_is_lost() -> None:
    """Whoever missed Monday of four evenings loses the nine hours with Wednesday, not before."""
    nine = 9 * HOUR
    assert lost_after(nine, _days((0, 3, 0), (0, 3, 3), (0, 3, 3), (0, 3, 3))) == MONDAY + timedelta(days=1)
    assert lost_after(nine, _days((3, 3, 0), (3, 3, 0), (0, 3, 3), (0, 3, 3))) == MONDAY + timedelta(days=3)
    assert lost_after(nine, _days((3, 3, 0), (3, 3, 0), (3, 3, 0))) is None
    assert lost_after(nine, _days((3, 3, 0), (0, 3, 0), (0, 3, 3))) == MONDAY + timedelta(days=1)
    assert lost_after(nine, _days((0, 3, 3), (0, 3, 3))) is None
    assert lost_after(nine, []) is None


PART = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))


@FIXED
@given(st.lists(PART, max_size=7), st.integers(0, 20))
def test_the_day_is_that_of_a_slow_and_obvious_model(parts: list[tuple[int, int, int]], needed: int) -> None:
    """For each day: would it still do if nothing but what follows it came to what was attended until its end?"""
    days = _days(*parts)
    could = [max(s, a + left) for a, s, left in parts]
    answer = None
    if sum(could) >= needed:
        for place in range(len(parts)):
            if sum(a for a, _, _ in parts[: place + 1]) + sum(could[place + 1 :]) < needed:
                answer = days[place].day
                break
    assert lost_after(needed * HOUR, days) == answer


def test_a_week_by_kind_with_its_sessions() -> None:
    """What counts and what does not, against what was ordered; each figure with the sessions that it is made of."""
    order = Order("o", PersonId("p"), MONDAY, None, {"group_therapy": 480, "family": 60}, 0, "q")
    marks = [mark(0), mark(1, Status.NO_SHOW), mark(1, kind="holistic", hour=10, minutes=50), mark(-1)]
    ahead = [coming(3), coming(4, hour=9, hours=1, kind="individual"), coming(8)]
    week = week_of(IOP, MONDAY, marks, ahead, order, at(2, 12), MONDAY + timedelta(days=2))
    assert (week.stands.minutes, week.stands.minutes_to_come, week.stands.outlook) == (180, 240, Outlook.OUT_OF_REACH)
    assert week.enough_scheduled
    assert week.lost_after == MONDAY + timedelta(days=1)
    assert week.counted == (marks[0].session,)
    assert week.coming == (ahead[0].session, ahead[1].session)
    kinds = {one.kind: one for one in week.kinds}
    assert list(kinds) == ["group_therapy", "individual", "family", "holistic"]
    assert (kinds["group_therapy"].minutes, kinds["group_therapy"].minutes_to_come, kinds["group_therapy"].ordered) == (
        180,
        180,
        480,
    )
    assert (kinds["family"].minutes, kinds["family"].ordered, kinds["family"].counts) == (0, 60, False)
    assert kinds["holistic"].sessions == (marks[2].session,)
    assert (week.ordered, week.needed) == (540, 540)


def test_a_session_that_goes_on_counts_up_to_now() -> None:
    """What was attended of it, and what is left of it; none of it twice."""
    marks = [mark(0), mark(1)]
    going = coming(3, attended=55)
    week = week_of(IOP, MONDAY, marks, [going], None, at(3, 19), MONDAY + timedelta(days=3))
    assert (week.stands.minutes, week.stands.minutes_to_come) == (415, 120)
    assert week.stands.outlook is Outlook.OUT_OF_REACH
    assert week.lost_after == MONDAY + timedelta(days=3)
    assert week.ordered is None


def test_a_week_that_is_over_has_nothing_to_come() -> None:
    """A session that never opened is not to come, and the day on which the week was lost stays."""
    week = week_of(IOP, MONDAY, [mark(0), mark(1)], [coming(3)], None, at(8), MONDAY + timedelta(days=8))
    assert (week.stands.outlook, week.stands.minutes_to_come, week.coming) == (Outlook.SHORT, 0, ())
    assert week.lost_after == MONDAY + timedelta(days=3)


def test_too_little_scheduled_is_nobodys_miss() -> None:
    """No day is named where the schedule itself is too small."""
    week = week_of(IOP, MONDAY, [mark(0)], [coming(3)], None, at(1), MONDAY + timedelta(days=1))
    assert (week.enough_scheduled, week.lost_after, week.stands.outlook) == (False, None, Outlook.OUT_OF_REACH)


ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/Chicago", "Pacific/Apia", "Europe/Berlin", "Asia/Kolkata")]
)
HOURS_AROUND = st.integers(-24 * 9, 24 * 9)
CHANGES = st.sampled_from(
    [date(2026, 3, 9), date(2026, 11, 2), date(2026, 3, 30), date(2026, 10, 26), date(2026, 11, 23)]
)


@FIXED
@given(ZONES, CHANGES, st.lists(HOURS_AROUND, max_size=8), HOURS_AROUND, st.integers(0, 6))
def test_weeks_share_out_every_session_once(
    zone: ZoneInfo, monday: date, hours: list[int], now: int, begins: int
) -> None:
    """Across a change of clocks and midnight, in any zone: no session is in two weeks, and none in no week."""
    level = LevelOfCare("x/1", "x", 540, ("group_therapy",), begins)
    base = at(monday, 0)
    marks = [
        Mark(
            SessionId(str(n)),
            date_of_service(base + h * HOUR, zone),
            base + h * HOUR,
            base + (h + 2) * HOUR,
            "group_therapy",
            Status.PRESENT,
            HOUR,
        )
        for n, h in enumerate(hours)
    ]
    first = level.week_of(monday)
    moment = base + now * HOUR
    today = date_of_service(moment, zone)
    weeks = [week_of(level, first + timedelta(weeks=n), marks, (), None, moment, today) for n in range(-3, 4)]
    found = [session for week in weeks for session in week.counted]
    assert sorted(found) == sorted(m.session for m in marks)
    for week in weeks:
        assert week.stands.minutes == 60 * len(week.counted)
        days = {date_of_service(m.starts, zone) for m in marks if m.session in week.counted}
        assert all(week.first <= day <= week.first + timedelta(days=6) for day in days)


@FIXED
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.booleans()), max_size=8),
    st.integers(0, 7 * 24),
)
def test_the_forecast_agrees_with_the_outlook(parts: list[tuple[int, int, bool]], hour: int) -> None:
    """What can still be met is lost on no day that has been; what cannot is, unless too little was scheduled."""
    now = at(0, 0) + hour * HOUR
    marks: list[Mark] = []
    ahead: list[Coming] = []
    for number, (day, length, came) in enumerate(parts):
        on, starts = MONDAY + timedelta(days=day), at(day, 8 + number)
        if starts + length * HOUR <= now:
            status = Status.PRESENT if came else Status.NO_SHOW
            attended = length * HOUR if came else 0
            marks.append(
                Mark(SessionId(str(number)), on, starts, starts + length * HOUR, "individual", status, attended)
            )
        else:
            ahead.append(Coming(SessionId(str(number)), on, starts, starts + length * HOUR, "individual"))
    today = date_of_service(now, ZONE)
    week = week_of(IOP, MONDAY, marks, ahead, None, now, today)
    if week.stands.outlook is Outlook.MET:
        assert week.lost_after is None
    elif week.stands.outlook is Outlook.REACHABLE:
        assert week.lost_after is not None
        assert week.lost_after >= today
    else:
        assert (week.lost_after is None) == (not week.enough_scheduled)
        assert week.lost_after is None or week.lost_after <= today or ahead
    assert week.stands.minutes * MINUTE <= 9 * 24 * HOUR
