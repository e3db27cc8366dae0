"""What a clinic has settled, for whoever runs it: facts of the programme, kinds, rule packs, texts, and keys.

Rule packs and texts are files that the server was started with; here they are shown with their source and dates, and
how they say it. What is chosen among them is changed here as by the command line, with an audit entry. Of keys there
are ids, counts and times: no key and no secret leaves the server.

Counting what is sealed reads the whole store, so it is asked for, done once for all who ask, and kept for `COUNTED`.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from telehealth import packs
from telehealth.core.access_table import RecordAction, Relation, may, staff_role
from telehealth.core.coverage import is_npi
from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.kinds import Kind, kinds
from telehealth.core.packs import Pack
from telehealth.core.records import ApiKey, WebSession
from telehealth.core.refusals import Code
from telehealth.store.rotation import Census

from .answers import Refused, answer, body
from .bodies import PHONE, In, Nothing, Out
from .days import day_at
from .site import SITE, Site
from .staff import ID, allowed

COUNTED: Millis = 60_000


@dataclass
class Counting:
    """The last count of what is sealed under which key."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    census: Census = field(default_factory=Census)
    at: Millis = 0


COUNTING = web.AppKey("counting", Counting)


class CapOut(Out, frozen=True):
    most: int
    counts: str
    """clients | persons"""


class KindOut(Out, frozen=True):
    kind: str
    alone: bool
    counts: bool
    paid: bool
    cap: CapOut | None


class PackOut(Out, frozen=True):
    """`used`: it is what the server goes by where nobody chose another; `newer` is the version that stands instead."""

    id: str
    kind: str
    name: str
    version: int
    source: str
    unverified: str
    effective_from: str | None
    effective_to: str | None
    holds: bool
    """On this day."""
    used: bool
    newer: str | None


class LevelOut(Out, frozen=True):
    id: str
    code: str
    week_minutes: int


class ProgrammeOut(Out, frozen=True):
    id: str
    zone: str
    office: str
    facility_npi: str
    caps: str
    caps_choices: list[str]
    crisis_phone: str
    level: LevelOut
    payers: list[str]
    """Of whose contracts there are lines."""
    break_glass_minutes: int
    reminders: str
    """The id of the timetable."""
    via: str
    """log | smtp"""


class TextOut(Out, frozen=True):
    pack: str
    language: str
    why: str
    subject: str
    body: str
    sms: str


class Settings(Out, frozen=True):
    programme: ProgrammeOut
    kinds: list[KindOut]
    packs: list[PackOut]
    texts: list[TextOut]
    may_write: bool


class PackText(Out, frozen=True):
    id: str
    text: str


class Chosen(In, frozen=True):
    """What is the same on every claim, and who is on call in a crisis; what is left out stays."""

    facility_npi: Annotated[str, Meta(max_length=10)] | None = None
    caps: Annotated[str, Meta(max_length=80)] | None = None
    crisis_phone: Annotated[str, Meta(max_length=32)] | None = None


class KeysOut(Out, frozen=True):
    """Values that are sealed, by key. `done`: nothing needs an older key any more."""

    key: str
    current: int
    older: dict[str, int]
    unknown: int
    done: bool
    at: int


class ApiKeyOut(Out, frozen=True):
    id: str
    label: str
    profile: str
    recipient: str
    purpose: str
    created: int
    expires: int | None
    revoked: int | None
    last_used: int | None


class ApiKeys(Out, frozen=True):
    keys: list[ApiKeyOut]
    may_revoke: bool


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/settings"""
    me = await allowed(request, RecordAction.SETTINGS_READ)
    writes = _may(me, RecordAction.SETTINGS_WRITE)
    return answer(await _settings(request.app[SITE], me.programme, may_write=writes))


async def choose(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/settings/programme"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.SETTINGS_WRITE)
    asked = await body(request, Chosen)
    if asked.facility_npi and not is_npi(asked.facility_npi):
        raise Refused(Code.MALFORMED, field="facility_npi")
    if asked.caps and asked.caps not in site.packs.caps:
        raise Refused(Code.MALFORMED, field="caps")
    if asked.crisis_phone and not re.fullmatch(PHONE, asked.crisis_phone):
        raise Refused(Code.MALFORMED, field="crisis_phone")
    known = await site.store.programmes.facts(me.programme)
    given = {"facility_npi": asked.facility_npi, "caps": asked.caps, "crisis_phone": asked.crisis_phone}
    facts = replace(known, **{name: value for name, value in given.items() if value is not None})
    if facts != known:
        await site.store.audit.write(me.programme, me.person, "programme.facts", me.programme)
        await site.store.programmes.put_facts(me.programme, facts)
    return answer(await _settings(site, me.programme, may_write=True))


async def pack(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/settings/packs/{name}/{version}"""
    site = request.app[SITE]
    await allowed(request, RecordAction.SETTINGS_READ)
    found = site.packs.all.get(f"{request.match_info['name']}/{request.match_info['version']}")
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    return answer(PackText(id=found.id, text=found.text))


