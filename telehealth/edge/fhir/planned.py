"""The schedule as FHIR R4: an Appointment for each client of a session, a Group and a Schedule for each group.

An Appointment has one client; nobody else of the session is in it. A Group lists those of its members whose record may
go to whoever asks, each under a basis of their own in the ledger; asked about one client, it lists that one only. A
Schedule says when staff are there and has no client. No resource has a title: staff call an individual session by its
client's name. Ids are the recipient's own, as an Encounter's are, and what may not be read is not there.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import date, timedelta
from typing import Any

import msgspec
from aiohttp import web

from telehealth.core.attendance import Row
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.materialise import AHEAD, today
from telehealth.core.refusals import Code
from telehealth.core.series import SUPERSEDED, Group
from telehealth.store.attendance import BadCursor

from ..answers import Refused
from ..days import LATEST, instant, iso
from ..export import Query
from ..lawful import Asker, Gate, names_for
from ..meetings import Meeting, Meetings
from ..runs import Run, run
from ..session_columns import CANCELLED, ENDED, NOT_HELD
from ..site import SITE, Site
from . import answers
from .encounter import LABELS, SESSION, name, named, person, service
from .read import Search, asker_of, searchset

SERIES = "urn:telehealth:series"
MOST = 200
"""Groups of one answer; there is no second page, but a client's own are few."""
_DAY = timedelta(days=1)


class Appointments(Meetings):
    """A row for each client who was or is expected."""

    def _sought(self, one: Meeting) -> list[tuple[int, list[PersonId]]]:
        if one.session.cancelled == SUPERSEDED:
            return []
        wanted = self._query.client
        return [(n, [who]) for n, who in enumerate(self._expected(one), 1) if wanted in (None, who)]

    @staticmethod
    def _expected(one: Meeting) -> list[PersonId]:
        return list(dict.fromkeys((*one.session.roster, *(row.client for row in one.rows))))

    def _row(
        self, one: Meeting, number: int, shown: Sequence[PersonId], bases: Mapping[PersonId, bytes]
    ) -> dict[str, bytes]:
        client = self._expected(one)[number - 1]
        row = next((row for row in one.rows if row.client == client), None)
        leads = row.facilitators if row else (*one.session.facilitators, *one.session.cofacilitators)
        return {
            **self._of_all(one),
            "client": client.encode(),
            "basis": bases.get(client, b""),
            "status": _status(one, row).encode(),
            "why": one.session.cancelled.encode(),
            "staff": msgspec.json.encode(leads),
        }


def _status(one: Meeting, row: Row | None) -> str:
    """https://hl7.org/fhir/R4/valueset-appointmentstatus.html"""
    if one.state == CANCELLED or one.state == NOT_HELD:
        return "cancelled"
    if row is not None and row.intervals:
        return "fulfilled" if one.state == ENDED else "arrived"
    return "noshow" if one.state == ENDED else "booked"


def appointment(row: Mapping[str, bytes], notice: str) -> dict[str, Any]:
    session, client = row["session"].decode(), PersonId(row["client"].decode())
    status, staff = row["status"].decode(), msgspec.json.decode(row["staff"], type=list[str])
    actors = [person("Patient", client), *(person("Practitioner", PersonId(who)) for who in staff)]
    made: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": name(session, client),
        "meta": {"security": LABELS},
        "text": answers.narrative(f"{notice} ({row['basis'].decode()})", "additional"),
        "identifier": [{"system": SESSION, "value": session}],
        "status": status,
        "serviceType": [service(row["kind"].decode())],
        "start": iso(int(row["scheduled_start"])),
        "end": iso(int(row["scheduled_end"])),
        "participant": [{"actor": actor, "status": "accepted"} for actor in actors],
    }
    if status == "cancelled" and row["why"]:
        made["cancelationReason"] = {"text": row["why"].decode()}
    return made


