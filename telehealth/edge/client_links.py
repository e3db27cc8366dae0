"""/api/staff/clients/{client}/links: a client's standing link, guests' links, calendar feeds, and how they are reached.

One answer for the whole tab of the client's page. Links and addresses can be shown once, when they are made: only their
hashes are kept. A new standing link ends the one before, with the browsers that are signed in by it, so that there is
never more than one to lose. What a client wishes to get, and by what, is theirs to say; here it is written down, with
who did so, in the log of their record.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Literal

from aiohttp import web

from telehealth.core import links as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.records import JoinLink, Person, Session, WebSession
from telehealth.core.refusals import Code
from telehealth.core.roles import Role
from telehealth.core.sendings import Channel, Wish, reach, wish, wishing

from .answers import Refused, answer, body
from .bodies import In, LinkUrl, Out, PersonName
from .feeds import FeedEntry, feeds_of
from .sendings import SendingOut, shown
from .site import SITE, Site
from .staff import allowed_client

BACK: Millis = 30 * 24 * 60 * 60_000
AHEAD: Millis = 57 * 24 * 60 * 60_000
MOST_SENDINGS = 40
_CHANGES = 5


class NewGuest(In, frozen=True):
    person: PersonName
    session: PersonName
    part: Literal["collateral", "interpreter", "peer_host"] = "collateral"
    """A peer who hosts is the client themself."""


class NewWish(In, frozen=True):
    wish: Wish


class StandingLink(Out, frozen=True):
    name: str
    made: int
    expires: int


class GuestLink(Out, frozen=True):
    name: str
    person: str
    guest: str
    """Their name."""
    session: str
    starts: int | None
    expires: int
    part: str


class Supporter(Out, frozen=True):
    person: str
    name: str
    relationship: str


class Appointment(Out, frozen=True):
    session: str
    title: str
    starts: int
    ends: int
    zone: str
    guests: bool
    """Whether supporters may be asked to it."""
    peers: bool
    """Whether the client may host it."""


class AboutSending(SendingOut, frozen=True):
    session: str
    starts: int
    zone: str
    """The facility's."""


class Reached(Out, frozen=True):
    wish: Wish
    reach: str
    """yes | no_address | opted_out"""
    ways: list[str]
    """The channels that there are here."""
    email: bool
    """Whether an address is on file."""
    phone: bool
    language: str
    zone: str
    minutes: list[int]
    """How long before a session they are reminded."""


class ClientLinks(Out, frozen=True):
    standing: StandingLink | None
    guests: list[GuestLink]
    supporters: list[Supporter]
    next: Appointment | None
    family: list[Appointment]
    """To which supporters may be asked."""
    ahead: list[Appointment]
    """All of them, to which an interpreter may be asked."""
    feeds: list[FeedEntry]
    reached: Reached
    sendings: list[AboutSending]
    """The latest first."""


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/links"""
    site = request.app[SITE]
    me, client, person = await _client(request)
    await site.readings.write(me, "links.read", SessionId(client))
    now = site.clock.now()
    sessions, links, supporters, feeds = await asyncio.gather(
        site.store.sessions.of_person(me.programme, client, now - BACK, now + AHEAD),
        site.store.access.links_of(me.programme, client),
        _supporters(site, me, client),
        feeds_of(site, me.programme, client),
    )
    by_id = {session.id: session for session in sessions}
    guests, sendings = await asyncio.gather(
        _guests(site, me, [*supporters, person], by_id), _sendings(site, me, client, person, by_id)
    )
    later = [s for s in sessions if s.starts > now and not s.cancelled]
    upcoming = rule.upcoming(client, sessions, now)
    return answer(
        ClientLinks(
            standing=next((one for name, link in links.items() if (one := _standing(name, link, now))), None),
            guests=guests,
            supporters=[
                Supporter(person=one.id, name=one.legal_name, relationship=one.relationship)
                for one in supporters
                if one.active
            ],
            next=_appointment(upcoming, client) if upcoming else None,
            family=[_appointment(s, client) for s in later if rule.may_come_as(Role.COLLATERAL, s, client)],
            ahead=[_appointment(s, client) for s in later],
            feeds=feeds,
            reached=_reached(site, person),
            sendings=sendings,
        )
    )


async def renew(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/links"""
    site = request.app[SITE]
    me, client, person = await _client(request)
    if not person.active:
        raise Refused(Code.NOT_ALLOWED)
    before = await site.store.access.links_of(me.programme, client)
    now, token = site.clock.now(), secrets.token_urlsafe(24)
    await site.store.audit.write(me.programme, me.person, "link.made", client)
    link = JoinLink(me.programme, client, Role.CLIENT, None, None, now + rule.STANDS)
    await site.store.access.put_link(token, link)
    for name, old in before.items():
        if rule.standing(old) and rule.alive(old, now):
            await site.store.audit.write(me.programme, me.person, "link.revoked", client)
            await site.store.access.revoke_link(me.programme, name, now)
            if site.signed_out is not None:
                await site.signed_out(link=name)
    return answer(LinkUrl(url=f"{site.public_url}/j#{token}"), status=201)


