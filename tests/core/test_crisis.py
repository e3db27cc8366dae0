"""Help that is called for in silence, those whom staff look after, and whoever of them is suddenly gone."""

import json
from dataclasses import asdict

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.audience import Alert
from telehealth.core.crisis import NO_PLAN, plan_from
from telehealth.core.decide import Decision, next_deadline
from telehealth.core.ids import MemberNumber, Millis, PersonId
from telehealth.core.refusals import Code
from telehealth.core.toml import Table

from .story import ALICE, BEN, BOB, CAROL, DAN, FAY, OLIVE, Story, clock, refused

PATIENCE: Millis = 2_000


def calls(story: Story, person: PersonId) -> Decision:
    return story.ask(ask.CallHelp(story.now, story.socket(person)))


def answers(story: Story, person: PersonId, by: PersonId = ALICE) -> Decision:
    return story.ask(ask.AnswerHelp(story.now, story.socket(by), story.member(person).number))


def marks(
    story: Story, person: PersonId, risk: did.Risk = did.Risk.AT_RISK, by: PersonId = ALICE, patience: Millis = PATIENCE
) -> Decision:
    return story.ask(ask.MarkRisk(story.now, story.socket(by), story.member(person).number, risk, patience))


def may_go(story: Story, person: PersonId, *, approved: bool = True, by: PersonId = ALICE) -> Decision:
    return story.ask(ask.ApproveLeave(story.now, story.socket(by), story.member(person).number, approved))


def steps(
    story: Story, person: PersonId, step: str, outcome: did.Outcome = did.Outcome.DONE, by: PersonId = ALICE
) -> Decision:
    return story.ask(ask.TakeStep(story.now, story.socket(by), story.member(person).number, step, outcome))


def closes(story: Story, person: PersonId, by: PersonId = ALICE) -> Decision:
    return story.ask(ask.CloseAlarm(story.now, story.socket(by), story.member(person).number))


def alarms(story: Story) -> list[tuple[str, str]]:
    """Who is missed, and how they went, as the host is told."""
    return [(one.alias, one.why) for one in story.view(ALICE).alerts]


def kinds(decision: Decision) -> list[str]:
    assert isinstance(decision, tuple), decision
    return [type(event).__name__ for event in decision]


def test_a_call_for_help_is_told_to_staff_and_to_nobody_else() -> None:
    """Other clients' pages are the same to the letter; the one who called learns that it was heard, and when seen."""
    story = Story().begin(BOB, CAROL)
    story.enter(OLIVE)
    before = story.view(CAROL)
    assert kinds(calls(story, BOB)) == ["HelpCalled"]
    assert calls(story, BOB) == ()
    assert asdict(story.view(CAROL)) | {"version": 0} == asdict(before) | {"version": 0}
    assert story.view(BOB).you.noted == "called"
    for staff in (ALICE, OLIVE):
        (alert,) = story.view(staff).alerts
        assert (alert.alias, alert.why, alert.at) == ("Bob", "help", story.now)
    assert kinds(answers(story, BOB)) == ["HelpAnswered"]
    assert answers(story, BOB) == ()
    assert alarms(story) == []
    assert story.view(BOB).you.noted == "answered"
    assert story.view(CAROL).you.noted == ""


def test_who_waits_may_call_for_help() -> None:
    """The waiting room has the button, too; staff do not call."""
    story = Story().begin(BOB)
    story.enter(DAN)
    assert kinds(calls(story, DAN)) == ["HelpCalled"]
    assert alarms(story) == [("Dan", "help")]
    assert refused(calls(story, ALICE)) is Code.NOT_ALLOWED


def test_marks_of_risk_are_told_to_staff_alone() -> None:
    """Neither the person marked nor anybody else of the group finds a trace of it in what they are sent."""
    story = Story().begin(BOB, CAROL)
    before = [json.dumps(asdict(story.view(person)) | {"version": 0}) for person in (BOB, CAROL)]
    assert kinds(marks(story, BOB)) == ["RiskMarked"]
    assert marks(story, BOB) == ()
    may_go(story, BOB)
    assert [json.dumps(asdict(story.view(person)) | {"version": 0}) for person in (BOB, CAROL)] == before
    bob = next(one for one in story.view(ALICE).members if one.alias == "Bob")
    assert (bob.risk, bob.leave_approved) == ("at_risk", True)


