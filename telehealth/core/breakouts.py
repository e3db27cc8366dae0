"""Breakout rooms: who may open them, who is in which, and how everybody comes back.

A breakout is a number on a member; `circles.py` makes it a circle of its own. They are one session's: presence goes on
in the parent session, so nothing of this is read by attendance. Whoever comes to the session meanwhile is in the main
room (0) until somebody places them; whoever was lost or left and comes back is where they were, if it still is open.
Breakouts end when a host recalls everybody, or when their time is over, whether a host is there or not.

Who goes where arrives with the command: by hand, shuffled by the page, or as `remembered` of an earlier time.
"""

from collections.abc import Mapping
from typing import assert_never

from . import commands as ask
from . import events as did
from .ids import MemberNumber, Millis, PersonId
from .refusals import Code, Refusal
from .roles import STAFF, Action, may
from .room import MAIN, Member, Room, Standing

MOST = 12
"""Rooms at once: more than one for every two people of a full group is nobody's wish."""
LONGEST: Millis = 4 * 60 * 60_000
"""Until when a limit may lie ahead. A session is over before."""

Commands = ask.OpenBreakouts | ask.PlaceMembers | ask.ExtendBreakouts | ask.CloseBreakouts | ask.Announce | ask.WantHost
Decision = tuple[did.Event, ...] | Refusal


def needs(me: Member, command: Commands) -> Action | None:
    """What somebody must be allowed to do for this; `None` is nothing: everybody may return to the main room by
    themselves (nobody is kept in a room), and ask for a host."""
    if isinstance(command, ask.WantHost):
        return None
    if isinstance(command, ask.PlaceMembers) and dict(command.placed) == {me.number: MAIN}:
        return None
    return Action.BREAKOUTS


def decide(room: Room, me: Member, command: Commands, at: Millis) -> Decision:
    """What happens, for somebody seated who may ask it."""
    if isinstance(command, ask.OpenBreakouts):
        return _opened(room, me, command, at)
    breakouts = room.breakouts
    if breakouts is None:
        return () if isinstance(command, ask.CloseBreakouts) else Refusal(Code.NO_SUCH_THING)
    match command:
        case ask.PlaceMembers():
            return _placed(room, me, command.placed, breakouts.rooms, at)
        case ask.ExtendBreakouts():
            until = min(max(at, breakouts.until or at) + command.more, at + LONGEST)
            return (did.BreakoutsTimed(at, until, me.number),)
        case ask.CloseBreakouts():
            return closed(room, at, me.number)
        case ask.Announce():
            if me.aside or me.looks_at is not None:
                return Refusal(Code.NOT_ALLOWED)  # what is said in a side room, or at the door, is for one person
            known = (room.announcer == me.number) == command.on
            return () if known else (did.AnnouncingChanged(at, me.number, command.on),)
        case ask.WantHost():
            wanted = command.on and me.role not in STAFF and not _host_there(room, me.breakout)
            return () if wanted == (me.wants_host is not None) else (did.HostWanted(at, me.number, wanted),)
        case _:
            assert_never(command)


def _opened(room: Room, me: Member, command: ask.OpenBreakouts, at: Millis) -> Decision:
    if room.breakouts is not None:
        return Refusal(Code.BREAKOUTS_OPEN)  # another host was faster, and people are on their way
    assert room.opened is not None
    if room.opened.sees == "hosts":
        return Refusal(Code.NOT_ALLOWED)  # in a room without a host nobody would be with anybody
    if not 1 <= command.rooms <= MOST:
        return Refusal(Code.MALFORMED)
    placed = _placed(room, me, command.placed, command.rooms, at)
    if isinstance(placed, Refusal):
        return placed
    until = None if command.length is None else at + min(command.length, LONGEST)
    return did.BreakoutsOpened(at, command.rooms, until, me.number), *placed


def _placed(room: Room, me: Member, placed: tuple[tuple[MemberNumber, int], ...], rooms: int, at: Millis) -> Decision:
    """Whoever has gone meanwhile is passed over: the others still go."""
    if any(not MAIN <= where <= rooms for _, where in placed):
        return Refusal(Code.NO_SUCH_THING)
    going = {number: where for number, where in placed if number in room.members}
    here = {m.number: m for m in room.standing(Standing.SEATED)}
    if placed and not any(number in here for number in going):
        return Refusal(Code.NO_SUCH_MEMBER)
    return tuple(
        did.MovedTo(at, number, where, me.number)
        for number, where in going.items()
        if number in here and here[number].breakout != where
    )


def closed(room: Room, at: Millis, by: MemberNumber | None) -> tuple[did.Event, ...]:
    """Everybody back, if anybody is out."""
    return () if room.breakouts is None else (did.BreakoutsClosed(at, by),)


def over(room: Room, at: Millis) -> bool:
    """Whether their time has come."""
    return room.breakouts is not None and room.breakouts.until is not None and at >= room.breakouts.until


def remembered(room: Room) -> dict[PersonId, int]:
    """Who was last in which breakout, by person: of this session, or of an earlier one by its log."""
    return {m.person: m.last_breakout for m in room.members.values() if m.last_breakout != MAIN}


def proposed(room: Room, before: Mapping[PersonId, int]) -> dict[MemberNumber, int]:
    """Where those who are seated now were then."""
    return {m.number: before[m.person] for m in room.standing(Standing.SEATED) if m.person in before}


def _host_there(room: Room, breakout: int) -> bool:
    return any(
        m.breakout == breakout and not m.aside and m.connection is not None
        for m in room.standing(Standing.SEATED)
        if may(m.role, Action.BREAKOUTS)
    )
