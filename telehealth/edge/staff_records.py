"""Staff over HTTP: who works here and as what, their records and sign-ins; tracks; and what the forms offer.

All staff may see their colleagues' names, roles and credentials; contacts and sign-in names are for whoever may change
them. Whoever is not active any more is signed out by it at once and cannot sign in: nothing is deleted, because notes
and rows name them. A changed role counts from the next sign-in on.
"""

from dataclasses import replace

from aiohttp import web

from telehealth.core import tracks as rule
from telehealth.core.access_table import RecordAction, Relation, may, staff_role
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.names import folded
from telehealth.core.person_rules import STATES
from telehealth.core.records import Person, StaffLogin, WebSession
from telehealth.core.refusals import Code
from telehealth.core.roles import LEADS, Role, StaffRole
from telehealth.mint import fresh_id

from .answers import Refused, answer, body
from .clients import ZONES, changes, facts_of, revision_of, write
from .days import day_at
from .people_bodies import (
    Choice,
    Choices,
    Colleague,
    History,
    LevelChoice,
    SignInFacts,
    StaffContact,
    StaffFacts,
    StaffList,
    StaffOut,
    TrackFacts,
)
from .site import SITE, Site
from .staff import ID, allowed

PAGE = 200
SHORTEST_PASSWORD = 12
_WITH_CASELOAD = LEADS - {StaffRole.OBSERVER, StaffRole.PEER} | {StaffRole.CASE_MANAGER}


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/people/staff?start="""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.STAFF_READ)
    start = request.query.get("start", "0")
    if not start.isascii() or not start.isdigit() or len(start) > 6:
        raise Refused(Code.MALFORMED)
    await site.readings.write(me, "staff.listed", SessionId("staff"))
    everybody = await site.store.people.names(me.programme, sorted(await site.store.people.staff(me.programme)))
    order = sorted(everybody, key=lambda who: (folded(everybody[who][0]), who))
    page = order[int(start) : int(start) + PAGE]
    people = await site.store.people.get(me.programme, page)
    end = int(start) + len(page)
    return answer(
        StaffList(
            await _out(site, me, [people[who] for who in page if who in people]),
            len(order),
            end if end < len(order) else None,
        )
    )


async def new(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/people/staff"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.STAFF_WRITE)
    asked = await body(request, StaffFacts)
    person = Person(PersonId(fresh_id()), True, "", "")
    return answer(await _saved(site, me, person, asked, 0), status=201)


async def save(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/people/staff/{person}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.STAFF_WRITE)
    asked = await body(request, StaffFacts)
    person = await _the_person(request, me)
    if person.id == me.person and not asked.active:
        raise Refused(Code.MALFORMED, field="active")
    return answer(await _saved(site, me, person, asked, revision_of(request)))


async def history(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/people/staff/{person}/history"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.STAFF_WRITE)
    person = await _the_person(request, me)
    await site.readings.write(me, "staff.history", SessionId(person.id))
    return answer(History(await changes(site, me.programme, await site.store.people.history(me.programme, person.id))))


async def put_track(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/people/tracks/{track}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.TRACKS_WRITE)
    asked = await body(request, TrackFacts)
    track = rule.Track(request.match_info["track"], asked.title.strip(), asked.kind, asked.open, asked.hours.strip())
    if faults := rule.wrong(track):
        raise Refused(Code.MALFORMED, field=faults[0], fields=list(faults))
    await site.store.tracks.put(me.programme, track, actor=me.person, at=site.clock.now())
    return answer(await _choices(site, me))


async def choices(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/people/choices"""
    me = await allowed(request, RecordAction.STAFF_READ)
    return answer(await _choices(request.app[SITE], me))


async def _the_person(request: web.Request, me: WebSession) -> Person:
    name = request.match_info["person"]
    who = PersonId(name)
    known = await request.app[SITE].store.people.get(me.programme, [who]) if ID.fullmatch(name) else {}
    if who not in known or not known[who].staff:
        raise Refused(Code.NO_SUCH_THING)
    return known[who]


