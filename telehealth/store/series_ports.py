"""What may be asked of the store about groups: series with their members, make-ups, and days when the clinic is closed.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from collections.abc import Sequence
from typing import Protocol

from telehealth.core.closed_days import ClosedDays
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId, SessionId
from telehealth.core.series import Group, MakeUp, Membership, Series


class Groups(Protocol):
    async def put(
        self,
        series: Series,
        members: Sequence[Membership],
        *,
        if_revision: int,
        actor: str,
        at: Millis,
        action: str = "series.changed",
        subject: str = "",
    ) -> bool:
        """Write revision `if_revision + 1` (a new series is at 0) with its audit entry; False if somebody was faster.
        `subject` is what the entry is about beside the series: a client, a day."""
        ...

    async def get(self, programme: ProgrammeId, series: SeriesId) -> Group | None: ...
    async def all(self, programme: ProgrammeId) -> list[Group]:
        """Every group that ever was, by id."""
        ...

    async def members(self, programme: ProgrammeId, series: SeriesId) -> tuple[Membership, ...]: ...
    async def of_client(self, programme: ProgrammeId, client: PersonId) -> list[Group]:
        """Groups in which this client has, or had, a place."""
        ...

    async def make_up(self, programme: ProgrammeId, made: MakeUp) -> bool:
        """Say which session makes up for a missed one, with its audit entry; False if another already does that was
        not cancelled."""
        ...

    async def make_ups(
        self, programme: ProgrammeId, missed: Sequence[SessionId]
    ) -> dict[SessionId, dict[PersonId, MakeUp]]:
        """What makes up for each of these sessions, by client: no session that was cancelled."""
        ...

    async def closed_days(self, programme: ProgrammeId) -> ClosedDays: ...
    async def put_closed_days(self, programme: ProgrammeId, days: ClosedDays, *, actor: str, at: Millis) -> None: ...
