"""GET /api/v1/notes: signed progress notes for machines with a key for them, and for staff who may read them.

Asked, checked, written down and handed out as attendance rows are (words.py, lawful.py, handing.py). A key needs the
scope `notes:read`, and a client's note leaves only under a basis that opens notes. Staff ask by session or by client;
what they may not read is not there. Drafts and SUD counselling notes are never answered.
"""

from contextlib import aclosing

from aiohttp import web

from telehealth.core.access_table import RecordAction, Relation, Ties, may, to_session
from telehealth.core.disclosure import Matter
from telehealth.core.ids import PersonId
from telehealth.core.records import Session
from telehealth.core.refusals import Code
from telehealth.store.attendance import BadCursor

from . import api_keys, browser
from .answers import Refused
from .handing import Answer
from .lawful import Asker, Gate, names_for
from .machines import machine
from .note_out import NoteLines
from .note_rows import May, Notes
from .profiles import PROFILES
from .runs import run
from .site import SITE, Site
from .staff import ties_of
from .words import CHANGES, Asked, Resource, Words

PROFILE = "notes"
NOTES = Resource(
    "notes",
    ("client", "session", "from", "to", "changed_since", "kind", "format", "profile", "programme", "cursor", "limit"),
    {PROFILE: ()},
)
FORMATS = ("json", "ndjson")


async def notes(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/notes"""
    site = request.app[SITE]
    words = Words(request.query, site, NOTES)
    start, end, since = words.when(ever=True)
    asker, readable = await _asker(request, site)
    asked = words.asked(asker, start, end, since)
    if asked.form not in FORMATS:
        raise Refused(Code.MALFORMED, parameter="format")
    if not asker.outside and asked.query.client is None and asked.query.session is None:
        raise Refused(Code.MALFORMED, parameter="client")
    try:
        page, place = run(site.store.cursors, asker.programme, asked.question(NOTES, asker), asked.cursor)
        gate = Gate(
            site,
            asker,
            _what(asked, asker),
            start,
            end,
            columns=("notes:note",),
            run=page if asked.paged else None,
            matter=Matter.NOTES,
        )
        rows = Notes(site, asker, asked.query, gate, await names_for(site, asker), readable)
        writer = NoteLines(site.packs.note_templates, site.notice.short)
        answer = Answer(request, site, asked, gate, NOTES.name, writer)
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


async def _asker(request: web.Request, site: Site) -> tuple[Asker, May | None]:
    """Who asks, and, of a member of staff, whose notes they may read. Raises `Refused`."""
    if api_keys.is_sent(request):
        return await machine(request, api_keys.READ_NOTES), None
    me = await browser.staff(request)
    ties = await ties_of(site, me)
    return Asker(me.programme, me.person, PROFILES[PROFILE]), lambda session, note: readable(ties, session, note.client)


def readable(ties: Ties, session: Session, client: PersonId) -> bool:
    """Whether they may read the signed note about this client. A supervisor's tie opens what waits for their signature
    (notes.py), and no more."""
    relations = to_session(ties, session) - {Relation.SUPERVISOR}
    if client in ties.caseload and session.programme == ties.programme:
        relations |= {Relation.CASELOAD}
    return may(ties.role, RecordAction.NOTE_READ, relations)


def _what(asked: Asked, asker: Asker) -> str:
    """In the audit log; a reading by staff names whose notes or which session it was."""
    if asker.outside:
        return f"notes-{asked.form}"
    return " ".join(part for part in (f"notes-{asked.form}", asked.query.client, asked.query.session) if part)
