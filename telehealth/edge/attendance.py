"""GET /api/v1/attendance: who asks, what they ask for, and the answer as JSON, CSV or NDJSON.

A machine asks with an API key, which says to whom the rows go, for what, and which columns those may have; a signed-in
member of staff gets the sessions that they lead. What leaves was written down before (lawful.py). Without `limit`, CSV
and NDJSON stream every row in bounded memory; if Redis fails in between, the connection is cut, so that half a file
never looks like a whole one.
"""

import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from aiohttp import hdrs, web
from multidict import MultiMapping

from telehealth.core.attendance import Status
from telehealth.core.ids import Millis, PersonId, SeriesId
from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor
from telehealth.store.ports import Unavailable

from . import export
from .answers import Refused
from .days import LATEST, instant
from .export import Block, Export, Position, Query
from .facts import Facts
from .formats import Writer
from .lawful import Asker, Gate, names_for
from .machines import asker_of
from .profiles import PROFILES, Column
from .site import SITE, Site
from .staff import ID

PARAMETERS = (
    "from",
    "to",
    "changed_since",
    "format",
    "profile",
    "columns",
    "programme",
    "session",
    "client",
    "series",
    "facilitator",
    "status",
    "cursor",
    "limit",
    "bom",
)
FORMATS = {"json": "application/json", "csv": "text/csv", "ndjson": "application/x-ndjson"}
PAGE, LARGEST_PAGE = 500, 5000
CHANGES = 100
"""Changes a page of the feed has unless `limit` says otherwise."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """The query string, understood."""

    query: Query
    form: str
    columns: tuple[Column, ...]
    programme: str | None
    cursor: Position | None
    since: str | None
    """The place in the feed of changes after which to read."""
    limit: int | None
    bom: bool


async def attendance(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/attendance"""
    site = request.app[SITE]
    words = Words(request.query, site)
    start, end, since = words.when()
    asker = await asker_of(request, start, end)
    asked = words.asked(asker, start, end, since)
    if asked.programme not in (None, asker.programme):
        raise Refused(Code.NO_SUCH_THING)
    query = asked.query
    gate = Gate(site, asker, f"{asker.profile.name} {asked.form} {query.start} {query.end}", query.start, query.end)
    facts = Facts(
        site,
        asker.programme,
        await names_for(site, asker),
        export=gate.export,
        notice=site.notice.short,
        sources=frozenset(column.source for column in asked.columns),
    )
    answer = _Answer(request, site, asked, gate, Writer(asked.columns, json=asked.form != "csv"))
    rows = Export(site, asker, query, gate, facts)
    try:
        if asked.since is not None:
            return await _feed(answer, rows, asker, asked)
        place = asked.cursor or await rows.begin()
        async with aclosing(rows.blocks(place)) as blocks:
            if asked.form == "json" or asked.limit is not None:
                return await _page(answer, blocks, asked.limit or PAGE)
            return await answer.stream(blocks)
    except BadCursor:
        raise Refused(Code.MALFORMED, parameter="cursor" if asked.since is None else "changed_since") from None


async def _page(answer: "_Answer", blocks: AsyncGenerator[Block, None], limit: int) -> web.StreamResponse:
    """Up to `limit` rows at once, and where to go on."""
    lines: list[bytes] = []
    last: Position | None = None
    following: str | None = None
    async for block in blocks:
        if len(lines) == limit and last is not None:
            following = last.cursor()
            break
        take = min(limit - len(lines), len(block.rows))
        lines += answer.writer.lines(block.rows[:take])
        last = block.upto(take)
        if take < len(block.rows):
            following = last.cursor()
            break
    return await answer.whole(lines, following)


async def _feed(answer: "_Answer", rows: Export, asker: Asker, asked: Asked) -> web.StreamResponse:
    """What changed since, as it is now. `next` is where to go on, also if nothing has changed yet."""
    since, limit = asked.since or "0-0", asked.limit or CHANGES
    changes = await answer.site.store.attendance.changes(asker.programme, since, limit)
    lines: list[bytes] = []
    async with aclosing(rows.changed(changes)) as blocks:
        async for block in blocks:
            lines += answer.writer.lines(block.rows)
    return await answer.whole(lines, changes[-1].place if changes else since, more=len(changes) == limit)


