"""The room: who waits, who is seated, who was lost, as its events make it.

`apply(state, event)` changes and never refuses; `decide.py` answers commands with events and never changes anything.
So crash recovery is `replay`, and attendance is another fold over the same events.

A member's standing, and what moves it::

            Enter                Admit               Leave, End, grace over
    (none) ------->  WAITING  ----------->  SEATED  ----------------------->  LEFT
                        |                     |                                |  Enter
                        |                     | Remove                         '--------> WAITING
                        |  Remove             v            AllowBack
                        '---------------->  REMOVED  ------------------------>  LEFT

`HoldBack` leads from SEATED back to WAITING, to the same seat when they are admitted again.
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

from . import events as did
from .ids import ConnectionId, MemberNumber, Millis, PersonId, Seat, TabId, WorkerId
from .roles import Action, Role, may

GAP: Millis = 2_500
"""A return this soon after the last proof of life is no gap. Pages prove themselves once a second."""
STALE: Millis = 15_000
"""A connection that has proven nothing for this long is lost, whoever holds its socket (the node may have died)."""
OPENS_BEFORE: Millis = 60 * 60_000
"""How long before its scheduled start a session can be entered by clients."""
CLOSES_AFTER: Millis = 2 * 60 * 60_000
"""How long after its scheduled end a room without a host closes by itself: a page that somebody forgot to close must
neither keep it open nor go on collecting minutes."""


SILENT: Millis = 4_000
"""Somebody whom staff look after and of whom nothing has been heard for this long is gone, although their connection
stands: a network that falls silent says nothing. Their page and their media each prove them once a second."""
CALLED: Millis = 2_000
"""How long somebody whose call for help nobody has answered may be gone before staff are alarmed."""


MAIN = 0
"""The number of the main room, where everybody is who is in no breakout."""


class Standing(StrEnum):
    """Where a member is, whether connected or not."""

    WAITING = "waiting"
    SEATED = "seated"
    LEFT = "left"
    REMOVED = "removed"


HERE = frozenset({Standing.WAITING, Standing.SEATED})


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken about somebody who is gone."""

    step: str
    outcome: did.Outcome
    at: Millis
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody whom staff look after is gone without leave."""

    at: Millis
    why: did.Drop
    since: Millis
    steps: tuple[Step, ...] = ()

    @property
    def contact(self) -> Millis | None:
        """When somebody first spoke with them, or with a person who is with them."""
        return next((step.at for step in self.steps if step.outcome is did.Outcome.REACHED), None)


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
    flow: did.Flow = did.Flow.NONE
    """What reaches the server of this member's media, as far as it is recorded."""
    flow_since: Millis = 0
    aside: bool = False
    """In the side room."""
    breakout: int = MAIN
    """The breakout room that is theirs. Who leaves keeps it as long as the breakouts last."""
    last_breakout: int = MAIN
    """The last one that they were in."""
    wants_host: Millis | None = None
    """Since when they ask for a host to come to their room."""
    private: bool = False
    """Held apart from everybody: somebody else is in their room."""
    moment: Millis | None = None
    """Since when they have stepped away by themself."""
    held_back: bool = False
    """A host sent them to the waiting room: "admit all" does not mean them."""
    looks_at: MemberNumber | None = None
    """Whom of those who wait this host looks at now (core/looks.py)."""
    looked_at_by: MemberNumber | None = None
    """The host who looks at them now, while they wait."""
    asked: bool = False
    """A host has asked them to unmute; while it is quiet they may, until they are muted again."""
    help: Millis | None = None
    """Since when a call for help waits for an answer."""
    answered: Millis | None = None
    """When the last one was answered."""
    risk: did.Risk = did.Risk.NONE
    patience: Millis = 0
    """How long they may be gone before staff are alarmed, where `risk` says that staff look after them."""
    leave_approved: bool = False
    """They may go now, in this visit."""
    closed: bool = False
    """The connection that is lost was closed by its page."""
    alarm: Alarm | None = None
    settled: Millis = 0
    """When staff said of an alarm that nothing more has to be done: silence that goes on since is not missed again."""
    held: bool = False
    """No consent on file when they came."""
    waived: did.Waiver | None = None
    """Why they may be admitted all the same, in this session."""

    @property
    def here(self) -> bool:
        """In the room or in its waiting room, connected or reconnecting."""
        return self.standing in HERE

    @property
    def missed_after(self) -> Millis | None:
        """How long they may be gone without leave before staff are alarmed; `None` if nobody is."""
        if self.leave_approved or self.alarm is not None:
            return None
        limits = [CALLED] if self.help is not None else []
        if self.risk is not did.Risk.NONE:
            limits.append(self.patience)
        limit = min(limits, default=None)
        return limit if limit is None or self.connection is None else max(limit, SILENT)

    @property
    def reconnecting(self) -> bool:
        return self.here and self.connection is None


