"""Groups worked out by hand: clock changes, midnight, holidays, plans that follow each other, who is expected."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from telehealth.core import series_edits as edit
from telehealth.core.ids import PersonId, ProgrammeId, SeriesId
from telehealth.core.series import (
    CLOSED,
    HOLIDAY,
    Exception_,
    Membership,
    Series,
    occurrences,
    parts,
    planned_on,
    roster,
)
from telehealth.core.series_edits import Change, Impossible, Scope

MON, WED, THU, FRI = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)
ANN, BEN, BOB, CYD = PersonId("ann"), PersonId("ben"), PersonId("bob"), PersonId("cyd")
GROUP = Series(
    id=SeriesId("g"),
    programme=ProgrammeId("p"),
    kind="group_therapy",
    title="Morning",
    zone="America/New_York",
    first=MON,
    at=time(10),
    minutes=180,
    rrule="FREQ=WEEKLY;BYDAY=MO,WE,FR",
    until=None,
    capacity=12,
    cohort="open",
    facilitators=(ANN,),
)


def moments(series: Series, first: date, last: date) -> list[str]:
    """When it meets, as UTC."""
    found = occurrences(series, first, last)
    return [f"{datetime.fromtimestamp(o.starts / 1000, UTC):%m-%d %H:%M}" for o in found]


def test_a_group_keeps_its_hour_when_the_clocks_change() -> None:
    """Ten in the morning in New York is 14:00 UTC before the first Sunday of November and 15:00 after it."""
    group = replace(GROUP, first=date(2026, 10, 26), rrule="FREQ=WEEKLY;BYDAY=FR")
    assert moments(group, date(2026, 10, 26), date(2026, 11, 8)) == ["10-30 14:00", "11-06 15:00"]


def test_an_hour_that_the_clock_skips_is_taken_by_the_offset_before_the_gap() -> None:
    """02:30 on 2027-03-14 does not exist in New York: it is 03:30 of summer time, 07:30 UTC (RFC 5545, 3.3.5)."""
    group = replace(GROUP, at=time(2, 30), rrule="FREQ=DAILY")
    assert moments(group, date(2027, 3, 13), date(2027, 3, 15)) == ["03-13 07:30", "03-14 07:30", "03-15 06:30"]


def test_an_hour_that_occurs_twice_is_the_first_one_and_its_meeting_lasts_as_long_as_any() -> None:
    """01:30 on 2026-11-01 is first that of summer time, 05:30 UTC; ninety minutes later it is 02:00 of winter time."""
    group = replace(GROUP, first=date(2026, 11, 1), at=time(1, 30), minutes=90, rrule="")
    (one,) = occurrences(group, date(2026, 10, 1), date(2026, 12, 1))
    assert occurrences(group, date(2026, 11, 2), date(2026, 12, 1)) == ()
    assert datetime.fromtimestamp(one.starts / 1000, UTC).hour == 5
    assert one.ends - one.starts == 90 * 60_000


def test_a_meeting_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    """From 23:30 to 01:00 is a meeting of the first day, and of that one only."""
    group = replace(GROUP, at=time(23, 30), minutes=90)
    assert [o.date for o in occurrences(group, MON, MON)] == [MON]
    assert occurrences(group, MON + timedelta(1), MON + timedelta(1)) == ()


def test_on_a_closed_day_a_meeting_is_cancelled_unless_it_is_said_to_be_held_or_the_group_knows_no_holidays() -> None:
    """The day before Thanksgiving, closed, cancels the Wednesday; held, moved or not minding, it stands."""
    assert [o.cancelled for o in occurrences(GROUP, MON, FRI, {WED})] == ["", HOLIDAY, ""]
    for one in (
        edit.held(GROUP, WED),
        edit.changed(GROUP, WED, Change(to=THU), Scope.ONE),
        replace(GROUP, holidays=False),
    ):
        assert [o.cancelled for o in occurrences(one, MON, FRI, {WED})] == ["", "", ""]


def test_one_meeting_moves_alone_and_is_found_where_it_now_is() -> None:
    """Wednesday's meeting on Thursday at noon is Wednesday's still, by its name, and stands on Thursday."""
    moved = edit.changed(GROUP, WED, Change(to=THU, at=time(12), minutes=60), Scope.ONE)
    (one,) = occurrences(moved, THU, THU)
    assert (one.day, one.date, one.moved, one.ends - one.starts) == (WED, THU, True, 3_600_000)
    assert occurrences(moved, WED, WED) == ()
    assert moments(moved, MON, FRI) == ["11-23 15:00", "11-26 17:00", "11-27 15:00"]


def test_this_and_following_leaves_what_was_before() -> None:
    """From the second Monday on, Tuesdays at nine with somebody else; before, nothing is touched."""
    following = edit.changed(
        GROUP, MON + timedelta(7), Change(to=MON + timedelta(8), at=time(9), facilitators=(BEN,)), Scope.FOLLOWING
    )
    assert moments(following, MON, MON + timedelta(11)) == [
        "11-23 15:00",
        "11-25 15:00",
        "11-27 15:00",
        "12-01 14:00",
        "12-02 14:00",
        "12-04 14:00",
    ]
    assert {o.facilitators for o in occurrences(following, MON, FRI)} == {(ANN,)}
    again = edit.changed(following, MON + timedelta(4), Change(rrule="FREQ=DAILY", minutes=30), Scope.FOLLOWING)
    assert len(again.later) == 1
    assert len(occurrences(again, FRI, FRI + timedelta(6))) == 7


def test_all_begins_with_the_next_meeting_that_is_to_come() -> None:
    """Fridays to Thursdays at eleven, in the middle of a week: this week's, too; Monday's hour stays what it was."""
    every = edit.changed(GROUP, FRI, Change(to=THU, at=time(11)), Scope.ALL, WED)
    assert moments(every, MON, FRI) == ["11-23 15:00", "11-25 16:00", "11-26 16:00"]


@pytest.mark.parametrize(
    ("change", "scope", "code"),
    [
        (Change(to=MON), Scope.FOLLOWING, "meets_already"),
        (Change(rrule="FREQ=HOURLY"), Scope.ALL, "rule"),
        (Change(rrule="FREQ=DAILY"), Scope.ONE, "one_has_no_rule"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(change: Change, scope: Scope, code: str) -> None:
    """Two meetings on one day, a rule by hours, a rule for a single meeting."""
    with pytest.raises(Impossible, match=code):
        edit.changed(GROUP, WED, change, scope, WED)


def test_only_weekly_groups_can_be_dragged_to_another_day_with_all_that_follows() -> None:
    """The second Tuesday of each month has no weekday to exchange; its hour may change, and its month's phase stays."""
    monthly = replace(GROUP, first=date(2026, 12, 8), rrule="FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU")
    with pytest.raises(Impossible, match="cannot_shift"):
        edit.changed(monthly, date(2026, 12, 8), Change(to=date(2026, 12, 9)), Scope.FOLLOWING)
    later = edit.changed(monthly, date(2027, 2, 9), Change(at=time(9)), Scope.FOLLOWING)
    assert moments(later, date(2026, 12, 1), date(2027, 4, 30)) == ["12-08 15:00", "02-09 14:00", "04-13 13:00"]


