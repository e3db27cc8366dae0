""" "Still with us?" (`presence`): a host asks one person, or all who take part, and only they see it.

Somebody with their camera off may have fallen asleep, or be in trouble. The question is large and calm on their page
and nowhere else; one tap answers it, and only staff see who has answered and when. Nothing follows from it by itself,
and none of it is attendance: that is why it is a tool, gone with the session, and no event of the record
(docs/attendance.md). Every kind of session has it.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.ids import Millis
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import PARTICIPANTS

from .tool import Acted, Actor, Moment, Move, Seen, Tool

Number = Annotated[int, Meta(ge=1, le=10_000)]


class PresenceAsk(Move, frozen=True, tag="presence.ask"):
    """Ask these members; without `members`, everybody who takes part."""

    members: Annotated[list[Number], Meta(min_length=1, max_length=100)] | None = None


class PresenceHere(Move, frozen=True, tag="presence.here"):
    """ "I'm here." """


class PresenceClear(Move, frozen=True, tag="presence.clear"):
    """Put the questions and answers away, also those that nobody has answered."""


class PresenceRow(msgspec.Struct, frozen=True):
    """Somebody was asked."""

    member: int
    asked: Millis
    answered: Millis | None = None


class PresenceSeen(Seen, frozen=True, tag="presence"):
    open: bool
    """Whether a question to this person waits for their answer."""
    asked: tuple[PresenceRow, ...] = ()
    """For hosts of the staff: whom one of them asked, in order of time."""


class Presence(msgspec.Struct, frozen=True):
    asked: tuple[PresenceRow, ...] = ()


def _act(state: Presence, me: Actor, move: PresenceAsk | PresenceHere | PresenceClear, now: Moment) -> Acted | Refusal:
    if isinstance(move, PresenceHere):
        answered = (
            PresenceRow(one.member, one.asked, now.at) if one.member == me.member and one.answered is None else one
            for one in state.asked
        )
        return Acted(Presence(tuple(answered)))
    if not me.confided_in:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, PresenceClear):
        return Acted(Presence())
    here = [one for one in now.here if one.role in PARTICIPANTS]
    if move.members is None:  # whoever is in a circle of their own has said why, or must not be asked there
        whom = [one.member for one in here if one.circle != one.member]
    else:
        whom = [one.member for one in here if one.member in move.members]
    if not whom:
        return Refusal(Code.NO_SUCH_MEMBER)
    others = (one for one in state.asked if one.member not in whom)
    return Acted(Presence((*others, *(PresenceRow(member, now.at) for member in whom))))


def _seen(state: Presence, me: Actor) -> PresenceSeen | None:
    waits = any(one.member == me.member and one.answered is None for one in state.asked)
    if me.confided_in:
        return PresenceSeen(open=waits, asked=state.asked)
    return PresenceSeen(open=True) if waits else None


TOOL = Tool("presence", Presence(), (PresenceAsk, PresenceHere, PresenceClear), PresenceSeen, _act, _seen)
