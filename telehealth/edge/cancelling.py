"""Cancelling a session that follows no group: a make-up of its own, a single one. (Meetings of groups: series_changes.)

It stays, shown as cancelled and with its reason; it cannot be joined and never bills. Nobody cancels what was opened.
Before that a page asks whether it may be, and who would be told by a message: of any session, a group's meeting too.
"""

from aiohttp import web

from telehealth.core.ahead import told_of_cancelling
from telehealth.core.ids import PersonId
from telehealth.core.refusals import Code
from telehealth.live.ahead import zone_of

from .answers import Refused, answer, body
from .series import WRITE, Looking, session_out
from .series_bodies import Cancelling, CancelOne
from .staff import allowed_session


async def ahead(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/cancel"""
    look = await Looking.of(request)
    me, session = await allowed_session(request, WRITE)
    if session.cancelled:
        raise Refused(Code.IMPOSSIBLE, why="cancelled_already")
    if session.ends <= look.now:
        raise Refused(Code.IMPOSSIBLE, why="past")
    site = look.site
    if await site.store.logs.read(me.programme, session.id):
        raise Refused(Code.IMPOSSIBLE, why="opened")
    told: tuple[PersonId, ...] = ()
    if site.via != "log":
        people = await site.store.people.get(me.programme, session.roster)
        zones = {client: zone_of(people.get(client), session) for client in session.roster}
        told = told_of_cancelling(site.ahead, session, look.now, people=people, zones=zones, ways=site.ways)
    return answer(Cancelling(session=session_out(look, session, ()), told=list(told)))


async def cancel(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/cancel"""
    look = await Looking.of(request)
    _, session = await allowed_session(request, WRITE)
    asked = await body(request, CancelOne)
    if session.day is not None:
        raise Refused(Code.IMPOSSIBLE, why="of_group")
    if session.cancelled and session.cancelled != asked.reason:
        raise Refused(Code.IMPOSSIBLE, why="cancelled_already")
    if session.ends <= look.now:
        raise Refused(Code.IMPOSSIBLE, why="past")
    sessions = look.site.store.sessions
    if not await sessions.cancel(session, asked.reason, actor=look.me.person, at=look.now):
        opened = await look.site.store.logs.read(session.programme, session.id)
        raise Refused(Code.IMPOSSIBLE, why="opened") if opened else Refused(Code.STALE)
    kept = await sessions.get(session.programme, session.id)
    if kept is None:
        raise Refused(Code.NO_SUCH_THING)
    return answer(session_out(look, kept, ()))