async def _saved(site: Site, me: WebSession, person: Person, asked: StaffFacts, revision: int) -> StaffOut:
    states = tuple(dict.fromkeys(asked.licensed_states))
    after = replace(person, **{**facts_of(asked), "licensed_states": states})
    if asked.supervisor is not None:
        who = PersonId(asked.supervisor)
        known = (await site.store.people.get(me.programme, [who])).get(who)
        if known is None or not known.staff:
            raise Refused(Code.MALFORMED, field="supervisor")
    before = (await site.store.people.logins(me.programme, [person.id])).get(person.id)
    login = await _login(site, me.programme, after, asked.sign_in, before)
    kept = await write(site, me, after, revision)
    if login is not None and login != before:
        await site.store.people.put_login(login)
        what = "staff.sign_in_made" if before is None else "staff.sign_in_changed"
        await site.store.audit.write(me.programme, me.person, what, person.id)
    await _supervises(site, me, person.supervisor, kept)
    return (await _out(site, me, [kept]))[0]


async def _login(
    site: Site, programme: ProgrammeId, person: Person, asked: SignInFacts | None, before: StaffLogin | None
) -> StaffLogin | None:
    """How they sign in from now on; None leaves it as it is. Raises `Refused`."""
    if asked is None:
        return None
    name = asked.name.strip()
    if not name:
        raise Refused(Code.MALFORMED, field="sign_in")
    taken = await site.store.people.login(name)
    if (taken.person if taken else None) != (before.person if before else None):
        # Somebody else's name; or a new one for somebody who has one, which the old one would go on opening beside.
        raise Refused(Code.MALFORMED, field="sign_in")
    if (before is None or asked.password) and len(asked.password) < SHORTEST_PASSWORD:
        raise Refused(Code.MALFORMED, field="password")
    hashed = await site.passwords.hash(asked.password) if asked.password else (before.password_hash if before else "")
    part = Role.OBSERVER if asked.role is StaffRole.OBSERVER else Role.FACILITATOR
    return StaffLogin(person.id, programme, before.name if before else name, hashed, part, asked.role)


async def _supervises(site: Site, me: WebSession, earlier: PersonId | None, person: Person) -> None:
    """Whoever co-signs what somebody writes may read it: the tie follows the record."""
    if earlier == person.supervisor:
        return
    for who, now in ((earlier, False), (person.supervisor, True)):
        if who is not None:
            await site.store.care.supervise(me.programme, who, person.id, now=now, actor=me.person)


async def _out(site: Site, me: WebSession, people: list[Person]) -> list[StaffOut]:
    programme, full = me.programme, may(staff_role(me), RecordAction.STAFF_WRITE, {Relation.PROGRAMME})
    logins = await site.store.people.logins(programme, [one.id for one in people])
    caseloads = await site.store.care.sizes(programme, [one.id for one in people])
    found: list[StaffOut] = []
    for one, clients in zip(people, caseloads, strict=True):
        login = logins.get(one.id)
        contact = StaffContact(
            email=one.email,
            phone=one.phone,
            language=one.language,
            zone=one.zone,
            reminders=one.reminders,
            sign_in=login.name if login else "",
        )
        found.append(
            StaffOut(
                id=one.id,
                revision=one.revision,
                legal_name=one.legal_name,
                alias=one.alias,
                pronouns=one.pronouns,
                credential=one.credential,
                npi=one.npi,
                licensed_states=list(one.licensed_states),
                supervisor=one.supervisor or "",
                active=one.active,
                role=_role(login),
                clients=clients,
                contact=contact if full else None,
            )
        )
    return found


def _role(login: StaffLogin | None) -> str:
    return "" if login is None else (login.staff_role or StaffRole.FACILITATOR)


async def _choices(site: Site, me: WebSession) -> Choices:
    ids = sorted(await site.store.people.staff(me.programme))
    people = await site.store.people.get(me.programme, ids)
    logins = await site.store.people.logins(me.programme, ids)
    levels = site.packs.levels_of_care
    colleagues = [
        Colleague(who, one.legal_name, _role(logins.get(who)), _role(logins.get(who)) in _WITH_CASELOAD)
        for who, one in sorted(people.items(), key=lambda pair: (folded(pair[1].legal_name), pair[0]))
        if one.active
    ]
    return Choices(
        needs=[Choice(one.code, dict(one.label), one.language) for one in site.words.needs],
        reasons=[Choice(one.code, dict(one.label)) for one in site.words.reasons],
        tracks=list(await site.store.tracks.all(me.programme)),
        levels=[LevelChoice(one.id, one.code, one.week_minutes) for _, one in sorted(levels.items())],
        staff=colleagues,
        zones=sorted(zone for zone in ZONES if zone.startswith(("America/", "Pacific/", "US/")) or zone == "UTC"),
        states=sorted(STATES),
        zone=site.zone.key,
        today=day_at(site.clock.now(), site.zone),
    )
