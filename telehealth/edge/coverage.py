"""Who pays for a client, and at which level of care they are: read and recorded by whoever the access table lets.

`core/coverage.py` says which entry counts on a day; nothing is overwritten, so a mistake is mended by one more entry,
and `end` says the last day of one. Every look and every entry is in the audit log.
"""

from datetime import date
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from telehealth.core import coverage as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.coverage import Care, Coverage
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from .answers import Refused, answer, body
from .bodies import In, Out
from .days import day_at
from .site import SITE, Site
from .staff import ID, allowed_client

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
_Text = Annotated[str, Meta(max_length=rule.MAX_TEXT)]


class NewCoverage(In, frozen=True):
    """By whom a client's sessions are paid from a day on. Days are the facility's."""

    payer: Annotated[str, Meta(min_length=1, max_length=rule.MAX_TEXT)]
    """The code by which rule packs know the payer."""
    effective_from: date
    effective_to: date | None = None
    """The last day."""
    payer_name: _Text = ""
    member: _Text = ""
    authorization: _Text = ""
    authorized_units: Annotated[int, Meta(ge=0, le=rule.MAX_UNITS)] | None = None
    authorized_from: date | None = None
    authorized_to: date | None = None
    place_of_service: Annotated[str, Meta(max_length=2)] = ""


class NewLevel(In, frozen=True):
    """At which level of care a client is from a day on."""

    level: Annotated[str, Meta(min_length=1, max_length=rule.MAX_TEXT)]
    """The id of a level_of_care pack."""
    effective_from: date
    effective_to: date | None = None


class LastDay(In, frozen=True):
    """Until when an entry counts."""

    last_day: date
    """Before the first: the entry was a mistake, and never counts."""


class CoverageEntry(NewCoverage, frozen=True, kw_only=True):
    """As it was recorded."""

    id: str
    recorded: int
    recorded_by: str
    in_force: bool
    """Whether it is the one that counts today."""
    has_rules: bool
    """Whether a rule pack has a line of this payer. Without one its sessions have no units."""


class LevelEntry(NewLevel, frozen=True, kw_only=True):
    """As it was recorded."""

    id: str
    recorded: int
    recorded_by: str
    in_force: bool
    code: str
    """With its edition, such as asam:3:2.1; empty if there is no such pack any more."""
    week_minutes: int
    """What a week asks for."""


class LevelChoice(Out, frozen=True):
    """A level of care that may be recorded."""

    id: str
    code: str
    week_minutes: int


