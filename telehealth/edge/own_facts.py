"""A client's own page: what they see of themselves, what they may change, and all of it to take along.

Their next appointments, their hours, what they have signed and are asked to sign. Nothing of anybody else is ever
looked up here: no roster, no title of a session (staff call some by their client's name), no note. Notes are handed out
by the clinic on request (45 CFR 164.524), which the file of data says, too.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from aiohttp import hdrs, web
from msgspec import Meta

from telehealth.core import hours as rule
from telehealth.core.agreements import Kind, Lack, Signature, lacking
from telehealth.core.corrections import Effective, effective
from telehealth.core.coverage import in_force
from telehealth.core.emergencies import basis
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import Millis
from telehealth.core.plans import Line, Plan
from telehealth.core.records import Person, Session, WebSession
from telehealth.core.refusals import Code
from telehealth.core.roles import ATTENDS
from telehealth.core.series import SUPERSEDED

from . import plans, signing
from .answers import Refused, answer, body
from .bodies import LINE, In, Out
from .days import day_at, iso, start_of
from .own import owner_and_person
from .own_answers import own_answers
from .plan_bodies import PlanOut
from .signing import TextShown
from .site import SITE, Site

AHEAD: Millis = 15 * 24 * 60 * 60_000
"""How far ahead appointments are shown."""
WEEKS = 6
EVER: Millis = 30 * 366 * 24 * 60 * 60_000


class Appointment(Out, frozen=True):
    id: str
    starts: int
    ends: int
    cancelled: bool


class OwnWeek(Out, frozen=True):
    first: str
    minutes: int


class OwnHours(Out, frozen=True):
    """This week against what the level of care asks for, and the weeks before it."""

    week_minutes: int
    minutes: int
    minutes_to_come: int
    outlook: str
    weeks: list[OwnWeek]


class OwnSignature(Out, frozen=True):
    id: str
    kind: str
    title: str
    version: int
    at: int
    typed_name: str
    how: str
    revoked: int | None
    recipient: str
    """To whom it lets something go, as it was shown; empty where nothing does."""
    discloses: bool


class OwnConsent(Out, frozen=True):
    """A consent that was not signed under a text of the clinic: a certificate's, or one on paper."""

    id: str
    kind: str
    recipient: str
    purposes: list[str]
    signed: int
    expires: int | None
    revoked: int | None


class OwnPasskey(Out, frozen=True):
    id: str
    label: str
    added: int


class Own(Out, frozen=True):
    csrf: str
    alias: str
    legal_name: str
    language: str
    zone: str
    reminders: bool
    now: int
    office: str
    attends: bool
    """Whether there are hours and certificates: a family member has none."""
    appointments: list[Appointment]
    hours: OwnHours | None
    to_sign: list[TextShown]
    """Asked for before a session, or offered."""
    may_sign: list[TextShown]
    """Consents that are the client's own choice: treatment, payment and operations."""
    signatures: list[OwnSignature]
    consents: list[OwnConsent]
    passkeys: list[OwnPasskey]
    plan: PlanOut | None
    """Their relapse-prevention plan, begun or not; none of a family member."""


class Settings(In, frozen=True):
    alias: Annotated[str, Meta(min_length=1, max_length=40, pattern=LINE)]
    reminders: bool
    language: Annotated[str, Meta(pattern=r"\A(en|es)\Z")]
    zone: Annotated[str, Meta(max_length=64)]


async def facts(request: web.Request) -> web.StreamResponse:
    """GET /api/me?language="""
    me, person = await owner_and_person(request)
    return answer(await _own(request.app[SITE], me, person, request.query.get("language", "")))


async def settings(request: web.Request) -> web.StreamResponse:
    """PUT /api/me/settings"""
    site = request.app[SITE]
    me, person = await owner_and_person(request)
    asked = await body(request, Settings)
    alias = asked.alias.strip()
    if not alias or (asked.zone and asked.zone not in available_timezones()):
        raise Refused(Code.MALFORMED)
    changed = replace(person, alias=alias, reminders=asked.reminders, language=asked.language, zone=asked.zone)
    if await site.store.people.change(me.programme, changed, actor=me.person, at=site.clock.now()) is None:
        raise Refused(Code.STALE)
    return answer(await _own(site, me, changed, asked.language))


async def data(request: web.Request) -> web.StreamResponse:
    """GET /api/me/data.json"""
    site = request.app[SITE]
    me, person = await owner_and_person(request)
    await site.store.audit.write(me.programme, me.person, "own.data", "json")
    text = msgspec.json.format(msgspec.json.encode(await everything(site, me, person)), indent=2)
    headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="my-data.json"'}
    return web.Response(body=text, content_type="application/json", headers=headers)


