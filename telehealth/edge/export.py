"""The attendance export: which rows, in which order, and the cursor that resumes it exactly.

Rows of ended sessions come first, in the order in which they were stored: that order only grows at its end, so a
cursor into it never skips or repeats a row, however much is written meanwhile. Then come the sessions that were open
when the export began, measured up to now and marked `final: false`; one that ended in between is final. A cursor
therefore holds the place in the stored rows and the open sessions that are still owed.

Rows come in blocks, a page of the store each; a block leaves here only after the gate (lawful.py) has admitted its
clients. Must not touch: HTTP. `attendance.py` reads the query and writes the answer.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import msgspec

from telehealth.core.attendance import Row
from telehealth.core.events import Event
from telehealth.core.ids import Millis, PersonId, SeriesId, SessionId
from telehealth.store.codec import row_fields
from telehealth.store.ports import Change, Stored

from . import record
from .facts import STATUS, Facts
from .formats import CLIENT, Given
from .lawful import Asker, Gate
from .site import Site

_NOTHING = (b"",) * (len(CLIENT) - 1)
"""What is known after the basis where nothing is: formats.py goes by the stored row then."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where an export goes on: after a stored row, and with the open sessions that it still owes."""

    stored: str
    owed: tuple[SessionId, ...]
    client: str = ""
    """The last client of the first owed session that was handed out."""

    def text(self) -> str:
        return msgspec.json.encode([self.stored, list(self.owed), self.client]).decode()

    def past(self, stored: str, sessions: Sequence[SessionId]) -> "Position":
        """After a stored row; of these sessions the rows are stored by now."""
        client = "" if self.owed[:1] and self.owed[0] in sessions else self.client
        return Position(stored, tuple(s for s in self.owed if s not in sessions), client)


def position(text: str) -> Position:
    """The position that `Position.text` wrote."""
    stored, owed, client = msgspec.json.decode(text, type=tuple[str, list[str], str])
    return Position(stored, tuple(SessionId(name) for name in owed), client)


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are asked for: by scheduled start in [start, end), and by what else is given."""

    start: Millis
    end: Millis
    session: str | None = None
    """By its own id, or as the recipient knows it."""
    client: PersonId | None = None
    series: SeriesId | None = None
    facilitator: PersonId | None = None
    status: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that may leave, and where the export goes on after all of them."""

    rows: list[Given]
    after: Position
    cut: bool = False
    """More was asked for than there was room: `after` is in the middle of what was read."""


class _Fields:
    """Where the values stand in rows that were written alike: names and values in turn."""

    def __init__(self, names: list[bytes]) -> None:
        self.names = names
        self.session, self.client, self.start, self.status, self.kind = (
            2 * names.index(name) + 1 for name in (b"session", b"client", b"scheduled_start", b"status", b"kind")
        )
        self.hosts = 2 * names.index(b"facilitators") + 1 if b"facilitators" in names else None


_Kept = tuple[bytes, _Fields, list[bytes]]
"""A row that is asked for, as far as it tells by itself: its place, and its names and values with where they stand."""


