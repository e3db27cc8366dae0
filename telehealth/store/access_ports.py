"""What may be asked of the store about access: ties of staff, broken glass, and what belongs to one author alone.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from telehealth.core.break_glass import Closed, Glass, Opening, Review
from telehealth.core.counselling import CounsellingNote
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.phrases import Phrase

from .rotation import Census


class Care(Protocol):
    """Whom a member of staff answers for."""

    async def assign(self, programme: ProgrammeId, staff: PersonId, client: PersonId, *, now: bool, actor: str) -> bool:
        """Put a client on a caseload or take them off; False if nothing changed."""
        ...

    async def supervise(
        self, programme: ProgrammeId, supervisor: PersonId, staff: PersonId, *, now: bool, actor: str
    ) -> bool:
        """Begin or end a supervision; False if nothing changed."""
        ...

    async def of(self, programme: ProgrammeId, staff: PersonId) -> tuple[frozenset[PersonId], frozenset[PersonId]]:
        """The clients on their caseload, and the colleagues whom they supervise."""
        ...

    async def supervisors(
        self, programme: ProgrammeId, among: Sequence[PersonId], of: Collection[PersonId]
    ) -> list[PersonId]:
        """Who `among` these supervises one `of` those."""
        ...

    async def sizes(self, programme: ProgrammeId, staff: Sequence[PersonId]) -> list[int]:
        """How many clients each of these has on their caseload."""
        ...


class BreakGlass(Protocol):
    async def open(self, opening: Opening) -> None: ...
    async def review(self, glass: Glass, review: Review) -> bool:
        """False if somebody was faster."""
        ...

    async def close(self, glass: Glass, closed: Closed) -> bool:
        """False if it was closed before."""
        ...

    async def all(self, programme: ProgrammeId) -> list[Glass]:
        """Oldest first."""
        ...


class SealedCount(Protocol):
    @property
    def key(self) -> str:
        """The id of the key under which everything new is sealed."""
        ...

    async def count(self) -> Census:
        """Everything that is sealed, by key. Reads the whole store."""
        ...


class Phrases(Protocol):
    async def of(self, programme: ProgrammeId, author: PersonId) -> list[Phrase]: ...
    async def put(self, programme: ProgrammeId, phrase: Phrase) -> bool:
        """New or instead of the one with its id; False if the author has as many as they may."""
        ...

    async def drop(self, programme: ProgrammeId, author: PersonId, name: str, at: Millis) -> bool: ...


class Counselling(Protocol):
    """SUD counselling notes. Every question names the author whose they are."""

    async def get(
        self, programme: ProgrammeId, session: SessionId, author: PersonId, about: PersonId | None
    ) -> CounsellingNote | None: ...
    async def of_session(
        self, programme: ProgrammeId, session: SessionId, author: PersonId
    ) -> list[CounsellingNote]: ...
    async def revisions(
        self, programme: ProgrammeId, session: SessionId, author: PersonId, about: PersonId | None
    ) -> list[CounsellingNote]:
        """Every revision that was ever saved, oldest first."""
        ...

    async def save(self, programme: ProgrammeId, note: CounsellingNote, *, if_revision: int) -> CounsellingNote | None:
        """Write revision `if_revision + 1` with its audit entry, if the current one is still `if_revision`."""
        ...
