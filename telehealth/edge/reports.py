"""GET /api/staff/reports/...: census, attendance, group sizes, retention. `core/reports.py` counts.

For whoever may read reports, which are figures of the whole programme: of sessions day, group and numbers, of clients
only ids where a cohort is counted. With `format=csv` the same as a file, whose cells no spreadsheet takes for a
formula. Each reading is in the audit log.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

from aiohttp import web
from msgspec import Struct

from telehealth.core import reports as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.attendance import Status
from telehealth.core.engagement import first_session, retention
from telehealth.core.episodes import Episode
from telehealth.core.ids import PersonId, SeriesId, SessionId
from telehealth.core.initiation import initiation
from telehealth.core.marks import Mark
from telehealth.core.records import WebSession
from telehealth.core.refusals import Code
from telehealth.core.reports import Course, Held
from telehealth.core.stays import Stay, stay_of, stays
from telehealth.core.tracks import titled

from . import engagement
from . import report_bodies as out
from .answers import Refused, answer
from .days import day_at
from .site import SITE, Site
from .staff import allowed

MOST_DAYS = 3660
LONGEST: dict[str, int] = {"census": 1100, "attendance": 1100, "sizes": 1100, "retention": MOST_DAYS}
USUAL: dict[str, int] = {"census": 90, "attendance": 84, "sizes": 28, "retention": 365}
SHOWN = 60
"""Sessions behind a figure that are sent, the latest: more than that nobody reads under a finger."""
BY = ("week", "month", "kind", "group")


async def census(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/reports/census?from=&to=&every="""
    site, me, first, last = await _asked(request, "census", {"every"})
    every = _among(request, "every", ("day", "week", "month"), "day" if (last - first).days < 100 else "week")
    stays_ = [stay_of(one) for _, ones in await _episodes(site, me) for one in ones]
    days = _days(first, last, every)
    found = rule.census(stays_, days)
    lines = [
        out.CensusLine(
            day=one.day.isoformat(),
            clients=one.clients,
            paused=one.paused,
            admitted=sum(before < s.admitted <= one.day for s in stays_),
            discharged=sum(s.discharged is not None and before <= s.discharged < one.day for s in stays_),
            tracks=dict(one.tracks),
        )
        for before, one in zip([first - timedelta(days=1), *days], found, strict=False)
    ]
    known = titled(await site.store.tracks.all(me.programme))
    seen = {track for one in lines for track in one.tracks}
    tracks = [one for one in known if one in seen] + sorted(seen - set(known))
    titles = {one: known.get(one, one) for one in tracks}
    if _as_file(request):
        head = ["day", "clients", "paused", "admitted", "discharged", *titles.values()]
        rows = [_fields(one, head[:5]) + [one.tracks.get(track, 0) for track in tracks] for one in lines]
        return _file("census", head, rows)
    return answer(
        out.Census(
            first=first.isoformat(), last=last.isoformat(), every=every, tracks=tracks, titles=titles, days=lines
        )
    )


