"""The programme around the demo's rooms: enrolments, groups that meet, and the weeks before now.

So that somebody who tries it finds pages with people in them: a caseload with strips, hours, misses, a schedule. It all
follows from the demo's ids, so a start that is killed half-way is finished by the next; the groups are written last,
and where they are, all is. Sessions to come are written by the schedule, as everybody's are.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telehealth.core.attendance import Policy
from telehealth.core.coverage import Care
from telehealth.core.episodes import Because, Episode, Pause
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId
from telehealth.core.materialise import planned
from telehealth.core.records import Session
from telehealth.core.series import OPEN, Group, Membership, Series
from telehealth.demo import Demo
from telehealth.seeding import evening
from telehealth.store.redis_store import Store

LEAST = 4
"""Weeks, if any: somebody has stepped down a fortnight ago."""
LEVEL = "asam-2-1-adult/1"
MISSING = 4
"""The client (of eight) who has not come to the last three evenings."""
STEPPED_DOWN, PAUSED, NEW = 6, 5, 7
_SYSTEM = "system"


async def furnish(store: Store, demo: Demo, policy: Policy, weeks: int, now: Millis, zone: str) -> None:
    """So many weeks, once for a folder."""
    programme, therapist = ProgrammeId(demo.programme), PersonId(demo.therapist)
    clients, series = [PersonId(client.person) for client in demo.clients], SeriesId(demo.evening_series)
    if not weeks or await store.series.get(programme, series) is not None:
        return
    today = datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date()
    began = today - timedelta(weeks=max(LEAST, weeks))
    admitted = {client: _admitted(number, began, today) for number, client in enumerate(clients)}
    for number, client in enumerate(clients):
        episodes = _episodes(number, client, therapist, admitted[client], today, now)
        await store.episodes.put(programme, episodes, what="admitted", actor=_SYSTEM, at=now, seen=0)
        ends = today - timedelta(days=15) if number == STEPPED_DOWN else None
        care = Care(f"care-{client}", client, admitted[client], ends, LEVEL, now, _SYSTEM)
        await store.coverages.put(programme, care, actor=_SYSTEM)
    groups = _groups(programme, therapist, clients, admitted, series, began, today, zone)
    past = [
        session
        for group in groups
        for session in planned(group, began, today, frozenset())
        if session.ends < now and session.roster
    ]
    await store.sessions.plan(programme, past)
    await asyncio.gather(*(_held(store, session, clients, today, policy) for session in past))
    for group in reversed(groups):
        await store.series.put(group.series, group.members, if_revision=0, actor=_SYSTEM, at=now)


def _admitted(number: int, began: date, today: date) -> date:
    return today - timedelta(days=6) if number == NEW else began + timedelta(days=2 * number)


def _episodes(
    number: int, client: PersonId, counsellor: PersonId, admitted: date, today: date, now: Millis
) -> list[Episode]:
    stay = Episode(f"stay-{client}", client, "evening", admitted, None, "", counsellor, now, _SYSTEM)
    if number == PAUSED:
        pause = Pause(today - timedelta(days=2), today + timedelta(days=5), "in hospital")
        return [Episode(stay.id, client, "evening", admitted, None, "", counsellor, now, _SYSTEM, pauses=(pause,))]
    if number != STEPPED_DOWN:
        return [stay]
    last = today - timedelta(days=15)
    return [
        Episode(stay.id, client, "evening", admitted, last, "completed", counsellor, now, _SYSTEM),
        Episode(
            f"after-{client}",
            client,
            "aftercare",
            last + timedelta(days=1),
            None,
            "",
            counsellor,
            now,
            _SYSTEM,
            stay.id,
            Because.STEP_DOWN,
        ),
    ]


def _groups(
    programme: ProgrammeId,
    therapist: PersonId,
    clients: Sequence[PersonId],
    admitted: dict[PersonId, date],
    series: SeriesId,
    began: date,
    today: date,
    zone: str,
) -> tuple[Group, ...]:
    """The evening group comes first: it is written last."""
    over = today - timedelta(days=14)

    def group(name: str, title: str, kind: str, at: time, minutes: int, days: str, track: str, after: bool) -> Group:
        made = Series(
            id=SeriesId(f"{series}{name}"),
            programme=programme,
            kind=kind,
            title=title,
            zone=zone,
            first=began,
            at=at,
            minutes=minutes,
            rrule=f"FREQ=WEEKLY;BYDAY={days}",
            until=None,
            capacity=12,
            cohort=OPEN,
            track=track,
            facilitators=(therapist,),
        )
        stepped = clients[STEPPED_DOWN]
        if after:
            return Group(made, (Membership(made.id, stepped, over),))
        members = tuple(
            Membership(made.id, client, admitted[client], over if client == stepped else None) for client in clients
        )
        return Group(made, members)

    return (
        group("", "Evening programme", "group_therapy", time(18), 180, "MO,WE,FR", "evening", after=False),
        group("-skills", "Skills workshop", "workshop", time(17), 90, "TU", "evening", after=False),
        group("-after", "Aftercare", "aftercare", time(19), 60, "TH", "aftercare", after=True),
    )


async def _held(store: Store, session: Session, clients: Sequence[PersonId], today: date, policy: Policy) -> None:
    away = {clients[MISSING]} if session.day is not None and session.day > today - timedelta(days=8) else set()
    events, rows = evening(random.Random(session.id), session, policy, away=away)
    await store.logs.append(session.programme, session.id, 0, events, op=f"past-{session.id}", actor=_SYSTEM, rows=rows)
