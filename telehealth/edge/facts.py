"""What an export says beside the stored row: the facility's day, the notice, the recipient's name of the session.

Looked up a page at a time, for all its sessions in one go, and forgotten soon after: rows of a session stand together.
Values are bytes in the form in which a row's own fields are stored (formats.py writes both alike).
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import msgspec

from telehealth.core.claims import Claim
from telehealth.core.corrections import Said, attested, effective
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.notes import needed
from telehealth.core.records import Session
from telehealth.store.codec import row_from
from telehealth.store.ports import Heard

from .billing import Billing
from .days import day_at
from .formats import CLAIM
from .site import Site

STATUS = 2
"""Where in `client` the status stands that counts."""
KEPT = 500
"""Sessions that are remembered."""


_OF_CLAIMS = frozenset({*CLAIM, "facility_npi", "facilitator_npi"})
"""Columns for which the claims of a session are looked up (billing.py)."""
_UNSAID = {"version": b"1", "minutes_corrected": b"", "corrected_by": b"", "corrected_at": b""}
"""What is the same for all rows of a session of which nobody has said anything."""


Changed = Mapping[SessionId, set[PersonId] | None]
"""Of each session the clients whose rows have changed; None is everybody."""


class Facts:
    """For one export."""

    def __init__(
        self,
        site: Site,
        programme: ProgrammeId,
        name: Callable[[SessionId], str],
        *,
        export: str,
        notice: str,
        sources: frozenset[str],
    ) -> None:
        """`sources` are those of the columns that are asked for."""
        self._site = site
        self._programme = programme
        self._name = name
        self._everywhere = {"programme": programme.encode(), "export": export.encode(), "notice": notice.encode()}
        self._notes = bool(sources & {"note_status", "note_signed_at"})
        self._attested = "attested" in sources
        self._making_up = "made_up_by" in sources
        self._billing = Billing(site, programme) if sources & _OF_CLAIMS else None
        self._sessions: OrderedDict[bytes, Session | None] = OrderedDict()
        self._heard: dict[bytes, Heard] = {}
        self._signed: dict[bytes, dict[PersonId | None, Millis | None]] = {}
        self._signatures: dict[bytes, bool] = {}
        self._made_up: dict[bytes, dict[bytes, bytes]] = {}
        """Of sessions that were missed, by client: what makes up for them, as the recipient calls it."""
        self._facts: OrderedDict[tuple[bytes, bool], Mapping[str, bytes]] = OrderedDict()

    async def load(self, sessions: Sequence[bytes]) -> None:
        """Afterwards `session` and `of` answer for these."""
        missing = [session for session in sessions if session not in self._sessions]
        if missing:
            ids = [SessionId(session.decode()) for session in missing]
            store, programme = self._site.store, self._programme
            found = await store.sessions.schedules(programme, ids)
            self._sessions.update((session.encode(), found.get(session)) for session in ids)
            for session, heard in (await store.corrections.of(programme, ids)).items():
                self._heard[session.encode()] = heard
                if self._attested and heard.attestation is not None:
                    rows = await store.attendance.rows_of(programme, session)
                    self._signatures[session.encode()] = attested(heard.attestation, rows, heard.said)
            if self._notes:
                signed = await store.notes.signed(programme, ids)
                self._signed.update((session.encode(), sections) for session, sections in signed.items())
            if self._making_up:
                for session, made in (await store.series.make_ups(programme, ids)).items():
                    self._made_up[session.encode()] = {
                        client.encode(): self._name(SessionId(one.session)).encode() for client, one in made.items()
                    }
            if self._billing is not None:
                await self._billing.load(ids)
        while len(self._sessions) > KEPT:
            oldest, _ = self._sessions.popitem(last=False)
            for kept in (self._heard, self._signed, self._signatures, self._made_up):
                kept.pop(oldest, None)

    def session(self, session: bytes) -> Session | None:
        """The schedule's record, if there is one."""
        return self._sessions[session]

    def name(self, session: bytes) -> str:
        """What the recipient calls it."""
        return self._name(SessionId(session.decode()))

    @property
    def silent(self) -> bool:
        """Whether nothing is known of any client of these sessions: `client` need not be asked."""
        return not self._heard and not self._made_up and not self._notes and self._billing is None

    async def touched(self, sessions: Changed) -> dict[SessionId, set[PersonId] | None]:
        """The sessions of a change, and those of which a claim may say something else by it: the same day's."""
        found = dict(sessions)
        if self._billing is None:
            return found
        await self.load([session.encode() for session in sessions])
        for session, clients in sessions.items():
            for other in self._billing.same_day(session):
                known = found.get(other, set())
                found[other] = None if clients is None or known is None else known | clients
        return found

    def client(self, names: Sequence[bytes], values: list[bytes], *, final: bool) -> list[bytes]:
        """What is known of one client in a session, in the order of formats.CLIENT after the basis."""
        fields = {name: 2 * place + 1 for place, name in enumerate(names)}
        session, client = values[fields[b"session"]], values[fields[b"client"]]
        note, signed = self._note(session, client, values[fields[b"kind"]])
        made_up = self._made_up.get(session, {}).get(client, b"")
        heard = self._heard.get(session)
        if heard is None and self._billing is None:
            return [b"1", b"", values[fields[b"status"]], b"", b"", made_up, note, signed, b""]
        row = replace(row_from(self._programme, dict(zip(names, values[1::2], strict=True))), final=final)
        claimed = [] if self._billing is None else _claimed(self._billing.claim(row))
        if heard is None:
            return [b"1", b"", values[fields[b"status"]], b"", b"", made_up, note, signed, b"", *claimed]
        counts = effective(row, heard.said)
        standing: list[Said] = [one for one in (counts.correction, counts.excuse) if one is not None]
        latest = max(standing, key=lambda one: one.at) if standing else None
        return [
            b"%d" % (1 + sum(1 for one in heard.said if one.client == row.client)),
            b"" if counts.correction is None else b"%d" % counts.minutes_attended,
            (counts.status if final else row.status).encode(),
            latest.author.encode() if latest else b"",
            b"%d" % latest.at if latest else b"",
            made_up,
            note,
            signed,
            b"",
            *claimed,
        ]

    def _note(self, session: bytes, client: bytes, kind: bytes) -> tuple[bytes, bytes]:
        if not self._notes:
            return b"", b""
        sections = self._signed.get(session, {})
        wanted = needed(kind.decode(), [PersonId(client.decode())])
        signed = [sections.get(about) for about in wanted]
        if all(signed):
            return b"signed", b"%d" % max(at for at in signed if at)
        return b"draft" if PersonId(client.decode()) in sections else b"none", b""

    def of(self, session: bytes, start: Millis, hosts: bytes, *, final: bool) -> Mapping[str, bytes]:
        """What is the same for all rows of a session; one object for all of them."""
        known = self._facts.get((session, final))
        if known is None:
            known = self._facts[session, final] = self._made(session, start, hosts, final=final)
            while len(self._facts) > KEPT:
                self._facts.popitem(last=False)
        return known

    def _made(self, session: bytes, start: Millis, hosts: bytes, *, final: bool) -> Mapping[str, bytes]:
        record = self._sessions[session]
        zone = self._site.zone if record is None else ZoneInfo(record.zone)
        day = day_at(start, zone)
        first, _, others = hosts[1:-1].partition(b",")  # a JSON list of ids
        return {
            **self._everywhere,
            **({} if session in self._heard else _UNSAID),
            **({} if session in self._made_up else {"made_up_by": b""}),
            "session": self.name(session).encode(),
            "zone": zone.key.encode(),
            "day": day.isoformat().encode(),
            "year": b"%d" % day.year,
            "attested": b"1" if self._signatures.get(session) else b"0",
            "final": b"1" if final else b"0",
            "facilitator": first.strip(b'"'),
            "cofacilitators": b"[%b]" % others if others else b"",
            **self._npis(PersonId(first.strip(b'"').decode())),
        }

    def _npis(self, facilitator: PersonId) -> Mapping[str, bytes]:
        if self._billing is None:
            return {}
        npis = {"facility_npi": self._billing.facility_npi, "facilitator_npi": self._billing.npi_of(facilitator)}
        return {name: npi.encode() for name, npi in npis.items()}


