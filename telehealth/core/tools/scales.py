"""Check-in and check-out (`scales`): a few items that each client answers for themselves, and for staff.

A client's answers reach those who lead the room and nobody else, but for those that the client shows to the group. They
are kept in the client's own record with each change. Which items there are is a rule pack (core/scales.py); those that
were asked stand in the state, so that a page that comes late is asked the same.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.ids import MemberNumber, Millis
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import ATTENDS
from telehealth.core.scales import LONGEST_WORDS, ScaleItem, When, fits

from .tool import Acted, Actor, Kept, Moment, Move, Seen, Tool

KEPT = "scales"
"""What answers are kept as: this, a dot, and when they were asked."""
MOST_ITEMS = 12


class ScaleGiven(msgspec.Struct, frozen=True):
    """The answer to one item. What somebody would rather not say is not there."""

    item: str
    value: int | bool | str
    shared: bool = False
    """Shown to the group, by the client's own choice."""


class Said(msgspec.Struct, frozen=True):
    """What one client answered at one time, as it is kept of them."""

    when: When
    pack: str
    at: Millis
    given: tuple[ScaleGiven, ...]


class ScalesOpen(Move, frozen=True, tag="scales.open"):
    """Ask every client."""

    when: When


class ScaleAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: Annotated[str, Meta(max_length=40)]
    value: Annotated[int, Meta(ge=0, le=10)] | bool | Annotated[str, Meta(max_length=LONGEST_WORDS)]
    shared: bool = False
    """Show it to the group."""


class ScalesAnswer(Move, frozen=True, tag="scales.answer"):
    """One's own answers, instead of those given before. Items that are left out were not answered."""

    given: Annotated[tuple[ScaleAnswer, ...], Meta(max_length=MOST_ITEMS)]


class ScalesClose(Move, frozen=True, tag="scales.close"):
    """Ask no longer. What was answered is kept, and is no longer shown to the group."""


class ScalesOf(msgspec.Struct, frozen=True):
    """What one member answered, as far as the viewer may know it."""

    member: MemberNumber
    when: When
    at: Millis
    given: tuple[ScaleGiven, ...]
    circle: int = 0


class ScalesSeen(Seen, frozen=True, tag="scales"):
    open: bool
    when: When = When.IN
    items: tuple[ScaleItem, ...] = ()
    people: tuple[ScalesOf, ...] = ()
    """Oneself; of others what they show to the group; for those who lead everybody, of both times."""


class Scales(msgspec.Struct, frozen=True):
    open: bool = False
    when: When = When.IN
    pack: str = ""
    items: tuple[ScaleItem, ...] = ()
    people: tuple[ScalesOf, ...] = ()


def _act(state: Scales, me: Actor, move: ScalesOpen | ScalesAnswer | ScalesClose, now: Moment) -> Acted | Refusal:
    if isinstance(move, ScalesAnswer):
        return _answered(state, me, move, now)
    if not me.confided_in:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, ScalesClose):
        return Acted(msgspec.structs.replace(state, open=False))
    items = now.scales.asked(move.when)
    if not items:
        return Refusal(Code.NO_SUCH_THING)
    return Acted(Scales(True, move.when, now.scales.id, items, state.people))


def _answered(state: Scales, me: Actor, move: ScalesAnswer, now: Moment) -> Acted | Refusal:
    if me.role not in ATTENDS:
        return Refusal(Code.NOT_ALLOWED)
    if not state.open:
        return Refusal(Code.NO_SUCH_THING)
    items = {item.code: item for item in state.items}
    named = [one.item for one in move.given]
    if len(set(named)) < len(named) or not all(
        one.item in items and fits(items[one.item], one.value) for one in move.given
    ):
        return Refusal(Code.MALFORMED)
    # What may call staff is between them and the client, whatever a page asks.
    given = tuple(ScaleGiven(one.item, one.value, one.shared and items[one.item].signal is None) for one in move.given)
    others = tuple(one for one in state.people if (one.member, one.when) != (me.member, state.when))
    mine = ScalesOf(me.member, state.when, now.at, given, me.circle)
    said = Said(state.when, state.pack, now.at, given)
    return Acted(
        msgspec.structs.replace(state, people=(*others, mine)),
        (Kept(me.person, f"{KEPT}.{state.when}", said),),
    )


def _seen(state: Scales, me: Actor) -> ScalesSeen:
    if me.confided_in:
        return ScalesSeen(open=state.open, when=state.when, items=state.items, people=state.people)
    if not state.open:
        return ScalesSeen(open=False)
    now = [one for one in state.people if one.when is state.when]
    mine = tuple(one for one in now if one.member == me.member)
    shown = tuple(
        msgspec.structs.replace(one, given=given)
        for one in now
        if one.member != me.member and one.circle == me.circle
        if (given := tuple(answer for answer in one.given if answer.shared))
    )
    return ScalesSeen(open=True, when=state.when, items=state.items, people=(*mine, *shown))


TOOL = Tool("scales", Scales(), (ScalesOpen, ScalesAnswer, ScalesClose), ScalesSeen, _act, _seen)