@dataclass(frozen=True, slots=True)
class Breakouts:
    """The group has parted."""

    rooms: int
    """They are numbered from 1."""
    since: Millis
    until: Millis | None


@dataclass(frozen=True, slots=True)
class Room:
    """The state of one room after `version` events."""

    version: int = 0
    last_at: Millis = 0
    opened: did.Opened | None = None
    members: Mapping[MemberNumber, Member] = field(default_factory=dict)
    locked: bool = False
    break_since: Millis | None = None
    """When the break that goes on began."""
    breakouts: Breakouts | None = None
    announcer: MemberNumber | None = None
    """The host who speaks to all rooms."""
    ended: bool = False
    worker: WorkerId | None = None
    media_epoch: int = 0
    began: Millis | None = None
    """When the first host was seated: the actual start. An observer alone begins nothing."""
    no_shows: Mapping[PersonId, Millis] = field(default_factory=dict)
    """Expected clients for whom staff do not wait any more, and since when."""
    quiet: did.Quiet = did.Quiet.NOT
    quiet_by: MemberNumber | None = None
    """The host who last said so."""
    spotlight: MemberNumber | None = None
    """Who is shown large to everybody."""
    lead: MemberNumber | None = None
    """Who was handed the lead, or took it, and is still seated; `None`: the facilitators lead."""

    def by_person(self, person: PersonId) -> Member | None:
        return next((m for m in self.members.values() if m.person == person), None)

    def by_connection(self, connection: ConnectionId) -> Member | None:
        return next((m for m in self.members.values() if m.connection == connection), None)

    def standing(self, *standings: Standing) -> list[Member]:
        """The members who stand so, in order of their numbers."""
        return [m for m in self.members.values() if m.standing in standings]


EMPTY = Room()


def replay(events: Iterable[did.Event], room: Room = EMPTY) -> Room:
    """The state after `events`."""
    for event in events:
        room = apply(room, event)
    return room


def apply(room: Room, event: did.Event) -> Room:
    """The state after one more event. Never refuses: what is in the log has happened."""
    room = replace(room, version=room.version + 1, last_at=max(room.last_at, event.at))
    match event:
        case did.Opened():
            return replace(room, opened=event)
        case did.LockChanged():
            return replace(room, locked=event.locked)
        case did.BreakBegan():
            return replace(room, break_since=event.at)
        case did.BreakEnded():
            return replace(room, break_since=None)
        case did.QuietChanged():
            heard = {number: replace(m, asked=False) for number, m in room.members.items()}
            return replace(room, quiet=event.mode, quiet_by=event.by, members=heard)
        case did.SpotlightMoved():
            return replace(room, spotlight=event.member)
        case did.LeadPassed():
            return replace(room, lead=event.member)
        case did.BreakoutsOpened():
            return replace(room, breakouts=Breakouts(event.rooms, event.at, event.until))
        case did.BreakoutsTimed():
            assert room.breakouts is not None  # `decide` gives time to breakouts that are open only
            return replace(room, breakouts=replace(room.breakouts, until=event.until))
        case did.BreakoutsClosed():
            members = {m.number: replace(m, breakout=MAIN, wants_host=None) for m in room.members.values()}
            return replace(room, breakouts=None, announcer=None, members=members)
        case did.AnnouncingChanged():
            return replace(room, announcer=event.member if event.on else None)
        case did.MovedTo():
            return _moved_to(room, event)
        case did.LookedIn():
            looked = _with(room, replace(room.members[event.member], looked_at_by=event.by))
            return _silent_elsewhere(_with(looked, replace(room.members[event.by], looks_at=event.member)), event.by)
        case did.LookEnded():
            return _unlooked(room, room.members[event.member])
        case did.ClockStepped():
            return room
        case did.MediaAssigned():
            return replace(room, worker=event.worker, media_epoch=event.epoch)
        case did.Ended():
            return replace(room, ended=True)
        case did.NoShowMarked():
            return replace(room, no_shows=_marked(room, event))
        case did.Entered():
            awaited = {who: at for who, at in room.no_shows.items() if who != event.person}
            return _with(replace(room, no_shows=awaited), _entered(room, event))
        case _:
            member = room.members[event.member]
            if isinstance(event, did.Seated) and room.began is None and may(member.role, Action.ADMIT):
                room = replace(room, began=event.at)
            room = _with(room, _moved(member, event))
            if _look_is_over(member, room.members[event.member]):
                room = _unlooked(room, member)
            return _without_who_went(room, event.member)


