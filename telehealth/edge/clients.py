"""Clients over HTTP: find them, take one in, read and change a record, and their supporters.

Whoever may read people of the whole programme finds all of them; a counsellor those on the caseload and in the groups
that they lead. What is typed to find somebody comes in a body: an address stands in logs and histories. Every look at a
record and every change is in the audit log, and a change made from an older revision is refused with the newer record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from aiohttp import web

from telehealth.core import episodes as rule
from telehealth.core.access_table import ALLOWED, RecordAction, Relation, Ties, may
from telehealth.core.coverage import in_force
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.names import folded
from telehealth.core.person_rules import wrong
from telehealth.core.records import Person, WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id
from telehealth.store.people_ports import Kept

from .answers import Refused, answer, body
from .days import day_at
from .people_bodies import (
    ChangeOut,
    ClientFacts,
    ClientOut,
    Facts,
    Find,
    History,
    Listed,
    Row,
    SupporterFacts,
    contacts,
    plain,
    supporter_out,
)
from .site import SITE, Site
from .staff import ID, allowed, client_for, known_clients, relations_to, signed_in, ties_of

ZONES: Collection[str] = frozenset(available_timezones())
_CLINICAL = frozenset({"needs", "emergency"})
"""Fields that `people.needs` opens."""


async def find(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/people/clients/find"""
    site = request.app[SITE]
    me = await signed_in(request, RecordAction.PEOPLE_READ)
    asked = await body(request, Find)
    today = day_at(site.clock.now(), site.zone)
    await site.readings.write(me, "people.listed", SessionId("clients"))
    ties = await ties_of(site, me)
    seen = await visible(site, ties)
    if asked.text.strip():
        chosen = [who for who in await site.store.people.search(me.programme, asked.text) if who in seen]
    else:
        chosen = [who for who in await site.store.people.ordered(me.programme) if who in seen]
    enrolment = may(ties.role, RecordAction.ENROLMENT_READ, _widest(ties))
    if asked.status != "all" or asked.track or asked.counsellor:
        chosen = await _fitting(site, me.programme, chosen, asked, today) if enrolment else []
    page = chosen[asked.start : asked.start + asked.limit]
    rows = await rows_of(site, me.programme, page, today, enrolment=enrolment)
    counsellors = sorted({PersonId(one.counsellor) for one in rows if one.counsellor})
    known = await site.store.people.names(me.programme, counsellors)
    end = asked.start + len(page)
    return answer(
        Listed(
            clients=rows,
            names={who: legal_name for who, (legal_name, _) in known.items()},
            total=len(chosen),
            next=end if end < len(chosen) else None,
        )
    )


async def visible(site: Site, ties: Ties) -> frozenset[PersonId]:
    """The clients whom this member of staff may read."""
    everybody = await site.store.people.clients(ties.programme)
    if may(ties.role, RecordAction.PEOPLE_READ, {Relation.PROGRAMME}):
        return everybody
    found = set(ties.caseload) if may(ties.role, RecordAction.PEOPLE_READ, {Relation.CASELOAD}) else set()
    if may(ties.role, RecordAction.PEOPLE_READ, {Relation.ROSTER}):
        found |= await known_clients(site, ties)
    return everybody & found


def _widest(ties: Ties) -> frozenset[Relation]:
    """The relations under which this role reads people: what else is shown in a list goes by the same."""
    return ALLOWED[ties.role].get(RecordAction.PEOPLE_READ, frozenset()) if ties.role else frozenset()


async def _fitting(
    site: Site, programme: ProgrammeId, clients: Sequence[PersonId], asked: Find, today: date
) -> list[PersonId]:
    if asked.status in ("enrolled", "admitted", "planned", "paused"):
        enrolled = await site.store.episodes.enrolled(programme)
        clients = [who for who in clients if who in enrolled]
    episodes = await site.store.episodes.outlines(programme, clients)
    return [who for who in clients if _fits(rule.current(episodes.get(who, ()), today), asked, today)]


def _fits(episode: rule.Episode | None, asked: Find, today: date) -> bool:
    status = rule.Status.NONE if episode is None else episode.status(today)
    counsellor = (episode.counsellor or "none") if episode is not None and episode.discharged is None else "none"
    return (
        asked.status in ("all", status) or (asked.status == "enrolled" and status not in ("none", "discharged"))
    ) and (
        (not asked.track or (episode is not None and episode.track == asked.track))
        and (not asked.counsellor or counsellor == asked.counsellor)
    )


