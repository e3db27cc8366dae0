"""GET /api/staff/today: every session of a day that the asker may see, and how each one stands now.

Counts are for whoever may see the session; names, and where each client is, for those who lead it and no one else: a
director's page of twenty groups needs nobody's name. An answer carries an `ETag`; whoever asks with it, and nothing has
changed, is told so in a few bytes.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date

import msgspec
from aiohttp import hdrs, web

from telehealth.core.access_table import RecordAction, Relation, may, to_session
from telehealth.core.ids import PersonId
from telehealth.core.records import Person
from telehealth.core.refusals import Code
from telehealth.core.today import Where

from . import browser
from .answers import Refused
from .boards import Boards, Going
from .bodies import Lacking, Out
from .days import day_at, instant, start_of
from .site import SITE
from .staff import ties_of

BOARDS = web.AppKey("boards", Boards)
_BILLS = (RecordAction.PRESENCE_READ, RecordAction.ATTENDANCE_READ)


class ClientToday(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    """Empty for whoever may not see identities."""
    where: str
    """expected | late | missing | waiting | here | away | came | excused"""


class SessionToday(Out, frozen=True):
    id: str
    title: str
    kind: str
    starts: int
    ends: int
    zone: str
    state: str
    """scheduled | open | ended | not_held | cancelled"""
    cancelled: str
    """Why, as a code."""
    began: int | None
    hosts: list[str]
    """Who leads it, by name."""
    leads: bool
    """Whether the asker leads or helps to lead it."""
    counts: dict[str, int]
    """How many clients are where; of a cancelled session none."""
    clients: list[ClientToday] | None
    """null for whoever does not lead it."""
    alerts: int
    """Calls for help that nobody has answered, and clients whom staff miss; 0 for whoever does not lead it."""
    not_billable: list[Lacking]
    """Nothing before the session has opened, or for whoever may not see attendance."""


class Today(Out, frozen=True):
    day: str
    zone: str
    sessions: list[SessionToday]


async def today(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/today?day="""
    site = request.app[SITE]
    me = await browser.staff(request)
    start, end = _day(request)
    going, staff = await request.app[BOARDS].of(me.programme, start, end)
    ties = await ties_of(site, me)
    seen = [(one, to_session(ties, one.session)) for one in going]
    seen = [(one, how) for one, how in seen if may(ties.role, RecordAction.SESSION_READ, how)]
    led = [one for one, how in seen if Relation.ROSTER in how and one.state != "cancelled"]
    people = await site.store.people.get(me.programme, list({who for one in led for who in one.clients}))
    told = Today(
        day=day_at(start, site.zone).isoformat(),
        zone=site.zone.key,
        sessions=[
            _session(
                one,
                staff,
                leads=Relation.ROSTER in how,
                bills=any(may(ties.role, action, how) for action in _BILLS),
                people=people if Relation.ROSTER in how else None,
                identity=may(ties.role, RecordAction.IDENTITY_READ, how),
            )
            for one, how in seen
        ],
    )
    body = msgspec.json.encode(told)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
        return web.Response(status=304, headers={hdrs.ETAG: tag})
    for one in led:  # what cannot be recorded is not shown
        await site.readings.write(me, "roster.read", one.session.id)
    return web.Response(body=body, content_type="application/json", headers={hdrs.ETAG: tag})


def _day(request: web.Request) -> tuple[int, int]:
    site, query = request.app[SITE], request.query
    if set(query) - {"day"} or len(query) > 1:
        raise Refused(Code.MALFORMED)
    text = query.get("day") or day_at(site.clock.now(), site.zone).isoformat()
    try:
        day = date.fromisoformat(text)
        return start_of(day, site.zone), instant(day.isoformat(), site.zone, end=True)
    except (ValueError, OverflowError):
        raise Refused(Code.MALFORMED, parameter="day") from None


def _session(
    one: Going,
    staff: Mapping[PersonId, str],
    *,
    leads: bool,
    bills: bool,
    people: Mapping[PersonId, Person] | None,
    identity: bool,
) -> SessionToday:
    session, cancelled = one.session, one.state == "cancelled"
    counts = Counter[Where]() if cancelled else Counter(one.clients.values())
    return SessionToday(
        id=session.id,
        title=session.title,
        kind=session.kind,
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        state=one.state,
        cancelled=session.cancelled if cancelled else "",
        began=one.began,
        hosts=[staff[who] for who in session.facilitators if who in staff],
        leads=leads,
        counts={str(where): counts[where] for where in Where if counts[where]},
        clients=None
        if people is None or cancelled
        else [
            ClientToday(
                person=who,
                alias=people[who].alias if who in people else "",
                legal_name=people[who].legal_name if identity and who in people else "",
                where=where,
            )
            for who, where in one.clients.items()
        ],
        alerts=one.alerts if leads else 0,
        not_billable=[Lacking(reason=reason, clients=n) for reason, n in one.lacking.items()] if bills else [],
    )
