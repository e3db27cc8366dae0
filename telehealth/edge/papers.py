"""Papers: proof-of-attendance letters, attendance sheets, and the question whether one is genuine.

A letter is a disclosure: it is made only under the client's consent for its recipient and purpose, and its ledger row
is durable before the first byte of it leaves. So is each answer about it to whoever holds its code, so a consent that
was revoked ends those, too; then, and for a code that was never issued, the answer is the same. A sheet names several
clients and stays in the programme's own files (42 CFR 2.12(c)(3)); about one, only sums are told.

Drawing takes a thread, because it takes tens of milliseconds.
"""

import asyncio
import secrets
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from msgspec import Meta

from telehealth.core.access_table import RecordAction
from telehealth.core.attendance import Row
from telehealth.core.corrections import Effective, attested, effective
from telehealth.core.disclosure import Consent, Disclosure, Lawful, Purpose, Why, judge
from telehealth.core.evidence import evidence
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.papers import ALPHABET, CODE_LENGTH, Kind, Paper, code_from, days_attended, roster, told
from telehealth.core.records import Person, Session, WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id
from telehealth.store.ports import Heard, SignedPaper

from . import record, release
from .address import counter, remote
from .answers import Refused, answer, body
from .bodies import In, Nothing, Out
from .days import day_at, instant
from .site import SITE, Site
from .staff import allowed_client, allowed_session

TRIES, PERIOD = 20, 60
"""Questions about papers that an address has in so many seconds."""
PAPER_TRIES, PAPER_PERIOD = 60, 3600
"""Answers about one paper: each is a row in its client's ledger."""
LONGEST: Millis = 732 * 24 * 60 * 60_000
"""Two years: what a court asks for at most."""
_Day = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class NewLetter(In, frozen=True, rename={"start": "from", "end": "to"}):
    start: _Day
    end: _Day
    recipient: Annotated[str, Meta(max_length=63)]
    purpose: Purpose


class Choice(Out, frozen=True):
    """For whom a letter about this client may be written now."""

    recipient: str
    purpose: str


class Choices(Out, frozen=True):
    choices: list[Choice]


class Question(In, frozen=True):
    code: Annotated[str, Meta(max_length=100)]
    name: Annotated[str, Meta(max_length=200)] = ""
    """Whether this is the name on the letter; the answer never tells one."""


class DayOfPaper(Out, frozen=True):
    day: str
    minutes: int


class Verified(Out, frozen=True):
    """A code that was never issued and a paper that may not be confirmed any more are answered alike."""

    valid: bool
    kind: str | None = None
    issued: int | None = None
    zone: str | None = None
    days: tuple[DayOfPaper, ...] = ()
    minutes: int = 0
    clients: int = 0
    name_fits: bool | None = None


