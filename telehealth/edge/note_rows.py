"""Signed progress notes as they are handed out: which clients' notes of which sessions, in order, each under its basis.

A note leaves only after the gate (lawful.py) has admitted its client, so the ledger has it before its first byte. Where
nobody was written about there is nothing to admit: the ledger never names a client whose notes did not leave. Sections
about other clients are read only to find whose note it is, and never leave together with it.

Must not touch: HTTP. `notes_v1.py` and `fhir/documents.py` read the question and write the answer.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.note_records import NoteSection
from telehealth.core.note_render import Rendered, rendered
from telehealth.core.records import Session
from telehealth.store.ports import Change

from .export import Query
from .lawful import Asker, Gate
from .site import Site

BATCH = 40
"""Sessions that are looked at in one go."""
Place = tuple[Millis, str, str]
"""Of a note: when its session was to start, the session, the client."""
May = Callable[[Session, Rendered], bool]
START: Place = (-1, "", "")


@dataclass(frozen=True, slots=True)
class Given:
    """A note that may leave."""

    session: Session
    """Without its title."""
    name: str
    """What the recipient calls the session."""
    note: Rendered
    basis: str
    """And its scope (42 CFR 2.32(b))."""

    @property
    def place(self) -> Place:
        return self.session.starts, self.session.id, self.note.client


@dataclass(frozen=True, slots=True)
class Block:
    rows: list[Given]


class Notes:
    """The notes of one answer to one asker."""

    def __init__(
        self,
        site: Site,
        asker: Asker,
        query: Query,
        gate: Gate,
        name: Callable[[SessionId], str],
        may: May | None = None,
    ) -> None:
        """`may`: which of the notes are meant at all; of staff, those that they may read."""
        self._site, self._asker, self._query, self._gate = site, asker, query, gate
        self._name, self._may = name, may
        self.following: str | None = None
        """Where to go on after a page that was full; None after the last one."""

    async def blocks(self, place: str | None, limit: int | None = None) -> AsyncGenerator[Block, None]:
        """Every note after `place`, or `limit` of them at most; nobody is admitted beyond the limit."""
        after = START if place is None else msgspec.json.decode(place, type=Place)
        room, self.following = limit, None
        async for sessions in self._sessions(after):
            found = [one for one in await self._of(sessions) if _place(one) > after]
            while found:
                part, found = (found, []) if room is None else (found[:room], found[room:])
                rows = await self._admitted(part)
                if rows:
                    yield Block(rows)
                if room is not None:
                    room -= len(rows)
                    if room == 0:
                        self.following = msgspec.json.encode(_place(part[-1])).decode()
                        return

    async def changed(self, changes: Sequence[Change]) -> AsyncGenerator[Block, None]:
        """The notes as they are now to which something was done, once each."""
        wanted: dict[SessionId, set[PersonId] | None] = {}
        for change in changes:
            if change.why == "note.signed":
                known = wanted.get(change.session, set())
                wanted[change.session] = None if change.client is None or known is None else {*known, change.client}
        names = list(wanted)
        for first in range(0, len(names), BATCH):
            sessions = await self._schedules(names[first : first + BATCH])
            found = await self._of(sessions)
            of_them = [
                one for one in found if (who := wanted[one[0].id]) is None or one[1].client in who
            ]  # the group's section changed, or their own
            if rows := await self._admitted(of_them):
                yield Block(rows)

    async def _sessions(self, after: Place) -> AsyncGenerator[list[Session], None]:
        """The sessions that are asked for, by scheduled start, from that of `after` on."""
        query, programme, store = self._query, self._asker.programme, self._site.store
        if query.session is not None and not self._asker.outside:
            yield await self._schedules([SessionId(query.session)])
        elif query.client is not None:
            found = await self._schedules(await store.notes.sessions_of(programme, query.client))
            for first in range(0, len(found), BATCH):
                yield found[first : first + BATCH]
        else:
            at = (after[0], "") if after[2] else (after[0], after[1])
            while names := await store.sessions.starting(programme, query.start, query.end, at, BATCH):
                at = names[-1]
                yield await self._schedules([session for _, session in names])

    async def _schedules(self, names: Sequence[SessionId]) -> list[Session]:
        query = self._query
        found = await self._site.store.sessions.schedules(self._asker.programme, names)
        sessions = sorted(found.values(), key=lambda s: (s.starts, s.id))
        return [
            s
            for s in sessions
            if query.start <= s.starts < query.end
            and query.kind in (None, s.kind)
            and (query.session is None or query.session in (s.id, self._name(s.id)))
        ]

    async def _of(self, sessions: Sequence[Session]) -> list[tuple[Session, Rendered]]:
        """The signed notes of these sessions, by session and client."""
        found: list[tuple[Session, Rendered]] = []
        for session, sections in zip(sessions, await asyncio.gather(*map(self._read, sessions)), strict=True):
            for client in sorted(about for about in sections if about is not None):
                note = rendered(session.kind, client, sections)
                if note is not None and (self._may is None or self._may(session, note)):
                    found.append((session, note))
        return found

    async def _read(self, session: Session) -> Mapping[PersonId | None, NoteSection]:
        """Its sections; if one client is asked for, theirs and the group's only."""
        notes, client = self._site.store.notes, self._query.client
        if client is None:
            read = await notes.of_session(session.programme, session.id)
        else:
            kept = [await notes.get(session.programme, session.id, about) for about in (None, client)]
            read = [section for section in kept if section is not None]
        return {section.about: section for section in read}

    async def _admitted(self, found: Sequence[tuple[Session, Rendered]]) -> list[Given]:
        """Those that may leave. The ledger has them by then."""
        clients = [note.client.encode() for _, note in found]
        if clients:
            await self._gate.admit(clients)
        rows = [
            Given(session, self._name(session.id), note, basis.decode())
            for (session, note), basis in zip(found, self._gate.bases(clients), strict=True)
            if basis is not None
        ]
        self._gate.rows += len(rows)
        return rows


def _place(one: tuple[Session, Rendered]) -> Place:
    session, note = one
    return session.starts, session.id, note.client
