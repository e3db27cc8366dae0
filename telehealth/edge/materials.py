"""The library of materials over HTTP: list, put in a PDF, rename, put aside, look at a page. For staff.

A PDF comes as the body of one request and nothing else with it: its title, topic and quiz are JSON, in a second one, so
no name stands in an address or a header. It is drawn in a process of its own (telehealth/rendering.py) before anything
is written; the asker waits, up to a minute for a large one.
"""

import asyncio
from typing import Final

from aiohttp import hdrs, web

from telehealth import rendering
from telehealth.core.access_table import RecordAction
from telehealth.core.materials import MAX_BYTES, MAX_PAGES, Material, edited, first_title, fits, put_aside
from telehealth.core.records import WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from .answers import Refused, answer, body
from .material_bodies import Library, MaterialIn, material_out
from .site import SITE, Site
from .staff import ID, allowed

UPLOAD_WITHIN: Final = 300.0
"""Seconds for a PDF to arrive: 20 MB over a slow line."""


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/materials"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.MATERIALS)
    return answer(
        Library(
            materials=list(map(material_out, await site.store.materials.all(me.programme))),
            topics={language: list(topics) for language, topics in site.packs.curriculum.topics.items()},
            most_bytes=MAX_BYTES,
            most_pages=MAX_PAGES,
        )
    )


async def add(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/materials: a PDF"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.MATERIALS)
    pdf = await _uploaded(request)
    if not fits(await site.store.materials.all(me.programme), len(pdf)):
        raise Refused(Code.TOO_MANY, 409)
    try:
        pages = await rendering.pages(pdf)
    except rendering.TooManyPages:
        raise Refused(Code.TOO_LARGE) from None
    except rendering.Unreadable:
        raise Refused(Code.UNREADABLE) from None
    texts = [page.text for page in pages]
    fresh = Material(
        fresh_id(),
        first_title(texts),
        "",
        "en",
        tuple(page.size for page in pages),
        len(pdf),
        sum(len(page.image) for page in pages),
        site.clock.now(),
        me.person,
    )
    if not await site.store.materials.add(me.programme, fresh, pdf, [page.image for page in pages], texts):
        raise Refused(Code.NOT_NOW)
    return answer(material_out(fresh), status=201)


async def save(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/materials/{material}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.MATERIALS)
    known = await _named(request, site, me)
    asked = await body(request, MaterialIn)
    if asked.revision != known.revision:
        raise Refused(Code.STALE)
    now = site.clock.now()
    changed = edited(known, asked.title, asked.topic, asked.language, [one.question for one in asked.quiz])
    if changed is None:
        raise Refused(Code.MALFORMED)
    changed = put_aside(changed, asked.archived, now)
    what = "changed"
    if changed.archived != known.archived:
        what = "archived" if asked.archived else "restored"
    if not await site.store.materials.change(me.programme, changed, what=what, actor=me.person, at=now):
        raise Refused(Code.STALE)
    return answer(material_out(changed))


async def page(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/materials/{material}/pages/{page}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.MATERIALS)
    known = await _named(request, site, me)
    return await image(site, me, known.id, request.match_info["page"])


async def pdf(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/materials/{material}/pdf"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.MATERIALS)
    return await download(site, me, await _named(request, site, me))


# --- for handouts.py, too


async def image(site: Site, me: WebSession, material: str, number: str) -> web.Response:
    """A page of a material, as an image. Raises `Refused`."""
    found = None
    if number.isascii() and number.isdigit() and len(number) <= 3:
        found = await site.store.materials.page(me.programme, material, int(number))
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(body=found, content_type="image/webp")


async def download(site: Site, me: WebSession, material: Material) -> web.Response:
    """The PDF, under a name that says nothing to whoever sees somebody's downloads. Raises `Refused`."""
    found = await site.store.materials.pdf(me.programme, material)
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="handout.pdf"'}
    return web.Response(body=found, content_type="application/pdf", headers=headers)


async def _named(request: web.Request, site: Site, me: WebSession) -> Material:
    name = request.match_info["material"]
    found = await site.store.materials.get(me.programme, name) if ID.fullmatch(name) else None
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    return found


async def _uploaded(request: web.Request) -> bytes:
    """The body, which `answers.body` would not take: it is large, and no JSON. Raises `Refused`."""
    if request.content_type != "application/pdf":
        raise Refused(Code.MALFORMED)
    if (request.content_length or 0) > MAX_BYTES:
        raise Refused(Code.TOO_LARGE)
    whole = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_WITHIN):
            async for piece in request.content.iter_any():
                whole += piece
                if len(whole) > MAX_BYTES:
                    raise Refused(Code.TOO_LARGE)
    except TimeoutError:
        raise Refused(Code.MALFORMED, 408) from None
    except ConnectionError:  # whoever sent it went away in the middle
        raise Refused(Code.MALFORMED) from None
    return bytes(whole)
