"""The attendance export: its row, its order, and the cursor that resumes it exactly.

Rows of ended sessions come first, in the order in which they were stored: that order only grows at its end, so a
cursor into it never skips or repeats a row, however much is written meanwhile. Then come the sessions that were open
when the export began, measured up to now and marked `final: false`; one that ended in between is final. A cursor
therefore holds the place in the stored rows and the open sessions that are still owed.

Must not touch: HTTP. `attendance.py` reads the query and writes the formats.
"""

import base64
import binascii
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from telehealth.core.attendance import Row, Status
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId

from . import record
from .days import day_at, iso, start_of
from .site import Site

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
At = Annotated[int, Meta(description="UTC milliseconds since 1970-01-01T00:00Z.", examples=[1795562100000])]
Iso = Annotated[str, Meta(description="The same instant in ISO 8601, UTC.", examples=["2026-11-24T23:15:00.000Z"])]


class AttendanceInterval(msgspec.Struct, frozen=True):
    """Proven presence from `start` up to, not including, `end`."""

    start: At
    end: Annotated[At | None, Meta(description="null while it lasts.")]
    ended_by: Annotated[
        str, Meta(description="left, lost, removed, ended or gap (came back to the seat); empty while it lasts.")
    ]


class AttendanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One client's attendance of one session. It holds ids, times and codes: no name, address or text."""

    programme: Annotated[str, Meta(description="Id of the programme.")]
    session: Annotated[str, Meta(description="Id of the session.")]
    client: Annotated[str, Meta(description="Id of the client. A collateral or a member of staff has no row.")]
    kind: Annotated[str, Meta(description="Service kind, such as group_therapy or individual.")]
    date_of_service: Annotated[str, Meta(description="The facility's calendar day of the scheduled start.")]
    zone: Annotated[str, Meta(description="IANA time zone of the facility, which decided the day.")]
    scheduled_start: At
    scheduled_end: At
    session_start: Annotated[At | None, Meta(description="When the first host was seated.")]
    session_end: Annotated[At | None, Meta(description="When the session ended.")]
    session_start_utc: Iso | None
    session_end_utc: Iso | None
    first_join: Annotated[At | None, Meta(description="When the client was first seated. Waiting counts nothing.")]
    last_leave: Annotated[At | None, Meta(description="The last proof that the client was there; null while present.")]
    first_join_utc: Iso | None
    last_leave_utc: Iso | None
    intervals: Annotated[list[AttendanceInterval], Meta(description="The raw evidence, in order of time.")]
    milliseconds: Annotated[int, Meta(description="Union of the intervals: two devices never count twice.")]
    minutes: Annotated[int, Meta(description="Whole minutes of it, rounded down. Units are the payer's rule.")]
    status: Annotated[Status, Meta(description="How the policy judges the times.")]
    policy: Annotated[str, Meta(description="Name and version of the policy that judged.", examples=["iop-default/1"])]
    group_size_clients: Annotated[int, Meta(description="Distinct clients who were present at any time.")]
    final: Annotated[bool, Meta(description="Whether the session has ended. A row that is not final will change.")]


def export_row(row: Row, zone: str) -> AttendanceRow:
    """`row` as it is handed out."""
    return AttendanceRow(
        programme=row.programme,
        session=row.session,
        client=row.client,
        kind=row.kind,
        date_of_service=day_at(row.scheduled_start, ZoneInfo(zone)).isoformat(),
        zone=zone,
        scheduled_start=row.scheduled_start,
        scheduled_end=row.scheduled_end,
        session_start=row.session_start,
        session_end=row.session_end,
        session_start_utc=_iso(row.session_start),
        session_end_utc=_iso(row.session_end),
        first_join=row.first_join,
        last_leave=row.last_leave,
        first_join_utc=_iso(row.first_join),
        last_leave_utc=_iso(row.last_leave),
        intervals=[AttendanceInterval(i.start, i.end, i.ended_by) for i in row.intervals],
        milliseconds=row.milliseconds,
        minutes=row.minutes,
        status=row.status,
        policy=row.policy,
        group_size_clients=row.group_size_clients,
        final=row.final,
    )


