"""Progress notes over HTTP: templates, reading, saving with `If-Match`, history. `core/notes.py` decides; this file
translates.

Preconditions are what HTTP does well: a save names the revision that it began from, and one that began from an older
revision gets 412 with the section as it is now, so that a page can show both texts. A save that is repeated with the
same `op`, because its answer was lost, is answered as the first time. Saving works after the session, too, and a long
note never delays a join. (Checking, signing and what comes after: note_acts.py.)
"""

import re

from aiohttp import hdrs, web

from telehealth.core import attendance
from telehealth.core.access_table import RecordAction, Relation, ever, may, staff_role
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.note_records import Content, NoteSection, NoteState
from telehealth.core.note_templates import begins, offered
from telehealth.core.notes import ALONE, decide_save, may_cosign, may_read, may_write, sections_of, tag
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.store.ports import NoteAct

from . import browser, record
from .answers import Refused, answer, body
from .note_bodies import (
    GROUP,
    BeginsOut,
    FieldOut,
    History,
    Section,
    Sections,
    TemplateOut,
    Templates,
    Written,
    revision_out,
    section_out,
)
from .note_record import Known, known, supervisors
from .site import SITE, Site
from .staff import ID, led_session, ties_of

_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


async def templates(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/note-templates"""
    site = request.app[SITE]
    await browser.staff(request)
    every = site.packs.note_templates
    now = offered(every.values(), site.packs.note_policy.templates)
    ordered = [*now, *(one for _, one in sorted(every.items()) if one not in now)]
    return answer(
        Templates(
            templates=[
                TemplateOut(
                    id=one.id,
                    title=one.title,
                    fields=[
                        FieldOut(name=field.name, title=field.title, hint=field.hint, required=field.required)
                        for field in one.fields
                    ],
                    offered=one in now,
                )
                for one in ordered
            ]
        )
    )


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/notes"""
    site = request.app[SITE]
    me, session = await readable_session(request)
    facts = await known(site, session)
    sections = await visible(site, me, session, every(facts))
    if not sections:
        raise Refused(Code.NO_SUCH_THING)
    await site.readings.write(me, "notes.read", session.id)
    return await whole(facts, sections)


async def one(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/notes/{about}"""
    site = request.app[SITE]
    me, session = await readable_session(request)
    section = await readable(request, site, me, session)
    await site.readings.write(me, "notes.read", session.id)
    return with_tag(section)


async def history(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/notes/{about}/history"""
    site = request.app[SITE]
    me, session = await readable_session(request)
    section = await readable(request, site, me, session)
    await site.readings.write(me, "notes.read", session.id)
    found = await site.store.notes.revisions(me.programme, session.id, section.about)
    return answer(History(revisions=[revision_out(one) for one in found]))


async def save(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/sessions/{session}/notes/{about}"""
    site = request.app[SITE]
    me, session = await led_session(request)
    if not may_write(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    revision = if_revision(request)
    asked = await body(request, Written)
    content = asked.content(site.packs.note_templates)
    now = await current(request, site, session)
    decided = decide_save(
        now,
        session=session.id,
        about=now.about,
        content=content,
        author=me.person,
        at=site.clock.now(),
        if_revision=revision,
    )
    if isinstance(decided, Refusal):
        first = await _before(site, me, now, revision, asked.op, content)
        if first is not None:
            return with_tag(first)
        raise refused(decided, now)
    act = NoteAct("note.saved", me.person, decided.saved)
    saved = await site.store.notes.write(me.programme, [decided], act, op=asked.op)
    if saved is None:  # somebody saved between the read and the write
        raise refused(Refusal(Code.STALE), await current(request, site, session))
    return with_tag(saved[0])


async def _before(
    site: Site, me: WebSession, now: NoteSection, revision: int, op: str, content: Content | None
) -> NoteSection | None:
    """What this very save wrote, if it was made before and its answer was lost."""
    if not op or revision >= now.revision:
        return None
    first = await site.store.notes.written(me.programme, now.session, now.about, revision + 1, op)
    same = first is not None and (first.author, first.content, first.signed) == (me.person, content, None)
    return first if same else None


# --- for note_acts.py, too


async def readable_session(request: web.Request) -> tuple[WebSession, Session]:
    """The signed-in member of staff and the session that the path names, led by them or not. Raises `Refused`.

    Whoever does not lead it may still see what waits for their signature; `visible` and `readable` look at that.
    """
    site = request.app[SITE]
    me = await browser.staff(request)
    name = request.match_info["session"]
    session = await site.store.sessions.get(me.programme, SessionId(name)) if ID.fullmatch(name) else None
    if session is None:
        raise Refused(Code.NO_SUCH_THING)
    leads = me.person in (*session.facilitators, *session.cofacilitators)
    if leads and not may_read(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    if RecordAction.NOTE_READ not in ever(staff_role(me)):
        raise Refused(Code.NO_SUCH_THING)
    return me, session


def every(facts: Known) -> list[NoteSection]:
    """What the note has or needs, as far as it was written."""
    abouts = sections_of(facts.session.kind, facts.present, facts.session.roster, facts.sections)
    return [facts.sections.get(about) or empty(facts.session, about) for about in abouts]


async def visible(site: Site, me: WebSession, session: Session, sections: list[NoteSection]) -> list[NoteSection]:
    """Those that the asker may read: all of a session that they lead; else what they may sign as a supervisor and what
    was signed about clients on their caseload, and the group's section with it."""
    if may_read(session, me.person, me.role):
        return sections
    signers = [one.signed_by for one in sections if one.signed_by is not None]
    today = await supervisors(site, me.programme, signers) if signers else {}
    ties = await ties_of(site, me)
    theirs = ties.caseload if may(ties.role, RecordAction.NOTE_READ, {Relation.CASELOAD}) else frozenset()
    mine = [
        one
        for one in sections
        if one.signed_by and (one.about in theirs or may_cosign(one, me.person, me.role, today.get(one.signed_by)))
    ]
    return [one for one in sections if one in mine or (mine and one.about is None and one.signed is not None)]


async def readable(request: web.Request, site: Site, me: WebSession, session: Session) -> NoteSection:
    """The section that the path names, if the asker may read it. Raises `Refused`."""
    if may_read(session, me.person, me.role):
        return await current(request, site, session)
    sections = await visible(site, me, session, await site.store.notes.of_session(me.programme, session.id))
    name = request.match_info["about"]
    found = next((one for one in sections if (one.about or GROUP) == name), None)
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    return found


async def current(request: web.Request, site: Site, session: Session) -> NoteSection:
    """The section that the path names. Raises `Refused` where nobody who was here or is expected is meant, and where
    one about everybody has no place: in a session of one client."""
    name = request.match_info["about"]
    about = None if name == GROUP else PersonId(name)
    if about is not None and about not in session.roster:
        log = await record.events(site, session.programme, session.id)
        if about not in attendance.intervals(log):
            raise Refused(Code.NO_SUCH_THING)
    kept = await site.store.notes.get(session.programme, session.id, about)
    if about is None and kept is None and session.kind in ALONE and session.roster:
        raise Refused(Code.NO_SUCH_THING)
    return kept or empty(session, about)


def empty(session: Session, about: PersonId | None) -> NoteSection:
    return NoteSection(session.id, about, 0, NoteState.DRAFT, Content(), PersonId(""), 0)


def if_revision(request: web.Request) -> int:
    """The revision that `If-Match` names. Raises `Refused`."""
    header = request.headers.get(hdrs.IF_MATCH)
    if header is None:
        raise Refused(Code.MALFORMED, 428)
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise Refused(Code.MALFORMED)
    return int(match[1])


def refused(refusal: Refusal, now: NoteSection) -> Refused:
    if refusal.code in (Code.STALE, Code.ALREADY_SIGNED):
        return Refused(refusal.code, headers={hdrs.ETAG: f'"{now.revision}"'}, current=section_out(now))
    return Refused(refusal.code, 409 if refusal.code is Code.NOT_NOW else None)


def with_tag(section: NoteSection) -> web.Response:
    return answer(section_out(section), headers={hdrs.ETAG: f'"{section.revision}"'})


async def whole(facts: Known, sections: list[NoteSection]) -> web.Response:
    """All sections, with the facts as they stand."""
    found = await listed(facts, sections)
    return answer(found, headers={hdrs.ETAG: f'"{found.tag}"'})


async def listed(facts: Known, sections: list[NoteSection]) -> Sections:
    out: list[Section] = [section_out(one, facts.facts(one)) for one in sections]
    packs, kind = facts.site.packs, facts.session.kind
    begin = begins(offered(packs.note_templates.values(), packs.note_policy.templates), packs.kinds.of(kind).template)
    return Sections(
        kind=kind,
        begins=BeginsOut(shared=begin.shared, client=begin.client),
        tag=tag(sections),
        sections=out,
        people=await facts.staff_names(sections),
    )