def _look_is_over(before: Member, now: Member) -> bool:
    """Whether one of the two of a look has gone, or what they were told was told to another page."""
    if before.looks_at is None and before.looked_at_by is None:
        return False
    if now.connection is None or now.tab != before.tab or now.aside:
        return True
    return now.standing is not before.standing


def _unlooked(room: Room, member: Member) -> Room:
    """Neither of the two whom `member` is one of looks, or is looked at, any more."""
    for number in filter(None, (member.number, member.looks_at, member.looked_at_by)):
        room = _with(room, replace(room.members[number], looks_at=None, looked_at_by=None))
    return room


def _silent_elsewhere(room: Room, number: MemberNumber) -> Room:
    """Whoever is with one person alone speaks to no other room."""
    return replace(room, announcer=None) if room.announcer == number else room


def _without_who_went(room: Room, number: MemberNumber) -> Room:
    """Whoever is not seated any more is neither shown large nor leads nor speaks to all rooms; nor whoever is aside."""
    member = room.members[number]
    if room.announcer == number and (member.aside or member.standing is not Standing.SEATED):
        room = replace(room, announcer=None)
    if member.standing is Standing.SEATED or number not in (room.spotlight, room.lead):
        return room
    spotlight = None if room.spotlight == number else room.spotlight
    return replace(room, spotlight=spotlight, lead=None if room.lead == number else room.lead)


def _with(room: Room, member: Member) -> Room:
    return replace(room, members={**room.members, member.number: member})


def _marked(room: Room, event: did.NoShowMarked) -> Mapping[PersonId, Millis]:
    others = {who: at for who, at in room.no_shows.items() if who != event.client}
    return {**others, event.client: event.at} if event.marked else others


def _moved_to(room: Room, event: did.MovedTo) -> Room:
    """A host who comes is what those in the room asked for."""
    member = room.members[event.member]
    last = event.breakout or member.last_breakout
    members = {
        **room.members,
        member.number: replace(member, breakout=event.breakout, last_breakout=last, wants_host=None),
    }
    if may(member.role, Action.BREAKOUTS):
        for other in members.values():
            if other.breakout == event.breakout and other.wants_host is not None:
                members[other.number] = replace(other, wants_host=None)
    return replace(room, members=members)


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
        held=event.held,
        waived=known.waived if known else None,
        breakout=known.breakout if known else MAIN,
        last_breakout=known.last_breakout if known else MAIN,
        help=known.help if known else None,
        answered=known.answered if known else None,
        risk=known.risk if known else did.Risk.NONE,
        patience=known.patience if known else 0,
        alarm=known.alarm if known else None,
        held_back=known is not None and known.held_back,
    )


