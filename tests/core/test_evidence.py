"""Breaks, side room, media and inferred ends, told as evenings: what each takes from whose minutes."""

from dataclasses import replace

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.attendance import Modality, Row, Status, rows
from telehealth.core.events import Flow
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, TabId
from telehealth.core.refusals import Code
from telehealth.core.roles import Role

from .story import ALICE, BEN, BOB, CAROL, DAN, FAY, OLIVE, POLICY, Story, clock, refused

MINUTE: Millis = 60_000


def minutes(row: Row) -> tuple[int, int, int, int]:
    """Seated, attended, break, side room."""
    return tuple(ms // MINUTE for ms in (row.milliseconds, row.attended_ms, row.break_ms, row.side_room_ms))  # type: ignore[return-value]


def test_a_break_is_counted_apart_from_those_who_were_there() -> None:
    """Bob was there for all of it, Carol came in the middle, Dan left before: each has their own part of it."""
    story = Story().begin(BOB, DAN)
    story.at("18:50").leave(DAN)
    story.at("19:00").begins_break()
    story.at("19:05").enter(CAROL)
    story.admit()
    story.at("19:15").ends_break()
    story.at("20:00").end()
    assert minutes(story.rows()[BOB]) == (120, 105, 15, 0)
    assert minutes(story.rows()[CAROL]) == (55, 45, 10, 0)
    assert minutes(story.rows()[DAN]) == (50, 50, 0, 0)


def test_a_break_that_nobody_ended_ends_with_the_session() -> None:
    """The host ends the session in a break, or is gone and the room closes by itself: the log has no open break."""
    story = Story().begin(BOB)
    story.at("20:50").begins_break()
    assert minutes(story.at("20:55").rows()[BOB]) == (175, 170, 5, 0)
    story.at("21:00").end()
    assert [type(e) for e in story.log[-4:]] == [did.BreakEnded, did.Left, did.Left, did.Ended]
    assert minutes(story.rows()[BOB]) == (180, 170, 10, 0)
    left_alone = Story().begin(BOB)
    left_alone.at("20:50").begins_break()
    left_alone.at("20:51").leave(ALICE)
    left_alone.at("23:01").time_passes()
    assert left_alone.room.ended
    assert [e.by for e in left_alone.log if isinstance(e, did.BreakEnded)] == [None]


def test_side_room_and_break_are_never_taken_twice() -> None:
    """Aside from 18:50 to 19:20 over a break from 19:00 to 19:15: thirty minutes aside, and none in the break."""
    story = Story().begin(BOB, CAROL)
    story.at("18:50").aside(CAROL, ALICE)
    story.at("19:00").begins_break()
    story.at("19:15").ends_break()
    story.at("19:20").back(CAROL, ALICE)
    story.at("20:00").end()
    assert minutes(story.rows()[CAROL]) == (120, 90, 0, 30)
    assert minutes(story.rows()[BOB]) == (120, 105, 15, 0)
    assert {row.status for row in story.rows().values() if row.intervals} == {Status.PRESENT}


def test_whoever_leaves_from_the_side_room_comes_back_to_the_group() -> None:
    """Leaving, removal and a new visit end the time aside; being lost and returning to the seat does not."""
    story = Story().begin(BOB, CAROL, DAN)
    story.at("18:10").aside(BOB)
    story.at("18:20").leave(BOB)
    story.aside(CAROL)
    story.at("18:30").remove(CAROL)
    story.aside(DAN)
    story.at("18:40").lose(DAN, seen="18:40")
    story.at("18:40:30").enter(DAN)
    assert story.member(DAN).aside
    story.at("18:50").enter(BOB)
    story.admit()
    assert not story.member(BOB).aside
    story.at("19:00").end()
    assert minutes(story.rows()[BOB]) == (30, 20, 0, 10)
    assert minutes(story.rows()[CAROL]) == (30, 20, 0, 10)
    assert story.rows()[DAN].side_room_ms == 30 * MINUTE - 30_000


def test_only_hosts_take_aside_and_only_who_is_there() -> None:
    """Clients, observers and people who wait, left or never were: a code; twice the same is once."""
    story = Story().begin(BOB, CAROL)
    story.enter(DAN, OLIVE)
    for nobody in (BOB, OLIVE):
        assert refused(story.aside(CAROL, by=nobody)) is Code.NOT_ALLOWED
        assert refused(story.begins_break(by=nobody)) is Code.NOT_ALLOWED
        assert refused(story.ends_break(by=nobody)) is Code.NOT_ALLOWED
    assert refused(story.aside(CAROL, DAN)) is Code.NO_SUCH_MEMBER
    assert refused(story.aside()) is Code.NO_SUCH_MEMBER
    unknown = ask.MoveBack(story.now, story.socket(ALICE), (MemberNumber(99),))
    assert refused(story.ask(unknown)) is Code.NO_SUCH_MEMBER
    assert len(story.aside(CAROL, CAROL)) == 1
    assert story.aside(CAROL) == ()
    assert refused(story.aside(BOB)) is Code.SIDE_ROOM_TAKEN
    assert len(story.aside(ALICE)) == 1
    assert refused(story.back(CAROL, ALICE, by=CAROL)) is Code.NOT_ALLOWED
    assert len(story.back(CAROL, BOB)) == 1
    story.aside(CAROL)
    assert len(story.back(CAROL, by=CAROL)) == 1  # nobody is kept there
    assert len(story.begins_break()) == 1
    assert story.begins_break() == ()
    assert story.view(BOB).break_since == story.now
    assert len(story.ends_break()) == 1
    assert story.ends_break() == ()
    assert story.view(BOB).break_since is None
    assert story.view(DAN).break_since is None


def test_modality_is_what_flowed_while_they_attended() -> None:
    """Picture, sound only, both and nothing; what flows in a break or aside is nobody's modality."""
    story = Story().begin(BOB, CAROL, DAN)
    story.enter(FAY)
    story.admit()
    story.at("18:00:05").flows(BOB, Flow.AUDIO_VIDEO, "18:00")
    story.flows(CAROL, Flow.AUDIO_ONLY, "18:00")
    story.flows(FAY, Flow.AUDIO_VIDEO, "18:00")
    story.at("19:00").begins_break()
    story.at("19:00:05").flows(BOB, Flow.AUDIO_ONLY, "19:00")
    story.at("19:15").ends_break()
    story.flows(BOB, Flow.AUDIO_VIDEO, "19:15")
    story.at("20:00").end()
    table = story.rows()
    assert {person: table[person].modality for person in (BOB, CAROL, DAN)} == {
        BOB: Modality.AUDIO_VIDEO,
        CAROL: Modality.AUDIO_ONLY,
        DAN: Modality.NONE,
    }
    assert (table[BOB].audio_video_ms, table[BOB].audio_only_ms) == (105 * MINUTE, 0)
    assert table[CAROL].audio_only_ms == 105 * MINUTE
    assert table[BOB].group_size_persons == 4


@pytest.mark.parametrize(
    ("off_at", "modality"),
    [
        ("19:47:59", Modality.MIXED),
        ("19:48:00", Modality.MIXED),
        ("19:48:00.001", Modality.AUDIO_VIDEO),
        ("18:11:59.999", Modality.AUDIO_ONLY),
    ],
)
def test_a_tenth_of_the_media_time_makes_it_mixed(off_at: str, modality: Modality) -> None:
    """The rarer modality counts from the policy's share on, to the millisecond; without one any time does."""
    story = Story().begin(BOB)
    story.flows(BOB, Flow.AUDIO_VIDEO, "18:00")
    story.at(off_at).flows(BOB, Flow.AUDIO_ONLY, off_at)
    story.at("20:00").end()
    tenth = replace(POLICY, mixed_from=0.1)
    assert {row.client: row for row in rows(story.log, tenth, until=None)}[BOB].modality is modality
    assert story.rows()[BOB].modality is Modality.MIXED


def test_a_log_without_media_says_nothing_of_modality() -> None:
    """What nobody recorded is not "none"."""
    story = Story().begin(BOB)
    story.at("20:00").end()
    assert {row.modality for row in story.rows().values()} == {None}


def test_what_flows_is_recorded_once_and_never_before_it_could() -> None:
    """Nobody but seated members, no repetition, never dated before the seat, the last change, or after now."""
    story = Story().begin(BOB)
    story.enter(CAROL)
    assert story.flows(CAROL, Flow.AUDIO_ONLY, "18:00") == ()
    (first,) = story.flows(BOB, Flow.AUDIO_VIDEO, "17:00")  # type: ignore[misc]
    assert first == did.MediaFlowed(clock("18:00"), story.member(BOB).number, Flow.AUDIO_VIDEO, clock("18:00"))
    assert story.flows(BOB, Flow.AUDIO_VIDEO, "18:00") == ()
    story.at("18:30").flows(BOB, Flow.AUDIO_ONLY, "18:29")
    (second,) = story.at("18:31").flows(BOB, Flow.AUDIO_VIDEO, "18:20")  # type: ignore[misc]
    assert second.since == clock("18:29")
    (third,) = story.flows(BOB, Flow.NONE, "19:00")  # type: ignore[misc]
    assert third.since == clock("18:31")
    unknown = ask.SeeMedia(story.now, {MemberNumber(99): ask.Flowing(Flow.NONE, 0)})
    assert story.ask(unknown) == ()
    story.at("18:40").end()
    assert story.flows(BOB, Flow.AUDIO_ONLY, "18:40") == ()
    assert story.ask(ask.NoteClock(story.now, 9_000)) == ()


def test_a_new_visit_begins_without_media() -> None:
    """What flowed before somebody left says nothing of what flows when they are back."""
    story = Story().begin(BOB)
    story.flows(BOB, Flow.AUDIO_VIDEO, "18:00")
    story.at("18:30").leave(BOB)
    story.at("18:40").enter(BOB)
    story.admit()
    assert story.member(BOB).flow is Flow.NONE
    story.at("19:00").end()
    assert story.rows()[BOB].audio_video_ms == 30 * MINUTE


def test_a_step_of_the_clock_changes_no_time() -> None:
    """It stands in the log and nothing else is different."""
    story = Story().begin(BOB)
    story.ask(ask.NoteClock(story.now, -3_600_000))
    assert story.log[-1] == did.ClockStepped(story.now, -3_600_000)
    story.at("21:00").end()
    assert minutes(story.rows()[BOB]) == (180, 180, 0, 0)


def inferred(story: Story, person: PersonId) -> list[tuple[str, bool]]:
    return [(span.ended_by, span.inferred) for span in story.rows()[person].intervals]


def test_an_end_that_nobody_saw_is_marked() -> None:
    """Found by the proofs, at a look around, a return, a removal or the end; all others were seen."""
    story = Story().begin(BOB, CAROL, DAN)
    story.at("18:30:20").time_passes({BOB: "18:30"})
    assert inferred(story, BOB) == [("lost", True)]
    story.at("18:30:30").enter(BOB)
    assert inferred(story, BOB) == [("gap", True), ("", False)]
    story.at("18:40").lose(CAROL, seen="18:39:59")
    story.at("18:40:30").enter(CAROL)
    story.at("18:50:10").enter(DAN, seen="18:50")
    assert inferred(story, CAROL) == [("gap", False), ("", False)]
    assert inferred(story, DAN) == [("gap", True), ("", False)]
    story.at("19:00").remove(BOB, seen={BOB: "18:59:50"})
    story.at("19:10").end(seen={CAROL: "19:09:59", DAN: "19:09"})
    assert inferred(story, BOB)[1:] == [("removed", True)]
    assert inferred(story, CAROL)[1:] == [("ended", False)]
    assert inferred(story, DAN)[1:] == [("ended", True)]
    assert [story.rows()[person].inferred for person in (BOB, CAROL, DAN)] == [True, False, True]


def test_whoever_was_seen_to_be_lost_is_not_inferred_when_the_grace_is_over() -> None:
    """The later event tells of the same end; one that a crash hid for longer than the grace is inferred."""
    story = Story().begin(BOB, CAROL)
    story.at("18:30").lose(BOB, seen="18:30")
    story.at("18:40").time_passes({CAROL: "18:31"})
    assert inferred(story, BOB) == [("lost", False)]
    assert inferred(story, CAROL) == [("lost", True)]


def test_who_led_is_on_the_row() -> None:
    """Hosts in the order in which they came; an observer or somebody whose socket means nothing leads nothing."""
    story = Story().begin(BOB)
    story.enter(OLIVE, BEN)
    assert refused(story.ask(ask.StartBreak(story.now, ConnectionId("nobody")))) is Code.NOT_IN_ROOM
    story.at("19:00").end()
    assert story.rows()[BOB].facilitators == (ALICE, BEN)
    assert story.rows()[BOB].minutes_attended == 60


def test_who_comes_back_to_host_attended_until_they_went() -> None:
    """A client who leaves and comes again by a host's link has the minutes and the media of the first visit and no
    others; they are one of those who led, and stay one when they come back as a client."""
    story = Story().begin(BOB, CAROL)
    story.flows(BOB, Flow.AUDIO_VIDEO, "18:00")
    story.at("18:20").leave(BOB)

    def comes(time: str, role: Role) -> None:
        story.at(time)
        tab, socket = TabId(f"tab-{time}"), ConnectionId(f"socket-{time}")
        story.ask(ask.Enter(story.now, BOB, role, socket, tab, None, True, True))

    comes("18:30", Role.PEER_HOST)
    story.at("18:50").leave(BOB)
    comes("19:00", Role.CLIENT)
    story.admit(BOB)
    story.at("19:10").end()
    row = story.rows()[BOB]
    assert [(span.start, span.end) for span in row.intervals] == [
        (clock("18:00"), clock("18:20")),
        (clock("19:00"), clock("19:10")),
    ]
    assert row.audio_video_ms == 20 * 60_000
    assert row.facilitators == (ALICE, BOB)
    assert (row.group_size_clients, row.group_size_persons) == (2, 2)
