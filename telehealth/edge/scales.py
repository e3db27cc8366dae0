"""What clients answered at check-ins and check-outs, with the sessions before: for staff who lead or look after them.

Answers stand in each client's own record, sealed with their own key (core/tools/scales.py). They are clinical results:
beside the picture and on the client's own page, never in attendance, in an export, or in a counselling note. Every look
is in the audit log.
"""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.roles import ATTENDS
from telehealth.core.scales import ScaleItem
from telehealth.core.tools.scales import KEPT, Said, ScaleGiven
from telehealth.store.tool_ports import WasKept

from . import record
from .answers import answer
from .bodies import Out
from .own import owner
from .site import SITE, Site
from .staff import allowed_client, allowed_session

MOST = 60
"""Times of answering that are shown of each client, the last ones: half a year of two a week."""


class SaidOnce(Out, frozen=True):
    session: str
    when: str
    """in | out"""
    at: int
    given: tuple[ScaleGiven, ...]


class OfClient(Out, frozen=True):
    items: tuple[ScaleItem, ...]
    said: list[SaidOnce]
    """Oldest first."""


class OfSession(Out, frozen=True):
    items: tuple[ScaleItem, ...]
    people: dict[PersonId, list[SaidOnce]]
    """By client, of this session and of those before it, oldest first."""


async def of_session(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/scales"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.SCALES_READ)
    room = record.room(await record.events(site, me.programme, session.id))
    came = [m.person for m in room.members.values() if m.role in ATTENDS]
    said = await answered(site, me.programme, list(dict.fromkeys((*session.roster, *came))))
    await site.readings.write(me, "scales.read", session.id)
    return answer(OfSession(items=site.packs.scales.items, people=said))


async def of_client(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/scales"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.SCALES_READ)
    said = await answered(site, me.programme, [client])
    await site.readings.write(me, "scales.read", SessionId(client))
    return answer(OfClient(items=site.packs.scales.items, said=said[client]))


async def of_oneself(request: web.Request) -> web.StreamResponse:
    """GET /api/me/scales"""
    site = request.app[SITE]
    me = await owner(request)
    said = await answered(site, me.programme, [me.person])
    return answer(OfClient(items=site.packs.scales.items, said=said[me.person]))


async def answered(site: Site, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, list[SaidOnce]]:
    """What each of them answered, oldest first."""
    kept = await site.store.tools.kept(programme, people)
    return {who: [_once(one) for one in kept[who] if one.what.startswith(f"{KEPT}.")][-MOST:] for who in people}


def _once(one: WasKept) -> SaidOnce:
    said = msgspec.json.decode(one.body, type=Said)
    return SaidOnce(session=one.session, when=said.when, at=said.at, given=said.given)