def test_whoever_is_at_risk_and_lost_is_missed_after_the_plans_patience() -> None:
    """Two seconds after the last proof of a closed socket: not before, once, and with the time of that proof."""
    story = Story().begin(BOB, CAROL)
    marks(story, BOB)
    story.at("18:10:00.500").lose(BOB, seen="18:10")
    assert next_deadline(story.room) == clock("18:10") + PATIENCE + 1
    assert story.at("18:10:02").time_passes() == ()
    assert kinds(story.at("18:10:02.001").time_passes()) == ["AlarmRaised"]
    assert story.at("18:10:10").time_passes() == ()
    (alert,) = story.view(ALICE).alerts
    assert (alert.why, alert.since, alert.at) == ("network", clock("18:10"), clock("18:10:02.001"))
    assert story.view(CAROL).alerts == ()


def test_a_connection_that_falls_silent_is_missed_within_five_seconds() -> None:
    """No socket ends when a network dies: four seconds without a proof are enough, though all others need fifteen."""
    story = Story().begin(BOB, CAROL)
    marks(story, BOB)
    silent = {BOB: "18:10", CAROL: "18:10"}
    assert story.at("18:10:04").time_passes(silent) == ()
    assert kinds(story.at("18:10:04.001").time_passes(silent)) == ["AlarmRaised"]
    assert alarms(story) == [("Bob", "network")]
    assert kinds(story.at("18:10:06").time_passes({BOB: "18:10:05", CAROL: "18:10:05"})) == ["AlarmClosed"]
    assert alarms(story) == []


def test_network_a_closed_page_and_the_leave_button_are_told_apart() -> None:
    """Each has its own word, because each needs something else of staff; leaving is missed at once."""
    story = Story().begin(BOB, CAROL, DAN)
    for person in (BOB, CAROL, DAN):
        marks(story, person)
    story.at("18:10").lose(BOB, seen="18:10")
    story.ask(ask.LoseConnection(story.now, story.socket(CAROL), story.now, closed=True))
    assert kinds(story.leave(DAN)) == ["Left", "AlarmRaised"]
    story.at("18:10:03").time_passes()
    assert sorted(alarms(story)) == [("Bob", "network"), ("Carol", "closed"), ("Dan", "left")]


def test_whoever_has_leave_to_go_or_is_sent_away_is_not_missed() -> None:
    """Leave is for this visit, and can be taken back."""
    story = Story().begin(BOB, CAROL, DAN)
    for person in (BOB, CAROL, DAN):
        marks(story, person)
    assert kinds(may_go(story, BOB)) == ["LeaveApproved"]
    assert may_go(story, BOB) == ()
    assert kinds(story.leave(BOB)) == ["Left"]
    may_go(story, CAROL)
    may_go(story, CAROL, approved=False)
    story.remove(DAN)
    assert alarms(story) == []
    assert kinds(story.leave(CAROL)) == ["Left", "AlarmRaised"]
    assert refused(may_go(story, BOB)) is Code.NO_SUCH_MEMBER
    story.enter(BOB)
    assert not story.member(BOB).leave_approved
    assert kinds(story.leave(BOB)) == ["Left", "AlarmRaised"]


def test_who_waits_is_looked_after_by_the_same_rule() -> None:
    """A mark given at the door is shown there, and who is gone from it without leave is missed as from a seat."""
    story = Story().begin(BOB)
    story.enter(CAROL, DAN, FAY)
    for person in (CAROL, DAN, FAY):
        assert kinds(marks(story, person)) == ["RiskMarked"]
    may_go(story, FAY)
    door = {one.alias: (one.risk, one.leave_approved) for one in story.view(ALICE).waiting}
    assert door == {"Carol": ("at_risk", False), "Dan": ("at_risk", False), "Fay": ("at_risk", True)}
    assert "at_risk" not in json.dumps([asdict(story.view(person)) for person in (BOB, CAROL)])
    story.at("18:10:00.500").lose(CAROL, seen="18:10")
    assert story.at("18:10:02").time_passes({DAN: "18:10:02", FAY: "18:10:02"}) == ()
    assert kinds(story.at("18:10:02.001").time_passes({DAN: "18:10:02", FAY: "18:10:02"})) == ["AlarmRaised"]
    assert kinds(story.leave(DAN)) == ["Left", "AlarmRaised"]
    assert kinds(story.leave(FAY)) == ["Left"]
    assert alarms(story) == [("Carol", "network"), ("Dan", "left")]
    assert kinds(story.enter(CAROL)) == ["Returned", "AlarmClosed"]
    story.admit(CAROL)
    assert story.member(CAROL).risk is did.Risk.AT_RISK