def _claimed(claim: Claim) -> list[bytes]:
    """In the order of formats.CLAIM."""
    values: dict[str, str | int | bool | None] = {
        "units": claim.units,
        "unit_rule": claim.unit_rule,
        "modifiers": _list(claim.modifiers),
        "services_of_day": claim.services_of_day,
        "cap_rule": claim.cap_rule,
        "cap_exceeded": claim.cap_exceeded,
        "location_verified": claim.located,
        "billable": claim.billable,
        "not_billable_reasons": _list(claim.reasons),
    }
    if claim.coverage is not None:
        values |= {name: getattr(claim.coverage, name) for name in _OF_COVERAGE}
    if claim.line is not None:
        values |= {
            "procedure_code": claim.line.procedure_code,
            "revenue_code": claim.line.revenue_code,
            "payer_pack": claim.line.pack,
        }
    if claim.day is not None:
        values |= {"eligible_minutes_of_day": claim.day.eligible_minutes, "per_diem_met": claim.day.met}
    if claim.level is not None:
        values["level_edition"], _, values["level_code"] = claim.level.code.rpartition(":")
    return [_stored(values.get(name)) for name in CLAIM]


_OF_COVERAGE = (
    "payer",
    "payer_name",
    "member",
    "authorization",
    "authorized_units",
    "authorized_from",
    "authorized_to",
    "place_of_service",
)


def _list(codes: Sequence[str]) -> str:
    return msgspec.json.encode(codes).decode()


def _stored(value: object) -> bytes:
    """As a row's own fields are stored: truth as 1 or 0, nothing as nothing."""
    if value is None:
        return b""
    return b"%d" % value if isinstance(value, bool) else str(value).encode()
