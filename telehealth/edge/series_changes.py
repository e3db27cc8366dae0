"""What staff change of groups: make one, move, cancel and hold meetings, let clients join and leave.

Every change can be asked for as a preview: which sessions it would write and what speaks against them
(core/conflicts.py). A change is made to the revision that somebody looked at; then the sessions ahead follow at once
(live/schedule.py), as every node would let them. Nothing here touches what has ended or was opened.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from aiohttp import web
from msgspec import UNSET

from telehealth.core import series_edits as edit
from telehealth.core.caps import CapRule
from telehealth.core.conflicts import Clash, Conflict, conflicts
from telehealth.core.ids import Millis, PersonId, SeriesId
from telehealth.core.materialise import session_id, today
from telehealth.core.records import Session
from telehealth.core.refusals import Code
from telehealth.core.series import HOLIDAY, SUPERSEDED, Group, Membership, Series, occurrence, occurrences
from telehealth.core.series_edits import Impossible, Scope
from telehealth.live import schedule
from telehealth.mint import fresh_id

from .answers import Refused, answer, body
from .series import WRITE, Looking, group_out, reachable
from .series_bodies import (
    Cancel,
    ConflictOut,
    GroupChange,
    Hold,
    Join,
    Leave,
    MeetingChange,
    Moved,
    NewGroup,
    Preview,
    Saving,
    hour,
    people,
)
from .staff import may_session

SHOWN = 40
"""Sessions that a preview names."""
UPCOMING = 800
"""Days in which the next meeting is looked for."""


async def make(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series"""
    look = await Looking.of(request)
    asked = await body(request, NewGroup)
    series = edit.begun_on_its_first(
        Series(
            id=SeriesId(fresh_id()),
            programme=look.me.programme,
            kind=asked.kind,
            title=asked.title.strip(),
            zone=look.site.zone.key,
            first=asked.first,
            at=hour(asked.at),
            minutes=asked.minutes,
            rrule=_sound(asked.rrule),
            until=asked.until,
            capacity=look.site.packs.kinds.of(asked.kind).capacity if asked.capacity is UNSET else asked.capacity,
            cohort=asked.cohort,
            track=asked.track,
            facilitators=people(asked.facilitators),
            cofacilitators=people(asked.cofacilitators),
            holidays=asked.holidays,
        )
    )
    if not look.may(WRITE, series):
        raise Refused(Code.NOT_ALLOWED)
    joins = min(series.first, asked.first)
    members = tuple(Membership(series.id, who, joins) for who in people(asked.members))
    await _clients(look, [m.client for m in members])
    return await _save(look, None, Group(series, members), asked, "series.made")


def _sound(rule: str) -> str:
    try:
        edit.checked(rule)
    except Impossible as impossible:
        raise _refused(impossible) from None
    return rule


