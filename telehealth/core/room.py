"""The room: who waits, who is seated, who was lost, and what may happen next.

`decide(state, command)` answers with events or a refusal and never changes anything; `apply(state, event)` changes
and never refuses. So crash recovery is `replay`, and attendance is another fold over the same events.

A member's standing, and what moves it::

            Enter                Admit               Leave, End, grace over
    (none) ------->  WAITING  ----------->  SEATED  ----------------------->  LEFT
                        |                     |                                |  Enter
                        |                     | Remove                         '--------> WAITING
                        |  Remove             v            AllowBack
                        '---------------->  REMOVED  ------------------------>  LEFT

Standing is one thing and connection another: a member who is SEATED without a connection is *reconnecting*. The seat,
the member's number and the standing are kept until the grace time is over; number and seat are still theirs if they
come back later through the waiting room. Whoever WAITS leaves by the same ways. Staff skip WAITING.

Two times are kept apart. `at` is when the server noticed; `last_seen` is the last proof that the person was there.
Only proven time ever becomes attendance, so an interval that nobody closed ends at its last proof.

Must not touch: names, texts, clocks. See `audience.py` for what each member may learn of the state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from . import commands as ask
from . import events as did
from .ids import ConnectionId, MemberNumber, Millis, PersonId, Seat, TabId, WorkerId
from .refusals import Code, Refusal
from .roles import STAFF, Action, Role, may

GAP: Millis = 2_500
"""A return this soon after the last proof of life is no gap. Pages prove themselves once a second."""
STALE: Millis = 15_000
"""A connection that has proven nothing for this long is lost, whoever holds its socket (the node may have died)."""
OPENS_BEFORE: Millis = 60 * 60_000
"""How long before its scheduled start a session can be entered by clients."""
CLOSES_AFTER: Millis = 2 * 60 * 60_000
"""How long after its scheduled end a room without a host closes by itself: a page that somebody forgot to close must
neither keep it open nor go on collecting minutes."""


class Standing(StrEnum):
    """Where a member is, whether connected or not."""

    WAITING = "waiting"
    SEATED = "seated"
    LEFT = "left"
    REMOVED = "removed"


HERE = frozenset({Standing.WAITING, Standing.SEATED})


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one room."""

    number: MemberNumber
    person: PersonId
    role: Role
    standing: Standing
    tab: TabId
    connection: ConnectionId | None
    """`None` while reconnecting, and after leaving."""
    since: Millis
    """When the present standing began."""
    last_seen: Millis
    """Last recorded proof of life; younger proofs are with the node that holds the socket."""
    seat: Seat | None = None
    microphone: bool = False
    camera: bool = False
    screen: bool = False
    hand: Millis | None = None
    """When the hand was raised."""

    @property
    def here(self) -> bool:
        """In the room or in its waiting room, connected or reconnecting."""
        return self.standing in HERE

    @property
    def reconnecting(self) -> bool:
        return self.here and self.connection is None


@dataclass(frozen=True, slots=True)
class Room:
    """The state of one room after `version` events."""

    version: int = 0
    last_at: Millis = 0
    opened: did.Opened | None = None
    members: Mapping[MemberNumber, Member] = field(default_factory=dict)
    locked: bool = False
    ended: bool = False
    worker: WorkerId | None = None
    media_epoch: int = 0
    began: Millis | None = None
    """When the first host was seated: the actual start. An observer alone begins nothing."""

    def by_person(self, person: PersonId) -> Member | None:
        return next((m for m in self.members.values() if m.person == person), None)

    def by_connection(self, connection: ConnectionId) -> Member | None:
        return next((m for m in self.members.values() if m.connection == connection), None)

    def standing(self, *standings: Standing) -> list[Member]:
        """The members who stand so, in order of their numbers."""
        return [m for m in self.members.values() if m.standing in standings]


EMPTY = Room()

Decision = tuple[did.Event, ...] | Refusal


def replay(events: Iterable[did.Event], room: Room = EMPTY) -> Room:
    """The state after `events`."""
    for event in events:
        room = apply(room, event)
    return room


