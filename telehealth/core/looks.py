"""Looking first: a host sees and speaks with somebody who waits, before they let them in.

While it lasts the two are a circle of their own (`circles.py`): nobody else sees or hears either, so that what is said
at the door stays there and nothing of the group reaches it. Whoever waits is told who looks in, and their page sends
nothing before it has shown that. It is waiting time: attendance does not read these events.

One host and one who waits at a time. It ends when the host says so or looks at another, and, without an event, with
whatever takes either of the two away: an admission, a leaving, the side room, a lost connection, another tab.
"""

from . import commands as ask
from . import events as did
from .ids import Millis
from .refusals import Code, Refusal
from .room import Member, Room, Standing


def decide(room: Room, me: Member, command: ask.LookIn, at: Millis) -> tuple[did.Event, ...] | Refusal:
    """What happens, for a host who is seated."""
    if not command.on:
        return (did.LookEnded(at, command.member, me.number),) if me.looks_at == command.member else ()
    other = room.members.get(command.member)
    if other is None or other.standing is not Standing.WAITING or other.connection is None:
        return Refusal(Code.NO_SUCH_MEMBER)
    if me.aside:
        return Refusal(Code.NOT_ALLOWED)  # somebody is in the side room with them
    if other.looked_at_by == me.number:
        return ()
    if other.looked_at_by is not None:
        return Refusal(Code.LOOKED_AT)
    before = () if me.looks_at is None else (did.LookEnded(at, me.looks_at, me.number),)
    return *before, did.LookedIn(at, other.number, me.number)
