"""Polls (`polls`): one question to everybody, one or several of a few choices, one poll at a time.

A poll is anonymous to the group in any case; whether it is to staff, too, is settled when it begins and told to whoever
answers. Where it is, no state ever holds who chose what: a choice is counted, and that somebody has answered is kept so
that they do so once; they cannot change it. Where it is not, an answer can be changed while the poll runs, staff who
lead see it, and it goes into that person's own record.

What stays with the session are questions and counts.
"""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from telehealth.core.ids import MemberNumber
from telehealth.core.materials import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from telehealth.core.refusals import Code, Refusal

from .slides import LINE, Id
from .tool import Acted, Actor, Kept, Moment, Move, Seen, Tool

KEPT = "poll"
"""What an answer is kept as: this, a dot, and the poll."""
MOST = 20
"""Polls of one session."""
Text = Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION, pattern=LINE)]
ChoiceText = Annotated[str, Meta(min_length=1, max_length=MAX_CHOICE, pattern=LINE)]
Place = Annotated[int, Meta(ge=0, le=MAX_CHOICES - 1)]


class PollsStart(Move, frozen=True, tag="polls.start"):
    """Ask everybody; a poll that still runs ends."""

    question: Text
    choices: Annotated[tuple[ChoiceText, ...], Meta(min_length=2, max_length=MAX_CHOICES)]
    several: bool = False
    anonymous: bool = True
    """To staff, too."""


class PollsAnswer(Move, frozen=True, tag="polls.answer"):
    poll: Id
    choices: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=MAX_CHOICES)]


class PollsEnd(Move, frozen=True, tag="polls.end"):
    """No more answers."""

    poll: Id


class PollsShow(Move, frozen=True, tag="polls.show"):
    """Show everybody how it came out, or no longer."""

    poll: Id
    shown: bool


class PollsClose(Move, frozen=True, tag="polls.close"):
    """Put them all away."""


class PollVote(msgspec.Struct, frozen=True):
    """Of somebody, where staff may know."""

    member: MemberNumber
    choices: tuple[int, ...]


class Poll(msgspec.Struct, frozen=True):
    id: str
    question: str
    choices: tuple[str, ...]
    several: bool
    anonymous: bool
    running: bool
    shown: bool = False
    counts: tuple[int, ...] = ()
    answered: tuple[MemberNumber, ...] = ()
    """Who has, in the order of their numbers: it says nothing of what they chose."""
    answers: tuple[PollVote, ...] = ()
    """Empty where the poll is anonymous."""


class PollAnswer(msgspec.Struct, frozen=True):
    """What is kept of somebody's answer under their own key."""

    question: str
    chosen: tuple[str, ...]


class Polls(msgspec.Struct, frozen=True):
    open: bool = False
    polls: tuple[Poll, ...] = ()


class PollCounts(msgspec.Struct, frozen=True):
    """What stays of a poll with the session."""

    question: str
    choices: tuple[str, ...]
    counts: tuple[int, ...]
    answered: int


class PollsMade(msgspec.Struct, frozen=True):
    polls: tuple[PollCounts, ...]


class PollSeen(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    question: str
    choices: list[str]
    several: bool
    anonymous: bool
    running: bool
    shown: bool
    answered: bool
    """By this person."""
    mine: list[int]
    """Their choices, where they can be changed."""
    counts: list[int] | None
    """For leaders at once, for all when they are shown."""
    total: int | None
    """How many have answered; the same."""
    answers: list[PollVote]
    """For staff who lead, where the poll is not anonymous."""


class PollsSeen(Seen, frozen=True, tag="polls"):
    open: bool
    polls: list[PollSeen]
    """Oldest first. For those who do not lead: what runs, and what is shown."""


PollsMove = PollsStart | PollsAnswer | PollsEnd | PollsShow | PollsClose


def _act(state: Polls, me: Actor, move: PollsMove, now: Moment) -> Acted | Refusal:
    if isinstance(move, PollsAnswer):
        return _answered(state, me, move)
    if not me.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, PollsStart):
        return _started(state, move)
    if isinstance(move, PollsClose):
        return Acted(Polls(False, tuple(map(_ended, state.polls))))
    poll = _poll(state, move.poll)
    if poll is None:
        return Refusal(Code.NO_SUCH_THING)
    if isinstance(move, PollsShow):
        return Acted(_with(state, replace(poll, shown=move.shown)))
    return Acted(_with(state, _ended(poll)))


