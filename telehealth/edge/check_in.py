"""The check-in gate: what a client confirms before each session, and what their page knows until then.

Where somebody is has to be asked each time, because help is sent there; the answers of the last session are only a
proposal to edit, and being alone and the agreement are affirmed anew. `live` refuses a client who has not checked in.
"""

from aiohttp import web

from telehealth.core.ids import Millis
from telehealth.core.records import CheckIn, Session, WebSession
from telehealth.core.refusals import Code

from . import browser, signing
from .answers import Refused, body
from .bodies import AgreementText, CheckInBody, ClientSession
from .site import SITE, Site

REMEMBERED: Millis = 21 * 24 * 60 * 60_000
"""How far back answers are looked for. A client who was away for longer is asked from the beginning."""
_LOOKED_AT = 6
"""Earlier sessions: two weeks of a programme that meets three times a week."""


async def check_in(request: web.Request) -> web.StreamResponse:
    """PUT /api/check-in"""
    site = request.app[SITE]
    me, session = await browser.client(request)
    said = await body(request, CheckInBody)
    if not said.alone or said.agreement != site.agreement.version:
        raise Refused(Code.CHECK_IN_MISSING)
    await site.store.audit.write(me.programme, me.person, "check-in", session)
    await site.store.sessions.put_check_in(
        me.programme,
        CheckIn(
            session=session,
            person=me.person,
            at=site.clock.now(),
            location=said.location.strip(),
            state=said.state,
            contact_name=said.contact_name.strip(),
            contact_phone=said.contact_phone,
            callback_phone=said.callback_phone,
            alone=said.alone,
            agreement=said.agreement,
        ),
    )
    return web.Response(status=204)


async def client_session(site: Site, me: WebSession) -> ClientSession:
    """What the client's page knows. Raises `Refused`, when the session is no longer there."""
    session = await site.store.sessions.get(me.programme, me.session) if me.session else None
    person = (await site.store.people.get(me.programme, [me.person])).get(me.person)
    if session is None or person is None:
        raise Refused(Code.NOT_SIGNED_IN)
    given = (await site.store.sessions.check_ins(me.programme, session.id)).get(me.person)
    current = given is not None and given.agreement == site.agreement.version
    if given is None:
        given = await _earlier(site, me, session)
    return ClientSession(
        csrf=me.csrf,
        session=session.id,
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        alias=person.alias,
        agreement=AgreementText(version=site.agreement.version, text=site.agreement.text),
        check_in=None if given is None else _proposal(given, affirmed=current),
        checked_in=current,
        to_sign=[one.kind for one in await signing.wanted(site, me.programme, me.person, session.kind)],
        clinic_phone=site.clinic_phone,
    )


async def _earlier(site: Site, me: WebSession, session: Session) -> CheckIn | None:
    """This client's answers of the last session before this one."""
    before = await site.store.sessions.of_person(me.programme, me.person, session.starts - REMEMBERED, session.starts)
    mine = [s for s in before if me.person in s.roster and s.id != session.id]
    for earlier in reversed(mine[-_LOOKED_AT:]):
        given = (await site.store.sessions.check_ins(me.programme, earlier.id)).get(me.person)
        if given is not None:
            return given
    return None


def _proposal(given: CheckIn, *, affirmed: bool) -> CheckInBody:
    return CheckInBody(
        location=given.location,
        state=given.state,
        contact_name=given.contact_name,
        contact_phone=given.contact_phone,
        callback_phone=given.callback_phone,
        alone=affirmed and given.alone,
        agreement=given.agreement if affirmed else "",
    )
