"""Who reads what is written in a room. Chat is no record: it passes, and is gone with the session (live/chat.py).

Clients never write to one client alone (DOMAIN 4.3). Whoever waits writes to the hosts who are there, and only they and
that one person read it and the answers: no other client, seated or waiting, and no observer. Readers are chosen when
something is said; nobody is added afterwards.
"""

from collections.abc import Collection
from dataclasses import dataclass

from .circles import GROUP, circle, sees
from .events import Quiet
from .ids import MemberNumber
from .refusals import Code
from .roles import PARTICIPANTS, STAFF, Action, may
from .room import Member, Room, Standing

SHORT = 500
"""Characters of a message from the waiting room: "I am in the car, two minutes", not a letter."""


@dataclass(frozen=True, slots=True)
class ChatTo:
    """Who gets a chat message."""

    members: frozenset[MemberNumber]


def chat_audience(room: Room, sender: MemberNumber, to: str, length: int = 0) -> ChatTo | Code:
    """Who may read what `sender` writes `to` "all" or to "staff"; the sender always sees it. A code if refused.

    Hosts answer a private message with `to="member:N"`, which all staff read, or all hosts where N waits. An observer
    writes to staff only. "All" are those who see and hear the sender; while it is quiet, participants of the group do
    not write to them.
    """
    me = room.members.get(sender)
    if me is not None and me.standing is Standing.WAITING:
        return _from_the_door(room, me, to, length)
    if me is None or me.standing is not Standing.SEATED:
        return Code.NOT_IN_ROOM
    if not may(me.role, Action.CHAT_STAFF if to == "staff" else Action.CHAT_ALL):
        return Code.NOT_ALLOWED
    seated = frozenset(m.number for m in room.standing(Standing.SEATED))
    staff = frozenset(number for number in seated if room.members[number].role in STAFF)
    if to == "all" and room.quiet is not Quiet.NOT and me.role in PARTICIPANTS and circle(me) == GROUP:
        return Code.QUIET
    if to == "all":
        return ChatTo(frozenset(n for n in seated if sees(room, room.members[n], me)))
    if to == "staff":
        return ChatTo(staff | {sender})
    if to.startswith("member:") and to[7:].isdecimal() and len(to) < 12:
        if me.role not in STAFF:
            return Code.NOT_ALLOWED
        number = MemberNumber(int(to[7:]))
        if number in seated:
            return ChatTo(staff | {number})
        other = room.members.get(number)
        waits = other is not None and other.standing is Standing.WAITING
        return ChatTo(_hosts(room) | {number}) if waits else Code.NO_SUCH_MEMBER
    return Code.MALFORMED


def reads(room: Room, member: MemberNumber, to: str, readers: Collection[MemberNumber]) -> bool:
    """Whether a member may be shown, as they stand now, what was said to these readers. Whoever waits is shown only
    what passed between them and staff, also of the time before they were sent back there."""
    if member not in readers:
        return False
    standing = room.members[member].standing
    return standing is Standing.SEATED or (standing is Standing.WAITING and to in ("staff", f"member:{member}"))


def _from_the_door(room: Room, me: Member, to: str, length: int) -> ChatTo | Code:
    if to != "staff":
        return Code.NOT_ALLOWED
    if length > SHORT:
        return Code.TOO_LARGE
    hosts = _hosts(room)
    return ChatTo(hosts | {me.number}) if hosts else Code.NOBODY_HERE


def _hosts(room: Room) -> frozenset[MemberNumber]:
    """The staff who could let somebody in."""
    hosts = (m for m in room.standing(Standing.SEATED) if m.role in STAFF and may(m.role, Action.ADMIT))
    return frozenset(m.number for m in hosts)
