"""Staff sign in and out, and every page asks here who it is.

The answer and the work are the same for a name that nobody has and for a wrong password. Attempts are counted by
name and address together (guessing one password), by address (many names), and by name (many addresses); the last
limit is wide, so that a stranger cannot easily lock a counsellor out before a group.
"""

import secrets
from dataclasses import replace

from aiohttp import web

from telehealth.core.access_table import ever, staff_role
from telehealth.core.records import SignedInAs, StaffLogin, WebSession
from telehealth.core.refusals import Code

from . import browser
from .address import counter, remote
from .answers import Refused, answer, body
from .bodies import SignIn, StaffSession
from .browser import IDLE, LONGEST, Browsers
from .check_in import client_session
from .site import SITE, Site

PERIOD = 300
"""Seconds."""
PER_PAIR, PER_ADDRESS, PER_NAME = 5, 40, 60


async def sign_in(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sign-in"""
    site = request.app[SITE]
    asked = await body(request, SignIn)
    await _limit(site, asked.name.strip().casefold(), remote(request))
    login = await site.store.people.login(asked.name)
    good = await site.passwords.matches(login.password_hash if login else None, asked.password)
    if login is None or not good or not await _works_here(site, login):
        site.counts.sign_ins.labels("refused").inc()
        # Whoever the name belongs to: the same work for all names.
        await site.store.audit.write(
            login.programme if login else site.programme, login.person if login else "nobody", "sign-in.refused", ""
        )
        raise Refused(Code.NOT_SIGNED_IN)
    return await _welcome(request, site, login, asked.password)


async def _works_here(site: Site, login: StaffLogin) -> bool:
    """Whoever left is answered as somebody with a wrong password."""
    person = (await site.store.people.get(login.programme, [login.person])).get(login.person)
    return person is None or person.active


async def _limit(site: Site, name: str, address: str) -> None:
    access = site.store.access
    for counted, most in (
        (counter("sign-in-pair", name, address), PER_PAIR),
        (counter("sign-in-address", address), PER_ADDRESS),
        (counter("sign-in-name", name), PER_NAME),
    ):
        if not await access.allow(counted, most, PERIOD):
            site.counts.sign_ins.labels("too_many").inc()
            raise Refused(Code.TOO_MANY, headers={"Retry-After": str(PERIOD)})


async def _welcome(request: web.Request, site: Site, login: StaffLogin, password: str) -> web.StreamResponse:
    await site.store.audit.write(login.programme, login.person, "sign-in", "")
    if site.passwords.outdated(login.password_hash):
        await site.store.people.put_login(replace(login, password_hash=await site.passwords.hash(password)))
    # A new token at each sign-in, and the end of the old one: a planted cookie never becomes a signed-in one.
    await site.store.access.drop_web_session(browser.token(request))
    now = site.clock.now()
    session = WebSession(
        SignedInAs.STAFF,
        login.programme,
        login.person,
        login.role,
        secrets.token_urlsafe(24),
        expires=now + IDLE,
        longest=now + LONGEST,
        staff_role=login.staff_role,
    )
    token = await Browsers(site.store.access, site.clock).begin(session)
    site.counts.sign_ins.labels("good").inc()
    response = answer(await _staff_session(site, session))
    browser.set_cookie(request, response, token)
    return response


async def who(request: web.Request) -> web.StreamResponse:
    """GET /api/session"""
    site = request.app[SITE]
    session = await browser.anybody(request)
    if session.kind is SignedInAs.STAFF:
        return answer(await _staff_session(site, session))
    return answer(await client_session(site, session))


async def sign_out(request: web.Request) -> web.StreamResponse:
    """POST /api/sign-out"""
    site = request.app[SITE]
    session = await browser.anybody(request)
    await site.store.access.drop_web_session(browser.token(request))
    if site.signed_out is not None:
        await site.signed_out(csrf=session.csrf)
    await site.store.audit.write(session.programme, session.person, "sign-out", "")
    response = web.Response(status=204)
    browser.clear_cookie(request, response)
    return response


async def _staff_session(site: Site, session: WebSession) -> StaffSession:
    person = (await site.store.people.get(session.programme, [session.person])).get(session.person)
    if person is None:
        raise Refused(Code.NOT_SIGNED_IN)
    role = staff_role(session)
    return StaffSession(
        csrf=session.csrf,
        person=person.id,
        alias=person.alias,
        legal_name=person.legal_name,
        role=session.role,
        staff_role=role or "",
        may=sorted(ever(role)),
        demo=site.demo,
    )
