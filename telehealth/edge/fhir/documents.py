"""GET of single DocumentReferences and Compositions, and searchset bundles. The gate and ledger of every export.

For keys of the profile `notes`, and of clients with a basis that opens notes. What may not be read is not there.
"""

import re
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from aiohttp import web

from telehealth.core.disclosure import Matter
from telehealth.core.ids import PersonId
from telehealth.core.note_render import Rendered, documents
from telehealth.core.records import Session
from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor

from .. import api_keys
from ..answers import Refused
from ..days import LATEST
from ..export import Query
from ..lawful import Asker, Gate, names_for
from ..machines import machine
from ..note_rows import May, Notes
from ..runs import Run, run
from ..site import SITE, Site
from . import answers
from .ids import named
from .note import Writer
from .read import Search, searchset

PROFILE = "notes"


async def asker_of(request: web.Request) -> Asker:
    asker = await machine(request, api_keys.READ_NOTES)
    if asker.profile.name != PROFILE:
        raise Refused(Code.NOT_ALLOWED)
    return asker


class Documents:
    """The documents of one answer to one asker."""

    def __init__(self, site: Site, kind: str, gate: Gate, notes: Notes) -> None:
        self.gate, self.notes = gate, notes
        self.of = Writer(kind, site.packs.note_templates, site.notice.short, f"{site.public_url}/fhir").of


async def documents_for(
    site: Site,
    asker: Asker,
    kind: str,
    query: Query,
    form: str,
    *,
    run: Run | None = None,
    dry: bool = False,
    may: May | None = None,
) -> Documents:
    gate = Gate(
        site,
        asker,
        f"fhir-{form}",
        query.start,
        query.end,
        columns=(f"fhir:{kind}",),
        run=run,
        dry=dry,
        matter=Matter.NOTES,
    )
    return Documents(site, kind, gate, Notes(site, asker, query, gate, await names_for(site, asker), may))


async def one(request: web.Request) -> web.StreamResponse:
    """GET /fhir/DocumentReference/{id}, /fhir/Composition/{id}"""
    site, kind = request.app[SITE], request.match_info["kind"]
    asker = await asker_of(request)
    wanted = named(request.match_info["id"])
    if wanted is None:
        raise Refused(Code.NO_SUCH_THING)
    query = Query(0, LATEST, session=wanted.session, client=wanted.client)
    place = wanted.shared, wanted.later

    def has(_: Session, note: Rendered) -> bool:
        return any((document.shared, document.number) == place for document in documents(note))

    found = await documents_for(site, asker, kind, query, "read", may=has)
    async with aclosing(found.notes.blocks(None)) as blocks:
        resources = [made async for block in blocks for given in block.rows for made in found.of(given)]
    await found.gate.done()
    for resource in resources:
        if resource["id"] == request.match_info["id"]:
            return answers.answer(resource)
    raise Refused(Code.NO_SUCH_THING)


async def search(request: web.Request) -> web.StreamResponse:
    """GET /fhir/DocumentReference, /fhir/Composition ?patient=&encounter=&period=&_count=&_page="""
    site, kind = request.app[SITE], request.match_info["kind"]
    asker = await asker_of(request)
    asked = _read(request, site, kind)
    question = ("fhir", kind, asker.recipient, asker.purpose, asker.profile.name, asked.query)
    try:
        page, place = run(site.store.cursors, asker.programme, question, asked.cursor)
    except BadCursor:
        raise Refused(Code.MALFORMED, parameter="_page") from None
    found = await documents_for(site, asker, kind, asked.query, "search", run=page)
    resources: list[dict[str, Any]] = []
    async with aclosing(found.notes.blocks(place, asked.count)) as blocks:
        async for block in blocks:
            resources += [resource for given in block.rows for resource in found.of(given)]
    following = found.notes.following
    await found.gate.done(last=following is None)
    return searchset(
        request, site, kind, resources, None if following is None else page.cursor(following), found.gate.omitted
    )


def _read(request: web.Request, site: Site, kind: str) -> Search:
    """`_count` counts notes; each is followed by what was written later."""
    asked = Search(Query(0, LATEST))
    for name, value in request.query.items():
        if name in ("encounter", "encounter:identifier"):
            asked = replace(asked, query=_of_encounter(asked.query, name, value))
        elif name == "period":
            asked = asked.narrowed("date", value, site, said=name)
        elif name in ("patient", "subject", "_count", "_page", "_format") or (name, kind) == (
            "identifier",
            "DocumentReference",
        ):
            asked = asked.narrowed(name, value, site)
        else:
            raise Refused(Code.MALFORMED, parameter=name[:40])
    if asked.query.start >= asked.query.end:
        raise Refused(Code.MALFORMED, parameter="period")
    return asked


def _of_encounter(query: Query, name: str, value: str) -> Query:
    if name == "encounter:identifier":
        session = value.rpartition("|")[2]
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", session):
            raise Refused(Code.MALFORMED, parameter=name)
        return replace(query, session=session)
    wanted = named(value.removeprefix("Encounter/"))
    if wanted is None or wanted.later or query.client not in (None, wanted.client):
        return replace(query, session="-", client=PersonId("-"))  # no Encounter of ours: nothing is found
    return replace(query, session=wanted.session, client=wanted.client)
