"""The calm picture: a slow shape that breathes, the same for everybody at the same time.

Kept are its look, its rhythm and since when it breathes; each page draws it from server time, and whoever does not want
it to move stops it for themself. Told to those who are with whoever showed it.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from telehealth.core.ids import Millis
from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool

Shape = Literal["circle", "tide", "dusk"]
In = Annotated[int, Meta(ge=2, le=12)]
"""Seconds: nobody is asked to breathe faster than fifteen times a minute."""
Out = Annotated[int, Meta(ge=2, le=16)]
Hold = Annotated[int, Meta(ge=0, le=10)]


class CalmShow(Move, frozen=True, tag="calm.show"):
    """Show it, or show it otherwise."""

    shape: Shape = "circle"
    inhale: In = 4
    hold: Hold = 0
    exhale: Out = 6
    rest: Hold = 0


class CalmHide(Move, frozen=True, tag="calm.hide"):
    """Put it away."""


class Calm(msgspec.Struct, frozen=True):
    """The picture of a room."""

    circle: int = 0
    showing: CalmShow | None = None
    since: Millis = 0


class CalmSeen(Seen, frozen=True, tag="calm"):
    """What a page draws. Lengths are in seconds; the first breath in begins at `since`, server time."""

    open: bool
    shape: Shape
    inhale: int
    hold: int
    exhale: int
    rest: int
    since: Millis


def _act(state: Calm, actor: Actor, move: Move, moment: Moment) -> Acted | Refusal:
    """What one of those who lead does with it."""
    if not actor.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, CalmShow):
        return Acted(Calm(actor.circle, move, moment.at))
    return Acted(Calm())


def _seen(state: Calm, actor: Actor) -> CalmSeen | None:
    """The same for all who are together, nothing for anybody else."""
    showing = state.showing
    if showing is None or actor.circle != state.circle:
        return None
    return CalmSeen(
        open=True,
        shape=showing.shape,
        inhale=showing.inhale,
        hold=showing.hold,
        exhale=showing.exhale,
        rest=showing.rest,
        since=state.since,
    )


TOOL = Tool("calm", Calm(), (CalmShow, CalmHide), CalmSeen, _act, _seen)