class Export:
    """One answer to one asker."""

    def __init__(self, site: Site, asker: Asker, query: Query, gate: Gate, facts: Facts) -> None:
        self._site, self._asker, self._query = site, asker, query
        self._gate, self._facts = gate, facts
        self._room: int | None = None
        self.following: str | None = None
        """Where to go on after a page that was full; None after the last one."""
        self._fields = _Fields([b"session", b"client", b"scheduled_start", b"status", b"kind"])

    async def begin(self) -> Position:
        """The position before the first row."""
        programme, led = self._asker.programme, self._asker.led
        open_now = [s for p, s in await self._site.store.logs.open_rooms() if p == programme]
        return Position("", tuple(sorted(s for s in open_now if led is None or s in led)))

    async def blocks(self, at: Position, limit: int | None = None) -> AsyncGenerator[Block, None]:
        """Every row after `at`, or `limit` of them at most; then `following` says where to go on.

        Nobody is admitted beyond the limit, so that the ledger has nobody whose rows did not leave.
        """
        self._room, self.following, looked = limit, None, False
        while True:
            block: Block | None = None
            async with aclosing(self._read(at, ahead=limit is None)) as reading:
                async for block in reading:
                    at = block.after
                    if block.rows:
                        yield block
                    if block.cut:
                        break
            if block is not None and block.cut:
                if self._room == 0:
                    self.following = at.text()
                    return
                continue  # some were left out for want of a basis: there is room again
            now = self._site.clock.now()
            live = [(s, record.rows(self._site, await self._events(s), now)) for s in at.owed]
            # Whatever has ended since the stored rows were read stands among them by now: look once more. Rows that
            # are still not found there were stored in an earlier month, behind the cursor; the log has the same rows.
            if looked or not any(row.final for _, found in live for row in found):
                break
            looked = True
        for session, found in live:
            while True:
                block = await self._live(at, session, [row for row in found if row.client > at.client])
                at = block.after
                if block.rows:
                    yield block
                if not block.cut:
                    break
                if self._room == 0:
                    self.following = at.text()
                    return

    async def _read(self, at: Position, *, ahead: bool) -> AsyncGenerator[Block, None]:
        """The stored rows after `at`."""
        query = self._query
        own = SessionId(query.session) if query.session and not self._asker.outside else None
        pages = self._site.store.attendance.pages(
            self._asker.programme,
            query.start,
            query.end,
            after=at.stored,
            client=query.client,
            session=own,
            ahead=ahead,
        )
        async with aclosing(pages):
            async for page in pages:
                block = await self._stored(at, page.month, page.entries)
                at = block.after
                yield block

    async def _events(self, session: SessionId) -> list[Event]:
        return await record.events(self._site, self._asker.programme, session)

    async def changed(self, changes: Sequence[Change]) -> AsyncGenerator[Block, None]:
        """The rows as they are now of everything that changed, once each."""
        wanted: dict[SessionId, set[PersonId] | None] = {}
        for change in changes:
            known = wanted.get(change.session, set())
            whole = change.client is None or known is None
            wanted[change.session] = None if whole else {*(known or ()), change.client}  # type: ignore[arg-type]
        wanted = await self._facts.touched(wanted)
        found = await self._site.store.attendance.of_sessions(self._asker.programme, list(wanted))
        nowhere = Position("", ())
        for session, entries in found.items():
            clients = wanted[session]
            of_them = [e for e in entries if clients is None or PersonId(_field(e, b"client").decode()) in clients]
            block = await self._stored(nowhere, "", of_them)
            if block.rows:
                yield block

    async def _stored(self, at: Position, month: str, entries: Sequence[Stored]) -> Block:
        kept: list[_Kept] = []
        passed: list[tuple[bytes, SessionId]] = []
        owed = {session.encode() for session in at.owed}
        fields, session, wanted = self._fields, b"", False
        client = None if self._query.client is None else self._query.client.encode()
        for place, values in entries:
            if values[fields.session] != session:  # rows of a session were written at once, and so alike
                if values[::2] != fields.names:
                    fields = self._fields = _Fields(values[::2])
                session = values[fields.session]
                wanted = self._may_be(fields, values)
                if session in owed:
                    owed.discard(session)
                    passed.append((place, SessionId(session.decode())))
            if wanted and (client is None or values[fields.client] == client):
                kept.append((place, fields, values))
        rows, last = await self._admitted(kept, final=True)
        if not month:
            return Block(rows, at)
        if last is None:
            return Block(rows, at.past(f"{month}:{entries[-1][0].decode()}", [s for _, s in passed]))
        if not last:  # no room for any: they are asked for again
            return Block(rows, at, cut=True)
        before = [s for place, s in passed if _order(place) <= _order(last)]
        return Block(rows, at.past(f"{month}:{last.decode()}", before), cut=True)

    async def _live(self, at: Position, session: SessionId, found: Sequence[Row]) -> Block:
        kept: list[_Kept] = []
        final = any(row.final for row in found)
        for row in found:
            values = [part.encode() for pair in row_fields(row).items() for part in pair]
            if values[::2] != self._fields.names:
                self._fields = _Fields(values[::2])
            fields = self._fields
            if self._may_be(fields, values) and self._query.client in (None, row.client):
                kept.append((row.client.encode(), fields, values))
        rows, last = await self._admitted(kept, final=final)
        if last is None:
            return Block(rows, Position(at.stored, tuple(s for s in at.owed if s != session)))
        return Block(rows, replace(at, client=last.decode() or at.client), cut=True)

    def _may_be(self, fields: _Fields, values: list[bytes]) -> bool:
        """Whether a session is asked for, as far as a row of it tells."""
        query, led = self._query, self._asker.led
        if not query.start <= int(values[fields.start]) < query.end:
            return False
        if query.kind is not None and query.kind.encode() != values[fields.kind]:
            return False
        return led is None or SessionId(values[fields.session].decode()) in led

    async def _admitted(self, kept: list[_Kept], *, final: bool) -> tuple[list[Given], bytes | None]:
        """The rows that are asked for and may leave, and have room. The ledger has them by then. If there was no room
        for all that were asked for: the place of the last one that there was room for, nothing if there was for none.
        """
        query, facts = self._query, self._facts
        await facts.load(list(dict.fromkeys([values[fields.session] for _, fields, values in kept])))
        if query.session or query.series or query.facilitator:
            kept = [one for one in kept if self._sought_row(one[1], one[2])]
        known: Sequence[Sequence[bytes]] = [_NOTHING] * len(kept)
        if not facts.silent:
            known = [facts.client(fields.names, values, final=final) for _, fields, values in kept]
        if query.status is not None:
            status = query.status.encode()
            chosen = [n for n, (_, fields, values) in enumerate(kept) if status == _counts(fields, values, known[n])]
            kept, known = [kept[n] for n in chosen], [known[n] for n in chosen]
        last: bytes | None = None
        if self._room is not None and len(kept) > self._room:
            kept, known = kept[: self._room], known[: self._room]
            last = kept[-1][0] if kept else b""
        clients = [values[fields.client] for _, fields, values in kept]
        if kept:
            await self._gate.admit(clients)
        rows: list[Given] = []
        session = b""
        about: Mapping[str, bytes] = {}
        for (_, fields, values), lawful, looked_up in zip(kept, self._gate.bases(clients), known, strict=True):
            if lawful is None:
                continue
            if values[fields.session] != session:
                session = values[fields.session]
                hosts = b"" if fields.hosts is None else values[fields.hosts]
                about = facts.of(session, int(values[fields.start]), hosts, final=final)
            values.append(lawful)
            values += looked_up
            rows.append((fields.names, values, about))
        self._gate.rows += len(rows)
        if self._room is not None:
            self._room -= len(rows)
        return rows, last

    def _sought_row(self, fields: _Fields, values: list[bytes]) -> bool:
        query, session = self._query, values[fields.session]
        if query.session is not None and query.session not in (session.decode(), self._facts.name(session)):
            return False
        record = self._facts.session(session)
        if query.series is not None:  # by its own id, or as the recipient knows it
            series = None if record is None else record.series
            if series is None or query.series not in (series, self._facts.name(b"series:%b" % series.encode())):
                return False
        if query.facilitator is None:
            return True
        hosts = b"" if fields.hosts is None else values[fields.hosts]
        planned = () if record is None else (*record.facilitators, *record.cofacilitators)
        return b'"%b"' % query.facilitator.encode() in hosts or query.facilitator in planned


def _counts(fields: _Fields, values: list[bytes], looked_up: Sequence[bytes]) -> bytes:
    """The status that counts."""
    return looked_up[STATUS] or values[fields.status]


def _field(entry: Stored, name: bytes) -> bytes:
    return entry[1][entry[1].index(name) + 1]


def _order(place: bytes) -> tuple[int, int]:
    at, _, number = place.partition(b"-")
    return int(at), int(number)
