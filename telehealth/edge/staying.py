"""One client's staying: GET /api/staff/clients/{client}/engagement, and what staff record of it.

Here every mark of the client is read, and the log of a session that goes on, so that each figure is exact and can be
followed to its sessions. What is recorded is kept before it is answered, never changed, and withdrawn by whoever may
record it; a certification's and an order's mistakes are withdrawn and recorded again.
"""

from dataclasses import replace
from datetime import date, timedelta

from aiohttp import web

from telehealth.core.access_table import RecordAction, may
from telehealth.core.caseload import figures, order_on
from telehealth.core.certification import Certification
from telehealth.core.court import CourtOrder, count
from telehealth.core.engagement import first_session, retention
from telehealth.core.forecast import Coming, Order, week_of
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.initiation import initiation
from telehealth.core.marks import Mark
from telehealth.core.outreach import Outreach
from telehealth.core.records import WebSession
from telehealth.core.refusals import Code
from telehealth.core.stays import Stay, stays
from telehealth.core.toml import KIND
from telehealth.core.tracks import titled
from telehealth.mint import fresh_id
from telehealth.store.tally_ports import Recorded as Kept

from . import engagement
from . import engagement_bodies as out
from .answers import Refused, answer, body
from .days import day_at
from .engagement import day, ids
from .site import SITE, Handler, Site
from .staff import ID, allowed_client, relations_to, ties_of

