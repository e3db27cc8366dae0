"""GET /api/staff/sessions/{session}/presence: who of the expected is there, who was there when, and what lacks.

One answer for the strip chart of a session and for the list of what would keep its rows from being billed while that
can still be mended. Everything is read from the log by the rules that also make the rows, so picture, list and bill
cannot disagree.
"""

from collections.abc import Iterable, Sequence

from aiohttp import web

from telehealth.core import billable
from telehealth.core.attendance import Row
from telehealth.core.evidence import Evidence, Interval, evidence
from telehealth.core.ids import Millis, PersonId
from telehealth.core.notes import needed
from telehealth.core.records import CheckIn, NoteState, Session
from telehealth.core.roster import expected
from telehealth.core.spans import Span, both, merged

from . import record
from .answers import answer
from .bodies import Out
from .site import SITE, Site
from .staff import led_session


class Stay(Out, frozen=True):
    start: int
    end: int | None
    """null while it lasts."""
    ended_by: str
    inferred: bool
    """Nobody saw the end: it is the last proof that was kept."""


class Time(Out, frozen=True):
    start: int
    end: int


class ClientPresence(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    expected: bool
    """Whether they stand on the roster."""
    where: str
    """present | waiting | gone | missing"""
    stays: list[Stay]
    aside: list[Time]
    """In the side room, while present."""
    minutes_attended: int
    """Without breaks and side room."""
    minutes_break: int
    minutes_side_room: int
    modality: str | None
    status: str | None
    """null before the session has opened."""
    not_billable: list[str]
    """What would keep the row from being billed as things stand."""


class Presence(Out, frozen=True):
    now: int
    state: str
    """scheduled | open | ended"""
    began: int | None
    ended: int | None
    breaks: list[Time]
    policy: str | None
    clients: list[ClientPresence]


async def presence(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/presence"""
    site = request.app[SITE]
    me, session = await led_session(request)
    await site.readings.write(me, "roster.read", session.id)
    return answer(await report(site, session))


async def report(site: Site, session: Session) -> Presence:
    """The session as it stands now."""
    now = site.clock.now()
    log = await record.events(site, session.programme, session.id)
    room = record.room(log)
    rows = {row.client: row for row in record.rows(site, log, now)}
    until = room.last_at if room.ended else now
    proven = evidence(log, until)
    standing = expected(room)
    clients = list(dict.fromkeys((*session.roster, *rows, *proven.presence)))
    people = await site.store.people.get(session.programme, clients)
    facts = await _facts(site, session, proven)
    where = {
        **dict.fromkeys(standing.gone, "gone"),
        **dict.fromkeys(standing.waiting, "waiting"),
        **dict.fromkeys(standing.present, "present"),
    }
    return Presence(
        now=now,
        state=record.state(room, session, now),
        began=room.began,
        ended=room.last_at if room.ended else None,
        breaks=_times(proven.breaks),
        policy=next((row.policy for row in rows.values()), None),
        clients=[
            _client(
                person=client,
                names=(people[client].alias, people[client].legal_name) if client in people else ("", ""),
                on_roster=client in session.roster,
                where=where.get(client, "missing"),
                proven=proven,
                until=until,
                row=rows.get(client),
                facts=facts[client],
            )
            for client in clients
        ],
    )


def _client(
    *,
    person: PersonId,
    names: tuple[str, str],
    on_roster: bool,
    where: str,
    proven: Evidence,
    until: Millis,
    row: Row | None,
    facts: billable.Facts,
) -> ClientPresence:
    stays = proven.presence.get(person, ())
    here = merged((stay.start, until if stay.end is None else stay.end) for stay in stays)
    return ClientPresence(
        person=person,
        alias=names[0],
        legal_name=names[1],
        expected=on_roster,
        where=where,
        stays=_stays(stays),
        aside=_times(both(here, proven.aside.get(person, []))),
        minutes_attended=row.minutes_attended if row else 0,
        minutes_break=row.break_ms // 60_000 if row else 0,
        minutes_side_room=row.side_room_ms // 60_000 if row else 0,
        modality=row.modality if row else None,
        status=row.status if row else None,
        # Whoever was never there is not billed, and lacks nothing.
        not_billable=[*billable.reasons(row, facts)] if row and stays else [],
    )


async def _facts(site: Site, session: Session, proven: Evidence) -> dict[PersonId, billable.Facts]:
    """What is known beside the log: addresses of today and signatures under the note."""
    given = await site.store.sessions.check_ins(session.programme, session.id)
    sections = {s.about: s for s in await site.store.notes.of_session(session.programme, session.id)}

    def signed(about: PersonId | None) -> bool:
        return about in sections and sections[about].state is NoteState.SIGNED

    group = None not in needed(session.kind, proven.presence) or signed(None)
    return {
        client: billable.Facts(location=_located(given.get(client)), note_signed=group and signed(client))
        for client in {*session.roster, *proven.presence}
    }


def _located(given: CheckIn | None) -> bool:
    return given is not None and bool(given.location.strip())


def _stays(stays: Sequence[Interval]) -> list[Stay]:
    return [Stay(start=s.start, end=s.end, ended_by=s.ended_by, inferred=s.inferred) for s in stays]


def _times(spans: Iterable[Span]) -> list[Time]:
    return [Time(start=start, end=end) for start, end in spans]