async def appointments(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Appointment?date=&patient=&identifier=&_count=&_page="""
    site, asker = request.app[SITE], await asker_of(request)
    asked = Search(Query(0, LATEST))
    for word, value in request.query.items():
        asked = asked.narrowed(word, value, site)
    if asked.query.start >= asked.query.end:
        raise Refused(Code.MALFORMED, parameter="date")
    question = ("fhir-appointment", asker.recipient, asker.purpose, asker.profile.name, asked.query)
    try:
        page, place = run(site.store.cursors, asker.programme, question, asked.cursor)
    except BadCursor:
        raise Refused(Code.MALFORMED, parameter="_page") from None
    gate = _gate(site, asker, "Appointment", asked.query.start, asked.query.end, page)
    rows = Appointments(site, asker, asked.query, gate, await names_for(site, asker))
    async with aclosing(rows.blocks(place, asked.count)) as blocks:
        found = [appointment(row, site.notice.short) async for block in blocks for _, _, row in block.rows]
    await gate.done(last=rows.following is None)
    cursor = None if rows.following is None else page.cursor(rows.following)
    return searchset(request, site, "Appointment", found, cursor, gate.omitted)


async def appointment_one(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Appointment/{id}"""
    site, asker = request.app[SITE], await asker_of(request)
    wanted = named(request.match_info["id"])
    if wanted is None:
        raise Refused(Code.NO_SUCH_THING)
    session, client = wanted
    gate = _gate(site, asker, "Appointment", 0, LATEST)
    rows = Appointments(site, asker, Query(0, LATEST, client=client), gate, await names_for(site, asker))
    found = [appointment(row, site.notice.short) for _, _, row in (await rows.one(session)).rows]
    await gate.done()
    return _only(found)


async def groups(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Group?member=Patient/ID"""
    site, asker = request.app[SITE], await asker_of(request)
    client = _client(request)
    found, omitted = await _groups(site, asker, client, None)
    return searchset(request, site, "Group", found, None, omitted)


async def group_one(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Group/{id}"""
    site, asker = request.app[SITE], await asker_of(request)
    found, _ = await _groups(site, asker, None, request.match_info["id"])
    return _only(found)


def _client(request: web.Request) -> PersonId | None:
    asked = Search(Query(0, LATEST))
    for word, value in request.query.items():
        if word not in ("member", "_format"):
            raise Refused(Code.MALFORMED, parameter=word[:40])
        asked = asked.narrowed("patient" if word == "member" else word, value, request.app[SITE], said=word)
    return asked.query.client


async def _groups(
    site: Site, asker: Asker, client: PersonId | None, only: str | None
) -> tuple[list[dict[str, Any]], int]:
    called = await names_for(site, asker)
    store, programme, now = site.store, asker.programme, site.clock.now()
    every = await (store.series.all(programme) if client is None else store.series.of_client(programme, client))
    wanted = [g for g in every if only is None or _series(called(_named(g))) == only][:MOST]
    gate = _gate(site, asker, "Group", 0, LATEST)
    whom = [[m for m in g.members if _stays(g, m.leaves, now) and client in (None, m.client)] for g in wanted]
    clients = [m.client.encode() for members in whom for m in members]
    if clients:
        await gate.admit(clients)
    bases = dict(zip(clients, gate.bases(clients), strict=True))
    found: list[dict[str, Any]] = []
    for group, members in zip(wanted, whom, strict=True):
        shown = [m for m in members if bases[m.client.encode()] is not None]
        if not shown:
            continue
        scopes = sorted({(bases[m.client.encode()] or b"").decode() for m in shown})
        found.append(
            {
                "resourceType": "Group",
                "id": _series(called(_named(group))),
                "meta": {"security": LABELS},
                "text": answers.narrative(f"{site.notice.short} ({'; '.join(scopes)})", "additional"),
                "identifier": [{"system": SERIES, "value": called(_named(group))}],
                "active": not _over(group, now),
                "type": "person",
                "actual": True,
                "code": {"text": group.series.kind},
                "member": [
                    {
                        "entity": person("Patient", m.client),
                        "period": {
                            "start": m.joins.isoformat(),
                            **({} if m.leaves is None else {"end": (m.leaves - _DAY).isoformat()}),
                        },
                    }
                    for m in shown
                ],
            }
        )
    gate.rows += len(found)
    await gate.done()
    return found, gate.omitted


async def schedules(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Schedule"""
    site, asker = request.app[SITE], await asker_of(request)
    _client(request)
    return searchset(request, site, "Schedule", await _schedules(site, asker, None), None, 0)


async def schedule_one(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Schedule/{id}"""
    site, asker = request.app[SITE], await asker_of(request)
    return _only(await _schedules(site, asker, request.match_info["id"]))


async def _schedules(site: Site, asker: Asker, only: str | None) -> list[dict[str, Any]]:
    called, now = await names_for(site, asker), site.clock.now()
    found: list[dict[str, Any]] = []
    for group in (await site.store.series.all(asker.programme))[:MOST]:
        ours = _series(called(_named(group)))
        if only not in (None, ours):
            continue
        leads = sorted(group.series.leaders(today(group.series, now)))
        start = max(now, instant(group.series.first.isoformat(), site.zone, end=False))
        found.append(
            {
                "resourceType": "Schedule",
                "id": ours,
                "meta": {"security": LABELS[:1]},
                "text": answers.narrative("When a group meets: its staff, and no client."),
                "identifier": [{"system": SERIES, "value": called(_named(group))}],
                "active": not _over(group, now),
                "serviceType": [service(group.series.kind)],
                "actor": [person("Practitioner", who) for who in leads],
                "planningHorizon": {"start": iso(start), "end": iso(start + round(AHEAD.total_seconds() * 1000))},
            }
        )
    await site.store.audit.write(asker.programme, asker.actor, "schedule.export", f"Schedule {len(found)}")
    return found


def _gate(site: Site, asker: Asker, kind: str, start: Millis, end: Millis, page: Run | None = None) -> Gate:
    return Gate(site, asker, f"fhir-{kind}", start, end, columns=(f"fhir:{kind}",), run=page)


def _named(group: Group) -> SessionId:
    """As exports call it: no session's own id has a colon (edge/meetings.py)."""
    return SessionId(f"series:{group.series.id}")


def _series(text: str) -> str:
    """As a resource's id: FHIR has neither colon nor underscore in ids."""
    return text.replace(":", ".").replace("_", ".")


def _stays(group: Group, leaves: date | None, now: Millis) -> bool:
    return leaves is None or leaves > today(group.series, now)


def _over(group: Group, now: Millis) -> bool:
    return group.series.until is not None and group.series.until < today(group.series, now)


def _only(found: list[dict[str, Any]]) -> web.Response:
    if not found:
        raise Refused(Code.NO_SUCH_THING)
    return answers.answer(found[0])
