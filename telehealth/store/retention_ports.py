"""What may be asked of the store about holds, erasure and the end of a period. As in ports.py."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Protocol

from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.retention import Hold, Kept


class Holds(Protocol):
    async def add(self, hold: Hold) -> None: ...
    async def release(self, programme: ProgrammeId, hold: str, at: Millis, *, actor: str) -> bool:
        """False if there is no such hold."""
        ...

    async def all(self, programme: ProgrammeId) -> tuple[int, Sequence[Hold]]:
        """How often something was said of holds, and all of them, the released ones too."""
        ...


class Erasure(Protocol):
    async def destroy(
        self, programme: ProgrammeId, person: PersonId, at: Millis, *, actor: str, why: str, holds: int
    ) -> bool:
        """Destroy the person's secret, with an audit entry; from then on they read as erased. False, and nothing done,
        if something was said of holds since."""
        ...

    async def erased(self, programme: ProgrammeId) -> dict[PersonId, Millis]: ...
    async def sweep(self, programme: ProgrammeId, people: Collection[PersonId]) -> Counter[str]:
        """Remove what is kept about these, who are erased; how much of each family. May be repeated."""
        ...

    async def forget_log(self) -> bool:
        """Have Redis write its log anew, without what is gone; whether it has."""
        ...

    async def remove(self, programme: ProgrammeId, session: SessionId, kept: Kept, *, actor: str) -> bool:
        """Remove what is kept of a session, with an audit entry; False if nothing was there."""
        ...
