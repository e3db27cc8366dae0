"""Whom a member of staff answers for: the clients on their caseload, the colleagues whom they supervise. Ids only.

The table of access (core/access_table.py) asks for it with each request, so a tie that is undone opens nothing a moment
later.
"""

from collections.abc import Collection, Sequence

from telehealth.core.ids import PersonId, ProgrammeId

from . import keys
from .client import Arg, Client
from .programmes import Programmes


class Care:
    """access_ports.Care on Redis."""

    def __init__(self, client: Client, programmes: Programmes) -> None:
        self._client = client
        self._programmes = programmes

    async def assign(self, programme: ProgrammeId, staff: PersonId, client: PersonId, *, now: bool, actor: str) -> bool:
        return await self._tie(programme, keys.caseload(programme, staff), staff, client, "caseload", now, actor)

    async def supervise(
        self, programme: ProgrammeId, supervisor: PersonId, staff: PersonId, *, now: bool, actor: str
    ) -> bool:
        name = keys.supervises(programme, supervisor)
        return await self._tie(programme, name, supervisor, staff, "supervision", now, actor)

    async def of(self, programme: ProgrammeId, staff: PersonId) -> tuple[frozenset[PersonId], frozenset[PersonId]]:
        names = [keys.caseload(programme, staff), keys.supervises(programme, staff)]
        clients, colleagues = await self._client.calls([("SMEMBERS", name) for name in names])
        return _people(clients), _people(colleagues)

    async def supervisors(
        self, programme: ProgrammeId, among: Sequence[PersonId], of: Collection[PersonId]
    ) -> list[PersonId]:
        found = await self._client.calls([("SMEMBERS", keys.supervises(programme, who)) for who in among])
        return [who for who, raw in zip(among, found, strict=True) if not _people(raw).isdisjoint(of)]

    async def sizes(self, programme: ProgrammeId, staff: Sequence[PersonId]) -> list[int]:
        return await self._client.calls([("SCARD", keys.caseload(programme, who)) for who in staff])

    async def _tie(
        self, programme: ProgrammeId, name: str, staff: PersonId, person: PersonId, what: str, now: bool, actor: str
    ) -> bool:
        await self._programmes.register(programme)
        action, subject = f"{what}.begun" if now else f"{what}.ended", f"{staff} {person}"
        args: list[Arg] = [int(now), person, actor, action, subject]
        return bool(await self._client.script("tie", [name, keys.audit(programme)], args))


def _people(raw: list[bytes]) -> frozenset[PersonId]:
    return frozenset(PersonId(name.decode()) for name in raw)
