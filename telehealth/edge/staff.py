"""May this member of staff do that? Who asks, how they stand to what they ask about, and the table's answer.

`core/access_table.py` decides; here its question is put together: the signed-in person, their caseload and those whom
they supervise, the session or client that the path names. Every route for staff asks by one of these functions. What
somebody has no business with is answered as one that does not exist; what they may see and not do is "not allowed".
"""

import re
from collections.abc import Sequence

from aiohttp import web

from telehealth.core.access_table import (
    ALLOWED,
    RecordAction,
    Relation,
    Ties,
    ever,
    may,
    staff_role,
    to_client,
    to_session,
)
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code

from . import browser
from .answers import Refused
from .site import SITE, Site

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
HALF_A_YEAR: Millis = 183 * 24 * 60 * 60_000
"""How far from now a session may be by which a member of staff knows the client."""
_TIES = frozenset({Relation.CASELOAD, Relation.SUPERVISOR})


async def ties_of(site: Site, me: WebSession) -> Ties:
    """How this person stands to others, read anew with each request: a tie that was undone opens nothing."""
    role = staff_role(me)
    ties = Ties(me.person, me.programme, role)
    if role is None or not any(relations & _TIES for relations in ALLOWED[role].values()):
        return ties
    caseload, supervises = await site.store.care.of(me.programme, me.person)
    return Ties(me.person, me.programme, role, caseload, supervises)


def may_session(ties: Ties, action: RecordAction, session: Session) -> bool:
    """Whether they may do this with a session."""
    return may(ties.role, action, to_session(ties, session))


async def allowed(request: web.Request, action: RecordAction, relation: Relation = Relation.PROGRAMME) -> WebSession:
    """The signed-in member of staff, who may do this in their programme (or with what is their own). Raises
    `Refused`."""
    me = await browser.staff(request)
    if not may(staff_role(me), action, {relation}):
        raise Refused(Code.NOT_ALLOWED)
    return me


async def signed_in(request: web.Request, action: RecordAction) -> WebSession:
    """The signed-in member of staff, whose role may do this under some relation. Raises `Refused`."""
    me = await browser.staff(request)
    if action not in ever(staff_role(me)):
        raise Refused(Code.NOT_ALLOWED)
    return me


async def allowed_session(request: web.Request, action: RecordAction) -> tuple[WebSession, Session]:
    """The signed-in member of staff and the session that the path names, with which they may do this. Raises
    `Refused`."""
    me = await browser.staff(request)
    return me, await session_for(request.app[SITE], me, action, request.match_info["session"])


async def session_for(site: Site, me: WebSession, action: RecordAction, name: str) -> Session:
    """The session of this id. Raises `Refused`."""
    session = await site.store.sessions.get(me.programme, SessionId(name)) if ID.fullmatch(name) else None
    if session is None:
        raise Refused(Code.NO_SUCH_THING)
    ties = await ties_of(site, me)
    if not may_session(ties, action, session):
        raise Refused(Code.NOT_ALLOWED if may_session(ties, RecordAction.SESSION_READ, session) else Code.NO_SUCH_THING)
    return session


def session_of_staff(session: Session, me: WebSession) -> bool:
    """Whether this member of staff leads or helps to lead `session`."""
    return Relation.ROSTER in to_session(Ties(me.person, me.programme, staff_role(me)), session)


async def led_session(request: web.Request) -> tuple[WebSession, Session]:
    """The signed-in member of staff and a session about which they may write notes. Raises `Refused`."""
    return await allowed_session(request, RecordAction.NOTE_WRITE)


async def allowed_client(request: web.Request, action: RecordAction) -> tuple[WebSession, PersonId]:
    """The signed-in member of staff and the client whom the path names. Raises `Refused`."""
    me = await browser.staff(request)
    name = request.match_info["client"]
    if not ID.fullmatch(name):
        raise Refused(Code.NO_SUCH_THING)
    client = PersonId(name)
    await client_for(request.app[SITE], me, action, client)
    return me, client


async def client_for(site: Site, me: WebSession, action: RecordAction, client: PersonId) -> None:
    """Whether they may do this about a client: one on their caseload, or on a roster of the half year around now.
    Raises `Refused`."""
    if not await may_client(site, me, action, client):
        raise Refused(Code.NO_SUCH_THING)


async def may_client(site: Site, me: WebSession, action: RecordAction, client: PersonId) -> bool:
    """The same, as an answer: for pages that offer what somebody may do and nothing else."""
    ties = await ties_of(site, me)
    if may(ties.role, action, to_client(ties, client, ())):
        return True
    return may(ties.role, action, await relations_to(site, ties, client))


async def relations_to(site: Site, ties: Ties, client: PersonId) -> frozenset[Relation]:
    """How they stand to a client, by their caseload and the sessions of the half year around now."""
    return to_client(ties, client, await sessions_near(site, ties.programme, client))


async def known_clients(site: Site, ties: Ties) -> frozenset[PersonId]:
    """The clients of the sessions that they lead, in the half year around now."""
    led = await sessions_near(site, ties.programme, ties.person)
    return frozenset(who for one in led if Relation.ROSTER in to_session(ties, one) for who in one.roster)


async def sessions_near(site: Site, programme: ProgrammeId, person: PersonId) -> Sequence[Session]:
    """Those of the half year around now in which they are expected, or which they lead."""
    now = site.clock.now()
    return await site.store.sessions.of_person(programme, person, now - HALF_A_YEAR, now + HALF_A_YEAR)
