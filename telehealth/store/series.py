"""Groups: one hash for each, with the series, its members and a revision; make-ups; days when the clinic is closed.

The title is sealed, because a series of individual sessions is called by its client's name; the rest is ids, days and
codes. Members are written together with the series under one revision, so that two people who change a group
at the same time cannot lose each other's work. `groups-of` is a superset: it also names groups that a client has left.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import msgspec

from telehealth.core import records as rec
from telehealth.core.closed_days import ClosedDays
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId, SessionId
from telehealth.core.series import Group, MakeUp, Membership, Series

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring


class Groups:
    """series_ports.Groups on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

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
        programme = series.programme
        await self._programmes.register(programme)
        record, said = msgspec.json.encode(replace(series, title="")), msgspec.json.encode(list(members))
        # Of a repeat the ciphertext differs: what it says is compared by a keyed digest, since titles can be guessed.
        digest = self._keyring.blind("group", series.title + sha256(record + said).hexdigest())[0]
        title = self._keyring.seal(programme, "group", series.id, "title", 0, series.title)
        names = [
            keys.group(programme, series.id),
            keys.groups(programme),
            keys.audit(programme),
            keys.latest(programme),
            *(keys.groups_of(programme, client) for client in sorted({m.client for m in members})),
        ]
        about = f"{series.id} {subject}".strip()
        args: list[Arg] = [if_revision, series.id, record, title, said, digest, actor, action, about, at]
        return bool(await self._client.script("group", names, args))

    async def get(self, programme: ProgrammeId, series: SeriesId) -> Group | None:
        found = await self._get(programme, [series])
        return found[0] if found else None

    async def all(self, programme: ProgrammeId) -> list[Group]:
        return await self._named(programme, keys.groups(programme))

    async def members(self, programme: ProgrammeId, series: SeriesId) -> tuple[Membership, ...]:
        raw = await self._client.call("HGET", keys.group(programme, series), "members")
        return () if raw is None else msgspec.json.decode(raw, type=tuple[Membership, ...])

    async def of_client(self, programme: ProgrammeId, client: PersonId) -> list[Group]:
        return await self._named(programme, keys.groups_of(programme, client))

    async def make_up(self, programme: ProgrammeId, made: MakeUp) -> bool:
        await self._programmes.register(programme)
        missed = SessionId(made.missed)
        names = [keys.make_ups(programme, missed), keys.audit(programme), keys.latest(programme)]
        names.append(keys.changes(programme))
        over = await self._client.call("HGET", names[0], made.client)
        if over is not None and await self._standing(programme, [msgspec.json.decode(over, type=MakeUp)]):
            over = None
        subject = f"{made.client} {missed} {made.session}"
        args: list[Arg] = [made.client, made.session, msgspec.json.encode(made), made.by, made.at, subject]
        args += [missed, over or b""]
        return bool(await self._client.script("make_up", names, args))

    async def make_ups(
        self, programme: ProgrammeId, missed: Sequence[SessionId]
    ) -> dict[SessionId, dict[PersonId, MakeUp]]:
        found = await self._client.calls([("HVALS", keys.make_ups(programme, session)) for session in missed])
        every = [msgspec.json.decode(raw, type=MakeUp) for values in found for raw in values]
        made: dict[SessionId, dict[PersonId, MakeUp]] = {}
        for one in await self._standing(programme, every):
            made.setdefault(SessionId(one.missed), {})[one.client] = one
        return made

    async def _standing(self, programme: ProgrammeId, made: Sequence[MakeUp]) -> list[MakeUp]:
        """Without those whose session was cancelled: nothing makes up there."""
        names = [keys.session(programme, SessionId(one.session)) for one in made]
        records = await self._client.calls([("HGET", name, "record") for name in names])
        cancelled = [raw is not None and msgspec.json.decode(raw, type=rec.Session).cancelled for raw in records]
        return [one for one, gone in zip(made, cancelled, strict=True) if not gone]

    async def closed_days(self, programme: ProgrammeId) -> ClosedDays:
        sealed = await self._client.call("GET", keys.closed_days(programme))
        if sealed is None:
            return ClosedDays()
        text = self._keyring.unseal(programme, "closed-days", "own", "record", 0, sealed)
        return msgspec.json.decode(text, type=ClosedDays)

    async def put_closed_days(self, programme: ProgrammeId, days: ClosedDays, *, actor: str, at: Millis) -> None:
        await self._programmes.register(programme)
        text = msgspec.json.encode(days).decode()
        sealed = self._keyring.seal(programme, "closed-days", "own", "record", 0, text)
        names = [keys.closed_days(programme), keys.audit(programme)]
        await self._client.script("put_with_audit", names, [sealed, actor, "closed_days.changed", programme, at])

    async def _named(self, programme: ProgrammeId, index: str) -> list[Group]:
        names = await self._client.call("SMEMBERS", index)
        return await self._get(programme, sorted(SeriesId(name.decode()) for name in names))

    async def _get(self, programme: ProgrammeId, ids: Sequence[SeriesId]) -> list[Group]:
        fields = ("record", "title", "members", "revision")
        found = await self._client.calls([("HMGET", keys.group(programme, one), *fields) for one in ids])
        groups: list[Group] = []
        for one, (record, sealed, members, revision) in zip(ids, found, strict=True):
            if record is not None:
                title = self._keyring.unseal(programme, "group", one, "title", 0, sealed)
                series = replace(msgspec.json.decode(record, type=Series), title=title)
                groups.append(Group(series, msgspec.json.decode(members, type=tuple[Membership, ...]), int(revision)))
        return groups