def test_who_waits_and_falls_silent_or_is_turned_away() -> None:
    """Silence in the waiting room is missed within five seconds; whoever a host turns away is not."""
    story = Story().begin(BOB)
    story.enter(CAROL, DAN)
    marks(story, CAROL)
    marks(story, DAN)
    story.remove(DAN)
    assert story.at("18:10:04").time_passes({CAROL: "18:10"}) == ()
    assert kinds(story.at("18:10:04.001").time_passes({CAROL: "18:10"})) == ["AlarmRaised"]
    assert alarms(story) == [("Carol", "network")]


def test_whoever_called_for_help_and_is_gone_is_missed_without_a_mark() -> None:
    """Until a host has answered; afterwards the host decides whether to mark them."""
    story = Story().begin(BOB, CAROL)
    calls(story, BOB)
    calls(story, CAROL)
    answers(story, CAROL)
    story.at("18:10").lose(BOB, seen="18:10")
    story.lose(CAROL, seen="18:10")
    story.at("18:10:03").time_passes()
    assert [why for _, why in alarms(story)] == ["help", "network"]


def test_a_watched_client_is_missed_later_and_never_later_than_their_seat_is_kept() -> None:
    """The plan's patience for `watch` is longer; one that outlasts the grace ends with it."""
    story = Story().begin(BOB)
    marks(story, BOB, did.Risk.WATCH, patience=600_000)
    story.at("18:10").lose(BOB, seen="18:10")
    assert story.at("18:11").time_passes() == ()
    assert kinds(story.at("18:11:00.001").time_passes()) == ["AlarmRaised", "Left"]


def test_steps_stop_the_clock_at_the_first_contact() -> None:
    """Who did what when stands in the alarm; the client's coming back closes it."""
    story = Story().begin(BOB)
    story.enter(BEN)
    marks(story, BOB)
    story.at("18:10").leave(BOB)
    steps(story, BOB, "call-client", did.Outcome.NO_ANSWER)
    story.at("18:12")
    steps(story, BOB, "call-emergency-contact", did.Outcome.REACHED, by=BEN)
    story.at("18:13")
    steps(story, BOB, "call-client", did.Outcome.REACHED)
    (alert,) = story.view(ALICE).alerts
    assert isinstance(alert, Alert)
    assert alert.contact == clock("18:12")
    assert [(s.step, s.outcome, s.by) for s in alert.steps] == [
        ("call-client", "no_answer", "Alice"),
        ("call-emergency-contact", "reached", "Ben"),
        ("call-client", "reached", "Alice"),
    ]
    assert kinds(story.enter(BOB)) == ["Entered", "AlarmClosed"]
    assert alarms(story) == []
    assert story.member(BOB).risk is did.Risk.AT_RISK
    assert refused(steps(story, BOB, "call-client")) is Code.NO_SUCH_THING


def test_coming_back_to_the_seat_closes_the_alarm() -> None:
    """By themselves, within the grace: the log says so."""
    story = Story().begin(BOB)
    marks(story, BOB)
    story.at("18:10").lose(BOB, seen="18:10")
    story.at("18:10:05").time_passes()
    assert kinds(story.at("18:10:08").enter(BOB)) == ["Returned", "AlarmClosed"]
    assert story.log[-1] == did.AlarmClosed(clock("18:10:08"), story.member(BOB).number, did.Closed.RETURNED, None)


def test_a_closed_alarm_does_not_ring_again_about_the_same_silence() -> None:
    """Once staff have said that nothing more has to be done, while the seat is still kept; who was heard of again and
    is gone anew is missed anew."""
    story = Story().begin(BOB)
    marks(story, BOB)
    story.at("18:10").lose(BOB, seen="18:10")
    story.at("18:10:03").time_passes()
    story.at("18:10:10")
    closes(story, BOB)
    assert next_deadline(story.room) == clock("18:11") + 1
    assert story.at("18:10:30").time_passes() == ()
    assert kinds(story.at("18:10:40").enter(BOB)) == ["Returned"]
    story.at("18:10:50").lose(BOB, seen="18:10:50")
    assert kinds(story.at("18:10:53").time_passes()) == ["AlarmRaised"]


