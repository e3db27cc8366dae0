"""What may happen in a room: each command is answered with the events to append, or with a refusal.

Nothing here changes anything; `room.py` has the state and what events make of it. A decision is made on a state that
may be out of date by the time it is appended: then it is made again (live/record.py), so every rule stands here whole.

Two times are kept apart. `at` is when the server noticed; `last_seen` is the last proof that the person was there. An
end that nobody saw, found only by its proofs, is marked `inferred`.
"""

from collections.abc import Collection, Mapping
from typing import assert_never

from . import breakouts, looks
from . import commands as ask
from . import events as did
from .circles import guest
from .ids import MemberNumber, Millis, Seat
from .order import hushed, hushing, ordered, rights
from .refusals import Code, Refusal
from .roles import PARTICIPANTS, STAFF, Action, Role, may
from .room import CLOSES_AFTER, GAP, OPENS_BEFORE, STALE, Member, Room, Standing, replay

Decision = tuple[did.Event, ...] | Refusal


def decide(room: Room, command: ask.Command) -> Decision:
    """What happens if `command` is obeyed now: events to append (perhaps none), or why not. Changes nothing.

    The log's time never runs backwards: a command stamped before the last event is dated with that event's time.
    """
    at = max(command.at, room.last_at)
    decision = _decide(room, command, at)
    return decision if isinstance(decision, Refusal) else (*decision, *hushing(replay(decision, room), at))


def _decide(room: Room, command: ask.Command, at: Millis) -> Decision:
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
        proof = _proof(member, at, {member.number: command.last_seen})
        return (did.ConnectionLost(at, member.number, proof, closed=command.closed),)
    if isinstance(command, ask.SeeMedia | ask.NoteClock):
        return () if room.ended else _told(room, command, at)
    if room.ended:
        return Refusal(Code.ENDED)
    if isinstance(command, ask.Enter):
        return _and_back(room, command, _enter(room, command, at), at)
    if isinstance(command, ask.AssignMedia):
        if command.after_epoch != room.media_epoch:
            return Refusal(Code.STALE)
        return (did.MediaAssigned(at, command.worker, room.media_epoch + 1),)

    me = room.by_connection(command.by)
    if me is None:
        return Refusal(Code.NOT_IN_ROOM)
    if isinstance(command, ask.Leave):
        walks_out = me.missed_after is not None
        gone = (did.AlarmRaised(at, me.number, did.Drop.LEFT, at),) if walks_out else ()
        return did.Left(at, me.number, at, did.Why.LEFT), *gone
    # Who mutes themselves while they wait must be admitted muted; a screen is shown only to people one can see.
    prepares = isinstance(command, ask.SetMedia) and not command.screen
    if me.standing is not Standing.SEATED and not prepares and not isinstance(command, ask.CallHelp):
        return Refusal(Code.NOT_ALLOWED)
    return _asked_by_member(room, me, command, at)


_ByMember = (
    ask.Admit
    | ask.WaiveConsent
    | ask.Remove
    | ask.HoldBack
    | ask.LookIn
    | ask.AllowBack
    | ask.MarkNoShow
    | ask.MuteOthers
    | ask.SetMedia
    | ask.SetHand
    | ask.SetLock
    | ask.StartBreak
    | ask.EndBreak
    | ask.MoveAside
    | ask.MoveBack
    | breakouts.Commands
    | ask.HoldPrivacy
    | ask.SetMoment
    | ask.SetSpotlight
    | ask.SetQuiet
    | ask.AskUnmute
    | ask.LowerHands
    | ask.PassLead
    | ask.CallHelp
    | ask.AnswerHelp
    | ask.MarkRisk
    | ask.ApproveLeave
    | ask.TakeStep
    | ask.CloseAlarm
    | ask.End
)


