"""What a tool of a room is: a state that everybody shares, moves that change it, and what each person sees of it.

A go-around, a poll, slides, a drawing board: none of it is attendance, so none of it stands in the room's log. Each is
a pure state machine like the room itself. The state is sealed and written before anybody is told (live/toolbox.py),
and is gone with the session unless the tool is `lasting`. What belongs to one person's own record leaves by `Kept`.

Must not touch: clocks, randomness, I/O, the room's events.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from telehealth.core.ids import MemberNumber, Millis, PersonId
from telehealth.core.refusals import Refusal
from telehealth.core.roles import STAFF, Role
from telehealth.core.scales import NO_SCALES, ScaleRules

LARGEST = 64 * 1024
"""Bytes of a tool's state. What would make it larger is refused as `too_large`."""


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="do"):
    """What a page asks of a tool. Its tag is the tool's name, a dot and what to do; limits are part of the types."""


class Seen(msgspec.Struct, frozen=True, kw_only=True, tag_field="tool"):
    """What one page is told of a tool. Its tag is the tool's name."""


class News(msgspec.Struct, frozen=True, kw_only=True, tag_field="tool"):
    """What a page is told instead of the whole of a tool that it has seen already. Its tag is the tool's name."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is seated."""

    member: MemberNumber
    person: PersonId
    role: Role
    circle: int
    """With whom they are together now (core/circles.py, `gathering`)."""
    leads: bool
    """Whether they may run tools for all."""
    ends: bool = False
    """Whether they may end the session now."""

    @property
    def confided_in(self) -> bool:
        """Leads, and is told what people say to staff alone: a peer who hosts is not (docs/room.md)."""
        return self.leads and self.role in STAFF

    @property
    def takes_part(self) -> bool:
        """Nobody else is asked anything, or counted: staff and an interpreter work there."""
        return self.role not in STAFF and self.role is not Role.INTERPRETER

    @property
    def watches(self) -> bool:
        """Tells the group nothing, by whatever means."""
        return self.role is Role.OBSERVER


@dataclass(frozen=True, slots=True)
class Moment:
    """When a move is made, and among whom."""

    at: Millis
    here: tuple[Actor, ...]
    """Everybody seated, in the order of their seats."""
    scales: ScaleRules = NO_SCALES
    """What clients may be asked (`scales`)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that goes into one person's own record. A later one of the same session and `what` replaces it."""

    person: PersonId
    what: str
    body: msgspec.Struct


@dataclass(frozen=True, slots=True)
class Acted:
    """A move was made."""

    state: msgspec.Struct
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `act` and `seen` are given a state of the type that `first` has, and moves of `moves` only."""

    name: str
    first: msgspec.Struct
    moves: tuple[type[Move], ...]
    seen_as: type[Seen]
    act: Callable[[Any, Actor, Any, Moment], Acted | Refusal]
    seen: Callable[[Any, Actor], Seen | None]
    """`None`: there is nothing for them to see."""
    lasting: bool = False
    """Whether the last state stays with the session's record."""
    record: Callable[[Any], msgspec.Struct] | None = None
    """What of it stays there; `None`: all of it."""
    news: Callable[[Any, Any, Actor], News | None] | None = None
    """What is new between two states for somebody who has seen the first; `None`: they are told the second whole. For
    tools whose state is large and whose moves are small."""
