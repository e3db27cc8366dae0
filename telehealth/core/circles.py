"""Who is together with whom among those who are seated: the group, the side room, and whoever is held apart.

A member is in one circle at a time, and neither sees nor hears anybody of another: `plan.py` lets no media flow between
circles, `audience.py` tells nobody what happens in another, and both ask here. A held client is a circle of their own,
also in the side room, because somebody has walked in on them there; and so is whoever has stepped away for a moment.
"""

from enum import StrEnum

from .room import Member

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


def apart(member: Member) -> Apart:
    if member.private:
        return Apart.PRIVATE
    return Apart.MOMENT if member.moment is not None else Apart.ASIDE if member.aside else Apart.NOT


def circle(member: Member) -> int:
    """The circle's number: the group's, the side room's, or the member's own."""
    if member.private or member.moment is not None:
        return member.number
    return SIDE_ROOM if member.aside else GROUP


def together(one: Member, other: Member) -> bool:
    """Whether they see and hear each other, if both are seated."""
    return circle(one) == circle(other)
