"""The crisis cards of a session: where each client is today and whom to call, with the clinic's plan; and on paper.

For whoever may see identities of the session's clients, and each look and each print is in the audit log. What counts
is what the client said at this session's check-in; beside it stands what their record keeps (core/people.py), because a
place that was checked in may have a contact there, and somebody who has not checked in has nothing else. The paper is
for the evening on which screens are dark (pdf_tonight.py): it can be printed before the session, and says when it was.
The number of a supervisor is the programme's for whoever is on call, and those of the supervisors' own records.
"""

import asyncio
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Meta

from telehealth.core.access_table import RecordAction
from telehealth.core.ids import PersonId
from telehealth.core.records import CheckIn, Person, Session, WebSession
from telehealth.core.roles import ATTENDS
from telehealth.core.room import Room

from . import record
from .answers import answer, body
from .bodies import CheckedIn, In, Out
from .site import SITE, Site
from .staff import allowed_session


class Contact(Out, frozen=True):
    """Somebody to call when the client is at this place."""

    place: str
    address: str
    name: str
    relation: str
    phone: str
    local_emergency: str


class CrisisCard(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    phone: str
    today: CheckedIn | None
    """What they said at this session's check-in; null if they have not come."""
    contacts: list[Contact]


class CrisisStep(Out, frozen=True):
    code: str
    after: int
    """Milliseconds after the alarm."""
    whom: str
    contact: bool
    number: str
    text: dict[str, str]


class Supervising(Out, frozen=True):
    """Whom staff tell: who is on call for the programme (without a name), or a supervisor of those who lead."""

    name: str
    phone: str


class CrisisCards(Out, frozen=True):
    plan: str
    steps: list[CrisisStep]
    supervisors: list[Supervising]
    """Those with a number; none if nobody has set one."""
    cards: list[CrisisCard]


class Printed(In, frozen=True):
    language: Annotated[str, Meta(pattern=r"\A(en|es)?\Z")] = ""
    """The page's; without one, that of the record of whoever prints."""


async def cards(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/crisis"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.IDENTITY_READ)
    found = await _whole(site, me, session)
    await site.readings.write(me, "crisis.read", session.id)
    return answer(found)


async def tonight(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/tonight"""
    from . import pdf_tonight  # 0.3 s and 20 MB that a server without papers never needs

    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.IDENTITY_READ)
    asked = await body(request, Printed)
    found = await _whole(site, me, session)
    who = (await site.store.people.get(me.programme, [me.person])).get(me.person)
    await site.store.audit.write(me.programme, me.person, "crisis.printed", session.id)
    zone = ZoneInfo(session.zone)
    printed = datetime.fromtimestamp(site.clock.now() / 1000, zone)
    sheet = pdf_tonight.Sheet(
        site.office,
        site.notice.short,
        session.title,
        datetime.fromtimestamp(session.starts / 1000, zone),
        f"{printed:%Y-%m-%d %H:%M} ({session.zone})",
        who.legal_name if who else "",
        "es" if (asked.language or (who.language if who else "")) == "es" else "en",
    )
    drawn = await asyncio.to_thread(pdf_tonight.draw, sheet, found)
    headers = {"Content-Disposition": 'attachment; filename="tonight.pdf"', "Cache-Control": "no-store"}
    return web.Response(body=drawn, content_type="application/pdf", headers=headers)


async def _whole(site: Site, me: WebSession, session: Session) -> CrisisCards:
    plan = site.packs.crisis
    return CrisisCards(
        plan=plan.id,
        steps=[
            CrisisStep(code=s.code, after=s.after, whom=s.whom, contact=s.contact, number=s.number, text=dict(s.text))
            for s in plan.steps
        ],
        supervisors=await _supervisors(site, session),
        cards=await _cards(site, me, session),
    )


async def _supervisors(site: Site, session: Session) -> list[Supervising]:
    """Whoever is on call first, then those who supervise somebody who leads the session, if they can be called."""
    over = await supervisors_of(site, session)
    known = await site.store.people.get(session.programme, over)
    on_call = (await site.store.programmes.facts(session.programme)).crisis_phone
    found = [Supervising(name="", phone=on_call)] if on_call else []
    for who in over:
        person = known.get(who)
        if person is not None and person.active and person.phone:
            found.append(Supervising(name=person.legal_name, phone=person.phone))
    return found


async def supervisors_of(site: Site, session: Session) -> list[PersonId]:
    """Who supervises somebody who leads it: whoever co-signs for them first."""
    programme = session.programme
    leads = [*session.facilitators, *session.cofacilitators]
    over = await site.store.care.supervisors(programme, sorted(await site.store.people.staff(programme)), leads)
    known = await site.store.people.get(programme, leads)
    named = [one.supervisor for who in leads if (one := known.get(who)) is not None and one.supervisor is not None]
    return list(dict.fromkeys((*named, *over)))


def clients_of(session: Session, room: Room) -> list[PersonId]:
    """Everybody on the roster, and clients who came without standing on it."""
    came = [m.person for m in room.members.values() if m.role in ATTENDS]
    return list(dict.fromkeys((*session.roster, *came)))


async def _cards(site: Site, me: WebSession, session: Session) -> list[CrisisCard]:
    clients = clients_of(session, record.room(await record.events(site, me.programme, session.id)))
    people = await site.store.people.get(me.programme, clients)
    given = await site.store.sessions.check_ins(me.programme, session.id)
    return [_card(people[one], given.get(one)) for one in clients if one in people]


def _card(person: Person, given: CheckIn | None) -> CrisisCard:
    return CrisisCard(
        person=person.id,
        alias=person.alias,
        legal_name=person.legal_name,
        phone=person.phone,
        today=None
        if given is None
        else CheckedIn(
            at=given.at,
            location=given.location,
            state=given.state,
            contact_name=given.contact_name,
            contact_phone=given.contact_phone,
            callback_phone=given.callback_phone,
            alone=given.alone,
            agreement=given.agreement,
        ),
        contacts=[
            Contact(
                place=one.place,
                address=one.address,
                name=one.name,
                relation=one.relation,
                phone=one.phone,
                local_emergency=one.local_emergency,
            )
            for one in person.emergency
        ],
    )
