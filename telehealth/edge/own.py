"""The door of a client's own page (/me): the personal link says whose page, a PIN or a passkey that it is them.

Until then nothing is said but what the door needs: whether there is a PIN, and what is asked the first time. A link
that leads nowhere gets the answer that every such link gets. The cookie is another one than that of a session, so that
looking up the next appointment never throws somebody out of a group; it opens no session, and that one opens no page.

PINs have few digits, so attempts are counted by client and slowed hard (`TRIES`): whoever found the link gets a dozen
guesses a day. The end of a link, here as everywhere, is the end of what it opened.
"""

import hmac
import secrets
from dataclasses import replace
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta

from telehealth.core import own_page
from telehealth.core.ids import Millis
from telehealth.core.records import JoinLink, Person, SignedInAs, WebSession
from telehealth.core.refusals import Code
from telehealth.core.roles import STAFF
from telehealth.store.agreement_ports import OwnDoor

from .address import counter, remote
from .answers import Refused, answer, body
from .bodies import In, Out
from .browser import Browsers
from .errors import SAFE
from .links import PERIOD
from .links import TRIES as LINK_TRIES
from .own_passkeys import Passkeys
from .site import SITE, Site

IDLE: Millis = 15 * 60_000
LONGEST: Millis = 4 * 60 * 60_000
_PROLONG_EVERY: Millis = 60_000
TRIES = ((5, 15 * 60), (12, 24 * 60 * 60))
"""PINs that may be tried of one client: so many in so many seconds."""
ANSWERS = ((3, 15 * 60), (5, 24 * 60 * 60))
"""Answers to the first question. There are 10,000 ends of a number."""
Pin = Annotated[str, Meta(min_length=1, max_length=32)]


class Knock(In, frozen=True):
    token: Annotated[str, Meta(max_length=256)]


class KnockWithPin(Knock, frozen=True):
    pin: Pin


class FirstTime(KnockWithPin, frozen=True):
    answer: Annotated[str, Meta(max_length=40)]


class KnockWithPasskey(Knock, frozen=True):
    asked: Annotated[str, Meta(max_length=64)]
    credential: dict[str, Any]


class Door(Out, frozen=True):
    """What the page asks for next."""

    step: str
    """pin | first"""
    question: str
    """birth_date | phone_end | none, the first time."""
    passkey: bool


class Inside(Out, frozen=True):
    csrf: str


async def knock(request: web.Request) -> web.StreamResponse:
    """POST /api/me/enter"""
    _, _, _, person, door = await _at_the_door(request, await body(request, Knock))
    step = "pin" if door.pin_hash else "first"
    asked = own_page.question(person) if step == "first" else own_page.Question.NONE
    return answer(Door(step=step, question=asked, passkey=bool(door.passkeys)))


async def with_pin(request: web.Request) -> web.StreamResponse:
    """POST /api/me/pin"""
    asked = await body(request, KnockWithPin)
    site, name, link, _, door = await _at_the_door(request, asked)
    await slow_down(site, "own-pin", link, TRIES)
    if not await site.passwords.matches(door.pin_hash or None, asked.pin):
        await site.store.audit.write(link.programme, link.person, "own.refused", "")
        raise Refused(Code.NOT_ALLOWED)
    return await _let_in(request, site, name, link, "own.pin-used")


async def first_time(request: web.Request) -> web.StreamResponse:
    """POST /api/me/first"""
    asked = await body(request, FirstTime)
    site, name, link, person, door = await _at_the_door(request, asked)
    if door.pin_hash:
        raise Refused(Code.NOT_ALLOWED)
    await slow_down(site, "own-answer", link, ANSWERS)
    if not own_page.fits(person, asked.answer):
        await site.store.audit.write(link.programme, link.person, "own.refused", "")
        raise Refused(Code.NOT_ALLOWED)
    if own_page.too_easy(asked.pin, person):
        raise Refused(Code.MALFORMED, parameter="pin")
    hashed = await site.passwords.hash(asked.pin)
    now = site.clock.now()
    if not await site.store.own_doors.set_pin(link.programme, link.person, hashed, now, first=True, actor=link.person):
        raise Refused(Code.NOT_ALLOWED)
    return await _let_in(request, site, name, link, "own.first-used")


async def ask_passkey(request: web.Request) -> web.StreamResponse:
    """POST /api/me/passkey/begin"""
    site, _, link, _, door = await _at_the_door(request, await body(request, Knock))
    if not door.passkeys:
        raise Refused(Code.NOT_ALLOWED)
    return answer(await passkeys(site).ask(link.person, door.passkeys))


