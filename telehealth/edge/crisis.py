"""The crisis cards of a session: where each client is today and whom to call, with the clinic's plan; and on paper.

For whoever may see identities of the session's clients, and each look and each print is in the audit log. What counts
is what the client said at this session's check-in; beside it stands what their record keeps (core/people.py), because a
place that was checked in may have a contact there, and somebody who has not checked in has nothing else. The paper is
for the evening on which screens are dark: it can be printed before the session, and says when it was.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.records import CheckIn, Person, Session, WebSession
from telehealth.core.roles import ATTENDS

from . import pdf, record
from .answers import answer, body
from .bodies import CheckedIn, Nothing, Out
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


class CrisisCards(Out, frozen=True):
    plan: str
    steps: list[CrisisStep]
    cards: list[CrisisCard]


async def cards(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/crisis"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.IDENTITY_READ)
    found = await _cards(site, me, session)
    await site.readings.write(me, "crisis.read", session.id)
    plan = site.packs.crisis
    steps = [
        CrisisStep(code=s.code, after=s.after, whom=s.whom, contact=s.contact, number=s.number, text=dict(s.text))
        for s in plan.steps
    ]
    return answer(CrisisCards(plan=plan.id, steps=steps, cards=found))


async def tonight(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/tonight"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.IDENTITY_READ)
    await body(request, Nothing)
    found = await _cards(site, me, session)
    who = (await site.store.people.get(me.programme, [me.person])).get(me.person)
    await site.store.audit.write(me.programme, me.person, "crisis.printed", session.id)
    printed = datetime.fromtimestamp(site.clock.now() / 1000, ZoneInfo(session.zone))
    by = who.legal_name if who else ""
    drawn = await asyncio.to_thread(_paper, site, session, found, f"{printed:%Y-%m-%d %H:%M} ({session.zone})", by)
    headers = {"Content-Disposition": 'attachment; filename="tonight.pdf"', "Cache-Control": "no-store"}
    return web.Response(body=drawn, content_type="application/pdf", headers=headers)


async def _cards(site: Site, me: WebSession, session: Session) -> list[CrisisCard]:
    """Of everybody on the roster, and of clients who came without standing on it."""
    room = record.room(await record.events(site, me.programme, session.id))
    came = [m.person for m in room.members.values() if m.role in ATTENDS]
    clients = list(dict.fromkeys((*session.roster, *came)))
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


def _paper(site: Site, session: Session, found: Sequence[CrisisCard], printed: str, by: str) -> bytes:
    """Drawn twice, because each page says how many there are."""
    first = _drawn(site, session, found, printed, by, 0)
    return _drawn(site, session, found, printed, by, first.pages).done()


def _drawn(site: Site, session: Session, found: Sequence[CrisisCard], printed: str, by: str, total: int) -> pdf.Page:
    foot = pdf.plain_foot(site.notice.short, f"Printed {printed} by {by}. Shred after the session.", total)
    page = pdf.Page("Tonight", site.office, foot, 68.0)
    page.title(site.office, "Tonight: whom to call")
    page.fact("Session", session.title)
    starts = datetime.fromtimestamp(session.starts / 1000, ZoneInfo(session.zone))
    page.fact("Begins", f"{starts:%A, %Y-%m-%d %H:%M}")
    page.fact("Printed", printed)
    page.gap(6)
    page.heading("If somebody is gone or in danger")
    for number, step in enumerate(site.packs.crisis.steps, 1):
        when = "at once" if step.after == 0 else f"after {step.after // 60_000} min" if step.after >= 60_000 else "soon"
        page.text(f"{number}. ({when}) {step.text['en']}", size=10)
    for card in found:
        _client(page, card)
    return page


def _client(page: pdf.Page, card: CrisisCard) -> None:
    shown = card.legal_name if card.alias == card.legal_name else f"{card.legal_name} (shown as {card.alias})"
    page.heading(shown, with_next=90)
    if card.today is None:
        page.fact("Today", "has not checked in yet")
        page.fact("Phone", card.phone or "not on file")
    else:
        page.fact("Is at", f"{card.today.location}, {card.today.state}")
        page.fact("Phone", " / ".join(dict.fromkeys(n for n in (card.today.callback_phone, card.phone) if n)))
        page.fact("Contact", f"{card.today.contact_name}, {card.today.contact_phone}")
        page.fact("Agreed", f"agreement {card.today.agreement}, which says whom we may call")
    for one in card.contacts:
        who = ", ".join(part for part in (one.name, one.relation, one.phone) if part)
        page.fact(one.place[:14] or "Contact", f"{who}; {one.address}" if one.address else who)
        if one.local_emergency:
            page.fact("Local 911", f"{one.local_emergency} (serves {one.place or 'that place'})")