def test_a_weekly_rule_without_days_meets_on_the_weekday_of_its_first_day_and_can_be_moved() -> None:
    """FREQ=WEEKLY alone from a Monday is Mondays; moved, Tuesdays. What meets once moves with all that follows, too."""
    plain = replace(GROUP, rrule="FREQ=WEEKLY;WKST=SU")
    tuesday = edit.changed(plain, MON, Change(to=MON + timedelta(1)), Scope.FOLLOWING)
    assert [o.day for o in occurrences(tuesday, MON, FRI)] == [MON + timedelta(1)]
    once = edit.changed(replace(GROUP, rrule=""), MON, Change(to=FRI), Scope.ALL, MON)
    assert [o.day for o in occurrences(once, MON, FRI + timedelta(30))] == [FRI]
    emptied = edit.changed(GROUP, MON, Change(to=FRI, rrule=""), Scope.FOLLOWING)
    assert [o.day for o in occurrences(emptied, MON, FRI + timedelta(30))] == [FRI]


def test_a_meeting_that_is_not_planned_cannot_be_changed() -> None:
    """There is no Thursday."""
    assert not planned_on(GROUP, THU)
    with pytest.raises(Impossible, match="no_meeting"):
        edit.cancelled(GROUP, THU, "weather", 1)


def test_a_cancellation_can_be_taken_back() -> None:
    """Cancelled with its time of notice; held again, it is where it was, and two of them are kept by day."""
    both = edit.cancelled(edit.cancelled(GROUP, FRI, "weather", 7), WED, "staff_ill", 8)
    assert [(e.day, e.cancelled, e.notice) for e in both.exceptions] == [(WED, "staff_ill", 8), (FRI, "weather", 7)]
    assert [o.cancelled for o in occurrences(edit.held(both, WED), MON, FRI)] == ["", "", "weather"]
    assert edit.changed(GROUP, WED, Change(), Scope.ONE).exceptions == ()


