"""Reads what the rules of engagement ask for: marks, this week's sessions, stays, levels, what staff recorded.

Everything of many clients comes in a few round trips, whatever their number. Sessions that ended are in the tally
(store/tally.py). Of the others only the schedule is read: one that goes on counts as attended since its beginning,
until its rows say more; the page of one client reads the log itself (`exactly`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from telehealth.core.caseload import Figures, Known
from telehealth.core.coverage import History, in_force
from telehealth.core.engagement import Rate
from telehealth.core.forecast import Coming, WeekHours
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.marks import Mark
from telehealth.core.records import Session
from telehealth.core.stays import stay_on, stays
from telehealth.store.tally_ports import Engaged

from . import engagement_bodies as out
from . import record
from .days import day_at, start_of
from .site import Site

BATCHES = 2
"""Of changes that a page counts before it answers; the loop (live/tallying.py) does the rest."""


@dataclass(frozen=True, slots=True)
class Week:
    """This week's sessions, as they are scheduled."""

    sessions: Sequence[Session]
    open: frozenset[SessionId]
    now: Millis
    today: date

    def coming(self, site: Site, ended: frozenset[SessionId]) -> dict[PersonId, list[Coming]]:
        """By client, without those that have ended."""
        found: dict[PersonId, list[Coming]] = defaultdict(list)
        for one in self.sessions:
            if one.id in ended or one.cancelled or (one.ends <= self.now and one.id not in self.open):
                continue
            so_far = max(0, min(self.now, one.ends) - one.starts) if one.id in self.open else 0
            session = Coming(one.id, day_at(one.starts, site.zone), one.starts, one.ends, one.kind, so_far)
            for client in one.roster:
                found[client].append(session)
        return found


async def this_week(site: Site, programme: ProgrammeId, until: date | None = None) -> Week:
    """The sessions of this week, or from its beginning to a later day."""
    now = site.clock.now()
    today = day_at(now, site.zone)
    first = site.level.week_of(today)
    start = start_of(first, site.zone)
    end = start_of((until or first + timedelta(days=6)) + timedelta(days=1), site.zone)
    found = await site.store.sessions.starting(programme, start, end, (start, ""), 100_000)
    records = await site.store.sessions.schedules(programme, [session for _, session in found])
    rooms = await site.store.logs.open_rooms()
    here = frozenset(session for whose, session in rooms if whose == programme)
    return Week(sorted(records.values(), key=lambda one: (one.starts, one.id)), here, now, today)


async def exactly(site: Site, programme: ProgrammeId, client: PersonId, coming: Sequence[Coming]) -> list[Coming]:
    """With what this client attended so far of the sessions that go on."""
    found: list[Coming] = []
    for one in coming:
        minutes = 0
        if one.attended_ms:
            log = await record.events(site, programme, one.session)
            rows = record.rows(site, log, site.clock.now())
            minutes = next((row.attended_ms for row in rows if row.client == client), 0)
        found.append(replace(one, attended_ms=minutes))
    return found


@dataclass(frozen=True, slots=True)
class Everything:
    """Of some clients, for `core/caseload.py`."""

    known: Mapping[PersonId, Known]
    histories: Mapping[PersonId, History]
    engaged: Mapping[PersonId, Engaged]


async def everything(site: Site, programme: ProgrammeId, clients: Sequence[PersonId], week: Week) -> Everything:
    marks = await site.store.tally.recent(programme, clients)
    episodes = await site.store.episodes.of(programme, clients)
    histories = await site.store.coverages.of(programme, clients)
    engaged = await site.store.engagement.of(programme, clients)
    coming = week.coming(site, frozenset(mark.session for ours in marks.values() for mark in ours))
    known = {
        who: Known(
            who,
            marks.get(who, ()),
            coming.get(who, ()),
            stay_on(stays(episodes.get(who, ())), week.today),
            engaged[who].outreach,
            engaged[who].certifications,
            engaged[who].orders,
        )
        for who in clients
    }
    return Everything(known, histories, engaged)


def level_of(site: Site, history: History | None, first: date) -> LevelOfCare:
    """The level of the week's last day, so that whoever steps down in a week is not asked for more than that."""
    care = in_force(history.cares, first + timedelta(days=6)) if history else None
    return site.level if care is None else site.packs.levels_of_care.get(care.level, site.level)


# --- as they are sent


def week_figure(level: LevelOfCare, week: WeekHours) -> out.WeekFigure:
    return out.WeekFigure(
        first=week.first.isoformat(),
        level=level.id,
        code=level.code,
        needed=week.needed,
        minutes=week.stands.minutes,
        minutes_to_come=week.stands.minutes_to_come,
        minutes_short=week.stands.minutes_short,
        outlook=week.stands.outlook,
        ordered=week.ordered,
        lost_after=day(week.lost_after),
        enough_scheduled=week.enough_scheduled,
        kinds=[
            out.KindLine(
                kind=one.kind,
                minutes=one.minutes,
                minutes_to_come=one.minutes_to_come,
                ordered=one.ordered,
                counts=one.counts,
                sessions=list(one.sessions),
            )
            for one in week.kinds
        ],
        counted=list(week.counted),
        coming=list(week.coming),
    )


def rate_figure(rate: Rate, days: int) -> out.RateFigure:
    return out.RateFigure(
        days=days, share=rate.share, came=ids(rate.came), missed=ids(rate.missed), excused=ids(rate.excused)
    )


def owed_steps(found: Figures) -> list[out.OwedStep]:
    return [
        out.OwedStep(what=one.step.what, due=one.due, overdue=one.overdue, session=one.mark.session)
        for one in found.owing
    ]


def sign_figures(found: Figures) -> list[out.SignFigure]:
    return [out.SignFigure(sign=one.sign, sessions=list(one.sessions)) for one in found.signs]


def certification_figure(found: Figures) -> out.CertificationFigure:
    due = found.certification
    latest = None if due.latest is None else due.latest.on
    return out.CertificationFigure(state=due.state, due=day(due.on), latest=day(latest))


def sessions_of(
    marks: Sequence[Mark], coming: Sequence[Coming], made_up: Mapping[SessionId, str] | None = None
) -> dict[str, out.OneSession]:
    """What stands behind the ids."""
    found = {
        one.session: out.OneSession(
            day=one.day.isoformat(),
            starts=one.starts,
            ends=one.ends,
            kind=one.kind,
            status="coming",
            came=False,
            minutes=one.attended_ms // 60_000,
            corrected=False,
        )
        for one in coming
    }
    found |= {
        one.session: out.OneSession(
            day=one.day.isoformat(),
            starts=one.starts,
            ends=one.ends,
            kind=one.kind,
            status=one.status,
            came=one.came,
            minutes=one.attended_ms // 60_000,
            corrected=one.corrected,
            made_up_by=(made_up or {}).get(one.session, ""),
        )
        for one in marks
    }
    return {str(name): one for name, one in found.items()}


def ids(marks: Sequence[Mark]) -> list[str]:
    return [mark.session for mark in marks]


def day(that: date | None) -> str | None:
    return None if that is None else that.isoformat()
