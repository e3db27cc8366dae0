"""How a crisis ends: the note about an incident, and the record of what medical personnel were told (42 CFR 2.51(c)).

Incidents are read out of the room's log (core/incidents.py), so they can be written down while the alarm is open, after
it, and after the session. Nothing is written without a person's word: the proposed text goes to a page, and what comes
back from it goes behind whatever stands in the client's section of the session's note, as a draft of whoever sent it.

What medical personnel were told may be recorded of any client of the session, whether there was an alarm or not.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Meta

from telehealth.core import incidents as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.emergencies import MAX_NATURE, Emergency, faults
from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.incidents import Incident
from telehealth.core.note_records import NoteSection, NoteState
from telehealth.core.note_templates import Template, offered
from telehealth.core.notes import decide_save, may_write
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import Room
from telehealth.store.ports import NoteAct, Unavailable

from . import crisis, record
from .answers import Refused, answer, body
from .bodies import LINE, In, Line, Out
from .note_bodies import Op, section_out
from .notes import empty
from .site import SITE, Site
from .staff import ID, allowed_session, led_session, may_session, ties_of

_TRIES = 5
_GROUP = "group"
"""The name of the template that is for the group's section alone."""


class TakenOut(Out, frozen=True):
    step: str
    text: str
    outcome: str
    at: int
    by: str
    """Legal name of whoever took it."""


class TellingOut(Out, frozen=True):
    """What is proposed for the record; nothing of it is known to have been."""

    at: int | None
    by: str
    """A member of staff's id, or empty."""
    nature: str


class IncidentOut(Out, frozen=True):
    client: str
    alias: str
    legal_name: str
    member: int
    risk: str
    why: str
    since: int
    raised: int
    closed: int | None
    how: str
    by: str
    steps: list[TakenOut]
    draft: str
    """What is proposed for the note."""
    note: str
    """open: nothing of it is in the client's section; written: it is; signed: the section is signed without it, so that
    it needs an addendum."""
    telling: TellingOut


class EmergencyOut(Out, frozen=True):
    id: str
    client: str
    recipient: str
    affiliation: str
    discloser: str
    at: int
    nature: str
    recorded: int
    by: str


class Named(Out, frozen=True):
    person: str
    name: str


class Incidents(Out, frozen=True):
    now: int
    incidents: list[IncidentOut]
    emergencies: list[EmergencyOut]
    """Of this session."""
    staff: list[Named]
    """Who may have told medical personnel: oneself, whoever leads, and who supervises them."""
    may_note: bool


class Noted(Op, frozen=True, kw_only=True):
    raised: int
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    """As somebody has read it, and changed it."""


