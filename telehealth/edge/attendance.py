"""GET /api/v1/attendance: who asks, what they ask for, and the rows (export.py) as they are asked for (handing.py).

A machine asks with an API key, which says to whom the rows go, for what, and which columns those may have; a signed-in
member of staff gets the sessions that they lead.
"""

from contextlib import aclosing

from aiohttp import web

from telehealth.core.attendance import Status
from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor

from .answers import Refused
from .export import Export, position
from .facts import Facts
from .handing import Answer
from .lawful import Gate, names_for
from .machines import asker_of
from .profiles import PROFILES
from .runs import run
from .site import SITE
from .words import CHANGES, Resource, Words

ATTENDANCE = Resource(
    "attendance",
    (
        "from",
        "to",
        "changed_since",
        "format",
        "profile",
        "columns",
        "programme",
        "session",
        "client",
        "series",
        "kind",
        "facilitator",
        "status",
        "cursor",
        "limit",
        "bom",
    ),
    {profile.name: profile.columns for profile in PROFILES.values()},
    tuple(Status),
)


async def attendance(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/attendance"""
    site = request.app[SITE]
    words = Words(request.query, site, ATTENDANCE)
    start, end, since = words.when()
    asker = await asker_of(request, start, end)
    asked = words.asked(asker, start, end, since)
    query = asked.query
    try:
        page, place = run(site.store.cursors, asker.programme, asked.question(ATTENDANCE, asker), asked.cursor)
        gate = Gate(
            site,
            asker,
            asked.form,
            start,
            end,
            columns=[column.name for column in asked.columns],
            run=page if asked.paged else None,
        )
        facts = Facts(
            site,
            asker.programme,
            await names_for(site, asker),
            export=gate.export,
            notice=site.notice.short,
            sources=frozenset(column.source for column in asked.columns),
        )
        answer = Answer(request, site, asked, gate, ATTENDANCE.name)
        rows = Export(site, asker, query, gate, facts)
        if asked.since is not None:
            limit = asked.limit or CHANGES
            changes = await site.store.attendance.changes(asker.programme, asked.since, limit)
            following = changes[-1].place if changes else asked.since
            async with aclosing(rows.changed(changes)) as blocks:
                return await answer.feed(blocks, following, more=len(changes) == limit)
        begin = await rows.begin() if place is None else position(place)
        async with aclosing(rows.blocks(begin, asked.most)) as blocks:
            return await (answer.page(blocks, rows, page) if asked.paged else answer.stream(blocks))
    except BadCursor:
        raise Refused(Code.MALFORMED, parameter="cursor" if asked.since is None else "changed_since") from None
