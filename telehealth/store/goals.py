"""Treatment-plan goals: one hash for each client, each goal sealed whole under its id, and beside it when it closed.

Goals are added and closed, never changed (scripts/goal.lua): what a signed note names stays what it was.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import msgspec

from telehealth.core.goals import Goal
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring

_CLOSED = ":closed"


class Goals:
    """ports.Goals on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def add(self, programme: ProgrammeId, goal: Goal) -> None:
        text = msgspec.json.encode(goal).decode()
        ring = (await self._persons.to_seal(programme, [goal.client]))[goal.client]
        sealed = ring.seal(programme, "goal", f"{goal.client}/{goal.id}", "record", 0, text)
        await self._write(programme, goal.client, goal.id, "record", sealed, goal.author, "goal.added", goal.recorded)

    async def close(
        self, programme: ProgrammeId, client: PersonId, goal: str, last: date, at: Millis, *, actor: PersonId
    ) -> bool:
        return await self._write(programme, client, goal, "closed", last.isoformat(), actor, "goal.closed", at)

    async def of(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, tuple[Goal, ...]]:
        found = await self._client.calls([("HGETALL", keys.goals(programme, who)) for who in clients])
        rings = await self._persons.to_open(programme, clients)
        return {who: _goals(rings[who], programme, who, flat) for who, flat in zip(clients, found, strict=True)}

    async def _write(
        self,
        programme: ProgrammeId,
        client: PersonId,
        goal: str,
        field: str,
        value: bytes | str,
        actor: PersonId,
        action: str,
        at: Millis,
    ) -> bool:
        await self._programmes.register(programme)
        names = [keys.goals(programme, client), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("goal", names, [goal, field, value, actor, action, client, at]))


def _goals(ring: Ring, programme: ProgrammeId, who: PersonId, flat: list[bytes]) -> tuple[Goal, ...]:
    pairs = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
    goals: list[Goal] = []
    for name, sealed in pairs.items():
        if name.endswith(_CLOSED):
            continue
        try:
            text = ring.unseal(programme, "goal", f"{who}/{name}", "record", 0, sealed)
        except Erased:
            continue
        goal = msgspec.json.decode(text, type=Goal)
        closed = pairs.get(name + _CLOSED)
        goals.append(replace(goal, effective_to=date.fromisoformat(closed.decode())) if closed else goal)
    return tuple(sorted(goals, key=lambda goal: (goal.effective_from, goal.recorded, goal.id)))
