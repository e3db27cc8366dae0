"""The good-bye before a session is ended for everybody (`goodbye`): until when there is time, on every page.

Whoever may end the session begins it, makes it longer or shorter, or takes it back. It ends nothing: a host's page asks
for the end when the time is over (that of whoever began it, or else another's), so that the record says who ended the
session. Every kind of session has it.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool


class GoodbyeBegin(Move, frozen=True, tag="goodbye.begin"):
    """So many seconds from now; again, if it has begun."""

    seconds: Annotated[int, Meta(ge=5, le=600)]


class GoodbyeCancel(Move, frozen=True, tag="goodbye.cancel"):
    """The session goes on."""


class GoodbyeSeen(Seen, frozen=True, tag="goodbye"):
    open: bool
    at: int
    """When the session ends, by the server's clock."""
    by: int
    """The member whose page will end it."""


class Goodbye(msgspec.Struct, frozen=True):
    open: bool = False
    at: int = 0
    by: int = 0


def _act(state: Goodbye, me: Actor, move: GoodbyeBegin | GoodbyeCancel, now: Moment) -> Acted | Refusal:
    if not me.ends:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, GoodbyeBegin):
        return Acted(Goodbye(True, now.at + move.seconds * 1000, me.member))
    return Acted(Goodbye())


def _seen(state: Goodbye, me: Actor) -> GoodbyeSeen:
    return GoodbyeSeen(open=state.open, at=state.at, by=state.by)


TOOL = Tool("goodbye", Goodbye(), (GoodbyeBegin, GoodbyeCancel), GoodbyeSeen, _act, _seen)
