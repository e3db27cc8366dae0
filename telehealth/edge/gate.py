"""The check-in gate: what a client has to sign before a session, only what is missing or stale, and their signature.

The link is what brought them here, so only what lets nothing leave the clinic is signed at this place; consents to
disclose are signed in the client's own page, behind a PIN. Whoever does not want to sign now goes on to the waiting
room, where a human decides (`core/decide.py`).
"""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from telehealth.core.agreements import Kind
from telehealth.core.records import Person, Session, WebSession
from telehealth.core.refusals import Code

from . import browser, signing
from .answers import Refused, answer, body
from .bodies import In, Line, Out
from .signing import TextShown
from .site import SITE, Site

Language = Annotated[str, Meta(pattern=r"\A[a-z]{2}\Z")]
Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Asked(TextShown, frozen=True, kw_only=True):
    why: str
    """missing | revoked | stale"""


class ToSign(Out, frozen=True):
    asked: list[Asked]


class SignedAtTheDoor(In, frozen=True):
    kind: Kind
    language: Language
    hash: Hash
    typed_name: Line


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/check-in/agreements?language="""
    site = request.app[SITE]
    me, _, person, session = await _who(request)
    return answer(await _to_sign(site, me, person, session, request.query.get("language", "")))


async def sign(request: web.Request) -> web.StreamResponse:
    """POST /api/check-in/agreements"""
    site = request.app[SITE]
    me, _, person, session = await _who(request)
    asked = await body(request, SignedAtTheDoor)
    if asked.kind not in {one.kind for one in await signing.wanted(site, me.programme, person.id, session.kind)}:
        raise Refused(Code.NO_SUCH_THING)
    await signing.sign(
        site, me.programme, person, asked.kind, asked.language, asked.hash, asked.typed_name, by=person.id
    )
    return answer(await _to_sign(site, me, person, session, asked.language))


async def _who(request: web.Request) -> tuple[WebSession, str, Person, Session]:
    site = request.app[SITE]
    me, name = await browser.client(request)
    session = await site.store.sessions.get(me.programme, name)
    person = (await site.store.people.get(me.programme, [me.person])).get(me.person)
    if session is None or person is None:
        raise Refused(Code.NOT_SIGNED_IN)
    return me, name, person, session


async def _to_sign(site: Site, me: WebSession, person: Person, session: Session, language: str) -> ToSign:
    lacks = await signing.wanted(site, me.programme, person.id, session.kind)
    current = await site.store.agreements.current(me.programme) if lacks else {}
    found: list[Asked] = []
    for one in lacks:
        shown = signing.sheet(site, person, current[one.kind], language or person.language).out()
        found.append(
            Asked(
                kind=shown.kind,
                version=shown.version,
                language=shown.language,
                languages=shown.languages,
                title=shown.title,
                body=shown.body,
                hash=shown.hash,
                why=one.why,
            )
        )
    return ToSign(asked=found)
