"""A short quiz (`quiz`): up to ten questions, each at one's own pace, with the right answer and why.

Whoever answers sees at once whether they were right, and nobody else does: leaders and, when they say so, the group see
how many chose what. An answer stands. With `named`, which is told before the first question, staff who lead see each
score, and it goes into that person's own record. Who answered what is in the state while the session lasts, sealed, so
that a page that comes back shows one's own result again; with the session stay the counts alone.
"""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from telehealth.core.ids import MemberNumber
from telehealth.core.materials import (
    MAX_CHOICES,
    MAX_EXPLANATION,
    MAX_QUESTIONS,
    MAX_TITLE,
    Question,
    well_made,
)
from telehealth.core.refusals import Code, Refusal

from .polls import ChoiceText, Place, Text
from .slides import LINE
from .tool import Acted, Actor, Kept, Moment, Move, Seen, Tool


class QuizQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    text: Text
    choices: Annotated[tuple[ChoiceText, ...], Meta(min_length=2, max_length=MAX_CHOICES)]
    right: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=MAX_CHOICES)]
    explanation: Annotated[str, Meta(max_length=MAX_EXPLANATION)] = ""


class QuizStart(Move, frozen=True, kw_only=True, tag="quiz.start"):
    """Ask these; an earlier quiz of the session is gone from pages, its counts stay."""

    title: Annotated[str, Meta(max_length=MAX_TITLE, pattern=LINE)] = ""
    questions: Annotated[tuple[QuizQuestion, ...], Meta(min_length=1, max_length=MAX_QUESTIONS)]
    named: bool = False


class QuizAnswer(Move, frozen=True, tag="quiz.answer"):
    question: Annotated[int, Meta(ge=0, le=MAX_QUESTIONS - 1)]
    choices: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=MAX_CHOICES)]


class QuizEnd(Move, frozen=True, tag="quiz.end"):
    """No more answers; everybody sees what was right."""


class QuizShow(Move, frozen=True, tag="quiz.show"):
    """Show everybody how the group answered, or no longer."""

    shown: bool


class QuizClose(Move, frozen=True, tag="quiz.close"):
    """Put it away."""


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """One answer of somebody."""

    member: MemberNumber
    question: int
    choices: tuple[int, ...]


