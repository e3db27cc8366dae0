"""A clock that everybody sees (`timer`): until the end of an exercise, of a break, of the session.

The state says when it ends by the server's clock; every page counts down to that by itself. Nothing happens at the end
but what pages say and ring. A break's clock goes with the break of the room: the break is an event of the record
(core/events.py, BreakBegan), its time of return is only said here.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.ids import Millis
from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool

LONGEST = 3 * 60 * 60
"""Seconds."""


class For(StrEnum):
    """What the time is for."""

    EXERCISE = "exercise"
    BREAK = "break"
    SESSION = "session"


class TimerStart(Move, frozen=True, tag="timer.start"):
    """Count down, instead of what was counted before."""

    what: For
    seconds: Annotated[int, Meta(ge=10, le=LONGEST)]
    bell: bool = False
    """Whether a bell rings at the end."""


class TimerMore(Move, frozen=True, tag="timer.more"):
    """So much longer, from the end that it has or, if that is over, from now."""

    seconds: Annotated[int, Meta(ge=10, le=LONGEST)]


class TimerStop(Move, frozen=True, tag="timer.stop"):
    """Put the clock away."""


class TimerSeen(Seen, frozen=True, tag="timer"):
    open: bool
    what: For = For.EXERCISE
    began: Millis = 0
    ends: Millis = 0
    bell: bool = False


class Timer(msgspec.Struct, frozen=True):
    open: bool = False
    what: For = For.EXERCISE
    began: Millis = 0
    ends: Millis = 0
    bell: bool = False


def _act(state: Timer, me: Actor, move: TimerStart | TimerMore | TimerStop, now: Moment) -> Acted | Refusal:
    if not me.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, TimerStart):
        return Acted(Timer(True, move.what, now.at, now.at + move.seconds * 1000, move.bell))
    if not state.open:
        return Refusal(Code.NO_SUCH_THING)
    if isinstance(move, TimerStop):
        return Acted(Timer())
    ends = min(max(state.ends, now.at) + move.seconds * 1000, now.at + LONGEST * 1000)
    return Acted(msgspec.structs.replace(state, ends=ends))


def _seen(state: Timer, me: Actor) -> TimerSeen:
    return TimerSeen(open=state.open, what=state.what, began=state.began, ends=state.ends, bell=state.bell)


TOOL = Tool("timer", Timer(), (TimerStart, TimerMore, TimerStop), TimerSeen, _act, _seen)
