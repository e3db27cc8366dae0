"""GET /api/v1/attendance: who asks, what they ask for, and the answer as JSON, CSV or NDJSON.

A machine asks with an API key and gets its programme; a signed-in member of staff gets the sessions that they lead.
The audit entry is durable before the first row leaves. Without `limit`, CSV and NDJSON stream every row in bounded
memory; if Redis fails in between, the connection is cut, so that half a file never looks like a whole one.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta

from telehealth.core.attendance import Status
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor
from telehealth.store.ports import Unavailable

from . import api_keys, browser, export
from .answers import Refused, answer
from .days import instant
from .export import AttendanceRow, Position, Query
from .formats import csv_lines, header, ndjson_lines
from .site import SITE, Site
from .staff import ID, session_of_staff

PARAMETERS = ("from", "to", "format", "session", "client", "status", "cursor", "limit")
FORMATS = {"json": "application/json", "csv": "text/csv", "ndjson": "application/x-ndjson"}
PAGE, LARGEST_PAGE = 500, 5000
_CHUNK = 200
"""Rows per write; the store reads in pages of as many."""
T = TypeVar("T")


class AttendancePage(msgspec.Struct, frozen=True):
    """Up to `limit` rows."""

    rows: list[AttendanceRow]
    next: Annotated[str | None, Meta(description="The cursor of the next page; null after the last row.")]


async def attendance(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/attendance"""
    site = request.app[SITE]
    asked = _read(request, site)
    programme, actor, led = await _asker(request, asked.start, asked.end)
    query = Query(programme, asked.start, asked.end, asked.session, asked.client, asked.status, led)
    await site.store.audit.write(programme, actor, "attendance.export", f"{asked.form} {query.start} {query.end}")
    start = asked.cursor or await export.begin(site, query)
    async with aclosing(export.rows(site, query, start)) as found:
        try:
            if asked.form == "json" or asked.limit is not None:
                return await _page(site, found, asked.form, asked.limit or PAGE)
            return await _stream(request, site, found, asked.form)
        except BadCursor:
            raise Refused(Code.MALFORMED, parameter="cursor") from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The query string, understood."""

    start: Millis
    end: Millis
    form: str
    session: SessionId | None
    client: PersonId | None
    status: Status | None
    cursor: Position | None
    limit: int | None


def _read(request: web.Request, site: Site) -> _Asked:
    """The query string. Raises `Refused` naming the parameter that is wrong, never its value."""
    given = request.query
    for name in given:
        if name not in PARAMETERS:
            raise Refused(Code.MALFORMED, parameter=name[:40])
        if len(given.getall(name)) > 1:
            raise Refused(Code.MALFORMED, parameter=name)

    def of(name: str, understand: Callable[[str], T], otherwise: T | None) -> T:
        try:
            if name in given:
                return understand(given[name])
            if otherwise is not None:
                return otherwise
        except ValueError:
            pass
        raise Refused(Code.MALFORMED, parameter=name)

    def maybe(name: str, understand: Callable[[str], T]) -> T | None:
        return of(name, understand, None) if name in given else None

    start = of("from", lambda text: instant(text, site.zone, end=False), None)
    end = of("to", lambda text: instant(text, site.zone, end=True), None)
    if start >= end:
        raise Refused(Code.MALFORMED, parameter="to")
    return _Asked(
        start,
        end,
        of("format", _form, "json"),
        maybe("session", lambda text: SessionId(_id(text))),
        maybe("client", lambda text: PersonId(_id(text))),
        maybe("status", Status),
        maybe("cursor", export.position),
        maybe("limit", _limit),
    )


def _form(text: str) -> str:
    if text not in FORMATS:
        raise ValueError("unknown format")
    return text


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("not an id")
    return text


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 1 <= int(text) <= LARGEST_PAGE:
        raise ValueError("out of range")
    return int(text)


async def _asker(
    request: web.Request, start: Millis, end: Millis
) -> tuple[ProgrammeId, str, frozenset[SessionId] | None]:
    """The asker's programme and name in the audit log, and the only sessions that they may see, if not all."""
    if api_keys.is_sent(request):
        key = await api_keys.key_of(request, api_keys.READ_ATTENDANCE)
        return key.programme, f"api-key:{key.id}", None
    me = await browser.staff(request)
    sessions = await request.app[SITE].store.sessions.between(me.programme, start, end)
    return me.programme, me.person, frozenset(s.id for s in sessions if session_of_staff(s, me))


Found = AsyncGenerator[tuple[Position, AttendanceRow], None]


async def _page(site: Site, found: Found, form: str, limit: int) -> web.Response:
    """Up to `limit` rows at once, and where to go on."""
    rows: list[AttendanceRow] = []
    last: Position | None = None
    following: str | None = None
    async for place, row in found:
        if last is not None and len(rows) == limit:
            following = last.cursor()
            break
        rows.append(row)
        last = place
    site.counts.exported.labels(form).inc(len(rows))
    if form == "json":
        return answer(AttendancePage(rows, following))
    whole = header() + csv_lines(rows) if form == "csv" else ndjson_lines(rows)
    response = web.Response(body=whole, headers=_headers(form))
    if following is not None:
        response.headers["X-Next-Cursor"] = following
    return response


async def _stream(request: web.Request, site: Site, found: Found, form: str) -> web.StreamResponse:
    """Every row, as it is read."""
    response = web.StreamResponse(headers=_headers(form))
    lines = csv_lines if form == "csv" else ndjson_lines
    waiting: list[AttendanceRow] = []
    first = await anext(found, None)  # what fails now can still be answered properly
    await response.prepare(request)
    try:
        if form == "csv":
            await response.write(header())
        if first is not None:
            waiting.append(first[1])
        async for _, row in found:
            waiting.append(row)
            if len(waiting) >= _CHUNK:
                await response.write(lines(waiting))
                site.counts.exported.labels(form).inc(len(waiting))
                waiting.clear()
        await response.write(lines(waiting))
        site.counts.exported.labels(form).inc(len(waiting))
    except Unavailable:
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


def _headers(form: str) -> dict[str, str]:
    charset = "; charset=utf-8" if form == "csv" else ""
    extra = {"Content-Disposition": 'attachment; filename="attendance.csv"'} if form == "csv" else {}
    return {"Content-Type": FORMATS[form] + charset, **extra}