class _Answer:
    """The rows as they are asked for, whole or as a stream."""

    def __init__(self, request: web.Request, site: Site, asked: Asked, gate: Gate, writer: Writer) -> None:
        self.site, self.writer = site, writer
        self._request, self._asked, self._gate = request, asked, gate

    async def whole(self, lines: list[bytes], following: str | None, **more: Any) -> web.StreamResponse:
        await self._gate.done()
        self._count(len(lines))
        if self._asked.form == "json":
            head = {"next": following, **more, "omitted_clients": self._gate.omitted, "export": self._gate.export}
            head["notice"] = {"version": self.site.notice.version, "text": self.site.notice.full}
            rows = b",\n".join(line[:-1] for line in lines)
            body = b'{"rows":[%b],%b' % (rows, msgspec.json.encode(head)[1:])
        else:
            body = b"".join([self._top(), *lines])
        headers = self._headers()
        # What is new in each answer (the export's id) does not make it another one.
        tag = f'"{hashlib.sha256(repr((lines, following)).encode()).hexdigest()[:32]}"'
        headers[hdrs.ETAG] = tag
        if following is not None:
            headers["X-Next-Cursor"] = following
        if tag in (
            name.strip().removeprefix("W/") for name in self._request.headers.get("If-None-Match", "").split(",")
        ):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=body, headers=headers)
        response.enable_compression()
        return response

    async def stream(self, blocks: AsyncGenerator[Block, None]) -> web.StreamResponse:
        """Every row, as it is read. A slow reader slows the reading: `write` waits."""
        response = web.StreamResponse(headers=self._headers())
        response.enable_compression()
        block = await anext(blocks, None)  # what fails now can still be answered properly
        if block is None:
            await self._gate.done()
        await response.prepare(self._request)
        try:
            await response.write(self._top())
            while block is not None:
                await response.write(b"".join(self.writer.lines(block.rows)))
                self._count(len(block.rows))
                block = await anext(blocks, None)
            await self._gate.done()
        except Unavailable:
            if self._request.transport is not None:
                self._request.transport.abort()
            return response
        await response.write_eof()
        return response

    def _top(self) -> bytes:
        if self._asked.form != "csv":
            return b""
        return (b"\xef\xbb\xbf" if self._asked.bom else b"") + self.writer.header()

    def _count(self, rows: int) -> None:
        self.site.counts.exported.labels(self._asked.form).inc(rows)

    def _headers(self) -> dict[str, str]:
        headers = {hdrs.CONTENT_TYPE: FORMATS[self._asked.form], "X-Export-Id": self._gate.export}
        headers["X-Part2-Notice"] = self.site.notice.short
        headers["X-Omitted-Clients"] = str(self._gate.omitted)
        if self._asked.form == "csv":
            headers[hdrs.CONTENT_TYPE] += "; charset=utf-8"
            headers[hdrs.CONTENT_DISPOSITION] = 'attachment; filename="attendance.csv"'
        return headers


class Words:
    """The query string. Whatever is wrong with it is `Refused` with the parameter's name, never its value."""

    def __init__(self, given: MultiMapping[str], site: Site) -> None:
        for name in given:
            if name not in PARAMETERS:
                raise Refused(Code.MALFORMED, parameter=name[:40])
            if len(given.getall(name)) > 1:
                raise Refused(Code.MALFORMED, parameter=name)
        self._given, self._site = given, site

    def when(self) -> tuple[Millis, Millis, str | None]:
        """The range, which the feed of changes may do without, and the place in the feed."""
        zone = self._site.zone
        since = self._maybe("changed_since", lambda text: _place(text, self._site))
        whole = since is not None
        start = self._of("from", lambda text: instant(text, zone, end=False), 0 if whole else None)
        end = self._of("to", lambda text: instant(text, zone, end=True), LATEST if whole else None)
        if start >= end:
            raise Refused(Code.MALFORMED, parameter="to")
        if whole and "cursor" in self._given:
            raise Refused(Code.MALFORMED, parameter="cursor")
        return start, end, since

    def asked(self, asker: Asker, start: Millis, end: Millis, since: str | None) -> Asked:
        """All of it, as this asker may ask."""
        maybe, profile = self._maybe, asker.profile
        if maybe("profile", lambda text: PROFILES[_known(text, PROFILES)]) not in (None, profile):
            raise Refused(Code.NOT_ALLOWED, parameter="profile")
        if not profile.identified:  # a row that identifies nobody must not be asked for by somebody's id
            for name in ("client", "session", "facilitator", "series"):
                if name in self._given:
                    raise Refused(Code.MALFORMED, parameter=name)
        query = Query(
            start,
            end,
            maybe("session", _id),
            maybe("client", lambda text: PersonId(_id(text))),
            maybe("series", lambda text: SeriesId(_id(text))),
            maybe("facilitator", lambda text: PersonId(_id(text))),
            maybe("status", lambda text: Status(text).value),
        )
        return Asked(
            query,
            self._of("format", lambda text: _known(text, FORMATS), "json"),
            _columns(self._given.get("columns"), asker),
            maybe("programme", _id),
            maybe("cursor", export.position),
            since,
            maybe("limit", _limit),
            self._of("bom", lambda text: _known(text, ("0", "1")), "0") == "1",
        )

    def _of(self, name: str, understand: Callable[[str], T], otherwise: T | None) -> T:
        try:
            if name in self._given:
                return understand(self._given[name])
            if otherwise is not None:
                return otherwise
        except ValueError:
            pass
        raise Refused(Code.MALFORMED, parameter=name)

    def _maybe(self, name: str, understand: Callable[[str], T]) -> T | None:
        return self._of(name, understand, None) if name in self._given else None


def _columns(text: str | None, asker: Asker) -> tuple[Column, ...]:
    """The columns that are asked for, all of the profile's if none are. The first that it has not is named."""
    if text is None:
        return asker.profile.columns
    names = [name.strip() for name in text.split(",")]
    known = {column.name for column in asker.profile.columns}
    for name in names:
        if name not in known or names.count(name) > 1:
            raise Refused(Code.MALFORMED, parameter="columns", field=name[:40])
    return asker.profile.chosen(names)


def _place(text: str, site: Site) -> str:
    """A place in the feed of changes: a cursor, or an instant, of whose millisecond nothing may be missed."""
    if "-" in text and text.replace("-", "").isascii() and text.replace("-", "").isdigit() and text.count("-") == 1:
        return text
    return f"{max(0, instant(text, site.zone, end=False) - 1)}-{2**63 - 1}"


def _known(text: str, names: Any) -> str:
    if text not in names:
        raise ValueError("unknown")
    return text


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("not an id")
    return text


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 1 <= int(text) <= LARGEST_PAGE:
        raise ValueError("out of range")
    return int(text)