class QuizCounts(msgspec.Struct, frozen=True):
    """What stays of a quiz with the session."""

    title: str
    questions: tuple[str, ...]
    choices: tuple[tuple[str, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    """How often each choice was chosen, by question."""
    right: tuple[int, ...]
    """How many were right, by question."""
    answered: tuple[int, ...]


class QuizScore(msgspec.Struct, frozen=True):
    """What is kept of somebody's score under their own key, where the quiz is named."""

    title: str
    right: int
    answered: int
    questions: int


class Quiz(msgspec.Struct, frozen=True):
    open: bool = False
    running: bool = False
    shown: bool = False
    named: bool = False
    title: str = ""
    questions: tuple[Question, ...] = ()
    answers: tuple[Answered, ...] = ()
    """In the order of questions and members."""
    earlier: tuple[QuizCounts, ...] = ()


class QuizMade(msgspec.Struct, frozen=True):
    quizzes: tuple[QuizCounts, ...]


class QuestionSeen(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    choices: list[str]
    several: bool
    mine: list[int] | None
    right: list[int] | None
    """Once this person has answered, or the quiz has ended."""
    explanation: str
    """The same."""
    counts: list[int] | None
    """How often each choice was chosen: for leaders at once, for all when they are shown."""
    answered: int | None
    correct: int | None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    member: MemberNumber
    right: int
    answered: int


class QuizSeen(Seen, frozen=True, tag="quiz"):
    open: bool
    running: bool
    shown: bool
    named: bool
    title: str
    questions: list[QuestionSeen]
    scores: list[Score]
    """For staff who lead, where the quiz is named."""


QuizMove = QuizStart | QuizAnswer | QuizEnd | QuizShow | QuizClose
KEPT = "quiz"
"""What a score is kept as: this, a dot, and how many quizzes were before."""
MOST = 5
"""Quizzes of one session."""


def _act(state: Quiz, me: Actor, move: QuizMove, now: Moment) -> Acted | Refusal:
    if isinstance(move, QuizAnswer):
        return _answered(state, me, move)
    if not me.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, QuizStart):
        return _started(state, move)
    if not state.questions:
        return Refusal(Code.NO_SUCH_THING)
    if isinstance(move, QuizShow):
        return Acted(replace(state, shown=move.shown))
    if isinstance(move, QuizEnd):
        return Acted(replace(state, running=False))
    return Acted(replace(state, open=False, running=False))


def _started(state: Quiz, move: QuizStart) -> Acted | Refusal:
    questions = tuple(
        Question(
            one.text.strip(), tuple(text.strip() for text in one.choices), tuple(sorted(one.right)), one.explanation
        )
        for one in move.questions
    )
    if not all(map(well_made, questions)):
        return Refusal(Code.MALFORMED)
    earlier = (*state.earlier, *((_counts(state),) if state.answers else ()))
    if len(earlier) >= MOST:
        return Refusal(Code.TOO_LARGE)
    return Acted(Quiz(True, True, False, move.named, move.title.strip(), questions, (), earlier))


def _answered(state: Quiz, me: Actor, move: QuizAnswer) -> Acted | Refusal:
    if not state.running or move.question >= len(state.questions):
        return Refusal(Code.NO_SUCH_THING)
    if not me.takes_part or _mine(state, me.member, move.question) is not None:
        return Refusal(Code.NOT_ALLOWED)
    question = state.questions[move.question]
    chosen = tuple(sorted(set(move.choices)))
    if chosen[-1] >= len(question.choices) or (len(chosen) > 1 and len(question.right) == 1):
        return Refusal(Code.MALFORMED)
    answers = sorted(
        (*state.answers, Answered(me.member, move.question, chosen)), key=lambda one: (one.question, one.member)
    )
    state = replace(state, answers=tuple(answers))
    if not state.named:
        return Acted(state)
    score = _score(state, me.member)
    kept = QuizScore(state.title, score.right, score.answered, len(state.questions))
    return Acted(state, (Kept(me.person, f"{KEPT}.{len(state.earlier)}", kept),))


def _mine(state: Quiz, member: MemberNumber, question: int) -> tuple[int, ...] | None:
    return next((one.choices for one in state.answers if (one.member, one.question) == (member, question)), None)


def _score(state: Quiz, member: MemberNumber) -> Score:
    mine = [one for one in state.answers if one.member == member]
    right = sum(one.choices == state.questions[one.question].right for one in mine)
    return Score(member=member, right=right, answered=len(mine))


def _counts(state: Quiz) -> QuizCounts:
    counted = [_counted(state, number) for number in range(len(state.questions))]
    return QuizCounts(
        state.title,
        tuple(one.text for one in state.questions),
        tuple(one.choices for one in state.questions),
        tuple(counts for counts, _, _ in counted),
        tuple(right for _, right, _ in counted),
        tuple(answered for _, _, answered in counted),
    )


def _counted(state: Quiz, number: int) -> tuple[tuple[int, ...], int, int]:
    """How often each choice of a question was chosen, how many were right, how many answered."""
    question = state.questions[number]
    given = [one.choices for one in state.answers if one.question == number]
    counts = tuple(sum(place in one for one in given) for place in range(len(question.choices)))
    return counts, sum(one == question.right for one in given), len(given)


def _seen(state: Quiz, me: Actor) -> QuizSeen:
    visible = state.open or me.leads
    scores = [_score(state, member) for member in sorted({one.member for one in state.answers})]
    return QuizSeen(
        open=state.open,
        running=state.running,
        shown=state.shown,
        named=state.named,
        title=state.title if visible else "",
        questions=[_question(state, me, number) for number in range(len(state.questions))] if visible else [],
        scores=scores if me.confided_in and state.named else [],
    )


def _question(state: Quiz, me: Actor, number: int) -> QuestionSeen:
    question = state.questions[number]
    mine = _mine(state, me.member, number)
    told = mine is not None or me.leads or not state.running
    counts, right, answered = _counted(state, number)
    counted = me.leads or state.shown
    return QuestionSeen(
        text=question.text,
        choices=list(question.choices),
        several=len(question.right) > 1,
        mine=None if mine is None else list(mine),
        right=list(question.right) if told else None,
        explanation=question.explanation if told else "",
        counts=list(counts) if counted else None,
        answered=answered if counted else None,
        correct=right if counted else None,
    )


def _made(state: Quiz) -> QuizMade:
    return QuizMade((*state.earlier, *((_counts(state),) if state.answers else ())))


TOOL = Tool(
    "quiz",
    Quiz(),
    (QuizStart, QuizAnswer, QuizEnd, QuizShow, QuizClose),
    QuizSeen,
    _act,
    _seen,
    lasting=True,
    record=_made,
)