def decide(room: Room, command: ask.Command) -> Decision:
    """What happens if `command` is obeyed now: events to append (perhaps none), or why not. Changes nothing.

    The log's time never runs backwards: a command stamped before the last event is dated with that event's time.
    """
    at = max(command.at, room.last_at)
    if isinstance(command, ask.Open):
        return () if room.opened else (_opened(command, at),)
    if room.opened is None:
        return Refusal(Code.NO_SUCH_THING)
    if isinstance(command, ask.TimePassed):
        return _time_passed(room, command, at)
    if isinstance(command, ask.LoseConnection):
        member = room.by_connection(command.connection)
        if member is None:
            return ()
        return (did.ConnectionLost(at, member.number, _proof(member, at, {member.number: command.last_seen})),)
    if room.ended:
        return Refusal(Code.ENDED)
    if isinstance(command, ask.Enter):
        return _enter(room, command, at)
    if isinstance(command, ask.AssignMedia):
        if command.after_epoch != room.media_epoch:
            return Refusal(Code.STALE)
        return (did.MediaAssigned(at, command.worker, room.media_epoch + 1),)

    me = room.by_connection(command.by)
    if me is None:
        return Refusal(Code.NOT_IN_ROOM)
    if isinstance(command, ask.Leave):
        return (did.Left(at, me.number, at, did.Why.LEFT),)
    # Who mutes themselves while they wait must be admitted muted; a screen is shown only to people one can see.
    prepares = isinstance(command, ask.SetMedia) and not command.screen
    if me.standing is not Standing.SEATED and not prepares:
        return Refusal(Code.NOT_ALLOWED)
    return _asked_by_member(room, me, command, at)


_ByMember = ask.Admit | ask.Remove | ask.AllowBack | ask.MuteOthers | ask.SetMedia | ask.SetHand | ask.SetLock | ask.End


def _asked_by_member(room: Room, me: Member, command: _ByMember, at: Millis) -> Decision:
    needs: Action
    match command:
        case ask.Admit():
            needs = Action.ADMIT
        case ask.Remove() | ask.AllowBack():
            needs = Action.REMOVE
        case ask.MuteOthers():
            needs = Action.MUTE_OTHERS
        case ask.SetMedia() | ask.SetHand():
            needs = Action.SPEAK
        case ask.SetLock():
            needs = Action.LOCK
        case ask.End():
            needs = Action.END
        case _:
            assert_never(command)
    if not may(me.role, needs):
        return Refusal(Code.NOT_ALLOWED)

    match command:
        case ask.Admit():
            return _admit(room, me, command, at)
        case ask.Remove():
            member = room.members.get(command.member)
            if member is None or not member.here:
                return Refusal(Code.NO_SUCH_MEMBER)
            if member.role in STAFF:
                return Refusal(Code.NOT_ALLOWED)
            return (did.Removed(at, member.number, _present_until(member, at, command.seen), me.number),)
        case ask.AllowBack():
            member = room.members.get(command.member)
            if member is None or member.standing is not Standing.REMOVED:
                return Refusal(Code.NO_SUCH_MEMBER)
            return (did.AllowedBack(at, member.number, me.number),)
        case ask.MuteOthers():
            return _mute(room, me, command, at)
        case ask.SetMedia():
            wanted = (command.microphone, command.camera, command.screen)
            if wanted == (me.microphone, me.camera, me.screen):
                return ()
            return (did.MediaChanged(at, me.number, *wanted, me.number),)
        case ask.SetHand():
            if command.raised == (me.hand is not None):
                return ()
            return (did.HandChanged(at, me.number, command.raised),)
        case ask.SetLock():
            return () if command.locked == room.locked else (did.LockChanged(at, command.locked, me.number),)
        case ask.End():
            everybody = [m for m in room.members.values() if m.here]
            left = [did.Left(at, m.number, _present_until(m, at, command.seen), did.Why.ENDED) for m in everybody]
            return *left, did.Ended(at, me.number)
        case _:
            assert_never(command)


def _opened(command: ask.Open, at: Millis) -> did.Opened:
    return did.Opened(
        at,
        command.programme,
        command.session,
        command.kind,
        command.starts,
        command.ends,
        command.capacity,
        command.expected,
        command.grace,
        command.policy,
    )


