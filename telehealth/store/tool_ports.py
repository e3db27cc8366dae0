"""What the store promises about the tools of a room (core/tools/tool.py). Values are JSON; only ids name them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId


class ToolState(NamedTuple):
    """A tool's state, as it was written."""

    tool: str
    version: int
    """Counted from 1."""
    state: bytes


class News(NamedTuple):
    """A tool's state was written, by this node or another."""

    id: str
    """Position among the news: increasing, opaque."""
    now: ToolState


class ToBeKept(NamedTuple):
    """Something that goes into one person's own record."""

    person: PersonId
    what: str
    body: bytes


class WasKept(NamedTuple):
    session: SessionId
    what: str
    at: Millis
    body: bytes


class Tools(Protocol):
    async def read(self, programme: ProgrammeId, session: SessionId) -> dict[str, ToolState]:
        """The states of an open room's tools, by tool."""
        ...

    async def write(
        self,
        programme: ProgrammeId,
        session: SessionId,
        new: ToolState,
        at: Millis,
        kept: Sequence[ToBeKept] = (),
        *,
        op: str,
        lasting: bytes | None = None,
    ) -> bool:
        """Write `new`, if the one before it is what stands there; False if not. With it, in one step, what is to be
        kept of people and, where it is given, what the session's record will hold (`lasting`). Raises `Erased` about
        somebody who was erased, `Unavailable` also if the room is not open."""
        ...

    async def done(self, programme: ProgrammeId, session: SessionId, op: str) -> bool:
        """Whether this operation was written."""
        ...

    async def made(self, programme: ProgrammeId, session: SessionId) -> dict[str, bytes]:
        """The last states of lasting tools, by tool, also after the session has ended."""
        ...

    async def kept(self, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, list[WasKept]]:
        """What was kept of each of these people in any session, oldest first."""
        ...
