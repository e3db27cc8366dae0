"""SUD counselling notes over HTTP: the author's own, and nobody else's, by the same protocol as progress notes.

`core/counselling.py` decides; this file translates. Whoever leads a session may begin notes about it; only their author
reads them or goes on with them, also when they no longer lead. A save that tells the time is refused with its places,
and the page still has the text. Handing a signed one out takes its author, and the client's consent of its own kind,
which no other consent or ground stands in for (2.31(b)); the row in the ledger is durable before the note leaves.
"""

import re
import secrets
from dataclasses import replace
from typing import Annotated

from aiohttp import hdrs, web
from msgspec import Meta

from telehealth.core import attendance
from telehealth.core.access_table import RecordAction, Relation, may, to_session
from telehealth.core.counselling import CounsellingNote, Times, decide_save, decide_sign
from telehealth.core.disclosure import Disclosure, Purpose, Why, judge_counselling
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.mint import fresh_id
from telehealth.store.ports import Unavailable

from . import browser, record
from .answers import Refused, answer, body
from .bodies import In, NoteText, Nothing, Out
from .site import SITE, Site
from .staff import ID, ties_of

GROUP = "group"
_TRIES = 5
_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


class CounsellingOut(Out, frozen=True):
    """One of my notes. `about` is null for the one about the group."""

    about: str | None
    revision: int
    state: str
    """draft | signed"""
    text: str
    author: str
    saved: int
    """0 if it was never saved."""
    signed: int | None
    digest: str


class CounsellingNotes(Out, frozen=True):
    notes: list[CounsellingOut]


class To(In, frozen=True):
    """To whom a signed note about a client is handed out, and what for."""

    recipient: Annotated[str, Meta(max_length=63)]
    purpose: Purpose


class HandedOut(Out, frozen=True):
    """The note, with what has to travel with it (42 CFR 2.32)."""

    note: CounsellingOut
    scope: str
    notice: str


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/counselling"""
    site = request.app[SITE]
    me, session, kept = await _mine(request, RecordAction.COUNSELLING_READ)
    await site.readings.write(me, "counselling.read", session.id)
    return answer(CounsellingNotes(notes=[_out(note) for note in kept]))


async def one(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/counselling/{about}"""
    site = request.app[SITE]
    me, session, kept = await _mine(request, RecordAction.COUNSELLING_READ)
    note = await _named(request, site, me, session, kept)
    await site.readings.write(me, "counselling.read", session.id)
    return _with_tag(note)


