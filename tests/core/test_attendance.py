"""Attendance, told as evenings: what counts, what does not, and how a policy calls it."""

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.attendance import Interval, Status, rows, union_ms
from telehealth.core.ids import Millis

from .story import ALICE, BOB, CAROL, DAN, FAY, OLIVE, POLICY, Story, clock

MINUTE: Millis = 60_000


def test_a_whole_evening_is_one_interval() -> None:
    """Bob sat from admission to the end: three hours, to the millisecond, and final."""
    story = Story().begin(BOB)
    story.at("21:00").end()
    row = story.rows()[BOB]
    assert row.intervals == (Interval(clock("18:00"), clock("21:00"), "ended"),)
    assert (row.milliseconds, row.minutes, row.status, row.final) == (180 * MINUTE, 180, Status.PRESENT, True)
    assert (row.session_start, row.session_end) == (clock("17:55"), clock("21:00"))
    assert (row.first_join, row.last_leave) == (clock("18:00"), clock("21:00"))
    assert (row.programme, row.session, row.kind, row.policy) == ("p1", "s1", "group_therapy", "test/1")
    assert (row.scheduled_start, row.scheduled_end) == (clock("18:00"), clock("21:00"))


def test_waiting_counts_nothing() -> None:
    """Twenty minutes in the waiting room are twenty minutes nowhere, before and after a loss."""
    story = Story().at("17:55")
    story.enter(ALICE)
    story.at("18:00").enter(BOB, CAROL)
    story.at("18:05").lose(CAROL, seen="18:05")
    story.at("18:05:30").enter(CAROL)
    story.at("18:20").admit()
    story.at("18:30").lose(BOB, seen="18:30")
    story.at("18:40").time_passes()
    story.enter(BOB)
    story.at("19:00").lose(BOB, seen="19:00")
    story.at("21:00").end()
    assert story.stays(BOB) == [(clock("18:20"), clock("18:30"), "lost")]
    assert story.stays(CAROL) == [(clock("18:20"), clock("21:00"), "ended")]


def test_a_gap_is_not_attended_and_stays_in_the_record() -> None:
    """The first interval ends at the last proof, not when the loss was noticed."""
    story = Story().begin(BOB)
    story.at("18:30:09").lose(BOB, seen="18:30:00")
    assert story.stays(BOB) == [(clock("18:00"), clock("18:30"), "lost")]
    story.at("18:30:50").enter(BOB)
    assert story.stays(BOB)[1:] == [(clock("18:30:50"), None, "")]
    assert story.rows()[BOB].last_leave is None
    story.at("19:00").leave(BOB)
    assert story.stays(BOB) == [
        (clock("18:00"), clock("18:30"), "gap"),
        (clock("18:30:50"), clock("19:00"), "left"),
    ]
    assert story.rows()[BOB].minutes == 59


def test_proof_by_media_shortens_the_gap_of_signalling() -> None:
    """Seen and heard until a moment before the new socket: only the rest is a gap; until that moment, there is none."""
    story = Story().begin(BOB, CAROL)
    story.at("18:30:01").lose(BOB, seen="18:30:00")
    story.lose(CAROL, seen="18:30:00")
    story.at("18:30:40").enter(BOB, seen="18:30:39")
    story.enter(CAROL, seen="18:30:40")
    assert story.stays(BOB) == [(clock("18:00"), clock("18:30:39"), "gap"), (clock("18:30:40"), None, "")]
    assert story.stays(CAROL) == [(clock("18:00"), None, "")]


def test_proof_by_media_counts_for_somebody_who_never_returns() -> None:
    """The socket died at 18:30, the picture at 18:35: gone since 18:35."""
    story = Story().begin(BOB)
    story.at("18:30:01").lose(BOB, seen="18:30:00")
    story.at("18:36:01").time_passes({BOB: "18:35:00"})
    assert story.stays(BOB) == [(clock("18:00"), clock("18:35"), "lost")]


def test_whoever_was_lost_when_it_ended_was_lost() -> None:
    """Neither the end of the session nor a removal moves the end of a stay that was over before."""
    story = Story().begin(BOB, CAROL)
    story.at("18:30").lose(BOB, seen="18:29:50")
    story.lose(CAROL, seen="18:29:55")
    story.at("18:30:20").remove(CAROL)
    story.at("18:30:40").end()
    assert story.stays(BOB) == [(clock("18:00"), clock("18:29:50"), "lost")]
    assert story.stays(CAROL) == [(clock("18:00"), clock("18:29:55"), "lost")]


def test_two_tabs_never_count_twice() -> None:
    """A takeover is no event of attendance."""
    story = Story().begin(BOB)
    for minute in range(1, 30):
        story.at(f"18:{minute:02}").enter(BOB, tab=f"tab-{minute}", seen=f"18:{minute:02}")
    story.at("18:30").leave(BOB)
    assert story.stays(BOB) == [(clock("18:00"), clock("18:30"), "left")]


def test_removed_and_let_back_makes_two_stays() -> None:
    """The time outside is not attended, and what happens in the waiting room does not change the first stay."""
    story = Story().begin(BOB)
    story.at("18:30").remove(BOB)
    story.ask(ask.AllowBack(story.now, story.socket(ALICE), story.member(BOB).number))
    story.at("18:35").enter(BOB)
    story.at("18:39").lose(BOB, seen="18:39")
    story.at("18:39:30").enter(BOB)
    assert story.stays(BOB) == [(clock("18:00"), clock("18:30"), "removed")]
    story.at("18:45").admit()
    story.at("19:00").end()
    assert [span[2] for span in story.stays(BOB)] == ["removed", "ended"]
    assert story.rows()[BOB].minutes == 45