def _started(state: Polls, move: PollsStart) -> Acted | Refusal:
    texts = [one.strip() for one in move.choices]
    if not move.question.strip() or not all(texts) or len(set(texts)) < len(texts):
        return Refusal(Code.MALFORMED)
    if len(state.polls) >= MOST:
        return Refusal(Code.TOO_LARGE)
    fresh = Poll(
        f"poll{len(state.polls) + 1}",
        move.question.strip(),
        tuple(texts),
        move.several,
        move.anonymous,
        True,
        counts=(0,) * len(texts),
    )
    earlier = (replace(_ended(one), shown=False) for one in state.polls)
    return Acted(Polls(True, (*earlier, fresh)))


def _answered(state: Polls, me: Actor, move: PollsAnswer) -> Acted | Refusal:
    poll = _poll(state, move.poll)
    if poll is None or not poll.running:
        return Refusal(Code.NO_SUCH_THING)
    if not me.takes_part:
        return Refusal(Code.NOT_ALLOWED)
    chosen = tuple(sorted(set(move.choices)))
    if chosen[-1] >= len(poll.choices) or (len(chosen) > 1 and not poll.several):
        return Refusal(Code.MALFORMED)
    before = next((one.choices for one in poll.answers if one.member == me.member), ())
    if poll.anonymous and me.member in poll.answered:
        return Refusal(Code.NOT_ALLOWED)
    counts = tuple(count + (place in chosen) - (place in before) for place, count in enumerate(poll.counts))
    poll = replace(poll, counts=counts, answered=tuple(sorted({*poll.answered, me.member})))
    if poll.anonymous:
        return Acted(_with(state, poll))
    others = (one for one in poll.answers if one.member != me.member)
    answers = tuple(sorted((*others, PollVote(me.member, chosen)), key=lambda one: one.member))
    kept = PollAnswer(poll.question, tuple(poll.choices[place] for place in chosen))
    return Acted(_with(state, replace(poll, answers=answers)), (Kept(me.person, f"{KEPT}.{poll.id}", kept),))


def _poll(state: Polls, name: str) -> Poll | None:
    return next((one for one in state.polls if one.id == name), None)


def _with(state: Polls, changed: Poll) -> Polls:
    return replace(state, polls=tuple(changed if one.id == changed.id else one for one in state.polls))


def _ended(poll: Poll) -> Poll:
    return replace(poll, running=False)


def _seen(state: Polls, me: Actor) -> PollsSeen:
    visible = [one for one in state.polls if me.leads or (state.open and (one.running or one.shown))]
    return PollsSeen(open=state.open, polls=[_seen_of(one, me) for one in visible])


def _seen_of(poll: Poll, me: Actor) -> PollSeen:
    counted = me.leads or poll.shown
    return PollSeen(
        id=poll.id,
        question=poll.question,
        choices=list(poll.choices),
        several=poll.several,
        anonymous=poll.anonymous,
        running=poll.running,
        shown=poll.shown,
        answered=me.member in poll.answered,
        mine=next((list(one.choices) for one in poll.answers if one.member == me.member), []),
        counts=list(poll.counts) if counted else None,
        total=len(poll.answered) if counted else None,
        answers=list(poll.answers) if me.confided_in else [],
    )


def _made(state: Polls) -> PollsMade:
    return PollsMade(tuple(PollCounts(one.question, one.choices, one.counts, len(one.answered)) for one in state.polls))


TOOL = Tool(
    "polls",
    Polls(),
    (PollsStart, PollsAnswer, PollsEnd, PollsShow, PollsClose),
    PollsSeen,
    _act,
    _seen,
    lasting=True,
    record=_made,
)
