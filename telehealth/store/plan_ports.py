"""What may be asked of the store about relapse-prevention plans.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from typing import Protocol

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.plans import Draft, Kept, Plan


class Plans(Protocol):
    """A draft for each client, and versions with signatures that are only ever added."""

    async def draft(self, programme: ProgrammeId, client: PersonId) -> tuple[int, Draft]:
        """With its revision; 0 while nobody has written anything."""
        ...

    async def of(self, programme: ProgrammeId, client: PersonId) -> Plan: ...
    async def save(
        self, programme: ProgrammeId, client: PersonId, draft: Draft, seen: int, at: Millis, *, actor: PersonId
    ) -> bool:
        """The next revision of the draft; False if it is not at the one that was seen."""
        ...

    async def keep(self, programme: ProgrammeId, client: PersonId, kept: Kept, *, actor: PersonId) -> bool:
        """A version, a signature, or both in one step; False if its number, or that signature, is there already."""
        ...
