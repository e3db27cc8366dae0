"""The claims of sessions: `core/claims.py` with everything that it asks for looked up, a day of the facility at a time.

A claim needs more than its own row: the client's other sessions of the day for codes of a day, everybody's for
overlaps, the coverage of the date of service, the note, the check-in, the consent, the signature under the roster. Rows
of a day stand together in an export and on a page, so a day is read once; what was read is forgotten soon after.

Used by the export (`facts.py`), by the page of a session and by the list of a day, so that they cannot disagree.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from telehealth.core import claims
from telehealth.core.attendance import Row
from telehealth.core.billable import Facts, Reason
from telehealth.core.claims import Claim, Known, Left
from telehealth.core.corrections import Effective, attested, effective
from telehealth.core.coverage import Care, History, ProgrammeFacts, in_force, may_be_billed
from telehealth.core.day import date_of_service
from telehealth.core.disclosure import Consent
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.notes import needed
from telehealth.core.overlaps import Overlaps, as_of, overlaps
from telehealth.core.records import CheckIn, Session
from telehealth.store.codec import row_from
from telehealth.store.ports import Heard

from . import record
from .days import start_of
from .site import Site

AROUND: Millis = 14 * 60 * 60_000
"""How far outside a day a session may be scheduled that can still overlap one of the day."""
DAYS, SESSIONS, CLIENTS, ENDED = 16, 500, 2000, 1000
"""That are remembered."""
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Day:
    """Everybody's rows of a day of the facility and of the hours around it, as they count."""

    rows: Mapping[PersonId, Sequence[tuple[date, Effective]]]
    """With their dates of service."""
    ended: frozenset[SessionId]
    left: Sequence[tuple[date, Session]]
    """Sessions that have not ended."""
    overlaps: Overlaps


@dataclass(frozen=True, slots=True)
class _Client:
    history: History
    consents: Sequence[Consent]


@dataclass(frozen=True, slots=True)
class _Session:
    """What is known of a session that is asked for."""

    rows: Sequence[Row]
    day: date
    zone: tzinfo
    whole: _Day
    clients: Mapping[PersonId, _Client]
    heard: Heard
    attested: bool | None
    """None while it goes on: nobody can sign yet."""
    check_ins: Mapping[PersonId, CheckIn]
    signed: Mapping[PersonId | None, Millis | None]


NOBODY = _Client(History(), ())
"""Of whom nothing was read: they came after the session was looked up."""


