"""GET of single Encounters and searchset bundles. The same gate and ledger as the export: a read is a disclosure.

FHIR is for keys of the profiles `attendance`, `audit` and `notes`, because an Encounter carries the intervals. What may
not be read is not there: another's, an unknown, and one without a basis get the same 404.
"""

import re
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import web

from telehealth.core.ids import Millis, PersonId
from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor
from telehealth.store.codec import row_from

from .. import api_keys, export
from ..answers import Refused
from ..days import LATEST, instant
from ..export import Block, Export, Query
from ..facts import Facts
from ..formats import CLIENT, Given
from ..lawful import Asker, Gate, names_for
from ..machines import machine
from ..runs import Run, run
from ..site import SITE, Site
from . import answers
from .encounter import LABELS, SESSION, encounter, named

PROFILES = ("attendance", "audit", "notes")
PAGE, LARGEST_PAGE = 50, 500
TOLD = ("fhir:Encounter",)
"""In the ledger: an Encounter has no columns to choose from."""
_DATE = re.compile(r"(ge|gt|le|lt|eq)?(.+)")


class Rows:
    """The Encounters of one answer to one asker."""

    def __init__(self, site: Site, asker: Asker, query: Query, gate: Gate, facts: Facts) -> None:
        self.site, self.gate = site, gate
        self.export = Export(site, asker, query, gate, facts)
        self._programme = asker.programme

    def of(self, block: Block) -> list[dict[str, Any] | None]:
        """One for each row; None for whoever never came."""
        return [self._one(given) for given in block.rows]

    def _one(self, given: Given) -> dict[str, Any] | None:
        names, cells, session = given
        stored = cells[: 2 * len(names)]
        row = row_from(self._programme, dict(zip(names, stored[1::2], strict=True)))
        if not row.intervals:
            return None
        if session["final"] == b"0":
            row = replace(row, final=False)
        known = dict(zip(CLIENT, cells[2 * len(names) :], strict=True))
        return encounter(row, session, known, self.site.notice.short)


async def asker_of(request: web.Request) -> Asker:
    asker = await machine(request, api_keys.READ_ATTENDANCE)
    if asker.profile.name not in PROFILES:
        raise Refused(Code.NOT_ALLOWED)
    return asker


async def rows_for(
    site: Site, asker: Asker, query: Query, form: str, *, run: Run | None = None, dry: bool = False
) -> Rows:
    gate = Gate(site, asker, f"fhir-{form}", query.start, query.end, columns=TOLD, run=run, dry=dry)
    facts = Facts(
        site,
        asker.programme,
        await names_for(site, asker),
        export=gate.export,
        notice=site.notice.short,
        sources=frozenset(),
    )
    return Rows(site, asker, query, gate, facts)


