"""GET /api/staff/audit: a compliance officer's search of the audit log. Ids and codes, since nothing else is in it.

Newest first. A search looks at so many entries and answers with what it found and where to go on, so that nobody waits
on a log of years; that somebody searched, and for whom, is an entry itself.
"""

from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.audit_search import Entry, Wanted, matches
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.refusals import Code
from telehealth.store import ports

from .answers import Refused, answer
from .bodies import Out
from .break_glass import found_clients
from .days import instant
from .site import SITE, Site
from .staff import ID, allowed

EVER: Millis = 253_402_300_799_999
PAGE, MOST_PAGE = 100, 500
"""Entries of an answer."""
LOOKED_AT = 20_000
"""Entries that one question looks at."""
_PARAMETERS = ("person", "actor", "what", "from", "to", "cursor", "limit")


class AuditEntry(Out, frozen=True):
    place: str
    at: int
    actor: str
    """A person's id, system, nobody, or api-key:ID."""
    actor_name: str
    """Of staff; empty for everybody else."""
    action: str
    subject: str
    number: int | None
    """In the chain; null if it is older."""


class AuditPage(Out, frozen=True):
    entries: list[AuditEntry]
    next: str | None
    """Ask again with this cursor; null at the end."""


async def search(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/audit?person=&actor=&what=&from=&to=&cursor=&limit="""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.AUDIT_SEARCH)
    query = request.query
    for name in query:
        if name not in _PARAMETERS or len(query.getall(name)) > 1:
            raise Refused(Code.MALFORMED, parameter=name[:40])
    person, actor, what, before = (_word(request, name) for name in ("person", "actor", "what", "cursor"))
    start, end = _range(request, site)
    limit = _limit(request)
    if not before:  # the next page is the same search
        asked = " ".join(f"{name}={query[name]}" for name in ("person", "actor", "what", "from", "to") if name in query)
        await site.store.audit.write(me.programme, me.person, "audit.searched", asked)
    who = PersonId(person) if person else None
    wanted = await wanted_of(site.store.sessions, site.store.attendance, me.programme, who, actor, what)
    entries, following = await found(site.store.audit, me.programme, wanted, start, end, before, limit)
    names = await _names(site, me.programme, entries)
    return answer(AuditPage(entries=[_out(entry, names) for entry in entries], next=following))


async def find(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/audit/find"""
    me = await allowed(request, RecordAction.AUDIT_SEARCH)
    return await found_clients(request, me, "audit.searched")


async def wanted_of(
    sessions: ports.Sessions,
    attendance: ports.Attendance,
    programme: ProgrammeId,
    person: PersonId | None,
    actor: str,
    what: str,
) -> Wanted:
    """What is looked for; of a person, with the sessions in which they were or are expected."""
    theirs: set[SessionId] = set()
    if person is not None:
        theirs = {row.session async for _, row in attendance.closed(programme, 0, EVER, client=person)}
        theirs |= {s.id for s in await sessions.of_person(programme, person, 0, EVER) if person in s.roster}
    return Wanted(person, frozenset(theirs), actor, what)


async def found(
    audit: ports.Audit, programme: ProgrammeId, wanted: Wanted, start: Millis, end: Millis, before: str, limit: int
) -> tuple[list[Entry], str | None]:
    """Up to `limit` entries, newest first, and the place after which to go on."""
    entries: list[Entry] = []
    looked = 0
    while page := await audit.latest(programme, start, end, before):
        for entry in page:
            before = entry.place
            if matches(entry, wanted):
                entries.append(entry)
                if len(entries) == limit:
                    return entries, before
        looked += len(page)
        if looked >= LOOKED_AT:
            return entries, before
    return entries, None


def _word(request: web.Request, name: str) -> str:
    text = request.query.get(name, "")
    if text and not ID.fullmatch(text.replace(":", "-").replace(".", "-")):
        raise Refused(Code.MALFORMED, parameter=name)
    if name == "cursor" and text and not (text.count("-") == 1 and text.replace("-", "").isdigit()):
        raise Refused(Code.MALFORMED, parameter=name)
    return text


def _range(request: web.Request, site: Site) -> tuple[Millis, Millis]:
    query = request.query
    try:
        start = instant(query["from"], site.zone, end=False) if "from" in query else 0
        end = instant(query["to"], site.zone, end=True) if "to" in query else EVER
    except ValueError:
        raise Refused(Code.MALFORMED, parameter="from") from None
    if not 0 <= start < end:
        raise Refused(Code.MALFORMED, parameter="to")
    return start, min(end, EVER)


def _limit(request: web.Request) -> int:
    text = request.query.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST_PAGE):
        raise Refused(Code.MALFORMED, parameter="limit")
    return int(text)


async def _names(site: Site, programme: ProgrammeId, entries: list[Entry]) -> dict[str, str]:
    ids = [PersonId(actor) for actor in dict.fromkeys(entry.actor for entry in entries) if ID.fullmatch(actor)]
    people = await site.store.people.get(programme, ids)
    return {person.id: person.legal_name for person in people.values() if person.staff}


def _out(entry: Entry, names: dict[str, str]) -> AuditEntry:
    return AuditEntry(
        place=entry.place,
        at=entry.at,
        actor=entry.actor,
        actor_name=names.get(entry.actor, ""),
        action=entry.action,
        subject=entry.subject,
        number=entry.number,
    )
