"""Groups and the schedule as staff read them: a week, the list of groups, one group with its roster and next meetings.

A week is read from the sessions that are written, so that it shows what is; beyond the eight weeks for which there are
any, from the groups' plans. Only what is shown is unsealed, and no room's log is read: whether one is open is in one
set. What somebody has no part in is left out, or answered as not there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from telehealth.core.access_table import RecordAction, Ties, ever, may, to_led
from telehealth.core.ids import Millis, PersonId, SeriesId, SessionId
from telehealth.core.materialise import AHEAD, planned, session_of, today
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code
from telehealth.core.series import SUPERSEDED, Group, Plan, Series, occurrences, roster
from telehealth.live import schedule

from . import browser, days
from .answers import Refused, answer, body
from .series_bodies import (
    Choice,
    Choices,
    Choosing,
    ClosedDay,
    GroupLine,
    GroupOut,
    Groups,
    MemberOut,
    PlannedSession,
    Week,
    plan_out,
)
from .site import SITE, Site
from .staff import ID, may_session, ties_of

READ, WRITE = RecordAction.SCHEDULE_READ, RecordAction.SCHEDULE
LONGEST: Millis = 15 * 24 * 60 * 60_000
"""What a page shows at once."""
PAGE = 60
"""Groups of one answer."""
NEXT = 8
"""Meetings that a group's page lists."""
DAY_MINUTES = 24 * 60
FOUND = 20
"""People that a search offers."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, and what they may see of a group."""

    site: Site
    me: WebSession
    ties: Ties
    now: Millis

    @classmethod
    async def of(cls, request: web.Request) -> "Looking":
        site, me = request.app[SITE], await browser.staff(request)
        return cls(site, me, await ties_of(site, me), site.clock.now())

    def may(self, action: RecordAction, series: Series) -> bool:
        leads = series.leaders(today(series, self.now))
        return may(self.ties.role, action, to_led(self.ties, series.programme, leads))

    def knows_names(self, series: Series) -> bool:
        """Whoever leads the group knows its clients by name, and so does whoever puts them into groups."""
        return self.may(RecordAction.IDENTITY_READ, series) or self.may(WRITE, series)

    async def group(self, name: str, action: RecordAction = READ) -> Group:
        """The group of this id. Raises `Refused`."""
        found = await self.site.store.series.get(self.me.programme, SeriesId(name)) if ID.fullmatch(name) else None
        if found is None or not self.may(READ, found.series):
            raise Refused(Code.NO_SUCH_THING)
        if not self.may(action, found.series):
            raise Refused(Code.NOT_ALLOWED)
        return found

    async def staff(self, people: Iterable[PersonId]) -> dict[str, str]:
        """Names of those who lead: their colleagues know them."""
        ids = sorted(set(people))
        found = await self.site.store.people.names(self.me.programme, ids)
        return {who: found[who][0] for who in ids if who in found}


async def week(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/schedule?from=&to="""
    look = await Looking.of(request)
    start, end = _range(request, look)
    sessions = await _sessions(look, start, end)
    first, last = days.day_at(start, look.site.zone), days.day_at(end - 1, look.site.zone)
    closures = await schedule.closed(look.site.store, look.me.programme, first, last)
    return answer(
        Week(
            start=start,
            end=end,
            zone=look.site.zone.key,
            now=look.now,
            sessions=sessions,
            closed=[ClosedDay(day=one.day, code=one.code, name=one.name) for one in closures],
            staff=await look.staff(PersonId(who) for s in sessions for who in (*s.facilitators, *s.cofacilitators)),
        )
    )


def _range(request: web.Request, look: Looking) -> tuple[Millis, Millis]:
    query, zone = request.query, look.site.zone
    if set(query) != {"from", "to"} or len(query) != 2:
        raise Refused(Code.MALFORMED)
    try:
        start, end = days.instant(query["from"], zone, end=False), days.instant(query["to"], zone, end=True)
    except ValueError:
        raise Refused(Code.MALFORMED) from None
    if not start < end <= start + LONGEST:
        raise Refused(Code.MALFORMED)
    return start, end


async def _sessions(look: Looking, start: Millis, end: Millis) -> list[PlannedSession]:
    """What stands in [start, end) that the asker may see, by time."""
    store, programme = look.site.store, look.me.programme
    found = [s for s in await store.sessions.between(programme, start, end) if s.cancelled != SUPERSEDED]
    if end > look.now + round(AHEAD.total_seconds() * 1000):
        found += await _beyond(look, start, end, {s.id for s in found})
    seen = [s for s in found if may_session(look.ties, READ, s)]
    opened = {session for where, session in await store.logs.open_rooms() if where == programme}
    return [session_out(look, s, opened) for s in sorted(seen, key=lambda s: (s.starts, s.id))]


async def _beyond(look: Looking, start: Millis, end: Millis, known: Collection[SessionId]) -> list[Session]:
    """Meetings that are planned and not written yet."""
    store, programme, zone = look.site.store, look.me.programme, look.site.zone
    first, last = days.day_at(start, zone) - timedelta(1), days.day_at(end, zone) + timedelta(1)
    closed = {one.day for one in await schedule.closed(store, programme, first, last)}
    return [
        one
        for group in await store.series.all(programme)
        for one in planned(group, first, last, closed)
        if one.id not in known and one.starts < end and start < one.ends and look.now < one.starts
    ]


def session_out(look: Looking, session: Session, opened: Collection[SessionId]) -> PlannedSession:
    if session.cancelled:
        state = "cancelled"
    elif session.id in opened:
        state = "open"
    else:
        state = "over" if session.ends <= look.now else "planned"
    return PlannedSession(
        id=session.id,
        series=session.series,
        title=session.title,
        kind=session.kind,
        day=session.day,
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        expected=len(session.roster),
        capacity=session.capacity,
        facilitators=session.facilitators,
        cofacilitators=session.cofacilitators,
        cancelled=session.cancelled,
        state=state,
        make_up_for=session.make_up_for,
        may_change=session.ends > look.now and session.id not in opened and may_session(look.ties, WRITE, session),
    )


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/series?after="""
    look = await Looking.of(request)
    after = request.query.get("after", "")
    groups = await look.site.store.series.all(look.me.programme)
    shown = sorted((g for g in groups if look.may(READ, g.series)), key=_order)
    start = next((place for place, g in enumerate(shown, 1) if g.series.id == after), 0)
    page = shown[start : start + PAGE]
    return answer(
        Groups(
            groups=[line_of(look, group) for group in page],
            next=page[-1].series.id if start + PAGE < len(shown) else None,
            staff=await look.staff(who for g in page for who in g.series.leaders(today(g.series, look.now))),
        )
    )


def _order(group: Group) -> tuple[str, str]:
    return group.series.title.casefold(), group.series.id


def line_of(look: Looking, group: Group) -> GroupLine:
    series = group.series
    here = today(series, look.now)
    return GroupLine(
        id=series.id,
        title=series.title,
        kind=series.kind,
        track=series.track,
        cohort=series.cohort,
        capacity=series.capacity,
        members=len(roster(group.members, max(here, series.first))),
        first=series.first,
        until=series.until,
        plan=plan_out(plan_of(series, here)),
        over=series.until is not None and series.until < here,
        may_change=look.may(WRITE, series),
    )


def plan_of(series: Series, here: date) -> Plan:
    """How it meets on a day, or first will."""
    return [plan for plan in series.plans if plan.start <= max(here, series.first)][-1]


async def detail(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/series/{series}"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"])
    await look.site.readings.write(look.me, "group.read", SessionId(group.series.id))
    return answer(await group_out(look, group))


