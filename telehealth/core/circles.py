"""Who is together with whom among those who are seated: the group, breakout rooms, the side room, and whoever is held.

A member is in one circle at a time, and neither sees nor hears anybody of another: `plan.py` lets no media flow between
circles, `audience.py` tells nobody what happens in another, and both ask here. A held client is a circle of their own,
also in the side room, because somebody has walked in on them there; and so is whoever has stepped away for a moment.
The side room goes before the breakouts, because what is said in it is for one person, whichever room they came from.
A host who looks at somebody who waits is with them and with nobody else (looks.py).

Two things go in one direction only. A host who announces is heard by the group and in all breakouts. And where the kind
of session says that participants see the hosts alone (`Opened.sees`), what one of them sends reaches those who work
there and no other participant, unless they have the floor (`Room.spotlight`).
"""

from enum import StrEnum

from .roles import PARTICIPANTS, STAFF, Role
from .room import MAIN, Member, Room

GROUP = 0
SIDE_ROOM = -1


class Apart(StrEnum):
    """Why somebody is not with the group."""

    NOT = ""
    ASIDE = "aside"
    """In the side room."""
    PRIVATE = "private"
    """The group is hidden from them, and they from the group, until their room is their own again."""
    MOMENT = "moment"
    """They have stepped away by themself, and come back by themself."""
    LOOK = "look"
    """A host and somebody who waits, whom they look at before letting them in."""


def apart(member: Member) -> Apart:
    if member.private:
        return Apart.PRIVATE
    if member.looks_at is not None or member.looked_at_by is not None:
        return Apart.LOOK
    return Apart.MOMENT if member.moment is not None else Apart.ASIDE if member.aside else Apart.NOT


def circle(member: Member) -> int:
    """The circle's number: the group's, the side room's, a breakout's, or the member's own, into which a host comes
    who looks at them at the door."""
    if member.private or member.moment is not None or member.looked_at_by is not None:
        return member.number
    if member.looks_at is not None:
        return member.looks_at
    if member.aside:
        return SIDE_ROOM
    return GROUP if member.breakout == MAIN else SIDE_ROOM - member.breakout


def guest(member: Member) -> bool:
    """Whether the side room is for them, and not for their work. There is one at a time."""
    return member.role not in STAFF and member.role is not Role.INTERPRETER


def gathering(room: Room, member: Member) -> int:
    """The circle as what is made in it knows it (core/tools): of the group's or the member's own, its number. The side
    room is another with each guest, and breakout rooms are others each time, or whoever sits there next would find what
    was shown to somebody else."""
    number = circle(member)
    if number == SIDE_ROOM:
        return number - next((m.number for m in room.members.values() if m.aside and guest(m)), 0)
    if number < SIDE_ROOM and room.breakouts is not None:
        return number - 100 * room.breakouts.since  # UTC ms: far below the side room of any member's number
    return number


def together(one: Member, other: Member) -> bool:
    """Whether they are in one circle, if both are seated."""
    return circle(one) == circle(other)


def reserved(room: Room, member: Member) -> bool:
    """Whether no other participant sees and hears them, nor learns that they are there."""
    assert room.opened is not None
    return room.opened.sees == "hosts" and member.role in PARTICIPANTS and member.number != room.spotlight


def sees(room: Room, viewer: Member, other: Member) -> bool:
    """Whether the viewer sees the other, and hears them as one of their circle, if both are seated."""
    return together(viewer, other) and (
        viewer.number == other.number or viewer.role not in PARTICIPANTS or not reserved(room, other)
    )


def announces(room: Room, speaker: Member) -> bool:
    """Whether they are heard in all rooms. Nobody is who has stepped out themselves."""
    return room.announcer == speaker.number and apart(speaker) is Apart.NOT


def hears(room: Room, viewer: Member, speaker: Member) -> bool:
    """Whether the viewer hears the speaker, if both are seated. No announcement reaches whoever is held, or aside."""
    return sees(room, viewer, speaker) or (announces(room, speaker) and apart(viewer) is Apart.NOT)
