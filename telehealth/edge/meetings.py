"""The rows of GET /api/v1/sessions and /api/v1/corrections: a walk over the schedule, with what is known of each.

The order is that of the scheduled start, then of the id. A cursor is a place in it, so nothing that stands still is
skipped or repeated; a session that is moved meanwhile may be, and then stands in the feed of changes.

A session is shown to a recipient who may be told of one of its clients at least, and that stands in the ledger of each
of those: the row says that they had a place in it. A correction is one client's, and goes where their rows may go.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec

from telehealth.core.attendance import Row
from telehealth.core.corrections import Correction, attested
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.records import Session
from telehealth.core.room import CLOSES_AFTER
from telehealth.store.codec import row_from
from telehealth.store.ports import Change, Heard

from . import record
from .days import LATEST, day_at
from .export import Query
from .formats import Given
from .lawful import Asker, Gate
from .session_columns import CANCELLED, CORRECTION, ENDED, EXCUSE, NOT_HELD, OPEN, SCHEDULED
from .site import Site

STEP = 50
"""Sessions that are looked up at a time: about 500 rows."""
LOOK = 1000
"""Sessions whose names are compared at a time."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that may leave."""

    rows: list[Given]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session with all that its rows are made of."""

    session: Session
    state: str
    rows: Sequence[Row]
    heard: Heard

    @property
    def clients(self) -> list[PersonId]:
        """Whose record a word of it touches."""
        return [row.client for row in self.rows] or list(self.session.roster)


class Meetings:
    """One answer to one asker."""

    def __init__(self, site: Site, asker: Asker, query: Query, gate: Gate, name: Callable[[SessionId], str]) -> None:
        self._site, self._asker, self._query, self._gate, self._name = site, asker, query, gate, name
        self._room: int | None = None
        self._seen = 0
        self._cut: tuple[Millis, str, int] | None = None
        """After the last row that there was room for, if there was not for all: the session and the row's number."""
        self.following: str | None = None

    async def blocks(self, place: str | None, limit: int | None = None) -> AsyncGenerator[Block, None]:
        """All rows after a place, or `limit` of them at most; then `following` says where to go on."""
        query, after = self._query, (self._query.start, "")
        self._room, self.following = limit, None
        owed: list[SessionId] = []
        if place is not None:
            starts, name, self._seen = msgspec.json.decode(place, type=tuple[int, str, int])
            after = (starts, name)
            owed = [SessionId(name)]
        while True:
            block = await self._block(owed) if owed else Block([])
            if block.rows:
                yield block
            if self._cut is None:
                found = await self._starting(query.start, query.end, after, STEP)
                if not found:
                    return
                after, owed = found[-1], [session for _, session in found]
            elif self._room == 0:
                self.following = msgspec.json.encode(self._cut).decode()
                return
            else:  # some were left out for want of a basis: there is room again
                starts, name, self._seen = self._cut
                after, owed = (starts, name), [SessionId(name)]

    async def _starting(
        self, start: Millis, end: Millis, after: tuple[Millis, str], limit: int
    ) -> list[tuple[Millis, SessionId]]:
        return await self._site.store.sessions.starting(self._asker.programme, start, end, after, limit)

    async def changed(self, changes: Sequence[Change]) -> AsyncGenerator[Block, None]:
        """Everything that changed, as it is now."""
        wanted = list(dict.fromkeys(change.session for change in changes))
        for first in range(0, len(wanted), STEP):
            block = await self._block(wanted[first : first + STEP])
            if block.rows:
                yield block

    async def one(self, name: str) -> Block:
        """The rows of the session that this recipient knows by that name."""
        if not self._asker.outside:
            return await self._block([SessionId(name)])
        after: tuple[Millis, str] = (0, "")
        while found := await self._starting(0, LATEST, after, LOOK):
            for _, session in found:
                if self._name(session) == name:
                    return await self._block([session])
            after = found[-1]
        return Block([])

    async def _block(self, sessions: Sequence[SessionId]) -> Block:
        asked_for = [one for one in await self._meetings(sessions) if self._asked_for(one)]
        sought = [(one, number, clients) for one in asked_for for number, clients in self._sought(one)]
        if self._seen:  # of the first session, some were handed out before
            sought = [each for each in sought if each[0].session.id != sessions[0] or each[1] > self._seen]
        self._seen, self._cut = 0, None
        if self._room is not None and len(sought) > self._room:
            one, number, _ = sought[self._room - 1] if self._room else (sought[0][0], sought[0][1] - 1, [])
            self._cut = (one.session.starts, one.session.id, number)
            sought = sought[: self._room]
        clients = [client.encode() for _, _, touched in sought for client in touched]
        if clients:
            await self._gate.admit(clients)
        known = zip(clients, self._gate.bases(clients), strict=True)
        bases = {PersonId(client.decode()): basis for client, basis in known if basis is not None}
        rows: list[Given] = []
        for one, number, touched in sought:
            shown = [client for client in touched if client in bases]
            if shown or not (self._asker.outside and self._asker.profile.identified):
                rows.append(((), [], self._row(one, number, shown, bases)))
        self._gate.rows += len(rows)
        if self._room is not None:
            self._room -= len(rows)
        return Block(rows)

    async def _meetings(self, sessions: Sequence[SessionId]) -> list[Meeting]:
        store, programme = self._site.store, self._asker.programme
        schedule = await store.sessions.schedules(programme, sessions)
        wanted = [schedule[s] for s in sessions if s in schedule and self._planned(schedule[s])]
        ids = [session.id for session in wanted]
        heard = await store.corrections.of(programme, ids)
        if self._only_spoken_of:
            wanted = [session for session in wanted if heard.get(session.id, Heard()).said]
            ids = [session.id for session in wanted]
        stored = await store.attendance.of_sessions(programme, ids)
        rows = {
            session: [row_from(programme, dict(zip(cells[::2], cells[1::2], strict=True))) for _, cells in entries]
            for session, entries in stored.items()
        }
        others = await asyncio.gather(*(self._unended(s) for s in wanted if not rows.get(s.id)))
        states = {session.id: (state, found) for session, state, found in others}
        return [
            Meeting(session, *states.get(session.id, (ENDED, rows.get(session.id, []))), heard.get(session.id, Heard()))
            for session in wanted
        ]

    async def _unended(self, session: Session) -> tuple[Session, str, Sequence[Row]]:
        """One that has no final rows: to come, under way, or nobody was expected."""
        now = self._site.clock.now()
        log = await record.events(self._site, self._asker.programme, session.id)
        if not log and session.cancelled:
            return session, CANCELLED, ()
        if not log:
            return session, SCHEDULED if now < session.ends + CLOSES_AFTER else NOT_HELD, ()
        return session, ENDED if record.room(log).ended else OPEN, record.rows(self._site, log, now)

    _only_spoken_of = False

    def _planned(self, session: Session) -> bool:
        """Whether it is asked for, as far as the schedule tells."""
        query, led = self._query, self._asker.led
        if not query.start <= session.starts < query.end or (led is not None and session.id not in led):
            return False
        if query.session is not None and query.session not in (session.id, self._name(session.id)):
            return False
        if query.series is not None and query.series not in (session.series, self._series(session)):
            return False
        return query.kind in (None, session.kind)

    def _asked_for(self, one: Meeting) -> bool:
        query, session = self._query, one.session
        led = {host for row in one.rows for host in row.facilitators} | {*session.facilitators, *session.cofacilitators}
        return query.status in (None, one.state) and (query.facilitator is None or query.facilitator in led)

    def _sought(self, one: Meeting) -> list[tuple[int, list[PersonId]]]:
        """Its rows, by their numbers from 1, and whose record each touches."""
        return [(1, one.clients)]

    def _row(
        self, one: Meeting, number: int, shown: Sequence[PersonId], bases: Mapping[PersonId, bytes]
    ) -> dict[str, bytes]:
        """`shown` are those whom it touches who may be told of."""
        first = one.rows[0] if one.rows else None
        hosts = [] if first is None else list(first.facilitators)
        planned = [*one.session.facilitators, *one.session.cofacilitators]
        return {
            **self._of_all(one),
            "state": one.state.encode(),
            "facilitators": msgspec.json.encode(hosts),
            "planned": msgspec.json.encode(planned),
            "session_start": _number(first.session_start if first else None),
            "session_end": _number(first.session_end if first else None),
            "group_size_clients": _number(first.group_size_clients if first else None),
            "group_size_persons": _number(first.group_size_persons if first else None),
            "policy": b"" if first is None else first.policy.encode(),
            "head": b"" if first is None else first.head.encode(),
            "rows": _number(len(shown) if one.rows else 0),
            "attested": _truth(attested(one.heard.attestation, one.rows, one.heard.said)),
            "final": _truth(one.state in (ENDED, NOT_HELD, CANCELLED)),
        }

    def _of_all(self, one: Meeting) -> dict[str, bytes]:
        """What every row of a session says."""
        session = one.session
        day = day_at(session.starts, ZoneInfo(session.zone))
        return {
            "programme": self._asker.programme.encode(),
            "export": self._gate.export.encode(),
            "notice": self._site.notice.short.encode(),
            "session": self._name(session.id).encode(),
            "series": self._series(session).encode(),
            "kind": session.kind.encode(),
            "day": day.isoformat().encode(),
            "year": _number(day.year),
            "zone": session.zone.encode(),
            "scheduled_start": _number(session.starts),
            "scheduled_end": _number(session.ends),
        }

    def _series(self, session: Session) -> str:
        """The group's id for this recipient. No session's own id has a colon, so it is nobody else's."""
        if session.series is None:
            return ""
        return self._name(SessionId(f"series:{session.series}")) if self._asker.outside else session.series