def _asked_by_member(room: Room, me: Member, command: _ByMember, at: Millis) -> Decision:
    needs: Action
    match command:
        case ask.Admit() | ask.MarkNoShow():
            needs = Action.ADMIT
        case ask.WaiveConsent():
            needs = Action.WAIVE
        case ask.HoldBack():
            needs = Action.HOLD_BACK
        case ask.LookIn():
            needs = Action.LOOK_IN
        case ask.Remove() | ask.AllowBack():
            needs = Action.REMOVE
        case ask.MuteOthers():
            needs = Action.MUTE_OTHERS
        case ask.SetMedia() | ask.SetHand():
            needs = Action.SPEAK
        case ask.SetLock():
            needs = Action.LOCK
        case ask.StartBreak() | ask.EndBreak():
            needs = Action.BREAK
        case ask.MoveBack() if command.members == (me.number,):
            return _move(room, me, command, at)  # nobody is kept in a side room
        case ask.MoveAside() | ask.MoveBack():
            needs = Action.SIDE_ROOM
        case (
            ask.OpenBreakouts()
            | ask.PlaceMembers()
            | ask.ExtendBreakouts()
            | ask.CloseBreakouts()
            | ask.Announce()
            | ask.WantHost()
        ):
            action = breakouts.needs(me, command)
            if action is not None and not may(me.role, action):
                return Refusal(Code.NOT_ALLOWED)
            return breakouts.decide(room, me, command, at)
        case ask.HoldPrivacy():
            needs = Action.PRIVACY
        case ask.SetMoment():
            needs = Action.MOMENT
        case ask.SetSpotlight():
            needs = Action.SPOTLIGHT
        case ask.SetQuiet():
            needs = Action.QUIET
        case ask.AskUnmute(on=False) if command.member == me.number:
            needs = Action.SPEAK  # "not now"
        case ask.AskUnmute() | ask.LowerHands():
            needs = Action.CALL_ON
        case ask.PassLead():
            needs = Action.LEAD
        case ask.CallHelp():
            needs = Action.CALL_HELP
        case ask.AnswerHelp() | ask.MarkRisk() | ask.ApproveLeave() | ask.TakeStep() | ask.CloseAlarm():
            needs = Action.CRISIS
        case ask.End():
            needs = Action.END
        case _:
            assert_never(command)
    if needs not in rights(room, me) and not (me.standing is Standing.WAITING and may(me.role, needs)):
        return Refusal(Code.NOT_ALLOWED)

    match command:
        case ask.Admit():
            return _admit(room, me, command, at)
        case ask.WaiveConsent():
            member = room.members.get(command.member)
            if member is None or member.standing is not Standing.WAITING:
                return Refusal(Code.NO_SUCH_MEMBER)
            waived = did.ConsentWaived(at, member.number, me.number, command.reason)
            return () if member.waived is command.reason else (waived,)
        case ask.Remove() | ask.HoldBack():
            member = room.members.get(command.member)
            if member is None or not member.here:
                return Refusal(Code.NO_SUCH_MEMBER)
            if member.role in STAFF:
                return Refusal(Code.NOT_ALLOWED)
            until, inferred = _present_until(member, at, command.seen, command.gone)
            if isinstance(command, ask.Remove):
                return (did.Removed(at, member.number, until, me.number, inferred),)
            if may(member.role, Action.SKIP_WAITING):
                return Refusal(Code.NOT_ALLOWED)
            held = did.HeldBack(at, member.number, until, me.number, inferred)
            return (held,) if member.standing is Standing.SEATED else ()
        case ask.LookIn():
            return looks.decide(room, me, command, at)
        case ask.AllowBack():
            member = room.members.get(command.member)
            if member is None or member.standing is not Standing.REMOVED:
                return Refusal(Code.NO_SUCH_MEMBER)
            return (did.AllowedBack(at, member.number, me.number),)
        case ask.MarkNoShow():
            return _no_show(room, me, command, at)
        case ask.MuteOthers():
            return _mute(room, me, command, at)
        case ask.SetMedia():
            wanted = (command.microphone, command.camera, command.screen)
            if wanted == (me.microphone, me.camera, me.screen):
                return ()
            if command.microphone and hushed(room, me):
                return Refusal(Code.QUIET)
            return (did.MediaChanged(at, me.number, *wanted, me.number),)
        case ask.SetHand():
            if command.raised == (me.hand is not None):
                return ()
            return (did.HandChanged(at, me.number, command.raised),)
        case ask.SetLock():
            return () if command.locked == room.locked else (did.LockChanged(at, command.locked, me.number),)
        case ask.StartBreak():
            return () if room.break_since is not None else (did.BreakBegan(at, me.number),)
        case ask.EndBreak():
            return () if room.break_since is None else (did.BreakEnded(at, me.number),)
        case ask.MoveAside() | ask.MoveBack():
            return _move(room, me, command, at)
        case ask.HoldPrivacy():
            member = room.members.get(command.member)
            if member is None or member.standing is not Standing.SEATED:
                return Refusal(Code.NO_SUCH_MEMBER)
            if member.role in STAFF:
                return Refusal(Code.NOT_ALLOWED)
            if command.on == member.private:
                return ()
            return ((did.PrivacyHeld if command.on else did.PrivacyReleased)(at, member.number, me.number),)
        case (
            ask.SetMoment() | ask.SetSpotlight() | ask.SetQuiet() | ask.AskUnmute() | ask.LowerHands() | ask.PassLead()
        ):
            return ordered(room, me, command, at)
        case ask.CallHelp():
            return () if me.help is not None else (did.HelpCalled(at, me.number),)
        case ask.AnswerHelp() | ask.MarkRisk() | ask.ApproveLeave() | ask.TakeStep() | ask.CloseAlarm():
            return _look_after(room, me, command, at)
        case ask.End():
            if any(m.alarm is not None for m in room.members.values()):
                return Refusal(Code.ALARM_OPEN)
            staying = [m for m in room.members.values() if m.here]
            return _ended(room, staying, command.seen, at, me.number, command.gone)
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
        command.rules,
        command.waiting,
        command.sees,
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
        if may(command.role, Action.ADMIT) and not may(known.role, Action.ADMIT):
            return _comes_to_host(room, known, command, at)
        return _enter_again(known, command, at)
    if not staff:
        if at < room.opened.starts - OPENS_BEFORE:
            return Refusal(Code.NOT_OPEN_YET)
        if room.locked and known is None:  # somebody who was lost and comes back is no new arrival
            return Refusal(Code.LOCKED)
        others = [m for m in room.members.values() if m.here and m.role in PARTICIPANTS]
        if command.role in PARTICIPANTS and len(others) >= room.opened.capacity:
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
        held=command.held and not staff,
    )
    sent_out = known is not None and known.held_back and not staff  # also by their link to host
    if (may(command.role, Action.SKIP_WAITING) and not sent_out) or _straight_in(room, entered, known):
        return entered, did.Seated(at, number, _seat_for(room, known), number)
    return (entered,)