WEEKS = 12
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
_AHEAD: Millis = 5 * 60_000
"""How far a browser's clock may be ahead when it says when somebody was called."""
_COURT_AHEAD = timedelta(weeks=8)
"""As far as sessions are scheduled."""


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/engagement"""
    site = request.app[SITE]
    me, client = await _client(request, RecordAction.ENGAGEMENT_READ)
    await site.readings.write(me, "engagement.read", SessionId(client))
    return answer(await _all(site, me, client))


async def _all(site: Site, me: WebSession, client: PersonId) -> out.EngagementAnswer:
    complete = await site.store.tally.count(me.programme, site.zone, engagement.BATCHES)
    engaged = (await site.store.engagement.of(me.programme, [client], texts=True))[client]
    now = site.clock.now()
    courts = [one for one in engaged.courts if one.rule in site.packs.courts]
    ahead = None
    if any(one.withdrawn is None for one in courts):
        ahead = _today(site) + _COURT_AHEAD
    week = await engagement.this_week(site, me.programme, ahead)
    today = week.today
    marks = await site.store.tally.of(me.programme, client)
    scheduled = week.coming(site, frozenset(mark.session for mark in marks)).get(client, [])
    coming = await engagement.exactly(site, me.programme, client, scheduled)
    history = (await site.store.coverages.of(me.programme, [client]))[client]
    episodes = (await site.store.episodes.of(me.programme, [client]))[client]
    titles = titled(await site.store.tracks.all(me.programme))
    known = (await engagement.everything(site, me.programme, [client], week)).known[client]
    rule = site.packs.engagement
    monday = site.level.week_of(today)
    level = engagement.level_of(site, history, monday)
    counted = figures(rule, level, replace(known, marks=marks, coming=coming), now, today)
    weeks = []
    for first in (monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)):
        its = engagement.level_of(site, history, first)
        order = order_on(engaged.orders, first + timedelta(days=6))
        weeks.append(engagement.week_figure(its, week_of(its, first, marks, coming, order, now, today)))
    missed = [SessionId(mark.session) for mark in marks if mark.missed]
    made_up = {
        session: by[client].session
        for session, by in (await site.store.series.make_ups(me.programme, missed)).items()
        if client in by
    }
    authors = {one.by for one in engaged.outreach} | {one.recorded_by for one in engaged.certifications}
    authors |= {PersonId(one.recorded_by) for one in engaged.orders}
    people = await site.store.people.get(me.programme, sorted(authors))
    names = {who: people[who].legal_name if who in people else str(who) for who in authors}
    ties = await ties_of(site, me)
    stand = await relations_to(site, ties, client)
    return out.EngagementAnswer(
        client=client,
        now=now,
        today=today.isoformat(),
        complete=complete,
        may_reach_out=may(ties.role, RecordAction.OUTREACH, stand),
        may_certify=may(ties.role, RecordAction.CERTIFY, stand),
        signs=engagement.sign_figures(counted),
        weeks=weeks,
        rate=engagement.rate_figure(counted.recent, rule.rate_days),
        misses=ids(counted.misses),
        owed=engagement.owed_steps(counted),
        stays=[_stay(site, one, titles.get(one.track, one.track), marks, today) for one in stays(episodes)],
        certification=engagement.certification_figure(counted),
        certifications=[
            out.CertificationEntry(
                id=one.id,
                on=one.on.isoformat(),
                certifier=one.certifier,
                recorded=one.recorded,
                by=names[one.recorded_by],
                withdrawn=one.withdrawn,
            )
            for one in reversed(engaged.certifications)
        ],
        outreach=[
            out.OutreachEntry(
                id=one.id,
                at=one.at,
                by=names[one.by],
                how=one.how,
                outcome=one.outcome,
                note=one.note,
                withdrawn=one.withdrawn,
                mine=one.by == me.person,
            )
            for one in sorted(engaged.outreach, key=lambda one: (-one.at, one.id))
        ],
        orders=[
            out.OrderEntry(
                id=one.id,
                effective_from=one.effective_from.isoformat(),
                effective_to=day(one.effective_to),
                minutes=dict(one.minutes),
                recorded=one.recorded,
                by=names[PersonId(one.recorded_by)],
                withdrawn=one.withdrawn,
            )
            for one in reversed(engaged.orders)
        ],
        courts=[_court(site, one, marks, coming, today) for one in courts],
        court_rules=sorted(site.packs.courts),
        kinds=list(level.kinds),
        sessions=engagement.sessions_of(marks, coming, made_up),
    )


def _today(site: Site) -> date:
    return day_at(site.clock.now(), site.zone)


def _stay(site: Site, one: Stay, title: str, marks: list[Mark], today: date) -> out.StayFigure:
    rule, measure = site.packs.engagement, site.packs.initiation
    until = one.discharged or today
    ours = [mark for mark in marks if one.admitted <= mark.day <= until]
    first = first_session(one.admitted, one.discharged, ours, today)
    began = initiation(measure, one.admitted, ours, today)
    return out.StayFigure(
        track=one.track,
        track_title=title,
        admitted=one.admitted.isoformat(),
        discharged=day(one.discharged),
        reason=one.reason,
        days_to_first=first.days,
        waiting_days=first.waiting,
        first_session=first.mark and first.mark.session,
        retention=[
            out.RetentionFigure(day=kept.day, on=kept.on.isoformat(), kept=kept.kept, sessions=ids(kept.marks))
            for kept in retention(rule, one.admitted, one.discharged, one.pauses, ours, today)
        ],
        initiation=out.InitiationFigure(
            rule=measure.id, initiated=began.initiated, engaged=began.engaged, sessions=ids(began.marks)
        ),
    )


def _court(site: Site, one: CourtOrder, marks: list[Mark], coming: list[Coming], today: date) -> out.CourtFigure:
    rule, pack = site.packs.courts[one.rule], site.packs.all[one.rule]
    found = count(rule, one.first, marks, coming, today)
    return out.CourtFigure(
        id=one.id,
        rule=rule.id,
        source=pack.source,
        unverified=pack.unverified,
        first=found.first.isoformat(),
        last=found.last.isoformat(),
        minutes=found.minutes,
        needed=rule.total_minutes,
        minutes_short=found.minutes_short,
        minutes_scheduled=found.minutes_scheduled,
        a_week=found.a_week,
        standing=found.standing,
        weeks=[
            out.CourtWeekFigure(
                first=week.first.isoformat(),
                days=week.days,
                needed=week.needed,
                standing=week.standing,
                sessions=list(week.sessions),
            )
            for week in found.weeks
        ],
        sessions=list(found.sessions),
        withdrawn=one.withdrawn,
    )


# --- what is recorded


async def reach_out(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/outreach"""
    site = request.app[SITE]
    me, client = await _client(request, RecordAction.OUTREACH)
    asked = await body(request, out.NewOutreach)
    now = site.clock.now()
    at = now if asked.at is None else asked.at
    if not 0 < at <= now + _AHEAD:
        raise Refused(Code.MALFORMED, parameter="at", field="at")
    name = asked.id or fresh_id()
    tried = Outreach(name, client, min(at, now), me.person, asked.how, asked.outcome, now, asked.note.strip())
    return await _keep(site, me, tried)