class SaidOf(Meetings):
    """The corrections and excuses of the same sessions, in the order in which they were kept."""

    _only_spoken_of = True

    def _sought(self, one: Meeting) -> list[tuple[int, list[PersonId]]]:
        rows = {row.client for row in one.rows}
        client = self._query.client
        return [
            (number, [said.client])
            for number, said in enumerate(one.heard.said, 1)
            if said.client in rows and client in (None, said.client)
        ]

    def _row(
        self, one: Meeting, number: int, shown: Sequence[PersonId], bases: Mapping[PersonId, bytes]
    ) -> dict[str, bytes]:
        every = one.heard.said
        said = every[number - 1]
        row = next(row for row in one.rows if row.client == said.client)
        later = [other for other in every[number:] if other.client == said.client and type(other) is type(said)]
        return {
            **self._of_all(one),
            "client": said.client.encode(),
            "basis": bases[said.client],
            "version": _number(1 + sum(1 for other in every[:number] if other.client == said.client)),
            "what": (CORRECTION if isinstance(said, Correction) else EXCUSE).encode(),
            "minutes_raw": _number(row.minutes_attended),
            "minutes": _number(said.minutes) if isinstance(said, Correction) else b"",
            "status": row.status.encode(),
            "excused": _truth(not isinstance(said, Correction) and said.excused),
            "counts": _truth(not later),
            "reason": said.reason.encode(),
            "author": said.author.encode(),
            "at": _number(said.at),
        }


def _number(value: int | None) -> bytes:
    return b"" if value is None else b"%d" % value


def _truth(value: bool) -> bytes:
    return b"1" if value else b"0"