def _comes_to_host(room: Room, known: Member, command: ask.Enter, at: Millis) -> Decision:
    """A client whose link to host was opened after their own: one visit ends and another begins, or the meeting would
    wait for a host who waits in it."""
    until, inferred = _present_until(known, at, {known.number: command.last_seen or 0}, _NOBODY)
    left = did.Left(at, known.number, until, did.Why.LEFT, inferred)
    entered = _enter(replay((left,), room), command, at)
    return entered if isinstance(entered, Refusal) else (left, *entered)


def _straight_in(room: Room, entered: did.Entered, known: Member | None) -> bool:
    """Whether a client is seated at once, in a session whose kind has no waiting room: while somebody is there who
    could let them in, and unless they need to be looked at first."""
    assert room.opened is not None
    if room.opened.waiting or (known is not None and known.held_back):
        return False
    if entered.held and (known is None or known.waived is None):
        return False
    return any(may(m.role, Action.ADMIT) for m in room.standing(Standing.SEATED))


def _and_back(room: Room, command: ask.Enter, decision: Decision, at: Millis) -> Decision:
    """Whoever was missed and is let in has come back."""
    known = room.by_person(command.person)
    if isinstance(decision, Refusal) or known is None or known.alarm is None:
        return decision
    return *decision, did.AlarmClosed(at, known.number, did.Closed.RETURNED, None)


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
        events = [did.ConnectionLost(at, number, proof, True), did.Returned(at, number, connection, tab, proof)]
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
    else:  # whoever a host has held back comes in when a host means them
        waiting = [m for m in waiting if not m.held_back]
    held = [m for m in waiting if m.number in command.held and m.waived is None]
    if held and len(held) == len(waiting):
        return Refusal(Code.CONSENT_MISSING)
    seated: list[did.Event] = []
    new = 0
    for member in waiting:
        if member in held:
            continue
        silent = member.number in command.seen and at - _proof(member, at, command.seen) > GAP
        if member.connection is None or silent or member.number in command.gone:
            continue  # nobody is there to be seated; presence may not begin unproven
        seated.append(did.Seated(at, member.number, _seat_for(room, member, new), me.number))
        new += member.seat is None
    return tuple(seated)


