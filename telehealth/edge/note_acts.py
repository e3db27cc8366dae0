"""What makes a note count, over HTTP: check, sign, co-sign, and afterwards addendum, correction, "entered in error".

Every act names what it saw in `If-Match`: signing the whole note's tag, the others the section's revision. So nobody
signs a text that they have not read. All sections of a note are signed in one step or none is.
"""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web

from telehealth.core import note_lints
from telehealth.core.access_table import RecordAction, ever, staff_role
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.note_records import Content, LaterKind, NoteSection
from telehealth.core.notes import (
    Incomplete,
    decide_cosign,
    decide_later,
    decide_sign,
    lacks,
    may_cosign,
    may_write,
    tag,
)
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import StaffRole
from telehealth.mint import fresh_id
from telehealth.store.ports import NoteAct

from . import browser, notes
from .answers import Refused, answer, body
from .note_bodies import (
    GROUP,
    Addendum,
    Check,
    Correction,
    InError,
    Op,
    Queue,
    Sign,
    Waiting,
    lacks_out,
)
from .note_record import Known, known, supervisors
from .site import SITE, Site
from .staff import led_session

_WHOLE = re.compile(r'"([A-Za-z0-9_:,-]{0,4000})"')
_ACTIONS = {
    LaterKind.COSIGNATURE: "note.cosigned",
    LaterKind.ADDENDUM: "note.addendum",
    LaterKind.CORRECTION: "note.corrected",
    LaterKind.ERROR: "note.entered_in_error",
}


