"""The question queue: who asked, who may know, whose turn it is."""

import msgspec
import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.tools.questions import (
    MOST,
    MOST_OF_ONE,
    TOOL,
    AskedSeen,
    Questions,
    QuestionsAsk,
    QuestionsClose,
    QuestionsDrop,
    QuestionsMark,
    QuestionsOpen,
    QuestionsSeen,
    QuestionsVote,
)
from telehealth.core.tools.tool import LARGEST, Actor, Move

from .people import CLIENTS, HOST, OLIVE, PETE, acted, actor, moment

BOB, CAROL, DAN, EMIL = CLIENTS
OPEN = (HOST, QuestionsOpen())


def after(*moves: tuple[Actor, Move]) -> Questions:
    """Questions are q1, q2, ... in the order in which they are asked."""
    state: Questions = TOOL.first  # type: ignore[assignment]
    for number, (who, move) in enumerate(moves):
        state = acted(TOOL, state, who, move, moment(at=number)).state  # type: ignore[assignment]
    return state


def ask(text: str = "How long?", anonymous: bool = False) -> QuestionsAsk:
    return QuestionsAsk(text=text, anonymous=anonymous)


def of(state: Questions, who: Actor) -> list[AskedSeen]:
    seen = TOOL.seen(state, who)
    assert isinstance(seen, QuestionsSeen)
    return seen.questions


def test_the_group_never_learns_who_asked_without_a_name() -> None:
    """Whoever asked sees that it is theirs; staff know, unless the queue was opened otherwise; others never."""
    for hidden in (False, True):
        state = after((HOST, QuestionsOpen(hidden=hidden)), (BOB, ask(anonymous=True)), (BOB, ask("By name")))
        shy, named = of(state, CAROL)
        assert (shy.by, shy.anonymous, shy.mine, named.by) == (None, True, False, BOB.member)
        assert (of(state, BOB)[0].by, of(state, BOB)[0].mine) == (BOB.member, True)
        assert of(state, HOST)[0].by == (None if hidden else BOB.member)


def test_a_promise_of_who_may_know_is_not_taken_back() -> None:
    """Once somebody asked without a name under it, the queue stays hidden from staff, however it is opened."""
    hidden = (HOST, QuestionsOpen(hidden=True))
    assert not after(hidden, OPEN).hidden
    assert after(hidden, (BOB, ask(anonymous=True)), OPEN).hidden
    assert not after(hidden, (BOB, ask()), OPEN).hidden


def test_the_most_wanted_comes_first_and_one_is_answered_at_a_time() -> None:
    """Votes count once a person and can be taken back; a question that is taken now ends the one before."""
    state = after(OPEN, (BOB, ask("a")), (CAROL, ask("b")), (DAN, ask("c")))
    assert [one.text for one in of(state, HOST)] == ["a", "b", "c"]
    for who in (BOB, BOB, EMIL):
        state = acted(TOOL, state, who, QuestionsVote(question="q3", up=True)).state  # type: ignore[assignment]
    assert [(one.text, one.votes) for one in of(state, BOB)] == [("c", 2), ("a", 0), ("b", 0)]
    assert of(state, BOB)[0].voted
    state = acted(TOOL, state, EMIL, QuestionsVote(question="q3", up=False)).state  # type: ignore[assignment]
    assert of(state, BOB)[0].votes == 1
    for question in ("q2", "q1"):
        state = acted(TOOL, state, HOST, QuestionsMark(question=question, mark="now")).state  # type: ignore[assignment]
    assert [(one.text, one.mark) for one in of(state, BOB)] == [("a", "now"), ("c", "waiting"), ("b", "answered")]


def test_questions_are_taken_back_by_whoever_asked_and_by_leaders() -> None:
    """By nobody else."""
    state = after(OPEN, (BOB, ask()), (CAROL, ask()))
    assert TOOL.act(state, CAROL, QuestionsDrop(question="q1"), moment()) == Refusal(Code.NOT_ALLOWED)
    left = acted(TOOL, state, BOB, QuestionsDrop(question="q1")).state
    assert acted(TOOL, left, HOST, QuestionsDrop(question="q2")).state == Questions(open=True, count=2)


def test_a_closed_queue_is_seen_by_leaders_alone() -> None:
    """And comes back as it was."""
    state = after(OPEN, (BOB, ask()), (HOST, QuestionsClose()))
    assert (of(state, BOB), len(of(state, HOST))) == ([], 1)
    assert len(of(acted(TOOL, state, HOST, QuestionsOpen()).state, BOB)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "move", "code"),
    [
        (BOB, QuestionsOpen(), Code.NOT_ALLOWED),
        (BOB, QuestionsClose(), Code.NOT_ALLOWED),
        (BOB, QuestionsMark(question="q1", mark="now"), Code.NOT_ALLOWED),
        (BOB, QuestionsVote(question="q1", up=True), Code.NOT_ALLOWED),
        (CAROL, QuestionsVote(question="q9", up=True), Code.NO_SUCH_THING),
        (BOB, ask("  "), Code.MALFORMED),
    ],
)
def test_what_cannot_be_done_in_the_queue(who: Actor, move: Move, code: Code) -> None:
    """Clients take no turns, nobody votes for their own, and a question has words."""
    assert TOOL.act(after(OPEN, (BOB, ask())), who, move, moment()) == Refusal(code)


def test_nothing_is_asked_or_voted_for_out_of_time() -> None:
    """A queue that is not open takes no question; an answered one no vote."""
    assert TOOL.act(TOOL.first, BOB, ask(), moment()) == Refusal(Code.NO_SUCH_THING)
    answered = after(OPEN, (BOB, ask()), (HOST, QuestionsMark(question="q1", mark="answered")))
    assert TOOL.act(answered, CAROL, QuestionsVote(question="q1", up=True), moment()) == Refusal(Code.NOT_ALLOWED)


def test_one_person_does_not_fill_the_queue() -> None:
    """So many open ones each, so many altogether, and all of it fits with 35 votes each."""
    state = after(OPEN, *[(BOB, ask())] * MOST_OF_ONE)
    assert TOOL.act(state, BOB, ask(), moment()) == Refusal(Code.TOO_MANY)
    again = acted(TOOL, state, HOST, QuestionsMark(question="q1", mark="answered")).state
    assert acted(TOOL, again, BOB, ask())
    full = after(OPEN, *((actor(2 + number // 3), ask("x" * 300)) for number in range(MOST)))
    assert TOOL.act(full, actor(99), ask(), moment()) == Refusal(Code.TOO_MANY)
    everybody = tuple(actor(number).member for number in range(2, 37))
    voted = msgspec.structs.replace(
        full, asked=tuple(msgspec.structs.replace(one, votes=everybody) for one in full.asked)
    )
    assert len(msgspec.json.encode(voted)) < LARGEST


def test_staff_who_may_know_are_no_peers_and_an_observer_asks_nothing() -> None:
    """A peer who takes the questions learns who asked by name only; an observer tells the group nothing."""
    state = after((PETE, QuestionsOpen()), (BOB, ask(anonymous=True)), (CAROL, ask("And then?")))
    for who, known in ((HOST, [BOB.member, CAROL.member]), (PETE, [None, CAROL.member])):
        found = TOOL.seen(state, who)
        assert isinstance(found, QuestionsSeen)
        assert [one.by for one in found.questions] == known
    for move in (ask(), QuestionsVote(question="q1", up=True)):
        assert TOOL.act(state, OLIVE, move, moment()) == Refusal(Code.NOT_ALLOWED)