async def data_pdf(request: web.Request) -> web.StreamResponse:
    """GET /api/me/data.pdf"""
    from . import own_pdf  # 0.3 s and 20 MB that a server without papers never needs

    site = request.app[SITE]
    me, person = await owner_and_person(request)
    await site.store.audit.write(me.programme, me.person, "own.data", "pdf")
    whole = await everything(site, me, person)
    drawn = await asyncio.to_thread(own_pdf.draw, whole, person.language, _zone(site, person))
    headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="my-data.pdf"'}
    return web.Response(body=drawn, content_type="application/pdf", headers=headers)


async def everything(site: Site, me: WebSession, person: Person) -> dict[str, Any]:
    """All that is kept about this client and may be handed to them at once."""
    now = site.clock.now()
    rows = await own_rows(site, me, now - EVER, now)
    _, signed = await site.store.agreements.standing(me.programme, [me.person])
    _, consents, _ = await site.store.consents.of(me.programme, [me.person])
    goals = (await site.store.goals.of(me.programme, [me.person]))[me.person]
    emergencies = await site.store.emergencies.of(me.programme, me.person)
    to = {basis(one): f"{one.recipient}, {one.affiliation}" for one in emergencies}
    record = {name: getattr(person, name) for name in _RECORD}
    return {
        "made": iso(now),
        "office": site.office,
        "person": {**record, "birth_date": person.birth_date and person.birth_date.isoformat()},
        "emergency_contacts": [msgspec.to_builtins(one) for one in person.emergency],
        "attendance": [
            {
                "session": one.row.session,
                "day": day_at(one.row.scheduled_start, site.zone).isoformat(),
                "scheduled_start": iso(one.row.scheduled_start),
                "scheduled_end": iso(one.row.scheduled_end),
                "first_in": one.row.first_join and iso(one.row.first_join),
                "last_out": one.row.last_leave and iso(one.row.last_leave),
                "minutes": one.minutes_attended,
                "status": one.status,
            }
            for one in rows
        ],
        "appointments": [
            {"starts": iso(one.starts), "ends": iso(one.ends), "cancelled": bool(one.cancelled)}
            for one in await own_sessions(site, me, now, now + 4 * AHEAD)
        ],
        "goals": [
            {"text": one.text, "from": one.effective_from.isoformat(), "to": _day(one.effective_to)} for one in goals
        ],
        "plan": _plan(await site.store.plans.of(me.programme, me.person)),
        **own_answers((await site.store.tools.kept(me.programme, [me.person]))[me.person]),
        "signatures": [
            {
                "kind": one.kind,
                "version": one.version,
                "language": one.language,
                "hash": one.hash,
                "signed_as": one.typed_name,
                "at": iso(one.at),
                "how": one.how,
                "revoked": one.revoked and iso(one.revoked),
            }
            for one in signed[me.person]
        ],
        "consents": [
            {
                "kind": one.kind,
                "recipient": one.recipient,
                "purposes": list(one.purposes),
                "covers": list(one.covers),
                "description": one.description,
                "signed": iso(one.signed),
                "expires": iso(one.expires) if one.expires else one.expires_event,
                "revoked": one.revoked and iso(one.revoked),
            }
            for one in consents[me.person]
        ],
        "disclosures": [
            {
                "at": iso(one.at),
                "recipient": to.get(one.basis, one.disclosure.recipient),
                "purpose": one.disclosure.purpose,
                "what": one.disclosure.profile,
                "basis": one.basis,
            }
            for one in await site.store.ledger.of(me.programme, me.person)
        ],
        "not_in_here": "Progress notes and counselling notes. Ask the clinic for them.",
    }


_RECORD = ("legal_name", "alias", "pronouns", "email", "phone", "language", "zone", "reminders", "needs", "mrn")


async def own_rows(site: Site, me: WebSession, start: Millis, end: Millis) -> list[Effective]:
    """The client's final rows of this time, with what people said of them."""
    rows = [row async for _, row in site.store.attendance.closed(me.programme, start, end, client=me.person)]
    heard = await site.store.corrections.of(me.programme, [row.session for row in rows])
    found = [effective(row, heard[row.session].said if row.session in heard else ()) for row in rows]
    return sorted(found, key=lambda one: (one.row.scheduled_start, one.row.session))


async def own_sessions(site: Site, me: WebSession, start: Millis, end: Millis) -> list[Session]:
    """Sessions that end after `start` and expect this client."""
    found = await site.store.sessions.of_person(me.programme, me.person, start, end)
    return [one for one in found if me.person in one.roster and one.cancelled != SUPERSEDED]