class ClientCoverage(Out, frozen=True):
    """All that was recorded of one client, by first day."""

    client: str
    coverage: list[CoverageEntry]
    levels: list[LevelEntry]
    payers: list[str]
    """Those that rule packs know."""
    level_choices: list[LevelChoice]
    clinic_level: str
    """What counts for the hours of a client of whom no level is recorded."""


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/clients/{client}/coverage"""
    site = request.app[SITE]
    me, client = await _client(request)
    await site.readings.write(me, "coverage.read", SessionId(client))
    return answer(await _all(site, me, client))


async def put(request: web.Request) -> web.StreamResponse:
    """POST /api/v1/clients/{client}/coverage"""
    site = request.app[SITE]
    me, client = await _client(request)
    asked = await body(request, NewCoverage)
    entry = Coverage(
        id=fresh_id(),
        client=client,
        effective_from=asked.effective_from,
        effective_to=asked.effective_to,
        payer=asked.payer,
        recorded=site.clock.now(),
        recorded_by=me.person,
        payer_name=asked.payer_name,
        member=asked.member,
        authorization=asked.authorization,
        authorized_units=asked.authorized_units,
        authorized_from=asked.authorized_from,
        authorized_to=asked.authorized_to,
        place_of_service=asked.place_of_service,
    )
    _possible(entry.effective_from, entry.effective_to)
    if faults := rule.wrong(entry):
        raise Refused(Code.MALFORMED, parameter=faults[0], field=faults[0])
    await site.store.coverages.put(me.programme, entry, actor=me.person)
    return answer(await _all(site, me, client), status=201)


async def put_level(request: web.Request) -> web.StreamResponse:
    """POST /api/v1/clients/{client}/levels"""
    site = request.app[SITE]
    me, client = await _client(request)
    asked = await body(request, NewLevel)
    _possible(asked.effective_from, asked.effective_to)
    if asked.level not in site.packs.levels_of_care:
        raise Refused(Code.MALFORMED, parameter="level", field="level")
    now = site.clock.now()
    entry = Care(fresh_id(), client, asked.effective_from, asked.effective_to, asked.level, now, me.person)
    await site.store.coverages.put(me.programme, entry, actor=me.person)
    return answer(await _all(site, me, client), status=201)


async def end(request: web.Request) -> web.StreamResponse:
    """POST /api/v1/clients/{client}/coverage/{entry}/end"""
    site = request.app[SITE]
    me, client = await _client(request)
    asked, entry = await body(request, LastDay), request.match_info["entry"]
    _possible(asked.last_day, None)
    if not ID.fullmatch(entry) or not await site.store.coverages.end(
        me.programme, client, entry, asked.last_day, site.clock.now(), actor=me.person
    ):
        raise Refused(Code.NO_SUCH_THING)
    return answer(await _all(site, me, client))


async def _client(request: web.Request) -> tuple[WebSession, PersonId]:
    """Who asks, and a client about whom they may: whoever may for the whole programme names one that there is."""
    me, client = await allowed_client(request, RecordAction.COVERAGE)
    person = (await request.app[SITE].store.people.get(me.programme, [client])).get(client)
    if person is None or person.staff:
        raise Refused(Code.NO_SUCH_THING)
    return me, client


def _possible(first: date, last: date | None) -> None:
    """Days that somebody can have meant: no typing error makes an entry that decides for a thousand years."""
    if not _EARLIEST <= first < _LATEST:
        raise Refused(Code.MALFORMED, parameter="effective_from", field="effective_from")
    if last is not None and not first <= last < _LATEST:
        raise Refused(Code.MALFORMED, parameter="effective_to", field="effective_to")


async def _all(site: Site, me: WebSession, client: PersonId) -> ClientCoverage:
    history = (await site.store.coverages.of(me.programme, [client]))[client]
    recorders = [one.recorded_by for one in history.coverages] + [one.recorded_by for one in history.cares]
    authors = [PersonId(name) for name in dict.fromkeys(recorders)]
    people = await site.store.people.get(me.programme, authors)
    names = {author: people[author].legal_name if author in people else author for author in authors}
    today, levels = day_at(site.clock.now(), site.zone), site.packs.levels_of_care
    paying, level = rule.in_force(history.coverages, today), rule.in_force(history.cares, today)
    payers = {line.payer for line in site.packs.payer_rules}
    return ClientCoverage(
        client=client,
        coverage=[
            CoverageEntry(
                **{name: getattr(one, name) for name in NewCoverage.__struct_fields__},
                id=one.id,
                recorded=one.recorded,
                recorded_by=names[PersonId(one.recorded_by)],
                in_force=one is paying,
                has_rules=one.payer in payers,
            )
            for one in history.coverages
        ],
        levels=[
            LevelEntry(
                level=one.level,
                effective_from=one.effective_from,
                effective_to=one.effective_to,
                id=one.id,
                recorded=one.recorded,
                recorded_by=names[PersonId(one.recorded_by)],
                in_force=one is level,
                code=levels[one.level].code if one.level in levels else "",
                week_minutes=levels[one.level].week_minutes if one.level in levels else 0,
            )
            for one in history.cares
        ],
        payers=sorted(payers),
        level_choices=[
            LevelChoice(id=one.id, code=one.code, week_minutes=one.week_minutes) for _, one in sorted(levels.items())
        ],
        clinic_level=site.level.id,
    )
