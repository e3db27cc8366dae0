"""What staff need beside the video: who is on their way in, who is late, and what is due about them.

GET /api/staff/sessions/{session}/cockpit is asked every few seconds by the staff's page of a room, so it reads what
changes and nothing else: the log, the marks of arrival, messages, and of those who are late their numbers and who tried
to reach them. `core/late.py` decides. POST /api/arriving is the client's page saying which of its screens is open.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web

from telehealth.core import late as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.arriving import Arrival, Doing, doing
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.late import Late
from telehealth.core.outreach import Outreach
from telehealth.core.records import CheckIn, Person, Session
from telehealth.core.room import HERE, Room
from telehealth.live.reminders import excused

from . import browser, record
from .answers import answer, body
from .bodies import In, Out
from .site import SITE, Site
from .staff import allowed_session, may_session, ties_of


class Arriving(In, frozen=True):
    doing: Doing


class OnTheWay(Out, frozen=True):
    client: str
    doing: str
    """opened (no more is known) | devices | signing | about"""
    heard: int


class TakenStep(Out, frozen=True):
    step: str
    """message | call | no_show"""
    at: int
    entry: str
    """Of an outreach: by which it is withdrawn. Empty for what is taken back otherwise, or not at all."""


class LateClient(Out, frozen=True):
    client: str
    alias: str
    since: int
    now: str | None
    """The step that is due: message | call | no_show."""
    next: int | None
    """When another step is due."""
    taken: list[TakenStep]
    phones: list[str]
    """Where they can be called; none for whoever may not see identities."""


class Cockpit(Out, frozen=True):
    now: int
    rule: str
    minutes: dict[str, int]
    """After how many minutes each step is due."""
    arriving: list[OnTheWay]
    """Of the roster, who opened their link and has not come in yet."""
    late: list[LateClient]
    may_call: bool
    """Whether the asker may record that they tried to reach somebody."""


async def arriving(request: web.Request) -> web.StreamResponse:
    """POST /api/arriving"""
    site = request.app[SITE]
    me, session = await browser.client(request)
    said = await body(request, Arriving)
    await site.store.arrivals.put(me.programme, session, me.person, Arrival(said.doing, site.clock.now()))
    return web.Response(status=204)


async def cockpit(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/cockpit"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.PRESENCE_READ)
    await site.readings.write(me, "roster.read", session.id)
    ties = await ties_of(site, me)
    now = site.clock.now()
    log, marks, messages, gone = await asyncio.gather(
        record.events(site, session.programme, session.id),
        site.store.arrivals.of(session.programme, session.id),
        site.store.sendings.of(session.programme, session.id),
        excused(site.store.corrections, session),
    )
    room = record.room(log)
    away = [late.client for late in rule.late(site.packs.late, room, gone, (), {}, now)]
    attempts = await _attempts(site, session.programme, away)
    found = rule.late(site.packs.late, room, gone, messages, attempts, now)
    shows = may_session(ties, RecordAction.IDENTITY_READ, session)
    people = await site.store.people.get(session.programme, away)
    if shows and found:
        await site.readings.write(me, "crisis.read", session.id)
    given = await site.store.sessions.check_ins(session.programme, session.id) if shows and found else {}
    return answer(
        Cockpit(
            now=now,
            rule=site.packs.late.id,
            minutes={step.value: minutes for step, minutes in site.packs.late.minutes.items()},
            arriving=_on_the_way(session, room, marks, now),
            late=[_late(one, people.get(one.client), given.get(one.client), shows=shows) for one in found],
            may_call=may_session(ties, RecordAction.OUTREACH, session),
        )
    )


async def _attempts(
    site: Site, programme: ProgrammeId, clients: Sequence[PersonId]
) -> dict[PersonId, tuple[Outreach, ...]]:
    engaged = await site.store.engagement.of(programme, clients) if clients else {}
    return {client: known.outreach for client, known in engaged.items()}


def _on_the_way(session: Session, room: Room, marks: Mapping[PersonId, Arrival], now: int) -> list[OnTheWay]:
    """Whoever is in the room, or waits, is seen there; whoever has left since opens their link anew."""
    here = {member.person for member in room.members.values() if member.standing in HERE}
    left = {member.person: member.since for member in room.members.values() if member.standing not in HERE}
    return [
        OnTheWay(client=client, doing=doing(mark, now), heard=mark.heard)
        for client, mark in sorted(marks.items())
        if client in session.roster and client not in here and left.get(client, 0) < mark.heard
    ]


def _late(one: Late, person: Person | None, given: CheckIn | None, *, shows: bool) -> LateClient:
    numbers = (given.callback_phone if given else "", person.phone if person else "") if shows else ()
    return LateClient(
        client=one.client,
        alias=person.alias if person else "",
        since=one.since,
        now=one.now,
        next=one.next,
        taken=[TakenStep(step=step, at=taken.at, entry=taken.entry) for step, taken in one.taken.items()],
        phones=list(dict.fromkeys(number for number in numbers if number)),
    )
