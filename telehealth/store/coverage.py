"""Who pays for clients and at which level of care they are: sealed whole, dated, added and ended, never changed.

What a claim says of a past session may follow from an entry that is recorded today. So each entry is followed by a
change in the feed for every stored row of the client that it may concern: whoever keeps a copy reads them again. The
entry is durable first: a row that is stored after it is told of by its own change. Should the server die in between,
whoever recorded it got no answer; recording it again tells of the rows.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import msgspec

from telehealth.core.coverage import Care, Coverage, History, wrong
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys, ports
from .client import Arg, Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring

_FOREVER: Millis = 253_370_764_800_000
_AT_ONCE = 100
"""Changes written in one round trip: a client of many years must not outlast its patience."""
_ENDED = ":ended"
_E = TypeVar("_E", Coverage, Care)


class Coverages:
    """ports.Coverages on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes, attendance: ports.Attendance) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes
        self._attendance = attendance

    async def put(self, programme: ProgrammeId, what: Coverage | Care, *, actor: str) -> None:
        if isinstance(what, Coverage) and (faults := wrong(what)):
            raise ValueError(f"of a coverage these cannot be so: {', '.join(faults)}")
        kind = "coverage" if isinstance(what, Coverage) else "care"
        name, text = f"{kind}:{what.id}", msgspec.json.encode(what).decode()
        ring = (await self._persons.to_seal(programme, [what.client]))[what.client]
        sealed = ring.seal(programme, kind, f"{what.client}/{what.id}", "record", 0, text)
        await self._write(programme, what.client, name, "record", sealed, actor, f"{kind}.set", what.recorded)
        await self._tell(programme, what.client, what.effective_from)

    async def end(
        self, programme: ProgrammeId, client: PersonId, entry: str, last: date, at: Millis, *, actor: str
    ) -> bool:
        for kind in ("coverage", "care"):
            name, value = f"{kind}:{entry}", last.isoformat()
            if await self._write(programme, client, name, "ended", value, actor, f"{kind}.ended", at):
                await self._tell(programme, client, last)
                return True
        return False

    async def of(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, History]:
        found = await self._client.calls([("HGETALL", keys.coverage(programme, who)) for who in clients])
        rings = await self._persons.to_open(programme, clients)
        return {who: _history(rings[who], programme, who, flat) for who, flat in zip(clients, found, strict=True)}

    async def _write(
        self,
        programme: ProgrammeId,
        client: PersonId,
        name: str,
        field: str,
        value: bytes | str,
        actor: str,
        action: str,
        at: Millis,
    ) -> bool:
        await self._programmes.register(programme)
        names = [keys.coverage(programme, client), keys.audit(programme)]
        return bool(await self._client.script("coverage", names, [name, field, value, actor, action, client, at]))

    async def _tell(self, programme: ProgrammeId, client: PersonId, since: date) -> None:
        # The facility's zone is not known here: a day more on the safe side tells of a few rows too many.
        midnight = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(days=1)
        start = max(0, round(midnight.timestamp() * 1000))
        sessions = [row.session async for _, row in self._attendance.closed(programme, start, _FOREVER, client=client)]
        told: list[tuple[Arg, ...]] = [
            ("XADD", keys.changes(programme), "*", "session", session, "client", client, "why", "attendance.changed")
            for session in sessions
        ]
        for first in range(0, len(told), _AT_ONCE):
            await self._client.calls(told[first : first + _AT_ONCE])


def _history(ring: Ring, programme: ProgrammeId, who: PersonId, flat: list[bytes]) -> History:
    pairs = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
    coverages: list[Coverage] = []
    cares: list[Care] = []
    for name, sealed in pairs.items():
        if name.endswith(_ENDED):
            continue
        kind, entry = name.split(":")
        try:
            text = ring.unseal(programme, kind, f"{who}/{entry}", "record", 0, sealed)
        except Erased:
            continue
        ended = pairs.get(name + _ENDED)
        if kind == "coverage":
            coverages.append(_ended(msgspec.json.decode(text, type=Coverage), ended))
        else:
            cares.append(_ended(msgspec.json.decode(text, type=Care), ended))
    return History(_sorted(coverages), _sorted(cares))


def _ended(one: _E, last: bytes | None) -> _E:
    return one if last is None else replace(one, effective_to=date.fromisoformat(last.decode()))


def _sorted(found: list[_E]) -> tuple[_E, ...]:
    return tuple(sorted(found, key=lambda one: (one.effective_from, one.recorded, one.id)))
