"""Enrolments: one stream for each client, in which every version of every episode stands, sealed whole.

What is true now is the last version of each; nothing is replaced, so the stream is also the client's history. One
script adds versions, with their audit entries, keeps an outline of all for lists, and moves the client between
caseloads: who the primary counsellor is stands in one place only, and the table of access (store/care.py) reads what
follows from it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from telehealth.core.episodes import Episode, EpisodeChange, as_known, counsellors, enrolled
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Arg, Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring


class Episodes:
    """people_ports.Episodes on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

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
        (client,) = {one.client for one in episodes}
        await self._programmes.register(programme)
        op = secrets.token_urlsafe(12)
        while True:
            known = await self.history(programme, client)
            if seen is not None and len(known) != seen:
                return False
            changes = [EpisodeChange(at, actor, what, one) for one in episodes]
            if await self._write(programme, client, op, known, changes):
                return True

    async def _write(
        self,
        programme: ProgrammeId,
        client: PersonId,
        op: str,
        known: Sequence[EpisodeChange],
        changes: Sequence[EpisodeChange],
    ) -> bool:
        before, after = as_known(known), as_known([*known, *changes])
        begun = sorted(counsellors(after) - counsellors(before))
        ended = sorted(counsellors(before) - counsellors(after))
        names = [
            keys.episodes(programme, client),
            keys.audit(programme),
            keys.latest(programme),
            keys.enrolled(programme),
            keys.outlines(programme),
            *(keys.caseload(programme, who) for who in (*begun, *ended)),
        ]
        first = changes[0]
        args: list[Arg] = [op, len(known), first.actor, f"episode.{first.what}", client, first.at]
        args += [int(enrolled(after)), msgspec.json.encode([outline(one) for one in after]), len(changes), len(begun)]
        ring = (await self._persons.to_seal(programme, [client]))[client]
        for number, change in enumerate(changes, len(known) + 1):
            text = msgspec.json.encode(change).decode()
            args += [change.episode.id, ring.seal(programme, "episode", client, "record", number, text)]
        return bool(await self._client.script("episode", names, [*args, *begun, *ended]))

    async def of(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, tuple[Episode, ...]]:
        found = await self._client.calls([("XRANGE", keys.episodes(programme, who), "-", "+") for who in clients])
        rings = await self._persons.to_open(programme, clients)
        return {
            who: as_known(_changes(rings[who], programme, who, entries))
            for who, entries in zip(clients, found, strict=True)
        }

    async def outlines(
        self, programme: ProgrammeId, clients: Sequence[PersonId]
    ) -> dict[PersonId, tuple[Episode, ...]]:
        if not clients:
            return {}
        held = await self._client.call("HMGET", keys.outlines(programme), *clients)
        found = {
            who: msgspec.json.decode(text, type=tuple[Episode, ...])
            for who, text in zip(clients, held, strict=True)
            if text is not None
        }
        return found | await self._drawn(programme, [who for who in clients if who not in found])

    async def _drawn(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, tuple[Episode, ...]]:
        """Outlines of clients whose enrolment came without one (bulk.py), kept from now on: `put` replaces them."""
        there = await self._client.calls([("EXISTS", keys.episodes(programme, who)) for who in clients])
        known = await self.of(programme, [who for who, exists in zip(clients, there, strict=True) if exists])
        drawn = {who: tuple(map(outline, episodes)) for who, episodes in known.items() if episodes}
        name = keys.outlines(programme)
        await self._client.calls([("HSETNX", name, who, msgspec.json.encode(one)) for who, one in drawn.items()])
        return drawn

    async def history(self, programme: ProgrammeId, client: PersonId) -> list[EpisodeChange]:
        entries = await self._client.call("XRANGE", keys.episodes(programme, client), "-", "+")
        rings = await self._persons.to_open(programme, [client])
        return _changes(rings[client], programme, client, entries)

    async def enrolled(self, programme: ProgrammeId) -> frozenset[PersonId]:
        found = await self._client.call("SMEMBERS", keys.enrolled(programme))
        return frozenset(PersonId(one.decode()) for one in found)


def outline(episode: Episode) -> Episode:
    """Ids, codes and days only: as attendance rows, it is not sealed."""
    pauses = tuple(replace(one, reason="") for one in episode.pauses)
    return replace(episode, reason="", because="", after=None, recorded=0, recorded_by="", pauses=pauses)


def _changes(
    ring: Ring, programme: ProgrammeId, client: PersonId, entries: Sequence[tuple[bytes, list[bytes]]]
) -> list[EpisodeChange]:
    changes: list[EpisodeChange] = []
    for place, held in entries:
        number, sealed = int(place.split(b"-")[0]), dict(zip(held[::2], held[1::2], strict=True))[b"record"]
        try:
            text = ring.unseal(programme, "episode", client, "record", number, sealed)
        except Erased:
            continue
        changes.append(msgspec.json.decode(text, type=EpisodeChange))
    return changes
