"""Go-around (`rounds`): everybody says something, one after the other, in the order in which they sit.

Everybody has one turn: nobody is asked twice, and who passes is not asked again unless they ask for it themselves. Who
is away when it is their turn is not lost but has it once they are back; who comes late is put at the end. The time of a
turn is a hint and cuts nobody off: nothing happens when it is over, except on the pages, gently. So the state holds no
clock, only when the turn began.

What comes too late, because somebody else has pressed before, changes nothing and is no fault of anybody's.

A go-around belongs to the circle in which it was begun: nobody elsewhere sees it.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.ids import MemberNumber, Millis
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role

from .tool import Acted, Actor, Moment, Move, Seen, Tool

_Member = Annotated[int, Meta(ge=1, le=10_000)]


class Turn(StrEnum):
    """How far it is with one person's turn."""

    TO_COME = "to_come"
    NOW = "now"
    DONE = "done"
    PASSED = "passed"
    """By themselves."""
    SKIPPED = "skipped"
    """A host took them out of this round."""


class Place(StrEnum):
    NEXT = "next"
    LAST = "last"


class RoundsStart(Move, frozen=True, tag="rounds.start"):
    """Begin with whoever sits first."""

    seconds: Annotated[int, Meta(ge=0, le=600)] = 0
    """For each; 0: as long as they like."""
    hosts: bool = False
    """Whether those who lead take part."""
    topic: Annotated[str, Meta(max_length=200)] = ""
    """What everybody is asked."""


class RoundsNext(Move, frozen=True, tag="rounds.next"):
    """The turn of `after` is over. Whoever has it may say so, and those who lead."""

    after: Annotated[int, Meta(ge=0, le=10_000)]
    """0: nobody had one. So that two who press at once do not leave somebody out."""


class RoundsPass(Move, frozen=True, tag="rounds.pass"):
    """Not this time. Of oneself only."""


class RoundsBack(Move, frozen=True, tag="rounds.back"):
    """After all: a turn for oneself, at the end."""


class RoundsPut(Move, frozen=True, tag="rounds.put"):
    """Somebody whose turn is to come has it sooner or later."""

    member: _Member
    place: Place


class RoundsSkip(Move, frozen=True, tag="rounds.skip"):
    """Leave somebody out of this round, without a word to anybody."""

    member: _Member


class RoundsStop(Move, frozen=True, tag="rounds.stop"):
    """End it for everybody."""


class RoundsOne(msgspec.Struct, frozen=True):
    member: MemberNumber
    turn: Turn = Turn.TO_COME


class RoundsSeen(Seen, frozen=True, tag="rounds"):
    open: bool
    topic: str = ""
    seconds: int = 0
    began: Millis = 0
    """When the turn began that goes on."""
    people: tuple[RoundsOne, ...] = ()
    """In the order of their turns. For clients, the turn of who was skipped is over like any other."""


class Rounds(msgspec.Struct, frozen=True):
    open: bool = False
    circle: int = 0
    seconds: int = 0
    hosts: bool = False
    topic: str = ""
    began: Millis = 0
    people: tuple[RoundsOne, ...] = ()

    def turn(self, member: MemberNumber) -> Turn | None:
        return next((one.turn for one in self.people if one.member == member), None)

    @property
    def now(self) -> MemberNumber:
        """Whose turn it is; 0 if nobody's."""
        return next((one.member for one in self.people if one.turn is Turn.NOW), MemberNumber(0))


_Asked = RoundsStart | RoundsNext | RoundsPass | RoundsBack | RoundsPut | RoundsSkip | RoundsStop
_NOT_ALLOWED = Refusal(Code.NOT_ALLOWED)


def _act(state: Rounds, me: Actor, move: _Asked, now: Moment) -> Acted | Refusal:
    if isinstance(move, RoundsStart):
        if not me.leads:
            return _NOT_ALLOWED
        fresh = Rounds(True, me.circle, move.seconds, move.hosts, move.topic.strip())
        return Acted(_onward(_joined(fresh, now), now))
    if not state.open:
        return Refusal(Code.NO_SUCH_THING)
    if isinstance(move, RoundsStop):
        return Acted(Rounds()) if me.leads else _NOT_ALLOWED
    changed = _moved(_joined(state, now), me, move, now)
    return changed if isinstance(changed, Refusal) else Acted(changed)


