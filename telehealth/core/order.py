"""Order in a room: who leads, who may speak now, who is shown large, who waits outside for a moment.

`decide.py` has checked that the asker is seated and that their role may ask for such a thing at all; here stands what
depends on the room. Two rules are asked from elsewhere:

- `rights`: what a member may do now. Facilitators lead; a co-facilitator leads who was handed the lead, or took it when
  nobody led any more; a peer who hosts may end a meeting only while no host of the staff is there.
- `hushed`: who is kept muted. Quiet mode is for participants in the group: hosts speak, an interpreter lends somebody
  their voice, and in the side room and in breakout rooms people talk. Nobody is ever unmuted by another: whoever is
  asked to may do it.
"""

from typing import assert_never

from . import commands as ask
from . import events as did
from .circles import GROUP, circle
from .ids import MemberNumber, Millis
from .refusals import Code, Refusal
from .roles import MAY, PARTICIPANTS, STAFF, Action, Role, may
from .room import Member, Room, Standing

Asked = ask.SetMoment | ask.SetSpotlight | ask.SetQuiet | ask.AskUnmute | ask.LowerHands | ask.PassLead


def leads(room: Room, member: Member) -> bool:
    """Whether this member leads the session now, connected or reconnecting."""
    led = member.role is Role.FACILITATOR or member.number == room.lead
    return led and member.standing is Standing.SEATED


def rights(room: Room, member: Member) -> frozenset[Action]:
    """What the member may do now; nothing unless they are seated."""
    if member.standing is not Standing.SEATED:
        return frozenset()
    granted = MAY[member.role]
    if leads(room, member):
        return granted | {Action.END}
    if member.role is Role.PEER_HOST:
        hosts = (m for m in room.standing(Standing.SEATED) if m.role in STAFF and may(m.role, Action.ADMIT))
        return granted | (frozenset() if any(hosts) else {Action.END})
    return granted


def hushed(room: Room, member: Member) -> bool:
    """Whether quiet mode keeps this member muted."""
    quiet = room.quiet is not did.Quiet.NOT and member.role in PARTICIPANTS
    return quiet and member.standing is Standing.SEATED and circle(member) == GROUP and not member.asked


def hushing(room: Room, at: Millis) -> tuple[did.Event, ...]:
    """What keeps the quiet, in a room where somebody has just come whose microphone is on, or it has just begun."""
    if room.ended or room.quiet_by is None:
        return ()
    loud = [m for m in room.members.values() if m.microphone and hushed(room, m)]
    return tuple(did.MediaChanged(at, m.number, False, m.camera, m.screen, room.quiet_by) for m in loud)


def ordered(room: Room, me: Member, command: Asked, at: Millis) -> tuple[did.Event, ...] | Refusal:
    """What happens if a host, or whoever it is about, asks for this."""
    match command:
        case ask.SetMoment():
            return _moment(me, command.on, at)
        case ask.SetSpotlight():
            return _spotlight(room, me, command.member, at)
        case ask.SetQuiet():
            return () if command.mode is room.quiet else (did.QuietChanged(at, command.mode, me.number),)
        case ask.AskUnmute():
            return _ask_unmute(room, me, command, at)
        case ask.LowerHands():
            whom = room.standing(Standing.SEATED)
            raised = [m for m in whom if m.hand is not None and command.member in (None, m.number)]
            return tuple(did.HandChanged(at, m.number, False, me.number) for m in raised)
        case ask.PassLead():
            return _pass_lead(room, me, command.member, at)
        case _:
            assert_never(command)


def _moment(me: Member, on: bool, at: Millis) -> tuple[did.Event, ...]:
    """Whoever steps away sends nothing any more, and comes back muted: what of them is heard again is their choice."""
    if on == (me.moment is not None):
        return ()
    if not on:
        return (did.MomentEnded(at, me.number),)
    sends = me.microphone or me.camera or me.screen
    off = (did.MediaChanged(at, me.number, False, False, False, me.number),) if sends else ()
    return did.MomentTaken(at, me.number), *off


def _spotlight(room: Room, me: Member, number: MemberNumber | None, at: Millis) -> tuple[did.Event, ...] | Refusal:
    if number is not None:
        member = room.members.get(number)
        if member is None or member.standing is not Standing.SEATED or not may(member.role, Action.SPEAK):
            return Refusal(Code.NO_SUCH_MEMBER)
    return () if number == room.spotlight else (did.SpotlightMoved(at, number, me.number),)


def _ask_unmute(room: Room, me: Member, command: ask.AskUnmute, at: Millis) -> tuple[did.Event, ...] | Refusal:
    member = room.members.get(command.member)
    if member is None or member.standing is not Standing.SEATED or not may(member.role, Action.SPEAK):
        return Refusal(Code.NO_SUCH_MEMBER)
    number = member.number
    if not command.on:
        return (did.UnmuteAsked(at, number, False, me.number),) if member.asked else ()
    lowered = () if member.hand is None else (did.HandChanged(at, number, False, me.number),)
    known = member.asked or member.microphone
    return *lowered, *(() if known else (did.UnmuteAsked(at, number, True, me.number),))


def _pass_lead(room: Room, me: Member, number: MemberNumber, at: Millis) -> tuple[did.Event, ...] | Refusal:
    to = room.members.get(number)
    if to is None or to.standing is not Standing.SEATED or not may(to.role, Action.LEAD):
        return Refusal(Code.NO_SUCH_MEMBER)
    takes_over = number == me.number and not any(leads(room, m) for m in room.members.values())
    if not (takes_over or leads(room, me)):
        return Refusal(Code.NOT_ALLOWED)
    return () if number == room.lead else (did.LeadPassed(at, number, me.number),)
