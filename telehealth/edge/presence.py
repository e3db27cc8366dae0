"""GET /api/staff/sessions/{session}/presence: who of the expected is there, who was there when, and what lacks.

One answer for the strip chart of a session, for the list of what would keep its rows from being billed while that can
still be mended, and for the roster that is corrected and signed at the end. Everything is read from the log by the
rules that also make the rows, so picture, list and bill cannot disagree.
"""

from collections.abc import Iterable, Mapping, Sequence

from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.claims import Claim
from telehealth.core.corrections import Correction, Effective, Excuse, attested, effective
from telehealth.core.evidence import Evidence, Interval, evidence
from telehealth.core.ids import Millis, PersonId
from telehealth.core.kind_rules import KindRule
from telehealth.core.notes import may_write
from telehealth.core.records import Session, WebSession
from telehealth.core.roster import expected
from telehealth.core.spans import Span, both, merged
from telehealth.store.ports import Heard

from . import record
from .answers import answer
from .billing import Billing
from .bodies import Out
from .site import SITE, Site
from .staff import allowed_session

Names = Mapping[PersonId, tuple[str, str]]
"""Alias and legal name."""


class Stay(Out, frozen=True):
    start: int
    end: int | None
    """null while it lasts."""
    ended_by: str
    inferred: bool
    """Nobody saw the end: it is the last proof that was kept."""


class Time(Out, frozen=True):
    start: int
    end: int


class Said(Out, frozen=True):
    """The correction or excuse that counts."""

    reason: str
    by: str
    at: int


class ClientPresence(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    expected: bool
    """Whether they stand on the roster."""
    where: str
    """present | waiting | gone | missing"""
    stays: list[Stay]
    aside: list[Time]
    """In the side room, while present."""
    minutes_attended: int
    """Without breaks and side room."""
    minutes_break: int
    minutes_side_room: int
    modality: str | None
    status: str | None
    """As the policy judges; null before the session has opened."""
    minutes_counts: int
    """The corrected value where there is one."""
    status_counts: str | None
    """Excused where somebody excused the absence."""
    correction: Said | None
    excuse: Said | None
    not_billable: list[str]
    code_hint: str
    """The usual code of such a session by whether the client was there; empty where there is none."""
    """What would keep the row from being billed as things stand (core/billable.py). Nothing of whoever never came."""
    minutes_short: int
    """What is lacking to a unit, or to the day, by the payer's rule; 0 without one."""
    units: int | None
    """By the payer's rule, once the session has ended."""


class Presence(Out, frozen=True):
    now: int
    state: str
    """scheduled | open | ended"""
    began: int | None
    ended: int | None
    breaks: list[Time]
    policy: str | None
    attested: bool
    """Whether what counts now is what somebody signed."""
    attested_by: str | None
    """The last who did, even if something was corrected since."""
    attested_at: int | None
    may_correct: bool
    """Whether the asker may, once the session has ended."""
    may_attest: bool
    clients: list[ClientPresence]


async def presence(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/presence"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.PRESENCE_READ)
    await site.readings.write(me, "roster.read", session.id)
    return answer(await _report(site, me, session))


async def _report(site: Site, me: WebSession, session: Session) -> Presence:
    """The session as it stands now."""
    now = site.clock.now()
    log = await record.events(site, session.programme, session.id)
    room = record.room(log)
    rows = {row.client: row for row in record.rows(site, log, now)}
    until = room.last_at if room.ended else now
    proven = evidence(log, until)
    standing = expected(room)
    heard = (await site.store.corrections.of(session.programme, [session.id])).get(session.id, Heard())
    signed = attested(heard.attestation, rows.values(), heard.said)
    clients = list(dict.fromkeys((*session.roster, *rows, *proven.presence)))
    names = await _names(site, session, clients, heard)
    billing = Billing(site, session.programme)
    await billing.load([session.id])
    where = {
        **dict.fromkeys(standing.gone, "gone"),
        **dict.fromkeys(standing.waiting, "waiting"),
        **dict.fromkeys(standing.present, "present"),
    }
    return Presence(
        now=now,
        state=record.state(room, session, now),
        began=room.began,
        ended=room.last_at if room.ended else None,
        breaks=_times(proven.breaks),
        policy=next((row.policy for row in rows.values()), None),
        attested=signed,
        attested_by=names.get(heard.attestation.by, ("", ""))[1] if heard.attestation else None,
        attested_at=heard.attestation.at if heard.attestation else None,
        may_correct=may_write(session, me.person, me.role),
        may_attest=me.person in session.facilitators,
        clients=[
            _client(
                person=client,
                names=names,
                on_roster=client in session.roster,
                where=where.get(client, "missing"),
                proven=proven,
                until=until,
                counts=effective(rows[client], heard.said) if client in rows else None,
                claim=billing.claim(rows[client]) if client in rows else None,
                kind=site.packs.kinds.of(session.kind),
            )
            for client in clients
        ],
    )


def _client(
    *,
    person: PersonId,
    names: Names,
    on_roster: bool,
    where: str,
    proven: Evidence,
    until: Millis,
    counts: Effective | None,
    claim: Claim | None,
    kind: KindRule,
) -> ClientPresence:
    row = counts.row if counts else None
    stays = proven.presence.get(person, ())
    here = merged((stay.start, until if stay.end is None else stay.end) for stay in stays)
    return ClientPresence(
        person=person,
        alias=names.get(person, ("", ""))[0],
        legal_name=names.get(person, ("", ""))[1],
        expected=on_roster,
        where=where,
        stays=_stays(stays),
        aside=_times(both(here, proven.aside.get(person, []))),
        minutes_attended=row.minutes_attended if row else 0,
        minutes_break=row.break_ms // 60_000 if row else 0,
        minutes_side_room=row.side_room_ms // 60_000 if row else 0,
        modality=row.modality if row else None,
        status=row.status if row else None,
        minutes_counts=counts.minutes_attended if counts else 0,
        status_counts=counts.status if counts else None,
        correction=_said(counts.correction, names) if counts else None,
        excuse=_said(counts.excuse, names) if counts else None,
        not_billable=[*claim.reasons] if claim else [],
        code_hint=kind.code_hint(bool(row and row.intervals)) if counts else "",
        minutes_short=claim.minutes_short if claim else 0,
        units=claim.units if claim else None,
    )


def _said(one: Correction | Excuse | None, names: Names) -> Said | None:
    return None if one is None else Said(reason=one.reason, by=names.get(one.author, ("", ""))[1], at=one.at)


async def _names(site: Site, session: Session, clients: Sequence[PersonId], heard: Heard) -> Names:
    """Of the clients, and of whoever said something about them."""
    authors = [one.author for one in heard.said] + ([heard.attestation.by] if heard.attestation else [])
    people = await site.store.people.get(session.programme, list(dict.fromkeys((*clients, *authors))))
    return {person: (known.alias, known.legal_name) for person, known in people.items()}


def _stays(stays: Sequence[Interval]) -> list[Stay]:
    return [Stay(start=s.start, end=s.end, ended_by=s.ended_by, inferred=s.inferred) for s in stays]


def _times(spans: Iterable[Span]) -> list[Time]:
    return [Time(start=start, end=end) for start, end in spans]
