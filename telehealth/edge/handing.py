"""How rows leave: a page of them or a stream, as JSON, CSV or NDJSON, with the notice, the tag and the place to go on.

Without `limit`, CSV and NDJSON stream every row in bounded memory; if Redis fails in between, the connection is cut, so
that half a file never looks like a whole one. What leaves was written down before (lawful.py).
"""

import hashlib
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any, Protocol

import msgspec
from aiohttp import hdrs, web

from telehealth.store.ports import Unavailable

from .formats import Given, Writer
from .lawful import Gate
from .runs import Run
from .site import Site
from .words import FORMATS, Asked


class Block(Protocol):
    """Rows that may leave."""

    @property
    def rows(self) -> Sequence[Any]: ...


Blocks = AsyncGenerator[Block, None]


class Rows(Protocol):
    """What is handed out."""

    following: str | None
    """After a page: where to go on; None after the last one."""


class Lines(Protocol):
    """How rows are written; formats.py has the usual way."""

    def header(self) -> bytes: ...
    def lines(self, rows: Sequence[Any]) -> Iterable[bytes]:
        """Each with its end of line."""
        ...


class Answer:
    """The rows as they are asked for, whole or as a stream."""

    def __init__(
        self, request: web.Request, site: Site, asked: Asked, gate: Gate, name: str, writer: Lines | None = None
    ) -> None:
        self._request, self._site, self._asked, self._gate, self._name = request, site, asked, gate, name
        self._writer: Lines = writer or Writer(asked.columns, json=asked.form != "csv")

    async def page(self, blocks: Blocks, rows: Rows, run: Run) -> web.StreamResponse:
        """All of `blocks` at once, and where to go on."""
        lines = [line async for block in blocks for line in self._writer.lines(block.rows)]
        place = rows.following
        return await self._whole(lines, place, None if place is None else run.cursor(place))

    async def feed(self, blocks: Blocks, place: str, *, more: bool) -> web.StreamResponse:
        """What changed, as it is now. `place` is where to go on, also if nothing has changed yet."""
        lines = [line async for block in blocks for line in self._writer.lines(block.rows)]
        return await self._whole(lines, place, place, more=more)

    async def one(self, rows: Sequence[Given]) -> web.StreamResponse:
        """A single row of JSON, under `row`."""
        await self._gate.done()
        (line,) = self._writer.lines(rows[:1])
        return self._tagged(b'{"row":%b,%b' % (line[:-1], self._head()[1:]), line)

    async def _whole(
        self, lines: list[bytes], place: str | None, following: str | None, **more: Any
    ) -> web.StreamResponse:
        await self._gate.done(last=following is None or bool(more))
        self._count(len(lines))
        if self._asked.form == "json":
            rows = b",\n".join(line[:-1] for line in lines)
            body = b'{"rows":[%b],%b' % (rows, self._head(next=following, **more)[1:])
        else:
            body = b"".join([self._top(), *lines])
        # What is new in each answer (the export's id, the cursor's seal) does not make it another one.
        return self._tagged(body, repr((lines, place)).encode(), {"X-Next-Cursor": following} if following else {})

    def _head(self, **first: Any) -> bytes:
        notice = {"version": self._site.notice.version, "text": self._site.notice.full}
        head = {**first, "omitted_clients": self._gate.omitted, "export": self._gate.export, "notice": notice}
        return msgspec.json.encode(head)

    def _tagged(self, body: bytes, what: bytes, more: dict[str, str] | None = None) -> web.StreamResponse:
        tag = f'"{hashlib.sha256(what).hexdigest()[:32]}"'
        headers = self._headers() | {hdrs.ETAG: tag} | (more or {})
        known = self._request.headers.get(hdrs.IF_NONE_MATCH, "").split(",")
        if tag in (name.strip().removeprefix("W/") for name in known):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=body, headers=headers)
        response.enable_compression()
        return response

    async def stream(self, blocks: Blocks) -> web.StreamResponse:
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
                await response.write(b"".join(self._writer.lines(block.rows)))
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
        return (b"\xef\xbb\xbf" if self._asked.bom else b"") + self._writer.header()

    def _count(self, rows: int) -> None:
        self._site.counts.exported.labels(self._asked.form).inc(rows)

    def _headers(self) -> dict[str, str]:
        headers = {hdrs.CONTENT_TYPE: FORMATS[self._asked.form], "X-Export-Id": self._gate.export}
        headers["X-Part2-Notice"] = self._site.notice.short
        headers["X-Omitted-Clients"] = str(self._gate.omitted)
        if self._asked.form == "csv":
            headers[hdrs.CONTENT_TYPE] += "; charset=utf-8"
            headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{self._name}.csv"'
        return headers