async def _own(site: Site, me: WebSession, person: Person, language: str) -> Own:
    now = site.clock.now()
    appointments = await own_sessions(site, me, now, now + AHEAD)
    texts, signed = await site.store.agreements.standing(me.programme, [me.person])
    signatures = signed[me.person]
    current = await site.store.agreements.current(me.programme)
    titles = {kind: signing.sheet(site, person, one, language or person.language) for kind, one in current.items()}
    rules = site.book.rules
    lacks = lacking(texts, signatures, [one for one in rules.values() if one.at_the_door], now)
    offers = await site.store.agreements.offers(me.programme, me.person)
    offered = [
        signing.sheet(site, person, current[one.kind], language or person.language, one).out()
        for one in offers
        if one.kind in current and (one.expires is None or now < one.expires)
    ]
    tpo = lacking(texts, signatures, [rules[Kind.TPO]], now) if Kind.TPO in current else ()
    _, consents, _ = await site.store.consents.of(me.programme, [me.person])
    known = {one.id for one in signatures}
    attends = me.role in ATTENDS
    return Own(
        csrf=me.csrf,
        alias=person.alias,
        legal_name=person.legal_name,
        language=person.language,
        zone=person.zone or site.zone.key,
        reminders=person.reminders,
        now=now,
        office=site.office,
        attends=attends,
        appointments=[
            Appointment(id=one.id, starts=one.starts, ends=one.ends, cancelled=bool(one.cancelled))
            for one in appointments
        ],
        hours=await _hours(site, me, appointments, now) if attends else None,
        to_sign=[*(titles[one.kind].out() for one in lacks), *offered],
        may_sign=[titles[one.kind].out() for one in tpo if one.why is not Lack.STALE],
        signatures=[
            _signature(site, one, titles[one.kind].title if one.kind in titles else "") for one in reversed(signatures)
        ],
        consents=[
            OwnConsent(
                id=one.id,
                kind=one.kind,
                recipient=one.recipient,
                purposes=list(one.purposes),
                signed=one.signed,
                expires=one.expires,
                revoked=one.revoked,
            )
            for one in consents[me.person]
            if one.id not in known
        ],
        passkeys=[
            OwnPasskey(id=one.id, label=one.label, added=one.added)
            for one in (await site.store.own_doors.get(me.programme, me.person)).passkeys
        ],
        plan=await plans.shown(site, me, me.person, language or person.language) if attends else None,
    )


def _plan(plan: Plan) -> dict[str, Any]:
    """The draft, and every version with who signed it."""
    return {
        "draft": [_line(one) for one in plan.draft.lines],
        "versions": [
            {
                "number": one.number,
                "at": iso(one.at),
                "lines": [_line(line) for line in one.lines],
                "signed": [
                    {"as": signed.typed_name, "at": iso(signed.at)}
                    for signed in (plan.signature(one.number), plan.countersignature(one.number))
                    if signed is not None
                ],
            }
            for one in plan.versions
        ],
    }


def _line(line: Line) -> dict[str, str]:
    return {"section": line.section, "text": line.text, "relation": line.relation, "phone": line.phone}


def _signature(site: Site, one: Signature, title: str) -> OwnSignature:
    return OwnSignature(
        id=one.id,
        kind=one.kind,
        title=title,
        version=one.version,
        at=one.at,
        typed_name=one.typed_name,
        how=one.how,
        revoked=one.revoked,
        recipient=dict(one.values).get("recipient", ""),
        discloses=site.book.rules[one.kind].discloses is not None,
    )


async def _hours(site: Site, me: WebSession, appointments: Sequence[Session], now: Millis) -> OwnHours:
    history = (await site.store.coverages.of(me.programme, [me.person])).get(me.person)
    today = day_at(now, site.zone)
    care = in_force(history.cares, today) if history else None
    level = site.level if care is None else site.packs.levels_of_care.get(care.level, site.level)
    this_week = level.week_of(today)
    first = this_week - timedelta(weeks=WEEKS - 1)
    rows = await own_rows(site, me, start_of(first, site.zone), now)
    ends = start_of(this_week + timedelta(days=7), site.zone)
    left = rule.to_come(
        [
            (one.starts, one.ends)
            for one in appointments
            if one.kind in level.kinds and not one.cancelled and one.starts < ends
        ],
        now,
    )
    attended = _by_week(site, level, rows)
    judged = rule.week(level, attended.get(this_week.isoformat(), 0), left, over=False)
    return OwnHours(
        week_minutes=level.week_minutes,
        minutes=judged.minutes,
        minutes_to_come=judged.minutes_to_come,
        outlook=judged.outlook,
        weeks=[
            OwnWeek(first=week, minutes=attended.get(week, 0) // rule.MINUTE)
            for week in ((first + timedelta(weeks=n)).isoformat() for n in range(WEEKS))
        ],
    )


def _by_week(site: Site, level: LevelOfCare, rows: Sequence[Effective]) -> dict[str, Millis]:
    """What was attended of kinds that count, by the first day of its week."""
    found: dict[str, Millis] = {}
    for one in rows:
        if one.row.kind in level.kinds:
            week = level.week_of(day_at(one.row.scheduled_start, site.zone)).isoformat()
            found[week] = found.get(week, 0) + one.attended_ms
    return found


def _zone(site: Site, person: Person) -> ZoneInfo:
    return ZoneInfo(person.zone) if person.zone in available_timezones() else site.zone


def _day(day: Any) -> str | None:
    return None if day is None else str(day)
