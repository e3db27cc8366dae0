"""Who is late to a session that goes on, which step is due about them, and a no-show that is marked and taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from telehealth.core import commands as ask
from telehealth.core import nudges
from telehealth.core.arriving import QUIET, Arrival, Doing, doing
from telehealth.core.decide import Decision
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.late import LateRule, Step, Taken, late, rule_from
from telehealth.core.outreach import How, Outcome, Outreach
from telehealth.core.refusals import Code
from telehealth.core.room import EMPTY
from telehealth.core.sendings import Channel, Progress, Sending, State, Tracked, Why
from telehealth.core.toml import Table
from telehealth.packs import load

from .story import ALICE, BOB, CAROL, DAN, FAY, Story, clock, refused
from .test_nudges import PEOPLE, SESSION

RULE = LateRule("late/1", {Step.MESSAGE: 2, Step.CALL: 5, Step.NO_SHOW: 15})
Attempts = Mapping[PersonId, Iterable[Outreach]]


def now(
    story: Story, time: str, messages: Iterable[Tracked] = (), attempts: Attempts | None = None
) -> list[tuple[PersonId, Step | None]]:
    return [(one.client, one.now) for one in late(RULE, story.room, (), messages, attempts or {}, clock(time))]


def message(client: PersonId, time: str, state: State = State.SENT, why: Why = Why.LATE) -> Tracked:
    at = clock(time)
    sending = Sending("m1", ProgrammeId("p1"), SessionId("s1"), client, why, 5, Channel.EMAIL, at, at + 1, "system")
    return Tracked(sending, Progress(state, at, at))


def call(client: PersonId, time: str, how: How = How.CALL, withdrawn: int | None = None) -> Outreach:
    at = clock(time)
    return Outreach(f"o-{time}", client, at, ALICE, how, Outcome.NO_ANSWER, at, withdrawn=withdrawn)


def mark(story: Story, client: PersonId, *, marked: bool = True, by: PersonId = ALICE) -> Decision:
    return story.ask(ask.MarkNoShow(story.now, story.socket(by), client, marked))


def test_steps_fall_due_one_after_the_other() -> None:
    """Nothing in the first two minutes; then a message, a call, a no-show; whoever came is not late."""
    story = Story().begin(BOB)
    assert now(story, "18:01:59") == [(CAROL, None), (DAN, None)]
    assert now(story, "18:02") == [(CAROL, Step.MESSAGE), (DAN, Step.MESSAGE)]
    assert now(story, "18:05") == [(CAROL, Step.CALL), (DAN, Step.CALL)]
    assert now(story, "18:15") == [(CAROL, Step.NO_SHOW), (DAN, Step.NO_SHOW)]
    story.at("18:16").enter(CAROL)
    assert now(story, "18:17") == [(DAN, Step.NO_SHOW)]


def test_what_was_done_is_not_due_again() -> None:
    """A message that nobody got, a call that was withdrawn and one of before do not count; a later step stands
    for those before it."""
    story = Story().begin(BOB)
    assert now(story, "18:03", [message(CAROL, "18:02")]) == [(CAROL, None), (DAN, Step.MESSAGE)]
    for useless in (message(CAROL, "18:02", State.FAILED), message(CAROL, "17:00", why=Why.BEFORE)):
        assert now(story, "18:03", [useless])[0] == (CAROL, Step.MESSAGE)
    assert now(story, "18:06", (), {CAROL: [call(CAROL, "18:05")]})[0] == (CAROL, None)
    for useless_call in (call(CAROL, "18:05", How.LETTER), call(CAROL, "17:59"), call(CAROL, "18:05", withdrawn=1)):
        assert now(story, "18:06", (), {CAROL: [useless_call]})[0] == (CAROL, Step.CALL)
    assert now(story, "18:03", (), {CAROL: [call(CAROL, "18:01")]})[0] == (CAROL, None)
    (carol, _) = late(RULE, story.room, (), [], {CAROL: [call(CAROL, "18:05"), call(CAROL, "18:07")]}, clock("18:08"))
    assert carol.taken == {Step.CALL: Taken(clock("18:07"), "o-18:07")}
    assert carol.next == clock("18:15")


def test_when_the_next_step_is_due() -> None:
    """The next that nobody took; none after the no-show, nor by a rule that names none."""
    story = Story().begin(BOB)
    (carol, _) = late(RULE, story.room, (), (), {}, clock("18:01"))
    assert (carol.since, carol.next) == (clock("18:00"), clock("18:02"))
    (carol, _) = late(RULE, story.room, (), (), {}, clock("18:30"))
    assert (carol.now, carol.next) == (Step.NO_SHOW, None)
    story.at("18:31")
    mark(story, CAROL)
    (carol, _) = late(RULE, story.room, (), (), {}, clock("18:32"))
    assert (carol.now, carol.next, carol.taken) == (None, None, {Step.NO_SHOW: Taken(clock("18:31"))})
    assert [one.now for one in late(LateRule("", {}), story.room, (), (), {}, clock("18:32"))] == [None, None]


def test_nobody_is_late_to_what_is_not_held() -> None:
    """Before the host is there and after the end; from a late beginning on it counts from there; not the excused."""
    story = Story().at("18:00")
    assert now(story, "18:30") == []
    assert late(RULE, EMPTY, (), (), {}, clock("18:30")) == ()
    story.at("17:50").enter(ALICE)
    assert now(story, "17:59") == []
    behind = Story().at("18:10")
    behind.enter(ALICE)
    assert now(behind, "18:11") == [(BOB, None), (CAROL, None), (DAN, None)]
    assert now(behind, "18:12")[0] == (BOB, Step.MESSAGE)
    assert [one.client for one in late(RULE, story.room, {BOB, CAROL}, (), {}, clock("18:20"))] == [DAN]
    story.at("18:30").end()
    assert now(story, "18:40") == []


def test_a_no_show_is_marked_taken_back_and_undone_by_coming() -> None:
    """Only of whoever is expected and was never seen; once; it stops reminders, and whoever comes is simply there."""
    story = Story().begin(BOB, FAY)
    assert refused(mark(story, BOB)) is Code.NO_SUCH_MEMBER
    assert refused(mark(story, PersonId("id-nobody"))) is Code.NO_SUCH_MEMBER
    assert refused(mark(story, CAROL, by=BOB)) is Code.NOT_ALLOWED
    assert mark(story, CAROL, marked=False) == ()
    story.at("18:15")
    assert [type(event).__name__ for event in mark(story, CAROL) or ()] == ["NoShowMarked"]
    assert mark(story, CAROL) == ()
    assert story.room.no_shows == {CAROL: clock("18:15")}
    assert nudges.unwanted(SESSION, story.room, CAROL, PEOPLE[CAROL], ()) == "no_show"
    mark(story, DAN)
    mark(story, CAROL, marked=False)
    assert story.room.no_shows == {DAN: clock("18:15")}
    assert nudges.unwanted(SESSION, story.room, CAROL, PEOPLE[CAROL], ()) == ""
    story.at("18:40").enter(DAN)
    assert story.room.no_shows == {}


def test_the_shipped_rule() -> None:
    """Two, five and fifteen minutes; one that is out of order, or brings tests, is refused."""
    assert load().late == replace(RULE, id="late-default/1")
    said = {"name": "x", "version": 1, "message_minutes": 2, "call_minutes": 1, "no_show_minutes": 15}
    with pytest.raises(ValueError, match="order"):
        rule_from(Table(said, "late pack"), [])
    with pytest.raises(ValueError, match="own test"):
        rule_from(Table(said | {"call_minutes": 2}, "late pack"), [Table({}, "test")])


def test_a_mark_of_arrival_fades() -> None:
    """While the page says so, what it does; after that, no more than that the link was opened."""
    mark = Arrival(Doing.DEVICES, clock("18:00"))
    assert doing(mark, clock("18:00:44")) is Doing.DEVICES
    assert doing(mark, clock("18:00") + QUIET) is Doing.OPENED
