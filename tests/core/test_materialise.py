"""The sessions of a group ahead of time, worked out by hand."""

from dataclasses import replace
from datetime import date, time, timedelta

from telehealth.core import series_edits as edit
from telehealth.core.ids import SessionId
from telehealth.core.materialise import due, planned, session_id, today
from telehealth.core.series import HOLIDAY, SUPERSEDED, Group, instant
from telehealth.core.series_edits import Change, Scope

from .test_series import BOB, CYD, FRI, GROUP, MON, THU, WED

NOW = instant(MON, time(12), GROUP.zone)
MEMBERS = edit.joined(GROUP, edit.joined(GROUP, (), BOB, MON), CYD, WED)


def test_eight_weeks_are_written_ahead_under_names_that_every_node_makes() -> None:
    """From the Monday that goes on to the Monday in eight weeks: 25 sessions, each with who is expected on its day."""
    found = due(Group(GROUP, MEMBERS), (), NOW, {FRI})
    assert len(found) == 25
    assert found[0].id == session_id(GROUP.id, MON) == "g-20261123"
    assert [one.roster for one in found[:2]] == [(BOB,), (BOB, CYD)]
    assert [one.cancelled for one in found[:3]] == ["", "", HOLIDAY]
    assert today(GROUP, NOW) == MON


def test_what_is_written_like_that_already_is_left_alone_and_so_is_what_has_ended() -> None:
    """Again, nothing is due; a week later, the far end; a change of the hour reaches only what is to come."""
    group = Group(GROUP, MEMBERS)
    written = due(group, (), NOW, ())
    assert due(group, written, NOW, ()) == ()
    assert len(due(group, written, NOW + 7 * 86_400_000, ())) == 3
    ended = instant(MON, time(14), GROUP.zone)
    later = Group(edit.changed(GROUP, MON, Change(at=time(9)), Scope.FOLLOWING), MEMBERS)
    assert session_id(GROUP.id, MON) not in {one.id for one in due(later, written, ended, ())}
    stray = replace(written[0], id=SessionId("s"), day=None)
    assert due(group, [*written, stray], NOW, ()) == ()


def test_what_the_plan_no_longer_holds_is_cancelled_and_what_is_moved_far_follows() -> None:
    """After the end all is superseded; a meeting moved to next year is there; one moved to the past is not."""
    written = due(Group(GROUP), (), NOW, ())
    over = due(Group(edit.ended(GROUP, MON)), written, NOW, ())
    assert {one.cancelled for one in over} == {SUPERSEDED}
    assert len(over) == 24
    far = edit.changed(GROUP, WED, Change(to=date(2027, 6, 1)), Scope.ONE)
    (moved,) = due(Group(far), written, NOW, ())
    assert (moved.id, moved.starts) == (session_id(GROUP.id, WED), instant(date(2027, 6, 1), time(10), GROUP.zone))
    back = edit.changed(GROUP, WED, Change(to=MON - timedelta(30)), Scope.ONE)
    assert [one.cancelled for one in due(Group(back), written, NOW, ())] == [SUPERSEDED]


def test_a_guest_is_expected_beside_the_members_once() -> None:
    """Whoever makes up for a session stands once on the roster, also as a member; what makes up keeps saying so."""
    group = Group(edit.with_guest(edit.with_guest(GROUP, WED, BOB), FRI, CYD), edit.joined(GROUP, (), BOB, MON))
    assert [one.roster for one in planned(group, MON, THU, ())] == [(BOB,), (BOB,)]
    (friday,) = planned(group, FRI, FRI, ())
    assert friday.roster == (BOB, CYD)
    old = replace(friday, roster=(), make_up_for=SessionId("missed"))
    (again,) = (one for one in due(group, [old], NOW, ()) if one.id == friday.id)
    assert again == replace(friday, make_up_for=SessionId("missed"))