def _mute(room: Room, me: Member, command: ask.MuteOthers, at: Millis) -> Decision:
    if command.member is None:
        whom = [m for m in room.standing(Standing.SEATED) if m.role in PARTICIPANTS]
    else:
        member = room.members.get(command.member)
        if member is None or member.standing is not Standing.SEATED:
            return Refusal(Code.NO_SUCH_MEMBER)
        if member.role in STAFF and me.role not in STAFF:
            return Refusal(Code.NOT_ALLOWED)
        whom = [member]
    return tuple(did.MediaChanged(at, m.number, False, m.camera, m.screen, me.number) for m in whom if m.microphone)


def _no_show(room: Room, me: Member, command: ask.MarkNoShow, at: Millis) -> Decision:
    """Only of somebody who is expected and was never seen: whoever came has their minutes, and those speak."""
    assert room.opened is not None  # somebody is seated in it
    if command.client not in room.opened.expected or room.by_person(command.client) is not None:
        return Refusal(Code.NO_SUCH_MEMBER)
    if command.marked == (command.client in room.no_shows):
        return ()
    return (did.NoShowMarked(at, command.client, command.marked, me.number),)


def _move(room: Room, me: Member, command: ask.MoveAside | ask.MoveBack, at: Millis) -> Decision:
    """Into the side room or back. Who is there already is passed over. One person who is not staff at a time: what they
    say there is for staff, and nobody may find another there."""
    whom = {number: room.members.get(number) for number in command.members}
    if not whom or any(m is None or m.standing is not Standing.SEATED for m in whom.values()):
        return Refusal(Code.NO_SUCH_MEMBER)
    aside = isinstance(command, ask.MoveAside)
    if aside:
        there = {m.number for m in room.members.values() if guest(m) and (m.aside or m.number in whom)}
        if len(there) > 1:
            return Refusal(Code.SIDE_ROOM_TAKEN)
    moved = did.MovedAside if aside else did.MovedBack
    return tuple(moved(at, m.number, me.number) for m in whom.values() if m is not None and m.aside != aside)


_Caring = ask.AnswerHelp | ask.MarkRisk | ask.ApproveLeave | ask.TakeStep | ask.CloseAlarm


def _look_after(room: Room, me: Member, command: _Caring, at: Millis) -> Decision:
    """What a host does for the safety of one person, who need not be in the room any more."""
    member = room.members.get(command.member)
    if member is None or member.role not in PARTICIPANTS:
        return Refusal(Code.NO_SUCH_MEMBER)
    number = member.number
    match command:
        case ask.AnswerHelp():
            return () if member.help is None else (did.HelpAnswered(at, number, me.number),)
        case ask.MarkRisk():
            known = (member.risk, member.patience) == (command.risk, command.patience)
            return () if known else (did.RiskMarked(at, number, command.risk, command.patience, me.number),)
        case ask.ApproveLeave():
            if not member.here:
                return Refusal(Code.NO_SUCH_MEMBER)
            known = member.leave_approved == command.approved
            return () if known else (did.LeaveApproved(at, number, command.approved, me.number),)
        case ask.TakeStep():
            if member.alarm is None:
                return Refusal(Code.NO_SUCH_THING)
            return (did.StepTaken(at, number, command.step, command.outcome, me.number),)
        case ask.CloseAlarm():
            return () if member.alarm is None else (did.AlarmClosed(at, number, did.Closed.STAFF, me.number),)
        case _:
            assert_never(command)


def _told(room: Room, command: ask.SeeMedia | ask.NoteClock, at: Millis) -> tuple[did.Event, ...]:
    """What a node reports: the media of its seated members, as far as that is news, or a step of its clock."""
    if isinstance(command, ask.NoteClock):
        return (did.ClockStepped(at, command.offset),)
    changed = [
        (member, seen)
        for number, seen in command.flows.items()
        if (member := room.members.get(number)) is not None
        and member.standing is Standing.SEATED
        and member.flow is not seen.flow
    ]
    return tuple(
        did.MediaFlowed(at, m.number, seen.flow, min(max(seen.since, m.flow_since, m.since), at)) for m, seen in changed
    )