def _moved(state: Rounds, me: Actor, move: _Asked, now: Moment) -> Rounds | Refusal:
    if isinstance(move, RoundsPass | RoundsBack):
        return _of_oneself(state, me.member, move, now)
    if isinstance(move, RoundsNext):
        if not me.leads and me.member != move.after:
            return _NOT_ALLOWED
        return _onward(state, now) if move.after == state.now else state
    if not me.leads:
        return _NOT_ALLOWED
    assert isinstance(move, RoundsPut | RoundsSkip)
    turn = state.turn(MemberNumber(move.member))
    if turn is None:
        return Refusal(Code.NO_SUCH_MEMBER)
    if isinstance(move, RoundsPut):
        return _put(state, move) if turn is Turn.TO_COME else state
    if turn not in (Turn.TO_COME, Turn.NOW):
        return state
    left_out = _marked(state, MemberNumber(move.member), Turn.SKIPPED)
    return _onward(left_out, now) if turn is Turn.NOW else left_out


def _of_oneself(state: Rounds, me: MemberNumber, move: RoundsPass | RoundsBack, now: Moment) -> Rounds:
    turn = state.turn(me)
    if isinstance(move, RoundsPass):
        if turn not in (Turn.TO_COME, Turn.NOW):
            return state
        passed = _marked(state, me, Turn.PASSED)
        return _onward(passed, now) if turn is Turn.NOW else passed
    if turn is not Turn.PASSED:
        return state
    others = tuple(one for one in state.people if one.member != me)
    return msgspec.structs.replace(state, people=(*others, RoundsOne(me)))


def _takes_part(state: Rounds, one: Actor) -> bool:
    return one.circle == state.circle and (one.role in (Role.CLIENT, Role.COLLATERAL) or (state.hosts and one.leads))


def _joined(state: Rounds, now: Moment) -> Rounds:
    """With everybody who has come meanwhile, at the end."""
    known = {one.member for one in state.people}
    more = [RoundsOne(one.member) for one in now.here if one.member not in known and _takes_part(state, one)]
    return msgspec.structs.replace(state, people=(*state.people, *more))


def _first(state: Rounds, now: Moment) -> MemberNumber:
    """The first who is here and has had no turn; 0 if there is nobody."""
    here = {one.member for one in now.here if _takes_part(state, one)}
    to_come = (one.member for one in state.people if one.turn is Turn.TO_COME and one.member in here)
    return next(to_come, MemberNumber(0))


def _onward(state: Rounds, now: Moment) -> Rounds:
    """The turn that goes on is done, and the next one begins, if there is one. Who vanished in theirs has it again."""
    gone = state.now not in {one.member for one in now.here if _takes_part(state, one)}
    done = _marked(state, state.now, Turn.TO_COME if gone else Turn.DONE)
    return msgspec.structs.replace(_marked(done, _first(done, now), Turn.NOW), began=now.at)


def _marked(state: Rounds, member: MemberNumber, turn: Turn) -> Rounds:
    people = tuple(RoundsOne(member, turn) if one.member == member else one for one in state.people)
    return msgspec.structs.replace(state, people=people)


def _put(state: Rounds, move: RoundsPut) -> Rounds:
    others = [one for one in state.people if one.member != move.member]
    at = len(others)
    if move.place is Place.NEXT:
        at = next((index for index, one in enumerate(others) if one.turn is Turn.TO_COME), at)
    others.insert(at, RoundsOne(MemberNumber(move.member)))
    return msgspec.structs.replace(state, people=tuple(others))


def _seen(state: Rounds, me: Actor) -> RoundsSeen | None:
    if not state.open:
        return RoundsSeen(open=False)
    if me.circle != state.circle:
        return None
    people = state.people
    if not me.leads:
        people = tuple(RoundsOne(p.member, Turn.DONE) if p.turn is Turn.SKIPPED else p for p in people)
    return RoundsSeen(
        open=True,
        topic=state.topic,
        seconds=state.seconds,
        began=state.began,
        people=people,
    )


TOOL = Tool(
    "rounds",
    Rounds(),
    (RoundsStart, RoundsNext, RoundsPass, RoundsBack, RoundsPut, RoundsSkip, RoundsStop),
    RoundsSeen,
    _act,
    _seen,
)
