"""Rows of ended sessions: one stream a programme and month, read in pages, resumed exactly; and the feed of changes.

A cursor is `YYYY-MM:<entry id>`: the month of the scheduled start and the place in its stream. Entries are never
changed or removed, so what stands after a cursor today is what stood there, and perhaps some more at the end.

The feed is one stream for all months. Its entries are added in the script that makes the change, and their ids only
grow, so a reader that goes on after the last id that it saw misses nothing, however many write meanwhile.

Pages are handed out as they are stored (`Page`), because an export of a million rows has no time to make a million
objects; `closed` makes `Row`s of them for everybody else.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import date, timedelta

from telehealth.core.attendance import Row
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId

from . import keys
from .client import Client
from .codec import row_from
from .ports import Change, Page, Stored
from .rooms import month_of

PAGE = 200
"""Rows a page: they hold the event loop up for 1 to 2 ms, and Redis for half of one."""
FIRST = 50
"""Rows of the first page: whoever waits for an export sees it begin."""
_CURSOR = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2])):([0-9]{1,19}-[0-9]{1,19})")
_PLACE = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")
_LAST = 253_402_300_799_999
"""The end of the year 9999, in ms: the last time that has a month."""


class BadCursor(ValueError):
    """What was given as a cursor is not one."""


class Attendance:
    """ports.Attendance on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def closed(
        self, programme: ProgrammeId, start: Millis, end: Millis, *, after: str = "", client: PersonId | None = None
    ) -> AsyncIterator[tuple[str, Row]]:
        async for page in self.pages(programme, start, end, after=after, client=client):
            for entry in page.entries:
                if client is not None and entry[1][entry[1].index(b"client") + 1] != client.encode():
                    continue
                row = _row(programme, entry)
                if start <= row.scheduled_start < end:
                    yield page.cursor(entry), row

    async def pages(
        self,
        programme: ProgrammeId,
        start: Millis,
        end: Millis,
        *,
        after: str = "",
        client: PersonId | None = None,
        session: SessionId | None = None,
        ahead: bool = False,
    ) -> AsyncGenerator[Page, None]:
        at_month, at_entry = _parsed(after)
        months = await self._months(programme, start, end, client, session)
        owed = [(month, at_entry if month == at_month else "0-0") for month in months if month >= at_month]
        if not owed:
            return
        count, (month, entry) = FIRST, owed.pop(0)
        coming: asyncio.Task[list[Stored]] | None = None
        try:
            while True:
                entries = await (coming or self._page(programme, month, f"({entry}", "+", count))
                coming, at, last = None, month, False
                if len(entries) == count:
                    entry = entries[-1][0].decode()
                elif owed:
                    month, entry = owed.pop(0)
                else:
                    last = True
                count = PAGE
                if ahead and not last:  # Redis gets the next page ready while this one is written out and sent
                    coming = asyncio.create_task(self._page(programme, month, f"({entry}", "+", count))
                if entries:
                    yield Page(at, entries)
                if last:
                    return
        finally:
            if coming is not None:  # a call that is cut costs its connection
                await asyncio.gather(coming, return_exceptions=True)

    async def of_sessions(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, list[Stored]]:
        """The stored rows of each session; none of one that has not ended."""
        if not sessions:
            return {}
        found: dict[SessionId, list[Stored]] = {}
        where = await self._client.call("HMGET", keys.rows(programme), *sessions)
        for session, place in zip(sessions, where, strict=True):
            if place is not None:
                month, first, last = place.decode().split()
                entries = await self._page(programme, month, first, last, None)
                found[session] = [e for e in entries if e[1][e[1].index(b"session") + 1] == session.encode()]
        return found

    async def last_months(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, date]:
        names = [
            (keys.months_of_client(programme, who), keys.older_months_of_client(programme, who)) for who in clients
        ]
        found = await self._client.calls([("SUNION", *both) for both in names])
        months = {who: max(int(raw.replace(b"-", b"")) for raw in months) for who, months in _some(clients, found)}
        return {who: _last_day(month) for who, month in months.items()}

    async def rows_of(self, programme: ProgrammeId, session: SessionId) -> list[Row]:
        found = await self.of_sessions(programme, [session])
        return [_row(programme, entry) for entry in found.get(session, ())]

    async def changes(self, programme: ProgrammeId, after: str, limit: int) -> list[Change]:
        if not _PLACE.fullmatch(after):
            raise BadCursor("This is not a cursor of the feed of changes.")
        found = await self._client.call("XRANGE", keys.changes(programme), f"({after}", "+", "COUNT", limit)
        changes: list[Change] = []
        for place, flat in found:
            fields = dict(zip(flat[::2], flat[1::2], strict=True))
            session, client, why = (fields[name].decode() for name in (b"session", b"client", b"why"))
            changes.append(Change(place.decode(), SessionId(session), PersonId(client) if client else None, why))
        return changes

    async def last_change(self, programme: ProgrammeId) -> str:
        found = await self._client.call("XREVRANGE", keys.changes(programme), "+", "-", "COUNT", 1)
        return found[0][0].decode() if found else "0-0"

    async def _months(
        self, programme: ProgrammeId, start: Millis, end: Millis, client: PersonId | None, session: SessionId | None
    ) -> list[str]:
        """The months that have rows and that [start, end) touches, in order; of a client or a session, only theirs."""
        start, end = max(start, 0), min(end, _LAST)
        if start >= end:
            return []
        first, last = month_of(start), month_of(end - 1)
        who = client or PersonId("")
        found, theirs, where = await self._client.calls(
            [
                ("SMEMBERS", keys.months(programme)),
                ("SUNION", keys.months_of_client(programme, who), keys.older_months_of_client(programme, who)),
                ("HGET", keys.rows(programme), session or ""),
            ]
        )
        months = {where.split()[0].decode()} if where else {raw.decode() for raw in found}
        if client:
            of_them = {raw.decode().replace("-", "") for raw in theirs}
            months = {month for month in months if month.replace("-", "") in of_them}
        return sorted(month for month in months if first <= month <= last)

    async def _page(self, programme: ProgrammeId, month: str, first: str, last: str, count: int | None) -> list[Stored]:
        limit = () if count is None else ("COUNT", count)
        page = await self._client.call("XRANGE", keys.attendance(programme, month), first, last, *limit)
        return [(place, fields) for place, fields in page]


def _row(programme: ProgrammeId, entry: Stored) -> Row:
    return row_from(programme, dict(zip(entry[1][::2], entry[1][1::2], strict=True)))


def _some(clients: Sequence[PersonId], found: list[list[bytes]]) -> list[tuple[PersonId, list[bytes]]]:
    return [(who, months) for who, months in zip(clients, found, strict=True) if months]


def _last_day(month: int) -> date:
    """Of 202611."""
    year, number = divmod(month, 100)
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _parsed(cursor: str) -> tuple[str, str]:
    if not cursor:
        return "", ""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor("This is not a cursor of the attendance export.")
    return match[1], match[2]
