"""The audit packet of one attendance row: all that it was made of, signed, in one file that anybody can check offline.

`gather` reads the record and says what each member is; `packet_file.py` makes the file; `packet_check.py` is what an
auditor runs. Other clients are in it only as `other-N` (core/packet.py); answers to lints only as digests, because they
say whose name was found. An address, a phone number or a SUD counselling note is in no member.

A packet for a recipient outside is a disclosure of notes: it needs a basis that opens them, and its row stands in the
client's ledger before the file is made. One for nobody outside stays within the programme (42 CFR 2.12(c)(3)).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from msgspec import Meta

from telehealth.core import attendance, packet
from telehealth.core.access_table import RecordAction
from telehealth.core.attendance import Row
from telehealth.core.chain import walk
from telehealth.core.corrections import Attestation, Correction, Said, attested, effective
from telehealth.core.coverage import in_force
from telehealth.core.disclosure import RECIPIENT, ConsentKind, Disclosure, Lawful, Matter, Purpose, Why
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.note_digests import answers_of
from telehealth.core.note_records import NoteSection
from telehealth.core.payers import billed, line_of
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id
from telehealth.packet_file import FORMAT, Manifest, packed, written
from telehealth.packs import Packs
from telehealth.store.ports import Heard

from . import agreement, browser, release
from .answers import Refused, body
from .bodies import In
from .days import day_at
from .lawful import WITHIN
from .notice import Notice
from .site import SITE, Store
from .staff import ID, session_for

README = """\
This is an audit packet: the record of one client's attendance of one session, and what it was made of.

`telehealth audit verify FILE` checks it on any machine, without a network and without keys: the signature, every
member's SHA-256, the hash chain of the session's log, that the log under the enclosed policy gives row.json byte for
byte, and the digests of the signed note. Compare the public key with the one that the programme gives you by another
way (`telehealth audit key` prints it there; `--key` compares it).

row.json          the attendance row, in the form in which it is signed
log.json          the session's log: what the row was made of. Other people are other-1, other-2, ...
                  `replaced` names the fields in which that was done; a hash is of the entry as it was stored,
                  and is left out where ids of others could be tried against it
policy.toml       the attendance policy that judged the row, with its own tests
rules/            the other rule packs that were used: late notes, what signing needs, note templates, units
counts.json       what counts now: corrections and excuses with author, reason and time; the roster's confirmation
claim.json        who paid on the date of service, the line of the contract, and the units of this row
check-in.json     what was known when the client came in: location verified (never where), agreement version
agreement.txt     the text of that version
consents.json     the client's consents, with their dates
note.json         the signed note: the shared section and the client's own, signatures, later entries, digests
roster.json       who was expected and who came, other clients under their replaced names
people.json       the client, and the staff who are named
notice.txt        42 CFR 2.32
"""


class Impossible(Exception):
    """There can be no packet; the message is one sentence that says why."""

    def __init__(self, sentence: str, code: Code = Code.NOT_NOW) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which row, by whom, and for whom."""

    programme: ProgrammeId
    session: SessionId
    client: PersonId
    by: str
    recipient: str = ""
    purpose: Purpose = Purpose.AUDIT


class NewPacket(In, frozen=True):
    """Without a recipient it stays in the programme."""

    recipient: Annotated[str, Meta(max_length=63)] = ""
    purpose: Purpose = Purpose.AUDIT