async def save(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/sessions/{session}/counselling/{about}"""
    site = request.app[SITE]
    me, session, kept = await _mine(request, RecordAction.COUNSELLING_WRITE)
    revision = _if_match(request)
    asked = await body(request, NoteText)
    current = await _named(request, site, me, session, kept)
    decided = decide_save(
        current,
        session=session.id,
        author=me.person,
        about=current.about,
        text=asked.text,
        at=site.clock.now(),
        if_revision=revision,
    )
    if isinstance(decided, Times):
        raise Refused(Code.NOT_ALLOWED, 409, why="times", places=[list(span) for span in decided.spans])
    if isinstance(decided, Refusal):
        raise _refused(decided, current)
    saved = await site.store.counselling.save(me.programme, decided, if_revision=revision)
    if saved is None:  # another page of theirs saved between the read and the write
        now = await site.store.counselling.get(me.programme, session.id, me.person, current.about)
        raise _refused(Refusal(Code.STALE), now or current)
    return _with_tag(saved)


async def sign(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/counselling/sign"""
    site = request.app[SITE]
    me, session, kept = await _mine(request, RecordAction.COUNSELLING_WRITE)
    await body(request, Nothing)
    decided = decide_sign(kept, site.clock.now())
    if isinstance(decided, Refusal):
        raise Refused(decided.code, 409)
    for note in decided:
        if await site.store.counselling.save(me.programme, note, if_revision=note.revision - 1) is None:
            raise Refused(Code.STALE)
    signed = await site.store.counselling.of_session(me.programme, session.id, me.person)
    return answer(CounsellingNotes(notes=[_out(note) for note in signed]))


async def disclose(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/counselling/{about}/disclose"""
    site = request.app[SITE]
    me, session, kept = await _mine(request, RecordAction.COUNSELLING_READ)
    asked = await body(request, To)
    note = await _named(request, site, me, session, kept)
    if note.about is None or note.signed is None:
        raise Refused(Code.NOT_NOW, 409)  # of the group there is nobody who could consent
    client, name = note.about, fresh_id()
    disclosure = Disclosure(
        name, me.person, asked.recipient, asked.purpose, "counselling_note", session.starts, session.ends
    )
    for _ in range(_TRIES):
        version, consents, _grounds = await site.store.consents.of(me.programme, [client])
        now = site.clock.now()
        lawful = judge_counselling(asked.recipient, asked.purpose, consents[client], now)
        if isinstance(lawful, Why):
            raise Refused(Code.NOT_ALLOWED, why=lawful)
        if await site.store.ledger.write(
            me.programme,
            replace(disclosure, columns=("counselling_note:text",)),
            {client: lawful.basis},
            version=version,
            op=secrets.token_urlsafe(12),
            action="counselling.disclosed",
            subject=f"{session.id}/{client} {name}",
            at=now,
        ):
            scope = f"{lawful.section}, {lawful.scope}"
            return answer(HandedOut(note=_out(note), scope=scope, notice=site.notice.short), status=201)
    raise Unavailable("The bases of disclosure change faster than they can be judged.")


async def _mine(request: web.Request, action: RecordAction) -> tuple[WebSession, Session, list[CounsellingNote]]:
    """The signed-in member of staff, the session, and the notes that they wrote about it. Raises `Refused`."""
    site = request.app[SITE]
    me = await browser.staff(request)
    name = request.match_info["session"]
    session = await site.store.sessions.get(me.programme, SessionId(name)) if ID.fullmatch(name) else None
    if session is None:
        raise Refused(Code.NO_SUCH_THING)
    ties = await ties_of(site, me)
    relations = set(to_session(ties, session))
    leads = may(ties.role, RecordAction.COUNSELLING_WRITE, relations)
    kept = await site.store.counselling.of_session(me.programme, session.id, me.person)
    if kept or leads:  # whoever may begin one is the author of those that they have not begun
        relations.add(Relation.AUTHOR)
    if not may(ties.role, action, relations):
        known = may(ties.role, RecordAction.SESSION_READ, relations)
        raise Refused(Code.NOT_ALLOWED if known else Code.NO_SUCH_THING)
    return me, session, kept


async def _named(
    request: web.Request, site: Site, me: WebSession, session: Session, kept: list[CounsellingNote]
) -> CounsellingNote:
    """The note that the path names, or an empty one. Raises `Refused` where nobody who was here or is expected is
    meant."""
    name = request.match_info["about"]
    about = None if name == GROUP else PersonId(name)
    for note in kept:
        if note.about == about:
            return note
    if about is not None and about not in session.roster:
        log = await record.events(site, me.programme, session.id)
        if about not in attendance.intervals(log):
            raise Refused(Code.NO_SUCH_THING)
    return CounsellingNote(session.id, me.person, about, 0, "", 0)


def _if_match(request: web.Request) -> int:
    header = request.headers.get(hdrs.IF_MATCH)
    if header is None:
        raise Refused(Code.MALFORMED, 428)
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise Refused(Code.MALFORMED)
    return int(match[1])


def _refused(refusal: Refusal, current: CounsellingNote) -> Refused:
    if refusal.code in (Code.STALE, Code.ALREADY_SIGNED):
        return Refused(refusal.code, headers={hdrs.ETAG: f'"{current.revision}"'}, current=_out(current))
    return Refused(refusal.code)


def _with_tag(note: CounsellingNote) -> web.Response:
    return answer(_out(note), headers={hdrs.ETAG: f'"{note.revision}"'})


def _out(note: CounsellingNote) -> CounsellingOut:
    return CounsellingOut(
        about=note.about,
        revision=note.revision,
        state="draft" if note.signed is None else "signed",
        text=note.text,
        author=note.author,
        saved=note.saved,
        signed=note.signed,
        digest=note.digest,
    )
