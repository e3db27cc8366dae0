"""Working on relapse-prevention plans together (`plan`): whose plan has moved on, who is typing where, what is shown.

The words themselves are no state of a room. They stand in each client's own plan (core/plans.py), which pages read and
write over HTTP; here they only tell each other that there is something new. So a page of one client is never told a
word of another's, nor that they write at all. What is told of a plan goes to its client and to staff who lead. One
section may be shown to the group for a moment, by the client or by staff: those words do stand here, until they are
hidden again, and are gone with the session.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.ids import MemberNumber, Millis
from telehealth.core.plans import MOST_IN_SECTION, Text
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import ATTENDS

from .tool import Acted, Actor, Moment, Move, Seen, Tool

_PLACE = r"\A[A-Za-z0-9_-]{0,64}\Z"


class PlanOpen(Move, frozen=True, tag="plan.open"):
    """Everybody gets out their own."""


class PlanClose(Move, frozen=True, tag="plan.close"):
    """And puts it away."""


class PlanHere(Move, frozen=True, tag="plan.here"):
    """What I do in a plan: how far I have saved it, and where I am typing."""

    of: MemberNumber
    """Whose plan."""
    revision: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    place: Annotated[str, Meta(pattern=_PLACE)] = ""
    """The line or section; empty: nowhere."""


class PlanShow(Move, frozen=True, tag="plan.show"):
    """Show a section to the group."""

    of: MemberNumber
    title: Text
    lines: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MOST_IN_SECTION)]


class PlanHide(Move, frozen=True, tag="plan.hide"):
    pass


class PlanMark(msgspec.Struct, frozen=True):
    """The revision that somebody's plan has reached."""

    of: MemberNumber
    revision: int


class PlanTyping(msgspec.Struct, frozen=True):
    member: MemberNumber
    of: MemberNumber
    place: str
    at: Millis
    """Who has typed nothing for some seconds types no longer."""


class PlanShown(msgspec.Struct, frozen=True):
    """A section before everybody's eyes."""

    of: MemberNumber
    by: MemberNumber
    title: str
    lines: tuple[str, ...]
    circle: int = 0
    """Of those to whom it is shown."""


class PlanSeen(Seen, frozen=True, tag="plan"):
    open: bool
    """For everybody, or because a section is shown."""
    plans: tuple[PlanMark, ...] = ()
    """One's own; of everybody for staff who lead."""
    typing: tuple[PlanTyping, ...] = ()
    """In these plans."""
    shown: PlanShown | None = None


class Plans(msgspec.Struct, frozen=True):
    open: bool = False
    plans: tuple[PlanMark, ...] = ()
    typing: tuple[PlanTyping, ...] = ()
    shown: PlanShown | None = None


_AnyMove = PlanOpen | PlanClose | PlanHere | PlanShow | PlanHide


def _act(state: Plans, me: Actor, move: _AnyMove, now: Moment) -> Acted | Refusal:
    state = _of_those_here(state, now)
    if isinstance(move, PlanOpen | PlanClose):
        if not me.confided_in:
            return Refusal(Code.NOT_ALLOWED)
        return Acted(msgspec.structs.replace(state, open=isinstance(move, PlanOpen)))
    if isinstance(move, PlanHide):
        if state.shown is None:
            return Refusal(Code.NO_SUCH_THING)
        if not me.confided_in and me.member not in (state.shown.of, state.shown.by):
            return Refusal(Code.NOT_ALLOWED)
        return Acted(msgspec.structs.replace(state, shown=None))
    if not any(one.member == move.of and one.role in ATTENDS for one in now.here):
        return Refusal(Code.NO_SUCH_MEMBER)
    if not _may(me, move.of):
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, PlanShow):
        shown = PlanShown(move.of, me.member, move.title, move.lines, me.circle)
        return Acted(msgspec.structs.replace(state, shown=shown))
    return Acted(_noted(state, me, move, now.at))


def _of_those_here(state: Plans, now: Moment) -> Plans:
    here = {one.member for one in now.here}
    shown = state.shown if state.shown is not None and state.shown.by in here else None
    typing = tuple(one for one in state.typing if one.member in here)
    return msgspec.structs.replace(state, typing=typing, shown=shown)


def _noted(state: Plans, me: Actor, move: PlanHere, at: Millis) -> Plans:
    before = next((one.revision for one in state.plans if one.of == move.of), 0)
    mark = PlanMark(move.of, max(before, move.revision))
    typing = [one for one in state.typing if one.member != me.member]
    if move.place:
        typing.append(PlanTyping(me.member, move.of, move.place, at))
    others = [one for one in state.plans if one.of != move.of]
    plans = tuple(sorted((*others, mark), key=lambda one: one.of))
    return msgspec.structs.replace(state, plans=plans, typing=tuple(typing))


def _may(me: Actor, of: MemberNumber) -> bool:
    return me.confided_in or (me.member == of and me.role in ATTENDS)


def _seen(state: Plans, me: Actor) -> PlanSeen | None:
    shown = state.shown if state.shown is not None and state.shown.circle == me.circle else None
    seen = PlanSeen(
        open=state.open or shown is not None,
        plans=tuple(one for one in state.plans if _may(me, one.of)),
        typing=tuple(one for one in state.typing if _may(me, one.of)),
        shown=shown,
    )
    return None if seen == PlanSeen(open=False) else seen


TOOL = Tool("plan", Plans(), (PlanOpen, PlanClose, PlanHere, PlanShow, PlanHide), PlanSeen, _act, _seen)
