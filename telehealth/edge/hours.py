"""GET /api/staff/hours: weeks by clients, in hours attended, against the level of care. `core/hours.py` judges.

A client of whom a level of care is recorded is judged by that one, everybody else by the clinic's; the weeks begin on
the clinic's weekday for all. Whoever asks sees the clients of the sessions that they lead. The hours of these clients
are those of the whole programme, since a week is met or lost by all of them; of sessions that others lead only the sum
is told.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from aiohttp import web

from telehealth.core import hours as rule
from telehealth.core.access_table import RecordAction, Relation, may
from telehealth.core.corrections import Effective, effective
from telehealth.core.coverage import History, in_force
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.records import Session
from telehealth.core.refusals import Code
from telehealth.core.spans import Span

from . import browser, record
from .answers import Refused, answer
from .bodies import Out
from .days import day_at, start_of
from .site import SITE, Site
from .staff import may_session, ties_of

MOST_WEEKS = 14
USUAL_WEEKS = 6
Attended = Mapping[tuple[SessionId, PersonId], Effective]
"""What counts: rows with what people corrected and excused."""


class Level(Out, frozen=True):
    id: str
    code: str
    week_minutes: int


class LedSession(Out, frozen=True):
    """One that the asker leads."""

    id: str
    title: str
    kind: str
    starts: int
    ends: int
    zone: str
    group: str
    """Its series; a session of its own is its own group."""
    counts: bool
    """Whether its kind counts towards the level of care."""


class Group(Out, frozen=True):
    id: str
    title: str


class Part(Out, frozen=True):
    """What one session gave to one client's week."""

    session: str
    minutes: int
    status: str


class WeekOfClient(Out, frozen=True):
    level: str
    """The client's level of care in this week, or the clinic's: the id of its pack."""
    code: str
    week_minutes: int
    minutes: int
    minutes_to_come: int
    minutes_short: int
    outlook: str
    """met | reachable | out_of_reach | short"""
    minutes_elsewhere: int
    """Of `minutes`: in sessions that others lead."""
    sessions: list[Part]