async def keys(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/settings/keys"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.KEYS_READ)
    await site.readings.write(me, "keys.counted", SessionId("keys"))
    counting = request.app[COUNTING]
    async with counting.lock:
        now = site.clock.now()
        if not 0 <= now - counting.at < COUNTED:
            counting.census, counting.at = await site.store.rotation.count(), now
    census = counting.census
    return answer(
        KeysOut(
            key=site.store.rotation.key,
            current=census.current,
            older=dict(census.older),
            unknown=census.unknown,
            done=census.done,
            at=counting.at,
        )
    )


async def api_keys(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/settings/api-keys"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.KEYS_READ)
    found = await site.store.access.api_keys(me.programme)
    return answer(ApiKeys(keys=[_key(one) for one in found], may_revoke=_may(me, RecordAction.KEYS_REVOKE)))


async def revoke(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/settings/api-keys/{key}/revoke"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.KEYS_REVOKE)
    await body(request, Nothing)
    name = request.match_info["key"]
    known = await site.store.access.api_key(name) if ID.fullmatch(name) else None
    if known is None or known.programme != me.programme:
        raise Refused(Code.NO_SUCH_THING)
    if known.revoked is None:
        await site.store.audit.write(me.programme, me.person, "api_key.revoked", known.id)
        await site.store.access.revoke_api_key(known.id, site.clock.now())
    return answer(_key(await site.store.access.api_key(name) or known))


def _may(me: WebSession, action: RecordAction) -> bool:
    return may(staff_role(me), action, {Relation.PROGRAMME})


async def _settings(site: Site, programme: ProgrammeId, *, may_write: bool) -> Settings:
    facts = await site.store.programmes.facts(programme)
    known, today = site.packs, day_at(site.clock.now(), site.zone)
    used = set(_used(site, facts.caps))
    newest: OrderedDict[str, Pack] = OrderedDict()
    for one in sorted(known.all.values(), key=lambda one: (one.kind, one.name, one.version)):
        newest[one.name] = one
    return Settings(
        programme=ProgrammeOut(
            id=programme,
            zone=site.zone.key,
            office=site.office,
            facility_npi=facts.facility_npi,
            caps=facts.caps,
            caps_choices=sorted(known.caps),
            crisis_phone=facts.crisis_phone,
            level=LevelOut(id=site.level.id, code=site.level.code, week_minutes=site.level.week_minutes),
            payers=sorted({line.payer for line in known.payer_rules}),
            break_glass_minutes=site.break_glass_minutes,
            reminders=site.timetable.id,
            via=site.via,
        ),
        kinds=[_kind(one) for one in kinds(site.level, known.claims.billable_kinds, known.caps.get(facts.caps))],
        packs=[
            PackOut(
                id=one.id,
                kind=one.kind,
                name=one.name,
                version=one.version,
                source=one.source,
                unverified=one.unverified,
                effective_from=one.effective_from.isoformat() if one.effective_from else None,
                effective_to=one.effective_to.isoformat() if one.effective_to else None,
                holds=one.holds(today),
                used=one.id in used,
                newer=newest[one.name].id if newest[one.name] is not one else None,
            )
            for one in sorted(known.all.values(), key=lambda one: (one.kind, one.name, -one.version))
        ],
        texts=[
            TextOut(pack=messages.id, language=language, why=why, subject=text.subject, body=text.body, sms=text.sms)
            for messages in known.messages.values()
            if not _newer(newest, known.all[messages.id])
            for language, spoken in sorted(messages.spoken.items())
            for why, text in spoken.texts.items()
        ],
        may_write=may_write,
    )


def _used(site: Site, caps: str) -> Iterator[str]:
    """What the server goes by where no session, client or contract names another."""
    known = site.packs
    yield from (packs.DEFAULT, site.level.id, site.timetable.id, caps)
    yield from (known.note_policy.id, known.note_policy.late_notes, known.engagement.id)
    yield from (line.unit_rule for line in known.payer_rules)


def _newer(newest: OrderedDict[str, Pack], one: Pack) -> bool:
    return newest[one.name] is not one


def _kind(one: Kind) -> KindOut:
    cap = None if one.cap is None else CapOut(most=one.cap.most, counts=one.cap.counts)
    return KindOut(kind=one.code, alone=one.alone, counts=one.counts, paid=one.paid, cap=cap)


def _key(one: ApiKey) -> ApiKeyOut:
    return ApiKeyOut(
        id=one.id,
        label=one.label,
        profile=one.profile,
        recipient=one.recipient or one.id,
        purpose=one.purpose,
        created=one.created,
        expires=one.expires,
        revoked=one.revoked,
        last_used=one.last_used,
    )