_OfMember = (
    did.Seated
    | did.ConsentWaived
    | did.ConnectionReplaced
    | did.ConnectionLost
    | did.Returned
    | did.Left
    | did.Removed
    | did.HeldBack
    | did.AllowedBack
    | did.MediaChanged
    | did.MediaFlowed
    | did.MovedAside
    | did.MovedBack
    | did.HostWanted
    | did.PrivacyHeld
    | did.PrivacyReleased
    | did.MomentTaken
    | did.MomentEnded
    | did.HelpCalled
    | did.HelpAnswered
    | did.RiskMarked
    | did.LeaveApproved
    | did.AlarmRaised
    | did.StepTaken
    | did.AlarmClosed
    | did.UnmuteAsked
    | did.HandChanged
)


def _moved(member: Member, event: _OfMember) -> Member:
    match event:
        case did.Seated():
            back = replace(member, seat=event.seat, since=event.at, last_seen=event.at, held_back=False)
            return replace(back, standing=Standing.SEATED)
        case did.ConsentWaived():
            return replace(member, waived=event.reason)
        case did.ConnectionReplaced():
            screen = member.screen and member.tab == event.tab
            return replace(member, connection=event.connection, tab=event.tab, last_seen=event.at, screen=screen)
        case did.ConnectionLost():
            seen = max(member.last_seen, event.last_seen)
            return replace(member, connection=None, last_seen=seen, closed=event.closed)
        case did.Returned():
            screen = member.screen and member.tab == event.tab
            return replace(member, connection=event.connection, tab=event.tab, last_seen=event.at, screen=screen)
        case did.Left():
            return _out(member, Standing.LEFT, event.at, event.last_seen)
        case did.Removed():
            return _out(member, Standing.REMOVED, event.at, event.last_seen)
        case did.HeldBack():
            out = _out(member, Standing.WAITING, event.at, event.last_seen)
            return replace(out, connection=member.connection, leave_approved=member.leave_approved, held_back=True)
        case did.AllowedBack():
            return replace(member, standing=Standing.LEFT, since=event.at)
        case did.MediaChanged():
            asked = member.asked and (event.microphone or not member.microphone)
            return replace(member, microphone=event.microphone, camera=event.camera, screen=event.screen, asked=asked)
        case did.MediaFlowed():
            return replace(member, flow=event.flow, flow_since=event.since)
        case did.MovedAside():
            return replace(member, aside=True)
        case did.MovedBack():
            return replace(member, aside=False)
        case did.HostWanted():
            return replace(member, wants_host=event.at if event.wanted else None)
        case did.PrivacyHeld():
            return replace(member, private=True)
        case did.PrivacyReleased():
            return replace(member, private=False)
        case did.MomentTaken():
            return replace(member, moment=event.at)
        case did.MomentEnded():
            return replace(member, moment=None)
        case did.UnmuteAsked():
            return replace(member, asked=event.on)
        case did.HandChanged():
            return replace(member, hand=event.at if event.raised else None)
        case _:
            return _looked_after(member, event)


_OfCare = (
    did.HelpCalled
    | did.HelpAnswered
    | did.RiskMarked
    | did.LeaveApproved
    | did.AlarmRaised
    | did.StepTaken
    | did.AlarmClosed
)


def _looked_after(member: Member, event: _OfCare) -> Member:
    """What concerns the safety of one person."""
    match event:
        case did.HelpCalled():
            return replace(member, help=event.at, answered=None)
        case did.HelpAnswered():
            return replace(member, help=None, answered=event.at)
        case did.RiskMarked():
            return replace(member, risk=event.risk, patience=event.patience)
        case did.LeaveApproved():
            return replace(member, leave_approved=event.approved)
        case did.AlarmRaised():
            return replace(member, alarm=Alarm(event.at, event.why, event.since))
        case did.StepTaken():
            assert member.alarm is not None  # `decide` takes steps of an alarm only
            step = Step(event.step, event.outcome, event.at, event.by)
            return replace(member, alarm=replace(member.alarm, steps=(*member.alarm.steps, step)))
        case did.AlarmClosed():
            return replace(member, alarm=None, settled=event.at if event.how is did.Closed.STAFF else member.settled)
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
        flow=did.Flow.NONE,
        aside=False,
        wants_host=None,
        private=False,
        moment=None,
        asked=False,
        leave_approved=False,
    )
