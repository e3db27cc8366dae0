"""A quiz: one's own result for oneself, the group's as shares, and what is left of it."""

import msgspec
import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.tools.quiz import (
    MOST,
    TOOL,
    Quiz,
    QuizAnswer,
    QuizClose,
    QuizCounts,
    QuizEnd,
    QuizMade,
    QuizQuestion,
    QuizScore,
    QuizSeen,
    QuizShow,
    QuizStart,
    Score,
)
from telehealth.core.tools.tool import LARGEST, Actor, Kept, Move

from .people import CLIENTS, HOST, IDA, PETE, acted, actor, moment

BOB, CAROL, DAN, _ = CLIENTS
ONE = QuizQuestion(text="A craving…", choices=("passes", "only grows"), right=(0,), explanation="It peaks and falls.")
TWO = QuizQuestion(text="What helps?", choices=("Water", "A call", "A drink"), right=(1, 0))
START = QuizStart(title="Urges", questions=(ONE, TWO))


def answer(question: int, *choices: int) -> QuizAnswer:
    return QuizAnswer(question=question, choices=choices)


def after(*moves: tuple[Actor, Move]) -> Quiz:
    state: Quiz = TOOL.first  # type: ignore[assignment]
    for who, move in moves:
        state = acted(TOOL, state, who, move).state  # type: ignore[assignment]
    return state


def seen(state: Quiz, who: Actor) -> QuizSeen:
    found = TOOL.seen(state, who)
    assert isinstance(found, QuizSeen)
    return found


def test_whoever_answers_sees_at_once_whether_they_were_right_and_nobody_else_does() -> None:
    """Before an answer no page knows the right one; after it the one page of whoever gave it does, with why."""
    state = after((HOST, START), (BOB, answer(0, 1)))
    mine, theirs = seen(state, BOB).questions, seen(state, CAROL).questions
    assert (mine[0].mine, mine[0].right, mine[0].explanation) == ([1], [0], "It peaks and falls.")
    assert (mine[1].mine, mine[1].right, mine[1].several) == (None, None, True)
    assert (theirs[0].mine, theirs[0].right, theirs[0].explanation) == (None, None, "")
    assert [one.counts for one in (*mine, *theirs)] == [None] * 4
    assert seen(state, HOST).scores == []


def test_the_group_is_shown_as_shares_when_a_leader_says_so() -> None:
    """Leaders see how many chose what as it comes; all see it when it is shown."""
    state = after((HOST, START), (BOB, answer(1, 1, 0)), (CAROL, answer(1, 2)))
    (first, second) = seen(state, HOST).questions
    assert (first.answered, second.counts, second.answered, second.correct) == (0, [1, 1, 1], 2, 1)
    shown = after((HOST, START), (BOB, answer(1, 1, 0)), (HOST, QuizShow(shown=True)))
    assert seen(shown, CAROL).questions[1].counts == [1, 1, 0]


def test_an_ended_quiz_tells_everybody_what_was_right() -> None:
    """And takes no more answers; put away, only leaders see it."""
    ended = after((HOST, START), (HOST, QuizEnd()))
    assert seen(ended, BOB).questions[0].right == [0]
    assert TOOL.act(ended, BOB, answer(0, 0), moment()) == Refusal(Code.NO_SUCH_THING)
    away = after((HOST, START), (HOST, QuizClose()))
    assert (seen(away, BOB).open, seen(away, BOB).questions, len(seen(away, HOST).questions)) == (False, [], 2)


def test_a_quiz_by_name_gives_leaders_scores_and_each_their_own_record() -> None:
    """The score so far, kept of that person with each answer."""
    named = msgspec.structs.replace(START, named=True)
    state = after((HOST, named), (BOB, answer(0, 0)))
    second = acted(TOOL, state, BOB, answer(1, 2))
    assert second.kept == (Kept(BOB.person, "quiz.0", QuizScore("Urges", 1, 2, 2)),)
    assert isinstance(second.state, Quiz)
    assert seen(second.state, HOST).scores == [Score(member=BOB.member, right=1, answered=2)]
    assert seen(second.state, CAROL).scores == []
    assert acted(TOOL, after((HOST, START)), BOB, answer(0, 0)).kept == ()


@pytest.mark.parametrize(
    ("who", "move", "code"),
    [
        (BOB, START, Code.NOT_ALLOWED),
        (BOB, QuizEnd(), Code.NOT_ALLOWED),
        (HOST, answer(0, 0), Code.NOT_ALLOWED),
        (BOB, answer(2, 0), Code.NO_SUCH_THING),
        (BOB, answer(0, 2), Code.MALFORMED),
        (BOB, answer(0, 0, 1), Code.MALFORMED),
        (CAROL, answer(0, 0), Code.NOT_ALLOWED),
        (HOST, QuizStart(questions=(msgspec.structs.replace(ONE, right=(2,)),)), Code.MALFORMED),
    ],
)
def test_what_cannot_be_done_in_a_quiz(who: Actor, move: Move, code: Code) -> None:
    """Clients do not lead, staff do not answer, nobody answers twice or what is not asked."""
    assert TOOL.act(after((HOST, START), (CAROL, answer(0, 1))), who, move, moment()) == Refusal(code)


def test_nothing_can_be_shown_of_no_quiz() -> None:
    """Before the first one there is nothing to end or to show."""
    assert TOOL.act(TOOL.first, HOST, QuizShow(shown=True), moment()) == Refusal(Code.NO_SUCH_THING)


def test_counts_stay_with_the_session_and_nothing_of_who() -> None:
    """Of each quiz that anybody answered, the earlier ones, too."""
    state = after((HOST, START), (BOB, answer(0, 1)), (HOST, QuizStart(questions=(TWO,))), (CAROL, answer(0, 0, 1)))
    assert TOOL.record is not None
    first = QuizCounts(
        "Urges", ("A craving…", "What helps?"), (ONE.choices, TWO.choices), ((0, 1), (0, 0, 0)), (0, 0), (1, 0)
    )
    second = QuizCounts("", ("What helps?",), (TWO.choices,), ((1, 1, 0),), (1,), (1,))
    assert TOOL.record(state) == QuizMade((first, second))
    assert TOOL.record(after((HOST, START))) == QuizMade(())


def test_a_full_quiz_fits_and_a_session_has_so_many() -> None:
    """Ten long questions, all answered by 35 people; after so many quizzes one more is refused."""
    long = QuizQuestion(
        text="q" * 300, choices=tuple(f"{n}{'c' * 159}" for n in range(6)), right=(0,), explanation="e" * 600
    )
    full = QuizStart(questions=(long,) * 10)
    state = after((HOST, full))
    for number in range(2, 37):
        for question in range(10):
            state = acted(TOOL, state, actor(number), answer(question, 0)).state  # type: ignore[assignment]
    assert len(msgspec.json.encode(state)) < LARGEST
    short = after(*[(HOST, START), (BOB, answer(0, 0))] * MOST)
    assert TOOL.act(short, HOST, START, moment()) == Refusal(Code.TOO_LARGE)


def test_scores_by_name_are_for_staff_alone() -> None:
    """A peer who hosts sees how the group answered and nobody's score; an interpreter answers nothing."""
    state = after((PETE, msgspec.structs.replace(START, named=True)), (BOB, answer(0, 0)))
    assert (seen(state, PETE).questions[0].counts, seen(state, PETE).scores) == ([1, 0], [])
    assert seen(state, HOST).scores == [Score(member=BOB.member, right=1, answered=1)]
    assert TOOL.act(state, IDA, answer(0, 0), moment()) == Refusal(Code.NOT_ALLOWED)