async def rows_of(
    site: Site, programme: ProgrammeId, clients: Sequence[PersonId], today: date, *, enrolment: bool
) -> list[Row]:
    """These clients as a list shows them; without `enrolment` their names only."""
    names = await site.store.people.names(programme, clients)
    episodes = await site.store.episodes.outlines(programme, clients) if enrolment else {}
    histories = await site.store.coverages.of(programme, clients) if enrolment else {}
    levels = site.packs.levels_of_care
    rows: list[Row] = []
    for who in clients:
        if who not in names:
            continue
        now = rule.current(episodes.get(who, ()), today)
        care = in_force(histories[who].cares, today) if enrolment else None
        status = "" if not enrolment else rule.Status.NONE if now is None else now.status(today)
        rows.append(
            Row(
                id=who,
                legal_name=names[who][0],
                alias=names[who][1],
                status=status,
                track=now.track if now else "",
                counsellor=(now.counsellor or "") if now else "",
                level=levels[care.level].code if care and care.level in levels else "",
                since=None if now is None else now.discharged if status == "discharged" else now.admitted,
            )
        )
    return rows


async def new(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/people/clients"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.PEOPLE_WRITE)
    asked = await body(request, ClientFacts)
    person = _with(Person(PersonId(fresh_id()), False, "", ""), asked)
    return answer(await _out(site, me, await write(site, me, person)), status=201)


async def one(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/people/clients/{client}"""
    site = request.app[SITE]
    me, person = await the_client(request, RecordAction.PEOPLE_READ)
    await site.readings.write(me, "people.read", SessionId(person.id))
    return answer(await _out(site, me, person))


async def save(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/people/clients/{client}"""
    site = request.app[SITE]
    me, person = await the_client(request, RecordAction.PEOPLE_WRITE)
    asked = await body(request, ClientFacts)
    ties = await ties_of(site, me)
    if asked.needs is not None or asked.emergency is not None:
        relations = await relations_to(site, ties, person.id)
        if not may(ties.role, RecordAction.PEOPLE_NEEDS, relations):
            raise Refused(Code.NOT_ALLOWED)
    after = await write(site, me, _with(person, asked), revision_of(request))
    return answer(await _out(site, me, after))


async def history(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/people/clients/{client}/history"""
    site = request.app[SITE]
    me, person = await the_client(request, RecordAction.PEOPLE_READ)
    ties = await ties_of(site, me)
    needs = may(ties.role, RecordAction.PEOPLE_NEEDS, await relations_to(site, ties, person.id))
    await site.readings.write(me, "people.history", SessionId(person.id))
    kept = await site.store.people.history(me.programme, person.id)
    return answer(History(await changes(site, me.programme, kept, hidden=frozenset() if needs else _CLINICAL)))


async def changes(
    site: Site, programme: ProgrammeId, kept: Sequence[Kept], *, hidden: Collection[str] = ()
) -> list[ChangeOut]:
    """The log of a person, latest first, with what each changed field said before."""
    actors = sorted({PersonId(one.change.actor) for one in kept})
    names = await site.store.people.names(programme, actors)
    before: Sequence[Person | None] = [None, *(one.person for one in kept)]
    return [
        ChangeOut(
            revision=one.person.revision,
            at=one.change.at,
            by=names[PersonId(one.change.actor)][0] if one.change.actor in names else one.change.actor,
            what=one.change.what,
            fields=[name for name in one.change.fields if name not in hidden],
            before={
                name: plain(getattr(earlier, name)) for name in one.change.fields if earlier and name not in hidden
            },
        )
        for one, earlier in zip(reversed(kept), reversed(before[: len(kept)]), strict=True)
    ]


async def new_supporter(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/people/clients/{client}/supporters"""
    site = request.app[SITE]
    me, client = await the_client(request, RecordAction.PEOPLE_WRITE)
    asked = await body(request, SupporterFacts)
    person = Person(PersonId(fresh_id()), False, "", "", collateral_of=client.id)
    after = await write(site, me, replace(person, **facts_of(asked)))
    return answer(supporter_out(after), status=201)


async def save_supporter(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/people/clients/{client}/supporters/{person}"""
    site = request.app[SITE]
    me, client = await the_client(request, RecordAction.PEOPLE_WRITE)
    asked = await body(request, SupporterFacts)
    name = request.match_info["person"]
    person = (await site.store.people.get(me.programme, [PersonId(name)])).get(PersonId(name))
    if person is None or person.collateral_of != client.id:
        raise Refused(Code.NO_SUCH_THING)
    return answer(supporter_out(await write(site, me, replace(person, **facts_of(asked)), revision_of(request))))


# --- shared with staff_records.py and enrolment.py


async def the_client(request: web.Request, action: RecordAction) -> tuple[WebSession, Person]:
    """The signed-in member of staff, and the client whom the path names and with whom they may do this."""
    site = request.app[SITE]
    me = await signed_in(request, action)
    name = request.match_info["client"]
    if not ID.fullmatch(name):
        raise Refused(Code.NO_SUCH_THING)
    client = PersonId(name)
    try:
        await client_for(site, me, action, client)
    except Refused:
        if action is RecordAction.PEOPLE_READ:
            raise
        await client_for(site, me, RecordAction.PEOPLE_READ, client)  # or there is no such client for them
        raise Refused(Code.NOT_ALLOWED) from None
    person = (await site.store.people.get(me.programme, [client])).get(client)
    if person is None or person.staff or person.collateral_of is not None:
        raise Refused(Code.NO_SUCH_THING)
    return me, person


def revision_of(request: web.Request) -> int:
    """The revision that a change was made from. Raises `Refused`."""
    sent = request.headers.get("If-Match", "").strip('"')
    if not sent.isascii() or not sent.isdigit() or len(sent) > 12:
        raise Refused(Code.MALFORMED, 428)
    return int(sent)


async def write(site: Site, me: WebSession, person: Person, revision: int = 0) -> Person:
    """Check and keep a record that was made from this revision. Raises `Refused`."""
    now = site.clock.now()
    faults = wrong(person, today=day_at(now, site.zone), zones=ZONES, needs=site.words.need_codes)
    if faults:
        raise Refused(Code.MALFORMED, field=faults[0], fields=list(faults))
    if person.revision != revision:
        raise Refused(Code.STALE, revision=person.revision)
    after = await site.store.people.change(me.programme, person, actor=me.person, at=now)
    if after is None:
        raise Refused(Code.STALE)
    return after


def facts_of(asked: Facts) -> dict[str, Any]:
    """What a form said, without spaces around it."""
    known = {one.name for one in fields(Person)}
    given = {name: getattr(asked, name) for name in asked.__struct_fields__ if name in known}
    return {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}


def _with(person: Person, asked: ClientFacts) -> Person:
    given = facts_of(asked)
    given["needs"] = person.needs if asked.needs is None else tuple(dict.fromkeys(asked.needs))
    given["emergency"] = person.emergency if asked.emergency is None else contacts(asked.emergency)
    return replace(person, **given)


async def _out(site: Site, me: WebSession, person: Person) -> ClientOut:
    ties = await ties_of(site, me)
    relations = await relations_to(site, ties, person.id)
    held = [action for action in RecordAction if may(ties.role, action, relations)]
    today = day_at(site.clock.now(), site.zone)
    (row,) = await rows_of(site, me.programme, [person.id], today, enrolment=RecordAction.ENROLMENT_READ in held)
    ids = await site.store.people.collaterals(me.programme, person.id)
    supporters = await site.store.people.get(me.programme, ids)
    names: Mapping[PersonId, tuple[str, str]] = (
        await site.store.people.names(me.programme, [PersonId(row.counsellor)]) if row.counsellor else {}
    )
    needs = RecordAction.PEOPLE_NEEDS in held
    plain_fields = set(ClientOut.__struct_fields__) & {one.name for one in fields(Person)} - {"needs", "emergency"}
    return ClientOut(
        **{name: getattr(person, name) for name in plain_fields},
        needs=list(person.needs) if needs else None,
        emergency=list(person.emergency) if needs else None,
        supporters=[
            supporter_out(one)
            for one in sorted(supporters.values(), key=lambda one: (not one.active, folded(one.legal_name), one.id))
        ],
        today=row,
        counsellor_name=names[PersonId(row.counsellor)][0] if row.counsellor in names else "",
        may=sorted(held),
    )