def _enter(room: Room, command: ask.Enter, at: Millis) -> Decision:
    assert room.opened is not None
    staff = command.role in STAFF
    known = room.by_person(command.person)
    # One socket speaks for one person, and media is found by its tab: neither may ever stand for two people.
    for other in room.members.values():
        taken = other.connection == command.connection or other.tab == command.tab
        if other.here and taken and other.person != command.person:
            return Refusal(Code.NOT_ALLOWED)
    if known is not None and known.standing is Standing.REMOVED:
        return Refusal(Code.REMOVED)
    if known is not None and known.here:
        return _enter_again(known, command, at)
    if not staff:
        if at < room.opened.starts - OPENS_BEFORE:
            return Refusal(Code.NOT_OPEN_YET)
        if room.locked and known is None:  # somebody who was lost and comes back is no new arrival
            return Refusal(Code.LOCKED)
        others = [m for m in room.members.values() if m.here and m.role not in STAFF]
        if len(others) >= room.opened.capacity:
            return Refusal(Code.FULL)
    number = known.number if known else MemberNumber(len(room.members) + 1)
    entered = did.Entered(
        at,
        number,
        command.person,
        command.role,
        command.connection,
        command.tab,
        *_switched_on(command.role, command),
    )
    if may(command.role, Action.SKIP_WAITING):
        return entered, did.Seated(at, number, _seat_for(room, known), number)
    return (entered,)


def _enter_again(member: Member, command: ask.Enter, at: Millis) -> Decision:
    """A second socket of somebody who is here: a reconnection, or another tab that takes the seat over."""
    if (member.connection, member.tab) == (command.connection, command.tab):
        return ()
    number, connection, tab = member.number, command.connection, command.tab
    proof = _proof(member, at, {number: command.last_seen or 0})
    events: list[did.Event]
    if member.connection is None:
        events = [did.Returned(at, number, connection, tab, proof)]
    elif at - proof > GAP:
        events = [did.ConnectionLost(at, number, proof), did.Returned(at, number, connection, tab, proof)]
    else:
        events = [did.ConnectionReplaced(at, number, connection, tab)]
    switched_on = _switched_on(member.role, command)
    # Another tab starts with what was chosen there. The same tab keeps what the room knows: a host may have muted it.
    if tab != member.tab and switched_on != (member.microphone, member.camera):
        events.append(did.MediaChanged(at, number, *switched_on, False, number))
    return tuple(events)


def _switched_on(role: Role, command: ask.Enter) -> tuple[bool, bool]:
    """The microphone and the camera that a page enters with; never those of somebody who may not be heard."""
    speaks = may(role, Action.SPEAK)
    return speaks and command.microphone, speaks and command.camera


def _seat_for(room: Room, member: Member | None, already_taken: int = 0) -> Seat:
    """The member's seat of earlier in this session, or the next free one."""
    if member is not None and member.seat is not None:
        return member.seat
    taken = sum(1 for m in room.members.values() if m.seat is not None)
    return Seat(taken + already_taken + 1)


def _admit(room: Room, me: Member, command: ask.Admit, at: Millis) -> Decision:
    waiting = room.standing(Standing.WAITING)
    if command.members is not None:
        wanted = set(command.members)
        waiting = [m for m in waiting if m.number in wanted]
        if not waiting:
            return Refusal(Code.NO_SUCH_MEMBER)
    seated: list[did.Event] = []
    new = 0
    for member in waiting:
        if member.connection is None:
            continue  # nobody is there to be seated; presence may not begin unproven
        seated.append(did.Seated(at, member.number, _seat_for(room, member, new), me.number))
        new += member.seat is None
    return tuple(seated)


def _mute(room: Room, me: Member, command: ask.MuteOthers, at: Millis) -> Decision:
    if command.member is None:
        whom = [m for m in room.standing(Standing.SEATED) if m.role not in STAFF]
    else:
        member = room.members.get(command.member)
        if member is None or member.standing is not Standing.SEATED:
            return Refusal(Code.NO_SUCH_MEMBER)
        whom = [member]
    return tuple(did.MediaChanged(at, m.number, False, m.camera, m.screen, me.number) for m in whom if m.microphone)


def _proof(member: Member, at: Millis, seen: Mapping[MemberNumber, Millis]) -> Millis:
    """The last proof that `member` was there, by the log and by `seen`."""
    return min(max(member.last_seen, seen.get(member.number, 0)), at)


def _present_until(member: Member, at: Millis, seen: Mapping[MemberNumber, Millis]) -> Millis:
    """To when a member counts as present who is sent away at `at`: now, unless the last proof is too old for that."""
    if member.connection is not None and member.number not in seen:
        return at
    proof = _proof(member, at, seen)
    return at if member.connection is not None and at - proof <= GAP else proof


