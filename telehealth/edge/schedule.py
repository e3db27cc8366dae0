"""GET /api/v1/sessions, one of them, and what people said of attendance as /api/v1/corrections hands it to machines.

Asked, checked, written down and handed out exactly as attendance rows are (words.py, lawful.py, handing.py); the rows
are those of meetings.py.
"""

from contextlib import aclosing

from aiohttp import web

from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor

from .answers import Refused
from .days import LATEST
from .export import Query
from .handing import Answer
from .lawful import Gate, names_for
from .machines import asker_of
from .meetings import Meetings, SaidOf
from .runs import run
from .session_columns import CORRECTIONS, SESSIONS, STATES
from .site import SITE
from .staff import ID
from .words import CHANGES, Asked, Resource, Words

_COMMON = ("from", "to", "changed_since", "format", "profile", "columns", "programme", "session")
_REST = ("cursor", "limit", "bom")
SCHEDULE = Resource("sessions", (*_COMMON, "series", "kind", "facilitator", "status", *_REST), SESSIONS, STATES)
SAID = Resource("corrections", (*_COMMON, "client", "series", "kind", "facilitator", *_REST), CORRECTIONS)
ONE = Resource("sessions", ("columns", "profile"), SESSIONS)


async def sessions(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/sessions"""
    return await _listing(request, SCHEDULE, Meetings)


async def said(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/corrections, for machines (corrections.py answers staff)"""
    return await _listing(request, SAID, SaidOf)


async def _listing(request: web.Request, resource: Resource, kind: type[Meetings]) -> web.StreamResponse:
    site = request.app[SITE]
    words = Words(request.query, site, resource)
    start, end, since = words.when()
    asker = await asker_of(request, start, end)
    asked = words.asked(asker, start, end, since)
    try:
        page, place = run(site.store.cursors, asker.programme, asked.question(resource, asker), asked.cursor)
        gate = Gate(
            site,
            asker,
            f"{resource.name}-{asked.form}",
            start,
            end,
            columns=_told(resource, asked),
            run=page if asked.paged else None,
        )
        rows = kind(site, asker, asked.query, gate, await names_for(site, asker))
        answer = Answer(request, site, asked, gate, resource.name)
        if asked.since is not None:
            limit = asked.limit or CHANGES
            changes = await site.store.attendance.changes(asker.programme, asked.since, limit)
            following = changes[-1].place if changes else asked.since
            async with aclosing(rows.changed(changes)) as blocks:
                return await answer.feed(blocks, following, more=len(changes) == limit)
        async with aclosing(rows.blocks(place, asked.most)) as blocks:
            return await (answer.page(blocks, rows, page) if asked.paged else answer.stream(blocks))
    except BadCursor:
        raise Refused(Code.MALFORMED, parameter="cursor" if asked.since is None else "changed_since") from None


async def session(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/sessions/{session}"""
    site, name = request.app[SITE], request.match_info["session"]
    words = Words(request.query, site, ONE)
    asker = await asker_of(request, 0, LATEST)
    asked = words.asked(asker, 0, LATEST, None)
    if not ID.fullmatch(name) or not asker.profile.identified:
        raise Refused(Code.NO_SUCH_THING)
    gate = Gate(site, asker, "sessions-one", 0, LATEST, columns=_told(ONE, asked))
    block = await Meetings(site, asker, Query(0, LATEST), gate, await names_for(site, asker)).one(name)
    if not block.rows:
        await gate.done()
        raise Refused(Code.NO_SUCH_THING)
    return await Answer(request, site, asked, gate, "session").one(block.rows)


def _told(resource: Resource, asked: Asked) -> list[str]:
    return [f"{resource.name}:{column.name}" for column in asked.columns]
