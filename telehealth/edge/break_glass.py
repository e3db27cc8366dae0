"""Break-glass over HTTP: open a client's progress notes with a reason, read them, and look at who did.

`core/break_glass.py` decides. What is opened is read by a route of its own, so that every reading under it is marked
with the opening's id in the audit log, before anything is shown, and the usual routes stay as narrow as they are.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from telehealth.core import break_glass as rule
from telehealth.core.access_table import RecordAction, Relation, may, staff_role
from telehealth.core.break_glass import Glass
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.note_records import NoteSection
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.mint import fresh_id

from . import browser
from .answers import Refused, answer, body
from .bodies import In, Nothing, Out, PersonName
from .site import SITE, Site
from .staff import allowed, sessions_near

log = logging.getLogger(__name__)

EVER: Millis = 253_402_300_799_999
MOST_FOUND = 10
_Text = Annotated[str, Meta(max_length=rule.MAX_TEXT)]


class Break(In, frozen=True):
    client: PersonName
    reason: _Text
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    """null: the clinic's usual time, which is also the longest."""


class Find(In, frozen=True):
    text: Annotated[str, Meta(min_length=3, max_length=100)]


class FoundClient(Out, frozen=True):
    id: str
    legal_name: str
    alias: str


class Found(Out, frozen=True):
    """By name; not more than a person looks through."""

    clients: list[FoundClient]


class Look(In, frozen=True):
    comment: _Text
    justified: bool


class ReviewOut(Out, frozen=True):
    by: str
    by_name: str
    at: int
    comment: str
    justified: bool


class Opened(Out, frozen=True):
    id: str
    client: str
    client_name: str
    by: str
    by_name: str
    reason: str
    at: int
    until: int
    """When it ends, or has ended: by itself, or because whoever opened it closed it."""
    review: ReviewOut | None


class GlassOut(Out, frozen=True):
    """`mine`: what I have open now, for the banner. `waiting`: how many wait for my review."""

    mine: list[Opened]
    waiting: int
    minutes: int
    may_open: bool
    may_review: bool


class Openings(Out, frozen=True):
    """Newest first."""

    openings: list[Opened]


class ReadSection(Out, frozen=True):
    """One section of a progress note: about the client, or (null) shared by the group."""

    session: str
    starts: int
    kind: str
    about: str | None
    state: str
    text: str
    author: str
    saved: int
    signed: int | None


class ReadNotes(Out, frozen=True):
    opening: Opened
    sections: list[ReadSection]
    """Newest session first."""