async def new_guest(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/guests"""
    site = request.app[SITE]
    me, client, person = await _client(request)
    asked = await body(request, NewGuest)
    role = Role(asked.part)
    if role is Role.PEER_HOST:
        known = [person]
    else:
        known = await _supporters(site, me, client)
    if all(one.id != asked.person or not one.active for one in known):
        raise Refused(Code.NO_SUCH_MEMBER)
    session = await site.store.sessions.get(me.programme, SessionId(asked.session))
    if session is None or session.ends < site.clock.now() or not rule.may_come_as(role, session, client):
        raise Refused(Code.NO_SUCH_THING)
    guest, token = PersonId(asked.person), secrets.token_urlsafe(24)
    await site.store.audit.write(me.programme, me.person, "link.made", guest)
    link = JoinLink(me.programme, guest, role, session.id, None, session.ends + rule.CLOSES_AFTER)
    await site.store.access.put_link(token, link)
    return answer(LinkUrl(url=f"{site.public_url}/j#{token}"), status=201)


async def put_wish(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/clients/{client}/wish"""
    site = request.app[SITE]
    me, client, person = await _client(request)
    wished = (await body(request, NewWish)).wish
    for _ in range(_CHANGES):
        after = wishing(person, wished)
        if await site.store.people.change(me.programme, after, actor=me.person, at=site.clock.now()) is not None:
            return answer(_reached(site, after))
        person = (await site.store.people.get(me.programme, [client]))[client]
    raise Refused(Code.STALE)


async def _client(request: web.Request) -> tuple[WebSession, PersonId, Person]:
    """Who asks, and about which client. Raises `Refused`."""
    me, client = await allowed_client(request, RecordAction.LINK)
    person = (await request.app[SITE].store.people.get(me.programme, [client])).get(client)
    if person is None or person.staff or person.collateral_of is not None:
        raise Refused(Code.NO_SUCH_THING)
    return me, client, person


async def _supporters(site: Site, me: WebSession, client: PersonId) -> list[Person]:
    ids = await site.store.people.collaterals(me.programme, client)
    return list((await site.store.people.get(me.programme, ids)).values())


async def _guests(
    site: Site, me: WebSession, people: Sequence[Person], sessions: Mapping[SessionId, Session]
) -> list[GuestLink]:
    """Links to one session, of supporters and of the client as a host of peers, that still open something."""
    now = site.clock.now()
    of_each = await asyncio.gather(*(site.store.access.links_of(me.programme, one.id) for one in people))
    found = [
        GuestLink(
            name=name,
            person=one.id,
            guest=one.legal_name,
            session=link.session,
            starts=sessions[link.session].starts if link.session in sessions else None,
            expires=link.expires,
            part=link.role,
        )
        for one, links in zip(people, of_each, strict=True)
        for name, link in links.items()
        if link.session is not None and link.role is not Role.CLIENT and rule.alive(link, now)
    ]
    return sorted(found, key=lambda one: (one.expires, one.guest))


async def _sendings(
    site: Site, me: WebSession, client: PersonId, person: Person, sessions: Mapping[SessionId, Session]
) -> list[AboutSending]:
    tracked = await site.store.sendings.of_sessions(me.programme, list(sessions))
    mine = [one for one in reversed(tracked) if one.sending.client == client][:MOST_SENDINGS]
    authors = await site.store.people.names(
        me.programme, sorted({PersonId(one.sending.by) for one in mine} - {"system"})
    )
    names = {str(who): legal_name for who, (legal_name, _) in authors.items()}
    return [
        AboutSending(
            session=one.sending.session,
            starts=one.sending.about or sessions[one.sending.session].starts,
            zone=sessions[one.sending.session].zone,
            **shown(one, names),
        )
        for one in mine
    ]


def _standing(name: str, link: JoinLink, now: Millis) -> StandingLink | None:
    if not rule.standing(link) or not rule.alive(link, now):
        return None
    return StandingLink(name=name, made=link.expires - rule.STANDS, expires=link.expires)


def _appointment(session: Session, client: PersonId) -> Appointment:
    return Appointment(
        session=session.id,
        title=session.title,
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        guests=rule.may_come_as(Role.COLLATERAL, session, client),
        peers=rule.may_come_as(Role.PEER_HOST, session, client),
    )


def _reached(site: Site, person: Person) -> Reached:
    return Reached(
        wish=wish(person),
        reach=reach(person, site.ways),
        ways=[channel for channel in Channel if channel in site.ways],
        email=bool(person.email.strip()),
        phone=bool(person.phone.strip()),
        language=person.language,
        zone=person.zone,
        minutes=list(site.ahead.minutes),
    )
