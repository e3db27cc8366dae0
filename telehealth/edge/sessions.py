"""The staff pages' sessions: the list of a day, and one session with its roster, check-ins and attendance.

What is going on in a room is read from its log, as everything else that is said about it.
"""

import asyncio

from aiohttp import web
from msgspec.structs import asdict

from telehealth.core.access_table import RecordAction
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.links import alive
from telehealth.core.records import CheckIn, Session
from telehealth.core.refusals import Code
from telehealth.core.roles import Role
from telehealth.core.room import Room, Standing
from telehealth.core.series import SUPERSEDED

from . import browser, record
from .answers import Refused, answer
from .billing import Billing
from .bodies import CheckedIn, GuestEntry, Lacking, ListedSession, RosterEntry, SessionDetail, Sessions, SessionSummary
from .days import instant, today
from .rows import export_row
from .site import SITE, Site
from .staff import allowed_session, may_session, ties_of

LONGEST_RANGE: Millis = 100 * 24 * 60 * 60_000
"""A page shows days or weeks; a quarter is the export's business."""

LONGEST_LOOK: Millis = 8 * 24 * 60 * 60_000
"""Up to here a list tells what keeps rows from being billed: longer ones are for calendars."""


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions?from=&to="""
    site = request.app[SITE]
    me = await browser.staff(request)
    start, end = _range(request, site)
    ties, between = await ties_of(site, me), await site.store.sessions.between(me.programme, start, end)
    mine = [s for s in between if s.cancelled != SUPERSEDED and may_session(ties, RecordAction.SESSION_READ, s)]
    logs = await asyncio.gather(*(record.events(site, me.programme, s.id) for s in mine))
    now, billing = site.clock.now(), Billing(site, me.programme)
    close = end - start <= LONGEST_LOOK
    await billing.load([s.id for s, log in zip(mine, logs, strict=True) if log and close])
    return answer(
        Sessions(
            sessions=[
                ListedSession(
                    **asdict(_summary(s, record.room(log), now)),
                    not_billable=_lacking(billing, s.id) if close else None,
                )
                for s, log in zip(mine, logs, strict=True)
            ]
        ),
    )


def _lacking(billing: Billing, session: SessionId) -> list[Lacking]:
    return [Lacking(reason=reason, clients=clients) for reason, clients in billing.lacking(session).items()]


def _range(request: web.Request, site: Site) -> tuple[Millis, Millis]:
    query = request.query
    if not query:
        return today(site.clock.now(), site.zone)
    if set(query) != {"from", "to"} or len(query) != 2:
        raise Refused(Code.MALFORMED)
    try:
        start = instant(query["from"], site.zone, end=False)
        end = instant(query["to"], site.zone, end=True)
    except ValueError:
        raise Refused(Code.MALFORMED) from None
    if not start < end <= start + LONGEST_RANGE:
        raise Refused(Code.MALFORMED)
    return start, end


def _summary(session: Session, room: Room, now: Millis) -> SessionSummary:
    return SessionSummary(
        id=session.id,
        title=session.title,
        kind=session.kind,
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        expected=len(session.roster),
        state=record.state(room, session, now),
        present=record.clients_standing(room, Standing.SEATED),
        waiting=record.clients_standing(room, Standing.WAITING),
    )


async def detail(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.SESSION_READ)
    identity = may_session(await ties_of(site, me), RecordAction.IDENTITY_READ, session)
    now = site.clock.now()
    log = await record.events(site, me.programme, session.id)
    rows = {row.client: row for row in record.rows(site, log, now)}
    clients: list[PersonId] = list(dict.fromkeys((*session.roster, *rows)))
    people = await site.store.people.get(me.programme, clients)
    given = await site.store.sessions.check_ins(me.programme, session.id) if identity else {}
    made = (await site.store.series.make_ups(me.programme, [session.id])).get(session.id, {})
    instead = await site.store.sessions.schedules(me.programme, [SessionId(one.session) for one in made.values()])
    made_up = {who: instead[SessionId(one.session)].starts for who, one in made.items() if one.session in instead}
    await site.readings.write(me, "roster.read", session.id)
    summary = _summary(session, record.room(log), now)
    return answer(
        SessionDetail(
            **asdict(summary),
            roster=[
                RosterEntry(
                    person=client,
                    alias=people[client].alias if client in people else "",
                    legal_name=people[client].legal_name if identity and client in people else "",
                    check_in=_checked_in(given[client]) if client in given else None,
                    attendance=export_row(rows[client], session.zone) if client in rows else None,
                    made_up=made_up.get(client),
                )
                for client in clients
            ],
            guests=await _guests(site, session) if identity else [],
        )
    )


async def _guests(site: Site, session: Session) -> list[GuestEntry]:
    """Family, interpreters and peer hosts who were given a link to this very session, by name."""
    store, programme = site.store, session.programme
    of_each = await asyncio.gather(*(store.people.collaterals(programme, client) for client in session.roster))
    whose = {client: client for client in session.roster}
    whose |= {guest: client for client, theirs in zip(session.roster, of_each, strict=True) for guest in theirs}
    links = await asyncio.gather(*(store.access.links_of(programme, person) for person in whose))
    now = site.clock.now()
    parts = {
        person: link.role
        for person, theirs in zip(whose, links, strict=True)
        for link in theirs.values()
        if link.session == session.id and link.role is not Role.CLIENT and alive(link, now)
    }
    known = await store.people.get(programme, list(parts))
    found = [
        GuestEntry(
            person=who, name=known[who].legal_name, relationship=known[who].relationship, part=part, client=whose[who]
        )
        for who, part in parts.items()
        if who in known
    ]
    return sorted(found, key=lambda one: (one.part, one.name))


def _checked_in(given: CheckIn) -> CheckedIn:
    return CheckedIn(
        at=given.at,
        location=given.location,
        state=given.state,
        contact_name=given.contact_name,
        contact_phone=given.contact_phone,
        callback_phone=given.callback_phone,
        alone=given.alone,
        agreement=given.agreement,
    )