async def certify(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/certifications"""
    site = request.app[SITE]
    me, client = await _client(request, RecordAction.CERTIFY)
    asked = await body(request, out.NewCertification)
    if not _EARLIEST <= asked.on <= _today(site):
        raise Refused(Code.MALFORMED, parameter="on", field="on")
    given = Certification(fresh_id(), client, asked.on, site.clock.now(), me.person, asked.certifier.strip())
    return await _keep(site, me, given)


async def order(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/orders"""
    site = request.app[SITE]
    me, client = await _client(request, RecordAction.CERTIFY)
    asked = await body(request, out.NewOrder)
    first, last = asked.effective_from, asked.effective_to
    if not _EARLIEST <= first < _LATEST or (last is not None and not first <= last < _LATEST):
        raise Refused(Code.MALFORMED, parameter="effective_from", field="effective_from")
    if any(not KIND.fullmatch(kind) for kind in asked.minutes):
        raise Refused(Code.MALFORMED, parameter="minutes", field="minutes")
    ordered = Order(fresh_id(), client, first, last, asked.minutes, site.clock.now(), me.person)
    return await _keep(site, me, ordered)


async def court(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/courts"""
    site = request.app[SITE]
    me, client = await _client(request, RecordAction.CERTIFY)
    asked = await body(request, out.NewCourt)
    if asked.rule not in site.packs.courts:
        raise Refused(Code.MALFORMED, parameter="rule", field="rule")
    if not _EARLIEST <= asked.first < _LATEST:
        raise Refused(Code.MALFORMED, parameter="first", field="first")
    return await _keep(site, me, CourtOrder(fresh_id(), client, asked.rule, asked.first, site.clock.now(), me.person))


async def _keep(site: Site, me: WebSession, what: Kept) -> web.StreamResponse:
    await site.store.engagement.put(me.programme, what, actor=me.person)
    return answer(out.Recorded(id=what.id), status=201)


_OF_KIND = {
    "outreach": ("outreach", RecordAction.OUTREACH),
    "certifications": ("certification", RecordAction.CERTIFY),
    "orders": ("order", RecordAction.CERTIFY),
    "courts": ("court", RecordAction.CERTIFY),
}
WITHDRAWABLE = tuple(_OF_KIND)


def withdrawing(where: str) -> Handler:
    """POST /api/staff/clients/{client}/WHERE/{entry}/withdraw, for each of `WITHDRAWABLE`"""
    kind, action = _OF_KIND[where]

    async def withdraw(request: web.Request) -> web.StreamResponse:
        site = request.app[SITE]
        me, client = await _client(request, action)
        entry = request.match_info["entry"]
        if not ID.fullmatch(entry) or not await site.store.engagement.withdraw(
            me.programme, client, kind, entry, site.clock.now(), actor=me.person
        ):
            raise Refused(Code.NO_SUCH_THING)
        return answer(out.Recorded(id=entry))

    return withdraw


async def _client(request: web.Request, action: RecordAction) -> tuple[WebSession, PersonId]:
    """Who asks, and a client about whom they may: whoever may for the whole programme names one that there is."""
    me, client = await allowed_client(request, action)
    person = (await request.app[SITE].store.people.get(me.programme, [client])).get(client)
    if person is None or person.staff:
        raise Refused(Code.NO_SUCH_THING)
    return me, client
