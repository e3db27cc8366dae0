"""Enrolment over HTTP: a client's episodes and levels of care, and what is done to them.

Each act makes new versions by the rules of core/episodes.py and is refused, with the field that is wrong, where they
say so. It is decided on the history that the page had read: if somebody was faster, the page reads again. An admission
or a move may bring a level of care with it, which is recorded after it: recording it again is no harm.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from aiohttp import web

from telehealth.core import episodes as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.coverage import Care
from telehealth.core.episodes import Because, Episode
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.records import Person, WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from .answers import Refused, answer, body
from .clients import the_client
from .days import day_at
from .people_bodies import Enrolment, EpisodeAct, EpisodeChangeOut, EpisodeOut, LevelOut, PauseOut, someone
from .site import SITE, Site

TRANSFERRED = "transferred"
"""The reason of an episode that ends because the client moves to another track."""


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/people/clients/{client}/episodes"""
    site = request.app[SITE]
    me, person = await the_client(request, RecordAction.ENROLMENT_READ)
    await site.readings.write(me, "episodes.read", SessionId(person.id))
    return answer(await _all(site, me, person))


async def act(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/people/clients/{client}/episodes"""
    site = request.app[SITE]
    me, person = await the_client(request, RecordAction.ENROLMENT_WRITE)
    asked = await body(request, EpisodeAct)
    now = site.clock.now()
    day = asked.day or day_at(now, site.zone)
    if asked.level and asked.level not in site.packs.levels_of_care:
        raise Refused(Code.MALFORMED, field="level")
    known = await site.store.episodes.history(me.programme, person.id)
    if len(known) != asked.seen:
        raise Refused(Code.STALE)
    before = rule.as_known(known)
    what, versions = _done(asked, day, person, before, me, now)
    await _check(site, me, versions, before, now)
    stands = await site.store.episodes.put(me.programme, versions, what=what, actor=me.person, at=now, seen=asked.seen)
    if not stands:
        raise Refused(Code.STALE)
    if asked.level and asked.act in ("admit", "move"):
        care = Care(fresh_id(), person.id, day, None, asked.level, now, me.person)
        await site.store.coverages.put(me.programme, care, actor=me.person)
    return answer(await _all(site, me, person), status=201)


def _done(
    asked: EpisodeAct, day: date, person: Person, before: Sequence[Episode], me: WebSession, now: Millis
) -> tuple[str, list[Episode]]:
    """What happened, and the versions that follow. Raises `Refused`."""
    by_id = {one.id: one for one in before}
    if asked.act == "admit":
        fresh = Episode(fresh_id(), person.id, asked.track, day, None, "", someone(asked.counsellor), now, me.person)
        return "admitted", [replace(fresh, after=asked.after, because=asked.because)]
    if asked.episode not in by_id:
        raise Refused(Code.NO_SUCH_THING)
    stay = replace(by_id[asked.episode], recorded=now, recorded_by=me.person)
    match asked.act:
        case "discharge":
            return "discharged", [rule.discharge(stay, day, asked.reason)]
        case "reopen":
            return "reopened", [rule.reopen(stay)]
        case "pause":
            return "paused", [rule.pause(stay, day, asked.last, asked.reason.strip())]
        case "resume":
            return "resumed", [rule.resume(stay, day)]
        case "counsellor":
            return "counsellor", [replace(stay, counsellor=someone(asked.counsellor))]
        case "move":
            return "moved", _moved(asked, day, stay, me, now)
        case "correct":
            fixed = replace(stay, track=asked.track, admitted=day)
            ended = stay.discharged is not None and asked.last is not None
            return "corrected", [rule.discharge(fixed, asked.last, asked.reason) if ended and asked.last else fixed]
        case _:
            raise Refused(Code.MALFORMED, field="act")


def _moved(asked: EpisodeAct, day: date, stay: Episode, me: WebSession, now: Millis) -> list[Episode]:
    """To another track from `day` on: the old episode ends the day before, and the new one names it."""
    ended = rule.discharge(stay, day - timedelta(days=1), TRANSFERRED)
    because = asked.because or Because.TRANSFER
    counsellor = someone(asked.counsellor) if asked.counsellor else stay.counsellor
    fresh = Episode(fresh_id(), stay.client, asked.track, day, None, "", counsellor, now, me.person, stay.id, because)
    return [ended, fresh]


async def _check(
    site: Site, me: WebSession, versions: Sequence[Episode], before: Sequence[Episode], now: Millis
) -> None:
    tracks = {one.code: one for one in await site.store.tracks.all(me.programme)}
    known = {one.id: one for one in before}
    others = {**known, **{one.id: one for one in versions}}
    for one in versions:
        faults = list(rule.wrong(one, others.values(), tracks, site.words.reason_codes))
        fresh = one.id not in known or known[one.id].track != one.track
        if fresh and one.track in tracks and not tracks[one.track].open:
            faults.append("track")
        if one.counsellor is not None and (one.id not in known or known[one.id].counsellor != one.counsellor):
            person = (await site.store.people.get(me.programme, [one.counsellor])).get(one.counsellor)
            if person is None or not person.staff or not person.active:
                faults.append("counsellor")
        if one.discharged is not None and day_at(now, site.zone) < one.discharged:
            faults.append("discharged")
        if faults:
            raise Refused(Code.MALFORMED, field=faults[0], fields=faults)


async def _all(site: Site, me: WebSession, person: Person) -> Enrolment:
    history = await site.store.episodes.history(me.programme, person.id)
    cares = (await site.store.coverages.of(me.programme, [person.id]))[person.id].cares
    today, levels = day_at(site.clock.now(), site.zone), site.packs.levels_of_care
    episodes = rule.as_known(history)
    ids = {one.actor for one in history} | {one.recorded_by for one in cares}
    ids |= {one.counsellor for one in episodes if one.counsellor}
    names = await site.store.people.names(me.programme, sorted(map(PersonId, ids)))
    return Enrolment(
        episodes=[
            EpisodeOut(
                id=one.id,
                track=one.track,
                admitted=one.admitted,
                discharged=one.discharged,
                reason=one.reason,
                counsellor=one.counsellor or "",
                after=one.after,
                because=one.because,
                pauses=[PauseOut(pause.first, pause.last, pause.reason) for pause in one.pauses],
                status=one.status(today),
                recorded=one.recorded,
                recorded_by=one.recorded_by,
            )
            for one in reversed(episodes)
        ],
        levels=[
            LevelOut(
                one.id,
                one.level,
                levels[one.level].code if one.level in levels else "",
                one.effective_from,
                one.effective_to,
                one.recorded,
                one.recorded_by,
            )
            for one in reversed(cares)
        ],
        changes=len(history),
        history=[EpisodeChangeOut(one.at, one.actor, one.what, one.episode.id) for one in reversed(history)],
        names={who: legal_name for who, (legal_name, _) in names.items()},
        today=today,
    )
