"""Make-up sessions: a client attends another meeting of a group, or one held for them, instead of one that they missed.

The miss stays a miss. What makes up for it is a session with an attendance row of its own; beside the missed one it is
only written down which session that is. A client who is expected anyway cannot make up by coming.
"""

from dataclasses import replace
from hashlib import sha256

from aiohttp import web

from telehealth.core import series_edits as edit
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import Session
from telehealth.core.refusals import Code
from telehealth.core.series import MakeUp, exception, instant
from telehealth.live import schedule

from .answers import Refused, answer, body
from .series import READ, WRITE, Looking
from .series_bodies import MakeUpOut, MakeUps, NewMakeUp, hour, people
from .staff import ID, allowed_session, may_session


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/make-ups"""
    _, session = await allowed_session(request, READ)
    return await _all(await Looking.of(request), session)


async def make(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/make-ups"""
    look = await Looking.of(request)
    _, missed = await allowed_session(request, WRITE)
    asked = await body(request, NewMakeUp)
    client = PersonId(asked.client)
    store = look.site.store
    if client not in missed.roster:
        raise Refused(Code.NO_SUCH_MEMBER)
    if not missed.cancelled and missed.ends > look.now:
        raise Refused(Code.IMPOSSIBLE, why="not_missed_yet")
    rows = await store.attendance.rows_of(look.me.programme, missed.id)
    if any(row.client == client and row.attended_ms > 0 for row in rows):
        raise Refused(Code.IMPOSSIBLE, why="was_there")
    known = (await store.series.make_ups(look.me.programme, [missed.id])).get(missed.id, {})
    if client in known:
        raise Refused(Code.IMPOSSIBLE, why="made_up_already")
    session = await (_held(look, missed, client, asked) if asked.session is None else _joined(look, client, asked))
    made = MakeUp(client, missed.id, session, look.now, look.me.person)
    if not await store.series.make_up(look.me.programme, made):
        raise Refused(Code.STALE)
    return await _all(look, missed, 201)


async def _held(look: Looking, missed: Session, client: PersonId, asked: NewMakeUp) -> SessionId:
    """A session of its own."""
    if asked.day is None or asked.at is None:
        raise Refused(Code.MALFORMED)
    starts = instant(asked.day, hour(asked.at), missed.zone)
    if starts <= look.now:
        raise Refused(Code.IMPOSSIBLE, why="past")
    leads = people(asked.facilitators or missed.facilitators)
    if not await look.site.store.people.staff(look.me.programme) >= set(leads):
        raise Refused(Code.NO_SUCH_MEMBER)
    session = replace(
        missed,
        id=await _name(look, missed, client),
        series=None,
        starts=starts,
        ends=starts + asked.minutes * 60_000,
        capacity=1,
        facilitators=leads,
        cofacilitators=(),
        roster=(client,),
        day=None,
        cancelled="",
        make_up_for=missed.id,
    )
    await look.site.store.sessions.plan(look.me.programme, [session])
    return session.id


async def _name(look: Looking, missed: Session, client: PersonId) -> SessionId:
    """The same for a repeat: whoever is not answered and asks again must not be expected twice. What was cancelled
    stays as it is, and another one takes its place."""
    said = f"{missed.id} {client}"
    while True:
        name = SessionId(sha256(said.encode()).hexdigest()[:24])
        known = (await look.site.store.sessions.schedules(look.me.programme, [name])).get(name)
        if known is None or not known.cancelled:
            return name
        said = f"{missed.id} {client} {name}"


async def _joined(look: Looking, client: PersonId, asked: NewMakeUp) -> SessionId:
    """A meeting of a group, in which they are a guest."""
    name, store = SessionId(asked.session or ""), look.site.store
    session = await store.sessions.get(look.me.programme, name) if ID.fullmatch(name) else None
    if session is None or not may_session(look.ties, WRITE, session):
        raise Refused(Code.NO_SUCH_THING)
    if session.cancelled or session.ends <= look.now or await store.logs.read(look.me.programme, name):
        raise Refused(Code.IMPOSSIBLE, why="past")
    group = await store.series.get(look.me.programme, session.series) if session.series and session.day else None
    if group is None or session.day is None:
        if client in session.roster:
            raise Refused(Code.IMPOSSIBLE, why="member_already")
        await store.sessions.plan(look.me.programme, [replace(session, roster=(*session.roster, client))])
        return session.id
    departs = exception(group.series, session.day)
    if departs is not None and client in departs.guests:
        return session.id  # of a repeat that was not answered
    if client in session.roster:
        raise Refused(Code.IMPOSSIBLE, why="member_already")
    guests = replace(group, series=edit.with_guest(group.series, session.day, client), revision=group.revision + 1)
    if not await store.series.put(
        guests.series,
        guests.members,
        if_revision=group.revision,
        actor=look.me.person,
        at=look.now,
        action="guest.expected",
        subject=f"{client} {session.day}",
    ):
        raise Refused(Code.STALE)
    closed = await schedule.closed_around(store, look.me.programme, session.day)
    await schedule.write(store, guests, look.now, closed)
    return session.id


async def _all(look: Looking, missed: Session, status: int = 200) -> web.Response:
    made = (await look.site.store.series.make_ups(look.me.programme, [missed.id])).get(missed.id, {})
    sessions = await look.site.store.sessions.schedules(
        look.me.programme, [SessionId(m.session) for m in made.values()]
    )
    return answer(
        MakeUps(
            make_ups=[
                MakeUpOut(
                    client=client,
                    missed=missed.id,
                    session=one.session,
                    starts=found.starts if (found := sessions.get(SessionId(one.session))) else None,
                    planned=one.at,
                    by=one.by,
                )
                for client, one in sorted(made.items())
            ]
        ),
        status=status,
    )
