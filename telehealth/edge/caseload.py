"""GET /api/staff/caseload: a caseload, whoever slips away first. `core/caseload.py` says by what, and in which order.

Whose clients: those on one's own caseload; those on the rosters that one leads this week; or, for whoever may see the
engagement of the whole programme, everybody who is enrolled. The order is remembered (slipping_order.py); figures are
read and names opened of the clients of one page only.
"""

from collections.abc import Iterable, Mapping

from aiohttp import web

from telehealth.core.access_table import RecordAction, Relation, Ties, may
from telehealth.core.caseload import Figures, figures
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.refusals import Code
from telehealth.core.tracks import titled

from . import browser, engagement
from .answers import Refused, answer
from .engagement import Week, day
from .engagement_bodies import CaseloadAnswer, CaseloadClient
from .site import SITE, Site
from .slipping_order import ORDERS_OF
from .staff import may_session, ties_of

PAGE, MOST = 25, 100
SCOPES = ("caseload", "groups", "programme")


async def caseload(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/caseload?scope=&after=&limit="""
    site = request.app[SITE]
    me = await browser.staff(request)
    asked, first, named, limit = _asked(request)
    ties = await ties_of(site, me)
    complete = await site.store.tally.count(me.programme, site.zone, engagement.BATCHES)
    week = await engagement.this_week(site, me.programme)
    scopes = _scopes(ties, week)
    if not scopes:
        raise Refused(Code.NOT_ALLOWED)
    scope = asked or next((one for one in SCOPES if scopes.get(one)), next(iter(scopes)))
    if scope not in scopes:
        raise Refused(Code.NOT_ALLOWED)
    clients = scopes[scope]
    if scope == "programme":
        clients = await site.store.episodes.enrolled(me.programme) or clients
    allowed = frozenset(clients)
    order = await request.app[ORDERS_OF].of(me.programme, allowed, week, named)
    ids = [who for who in order.clients[first : first + limit] if who in allowed]
    found = await engagement.everything(site, me.programme, ids, week)
    rule = site.packs.engagement
    page: list[Figures] = []
    for who in ids:
        level = engagement.level_of(site, found.histories.get(who), site.level.week_of(week.today))
        page.append(figures(rule, level, found.known[who], week.now, week.today))
    people = await site.store.people.get(me.programme, ids)
    titles = titled(await site.store.tracks.all(me.programme))
    await site.readings.write(me, "caseload.read", SessionId(scope))
    return answer(
        CaseloadAnswer(
            now=week.now,
            today=week.today.isoformat(),
            scope=scope,
            scopes=list(scopes),
            total=len(allowed.intersection(order.clients)),
            slipping=len(allowed & order.slipping),
            complete=complete,
            rule=rule.id,
            clients=[
                _client(site, one, found, titles, people[one.client].alias, people[one.client].legal_name)
                if one.client in people
                else _client(site, one, found, titles, "", "")
                for one in page
            ],
            next=f"{first + limit}-{order.name}" if first + limit < len(order.clients) else None,
        )
    )


def _asked(request: web.Request) -> tuple[str, int, str, int]:
    """The scope; the place to go on from, and in which order; how many."""
    query = request.query
    try:
        if set(query) - {"scope", "after", "limit"} or len(query) != len(set(query)):
            raise ValueError("unknown or repeated")
        scope, limit = query.get("scope", ""), int(query.get("limit", PAGE))
        place, _, named = query.get("after", "0").partition("-")
        first = int(place)
        if (scope and scope not in SCOPES) or not 0 <= first <= 1_000_000 or not 1 <= limit <= MOST:
            raise ValueError("out of range")
    except ValueError:
        raise Refused(Code.MALFORMED) from None
    return scope, first, named, limit


def _scopes(ties: Ties, week: Week) -> dict[str, Iterable[PersonId]]:
    """What they may choose, with the clients as far as they are known already."""
    found: dict[str, Iterable[PersonId]] = {}
    if may(ties.role, RecordAction.ENGAGEMENT_READ, {Relation.CASELOAD}):
        found["caseload"] = ties.caseload
    if may(ties.role, RecordAction.ENGAGEMENT_READ, {Relation.ROSTER}):
        led = (one for one in week.sessions if may_session(ties, RecordAction.ENGAGEMENT_READ, one))
        found["groups"] = frozenset(client for one in led for client in one.roster)
    if may(ties.role, RecordAction.ENGAGEMENT_READ, {Relation.PROGRAMME}):
        found["programme"] = frozenset(client for one in week.sessions for client in one.roster)
    return found


def _client(
    site: Site, one: Figures, found: engagement.Everything, titles: Mapping[str, str], alias: str, legal_name: str
) -> CaseloadClient:
    known, stay = found.known[one.client], one.stay
    level = engagement.level_of(site, found.histories.get(one.client), one.week.first)
    tried = [o.at for o in found.engaged[one.client].outreach if o.withdrawn is None]
    return CaseloadClient(
        person=one.client,
        alias=alias,
        legal_name=legal_name,
        track="" if stay is None else stay.track,
        track_title="" if stay is None else titles.get(stay.track, stay.track),
        admitted=None if stay is None else day(stay.admitted),
        paused=one.paused,
        signs=engagement.sign_figures(one),
        week=engagement.week_figure(level, one.week),
        rate=engagement.rate_figure(one.recent, site.packs.engagement.rate_days),
        misses=engagement.ids(one.misses),
        owed=engagement.owed_steps(one),
        certification=engagement.certification_figure(one),
        strip=engagement.ids(one.strip),
        last_came=one.last_came and one.last_came.session,
        waiting_days=0 if one.first is None else one.first.waiting,
        last_outreach=max(tried, default=None),
        sessions=engagement.sessions_of(known.marks, known.coming),
    )
