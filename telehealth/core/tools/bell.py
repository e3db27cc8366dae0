"""The bell: a sitting of some length, with a bell at its beginning, in between and at its end, and one rung by hand.

What is kept is when it began and how it is divided, all in server time; each page strikes its own bell from that, so
nothing needs to arrive at the right moment. A beginning and a stroke lie a little ahead: by then every page knows.
Told to those who are with whoever began it: nobody aside is disturbed, and nothing is heard where somebody walked in.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from telehealth.core.ids import Millis
from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool

AHEAD = 600
"""Milliseconds: a round trip of a bad network, and a page that is being drawn."""
Sound = Literal["bowl", "chime", "wood"]
Length = Annotated[int, Meta(ge=10, le=7200)]
"""Seconds."""
Between = Annotated[int, Meta(ge=0, le=3600)]
Preparation = Annotated[int, Meta(ge=0, le=600)]


class BellBegin(Move, frozen=True, tag="bell.begin"):
    """Begin a sitting; whatever is under way ends."""

    length: Length
    every: Between = 0
    """Seconds between two bells in between; 0 is none."""
    preparation: Preparation = 0
    """Silent seconds before the first bell."""
    sound: Sound = "bowl"
    first: bool = True
    last: bool = True


class BellPause(Move, frozen=True, tag="bell.pause"):
    """Hold the sitting."""


class BellResume(Move, frozen=True, tag="bell.resume"):
    """Go on with it."""


class BellRing(Move, frozen=True, tag="bell.ring"):
    """One stroke, at any time."""

    sound: Sound = "bowl"


class BellEnd(Move, frozen=True, tag="bell.end"):
    """Put it away, without a bell."""


class Sitting(msgspec.Struct, frozen=True):
    """One that was begun."""

    sound: Sound
    length: int
    every: int
    preparation: int
    first: bool
    last: bool
    passed: Millis = 0
    """Time that had passed of it, preparation included, when it last began to run or stopped."""
    since: Millis | None = None
    """Since when it has been running; null while it is held."""


class Bell(msgspec.Struct, frozen=True):
    """The bell of a room."""

    circle: int = 0
    sitting: Sitting | None = None
    rung: Millis = 0
    """When the stroke by hand sounds."""
    rung_sound: Sound = "bowl"


class BellSeen(Seen, frozen=True, tag="bell"):
    """The bell as everybody together has it. Times are the server's; strokes follow from them."""

    open: bool
    sitting: Sitting | None
    rung: Millis
    rung_sound: Sound


def _act(state: Bell, actor: Actor, move: Move, moment: Moment) -> Acted | Refusal:
    """What one of those who lead does with the bell."""
    if not actor.leads:
        return Refusal(Code.NOT_ALLOWED)
    soon, sitting = moment.at + AHEAD, state.sitting
    match move:
        case BellBegin():
            begun = Sitting(move.sound, move.length, move.every, move.preparation, move.first, move.last, 0, soon)
            return Acted(Bell(actor.circle, begun, state.rung, state.rung_sound))
        case BellRing():
            return Acted(Bell(actor.circle if sitting is None else state.circle, sitting, soon, move.sound))
        case BellPause() if sitting is not None and sitting.since is not None:
            passed = sitting.passed + max(0, moment.at - sitting.since)
            held = msgspec.structs.replace(sitting, passed=passed, since=None)
            return Acted(msgspec.structs.replace(state, sitting=held))
        case BellResume() if sitting is not None and sitting.since is None:
            return Acted(msgspec.structs.replace(state, sitting=msgspec.structs.replace(sitting, since=soon)))
        case BellEnd():
            return Acted(msgspec.structs.replace(state, sitting=None))
    return Refusal(Code.NO_SUCH_THING)


def _seen(state: Bell, actor: Actor) -> BellSeen | None:
    """The same for all who are together, nothing for anybody else."""
    if actor.circle != state.circle or (state.sitting is None and not state.rung):
        return None
    return BellSeen(open=state.sitting is not None, sitting=state.sitting, rung=state.rung, rung_sound=state.rung_sound)


TOOL = Tool("bell", Bell(), (BellBegin, BellPause, BellResume, BellRing, BellEnd), BellSeen, _act, _seen)