async def choices(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/letters"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.LETTER)
    now = site.clock.now()
    _, consents, _ = await site.store.consents.of(me.programme, [client])
    naming = _naming(consents[client])
    found = {(one.recipient, purpose) for one in naming for purpose in one.purposes}
    lawful = [
        (recipient, purpose)
        for recipient, purpose in sorted(found)
        if isinstance(judge(recipient, purpose, naming, (), now), Lawful)
    ]
    return answer(Choices(choices=[Choice(recipient=r, purpose=p) for r, p in lawful]))


async def letter(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/letters"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.LETTER)
    asked = await body(request, NewLetter)
    start, end = range_of(site, asked.start, asked.end)
    person = (await site.store.people.get(me.programme, [client])).get(client)
    if person is None:
        raise Refused(Code.NO_SUCH_THING)
    return await letter_about(site, me, person, asked.start, asked.end, start, end, asked.recipient, asked.purpose)


def range_of(site: Site, first: str, last: str) -> tuple[Millis, Millis]:
    """From the beginning of one day to the end of another, two years at most. Raises `Refused`."""
    try:
        start, end = instant(first, site.zone, end=False), instant(last, site.zone, end=True)
    except ValueError:
        raise Refused(Code.MALFORMED, parameter="from") from None
    if not start < end <= start + LONGEST:
        raise Refused(Code.MALFORMED, parameter="to")
    return start, end


async def letter_about(
    site: Site,
    me: WebSession,
    person: Person,
    first: str,
    last: str,
    start: Millis,
    end: Millis,
    recipient: str,
    purpose: Purpose,
) -> web.Response:
    """A letter about `person`, if a consent of theirs lets it go to this recipient. Raises `Refused`."""
    client = person.id
    lines = days_attended(
        [
            (day_at(one.row.scheduled_start, site.zone).isoformat(), one)
            for one in await _rows(site, me.programme, client, start, end)
        ]
    )
    paper_id = fresh_id()
    disclosure = Disclosure(paper_id, me.person, recipient, purpose, "letter", start, end)
    lawful = await _disclosed(site, me.programme, client, disclosure, "paper.issued", paper_id)
    if isinstance(lawful, Why):
        raise Refused(Code.NOT_ALLOWED, why=lawful)
    paper = Paper(
        paper_id,
        Kind.LETTER,
        me.programme,
        site.clock.now(),
        site.zone.key,
        site.office,
        lines,
        name=person.legal_name,
        client=client,
        start=first,
        end=last,
        recipient=recipient,
        purpose=purpose,
        scope=f"{lawful.section}, {lawful.scope}",
        notice=site.notice.short,
    )
    return await _drawn(site, paper, "letter")


async def sheet(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/sheet"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.SHEET)
    await body(request, Nothing)
    rows = await site.store.attendance.rows_of(me.programme, session.id)
    if not rows:
        raise Refused(Code.NOT_NOW, 409)
    paper = await _sheet(site, me, session, rows)
    await site.store.audit.write(me.programme, me.person, "sheet.printed", f"{session.id} {paper.id}")
    return await _drawn(site, paper, "sheet")


async def _sheet(site: Site, me: WebSession, session: Session, rows: list[Row]) -> Paper:
    heard = (await site.store.corrections.of(me.programme, [session.id])).get(session.id, Heard())
    log = await record.events(site, me.programme, session.id)
    signed = heard.attestation if attested(heard.attestation, rows, heard.said) else None
    hosts = rows[0].facilitators or session.facilitators
    everybody = [*(row.client for row in rows), *hosts, *([signed.by] if signed else [])]
    people = await site.store.people.get(me.programme, list(dict.fromkeys(everybody)))
    names = {person: known.legal_name for person, known in people.items()}
    zone = ZoneInfo(session.zone)
    began, ended = rows[0].session_start or session.starts, rows[0].session_end or session.ends
    return Paper(
        fresh_id(),
        Kind.SHEET,
        me.programme,
        site.clock.now(),
        session.zone,
        site.office,
        roster(
            [effective(row, heard.said) for row in rows],
            names,
            day_at(session.starts, zone).isoformat(),
            lambda at: _clock(at, zone),
        ),
        session=session.id,
        start=_clock(began, zone),
        end=_clock(ended, zone),
        title=session.title,
        led_by=", ".join(names.get(host, "") for host in hosts),
        confirmed=f"{names.get(signed.by, '')}, {day_at(signed.at, zone)} {_clock(signed.at, zone)}" if signed else "",
        breaks=", ".join(f"{_clock(a, zone)} to {_clock(b, zone)}" for a, b in evidence(log, ended).breaks),
        notice=site.notice.short,
    )


async def verify(request: web.Request) -> web.StreamResponse:
    """POST /api/verify"""
    site = request.app[SITE]
    if not await site.store.access.allow(counter("verify", remote(request)), TRIES, PERIOD):
        raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(PERIOD)})
    asked = await body(request, Question)
    code = code_from(asked.code)
    signed = await site.store.papers.of(code) if code else None
    if signed is None or not await _may_be_told(site, signed.paper):
        return answer(Verified(valid=False))
    said = told(signed.paper, asked.name)
    return answer(
        Verified(
            valid=True,
            kind=said.kind,
            issued=said.issued,
            zone=signed.paper.zone,
            days=tuple(DayOfPaper(day=day, minutes=minutes) for day, minutes in said.days),
            minutes=said.minutes,
            clients=said.clients,
            name_fits=said.name_fits,
        )
    )


async def _may_be_told(site: Site, paper: Paper) -> bool:
    if not await site.store.access.allow(f"paper|{paper.id}", PAPER_TRIES, PAPER_PERIOD):
        raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(PAPER_PERIOD)})
    if paper.client is None:
        await site.store.audit.write(paper.programme, "system", "paper.verified", paper.id)
        return True
    zone = ZoneInfo(paper.zone)
    start, end = instant(paper.start, zone, end=False), instant(paper.end, zone, end=True)
    disclosure = Disclosure(paper.id, "system", paper.recipient, Purpose(paper.purpose), "letter", start, end)
    lawful = await _disclosed(site, paper.programme, paper.client, disclosure, "paper.verified", paper.id)
    return isinstance(lawful, Lawful)


async def _disclosed(
    site: Site, programme: ProgrammeId, client: PersonId, disclosure: Disclosure, action: str, subject: str
) -> Lawful | Why:
    """The basis, once the disclosure is in the ledger; or why there is none, with nothing written."""
    return await release.disclosed(
        site.store, site.clock.now, programme, client, disclosure, action, subject, naming=True
    )


def _naming(consents: list[Consent]) -> list[Consent]:
    """Those that name whom the letter is for. One to a class of recipients is for the exchange between institutions,
    and grounds are for auditors and service organisations: neither writes to a court or an employer."""
    return [one for one in consents if one.recipient]


async def _rows(site: Site, programme: ProgrammeId, client: PersonId, start: Millis, end: Millis) -> list[Effective]:
    """The client's final rows of the whole programme, with what people said of them."""
    rows = [row async for _, row in site.store.attendance.closed(programme, start, end, client=client)]
    heard = await site.store.corrections.of(programme, [row.session for row in rows])
    return [effective(row, heard[row.session].said if row.session in heard else ()) for row in rows]


async def _drawn(site: Site, paper: Paper, name: str) -> web.Response:
    from . import pdf  # 0.3 s and 20 MB that a server without papers never needs

    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    signed: SignedPaper = await site.store.papers.put(code, paper)
    draw = pdf.letter if paper.kind is Kind.LETTER else pdf.attendance_sheet
    drawn = await asyncio.to_thread(draw, signed, code, site.public_url)
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="attendance-{name}.pdf"'}
    return web.Response(body=drawn, content_type="application/pdf", headers=headers)


def _clock(at: Millis, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, zone):%H:%M}"
