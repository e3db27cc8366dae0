"""Music: whose page plays something to everybody.

The music itself goes the way of that person's microphone and never comes here; nor does its title. This is the word of
it: that it is music and not somebody's room, and that one person plays at a time.
"""

import msgspec

from telehealth.core.ids import MemberNumber
from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool


class MusicBegin(Move, frozen=True, tag="music.begin"):
    """My page plays now."""


class MusicEnd(Move, frozen=True, tag="music.end"):
    """Nobody's does."""


class Music(msgspec.Struct, frozen=True):
    """Who plays."""

    circle: int = 0
    by: MemberNumber | None = None


class MusicSeen(Seen, frozen=True, tag="music"):
    """Whose page plays."""

    open: bool
    by: int | None


def _act(state: Music, actor: Actor, move: Move, moment: Moment) -> Acted | Refusal:
    if not actor.leads:
        return Refusal(Code.NOT_ALLOWED)
    return Acted(Music(actor.circle, actor.member) if isinstance(move, MusicBegin) else Music())


def _seen(state: Music, actor: Actor) -> MusicSeen | None:
    """The same for all who are together, nothing for anybody else."""
    if actor.circle != state.circle:
        return None
    return MusicSeen(open=state.by is not None, by=state.by)


TOOL = Tool("music", Music(), (MusicBegin, MusicEnd), MusicSeen, _act, _seen)
