"""Slides and handouts for whoever is in a session, and what a session's tools left in its record.

A page or a handout is given out by session and material, and only if that material was shown in that session (its
tool's state says so): to its staff, to whoever is seated in it, and what is a handout later to those who were there, in
their own page, too. `core.materials.may_read` says whom that is; whoever was sent away is nobody. Ids are random.
Addresses hold ids alone, answers are never stored by a browser, and nothing is logged.
"""

import asyncio
from typing import TypeVar

import msgspec
from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.corrections import Effective
from telehealth.core.ids import Millis, SessionId
from telehealth.core.materials import Material, may_read
from telehealth.core.records import SignedInAs, WebSession
from telehealth.core.refusals import Code
from telehealth.core.tools.polls import PollsMade
from telehealth.core.tools.quiz import QuizMade
from telehealth.core.tools.slides import Shown, Slides

from . import browser
from .answers import Refused, answer
from .folds import FOLDS
from .material_bodies import (
    Made,
    MadeMaterial,
    MadePoll,
    MadeQuiz,
    OwnHandout,
    OwnHandouts,
    SlideDeck,
    SlidePage,
)
from .materials import download, image
from .own import owner
from .own_facts import own_rows
from .site import SITE, Site
from .staff import ID, allowed_session, session_for

KEPT_FOR: Millis = 366 * 24 * 60 * 60_000
"""How long after a session its handouts are on a client's own page."""
T = TypeVar("T", bound=msgspec.Struct)


async def deck(request: web.Request) -> web.StreamResponse:
    """GET /api/sessions/{session}/slides/{material}"""
    site = request.app[SITE]
    me, shown = await _shown(request)
    material = await _material(site, me, shown.material)
    texts = await site.store.materials.texts(me.programme, material.id)
    pages = zip(material.pages, texts, strict=True)
    return answer(
        SlideDeck(
            material=material.id,
            title=material.title,
            language=material.language,
            pages=[SlidePage(width=size.width, height=size.height, text=text) for size, text in pages],
        )
    )


async def slide(request: web.Request) -> web.StreamResponse:
    """GET /api/sessions/{session}/slides/{material}/{page}"""
    me, shown = await _shown(request)
    return await image(request.app[SITE], me, shown.material, request.match_info["page"])


async def handout(request: web.Request) -> web.StreamResponse:
    """GET /api/sessions/{session}/handouts/{material}"""
    site = request.app[SITE]
    me, shown = await _shown(request)
    if not shown.handout:
        raise Refused(Code.NO_SUCH_THING)
    return await download(site, me, await _material(site, me, shown.material))


async def mine(request: web.Request) -> web.StreamResponse:
    """GET /api/me/handouts"""
    site = request.app[SITE]
    me = await owner(request)
    rows = await _attended(site, me)
    given = await asyncio.gather(*(_given(request, me, one.row.session) for one in rows))
    return answer(
        OwnHandouts(
            handouts=[
                OwnHandout(
                    session=one.row.session, starts=one.row.scheduled_start, material=each.material, title=each.title
                )
                for one, handouts in zip(rows, given, strict=True)
                for each in handouts
            ]
        )
    )


async def my_handout(request: web.Request) -> web.StreamResponse:
    """GET /api/me/handouts/{session}/{material}"""
    site = request.app[SITE]
    me = await owner(request)
    session = request.match_info["session"]
    if session not in {one.row.session for one in await _attended(site, me)}:
        raise Refused(Code.NO_SUCH_THING)
    given = await _given(request, me, SessionId(session))
    kept = next((one for one in given if one.material == request.match_info["material"]), None)
    if kept is None:
        raise Refused(Code.NO_SUCH_THING)
    return await download(site, me, await _material(site, me, kept.material))


async def made(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/made"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.SESSION_READ)
    left = await site.store.tools.made(me.programme, session.id)
    slides = _read(left.get("slides"), Slides) or Slides()
    polls = _read(left.get("polls"), PollsMade) or PollsMade(())
    quizzes = _read(left.get("quiz"), QuizMade) or QuizMade(())
    return answer(
        Made(
            topic=slides.topic,
            materials=[MadeMaterial(material=one.material, title=one.title, at=one.at) for one in slides.shown],
            polls=[
                MadePoll(
                    question=one.question, choices=list(one.choices), counts=list(one.counts), answered=one.answered
                )
                for one in polls.polls
            ],
            quizzes=[
                MadeQuiz(
                    title=one.title,
                    questions=list(one.questions),
                    right=list(one.right),
                    answered=list(one.answered),
                )
                for one in quizzes.quizzes
            ],
        )
    )


async def _shown(request: web.Request) -> tuple[WebSession, Shown]:
    """Who asks, and the material that the path names, if it was shown in the session that the path names and they have
    business in that. Raises `Refused`."""
    site = request.app[SITE]
    me = await browser.anybody(request)
    session = request.match_info["session"]
    if me.kind is SignedInAs.STAFF:
        await session_for(site, me, RecordAction.SESSION_READ, session)
    elif me.kind is not SignedInAs.CLIENT or me.session != session:
        raise Refused(Code.NO_SUCH_THING)
    slides = await _slides(site, me, SessionId(session))
    found = next((one for one in slides.shown if one.material == request.match_info["material"]), None)
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    if me.kind is SignedInAs.CLIENT:
        room = await request.app[FOLDS].room(me.programme, SessionId(session))
        if not may_read(room, me.person, handout=found.handout):
            raise Refused(Code.NO_SUCH_THING)
    return me, found


async def _given(request: web.Request, me: WebSession, session: SessionId) -> list[Shown]:
    """What a client keeps of a session in which they were."""
    given = [one for one in (await _slides(request.app[SITE], me, session)).shown if one.handout]
    if not given:  # as in most sessions: their logs need not be read
        return []
    room = await request.app[FOLDS].room(me.programme, session)
    return given if may_read(room, me.person, handout=True, attended=True) else []


async def _slides(site: Site, me: WebSession, session: SessionId) -> Slides:
    return _read((await site.store.tools.made(me.programme, session)).get("slides"), Slides) or Slides()


async def _material(site: Site, me: WebSession, name: str) -> Material:
    found = await site.store.materials.get(me.programme, name) if ID.fullmatch(name) else None
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    return found


async def _attended(site: Site, me: WebSession) -> list[Effective]:
    """The sessions of the last year in which the client really was, newest first."""
    now = site.clock.now()
    return [one for one in reversed(await own_rows(site, me, now - KEPT_FOR, now)) if one.attended_ms > 0]


def _read(state: bytes | None, kind: type[T]) -> T | None:
    return None if state is None else msgspec.json.decode(state, type=kind)
