"""Scheduled sessions with their rosters, and what clients confirmed before coming in.

The title is sealed, because staff call an individual session by its client's name. Check-ins are sealed whole.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .person_keys import PersonKeys
from .programmes import Programmes
from .sealed import Erased, Keyring

_PAGE = 500


class Sessions:
    """ports.Sessions on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes
        self._whole: set[ProgrammeId] = set()
        """Programmes of which every session is in the index by person."""

    async def put(self, session: rec.Session) -> None:
        programme = session.programme
        await self._programmes.register(programme)
        names = [keys.session(programme, session.id), keys.sessions(programme), keys.longest_session(programme)]
        names += [keys.changes(programme), *_indexes(session)]
        record = msgspec.json.encode(replace(session, title=""))
        title = self._keyring.seal(programme, "session", session.id, "title", 0, session.title)
        await self._client.script("session", names, [session.id, session.starts, session.ends, record, title])

    async def plan(self, programme: ProgrammeId, sessions: Sequence[rec.Session]) -> list[bool]:
        if not sessions:
            return []
        await self._programmes.register(programme)
        runs: list[tuple[list[str], list[Arg]]] = []
        for one in sessions:
            names = [keys.session(programme, one.id), keys.sessions(programme), keys.longest_session(programme)]
            names += [keys.changes(programme), *(keys.room(programme, one.id, part) for part in ("log", "ops"))]
            names += _indexes(one)
            title = self._keyring.seal(programme, "session", one.id, "title", 0, one.title)
            record = msgspec.json.encode(replace(one, title=""))
            runs.append((names, [one.id, one.starts, one.ends, record, title, int(bool(one.cancelled))]))
        return [bool(done) for done in await self._client.scripts("plan", runs)]

    async def cancel(self, session: rec.Session, reason: str, *, actor: str, at: Millis) -> bool:
        programme, name = session.programme, keys.session(session.programme, session.id)
        before = await self._client.call("HGET", name, "record")
        if before is None:
            return False
        known = msgspec.json.decode(before, type=rec.Session)
        if known.cancelled not in ("", reason) or replace(session, title="", cancelled=known.cancelled) != known:
            return False
        after = msgspec.json.encode(replace(known, cancelled=reason))
        names = [name, keys.changes(programme), *(keys.room(programme, session.id, part) for part in ("log", "ops"))]
        names += [keys.audit(programme), keys.latest(programme)]
        args: list[Arg] = [session.id, before, after, actor, f"{session.id} {reason}", at]
        if session.make_up_for is not None:
            args += [session.make_up_for, *session.roster]
        return bool(await self._client.script("cancel", names, args))

    async def get(self, programme: ProgrammeId, session: SessionId) -> rec.Session | None:
        found = await self._get(programme, [session.encode()])
        return found[0] if found else None

    async def schedules(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, rec.Session]:
        found = await self._client.calls([("HGET", keys.session(programme, s), "record") for s in sessions])
        return {
            session: msgspec.json.decode(record, type=rec.Session)
            for session, record in zip(sessions, found, strict=True)
            if record is not None
        }

    async def between(self, programme: ProgrammeId, start: Millis, end: Millis) -> list[rec.Session]:
        return await self._overlapping(programme, keys.sessions(programme), start, end)

    async def starting(
        self, programme: ProgrammeId, start: Millis, end: Millis, after: tuple[Millis, str], limit: int
    ) -> list[tuple[Millis, SessionId]]:
        name, first, skipped = keys.sessions(programme), max(start, after[0]), 0
        while True:  # those that start at the same time as the last one come again: leave them out
            limits = ("LIMIT", skipped, limit + 1)
            flat = await self._client.call("ZRANGEBYSCORE", name, first, f"({end}", "WITHSCORES", *limits)
            found = [(int(at), SessionId(raw.decode())) for raw, at in zip(flat[::2], flat[1::2], strict=True)]
            later = [one for one in found if one > after]
            if later or len(found) <= limit:
                return later[:limit]
            skipped += len(found)

    async def of_series(self, programme: ProgrammeId, series: str, start: Millis, end: Millis) -> list[rec.Session]:
        found = await self._overlapping(programme, keys.series(programme, series), start, end)
        return [session for session in found if session.series == series]  # it may have moved to another since

    async def of_person(
        self, programme: ProgrammeId, person: PersonId, start: Millis, end: Millis
    ) -> list[rec.Session]:
        await self._indexed(programme)
        found = await self._overlapping(programme, keys.sessions_of(programme, person), start, end)
        return [session for session in found if person in _people(session)]  # they may have lost their place since

    async def _indexed(self, programme: ProgrammeId) -> None:
        """Sessions that were kept by releases without an index by person go into it, once."""
        if programme in self._whole or await self._client.call("EXISTS", keys.sessions_indexed(programme)):
            self._whole.add(programme)
            return
        first = 0
        while names := await self._client.call("ZRANGE", keys.sessions(programme), first, first + _PAGE - 1):
            kept = await self.schedules(programme, [SessionId(name.decode()) for name in names])
            await self._client.calls(
                [("ZADD", index, "NX", one.starts, one.id) for one in kept.values() for index in _indexes(one)]
            )
            first += _PAGE
        await self._client.call("SET", keys.sessions_indexed(programme), 1)

    async def put_check_in(self, programme: ProgrammeId, check_in: rec.CheckIn) -> None:
        place = f"{check_in.session}/{check_in.person}"
        ring = (await self._persons.to_seal(programme, [check_in.person]))[check_in.person]
        sealed = ring.seal(programme, "check-in", place, "record", 0, msgspec.json.encode(check_in).decode())
        await self._client.call("HSET", keys.check_ins(programme, check_in.session), check_in.person, sealed)

    async def check_ins(self, programme: ProgrammeId, session: SessionId) -> dict[PersonId, rec.CheckIn]:
        flat = await self._client.call("HGETALL", keys.check_ins(programme, session))
        found: dict[PersonId, rec.CheckIn] = {}
        held = {PersonId(raw.decode()): sealed for raw, sealed in zip(flat[::2], flat[1::2], strict=True)}
        rings = await self._persons.to_open(programme, held)
        for person, sealed in held.items():
            try:
                text = rings[person].unseal(programme, "check-in", f"{session}/{person}", "record", 0, sealed)
            except Erased:
                continue
            found[person] = msgspec.json.decode(text, type=rec.CheckIn)
        return found

    async def _overlapping(self, programme: ProgrammeId, index: str, start: Millis, end: Millis) -> list[rec.Session]:
        longest = int(await self._client.call("GET", keys.longest_session(programme)) or 0)
        names = await self._client.call("ZRANGEBYSCORE", index, start - longest, f"({end}")
        found = await self._get(programme, names)
        return sorted((s for s in found if s.ends > start and s.starts < end), key=lambda s: (s.starts, s.id))

    async def _get(self, programme: ProgrammeId, names: list[bytes]) -> list[rec.Session]:
        ids = [SessionId(name.decode()) for name in names]
        found = await self._client.calls([("HMGET", keys.session(programme, s), "record", "title") for s in ids])
        sessions: list[rec.Session] = []
        for session, (record, sealed) in zip(ids, found, strict=True):
            if record is not None:
                title = self._keyring.unseal(programme, "session", session, "title", 0, sealed)
                sessions.append(replace(msgspec.json.decode(record, type=rec.Session), title=title))
        return sessions


def _people(session: rec.Session) -> set[PersonId]:
    return {*session.roster, *session.facilitators, *session.cofacilitators}


def _indexes(session: rec.Session) -> list[str]:
    """By series and by person: supersets, since nobody is taken out who has lost their place."""
    programme = session.programme
    series = [keys.series(programme, session.series)] if session.series else []
    return series + [keys.sessions_of(programme, person) for person in sorted(_people(session))]
