"""Bulk Data `$export`: kick-off, status, manifest, files, delete (STU2 and STU3, by GET and POST).

A job is a question that is kept for a day, not a pile of files: nothing of a client is copied for it. Its work is to
count, under the law of now, what its file will hold; the file is read from the record when it is fetched, and that is
the disclosure, with its ledger, under the bases of that moment. So a consent that was revoked in between takes effect,
and no file has to be sealed, expired or shredded.

`transactionTime` is the time of the last change in the feed; an export with that as `_since` has everything after it.
A job is counted by the process that took it; if that one is gone, the next poll lets another begin again.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Protocol

import msgspec
from aiohttp import web

from telehealth.core.ids import Millis, ProgrammeId
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id
from telehealth.store.ports import Change, Unavailable

from ..answers import Refused
from ..days import LATEST, instant, iso
from ..export import Block, Query
from ..lawful import Asker, Gate
from ..site import SITE, Site
from . import answers
from .documents import PROFILE as DOCUMENTS
from .documents import Documents, documents_for
from .documents import asker_of as documents_asker
from .note import KINDS
from .read import Rows, asker_of, rows_for

_FORMATS = ("application/fhir+ndjson", "application/ndjson", "ndjson")
_SILENT: Millis = 30_000
"""Longer without a sign of life, and a job is begun again."""
_PARAMETERS = ("_since", "_outputFormat", "_type")
TASKS: web.AppKey[dict[str, "asyncio.Task[None]"]] = web.AppKey("bulk exports", dict)


async def tasks(app: web.Application) -> AsyncIterator[None]:
    """The jobs that this process counts; they end with it."""
    app[TASKS] = {}
    yield
    for task in app[TASKS].values():
        task.cancel()
    await asyncio.gather(*app[TASKS].values(), return_exceptions=True)


async def begin(request: web.Request) -> web.StreamResponse:
    """GET, POST /fhir/$export and /fhir/Patient/$export"""
    site = request.app[SITE]
    asker = await asker_of(request)
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise Refused(Code.MALFORMED, parameter="Prefer")
    asked = dict(request.query) if request.method == "GET" else await _parameters(request)
    since, kinds = _checked(asked, asker, site)
    if set(kinds) & set(KINDS):
        await documents_asker(request)
    job = fresh_id()
    last = await site.store.attendance.last_change(asker.programme)
    await site.store.audit.write(asker.programme, asker.actor, "fhir.export", job)
    await site.store.ledger.note(
        asker.programme,
        job,
        state="counting",
        actor=asker.actor,
        since=since,
        kinds=",".join(kinds),
        upto=last,
        request=f"{site.public_url}{request.path}",
        beat=site.clock.now(),
        count=0,
    )
    _work(request.app, asker, job)
    return web.Response(status=202, headers={"Content-Location": f"{site.public_url}/fhir/bulk/{job}"})


async def status(request: web.Request) -> web.StreamResponse:
    """GET /fhir/bulk/{job}"""
    site, asker, job, known = await _job(request)
    if known["state"] == "failed":
        raise Refused(Code.NOT_NOW)
    if known["state"] != "done":
        if job not in request.app[TASKS] and site.clock.now() - int(known["beat"]) > _SILENT:
            _work(request.app, asker, job)
        headers = {"X-Progress": f"{known['count']} resources counted", "Retry-After": "1"}
        return web.Response(status=202, headers=headers)
    base = f"{site.public_url}/fhir/bulk/{job}"
    counts = msgspec.json.decode(known["counts"], type=dict[str, int])
    files = [
        {"type": kind, "url": f"{base}/{kind}.ndjson", "count": counts[kind]} for kind in _kinds(known) if counts[kind]
    ]
    manifest = {
        "transactionTime": iso(int(known["upto"].split("-")[0])),
        "request": known["request"],
        "requiresAccessToken": True,
        "output": files,
        "error": [{"type": "OperationOutcome", "url": f"{base}/OperationOutcome.ndjson", "count": 1}],
    }
    return web.Response(body=msgspec.json.encode(manifest), content_type="application/json")


async def file(request: web.Request) -> web.StreamResponse:
    """GET /fhir/bulk/{job}/{file}"""
    site, asker, _job_id, known = await _job(request)
    name = request.match_info["file"]
    kind = name.removesuffix(".ndjson")
    if known["state"] != "done" or kind == name or kind not in (*_kinds(known), "OperationOutcome"):
        raise Refused(Code.NO_SUCH_THING)
    if name == "OperationOutcome.ndjson":
        told = answers.left_out(int(known["omitted"]), site.notice.full)
        return web.Response(body=msgspec.json.encode(told) + b"\n", content_type=answers.NDJSON)
    if kind in KINDS:
        await documents_asker(request)
    source = await _source(site, asker, kind)
    response = web.StreamResponse(headers={"Content-Type": answers.NDJSON, "X-Part2-Notice": site.notice.short})
    response.enable_compression()
    encode = msgspec.json.Encoder()
    async with aclosing(source.resources(site, asker.programme, known)) as blocks:
        block = await anext(blocks, None)
        await response.prepare(request)
        try:
            while block is not None:
                await response.write(encode.encode_lines(block))
                block = await anext(blocks, None)
            await source.gate.done()
        except Unavailable:  # a file without its end must not look whole
            if request.transport is not None:
                request.transport.abort()
            return response
    await response.write_eof()
    return response


async def delete(request: web.Request) -> web.StreamResponse:
    """DELETE /fhir/bulk/{job}"""
    site, asker, job, _ = await _job(request)
    task = request.app[TASKS].pop(job, None)
    if task is not None:
        task.cancel()
    await site.store.ledger.note(asker.programme, job, state="deleted")
    return web.Response(status=202)


def _work(app: web.Application, asker: Asker, job: str) -> None:
    task = asyncio.create_task(_count(app[SITE], asker, job), name="count a bulk export")
    app[TASKS][job] = task
    task.add_done_callback(lambda _: app[TASKS].pop(job, None))


async def _count(site: Site, asker: Asker, job: str) -> None:
    """Count what the file would hold now. Nothing leaves here, so nothing is written to the ledger."""
    store, programme = site.store, asker.programme
    try:
        known = await store.ledger.export(programme, job)
        total, omitted, counts = 0, 0, dict[str, int]()
        for kind in _kinds(known):
            source = await _source(site, asker, kind, dry=True)
            async with aclosing(source.resources(site, programme, known)) as blocks:
                async for block in blocks:
                    total += len(block)
                    counts[kind] = counts.get(kind, 0) + len(block)
                    await store.ledger.note(programme, job, count=total, beat=site.clock.now())
            counts.setdefault(kind, 0)
            omitted = max(omitted, source.gate.omitted)  # the same clients, for one kind or for another
        found = msgspec.json.encode(counts).decode()
        await store.ledger.note(programme, job, state="done", count=total, counts=found, omitted=omitted)
    except Unavailable:
        return  # the beat stops; a later poll begins again


def _kinds(known: dict[str, str]) -> list[str]:
    return known["kinds"].split(",")


class _Source(Protocol):
    """Resources of one kind."""

    @property
    def gate(self) -> Gate: ...
    def resources(
        self, site: Site, programme: ProgrammeId, known: dict[str, str]
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        """Up to the job's time: all, or those that changed since."""
        ...