async def status(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/break-glass"""
    site = request.app[SITE]
    me = await browser.staff(request)
    role, now = staff_role(me), site.clock.now()
    opens = may(role, RecordAction.BREAK_GLASS, {Relation.PROGRAMME})
    reviews = may(role, RecordAction.BREAK_GLASS_REVIEW, {Relation.PROGRAMME})
    glass = await site.store.break_glass.all(me.programme) if opens or reviews else []
    mine = rule.opens(glass, me.person, now)
    return answer(
        GlassOut(
            mine=await _shown(site, me.programme, mine),
            waiting=len(rule.queue(glass, me.person)) if reviews else 0,
            minutes=site.break_glass_minutes,
            may_open=opens,
            may_review=reviews,
        )
    )


async def find(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/break-glass/find

    Whoever may break the glass has to find a client of whom they know the name alone; that they looked is an entry."""
    me = await allowed(request, RecordAction.BREAK_GLASS)
    return await found_clients(request, me, "break_glass.searched")


async def found_clients(request: web.Request, me: WebSession, action: str) -> web.Response:
    """The clients whose names the body begins, for whoever may look for somebody who is not theirs."""
    site = request.app[SITE]
    asked = await body(request, Find)
    await site.store.audit.write(me.programme, me.person, action, "clients")
    clients = await site.store.people.clients(me.programme)
    found = [who for who in await site.store.people.search(me.programme, asked.text) if who in clients][:MOST_FOUND]
    names = await site.store.people.names(me.programme, found)
    return answer(
        Found(
            clients=[
                FoundClient(id=who, legal_name=names[who][0], alias=names[who][1]) for who in found if who in names
            ]
        )
    )


async def open_(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/break-glass"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.BREAK_GLASS)
    asked = await body(request, Break)
    client = PersonId(asked.client)
    known = (await site.store.people.get(me.programme, [client])).get(client)
    if known is None or known.staff:
        raise Refused(Code.NO_SUCH_THING)
    decided = rule.decide_open(
        fresh_id(),
        programme=me.programme,
        client=client,
        by=me.person,
        reason=asked.reason,
        minutes=asked.minutes,
        usual=site.break_glass_minutes,
        at=site.clock.now(),
    )
    if isinstance(decided, Refusal):
        raise Refused(decided.code)
    await site.store.break_glass.open(decided)
    log.warning("break-glass %s: %s opened the notes of %s", decided.id, decided.by, decided.client)
    (shown,) = await _shown(site, me.programme, [Glass(decided)])
    return answer(shown, status=201)


async def notes(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/break-glass/{opening}/notes"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.BREAK_GLASS)
    mine = rule.opens(await site.store.break_glass.all(me.programme), me.person, site.clock.now())
    glass = next((one for one in mine if one.opening.id == request.match_info["opening"]), None)
    if glass is None:
        raise Refused(Code.NO_SUCH_THING)
    opening = glass.opening
    await site.store.audit.write(me.programme, me.person, "break_glass.read", f"{opening.client} {opening.id}")
    sessions = await _sessions_of(site, me.programme, opening.client)
    read = await asyncio.gather(*(_sections(site, session, opening.client) for session in sessions))
    (shown,) = await _shown(site, me.programme, [glass])
    return answer(ReadNotes(opening=shown, sections=[one for sections in read for one in sections]))


async def close(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/break-glass/{opening}/close"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.BREAK_GLASS)
    await body(request, Nothing)
    name = request.match_info["opening"]
    glass = next((g for g in await site.store.break_glass.all(me.programme) if g.opening.id == name), None)
    if glass is None:
        raise Refused(Code.NO_SUCH_THING)
    decided = rule.decide_close(glass, by=me.person, at=site.clock.now())
    if isinstance(decided, Refusal):
        raise Refused(decided.code)
    if not await site.store.break_glass.close(glass, decided):
        raise Refused(Code.NO_SUCH_THING)
    (shown,) = await _shown(site, me.programme, [replace(glass, closed=decided)])
    return answer(shown)


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/break-glass/reviews?all=1"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.BREAK_GLASS_REVIEW)
    if dict(request.query) not in ({}, {"all": "1"}):
        raise Refused(Code.MALFORMED)
    glass = await site.store.break_glass.all(me.programme)
    wanted = glass if request.query else rule.queue(glass, me.person)
    await site.readings.write(me, "break_glass.reviews.read", SessionId(""))
    return answer(Openings(openings=(await _shown(site, me.programme, wanted))[::-1]))


async def review(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/break-glass/{opening}/review"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.BREAK_GLASS_REVIEW)
    asked = await body(request, Look)
    name = request.match_info["opening"]
    glass = next((g for g in await site.store.break_glass.all(me.programme) if g.opening.id == name), None)
    if glass is None:
        raise Refused(Code.NO_SUCH_THING)
    decided = rule.decide_review(
        glass, by=me.person, comment=asked.comment, justified=asked.justified, at=site.clock.now()
    )
    if isinstance(decided, Refusal):
        raise Refused(decided.code)
    if not await site.store.break_glass.review(glass, decided):
        raise Refused(Code.ALREADY_SIGNED)
    (shown,) = await _shown(site, me.programme, [replace(glass, review=decided)])
    return answer(shown)


async def _sessions_of(site: Site, programme: ProgrammeId, client: PersonId) -> Sequence[Session]:
    """Every session in which the client was or is expected, newest first."""
    attended = {row.session async for _, row in site.store.attendance.closed(programme, 0, EVER, client=client)}
    near = {s.id: s for s in await sessions_near(site, programme, client) if client in s.roster}
    older = await asyncio.gather(*(site.store.sessions.get(programme, s) for s in attended - set(near)))
    found = [*near.values(), *(session for session in older if session is not None)]
    return sorted(found, key=lambda s: (s.starts, s.id), reverse=True)


async def _sections(site: Site, session: Session, client: PersonId) -> list[ReadSection]:
    """The client's own section and the one that they share with the group: nobody else's."""
    kept = await asyncio.gather(
        *(site.store.notes.get(session.programme, session.id, about) for about in (client, None))
    )
    return [_section(session, one) for one in kept if one is not None]


def _section(session: Session, one: NoteSection) -> ReadSection:
    return ReadSection(
        session=session.id,
        starts=session.starts,
        kind=session.kind,
        about=one.about,
        state=one.state,
        text=one.content.text,
        author=one.author,
        saved=one.saved,
        signed=one.signed,
    )


async def _shown(site: Site, programme: ProgrammeId, glass: Sequence[Glass]) -> list[Opened]:
    ids = [who for g in glass for who in (g.opening.client, g.opening.by, *([g.review.by] if g.review else []))]
    people = await site.store.people.get(programme, list(dict.fromkeys(ids)))

    def name(who: PersonId) -> str:
        return people[who].legal_name if who in people else ""

    return [_opened(one, name) for one in glass]


def _opened(glass: Glass, name: Callable[[PersonId], str]) -> Opened:
    opening, review = glass.opening, glass.review
    said = None
    if review is not None:
        said = ReviewOut(
            by=review.by,
            by_name=name(review.by),
            at=review.at,
            comment=review.comment,
            justified=review.justified,
        )
    return Opened(
        id=opening.id,
        client=opening.client,
        client_name=name(opening.client),
        by=opening.by,
        by_name=name(opening.by),
        reason=opening.reason,
        at=opening.at,
        until=glass.until,
        review=said,
    )