class ClientHours(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    groups: list[str]
    weeks: list[WeekOfClient | None]
    """One for each of the weeks; null where no session expected them and they were in none."""


class HoursReport(Out, frozen=True):
    now: int
    level: Level
    weeks: list[str]
    """The first day of each."""
    this_week: str
    sessions: list[LedSession]
    groups: list[Group]
    clients: list[ClientHours]


async def hours(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/hours?from=&weeks="""
    site = request.app[SITE]
    me = await browser.staff(request)
    now, level = site.clock.now(), site.level
    today = day_at(now, site.zone)
    weeks = _weeks(request, level, today)
    start, end = start_of(weeks[0], site.zone), start_of(weeks[-1] + timedelta(days=7), site.zone)
    found = await site.store.sessions.between(me.programme, start, end)
    scheduled = {s.id: s for s in found if start <= s.starts < end}
    rows = await _rows(site, me.programme, start, end, now)
    ties = await ties_of(site, me)
    mine = [s for s in scheduled.values() if may_session(ties, RecordAction.HOURS_READ, s)]
    clients = _clients_of(mine, rows)
    if may(ties.role, RecordAction.HOURS_READ, {Relation.CASELOAD}):
        clients = sorted({*clients, *ties.caseload})
    people = await site.store.people.get(me.programme, clients)
    histories = await site.store.coverages.of(me.programme, clients)
    await site.readings.write(me, "hours.read", SessionId(weeks[0].isoformat()))
    report = _Report(
        site, level, weeks, level.week_of(today), now, scheduled, rows, frozenset(s.id for s in mine), histories
    )
    return answer(
        HoursReport(
            now=now,
            level=Level(id=level.id, code=level.code, week_minutes=level.week_minutes),
            weeks=[week.isoformat() for week in weeks],
            this_week=level.week_of(today).isoformat(),
            sessions=[_session(s, level) for s in mine],
            groups=_groups(mine),
            clients=[
                ClientHours(
                    person=client,
                    alias=people[client].alias if client in people else "",
                    legal_name=people[client].legal_name if client in people else "",
                    groups=report.groups(client, mine),
                    weeks=report.weeks_of(client),
                )
                for client in clients
            ],
        )
    )


def _weeks(request: web.Request, level: LevelOfCare, today: date) -> list[date]:
    """The first days of the weeks that are asked for. Without a query, the last weeks up to this one."""
    query = request.query
    try:
        if set(query) - {"from", "weeks"} or len(query) != len(set(query)):
            raise ValueError("unknown or repeated")
        number = int(query.get("weeks", USUAL_WEEKS))
        if not 1 <= number <= MOST_WEEKS:
            raise ValueError("out of range")
        back = timedelta(weeks=number - 1)
        first = level.week_of(date.fromisoformat(query["from"]) if "from" in query else today - back)
        return [first + timedelta(weeks=n) for n in range(number)]
    except (ValueError, OverflowError):
        raise Refused(Code.MALFORMED) from None


async def _rows(site: Site, programme: ProgrammeId, start: Millis, end: Millis, now: Millis) -> Attended:
    """Every row of the range: of sessions that go on as they stand, then of those that ended, which count."""
    open_now = [s for p, s in await site.store.logs.open_rooms() if p == programme]
    logs = await asyncio.gather(*(record.events(site, programme, s) for s in open_now))
    live = (row for log in logs for row in record.rows(site, log, now) if start <= row.scheduled_start < end)
    rows = {(row.session, row.client): row for row in live}
    async for _, row in site.store.attendance.closed(programme, start, end):
        rows[row.session, row.client] = row
    heard = await site.store.corrections.of(programme, list({session for session, _ in rows}))
    return {
        place: effective(row, heard[row.session].said if row.session in heard else ()) for place, row in rows.items()
    }


def _clients_of(mine: Iterable[Session], rows: Attended) -> list[PersonId]:
    led = {s.id for s in mine}
    expected = {client for s in mine for client in s.roster}
    return sorted(expected | {client for session, client in rows if session in led})


def _session(session: Session, level: LevelOfCare) -> LedSession:
    return LedSession(
        id=session.id,
        title=session.title,
        kind=session.kind,
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        group=_group(session),
        counts=session.kind in level.kinds,
    )


def _group(session: Session) -> str:
    return session.series or session.id


def _groups(mine: Iterable[Session]) -> list[Group]:
    """By title; a series is called as its latest session is."""
    titles = {_group(s): s.title for s in sorted(mine, key=lambda s: s.starts)}
    return [Group(id=name, title=title) for name, title in sorted(titles.items(), key=lambda item: item[::-1])]


class _Report:
    """Rows and schedule, sorted by client and week."""

    def __init__(
        self,
        site: Site,
        level: LevelOfCare,
        weeks: list[date],
        this_week: date,
        now: Millis,
        scheduled: Mapping[SessionId, Session],
        rows: Attended,
        led: frozenset[SessionId],
        histories: Mapping[PersonId, History],
    ) -> None:
        self._site, self._level, self._now = site, level, now
        self._weeks, self._this_week, self._led, self._histories = weeks, this_week, led, histories
        self._rows: dict[tuple[PersonId, date], list[Effective]] = defaultdict(list)
        self._left: dict[tuple[PersonId, date], list[Session]] = defaultdict(list)
        self._expected: set[tuple[PersonId, date]] = set()
        for one in rows.values():
            self._rows[one.row.client, self._week(one.row.scheduled_start)].append(one)
        ended = {one.row.session for one in rows.values() if one.row.final}
        for session in scheduled.values():
            week = self._week(session.starts)
            self._expected.update((client, week) for client in session.roster)
            if session.id not in ended:
                for client in session.roster:
                    self._left[client, week].append(session)

    def _week(self, at: Millis) -> date:
        return self._level.week_of(day_at(at, self._site.zone))

    def groups(self, client: PersonId, mine: Iterable[Session]) -> list[str]:
        seen = {one.row.session for (who, _), rows in self._rows.items() if who == client for one in rows}
        return sorted({_group(s) for s in mine if client in s.roster or s.id in seen})

    def weeks_of(self, client: PersonId) -> list[WeekOfClient | None]:
        return [self._one(client, week) for week in self._weeks]

    def _level_of(self, client: PersonId, week: date) -> LevelOfCare:
        """The level of the week's last day, so that whoever steps down in a week is not asked for more than that."""
        history = self._histories.get(client)
        care = in_force(history.cares, week + timedelta(days=6)) if history else None
        return self._level if care is None else self._site.packs.levels_of_care.get(care.level, self._level)

    def _one(self, client: PersonId, week: date) -> WeekOfClient | None:
        rows = sorted(self._rows.get((client, week), ()), key=lambda one: (one.row.scheduled_start, one.row.session))
        if not rows and (client, week) not in self._expected:
            return None
        level = self._level_of(client, week)
        eligible = [one for one in rows if one.row.kind in level.kinds]
        spans: list[Span] = [
            (session.starts, session.ends)
            for session in self._left.get((client, week), ())
            if session.kind in level.kinds
        ]
        attended = sum(one.attended_ms for one in eligible)
        judged = rule.week(level, attended, rule.to_come(spans, self._now), over=week < self._this_week)
        elsewhere = sum(one.attended_ms for one in eligible if one.row.session not in self._led)
        return WeekOfClient(
            level=level.id,
            code=level.code,
            week_minutes=level.week_minutes,
            minutes=judged.minutes,
            minutes_to_come=judged.minutes_to_come,
            minutes_short=judged.minutes_short,
            outlook=judged.outlook,
            minutes_elsewhere=elsewhere // rule.MINUTE,
            sessions=[
                Part(session=one.row.session, minutes=one.minutes_attended, status=one.status)
                for one in rows
                if one.row.session in self._led
            ],
        )
