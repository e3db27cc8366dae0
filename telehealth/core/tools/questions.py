"""The question queue (`questions`): whoever is here asks in writing, others say "me, too", a leader takes them in turn.

A question is asked by name or without one. Without one the group never learns who asked; whether staff do is settled
when the queue opens and told to whoever asks. It is gone with the session: no question is part of the record.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from telehealth.core.ids import MemberNumber, Millis
from telehealth.core.refusals import Code, Refusal

from .slides import LINE, Id
from .tool import Acted, Actor, Moment, Move, Seen, Tool

MOST, MOST_OF_ONE = 60, 3
"""Questions in the queue, and of one person that are not answered yet."""
MAX_TEXT = 300
Mark = Literal["waiting", "now", "answered"]
_ORDER = ("now", "waiting", "answered")


class QuestionsOpen(Move, frozen=True, tag="questions.open"):
    """Take questions."""

    hidden: bool = False
    """Whether those without a name are so for staff, too."""


class QuestionsClose(Move, frozen=True, tag="questions.close"):
    """Take no more, and put them away."""


class QuestionsAsk(Move, frozen=True, tag="questions.ask"):
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT, pattern=LINE)]
    anonymous: bool = False


class QuestionsVote(Move, frozen=True, tag="questions.vote"):
    """That one has the same question, or no longer."""

    question: Id
    up: bool


class QuestionsMark(Move, frozen=True, tag="questions.mark"):
    question: Id
    mark: Mark


class QuestionsDrop(Move, frozen=True, tag="questions.drop"):
    """Take one's own question back; leaders may with any."""

    question: Id


class Asked(msgspec.Struct, frozen=True):
    id: str
    by: MemberNumber
    text: str
    anonymous: bool
    at: Millis
    mark: Mark = "waiting"
    votes: tuple[MemberNumber, ...] = ()


class Questions(msgspec.Struct, frozen=True):
    open: bool = False
    hidden: bool = False
    asked: tuple[Asked, ...] = ()
    count: int = 0
    """Of all that were ever asked, by which they are named: an operation's name would tell who asked."""


class AskedSeen(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    text: str
    at: Millis
    mark: Mark
    votes: int
    voted: bool
    mine: bool
    anonymous: bool
    by: MemberNumber | None
    """Null where this person may not know."""


class QuestionsSeen(Seen, frozen=True, tag="questions"):
    open: bool
    hidden: bool
    questions: list[AskedSeen]
    """What is answered now, then those that wait, most wanted first, then those that were answered."""


QuestionsMove = QuestionsOpen | QuestionsClose | QuestionsAsk | QuestionsVote | QuestionsMark | QuestionsDrop


def _act(state: Questions, me: Actor, move: QuestionsMove, now: Moment) -> Acted | Refusal:
    if me.watches:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, QuestionsOpen | QuestionsClose | QuestionsMark) and not me.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, QuestionsOpen):
        # Whoever asked without a name was promised who would know: that cannot be taken back.
        hidden = move.hidden or (state.hidden and any(one.anonymous for one in state.asked))
        return Acted(replace(state, open=True, hidden=hidden))
    if isinstance(move, QuestionsClose):
        return Acted(replace(state, open=False))
    if isinstance(move, QuestionsAsk):
        return _asked(state, me, move, now)
    found = next((one for one in state.asked if one.id == move.question), None)
    if found is None:
        return Refusal(Code.NO_SUCH_THING)
    if isinstance(move, QuestionsDrop):
        if not me.leads and found.by != me.member:
            return Refusal(Code.NOT_ALLOWED)
        return Acted(replace(state, asked=tuple(one for one in state.asked if one is not found)))
    if isinstance(move, QuestionsVote):
        return _voted(state, me, found, move.up)
    others = tuple(_waits(one) if move.mark == "now" else one for one in state.asked)
    return Acted(_with(replace(state, asked=others), replace(found, mark=move.mark)))


def _asked(state: Questions, me: Actor, move: QuestionsAsk, now: Moment) -> Acted | Refusal:
    if not state.open:
        return Refusal(Code.NO_SUCH_THING)
    if not move.text.strip():
        return Refusal(Code.MALFORMED)
    mine = sum(one.by == me.member and one.mark != "answered" for one in state.asked)
    if mine >= MOST_OF_ONE or len(state.asked) >= MOST:
        return Refusal(Code.TOO_MANY)
    count = state.count + 1
    fresh = Asked(f"q{count}", me.member, " ".join(move.text.split()), move.anonymous, now.at)
    return Acted(replace(state, asked=(*state.asked, fresh), count=count))


def _voted(state: Questions, me: Actor, found: Asked, up: bool) -> Acted | Refusal:
    if not state.open or found.by == me.member or found.mark == "answered":
        return Refusal(Code.NOT_ALLOWED)
    votes = {*found.votes, me.member} if up else {*found.votes} - {me.member}
    return Acted(_with(state, replace(found, votes=tuple(sorted(votes)))))


def _waits(one: Asked) -> Asked:
    """One question is answered at a time; the one before it has been."""
    return replace(one, mark="answered") if one.mark == "now" else one


def _with(state: Questions, changed: Asked) -> Questions:
    return replace(state, asked=tuple(changed if one.id == changed.id else one for one in state.asked))


def _seen(state: Questions, me: Actor) -> QuestionsSeen:
    visible = state.asked if state.open or me.leads else ()
    ordered = sorted(visible, key=lambda one: (_ORDER.index(one.mark), -len(one.votes), one.at, one.id))
    return QuestionsSeen(open=state.open, hidden=state.hidden, questions=[_seen_of(state, me, one) for one in ordered])


def _seen_of(state: Questions, me: Actor, one: Asked) -> AskedSeen:
    known = not one.anonymous or one.by == me.member or (me.confided_in and not state.hidden)
    return AskedSeen(
        id=one.id,
        text=one.text,
        at=one.at,
        mark=one.mark,
        votes=len(one.votes),
        voted=me.member in one.votes,
        mine=one.by == me.member,
        anonymous=one.anonymous,
        by=one.by if known else None,
    )


TOOL = Tool(
    "questions",
    Questions(),
    (QuestionsOpen, QuestionsClose, QuestionsAsk, QuestionsVote, QuestionsMark, QuestionsDrop),
    QuestionsSeen,
    _act,
    _seen,
)