async def _source(site: Site, asker: Asker, kind: str, *, dry: bool = False) -> _Source:
    query = Query(0, LATEST)
    if kind == "Encounter":
        return _Encounters(await rows_for(site, asker, query, "bulk", dry=dry))
    return _Documents(await documents_for(site, asker, kind, query, "bulk", dry=dry))


class _Encounters:
    def __init__(self, rows: Rows) -> None:
        self._rows, self.gate = rows, rows.gate

    async def resources(
        self, site: Site, programme: ProgrammeId, known: dict[str, str]
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        """Of ended sessions only."""
        export = self._rows.export
        if not known["since"]:
            async with aclosing(export.blocks(await export.begin())) as blocks:
                async for block in blocks:
                    if block.rows and block.rows[0][2]["final"] == b"1":
                        yield self._made(block)
            return
        async with aclosing(_changes(site, programme, known)) as pages:
            async for page in pages:
                async with aclosing(export.changed(page)) as blocks:
                    async for block in blocks:
                        yield self._made(block)

    def _made(self, block: Block) -> list[dict[str, Any]]:
        return [resource for resource in self._rows.of(block) if resource is not None]


class _Documents:
    def __init__(self, found: Documents) -> None:
        self._found, self.gate = found, found.gate

    async def resources(
        self, site: Site, programme: ProgrammeId, known: dict[str, str]
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        notes = self._found.notes
        if not known["since"]:
            async with aclosing(notes.blocks(None)) as blocks:
                async for block in blocks:
                    yield [resource for given in block.rows for resource in self._found.of(given)]
            return
        async with aclosing(_changes(site, programme, known)) as pages:
            async for page in pages:
                async with aclosing(notes.changed(page)) as blocks:
                    async for block in blocks:
                        yield [resource for given in block.rows for resource in self._found.of(given)]


async def _changes(site: Site, programme: ProgrammeId, known: dict[str, str]) -> AsyncGenerator[list[Change], None]:
    """What changed between the job's two places, a page at a time."""
    upto, place = _order(known["upto"]), known["since"]
    while changes := await site.store.attendance.changes(programme, place, 200):
        place = changes[-1].place
        wanted = [change for change in changes if _order(change.place) <= upto]
        yield wanted
        if len(wanted) < len(changes):
            return


def _order(place: str) -> tuple[int, int]:
    at, _, number = place.partition("-")
    return int(at), int(number)


async def _job(request: web.Request) -> tuple[Site, Asker, str, dict[str, str]]:
    site, asker, job = request.app[SITE], await asker_of(request), request.match_info["job"]
    known = await site.store.ledger.export(asker.programme, job) if job.isalnum() else {}
    if known.get("actor") != asker.actor or "kinds" not in known or known["state"] == "deleted":
        raise Refused(Code.NO_SUCH_THING)
    return site, asker, job, known


def _checked(asked: dict[str, str], asker: Asker, site: Site) -> tuple[str, list[str]]:
    """The place in the feed after which to read, nothing for everything; and the kinds of resources."""
    for name in asked:
        if name not in _PARAMETERS:
            raise Refused(Code.MALFORMED, parameter=name[:40])
    if asked.get("_outputFormat", _FORMATS[0]) not in _FORMATS:
        raise Refused(Code.MALFORMED, parameter="_outputFormat")
    may = ("Encounter", *KINDS) if asker.profile.name == DOCUMENTS else ("Encounter",)
    wanted = asked["_type"].split(",") if "_type" in asked else list(may)
    if not set(wanted) <= set(may):
        raise Refused(Code.MALFORMED, parameter="_type")
    kinds = [kind for kind in may if kind in wanted]
    if "_since" not in asked:
        return "", kinds
    try:
        return f"{max(0, instant(asked['_since'], site.zone, end=False) - 1)}-{2**63 - 1}", kinds
    except ValueError:
        raise Refused(Code.MALFORMED, parameter="_since") from None


class _Parameter(msgspec.Struct):
    name: str
    valueInstant: str = ""
    valueString: str = ""


class _Parameters(msgspec.Struct):
    parameter: list[_Parameter] = []


async def _parameters(request: web.Request) -> dict[str, str]:
    """A FHIR Parameters resource, or nothing."""
    raw = await request.read()
    if not raw:
        return dict(request.query)
    try:
        given: Any = msgspec.json.decode(raw, type=_Parameters)
    except (ValueError, RecursionError):
        raise Refused(Code.MALFORMED, parameter="body") from None
    return {one.name: one.valueInstant or one.valueString for one in given.parameter}