async def group_out(look: Looking, group: Group) -> GroupOut:
    series, store = group.series, look.site.store
    here = today(series, look.now)
    shown = [m for m in group.members if m.leaves is None or (m.leaves > m.joins and m.leaves > here - timedelta(60))]
    names = await store.people.names(look.me.programme, sorted({m.client for m in shown}))
    known = look.knows_names(series)
    line = line_of(look, group)
    sessions = await _next(look, group, here)
    leaders = {*series.leaders(here), *(who for s in sessions for who in (*s.facilitators, *s.cofacilitators))}
    return GroupOut(
        **{name: getattr(line, name) for name in line.__struct_fields__},
        zone=series.zone,
        holidays=series.holidays,
        later=[plan_out(plan) for plan in series.later if plan.start > max(here, series.first)],
        revision=group.revision,
        today=here,
        roster=[
            MemberOut(
                client=m.client,
                alias=names[m.client][1] if m.client in names else "",
                legal_name=names[m.client][0] if known and m.client in names else "",
                joins=m.joins,
                leaves=m.leaves,
            )
            for m in sorted(shown, key=lambda m: (m.joins, m.client))
        ],
        sessions=[session_out(look, s, ()) for s in sessions],
        staff=await look.staff(leaders),
        told_days=0 if look.site.via == "log" else look.site.ahead.cancelled // DAY_MINUTES,
    )


async def _next(look: Looking, group: Group, here: date) -> Sequence[Session]:
    """What comes next of a group, with sessions that were made for it alone."""
    store, series = look.site.store, group.series
    end = look.now + round(AHEAD.total_seconds() * 1000)
    written = await store.sessions.of_series(series.programme, series.id, look.now, end)
    found = [s for s in written if s.cancelled != SUPERSEDED and s.ends > look.now]
    if not found:  # it begins later than what is written
        closed = await schedule.closed_around(store, series.programme, here)
        later = occurrences(series, max(here, series.first), max(here, series.first) + AHEAD, closed)
        found = [session_of(group, one) for one in later if one.ends > look.now]
    return found[:NEXT]


async def choices(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series/choices"""
    look = await Looking.of(request)
    asked = await body(request, Choosing)
    if WRITE not in ever(look.ties.role):
        raise Refused(Code.NOT_ALLOWED)
    text = asked.text.strip()
    found = await (_staff(look, text) if asked.who == "staff" else _clients(look, text))
    names = await look.site.store.people.names(look.me.programme, found)
    people = [Choice(id=one, name=names[one][0], alias=names[one][1]) for one in found if one in names]
    return answer(Choices(people=sorted(people, key=lambda c: (c.name.casefold(), c.id))[:FOUND]))


async def _staff(look: Looking, text: str) -> list[PersonId]:
    people = look.site.store.people
    everybody = await people.staff(look.me.programme)
    if not text:
        return sorted(everybody)
    return [one for one in await people.search(look.me.programme, text) if one in everybody]


async def _clients(look: Looking, text: str) -> list[PersonId]:
    found = await look.site.store.people.search(look.me.programme, text) if text else []
    if not found:
        return []
    mine = await reachable(look)
    return [one for one in found if one in mine]


async def reachable(look: Looking) -> frozenset[PersonId]:
    """Clients whom they may put into a group: of whoever changes any group, all; of whoever leads groups, those whom
    they know already, or a place in a group would open what nobody gave them."""
    programme = look.me.programme
    clients = await look.site.store.people.clients(programme)
    if may(look.ties.role, WRITE, to_led(look.ties, programme, frozenset())):
        return clients
    mine = [g for g in await look.site.store.series.all(programme) if look.may(WRITE, g.series)]
    return clients & ({m.client for group in mine for m in group.members} | look.ties.caseload)