def test_only_clients_have_rows() -> None:
    """Staff and family members have none, and do not count as group size; a client nobody expected does."""
    story = Story(expected=(BOB, CAROL)).begin(BOB, DAN, FAY)
    story.enter(OLIVE)
    story.at("21:00").end()
    table = story.rows()
    assert list(table) == sorted([BOB, CAROL, DAN])
    assert {row.group_size_clients for row in table.values()} == {2}


def test_nothing_is_judged_while_the_session_goes_on() -> None:
    """A live row says how long so far; without a time it is measured to the last event."""
    story = Story().begin(BOB)
    story.at("18:31:30")
    assert {row.status for row in story.rows().values()} == {Status.IN_SESSION}
    assert not story.rows()[BOB].final
    assert (story.rows()[BOB].minutes, story.rows()[CAROL].minutes) == (31, 0)
    assert {row.session_end for row in story.rows().values()} == {None}
    story.enter(CAROL)
    story.at("19:00")
    by_log = {row.client: row.milliseconds for row in rows(story.log, POLICY, until=None)}
    assert by_log[BOB] == clock("18:31:30") - clock("18:00")


def test_who_waited_but_was_never_seated_did_not_attend() -> None:
    """Expected and never in the session is a no-show, whatever the waiting room saw."""
    story = Story().begin(BOB)
    story.at("18:30").enter(CAROL)
    story.at("21:00").end()
    assert {story.rows()[person].status for person in (CAROL, DAN)} == {Status.NO_SHOW}


def test_nobody_misses_a_session_that_did_not_take_place() -> None:
    """No host ever came: nobody gets a no-show for it. A room that was never opened has no rows either."""
    story = Story().at("18:00")
    story.enter(BOB)
    assert {row.status for row in story.rows().values()} == {Status.IN_SESSION}
    story.at("23:01").time_passes()
    assert story.room.ended
    assert story.rows() == {}
    assert rows([], POLICY, until=None) == ()


@pytest.mark.parametrize(
    ("comes", "goes", "status"),
    [
        ("18:00", "21:00", Status.PRESENT),
        ("18:10:00.000", "21:00", Status.PRESENT),
        ("18:10:00.001", "21:00", Status.LATE),
        ("18:00", "20:50:00.000", Status.PRESENT),
        ("18:00", "20:49:59.999", Status.LEFT_EARLY),
        ("18:15", "20:45", Status.LEFT_EARLY),
        ("18:45:00.000", "21:00", Status.LATE),
        ("18:45:00.001", "21:00", Status.PARTIAL),
        ("18:00", "18:45:00.000", Status.PARTIAL),
        ("18:00", "18:44:59.999", Status.ABSENT),
        ("20:59", "21:00", Status.ABSENT),
    ],
)
def test_the_policy_names_what_it_sees(comes: str, goes: str, status: Status) -> None:
    """Each edge of late, left early, partial and absent, to the millisecond, and which of two names wins."""
    story = Story().begin(DAN)
    story.at(comes).enter(BOB)
    story.admit()
    if goes != "21:00":
        story.at(goes).leave(BOB)
    story.at("21:00").end()
    assert story.rows()[BOB].status is status


def test_nobody_is_late_because_the_host_was() -> None:
    """The session is judged by when it really began and ended within its schedule."""
    story = Story().at("18:30")
    story.enter(ALICE, BOB)
    story.admit()
    story.at("20:00").end()
    assert story.rows()[BOB].status is Status.PRESENT


def test_going_at_the_scheduled_end_of_a_session_that_runs_over_is_not_early() -> None:
    """What goes beyond the schedule is counted in minutes but asked of nobody."""
    story = Story().begin(BOB, CAROL)
    story.at("21:00").leave(BOB)
    story.at("21:45").end()
    assert {story.rows()[person].status for person in (BOB, CAROL)} == {Status.PRESENT}
    assert story.rows()[CAROL].minutes == 225


def test_a_session_outside_its_schedule_is_judged_by_its_own_times() -> None:
    """Held an hour early and over before the scheduled start: present is who was there."""
    story = Story().at("17:30")
    story.enter(ALICE, BOB)
    story.admit()
    story.at("17:35").leave(BOB)
    story.enter(CAROL)
    story.admit()
    story.at("17:59").end()
    assert story.rows()[BOB].status is Status.ABSENT
    assert story.rows()[CAROL].status is Status.PRESENT


def test_a_proof_from_outside_the_stay_neither_adds_nor_takes_back() -> None:
    """However a log came about, an interval never ends before it began or after the event that ended it."""
    story = Story().begin(BOB)
    bob = story.member(BOB).number
    story.log.append(did.ConnectionLost(clock("18:30"), bob, clock("17:00")))
    assert story.stays(BOB) == [(clock("18:00"), clock("18:00"), "lost")]
    story.log.append(did.Left(clock("18:40"), bob, clock("20:00"), did.Why.LOST))
    assert story.at("19:00").stays(BOB) == [(clock("18:00"), clock("18:40"), "lost")]


def test_the_union_counts_each_moment_once() -> None:
    """Overlaps, containment and gaps; what lasts is measured to the given time and never below nothing."""
    spans = [Interval(10, 20), Interval(15, 30), Interval(16, 18), Interval(40, None)]
    assert union_ms(spans, 45) == 25
    assert union_ms(spans, 35) == 20
    assert union_ms([], 99) == 0


def test_minutes_are_whole_minutes_rounded_down() -> None:
    """A minute counts when it is over."""
    story = Story().begin(BOB)
    story.at("18:01:59.999").leave(BOB)
    assert (story.rows()[BOB].minutes, story.rows()[BOB].milliseconds) == (1, 119_999)