async def check(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/notes/check"""
    site = request.app[SITE]
    me, session = await _writer(request)
    facts = await known(site, session)
    await site.readings.write(me, "notes.read", session.id)
    supervisor = await _supervisor(site, me)
    unready = lacks(facts.sections.values(), await facts.checked(cosigner_missing=_alone(me, supervisor)))
    return answer(
        Check(
            tag=tag(facts.sections.values()),
            ended=facts.ended,
            unready=lacks_out(unready, _contents(facts)),
            days_late=await facts.days_late() if facts.ended else 0,
            supervisor=supervisor,
        )
    )


async def sign(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/notes/sign"""
    site = request.app[SITE]
    me, session = await _writer(request)
    seen = _if_tag(request)
    asked = await body(request, Sign)
    facts = await known(site, session)
    sections = facts.sections
    if seen != tag(sections.values()):
        if await _signed_before(site, me, session, seen, asked.op):
            return await notes.whole(facts, notes.every(facts))
        raise await _stale(facts)
    supervisor = await _supervisor(site, me)
    decided = decide_sign(
        sections.values(),
        await facts.checked(cosigner_missing=_alone(me, supervisor)),
        reasons={one.finding: one.reason for one in asked.answers},
        facts={about: facts.facts(one) for about, one in sections.items()},
        supervisor=supervisor,
        days_late=await facts.days_late(),
        by=me.person,
        at=facts.now,
        ended=facts.ended,
        salt=fresh_id(),
    )
    if isinstance(decided, Incomplete):
        raise _incomplete(decided, _contents(facts))
    if isinstance(decided, Refusal):
        raise Refused(decided.code, 409 if decided.code is Code.NOT_NOW else None)
    act = NoteAct("note.signed", me.person, facts.now)
    if await site.store.notes.write(me.programme, decided, act, op=asked.op) is None:
        raise await _stale(await known(site, session))
    signed = await known(site, session)
    return await notes.whole(signed, notes.every(signed))


async def _signed_before(site: Site, me: WebSession, session: Session, seen: str, op: str) -> bool:
    """Whether this very act signed what it saw, and its answer was lost."""
    if not op:
        return False
    for part in filter(None, seen.split(",")):
        name, _, revision = part.rpartition(":")
        about = None if name == GROUP else PersonId(name)
        if revision.isdecimal() and len(revision) < 10:
            first = await site.store.notes.written(me.programme, session.id, about, int(revision) + 1, op)
            if first is not None and first.signed_by == me.person:
                return True
    return False


async def cosign(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/notes/{about}/cosign"""
    site = request.app[SITE]
    me, session = await notes.readable_session(request)
    section = await notes.readable(request, site, me, session)
    if RecordAction.NOTE_COSIGN not in ever(staff_role(me)):
        raise Refused(Code.NOT_ALLOWED)
    revision = notes.if_revision(request)
    asked = await body(request, Op)
    signer = section.signed_by
    today = await supervisors(site, me.programme, [signer]) if signer else {}
    decided = decide_cosign(
        section,
        by=me.person,
        role=me.role,
        supervisor=today.get(signer) if signer else None,
        at=site.clock.now(),
        if_revision=revision,
    )
    return await _done(site, me, section, LaterKind.COSIGNATURE, decided, revision, asked.op)


async def addendum(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/notes/{about}/addenda"""
    return await _later(request, LaterKind.ADDENDUM, Addendum)


async def correction(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/notes/{about}/corrections"""
    return await _later(request, LaterKind.CORRECTION, Correction)


async def in_error(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/notes/{about}/error"""
    return await _later(request, LaterKind.ERROR, InError)


async def _later(request: web.Request, kind: LaterKind, form: type[Addendum] | type[InError]) -> web.StreamResponse:
    site = request.app[SITE]
    me, session = await _writer(request)
    revision = notes.if_revision(request)
    asked = await body(request, form)
    section = await notes.current(request, site, session)
    content: Content | None = None
    findings: list[note_lints.Finding] = []
    if isinstance(asked, Addendum):
        content = asked.content(site.packs.note_templates)
    if content is not None:
        findings = note_lints.name_findings({section.about: content}, await (await known(site, session)).names())
    reasons = {one.finding: one.reason for one in asked.answers} if isinstance(asked, Addendum) else {}
    supervisor = await _supervisor(site, me)
    decided = decide_later(
        section,
        kind,
        content=content,
        reason=asked.reason if isinstance(asked, Correction | InError) else "",
        findings=findings,
        reasons=reasons,
        supervisor=supervisor,
        cosigner_missing=_alone(me, supervisor),
        by=me.person,
        at=site.clock.now(),
        if_revision=revision,
        salt=fresh_id(),
    )
    if isinstance(decided, Incomplete) and content is not None:
        raise _incomplete(decided, {section.about: content})
    return await _done(site, me, section, kind, decided, revision, asked.op)


async def _done(
    site: Site,
    me: WebSession,
    section: NoteSection,
    kind: LaterKind,
    decided: NoteSection | Incomplete | Refusal,
    revision: int,
    op: str,
) -> web.Response:
    """Write it, or say why not; a repeat of what was done is answered as the first time."""
    if isinstance(decided, NoteSection):
        act = NoteAct(_ACTIONS[kind], me.person, decided.later[-1].at)
        written = await site.store.notes.write(me.programme, [decided], act, op=op)
        if written is not None:
            return notes.with_tag(written[0])
        now = await site.store.notes.get(me.programme, section.session, section.about)
        raise notes.refused(Refusal(Code.STALE), now or section)
    if op and revision < section.revision:
        first = await site.store.notes.written(me.programme, section.session, section.about, revision + 1, op)
        if first is not None and first.later and (first.later[-1].author, first.later[-1].kind) == (me.person, kind):
            return notes.with_tag(first)
    raise notes.refused(decided if isinstance(decided, Refusal) else Refusal(Code.NOTE_INCOMPLETE), section)


async def queue(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/cosign"""
    site = request.app[SITE]
    me = await browser.staff(request)
    waiting = await site.store.notes.waiting(me.programme)
    today = await supervisors(site, me.programme, [one.signed_by for one in waiting if one.signed_by])
    mine = [one for one in waiting if may_cosign(one, me.person, me.role, today.get(one.signed_by or PersonId("")))]
    if mine:
        await site.readings.write(me, "cosign.read", SessionId(me.person))
    named = {who for one in mine for who in (one.about, one.signed_by) if who}
    people = await site.store.people.get(me.programme, sorted(named))
    names = {who: person.legal_name for who, person in people.items()}
    found: list[Waiting] = []
    for one in mine:
        session = await site.store.sessions.get(me.programme, one.session)
        if session is not None:
            found.append(_waiting(one, session, names))
    return answer(Queue(sections=found))


def _waiting(one: NoteSection, session: Session, names: Mapping[PersonId, str]) -> Waiting:
    return Waiting(
        session=session.id,
        title=session.title,
        kind=session.kind,
        starts=session.starts,
        zone=ZoneInfo(session.zone).key,
        about=one.about,
        about_name=names.get(one.about, "") if one.about else "",
        revision=one.revision,
        signed=one.signed,
        signed_by=one.signed_by,
        signed_by_name=names.get(one.signed_by, "") if one.signed_by else "",
    )


async def _writer(request: web.Request) -> tuple[WebSession, Session]:
    me, session = await led_session(request)
    if not may_write(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    return me, session


async def _supervisor(site: Site, me: WebSession) -> PersonId | None:
    return (await supervisors(site, me.programme, [me.person])).get(me.person)


def _alone(me: WebSession, supervisor: PersonId | None) -> bool:
    """Whether somebody who may not sign alone would."""
    return supervisor is None and staff_role(me) is StaffRole.INTERN


def _if_tag(request: web.Request) -> str:
    """The whole note's tag that `If-Match` names. Raises `Refused`."""
    header = request.headers.get(hdrs.IF_MATCH)
    if header is None:
        raise Refused(Code.MALFORMED, 428)
    match = _WHOLE.fullmatch(header.strip())
    if match is None:
        raise Refused(Code.MALFORMED)
    return match[1]


async def _stale(facts: Known) -> Refused:
    current = await notes.listed(facts, notes.every(facts))
    return Refused(Code.STALE, headers={hdrs.ETAG: f'"{current.tag}"'}, current=current)


def _contents(facts: Known) -> dict[PersonId | None, Content]:
    return {about: section.content for about, section in facts.sections.items()}


def _incomplete(decided: Incomplete, written: Mapping[PersonId | None, Content]) -> Refused:
    return Refused(
        Code.NOTE_INCOMPLETE,
        missing=[about or GROUP for about in decided.missing],
        unready=lacks_out(decided.lacks, written),
    )
