"""GET and PUT /api/staff/closed-days: the days on which the clinic is closed, its own and the public holidays.

What is changed reaches every group that minds holidays at once, as the loop of each node would (live/schedule.py).
"""

from datetime import timedelta

from aiohttp import web

from telehealth import holidays
from telehealth.core.access_table import RecordAction
from telehealth.core.closed_days import ClosedDays, OwnDay, closures
from telehealth.core.records import WebSession
from telehealth.live.schedule import Schedule

from .answers import answer, body
from .days import day_at
from .series_bodies import ClosedDay, ClosedDaysIn, ClosedDaysOut
from .site import SITE, Site
from .staff import allowed

SHOWN = timedelta(days=366)


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/closed-days"""
    return await _all(request.app[SITE], await allowed(request, RecordAction.SCHEDULE_READ))


async def put(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/closed-days"""
    site, me = request.app[SITE], await allowed(request, RecordAction.SCHEDULE)
    asked = await body(request, ClosedDaysIn)
    known = {one.code for one in holidays.load()}
    days = ClosedDays(
        tuple(OwnDay(one.day, one.name.strip()) for one in sorted(asked.closed, key=lambda one: one.day)),
        tuple(sorted(known.intersection(asked.open))),
    )
    await site.store.series.put_closed_days(me.programme, days, actor=me.person, at=site.clock.now())
    await Schedule(site.store, site.clock).write()
    return await _all(site, me)


async def _all(site: Site, me: WebSession) -> web.Response:
    own = await site.store.series.closed_days(me.programme)
    here = day_at(site.clock.now(), site.zone)
    public = closures(holidays.load(), ClosedDays(), here, here + SHOWN)
    return answer(
        ClosedDaysOut(
            closed=[ClosedDay(day=one.day, code="", name=one.name) for one in own.closed],
            open=own.open,
            public=[ClosedDay(day=one.day, code=one.code, name="") for one in public],
        )
    )