def test_nobody_ends_a_session_over_somebody_who_is_missing() -> None:
    """A host closes the alarm first; a room without a host closes by itself, and the log says how."""
    story = Story().begin(BOB)
    marks(story, BOB)
    story.at("18:10").leave(BOB)
    assert refused(story.end()) is Code.ALARM_OPEN
    assert kinds(closes(story, BOB)) == ["AlarmClosed"]
    assert closes(story, BOB) == ()
    assert refused(story.end()) is None
    alone = Story().begin(BOB)
    marks(alone, BOB)
    alone.at("20:58").leave(BOB)
    alone.at("21:00").leave(ALICE)
    alone.at("23:01").time_passes()
    assert alone.room.ended
    assert [e.how for e in alone.log if isinstance(e, did.AlarmClosed)] == [did.Closed.OVER]


def test_an_unmarked_client_is_never_missed() -> None:
    """Ordinary disconnections stay ordinary; a mark that was taken back counts no more."""
    story = Story().begin(BOB, CAROL)
    marks(story, CAROL)
    marks(story, CAROL, did.Risk.NONE)
    story.at("18:10").lose(BOB, seen="18:10")
    story.leave(CAROL)
    story.at("18:20").time_passes()
    assert alarms(story) == []


@pytest.mark.parametrize("asker", [BOB, FAY, OLIVE])
def test_only_hosts_look_after_somebody(asker: PersonId) -> None:
    """Clients, family and observers are refused, and nobody marks a member of staff or a number never given out."""
    story = Story().begin(BOB, CAROL, FAY)
    story.enter(OLIVE, BEN)
    number = story.member(CAROL).number
    for command in (
        ask.AnswerHelp(story.now, story.socket(asker), number),
        ask.MarkRisk(story.now, story.socket(asker), number, did.Risk.WATCH),
        ask.ApproveLeave(story.now, story.socket(asker), number, True),
        ask.TakeStep(story.now, story.socket(asker), number, "call-client", did.Outcome.DONE),
        ask.CloseAlarm(story.now, story.socket(asker), number),
    ):
        assert refused(story.ask(command)) is Code.NOT_ALLOWED
    assert refused(marks(story, BEN)) is Code.NO_SUCH_MEMBER
    nobody = ask.CloseAlarm(story.now, story.socket(ALICE), MemberNumber(99))
    assert refused(story.ask(nobody)) is Code.NO_SUCH_MEMBER


STEP = {"code": "call-client", "after_seconds": 0, "whom": "client", "contact": True, "en": "Call.", "es": "Llame."}
PACK = {
    "name": "ours",
    "version": 1,
    "watch_after_seconds": 60,
    "at_risk_after_seconds": 0,
    "step": [STEP, {**STEP, "code": "later", "after_seconds": 60}],
}
PROOF = [Table({"seconds": 59, "due": 1}, "test"), Table({"seconds": 60, "due": 2}, "test")]


def test_a_plan_says_what_is_due_when() -> None:
    """Patience by mark and steps in their order; without a plan everybody is missed at once."""
    _, _, plan = plan_from(Table(PACK, "crisis pack"), PROOF)
    assert plan.patience == {did.Risk.WATCH: 60_000, did.Risk.AT_RISK: 0}
    assert [step.code for step in plan.steps] == ["call-client", "later"]
    assert plan.knows("later")
    assert not NO_PLAN.knows("later")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"step": []}, "needs steps"),
        ({"step": [STEP, STEP]}, "a code of its own"),
        ({"step": [{**STEP, "code": "b", "after_seconds": 9}, STEP]}, "in the order"),
    ],
)
def test_a_wrong_plan_is_refused(change: dict[str, object], says: str) -> None:
    """Without steps, with one code twice, or out of order."""
    with pytest.raises(ValueError, match=says):
        plan_from(Table({**PACK, **change}, "crisis pack"), PROOF)