def test_guests_and_another_facilitator_come_once() -> None:
    """A guest is expected at one meeting, whoever leads it instead is named, and the group stays what it is."""
    one = edit.with_guest(edit.with_guest(GROUP, WED, BOB), WED, BOB)
    one = edit.changed(one, WED, Change(cofacilitators=(BEN,)), Scope.ONE)
    found = {o.day: (o.guests, o.cofacilitators) for o in occurrences(one, MON, FRI)}
    assert found == {MON: ((), ()), WED: ((BOB,), (BEN,)), FRI: ((), ())}


def test_an_ended_group_does_not_meet_after_its_last_day() -> None:
    """The earlier end stands."""
    ended = edit.ended(edit.ended(GROUP, WED), FRI)
    assert [o.day for o in occurrences(ended, MON, FRI + timedelta(30))] == [MON, WED]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "BYDAY=MO",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;COUNT=3",
        "FREQ=WEEKLY;UNTIL=20270101",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=DAILY;BYMONTHDAY=3",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=XX",
        "DTSTART:20260101\nRRULE:FREQ=DAILY",
    ],
)
def test_rules_are_by_days_and_have_no_end_of_their_own(rule: str) -> None:
    """Seconds, counts and ends, days of a month in a weekly rule, and whatever is no rule are refused."""
    with pytest.raises(ValueError, match="rule"):
        parts(rule)


def test_what_a_series_cannot_be_is_told_by_codes() -> None:
    """A sound one has none; each fault is named once; a rule that never fits is found out at once."""
    assert edit.faults(GROUP) == ()
    assert edit.faults(replace(GROUP, rrule="")) == ()
    wrong = replace(GROUP, rrule="FREQ=HOURLY", minutes=0, capacity=0, cohort="x", until=MON - timedelta(1))
    assert edit.faults(wrong) == ("rule", "minutes", "capacity", "cohort", "until")
    never = replace(GROUP, first=date(2026, 2, 1), rrule="FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30")
    assert edit.faults(never) == ("never",)


def test_a_group_begins_on_its_first_meeting() -> None:
    """ "From Tuesday on, every Monday, Wednesday and Friday" begins on the Wednesday; one that never meets is left."""
    assert edit.begun_on_its_first(replace(GROUP, first=MON + timedelta(1))).first == WED
    never = replace(GROUP, first=date(2026, 2, 1), rrule="FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30")
    assert edit.begun_on_its_first(never) == never


def test_a_member_is_expected_from_the_day_they_join_until_the_day_they_leave() -> None:
    """Joining and leaving name the first day of each; the past stays, and whoever comes back is expected again."""
    members = edit.joined(GROUP, (), BOB, MON)
    members = edit.joined(GROUP, members, CYD, WED)
    members = edit.left(members, BOB, WED)
    members = edit.joined(GROUP, members, BOB, FRI)
    assert [roster(members, day) for day in (MON, WED, FRI)] == [(BOB,), (CYD,), (CYD, BOB)]
    with pytest.raises(Impossible, match="member_already"):
        edit.joined(GROUP, members, BOB, MON)
    with pytest.raises(Impossible, match="not_a_member"):
        edit.left(members, ANN, MON)


def test_whoever_was_to_join_later_and_leaves_before_never_joins() -> None:
    """The membership stays as a line without a day, and cannot be left twice."""
    members = edit.left(edit.joined(GROUP, (), BOB, FRI), BOB, WED)
    assert members == (Membership(GROUP.id, BOB, FRI, FRI),)
    assert roster(members, FRI) == ()
    with pytest.raises(Impossible, match="not_a_member"):
        edit.left(members, BOB, WED)


def test_a_closed_cohort_has_begun_with_its_first_meeting() -> None:
    """Until the day of the first meeting newcomers are welcome; an open group never closes."""
    closed = replace(GROUP, cohort=CLOSED)
    assert [edit.has_begun(closed, day) for day in (MON, MON + timedelta(1))] == [False, True]
    assert not edit.has_begun(GROUP, FRI)


def test_whoever_leads_now_or_later_leads_the_group() -> None:
    """After Ann's last week she does not any more; before it both do."""
    following = edit.changed(GROUP, MON + timedelta(7), Change(facilitators=(BEN,)), Scope.FOLLOWING)
    assert following.leaders(FRI) == {ANN, BEN}
    assert following.leaders(MON + timedelta(7)) == {BEN}


def test_a_meeting_is_looked_up_by_its_day() -> None:
    """There is one on Wednesday."""
    assert edit.meeting(GROUP, WED).day == WED


def test_a_meeting_as_planned_is_no_exception() -> None:
    """Ten years of weeks are looked up from nearby, and nothing departs from the plan without a reason."""
    far = occurrences(GROUP, date(2036, 11, 24), date(2036, 11, 28))
    assert [o.day.isoweekday() for o in far] == [1, 3, 5]
    assert Exception_(MON) == Exception_(MON, to=None)
