"""Quick phrases over HTTP: the signed-in author's own, for any client or for one whose notes they may write."""

import re
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from telehealth.core.access_table import RecordAction, Relation
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.phrases import MAX_LABEL, MAX_TEXT, MOST, Phrase, offered
from telehealth.core.refusals import Code

from .answers import Refused, answer, body
from .bodies import LINE, In, Out, PersonName
from .site import SITE
from .staff import ID, allowed, client_for

_NAME = re.compile(r"[A-Za-z0-9_-]{8,64}")


class PhraseText(In, frozen=True):
    label: Annotated[str, Meta(min_length=1, max_length=MAX_LABEL, pattern=LINE)]
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    client: PersonName | None = None
    """null: for any client."""


class PhraseOut(Out, frozen=True):
    id: str
    label: str
    text: str
    client: str | None
    saved: int


class Phrases(Out, frozen=True):
    phrases: list[PhraseOut]
    most: int


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/phrases?client="""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.PHRASES, Relation.AUTHOR)
    client = request.query.get("client")
    if set(request.query) - {"client"} or (client is not None and not ID.fullmatch(client)):
        raise Refused(Code.MALFORMED)
    kept = await site.store.phrases.of(me.programme, me.person)
    await site.readings.write(me, "phrases.read", SessionId(client or ""))
    shown = offered(kept, PersonId(client) if client is not None else None)
    return answer(Phrases(phrases=[_out(one) for one in shown], most=MOST))


async def put(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/phrases/{phrase}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.PHRASES, Relation.AUTHOR)
    name = _name(request)
    asked = await body(request, PhraseText)
    client = None if asked.client is None else PersonId(asked.client)
    if client is not None:
        await client_for(site, me, RecordAction.NOTE_WRITE, client)
    phrase = Phrase(name, me.person, client, asked.label, asked.text, site.clock.now())
    if not await site.store.phrases.put(me.programme, phrase):
        raise Refused(Code.TOO_MANY, 409)
    return answer(_out(phrase))


async def drop(request: web.Request) -> web.StreamResponse:
    """DELETE /api/staff/phrases/{phrase}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.PHRASES, Relation.AUTHOR)
    if not await site.store.phrases.drop(me.programme, me.person, _name(request), site.clock.now()):
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(status=204)


def _name(request: web.Request) -> str:
    name = request.match_info["phrase"]
    if not _NAME.fullmatch(name):
        raise Refused(Code.NO_SUCH_THING)
    return name


def _out(one: Phrase) -> PhraseOut:
    return PhraseOut(id=one.id, label=one.label, text=one.text, client=one.client, saved=one.saved)
