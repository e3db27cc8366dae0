"""What may be asked of the store about people and enrolment.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from telehealth.core import records as rec
from telehealth.core.episodes import Episode, EpisodeChange
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.people import PersonChange
from telehealth.core.tracks import Track


@dataclass(frozen=True, slots=True)
class Kept:
    """One event of a person's log, with the record as it became."""

    change: PersonChange
    person: rec.Person


class People(Protocol):
    async def put(self, programme: ProgrammeId, person: rec.Person) -> None:
        """`change` as the system, without a time, over whatever is there: for what makes a store from nothing."""
        ...

    async def change(
        self, programme: ProgrammeId, person: rec.Person, *, actor: str, at: Millis, op: str = ""
    ) -> rec.Person | None:
        """Write the record, with its event and its audit entry, in one step; the record as it is then. None, and
        nothing written, if it is not at `person.revision` any more. A repeat of `op` gets the first answer; a record
        that says nothing new is left as it is."""
        ...

    async def change_all(
        self, programme: ProgrammeId, people: Sequence[rec.Person], *, actor: str, at: Millis, op: str = ""
    ) -> list[rec.Person | None]:
        """The same for many, in few round trips. Each by itself is all or nothing."""
        ...

    async def get(self, programme: ProgrammeId, ids: Sequence[PersonId]) -> dict[PersonId, rec.Person]: ...
    async def history(self, programme: ProgrammeId, person: PersonId) -> list[Kept]:
        """All events of a person's log, oldest first; none of a record of releases that kept no log."""
        ...

    async def names(self, programme: ProgrammeId, ids: Sequence[PersonId]) -> dict[PersonId, tuple[str, str]]:
        """Legal name and alias, and nothing else unsealed."""
        ...

    async def numbers(self, programme: ProgrammeId) -> dict[str, PersonId]:
        """Clients by the clinic's own record number, as far as they have one."""
        ...

    async def search(self, programme: ProgrammeId, text: str) -> list[PersonId]:
        """Whoever has a name or a record number of which some word begins so, for each word of `text`; clients, staff
        and supporters, by legal name. Nobody for words of fewer than two letters."""
        ...

    async def clients(self, programme: ProgrammeId) -> frozenset[PersonId]:
        """Clients, without supporters."""
        ...

    async def ordered(self, programme: ProgrammeId) -> Sequence[PersonId]:
        """The same by legal name."""
        ...

    async def staff(self, programme: ProgrammeId) -> frozenset[PersonId]: ...
    async def collaterals(self, programme: ProgrammeId, client: PersonId) -> list[PersonId]:
        """The supporters of a client."""
        ...

    async def put_login(self, login: rec.StaffLogin) -> None: ...
    async def login(self, name: str) -> rec.StaffLogin | None: ...
    async def logins(self, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, rec.StaffLogin]:
        """How these members of staff sign in, as far as they do."""
        ...


class Episodes(Protocol):
    """Enrolments. Every version that was written stays."""

    async def put(
        self,
        programme: ProgrammeId,
        episodes: Sequence[Episode],
        *,
        what: str,
        actor: str,
        at: Millis,
        seen: int | None = None,
    ) -> bool:
        """Write new versions of episodes of one client, all or none, with their audit entries and the caseloads that
        follow from them. False if the client's history is not `seen` changes long any more: judge again."""
        ...

    async def of(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, tuple[Episode, ...]]:
        """Of each of these clients, as they are now, in the order in which they began."""
        ...

    async def outlines(
        self, programme: ProgrammeId, clients: Sequence[PersonId]
    ) -> dict[PersonId, tuple[Episode, ...]]:
        """The same in one round trip, for lists of many: without reasons, authors, and what an episode follows. Whoever
        has none is left out."""
        ...

    async def history(self, programme: ProgrammeId, client: PersonId) -> list[EpisodeChange]:
        """Every change, oldest first."""
        ...

    async def enrolled(self, programme: ProgrammeId) -> frozenset[PersonId]:
        """Clients with an episode that is not discharged."""
        ...


class Tracks(Protocol):
    async def put(self, programme: ProgrammeId, track: Track, *, actor: str, at: Millis) -> None: ...
    async def all(self, programme: ProgrammeId) -> tuple[Track, ...]:
        """The usual ones (core/tracks.py), and what was put beside or instead of them."""
        ...