async def adjust(request: web.Request) -> web.StreamResponse:
    """PUT /api/staff/series/{series}"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"], WRITE)
    asked = await body(request, GroupChange)
    names = ("title", "capacity", "cohort", "track", "holidays", "until")
    said = {name: value for name in names if (value := getattr(asked, name)) is not UNSET}
    here = today(group.series, look.now)
    if isinstance(until := said.get("until"), date) and until < here and until != group.series.until:
        raise Refused(Code.IMPOSSIBLE, why="past")
    return await _save(look, group, replace(group, series=replace(group.series, **said)), asked, "series.changed")


async def change(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series/{series}/change"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"], WRITE)
    asked = await body(request, MeetingChange)
    await _still_ahead(look, group.series, asked.day)
    first = _upcoming(group.series, look.now) if asked.scope is Scope.ALL else None
    try:
        series = edit.changed(group.series, asked.day, asked.change(), asked.scope, first)
        if asked.scope is Scope.ONE and occurrence(series, asked.day).starts <= look.now:
            raise Impossible("past")
    except Impossible as impossible:
        raise _refused(impossible) from None
    subject = f"{asked.day} {asked.scope}"
    return await _save(look, group, replace(group, series=series), asked, "series.moved", subject)


async def cancel(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series/{series}/cancel"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"], WRITE)
    asked = await body(request, Cancel)
    await _still_ahead(look, group.series, asked.day)
    if asked.following:
        series = edit.ended(group.series, date.fromordinal(asked.day.toordinal() - 1))
        action = "series.ended"
    else:
        series = edit.cancelled(group.series, asked.day, asked.reason, look.now)
        action = "meeting.cancelled"
    subject = f"{asked.day} {asked.reason}"
    return await _save(look, group, replace(group, series=series), asked, action, subject)


async def hold(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series/{series}/hold"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"], WRITE)
    asked = await body(request, Hold)
    await _still_ahead(look, group.series, asked.day)
    series = edit.held(group.series, asked.day)
    return await _save(look, group, replace(group, series=series), asked, "meeting.held", str(asked.day))


async def join(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series/{series}/join"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"], WRITE)
    asked = await body(request, Join)
    client = PersonId(asked.client)
    await _clients(look, [client])
    try:
        _from_today(group.series, look.now, asked.joins)
        members = edit.joined(group.series, group.members, client, asked.joins)
    except Impossible as impossible:
        raise _refused(impossible) from None
    more = (
        [Conflict(Clash.COHORT, session_id(group.series.id, asked.joins), 0, who=client)]
        if edit.has_begun(group.series, asked.joins)
        else []
    )
    subject = f"{client} {asked.joins}"
    return await _save(look, group, replace(group, members=members), asked, "member.joined", subject, more)


async def leave(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/series/{series}/leave"""
    look = await Looking.of(request)
    group = await look.group(request.match_info["series"], WRITE)
    asked = await body(request, Leave)
    client = PersonId(asked.client)
    try:
        _from_today(group.series, look.now, asked.leaves)
        members = edit.left(group.members, client, asked.leaves)
    except Impossible as impossible:
        raise _refused(impossible) from None
    subject = f"{client} {asked.leaves}"
    return await _save(look, group, replace(group, members=members), asked, "member.left", subject)


def _from_today(series: Series, now: Millis, day: date) -> None:
    if day < today(series, now):
        raise Impossible("past")


async def _still_ahead(look: Looking, series: Series, day: date) -> None:
    """Raises `Refused` unless there is a meeting of this day that has neither ended nor been opened."""
    try:
        one = edit.meeting(series, day)
    except Impossible as impossible:
        raise _refused(impossible) from None
    if one.ends <= look.now:
        raise Refused(Code.IMPOSSIBLE, why="past")
    if await look.site.store.logs.read(series.programme, session_id(series.id, day)):
        raise Refused(Code.IMPOSSIBLE, why="opened")


def _upcoming(series: Series, now: Millis) -> date | None:
    """The recurrence day of the next meeting that has not begun."""
    here = today(series, now)
    later = (one for one in occurrences(series, here, date.fromordinal(here.toordinal() + UPCOMING)))
    return next((one.day for one in later if one.starts > now), None)


async def _clients(look: Looking, asked: Sequence[PersonId]) -> None:
    """Raises `Refused` for whoever is no client, or none of theirs."""
    if asked and not await reachable(look) >= set(asked):
        raise Refused(Code.NO_SUCH_MEMBER)


def _refused(impossible: Impossible) -> Refused:
    return Refused(Code.IMPOSSIBLE, why=impossible.code)