async def attendance(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/reports/attendance?from=&to=&by="""
    site, me, first, last = await _asked(request, "attendance", {"by"})
    by = _among(request, "by", BY, "week")
    complete = await _counted(site, me)
    held = await site.store.tally.held(me.programme, first, last)
    titles = await _titles(site, me, held) if by == "group" else {}

    def name(one: Held) -> str:
        if by == "week":
            return site.level.week_of(one.day).isoformat()
        return one.day.isoformat()[:7] if by == "month" else one.kind if by == "kind" else one.series

    lines = [
        out.AttendanceLine(
            name=line.name,
            title=titles.get(line.name, ""),
            sessions=len(line.sessions),
            came=line.came,
            missed=line.missed,
            excused=line.excused,
            share=line.share,
            hours=round(line.minutes / 60, 1),
            evidence=_evidence(line.sessions),
        )
        for line in rule.attendance(held, name)
    ]
    if _as_file(request):
        head = [by, "title", "sessions", "came", "missed", "excused", "share", "client_hours"]
        rows = [[o.name, o.title, o.sessions, o.came, o.missed, o.excused, _share(o.share), o.hours] for o in lines]
        return _file("attendance", head, rows)
    return answer(out.Attendance(first=first.isoformat(), last=last.isoformat(), by=by, complete=complete, lines=lines))


async def sizes(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/reports/sizes?from=&to=&caps="""
    site, me, first, last = await _asked(request, "sizes", {"caps"})
    complete = await _counted(site, me)
    facts = await site.store.programmes.facts(me.programme)
    known = sorted(site.packs.caps)
    caps = _among(request, "caps", ("", *known), facts.caps if facts.caps in known else "")
    held = await site.store.tally.held(me.programme, first, last)
    titles = await _titles(site, me, held)
    lines = [
        out.SizeLine(
            group=line.name,
            title=titles.get(line.name, ""),
            kind=line.kind,
            sessions=len(line.sessions),
            largest=line.largest,
            average=round(line.average, 1),
            cap=line.cap,
            counts=line.counts,
            over=_evidence(line.over),
            unknown=len(line.unknown),
            evidence=_evidence(line.sessions),
        )
        for line in rule.sizes(held, site.packs.caps.get(caps), lambda one: one.series)
    ]
    if _as_file(request):
        head = ["group", "title", "kind", "sessions", "largest", "average", "cap", "counts", "over", "unknown"]
        rows = [[*_fields(one, head[:8]), len(one.over), one.unknown] for one in lines]
        return _file("group-sizes", head, rows)
    return answer(
        out.Sizes(
            first=first.isoformat(), last=last.isoformat(), caps=caps, known_caps=known, complete=complete, lines=lines
        )
    )


async def retention_(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/reports/retention?from=&to=  (by month of admission)"""
    site, me, first, last = await _asked(request, "retention", set())
    complete = await _counted(site, me)
    mine = [s for _, ones in await _episodes(site, me) for s in stays(ones) if first <= s.admitted <= last]
    came = await site.store.tally.came(me.programme, sorted({one.client for one in mine}))
    today = day_at(site.clock.now(), site.zone)
    courses = [_course(site, one, came.get(one.client, ()), today) for one in mine]
    lines = [_cohort(line) for line in rule.cohorts(courses)]
    rules = site.packs.engagement, site.packs.initiation
    if _as_file(request):
        days = rules[0].retention_days
        head = ["month", "admitted", "never_came", "median_days_to_first_session", "initiated", "engaged"]
        head += [f"{what}_{day}" for day in days for what in ("retained", "lost", "paused", "too_early")]
        rows = [
            [*_fields(one, ("month", "admitted", "never_came", "days_to_first"))]
            + [one.initiated.get("yes", 0), one.engaged.get("yes", 0)]
            + [n for cell in one.retention for n in (cell.retained, len(cell.lost), cell.paused, cell.too_early)]
            for one in lines
        ]
        return _file("retention", head, rows)
    return answer(
        out.Retention(
            first=first.isoformat(),
            last=last.isoformat(),
            rule=rules[0].id,
            window=rules[0].retention_window,
            measure=rules[1].id,
            complete=complete,
            cohorts=lines,
        )
    )


def _course(site: Site, stay: Stay, came: Sequence[date], today: date) -> Course:
    """How a stay went, by the days on which something was attended."""
    until = stay.discharged or today
    marks = [Mark(SessionId(""), one, 0, 0, "", Status.PRESENT, 0) for one in came if stay.admitted <= one <= until]
    return Course(
        stay,
        first_session(stay.admitted, stay.discharged, marks, today),
        retention(site.packs.engagement, stay.admitted, stay.discharged, stay.pauses, marks, today),
        initiation(site.packs.initiation, stay.admitted, marks, today),
    )


def _cohort(line: rule.CohortLine) -> out.Cohort:
    return out.Cohort(
        month=line.month.isoformat()[:7],
        admitted=len(line.admitted),
        never_came=len(line.never_came),
        days_to_first=line.days_to_first,
        retention=[
            out.RetentionCell(
                day=one.day,
                share=one.share,
                retained=len(one.retained),
                lost=list(one.lost),
                paused=len(one.paused),
                too_early=len(one.too_early),
            )
            for one in line.retention
        ],
        initiated={str(key): len(clients) for key, clients in line.initiated.items()},
        engaged={str(key): len(clients) for key, clients in line.engaged.items()},
        reasons={key: len(clients) for key, clients in line.reasons.items()},
    )


# --- what all of them ask


async def _asked(request: web.Request, report: str, more: set[str]) -> tuple[Site, WebSession, date, date]:
    """Who asks, and for which days. Without any, up to today."""
    me = await allowed(request, RecordAction.REPORTS_READ)
    site, query = request.app[SITE], request.query
    today = day_at(site.clock.now(), site.zone)
    try:
        if set(query) - {"from", "to", "format"} - more or len(query) != len(set(query)):
            raise ValueError("unknown or repeated")
        last = date.fromisoformat(query["to"]) if "to" in query else today
        first = date.fromisoformat(query["from"]) if "from" in query else last - timedelta(days=USUAL[report] - 1)
        if not 0 <= (last - first).days < LONGEST[report] or not 2000 <= first.year <= last.year < 2100:
            raise ValueError("out of range")
    except (ValueError, OverflowError):
        raise Refused(Code.MALFORMED) from None
    await site.readings.write(me, f"report.{report}", SessionId(first.isoformat()))
    return site, me, first, last


def _among(request: web.Request, name: str, choices: Sequence[str], usual: str) -> str:
    chosen = request.query.get(name, usual)
    if chosen not in choices:
        raise Refused(Code.MALFORMED, parameter=name, field=name)
    return chosen


async def _counted(site: Site, me: WebSession) -> bool:
    return await site.store.tally.count(me.programme, site.zone, engagement.BATCHES)


async def _episodes(site: Site, me: WebSession) -> list[tuple[PersonId, Sequence[Episode]]]:
    clients = sorted(await site.store.people.clients(me.programme))
    return list((await site.store.episodes.of(me.programme, clients)).items())


async def _titles(site: Site, me: WebSession, held: Sequence[Held]) -> dict[str, str]:
    wanted = {one.series for one in held if one.series}
    groups = await site.store.series.all(me.programme)
    return {str(one.series.id): one.series.title for one in groups if SeriesId(one.series.id) in wanted}


def _days(first: date, last: date, every: str) -> list[date]:
    if every == "month":
        return [one for one in rule.days_of(first, last) if one.day == 1 or one in (first, last)]
    return rule.days_of(first, last, 7 if every == "week" else 1)


def _evidence(held: Sequence[Held]) -> list[out.SessionCount]:
    return [
        out.SessionCount(
            session=one.session, day=one.day.isoformat(), came=one.came, missed=one.missed, clients=one.clients
        )
        for one in held[-SHOWN:]
    ]


# --- as a file


def _as_file(request: web.Request) -> bool:
    wanted = request.query.get("format", "json")
    if wanted not in {"json", "csv"}:
        raise Refused(Code.MALFORMED, parameter="format", field="format")
    return wanted == "csv"


def _file(name: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> web.Response:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow([_cell(name) for name in head])
    write.writerows([[_cell(value) for value in row] for row in rows])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return web.Response(text=text.getvalue(), content_type="text/csv", charset="utf-8", headers=headers)


def _cell(value: object) -> object:
    """Text that a spreadsheet would run is given a mark that makes it text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def _fields(one: Struct, names: Sequence[str]) -> list[object]:
    return [_or(getattr(one, name)) for name in names]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _or(value: object) -> object:
    return "" if value is None else value
