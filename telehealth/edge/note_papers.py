"""Printed notes: one signed note of a client, or their record of some days: attendance and signed notes in order.

For the programme's own files it is an audit entry (42 CFR 2.12(c)(3)); for somebody outside it is a disclosure of
notes, which needs a basis that opens them, and its row stands in the client's ledger before it is drawn. Only sessions
of which the asker may read the note are in it. Drafts and SUD counselling notes are in none.

Drawing takes a thread, because it takes tens of milliseconds.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from aiohttp import hdrs, web
from msgspec import Meta

from telehealth.core.access_table import RecordAction, Ties
from telehealth.core.corrections import Effective, effective
from telehealth.core.disclosure import RECIPIENT, Disclosure, Matter, Purpose, Why
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.note_render import Rendered, rendered
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from . import browser, release
from .answers import Refused, body
from .bodies import In
from .days import instant
from .lawful import WITHIN
from .notes_v1 import readable
from .papers import LONGEST
from .site import SITE, Site
from .staff import ID, client_for, ties_of

_Day = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class Going(In, frozen=True):
    """Without a recipient it stays in the programme."""

    recipient: Annotated[str, Meta(max_length=63)] = ""
    purpose: Purpose = Purpose.TREATMENT


class NewRecord(Going, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    start: _Day
    end: _Day


async def note(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/clients/{client}/note"""
    site = request.app[SITE]
    me = await browser.staff(request)
    client = _client(request)
    name = request.match_info["session"]
    session = await site.store.sessions.get(me.programme, SessionId(name)) if ID.fullmatch(name) else None
    if session is None or not readable(await ties_of(site, me), session, client):
        raise Refused(Code.NO_SUCH_THING)
    asked = await body(request, Going)
    found = await _notes(site, [session], client)
    if not found:
        raise Refused(Code.NOT_NOW, 409)
    return await _printed(site, me, client, asked, "Progress note", found, (), "", (session.starts, session.starts + 1))


async def record(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/record"""
    site = request.app[SITE]
    me = await browser.staff(request)
    client = _client(request)
    await client_for(site, me, RecordAction.NOTE_READ, client)
    asked = await body(request, NewRecord)
    try:
        start, end = instant(asked.start, site.zone, end=False), instant(asked.end, site.zone, end=True)
    except ValueError:
        raise Refused(Code.MALFORMED, parameter="from") from None
    if not start < end <= start + LONGEST:
        raise Refused(Code.MALFORMED, parameter="to")
    ties = await ties_of(site, me)
    rows = await _rows(site, me, client, start, end, ties)
    written = await site.store.notes.sessions_of(me.programme, client)
    schedules = await site.store.sessions.schedules(me.programme, written)
    sessions = sorted(
        (s for s in schedules.values() if start <= s.starts < end and readable(ties, s, client)),
        key=lambda s: (s.starts, s.id),
    )
    found = await _notes(site, sessions, client)
    noted = {session.id for session, _ in found}
    attendance = [(session, one, session.id in noted) for session, one in rows]
    days = f"{asked.start} to {asked.end}"
    return await _printed(site, me, client, asked, "Client record", found, attendance, days, (start, end))


def _client(request: web.Request) -> PersonId:
    name = request.match_info["client"]
    if not ID.fullmatch(name):
        raise Refused(Code.NO_SUCH_THING)
    return PersonId(name)


async def _notes(site: Site, sessions: Sequence[Session], client: PersonId) -> list[tuple[Session, Rendered]]:
    """The client's signed notes of these sessions."""
    found: list[tuple[Session, Rendered]] = []
    for session in sessions:
        kept = [await site.store.notes.get(session.programme, session.id, about) for about in (None, client)]
        one = rendered(session.kind, client, {section.about: section for section in kept if section is not None})
        if one is not None:
            found.append((session, one))
    return found


async def _rows(
    site: Site, me: WebSession, client: PersonId, start: Millis, end: Millis, ties: Ties
) -> list[tuple[Session, Effective]]:
    """The client's attendance as it counts, of sessions of which the asker may read the note."""
    rows = [row async for _, row in site.store.attendance.closed(me.programme, start, end, client=client)]
    names = [row.session for row in rows]
    schedules = await site.store.sessions.schedules(me.programme, names)
    heard = await site.store.corrections.of(me.programme, names)
    found = [
        (schedules[row.session], effective(row, heard[row.session].said if row.session in heard else ()))
        for row in rows
        if row.session in schedules and readable(ties, schedules[row.session], client)
    ]
    return sorted(found, key=lambda one: (one[0].starts, one[0].id))


async def _printed(
    site: Site,
    me: WebSession,
    client: PersonId,
    asked: Going,
    title: str,
    notes: Sequence[tuple[Session, Rendered]],
    rows: Sequence[tuple[Session, Effective, bool]],
    days: str,
    between: tuple[Millis, Millis],
) -> web.Response:
    from . import pdf_notes  # 0.3 s and 20 MB that a server without papers never needs

    staff = {PersonId(me.person)}
    for _, one in notes:
        for part in one.parts:
            staff |= {part.author, part.signed_by or part.author, *(later.author for later in part.later)}
            staff |= set(part.facts.facilitators) if part.facts else set()
    people = await site.store.people.get(me.programme, sorted({client, *staff}))
    if client not in people:
        raise Refused(Code.NO_SUCH_THING)
    basis = await _basis(site, me, client, asked, between)
    drawn = await asyncio.to_thread(
        pdf_notes.draw,
        pdf_notes.Printed(
            title=title,
            office=site.office,
            client=people[client].legal_name,
            printed=site.clock.now(),
            printed_by=people[me.person].legal_name if me.person in people else me.person,
            going_to=f"{asked.recipient}, purpose: {asked.purpose}" if asked.recipient else "the programme's own files",
            basis=basis,
            days=days,
            notes=notes,
            rows=rows,
            names={who: known.legal_name for who, known in people.items() if known.staff},
            templates=site.packs.note_templates,
            notice=site.notice,
            zone=site.zone,
        ),
    )
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{title.lower().replace(" ", "-")}.pdf"'}
    return web.Response(body=drawn, content_type="application/pdf", headers=headers)


async def _basis(site: Site, me: WebSession, client: PersonId, asked: Going, between: tuple[Millis, Millis]) -> str:
    """Under what it leaves: by then the ledger, or the audit log, has it. Raises `Refused`."""
    paper = fresh_id()
    if not asked.recipient:
        await site.store.audit.write(me.programme, me.person, "notes.printed", f"{client} {paper}")
        return WITHIN.decode()
    if not RECIPIENT.fullmatch(asked.recipient):
        raise Refused(Code.MALFORMED, parameter="recipient")
    await client_for(site, me, RecordAction.LETTER, client)
    told = Disclosure(paper, me.person, asked.recipient, asked.purpose, "printed", *between, ("printed:notes",))
    lawful = await release.disclosed(
        site.store,
        site.clock.now,
        me.programme,
        client,
        told,
        "notes.printed",
        f"{client} {paper}",
        matter=Matter.NOTES,
    )
    if isinstance(lawful, Why):
        raise Refused(Code.NOT_ALLOWED, why=lawful)
    return f"{lawful.section}, {lawful.scope}"