async def make(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/clients/{client}/packet"""
    site = request.app[SITE]
    me = await browser.staff(request)
    session = await session_for(site, me, RecordAction.AUDIT_PACKET, request.match_info["session"])
    client = request.match_info["client"]
    if not ID.fullmatch(client):
        raise Refused(Code.NO_SUCH_THING)
    asked = await body(request, NewPacket)
    wanted = Wanted(me.programme, session.id, PersonId(client), me.person, asked.recipient, asked.purpose)
    try:
        file = await packet_of(site.store, site.packs, site.notice, wanted, site.clock.now)
    except Impossible as error:
        raise Refused(error.code, 409 if error.code is Code.NOT_NOW else None) from None
    headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="audit-packet.zip"'}
    return web.Response(body=file, content_type="application/zip", headers=headers)


async def packet_of(
    store: Store, packs: Packs, notice: Notice, wanted: Wanted, now: Callable[[], Millis], name: str = ""
) -> bytes:
    """The file, once it may leave. Raises `Impossible`."""
    name = name or fresh_id()
    gathered = await gather(store, packs, notice, wanted)
    lawful: Lawful | None = None
    subject = f"{wanted.session} {wanted.client} {name}"
    if wanted.recipient:
        lawful = await _released(store, wanted, gathered.row, name, subject, now)
    else:
        await store.audit.write(wanted.programme, wanted.by, "audit.packet", subject)
    manifest = Manifest(
        format=FORMAT,
        programme=wanted.programme,
        session=wanted.session,
        client=wanted.client,
        packet=name,
        made=now(),
        made_by=wanted.by,
        recipient=wanted.recipient,
        purpose=wanted.purpose if wanted.recipient else "",
        basis=f"{lawful.section}, {lawful.scope}" if lawful else WITHIN.decode(),
        derivation=gathered.derivation,
        overridden_names=gathered.overridden,
        members={},
    )
    return packed(gathered.members, manifest, lambda message: store.papers.sign(wanted.programme, message))


async def _released(
    store: Store, wanted: Wanted, row: Row, name: str, subject: str, now: Callable[[], Millis]
) -> Lawful:
    if not RECIPIENT.fullmatch(wanted.recipient):
        raise Impossible("A recipient is a code of small letters, digits and dashes.", Code.MALFORMED)
    start, end = row.scheduled_start, row.scheduled_start + 1
    columns = tuple(f"packet:{part}" for part in ("attendance", "log", "note", "consents"))
    told = Disclosure(name, wanted.by, wanted.recipient, wanted.purpose, "packet", start, end, columns)
    lawful = await release.disclosed(
        store, now, wanted.programme, wanted.client, told, "audit.packet", subject, matter=Matter.NOTES
    )
    if isinstance(lawful, Why):
        raise Impossible(f"There is no basis to hand it out ({lawful}).", Code.NOT_ALLOWED)
    return lawful


@dataclass(frozen=True, slots=True)
class Gathered:
    """The members of a packet, and what the manifest says of them."""

    row: Row
    members: dict[str, bytes]
    derivation: int
    overridden: int


async def gather(store: Store, packs: Packs, notice: Notice, wanted: Wanted) -> Gathered:
    """Read the record. Raises `Impossible` where there is no such row, or the record does not hold."""
    programme, session, client = wanted.programme, wanted.session, wanted.client
    rows = await store.attendance.rows_of(programme, session)
    row = next((one for one in rows if one.client == client), None)
    if row is None:
        raise Impossible("There is no attendance row of this client and session; a session has its rows once it ended.")
    raw = [entry async for entry in store.logs.entries(programme, session)]
    policy = packs.all.get(row.policy)
    if policy is None or not policy.text:
        raise Impossible(f"The rule pack {row.policy} that judged the row is not there.")
    masks = packet.Masks({client, *packet.staff_in(fields for _, fields in raw)})
    entries = packet.masked(raw, masks)
    derivation = attendance.VERSION if row.head else 1
    if walk(raw).broken is not None or (row.head and row.head != walk(raw).head):
        raise Impossible("The session's log does not hold; `telehealth verify` says where.")
    heard = (await store.corrections.of(programme, [session])).get(session, Heard())
    said = [one for one in heard.said if one.client == client]
    sections = [
        section
        for about in (None, client)
        if (section := await store.notes.get(programme, session, about)) is not None and section.signed is not None
    ]
    check_in = (await store.sessions.check_ins(programme, session)).get(client)
    _, consents, _ = await store.consents.of(programme, [client])
    kept = [consent for consent in consents[client] if consent.kind is not ConsentKind.COUNSELLING]
    claim, unit_pack = await _claim(store, packs, row, said)
    templates = {section.content.template for section in sections} | {
        one.content.template for section in sections for one in section.later if one.content
    }
    used = (
        [packs.note_policy.id, packs.note_policy.late_notes, unit_pack, *sorted(templates)] if sections else [unit_pack]
    )
    members = {
        "README.txt": README.encode(),
        "notice.txt": f"{notice.full}\n\n{notice.short}\n".encode(),
        "row.json": attendance.as_bytes(row, derivation),
        "log.json": written({"head": entries[-1].hash, "entries": entries}),
        "policy.toml": policy.text.encode(),
        "counts.json": written(_counts(row, said, heard, rows)),
        "claim.json": written(claim),
        "consents.json": written({"consents": kept}),
        "note.json": written({"sections": [_section(section) for section in sections]}),
        "roster.json": written({"people": packet.roster(entries)}),
        "people.json": written(await _people(store, row, sections, said, heard, wanted)),
    }
    if check_in is not None:
        members["check-in.json"] = written(
            {
                "at": check_in.at,
                "location_verified": bool(check_in.location.strip()),
                "state": check_in.state,
                "emergency_contact": bool(check_in.contact_phone.strip()),
                "alone": check_in.alone,
                "agreement": check_in.agreement,
            }
        )
        text = agreement.text_of(check_in.agreement)
        if text is not None:
            members["agreement.txt"] = text.encode() + b"\n"
    for name in filter(None, used):
        pack = packs.all.get(name)
        if pack is not None and pack.text:
            members[f"rules/{name.replace('/', '-')}.toml"] = pack.text.encode()
    overridden = sum(
        answer.rule == "name"
        for section in sections
        for answers in (section.answers, *(one.answers for one in section.later))
        for answer in answers
    )
    return Gathered(row, members, derivation, overridden)


def _section(section: NoteSection) -> dict[str, Any]:
    """Without the answers to lints; their digests are there, so that the signature can be checked."""
    bare = replace(section, answers=(), later=tuple(replace(one, answers=()) for one in section.later))
    return {"section": bare, "answered": answers_of(section)}


def _counts(row: Row, said: Sequence[Said], heard: Heard, rows: Sequence[Row]) -> dict[str, Any]:
    counts, word = effective(row, said), heard.attestation
    return {
        "minutes_attended": counts.minutes_attended,
        "status": counts.status,
        "said": [{"kind": "correction" if isinstance(one, Correction) else "excuse", **asdict(one)} for one in said],
        "chain_holds": heard.whole,
        "confirmed": None if word is None else _confirmed(word, rows, heard),
    }


def _confirmed(word: Attestation, rows: Sequence[Row], heard: Heard) -> dict[str, Any]:
    """Not with its digest: that covers the rows of others, whose ids could be tried against it."""
    return {"by": word.by, "at": word.at, "as_it_counts": attested(word, rows, heard.said)}


async def _claim(store: Store, packs: Packs, row: Row, said: Sequence[Said]) -> tuple[dict[str, Any], str]:
    """Who paid, and the units of this row by its own minutes; and the id of the unit rule. One of a day is named, and
    its units are not: they need the client's other sessions."""
    schedule = (await store.sessions.schedules(row.programme, [row.session])).get(row.session)
    history = (await store.coverages.of(row.programme, [row.client]))[row.client]
    if schedule is None:
        return {"coverage": None, "line": None, "unit_rule": "", "of_a_day": False, "units": None}, ""
    day = day_at(row.scheduled_start, ZoneInfo(schedule.zone))
    coverage = in_force(history.coverages, day)
    line = None if coverage is None else line_of(coverage.payer, row.kind, day, packs.payer_rules)
    rule = None if line is None else packs.unit_rules[line.unit_rule]
    units = None if rule is None or rule.of_a_day else billed(effective(row, said).minutes_attended, rule).units
    claim = {
        "coverage": coverage,
        "line": line,
        "unit_rule": "" if rule is None else rule.id,
        "of_a_day": rule is not None and rule.of_a_day,
        "units": units,
    }
    return claim, "" if rule is None else rule.id


async def _people(
    store: Store,
    row: Row,
    sections: Sequence[NoteSection],
    said: Sequence[Said],
    heard: Heard,
    wanted: Wanted,
) -> dict[str, Any]:
    """The client by name, and every member of staff who is named by id."""
    staff = {*row.facilitators, *(one.author for one in said)}
    staff |= {heard.attestation.by} if heard.attestation else set()
    for section in sections:
        staff |= {section.author, section.signed_by or section.author, *(one.author for one in section.later)}
        staff |= {one for one in (section.supervisor, *(later.supervisor for later in section.later)) if one}
        staff |= set(section.facts.facilitators) if section.facts else set()
    staff |= set() if wanted.by == "system" else {PersonId(wanted.by)}
    found = await store.people.get(row.programme, sorted({row.client, *staff}))
    client = found.get(row.client)
    return {
        "client": {"id": row.client, "name": "" if client is None else client.legal_name},
        "staff": {
            who: {"name": one.legal_name, "npi": one.npi}
            for who, one in sorted(found.items())
            if one.staff and who in staff
        },
    }