async def with_passkey(request: web.Request) -> web.StreamResponse:
    """POST /api/me/passkey"""
    asked = await body(request, KnockWithPasskey)
    site, name, link, _, door = await _at_the_door(request, asked)
    if await passkeys(site).used(link.person, asked.asked, asked.credential, door.passkeys) is None:
        await site.store.audit.write(link.programme, link.person, "own.refused", "")
        raise Refused(Code.NOT_ALLOWED)
    return await _let_in(request, site, name, link, "own.passkey-used")


async def sign_out(request: web.Request) -> web.StreamResponse:
    """POST /api/me/sign-out"""
    site = request.app[SITE]
    me = await owner(request)
    await site.store.access.drop_web_session(_token(request))
    await site.store.audit.write(me.programme, me.person, "own.sign-out", "")
    response = web.Response(status=204)
    response.del_cookie(_cookie(site), path="/", httponly=True, samesite="Strict", secure=site.https)
    return response


async def owner(request: web.Request) -> WebSession:
    """The client whose page it is, behind link and PIN or passkey. Raises `Refused`."""
    site = request.app[SITE]
    me = await Browsers(site.store.access, site.clock).find(_token(request))
    if me is None or me.kind is not SignedInAs.OWN:
        raise Refused(Code.NOT_SIGNED_IN)
    if request.method not in SAFE and not hmac.compare_digest(
        request.headers.get("X-CSRF", "").encode(), me.csrf.encode()
    ):
        raise Refused(Code.NOT_ALLOWED)
    expires = min(site.clock.now() + IDLE, me.longest)
    if expires - me.expires >= _PROLONG_EVERY:
        await site.store.access.renew_web_session(_token(request), replace(me, expires=expires))
    return me


async def owner_and_person(request: web.Request) -> tuple[WebSession, Person]:
    """With their record. Raises `Refused`."""
    me = await owner(request)
    person = (await request.app[SITE].store.people.get(me.programme, [me.person])).get(me.person)
    if person is None:
        raise Refused(Code.NOT_SIGNED_IN)
    return me, person


async def slow_down(site: Site, what: str, who: JoinLink | WebSession, tries: tuple[tuple[int, int], ...]) -> None:
    """Count an attempt. Raises `Refused` if there were too many."""
    for most, seconds in tries:
        if not await site.store.access.allow(counter(f"{what}-{seconds}", who.programme, who.person), most, seconds):
            raise Refused(Code.TOO_MANY, headers={"Retry-After": str(seconds)})


def passkeys(site: Site) -> Passkeys:
    return Passkeys(site.store.access, site.public_url)


async def _at_the_door(request: web.Request, asked: Knock) -> tuple[Site, str, JoinLink, Person, OwnDoor]:
    """Whose page the link says it is, or the one answer that every link gets which leads nowhere."""
    site = request.app[SITE]
    if not await site.store.access.allow(counter("own", remote(request)), LINK_TRIES, PERIOD):
        raise Refused(Code.TOO_MANY, headers={"Retry-After": str(PERIOD)})
    found = await site.store.access.link(asked.token) if asked.token else None
    if found is None or not _personal(found[1], site.clock.now()):
        raise Refused(Code.LINK_NOT_VALID)
    name, link = found
    person = (await site.store.people.get(link.programme, [link.person])).get(link.person)
    if person is None or person.staff or not person.active:
        raise Refused(Code.LINK_NOT_VALID)
    return site, name, link, person, await site.store.own_doors.get(link.programme, link.person)


def _personal(link: JoinLink, now: Millis) -> bool:
    bound = link.session is not None or link.series is not None
    return not bound and link.role not in STAFF and link.revoked is None and now < link.expires


async def _let_in(request: web.Request, site: Site, name: str, link: JoinLink, how: str) -> web.Response:
    await site.store.audit.write(link.programme, link.person, how, "")
    await site.store.access.drop_web_session(_token(request))
    now = site.clock.now()
    me = WebSession(
        SignedInAs.OWN,
        link.programme,
        link.person,
        link.role,
        secrets.token_urlsafe(24),
        expires=now + IDLE,
        longest=now + LONGEST,
        link=name,
    )
    token = await Browsers(site.store.access, site.clock).begin(me)
    response = answer(Inside(csrf=me.csrf))
    response.set_cookie(_cookie(site), token, path="/", httponly=True, samesite="Strict", secure=site.https)
    return response


def _cookie(site: Site) -> str:
    return "__Host-own" if site.https else "own"


def _token(request: web.Request) -> str:
    return request.cookies.get(_cookie(request.app[SITE]), "")