class Tell(In, frozen=True):
    id: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{16,64}\Z")]
    """Chosen at random by the page: whoever repeats one is answered as the first time."""
    recipient: Line
    affiliation: Line
    discloser: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
    at: Annotated[int, Meta(ge=0, le=2**53)]
    nature: Annotated[str, Meta(min_length=1, max_length=MAX_NATURE, pattern=LINE)]


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/incidents?language="""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.EMERGENCY)
    language = request.query.get("language", "")
    return answer(await _all(site, me, session, language if language in rule.LANGUAGES else rule.LANGUAGES[0]))


async def note(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/incidents/{client}/note"""
    site = request.app[SITE]
    me, session = await led_session(request)
    if not may_write(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    asked = await body(request, Noted)
    text = asked.text.strip()
    if not text:
        raise Refused(Code.MALFORMED)
    log = await record.events(site, session.programme, session.id)
    client = PersonId(request.match_info["client"])
    clients = crisis.clients_of(session, record.room(log))
    if client not in clients or not any(
        (one.client, one.raised) == (client, asked.raised) for one in rule.incidents(log)
    ):
        raise Refused(Code.NO_SUCH_THING)
    for _ in range(_TRIES):
        now = await site.store.notes.get(session.programme, session.id, client) or empty(session, client)
        if now.state is NoteState.DRAFT and text in now.text:
            return answer(section_out(now))  # it was written before, and its answer was lost
        decided = decide_save(
            now,
            session=session.id,
            about=client,
            content=rule.placed(now.content, _template(site, now), text),
            author=me.person,
            at=site.clock.now(),
            if_revision=now.revision,
        )
        if isinstance(decided, Refusal):
            raise Refused(decided.code)
        act = NoteAct("note.saved", me.person, decided.saved)
        saved = await site.store.notes.write(me.programme, [decided], act, op=asked.op)
        if saved is not None:
            return answer(section_out(saved[0]), status=201)
    raise Unavailable("The section changes faster than something can be put behind it.")


async def tell(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/clients/{client}/emergency"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.EMERGENCY)
    asked = await body(request, Tell)
    name = request.match_info["client"]
    room = record.room(await record.events(site, session.programme, session.id))
    if not ID.fullmatch(name) or name not in crisis.clients_of(session, room):
        raise Refused(Code.NO_SUCH_THING)
    now = site.clock.now()
    told = Emergency(
        asked.id,
        PersonId(name),
        session.id,
        asked.recipient.strip(),
        asked.affiliation.strip(),
        PersonId(asked.discloser),
        asked.at,
        asked.nature.strip(),
        now,
        me.person,
    )
    wrong = list(faults(told, session, now))
    known = (await site.store.people.get(me.programme, [told.discloser])).get(told.discloser)
    if known is None or not known.staff:
        wrong.append("discloser")
    if wrong:
        raise Refused(Code.MALFORMED, field=wrong[0], fields=wrong)
    await site.store.emergencies.put(me.programme, told, session)
    kept = next(one for one in await site.store.emergencies.of(me.programme, told.client) if one.id == told.id)
    return answer(_emergency(kept), status=201)


def _template(site: Site, section: NoteSection) -> Template | None:
    """The section's own; of an empty one, what a client's section begins with."""
    every = site.packs.note_templates
    if not section.content.empty:
        return every.get(section.content.template)
    clients = (one for one in offered(every.values(), site.packs.note_policy.templates) if one.name != _GROUP)
    return next(clients, every.get(section.content.template))


async def _all(site: Site, me: WebSession, session: Session, language: str) -> Incidents:
    ties = await ties_of(site, me)
    log = await record.events(site, session.programme, session.id)
    room = record.room(log)
    clients = crisis.clients_of(session, room)
    found = [one for one in rule.incidents(log) if one.client in clients]  # a family member has no note
    about = list(dict.fromkeys(one.client for one in found))
    over = await crisis.supervisors_of(site, session)
    leads = list(dict.fromkeys((me.person, *session.facilitators, *session.cofacilitators, *over)))
    took = [room.members[step.by].person for one in found for step in one.steps]
    closed = [room.members[one.by].person for one in found if one.by is not None]
    people = await site.store.people.get(session.programme, [*dict.fromkeys((*about, *leads, *took, *closed))])
    sections = {one: await site.store.notes.get(session.programme, session.id, one) for one in about}
    names = {m.number: people[m.person].legal_name for m in room.members.values() if m.person in people}
    steps = {one.code: one.text[language] for one in site.packs.crisis.steps}
    told = rule.Told(ZoneInfo(session.zone), language, steps, names)
    emergencies = [
        one
        for client in clients
        for one in await site.store.emergencies.of(session.programme, client)
        if one.session == session.id
    ]
    await site.readings.write(me, "incidents.read", session.id)
    return Incidents(
        now=site.clock.now(),
        incidents=[
            _incident(site, one, room, told, sections[one.client], {who: p.alias for who, p in people.items()})
            for one in found
            if one.client in people
        ],
        emergencies=[_emergency(one) for one in emergencies],
        staff=[Named(person=who, name=people[who].legal_name) for who in leads if who in people],
        may_note=may_session(ties, RecordAction.NOTE_WRITE, session)
        and may_write(session, me.person, me.role)
        and site.packs.kinds.of(session.kind).notes,
    )


def _incident(
    site: Site,
    one: Incident,
    room: Room,
    told: rule.Told,
    section: NoteSection | None,
    aliases: Mapping[PersonId, str],
) -> IncidentOut:
    calls = [step.code for step in site.packs.crisis.steps if step.whom == rule.LOCAL_EMERGENCY]
    telling = rule.telling(one, told, calls)
    return IncidentOut(
        client=one.client,
        alias=aliases.get(one.client, ""),
        legal_name=told.names.get(one.member, ""),
        member=one.member,
        risk=one.risk,
        why=one.why,
        since=one.since,
        raised=one.raised,
        closed=one.closed,
        how=one.how or "",
        by=_name(told.names, one.by),
        steps=[
            TakenOut(
                step=step.step,
                text=told.steps.get(step.step, step.step),
                outcome=step.outcome,
                at=step.at,
                by=_name(told.names, step.by),
            )
            for step in one.steps
        ],
        draft=rule.draft(one, told),
        note=_stands(one, told.zone, section),
        telling=TellingOut(
            at=telling.at, by="" if telling.by is None else room.members[telling.by].person, nature=telling.nature
        ),
    )


def _stands(one: Incident, zone: ZoneInfo, section: NoteSection | None) -> str:
    if section is None:
        return "open"
    texts: Sequence[str] = [section.text, *(later.content.text for later in section.later if later.content)]
    if any(rule.noted(one, zone, text) for text in texts):
        return "written"
    return "open" if section.state is NoteState.DRAFT else "signed"


def _name(names: Mapping[MemberNumber, str], member: MemberNumber | None) -> str:
    return "" if member is None else names.get(member, "")


def _emergency(one: Emergency) -> EmergencyOut:
    return EmergencyOut(
        id=one.id,
        client=one.client,
        recipient=one.recipient,
        affiliation=one.affiliation,
        discloser=one.discloser,
        at=one.at,
        nature=one.nature,
        recorded=one.recorded,
        by=one.by,
    )