def _proof(member: Member, at: Millis, seen: Mapping[MemberNumber, Millis]) -> Millis:
    """The last proof that `member` was there, by the log and by `seen`."""
    return min(max(member.last_seen, seen.get(member.number, 0)), at)


_NOBODY: Collection[MemberNumber] = frozenset()


def _present_until(
    member: Member, at: Millis, seen: Mapping[MemberNumber, Millis], gone: Collection[MemberNumber]
) -> tuple[Millis, bool]:
    """To when a member counts as present who is sent away at `at`, and whether that is inferred: now, unless the last
    proof is too old for that, or no page of theirs is known of."""
    if member.connection is None:
        return _proof(member, at, seen), False
    proof = _proof(member, at, seen)
    if member.number not in gone and (member.number not in seen or at - proof <= GAP):
        return at, False
    return proof, True


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
        out += _missed(room, member, at, proof)
        if member.connection is not None and at - proof <= STALE:
            staying.append(member)
        elif at - proof > room.opened.grace:
            out.append(did.Left(at, member.number, proof, did.Why.LOST, member.connection is not None))
        else:
            staying.append(member)
            if member.connection is not None:
                out.append(did.ConnectionLost(at, member.number, proof, True))
    if at > room.opened.ends + CLOSES_AFTER and not any(may(m.role, Action.ADMIT) for m in staying):
        proofs = {m.number: _proof(m, at, command.seen) for m in staying}
        return *out, *_ended(room, staying, proofs, at, None)
    if breakouts.over(room, at):
        out += breakouts.closed(room, at, None)
    return tuple(out)


def _missed(room: Room, member: Member, at: Millis, proof: Millis) -> tuple[did.Event, ...]:
    """An alarm about somebody whom staff look after, or its end where they are heard of again."""
    assert room.opened is not None
    silence = at - proof
    if member.alarm is not None:
        back = member.connection is not None and silence <= GAP
        return (did.AlarmClosed(at, member.number, did.Closed.RETURNED, None),) if back else ()
    limit = member.missed_after
    if limit is None or proof <= member.settled or silence <= min(limit, room.opened.grace):
        return ()
    dropped = member.connection is None and member.closed
    return (did.AlarmRaised(at, member.number, did.Drop.CLOSED if dropped else did.Drop.NETWORK, proof),)


def _ended(
    room: Room,
    staying: list[Member],
    seen: Mapping[MemberNumber, Millis],
    at: Millis,
    by: MemberNumber | None,
    gone: Collection[MemberNumber] = _NOBODY,
) -> tuple[did.Event, ...]:
    """The end for everybody: whoever was still there leaves before it, and so does a break."""
    breaks = () if room.break_since is None else (did.BreakEnded(at, by),)
    over = [did.AlarmClosed(at, m.number, did.Closed.OVER, None) for m in room.members.values() if m.alarm is not None]
    left = [
        did.Left(at, m.number, until, did.Why.ENDED, inferred)
        for m in staying
        for until, inferred in [_present_until(m, at, seen, gone)]
    ]
    return *breaks, *breakouts.closed(room, at, by), *over, *left, did.Ended(at, by)


_NOTHING_SEEN: Mapping[MemberNumber, Millis] = {}


def next_deadline(room: Room, seen: Mapping[MemberNumber, Millis] = _NOTHING_SEEN) -> Millis | None:
    """When `TimePassed` should next be asked, apart from the regular beat; `None` if nothing is pending.

    Media may go on proving somebody whose signalling is lost: without `seen`, the answer can lie in the past.
    """
    if room.opened is None or room.ended:
        return None
    due = [room.breakouts.until + 1] if room.breakouts is not None and room.breakouts.until is not None else []
    for member in room.members.values():
        if not member.here:
            continue
        last = max(member.last_seen, seen.get(member.number, 0))
        if member.reconnecting:
            due.append(last + room.opened.grace + 1)
        if (limit := member.missed_after) is not None and last > member.settled:
            due.append(last + min(limit, room.opened.grace) + 1)
    return min(due, default=None)
