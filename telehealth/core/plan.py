"""What the media worker should do for a room, as a value: `plan(room)`.

The node sends the whole plan after every change and the worker makes its world match it, so a lost or repeated plan
does no harm. Peers are named by tab, not by socket: media goes on while signalling reconnects.
"""

from dataclasses import dataclass

from .circles import Apart, announces, apart, circle, reserved
from .ids import MemberNumber, TabId
from .roles import PARTICIPANTS, STAFF, Action, may
from .room import Member, Room, Standing


@dataclass(frozen=True, slots=True)
class PeerPlan:
    """One page's media. A peer that is not in the plan is closed."""

    tab: TabId
    member: MemberNumber
    seated: bool
    """Nothing is forwarded to or from a peer that is not seated, or looked at at the door: that one is alone in a
    circle with the host who looks."""
    microphone: bool
    camera: bool
    screen: bool
    staff: bool
    """Has an audio slot whoever else speaks: staff, whoever runs tools for all, and whoever is shown large. The end of
    a bell and a soft song are quieter than somebody's chair."""
    circle: int
    """Nothing is forwarded between peers of different circles (core/circles.py), but ..."""
    announces: bool
    """... this peer's microphone, which flows in every circle,"""
    apart: bool
    """except to this peer: nobody's announcement reaches it."""
    reserved: bool
    """Of what this peer sends, nothing is forwarded but ..."""
    works: bool
    """... to peers like this one, who are no participants."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """The peers of one room. A plan with a lower version than the last one is out of date and ignored."""

    version: int
    epoch: int
    peers: tuple[PeerPlan, ...]


def plan(room: Room) -> RoomPlan:
    """The peers that should exist and what each may send. Empty once the session has ended."""
    return RoomPlan(room.version, room.media_epoch, tuple(_peer(room, m) for m in room.members.values() if m.here))


def _peer(room: Room, m: Member) -> PeerPlan:
    speaks = may(m.role, Action.SPEAK)
    return PeerPlan(
        m.tab,
        m.number,
        m.standing is Standing.SEATED or m.looked_at_by is not None,
        speaks and m.microphone,
        speaks and m.camera,
        speaks and m.screen and m.looks_at is None,  # what is shown to the group is not for whoever waits
        m.role in STAFF or may(m.role, Action.TOOLS) or m.number == room.spotlight,
        circle(m),
        announces(room, m),
        apart(m) is not Apart.NOT,
        reserved(room, m),
        m.role not in PARTICIPANTS,
    )