class Billing:
    """For one request."""

    def __init__(self, site: Site, programme: ProgrammeId) -> None:
        self._site, self._programme, self._now = site, programme, site.clock.now()
        self._days: OrderedDict[date, _Day] = OrderedDict()
        self._sessions: OrderedDict[SessionId, _Session] = OrderedDict()
        self._clients: OrderedDict[PersonId, _Client] = OrderedDict()
        self._ended: OrderedDict[SessionId, list[Row]] = OrderedDict()
        """Rows of sessions that have ended: those do not change."""
        self._npis: dict[PersonId, str] = {}
        self._facts = ProgrammeFacts()
        self._begun = False

    async def load(self, sessions: Sequence[SessionId]) -> None:
        """Afterwards `claim` answers for the rows of these sessions."""
        store, programme = self._site.store, self._programme
        if not self._begun:
            self._facts, self._begun = await store.programmes.facts(programme), True
        rows = await self._rows(sessions)
        records = await store.sessions.schedules(programme, sessions)
        signed = await store.notes.signed(programme, list(rows))
        heard = await store.corrections.of(programme, list(rows))
        answers = await asyncio.gather(*(store.sessions.check_ins(programme, session) for session in rows))
        given = dict(zip(rows, answers, strict=True))
        people = await self._people(sorted({row.client for found in rows.values() for row in found}))
        await self._load_npis({row.facilitators[0] for found in rows.values() for row in found if row.facilitators})
        for session in sessions:
            found, scheduled = rows.get(session, []), records.get(session)
            if not found and scheduled is None:
                continue
            zone = ZoneInfo(scheduled.zone) if scheduled else self._site.zone
            start = found[0].scheduled_start if found or scheduled is None else scheduled.starts
            day, said = date_of_service(start, zone), heard.get(session, Heard())
            ended = bool(found) and found[0].final
            whole = self._days.get(day)
            if whole is None or (ended and session not in whole.ended):
                whole = self._days[day] = await self._day(day, session)
            self._days.move_to_end(day)
            self._sessions[session] = _Session(
                rows=found,
                day=day,
                zone=zone,
                whole=whole,
                clients={row.client: people[row.client] for row in found},
                heard=said,
                attested=attested(said.attestation, found, said.said) if ended else None,
                check_ins=given.get(session, {}),
                signed=signed.get(session, {}),
            )
            self._sessions.move_to_end(session)
        _trim(self._days, DAYS)
        _trim(self._sessions, max(SESSIONS, len(sessions)))
        _trim(self._clients, CLIENTS)

    def claim(self, row: Row) -> Claim:
        """Of a row of a session that was loaded. A session that nobody scheduled and that has no rows has none."""
        session = self._sessions[row.session]
        whole, client = session.whole, session.clients.get(row.client, NOBODY)
        counts = effective(row, session.heard.said)
        others = [
            one for day, one in whole.rows.get(row.client, ()) if day == session.day and one.row.session != row.session
        ]
        return claims.claim(
            counts,
            session.day,
            session.zone,
            self._site.packs.claims,
            Known(
                coverage=in_force(client.history.coverages, session.day),
                level=self._level(client.history.cares, session.day),
                same_day=tuple(others),
                left=self._left(row.client, session.day, whole),
                clinic_caps=self._facts.caps,
                facts=self._facts_of(row, session, client, whole),
            ),
            self._now,
        )

    def lacking(self, session: SessionId) -> dict[Reason, int]:
        """Of how many rows of a session that was loaded each reason holds, in the order of the reasons."""
        known = self._sessions.get(session)
        reasons = [reason for row in (known.rows if known else ()) for reason in self.claim(row).reasons]
        return {reason: reasons.count(reason) for reason in Reason if reason in reasons}

    @property
    def facility_npi(self) -> str:
        return self._facts.facility_npi

    def npi_of(self, facilitator: PersonId) -> str:
        """Of whoever led a session that was loaded."""
        return self._npis.get(facilitator, "")

    def same_day(self, session: SessionId) -> list[SessionId]:
        """Every ended session of the same day: what is said of one may change what the others are on a claim."""
        known = self._sessions.get(session)
        return [] if known is None else sorted(known.whole.ended)

    def _facts_of(self, row: Row, session: _Session, client: _Client, whole: _Day) -> Facts:
        given = session.check_ins.get(row.client)
        sections = needed(row.kind, [row.client])
        return Facts(
            location=given is not None and bool(given.location.strip()),
            consent=may_be_billed(client.consents, self._now),
            note_signed=all(session.signed.get(about) is not None for about in sections),
            overlap=whole.overlaps.of_client(row),
            facilitator_overlap=whole.overlaps.of_facilitator(row),
            attested=session.attested,
        )

    def _level(self, cares: Sequence[Care], day: date) -> LevelOfCare | None:
        care = in_force(cares, day)
        return None if care is None else self._site.packs.levels_of_care.get(care.level)

    def _left(self, client: PersonId, day: date, whole: _Day) -> tuple[Left, ...]:
        return tuple(
            Left(session.id, session.kind, (session.starts, session.ends))
            for starts, session in whole.left
            if starts == day
            and (
                client in session.roster or any(one.row.session == session.id for _, one in whole.rows.get(client, ()))
            )
        )

    async def _rows(self, sessions: Sequence[SessionId]) -> dict[SessionId, list[Row]]:
        """The rows of each of these sessions that has any, stored or as they are now."""
        unknown = [session for session in sessions if session not in self._ended]
        stored = await self._site.store.attendance.of_sessions(self._programme, unknown)
        self._ended.update(
            (session, [row_from(self._programme, dict(zip(v[::2], v[1::2], strict=True))) for _, v in entries])
            for session, entries in stored.items()
            if entries
        )
        found = {session: self._ended[session] for session in sessions if session in self._ended}
        for session in found:
            self._ended.move_to_end(session)
        _trim(self._ended, max(ENDED, len(sessions)))
        open_now = [session for session in sessions if session not in found]
        logs = await asyncio.gather(*(record.events(self._site, self._programme, s) for s in open_now))
        for session, log in zip(open_now, logs, strict=True):
            if live := record.rows(self._site, log, self._now):
                found[session] = list(live)
        return found

    async def _day(self, day: date, asked: SessionId) -> _Day:
        store, programme, zone = self._site.store, self._programme, self._site.zone
        start, end = start_of(day, zone) - AROUND, start_of(day + timedelta(days=1), zone) + AROUND
        schedule = {session.id: session for session in await store.sessions.between(programme, start, end)}
        found = await self._rows(list({**schedule, asked: None}))
        heard = await store.corrections.of(programme, list(found))
        dates = {
            session: date_of_service(
                those[0].scheduled_start, ZoneInfo(schedule[session].zone) if session in schedule else zone
            )
            for session, those in found.items()
        }
        rows: dict[PersonId, list[tuple[date, Effective]]] = {}
        for session, those in found.items():
            said = heard[session].said if session in heard else ()
            for row in those:
                rows.setdefault(row.client, []).append((dates[session], effective(row, said)))
        ended = frozenset(session for session, those in found.items() if those[0].final)
        return _Day(
            rows,
            ended,
            [
                (date_of_service(session.starts, ZoneInfo(session.zone)), session)
                for session in schedule.values()
                if session.id not in ended and not (session.cancelled and session.id not in found)
            ],
            overlaps(
                (as_of(row, self._now) for those in found.values() for row in those),
                self._site.packs.claims.billable_kinds,
            ),
        )

    async def _people(self, clients: Sequence[PersonId]) -> dict[PersonId, _Client]:
        missing = [who for who in clients if who not in self._clients]
        if missing:
            histories = await self._site.store.coverages.of(self._programme, missing)
            _, consents, _ = await self._site.store.consents.of(self._programme, missing)
            self._clients.update((who, _Client(histories[who], consents[who])) for who in missing)
        for who in clients:
            self._clients.move_to_end(who)
        return {who: self._clients[who] for who in clients}

    async def _load_npis(self, facilitators: set[PersonId]) -> None:
        missing = sorted(facilitators - self._npis.keys())
        found = await self._site.store.people.get(self._programme, missing)
        self._npis.update((who, found[who].npi if who in found else "") for who in missing)


def _trim(kept: OrderedDict[K, V], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