async def one(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Encounter/{id}"""
    asker = await asker_of(request)
    found = named(request.match_info["id"])
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    session, client = found
    query = Query(0, LATEST, session=session, client=client)
    rows = await rows_for(request.app[SITE], asker, query, "read")
    async with aclosing(rows.export.blocks(await rows.export.begin())) as blocks:
        async for block in blocks:
            for resource in rows.of(block):
                if resource is not None:
                    await rows.gate.done()
                    tag = f'W/"{resource["meta"]["versionId"]}"'
                    return answers.answer(resource, headers={"ETag": tag})
    await rows.gate.done()
    raise Refused(Code.NO_SUCH_THING)


async def search(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Encounter?date=&patient=&identifier=&_count=&_page="""
    site = request.app[SITE]
    asker = await asker_of(request)
    asked = _read(request, site)
    query = asked.query
    question = ("fhir", asker.recipient, asker.purpose, asker.profile.name, query)
    try:
        page, place = run(site.store.cursors, asker.programme, question, asked.cursor)
    except BadCursor:
        raise Refused(Code.MALFORMED, parameter="_page") from None
    rows = await rows_for(site, asker, query, "search", run=page)
    blocks = rows.export.blocks(await rows.export.begin() if place is None else export.position(place), asked.count)
    async with aclosing(blocks):
        found = [resource async for block in blocks for resource in rows.of(block) if resource is not None]
    following = rows.export.following
    await rows.gate.done(last=following is None)
    cursor = None if following is None else page.cursor(following)
    return searchset(request, site, "Encounter", found, cursor, rows.gate.omitted)


def searchset(
    request: web.Request, site: Site, kind: str, found: list[dict[str, Any]], cursor: str | None, omitted: int
) -> web.Response:
    """What was found, the way to the next page, the notice, and how many clients were left out."""
    base = f"{site.public_url}/fhir/{kind}"
    links = [{"relation": "self", "url": f"{base}?{request.query_string}"}]
    if cursor is not None:
        words = [(key, value) for key, value in request.query.items() if key != "_page"]
        words.append(("_page", cursor))
        links.append({"relation": "next", "url": f"{base}?{urlencode(words)}"})
    entries = [
        {"fullUrl": f"{base}/{resource['id']}", "resource": resource, "search": {"mode": "match"}} for resource in found
    ]
    notice = answers.left_out(omitted, site.notice.full)
    # Each entry of a searchset has a fullUrl; what cannot be fetched by a URL has one that is no place (R4 2.36.4).
    entries.append({"fullUrl": uuid4().urn, "resource": notice, "search": {"mode": "outcome"}})
    # High-water mark of what is inside; marks that tell that something was withheld stay off a bundle (DS4P).
    bundle = {"resourceType": "Bundle", "meta": {"security": LABELS[:1]}, "type": "searchset", "link": links}
    return answers.answer({**bundle, "entry": entries})


@dataclass(frozen=True, slots=True)
class Search:
    """The parameters of a search, as far as they were read."""

    query: Query
    count: int = PAGE
    cursor: str | None = None

    def narrowed(self, name: str, value: str, site: Site, *, said: str = "") -> "Search":
        """With one parameter more. Raises `Refused` naming it (`said`, where it is called otherwise)."""
        try:
            return self._with(name, value, site)
        except ValueError:
            raise Refused(Code.MALFORMED, parameter=(said or name)[:40]) from None

    def _with(self, name: str, value: str, site: Site) -> "Search":
        query = self.query
        match name:
            case "date":
                start, end = _between(value, site, query.start, query.end)
                return replace(self, query=replace(query, start=start, end=end))
            case "patient" | "subject":
                return replace(self, query=replace(query, client=PersonId(_token(value))))
            case "identifier":
                return replace(self, query=replace(query, session=_token(value.removeprefix(f"{SESSION}|"))))
            case "_count":
                count = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0
                if not 1 <= count <= LARGEST_PAGE:
                    raise ValueError("out of range")
                return replace(self, count=count)
            case "_page":
                return replace(self, cursor=value)
            case "_format" if value in ("json", answers.JSON, "application/json"):
                return self
            case _:
                raise ValueError("not a parameter of ours")


def _read(request: web.Request, site: Site) -> Search:
    asked = Search(Query(0, LATEST))
    for name, value in request.query.items():
        asked = asked.narrowed(name, value, site)
    if asked.query.start >= asked.query.end:
        raise Refused(Code.MALFORMED, parameter="date")
    return asked


def _token(value: str) -> str:
    value = value.removeprefix("Patient/")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise ValueError("not an id")
    return value


def _between(value: str, site: Site, start: Millis, end: Millis) -> tuple[Millis, Millis]:
    """The range that a `date` narrows, by the scheduled start. A day is meant whole."""
    match = _DATE.fullmatch(value)
    if match is None:
        raise ValueError("not a date")
    first, after = instant(match[2], site.zone, end=False), instant(match[2], site.zone, end=True)
    after = max(after, first + 1)
    match match[1]:
        case "ge":
            return max(start, first), end
        case "gt":
            return max(start, after), end
        case "le":
            return start, min(end, after)
        case "lt":
            return start, min(end, first)
        case _:
            return max(start, first), min(end, after)