async def _save(
    look: Looking,
    old: Group | None,
    new: Group,
    asked: Saving,
    action: str,
    subject: str = "",
    more: Iterable[Conflict] = (),
) -> web.Response:
    """Say what the change would do, or make it."""
    wrong = [fault for fault in edit.faults(new.series) if old is None or fault not in edit.OF_NEW]
    if wrong:
        raise Refused(Code.IMPOSSIBLE, why=wrong[0])
    store, series = look.site.store, new.series
    leads = {who for plan in series.plans for who in (*plan.facilitators, *plan.cofacilitators)}
    before = {who for plan in (old.series.plans if old else ()) for who in (*plan.facilitators, *plan.cofacilitators)}
    leads |= {who for one in series.exceptions for who in (*(one.facilitators or ()), *(one.cofacilitators or ()))}
    if not leads <= before and not await store.people.staff(series.programme) >= leads - before:
        raise Refused(Code.NO_SUCH_MEMBER)
    closed = await schedule.closed_around(store, series.programme, today(series, look.now))
    if asked.preview:
        return answer(await _preview(look, new, await schedule.wanted(store, new, look.now, closed), more))
    revision = old.revision if old is not None else 0
    if asked.revision != revision or not await store.series.put(
        series, new.members, if_revision=revision, actor=look.me.person, at=look.now, action=action, subject=subject
    ):
        raise Refused(Code.STALE)
    saved = replace(new, revision=revision + 1)
    await schedule.write(store, saved, look.now, closed)
    return answer(await group_out(look, saved), status=200 if old is not None else 201)


async def _preview(look: Looking, group: Group, changes: Sequence[Session], more: Iterable[Conflict]) -> Preview:
    shown = sorted((one for one in changes if one.cancelled != SUPERSEDED), key=lambda one: one.starts)
    programme, store = group.series.programme, look.site.store
    before = await store.sessions.schedules(programme, [one.id for one in shown])
    written = {one.id for one in changes}
    # only what stands at the same times: eight weeks of a clinic are thousands of sessions
    beside = await asyncio.gather(*(store.sessions.between(programme, one.starts, one.ends) for one in shown))
    others = [*{o.id: o for found in beside for o in found if o.id not in written}.values()]
    caps, as_it_is = _caps(look), [*before.values()]
    known = {_named(one): one.count for one in conflicts(as_it_is, [*others, *as_it_is], caps)}
    fresh = [one for one in conflicts(shown, [*others, *shown], caps) if one.count > known.get(_named(one), 0)]
    against = [*more, *fresh, *_closed(shown)]
    return Preview(
        sessions=[
            Moved(
                id=one.id,
                day=one.day or today(group.series, one.starts),
                starts=one.starts,
                ends=one.ends,
                was=before[one.id].starts if one.id in before else None,
                cancelled=one.cancelled,
                expected=len(one.roster),
            )
            for one in shown[:SHOWN]
        ],
        count=len(shown),
        conflicts=await _told(look, against, others, group),
    )


def _named(one: Conflict) -> tuple[Clash, str, str, str]:
    """What was so before is no news."""
    return one.kind, one.who or "", one.rule, one.other or ""


def _closed(planned: Sequence[Session]) -> list[Conflict]:
    cancelled = [one for one in planned if one.cancelled == HOLIDAY]
    return [Conflict(Clash.HOLIDAY, cancelled[0].id, cancelled[0].starts, len(cancelled))] if cancelled else []


def _caps(look: Looking) -> list[CapRule]:
    """The caps that the clinic's contracts name; without contracts, all that are known, each by its name."""
    rules = look.site.packs
    named = {line.caps for line in rules.payer_rules if line.caps}
    return [rule for name, rule in sorted(rules.caps.items()) if not named or name in named]


async def _told(look: Looking, found: Sequence[Conflict], others: Sequence[Session], group: Group) -> list[ConflictOut]:
    titles = {one.id: one.title for one in others if may_session(look.ties, WRITE, one)}
    people_ = sorted({one.who for one in found if one.who is not None})
    names = await look.site.store.people.names(look.me.programme, people_)
    known = look.knows_names(group.series)
    told: list[ConflictOut] = []
    for one in found:
        legal, alias = names.get(one.who, ("", "")) if one.who is not None else ("", "")
        told.append(
            ConflictOut(
                kind=one.kind,
                session=one.first,
                starts=one.starts,
                count=one.count,
                who=legal if known or one.kind is Clash.STAFF else alias,
                other=titles.get(one.other, "") if one.other is not None else "",
                rule=one.rule,
            )
        )
    return told
