"""Treatment-plan goals over HTTP: list, add and close, for staff who lead a session of the client or have their case.

A goal is closed, never changed (core/goals.py). Every look and every change is in the audit log.
"""

from datetime import date

from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.goals import Goal
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from .answers import Refused, answer, body
from .days import day_at
from .note_bodies import CloseGoal, Goals, NewGoal, goal_out
from .site import SITE, Site
from .staff import ID, allowed_client

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/goals"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.PLAN)
    await site.readings.write(me, "goals.read", SessionId(client))
    return await _all(site, me, client)


async def add(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/goals"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.PLAN)
    asked = await body(request, NewGoal)
    now = site.clock.now()
    first = asked.effective_from or day_at(now, site.zone)
    if not asked.text.strip() or not _EARLIEST <= first <= _LATEST:
        raise Refused(Code.MALFORMED)
    await site.store.goals.add(me.programme, Goal(fresh_id(), client, asked.text.strip(), first, me.person, now))
    return await _all(site, me, client, 201)


async def close(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/goals/{goal}/close"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.PLAN)
    asked = await body(request, CloseGoal)
    now = site.clock.now()
    last = asked.effective_to or day_at(now, site.zone)
    if not _EARLIEST <= last <= _LATEST:
        raise Refused(Code.MALFORMED)
    goal = request.match_info["goal"]
    known = ID.fullmatch(goal) and await site.store.goals.close(me.programme, client, goal, last, now, actor=me.person)
    if not known:
        raise Refused(Code.NO_SUCH_THING)
    return await _all(site, me, client)


async def _all(site: Site, me: WebSession, client: PersonId, status: int = 200) -> web.Response:
    goals = (await site.store.goals.of(me.programme, [client]))[client]
    return answer(Goals(client=client, goals=list(map(goal_out, goals))), status=status)
