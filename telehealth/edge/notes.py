"""Progress notes over HTTP: read, save with `If-Match`, sign. `core/notes.py` decides; this file translates.

Preconditions are what HTTP does well: a save names the revision that it began from, and one that began from an older
revision gets 412 with the section as it is now, so that a page can show both texts. Saving works after the session,
too, and a long note never delays a join.
"""

import re

from aiohttp import hdrs, web

from telehealth.core import attendance
from telehealth.core.events import Event
from telehealth.core.ids import PersonId
from telehealth.core.notes import Incomplete, decide_save, decide_sign, may_read, may_write, needed
from telehealth.core.records import NoteSection, NoteState, Session, WebSession
from telehealth.core.refusals import Code, Refusal

from . import record
from .answers import Refused, answer, body
from .bodies import NoteText, Nothing, Section, Sections
from .site import SITE, Site
from .staff import led_session

GROUP = "group"
_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/notes"""
    site = request.app[SITE]
    me, session = await led_session(request)
    if not may_read(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    log = await record.events(site, me.programme, session.id)
    sections = await _all(site, me, session, log)
    await site.readings.write(me, "notes.read", session.id)
    return answer(Sections(sections=[_out(section) for section in sections]))


async def one(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/notes/{about}"""
    site = request.app[SITE]
    me, session = await led_session(request)
    if not may_read(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    section = await _current(request, site, me, session)
    await site.readings.write(me, "notes.read", session.id)
    return _with_tag(section)


async def save(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/sessions/{session}/notes/{about}"""
    site = request.app[SITE]
    me, session = await led_session(request)
    if not may_write(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    revision = _if_match(request)
    asked = await body(request, NoteText)
    current = await _current(request, site, me, session)
    decided = decide_save(
        current,
        session=session.id,
        about=current.about,
        text=asked.text,
        author=me.person,
        at=site.clock.now(),
        if_revision=revision,
    )
    if isinstance(decided, Refusal):
        raise _refused(decided, current)
    saved = await site.store.notes.save(me.programme, decided, if_revision=revision)
    if saved is None:  # somebody saved between the read and the write
        raise _refused(Refusal(Code.STALE), await _current(request, site, me, session))
    return _with_tag(saved)


async def sign(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/notes/sign

    Sections are signed one by one. If somebody saves in between, the answer is 412 and what was signed so far stays
    signed; signing again signs the rest.
    """
    site = request.app[SITE]
    me, session = await led_session(request)
    if not may_write(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    await body(request, Nothing)
    now = site.clock.now()
    log = await record.events(site, me.programme, session.id)
    ended = record.state(record.room(log), session, now) == "ended"
    decided = decide_sign(
        await site.store.notes.of_session(me.programme, session.id),
        needed(session.kind, attendance.intervals(log)),
        by=me.person,
        at=now,
        ended=ended,
    )
    if isinstance(decided, Incomplete):
        raise Refused(Code.NOTE_INCOMPLETE, missing=[about or GROUP for about in decided.missing])
    if isinstance(decided, Refusal):
        raise Refused(decided.code, 409)
    for section in decided:
        if await site.store.notes.save(me.programme, section, if_revision=section.revision - 1) is None:
            raise Refused(Code.STALE)
    return answer(Sections(sections=[_out(section) for section in await _all(site, me, session, log)]))


async def _all(site: Site, me: WebSession, session: Session, log: list[Event]) -> list[NoteSection]:
    """The group's section, and one of each client who was seated or about whom somebody wrote."""
    kept = {section.about: section for section in await site.store.notes.of_session(me.programme, session.id)}
    abouts = dict.fromkeys((None, *sorted(attendance.intervals(log)), *sorted(filter(None, kept))))
    return [kept.get(about) or _empty(session, about) for about in abouts]


async def _current(request: web.Request, site: Site, me: WebSession, session: Session) -> NoteSection:
    """The section that the path names. Raises `Refused` where nobody who was here or is expected is meant."""
    name = request.match_info["about"]
    about = None if name == GROUP else PersonId(name)
    if about is not None and about not in session.roster:
        log = await record.events(site, me.programme, session.id)
        if about not in attendance.intervals(log):
            raise Refused(Code.NO_SUCH_THING)
    kept = await site.store.notes.get(me.programme, session.id, about)
    return kept or _empty(session, about)


def _empty(session: Session, about: PersonId | None) -> NoteSection:
    return NoteSection(session.id, about, 0, NoteState.DRAFT, "", PersonId(""), 0)


def _if_match(request: web.Request) -> int:
    header = request.headers.get(hdrs.IF_MATCH)
    if header is None:
        raise Refused(Code.MALFORMED, 428)
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise Refused(Code.MALFORMED)
    return int(match[1])


def _refused(refusal: Refusal, current: NoteSection) -> Refused:
    if refusal.code in (Code.STALE, Code.ALREADY_SIGNED):
        return Refused(refusal.code, headers={hdrs.ETAG: f'"{current.revision}"'}, current=_out(current))
    return Refused(refusal.code)


def _with_tag(section: NoteSection) -> web.Response:
    return answer(_out(section), headers={hdrs.ETAG: f'"{section.revision}"'})


def _out(section: NoteSection) -> Section:
    return Section(
        about=section.about,
        revision=section.revision,
        state=section.state,
        text=section.text,
        author=section.author,
        saved=section.saved,
        signed=section.signed,
        signed_by=section.signed_by,
    )