def _time_passed(room: Room, command: ask.TimePassed, at: Millis) -> Decision:
    assert room.opened is not None
    if room.ended:
        return ()
    out: list[did.Event] = []
    staying: list[Member] = []
    for member in room.members.values():
        if not member.here:
            continue
        proof = _proof(member, at, command.seen)
        if member.connection is not None and at - proof <= STALE:
            staying.append(member)
        elif at - proof > room.opened.grace:
            out.append(did.Left(at, member.number, proof, did.Why.LOST))
        else:
            staying.append(member)
            if member.connection is not None:
                out.append(did.ConnectionLost(at, member.number, proof))
    if at > room.opened.ends + CLOSES_AFTER and not any(may(m.role, Action.ADMIT) for m in staying):
        proofs = {m.number: _proof(m, at, command.seen) for m in staying}
        out += [did.Left(at, m.number, _present_until(m, at, proofs), did.Why.ENDED) for m in staying]
        out.append(did.Ended(at, None))
    return tuple(out)


_NOTHING_SEEN: Mapping[MemberNumber, Millis] = {}


def next_deadline(room: Room, seen: Mapping[MemberNumber, Millis] = _NOTHING_SEEN) -> Millis | None:
    """When `TimePassed` should next be asked, apart from the regular beat; `None` if nothing is pending.

    Media may go on proving somebody whose signalling is lost: without `seen`, the answer can lie in the past.
    """
    if room.opened is None or room.ended:
        return None
    lost = [
        max(m.last_seen, seen.get(m.number, 0)) + room.opened.grace + 1 for m in room.members.values() if m.reconnecting
    ]
    return min(lost, default=None)


def apply(room: Room, event: did.Event) -> Room:
    """The state after one more event. Never refuses: what is in the log has happened."""
    room = replace(room, version=room.version + 1, last_at=max(room.last_at, event.at))
    match event:
        case did.Opened():
            return replace(room, opened=event)
        case did.LockChanged():
            return replace(room, locked=event.locked)
        case did.MediaAssigned():
            return replace(room, worker=event.worker, media_epoch=event.epoch)
        case did.Ended():
            return replace(room, ended=True)
        case did.Entered():
            return _with(room, _entered(room, event))
        case _:
            member = room.members[event.member]
            if isinstance(event, did.Seated) and room.began is None and may(member.role, Action.ADMIT):
                room = replace(room, began=event.at)
            return _with(room, _moved(member, event))


def _with(room: Room, member: Member) -> Room:
    return replace(room, members={**room.members, member.number: member})


def _entered(room: Room, event: did.Entered) -> Member:
    known = room.members.get(event.member)
    return Member(
        number=event.member,
        person=event.person,
        role=event.role,
        standing=Standing.WAITING,
        tab=event.tab,
        connection=event.connection,
        since=event.at,
        last_seen=event.at,
        seat=known.seat if known else None,
        microphone=event.microphone,
        camera=event.camera,
    )


_OfMember = (
    did.Seated
    | did.ConnectionReplaced
    | did.ConnectionLost
    | did.Returned
    | did.Left
    | did.Removed
    | did.AllowedBack
    | did.MediaChanged
    | did.HandChanged
)


def _moved(member: Member, event: _OfMember) -> Member:
    match event:
        case did.Seated():
            return replace(member, standing=Standing.SEATED, seat=event.seat, since=event.at, last_seen=event.at)
        case did.ConnectionReplaced():
            screen = member.screen and member.tab == event.tab
            return replace(member, connection=event.connection, tab=event.tab, last_seen=event.at, screen=screen)
        case did.ConnectionLost():
            return replace(member, connection=None, last_seen=max(member.last_seen, event.last_seen))
        case did.Returned():
            screen = member.screen and member.tab == event.tab
            return replace(member, connection=event.connection, tab=event.tab, last_seen=event.at, screen=screen)
        case did.Left():
            return _out(member, Standing.LEFT, event.at, event.last_seen)
        case did.Removed():
            return _out(member, Standing.REMOVED, event.at, event.last_seen)
        case did.AllowedBack():
            return replace(member, standing=Standing.LEFT, since=event.at)
        case did.MediaChanged():
            return replace(member, microphone=event.microphone, camera=event.camera, screen=event.screen)
        case did.HandChanged():
            return replace(member, hand=event.at if event.raised else None)
        case _:
            assert_never(event)


def _out(member: Member, standing: Standing, at: Millis, last_seen: Millis) -> Member:
    return replace(
        member,
        standing=standing,
        connection=None,
        since=at,
        last_seen=max(member.last_seen, last_seen),
        screen=False,
        hand=None,
    )
