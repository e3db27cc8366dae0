"""What may be asked of the store about staying in treatment: what was counted ahead, and what staff recorded of it.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from telehealth.core.certification import Certification
from telehealth.core.court import CourtOrder
from telehealth.core.forecast import Order
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.marks import Mark
from telehealth.core.outreach import Outreach
from telehealth.core.reports import Held

Recorded = Outreach | Certification | Order | CourtOrder


@dataclass(frozen=True, slots=True)
class Engaged:
    """All that was recorded of one client, withdrawn or not, in the order in which it was recorded."""

    outreach: tuple[Outreach, ...] = ()
    certifications: tuple[Certification, ...] = ()
    orders: tuple[Order, ...] = ()
    courts: tuple[CourtOrder, ...] = ()


class Tally(Protocol):
    """Sessions that have ended, counted ahead (store/tally.py). Behind the record until `count` says that it is not."""

    async def count(self, programme: ProgrammeId, zone: ZoneInfo, batches: int) -> bool:
        """Count on, at most so many batches of changes. True if nothing is left."""
        ...

    async def begin_anew(self, programme: ProgrammeId) -> None:
        """Forget what was counted; `count` counts it again."""
        ...

    async def of(self, programme: ProgrammeId, client: PersonId, since: date | None = None) -> list[Mark]:
        """A client's marks, all or those of a day on, in order."""
        ...

    async def recent(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, list[Mark]]:
        """The latest marks of each, in order; without those who have none."""
        ...

    async def came(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, list[date]]:
        """The days on which each of them attended something, in order."""
        ...

    async def held(self, programme: ProgrammeId, first: date, last: date) -> list[Held]:
        """The sessions of these days in numbers, in order."""
        ...


class Engagement(Protocol):
    async def put(self, programme: ProgrammeId, what: Recorded, *, actor: PersonId) -> None:
        """Keep it with its audit entry. A repeat changes nothing."""
        ...

    async def withdraw(
        self, programme: ProgrammeId, client: PersonId, kind: str, entry: str, at: Millis, *, actor: PersonId
    ) -> bool:
        """Say that a record (outreach, certification, order, court) was a mistake; False if there is none."""
        ...

    async def of(
        self, programme: ProgrammeId, clients: Sequence[PersonId], *, texts: bool = False
    ) -> dict[PersonId, Engaged]:
        """What was recorded of each; with the sealed texts if they are asked for."""
        ...