def _iso(at: Millis | None) -> str | None:
    return None if at is None else iso(at)


@dataclass(frozen=True, slots=True)
class Position:
    """Where an export goes on: after a stored row, and with the open sessions that it still owes."""

    stored: str
    owed: tuple[SessionId, ...]
    client: str = ""
    """The last client of the first owed session that was handed out."""

    def cursor(self) -> str:
        raw = msgspec.json.encode([self.stored, list(self.owed), self.client])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def position(cursor: str) -> Position:
    """The position that a cursor holds. Raises `ValueError`."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        stored, owed, client = msgspec.json.decode(raw, type=tuple[str, list[str], str])
    except (binascii.Error, msgspec.MsgspecError, UnicodeError) as wrong:
        raise ValueError("not a cursor of ours") from wrong
    if not all(_ID.fullmatch(name) for name in owed):
        raise ValueError("not a cursor of ours")
    return Position(stored, tuple(SessionId(name) for name in owed), client)


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are asked for: by scheduled start in [start, end), and by what else is given."""

    programme: ProgrammeId
    start: Millis
    end: Millis
    session: SessionId | None = None
    client: PersonId | None = None
    status: Status | None = None
    led: frozenset[SessionId] | None = None
    """Only these sessions: what a member of staff may see. None is the whole programme."""

    def may_hold(self, session: SessionId) -> bool:
        return (self.session is None or session == self.session) and (self.led is None or session in self.led)

    def wants(self, row: Row) -> bool:
        return (
            self.start <= row.scheduled_start < self.end
            and self.may_hold(row.session)
            and (self.client is None or row.client == self.client)
            and (self.status is None or row.status is self.status)
        )


async def begin(site: Site, query: Query) -> Position:
    """The position before the first row."""
    open_now = await site.store.logs.open_rooms()
    mine = (session for programme, session in open_now if programme == query.programme and query.may_hold(session))
    return Position("", tuple(sorted(mine)))


async def rows(site: Site, query: Query, at: Position) -> AsyncGenerator[tuple[Position, AttendanceRow], None]:
    """Every row after `at`, each with the position that resumes exactly after it."""
    zones = _Zones(site, query.programme)
    looked = False
    while True:
        async for place, row in site.store.attendance.closed(query.programme, query.start, query.end, after=at.stored):
            client = "" if at.owed[:1] == (row.session,) else at.client
            at = Position(place, tuple(s for s in at.owed if s != row.session), client)
            if query.wants(row):
                yield at, export_row(row, await zones.of(row))
        now = site.clock.now()
        live = {s: record.rows(site, await record.events(site, query.programme, s), now) for s in at.owed}
        # Whatever has ended since the stored rows were read stands among them by now: look once more. Rows that are
        # still not found there were stored in an earlier month, behind the cursor; the log has the same rows.
        if looked or not any(row.final for found in live.values() for row in found):
            break
        looked = True
    for session, found in live.items():
        for row in found:
            if row.client > at.client:
                at = replace(at, client=row.client)
                if query.wants(row):
                    yield at, export_row(row, await zones.of(row))
        at = Position(at.stored, tuple(s for s in at.owed if s != session))


class _Zones:
    """The facility's zone of each session, read a day at a time: rows come roughly in order of time."""

    def __init__(self, site: Site, programme: ProgrammeId) -> None:
        self._site, self._programme = site, programme
        self._known: dict[SessionId, str] = {}

    async def of(self, row: Row) -> str:
        if row.session not in self._known:
            zone = self._site.zone
            day = day_at(row.scheduled_start, zone)
            start, end = start_of(day, zone), start_of(day + timedelta(days=1), zone)
            for session in await self._site.store.sessions.between(self._programme, start, end):
                self._known[session.id] = session.zone
            self._known.setdefault(row.session, zone.key)
        return self._known[row.session]
