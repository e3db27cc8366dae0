"""Whether a client's record may be handed to a recipient for a purpose: yes under a named basis, or no and why.

42 CFR part 2 lets nothing that identifies a client leave the programme without the client's written consent (2.31,
2.33) or another basis that the rules name (`Ground`: an audit or evaluation under 2.53, a service organisation under
2.12(c)(4)). Kinds of consent never stand in for each other: one for treatment, payment and operations does not open a
report to a court (2.35). A purpose that is a legal proceeding (2.31(d), 2.61-2.67) is refused here, whatever is signed:
that needs a compliance officer and a recorded order.

A basis counts from its date until it expires or is revoked. Must not touch: clocks, and the contents of the record.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .ids import Millis, PersonId, ProgrammeId

RECIPIENT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""A recipient is named by a code that the clinic chooses, such as `county-court`."""


class Purpose(StrEnum):
    """What the recipient may use the record for (2.31(a)(5))."""

    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    AUDIT = "audit"
    """Audit and evaluation of the programme (2.53)."""
    COURT = "court"
    """Reports to the element of the justice system that made attendance a condition (2.35)."""
    LEGAL = "legal"
    """A proceeding against the client (2.31(d)): never in self-service."""


class Matter(StrEnum):
    """Which part of the record a basis opens (2.31(a)(3): how much of it, and of what kind). SUD counselling notes are
    none of these: they need a consent of their own (2.31(b))."""

    ATTENDANCE = "attendance"
    """Attendance and billing."""
    NOTES = "notes"
    """Signed progress notes."""


TPO = frozenset({Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS})


class ConsentKind(StrEnum):
    """What was signed. DOMAIN 4.1: distinct kinds, never substitutable."""

    TPO = "tpo"
    """One consent for all future treatment, payment and health care operations (2.31(a)(4)(ii), 2.33(a)(1))."""
    NAMED = "named"
    """To one recipient for the purposes that it names."""
    COURT = "court"
    """To one element of the justice system (2.35)."""
    COUNSELLING = "counselling_notes"
    """Of SUD counselling notes, to one recipient (2.31(b)): it opens nothing else, and nothing else opens those."""


class GroundKind(StrEnum):
    """A basis that needs no consent, for every client of the programme."""

    AUDIT = "audit_evaluation"
    """2.53."""
    SERVICE_ORGANISATION = "qualified_service_organization"
    """2.11, 2.12(c)(4): under a written agreement."""


_SECTIONS: dict[ConsentKind | GroundKind, str] = {
    ConsentKind.TPO: "42 CFR 2.33(a)(1)",
    ConsentKind.NAMED: "42 CFR 2.33(a)",
    ConsentKind.COURT: "42 CFR 2.35",
    ConsentKind.COUNSELLING: "42 CFR 2.31(b)",
    GroundKind.AUDIT: "42 CFR 2.53",
    GroundKind.SERVICE_ORGANISATION: "42 CFR 2.12(c)(4)",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """A client's written consent, with the elements of 2.31(a). Sealed whole before it is stored."""

    id: str
    programme: ProgrammeId
    client: PersonId
    """2.31(a)(1)"""
    kind: ConsentKind
    discloser: str
    """(2) Who may disclose."""
    description: str
    """(3) What may be disclosed, described in a meaningful way."""
    recipient: str
    """(4) The recipient's code; empty for the class wording that a TPO consent may use."""
    purposes: tuple[Purpose, ...]
    """(5)"""
    expires: Millis | None
    """(7) The date; None where an event ends it."""
    expires_event: str
    """(7) The event or condition, such as `end of treatment`; a TPO consent may say `none`."""
    signed_by: str
    """(8) Who signed: the client, or whoever consents for them (2.14, 2.15)."""
    signed: Millis
    """(9)"""
    revocation_told: bool
    """(6) Whether it says that it may be revoked, and how."""
    revoked: Millis | None = None
    covers: tuple[Matter, ...] = (Matter.ATTENDANCE,)
    """(3) The same in codes. Consents of releases that handed out no notes open none."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Another basis, for every client: on paper somewhere (`reference`), with a recipient, a purpose and an end."""

    id: str
    programme: ProgrammeId
    kind: GroundKind
    recipient: str
    purposes: tuple[Purpose, ...]
    reference: str
    """Where the agreement or the order is filed. No name of a person."""
    begins: Millis
    expires: Millis | None
    revoked: Millis | None = None
    covers: tuple[Matter, ...] = (Matter.ATTENDANCE,)


class Why(StrEnum):
    """Why not, the nearest miss first."""

    LEGAL = "legal_needs_an_order"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    OTHER_MATTER = "other_matter"
    """It opens another part of the record."""
    OTHER_PURPOSE = "other_purpose"
    OTHER_RECIPIENT = "other_recipient"
    NONE = "no_basis"


@dataclass(frozen=True, slots=True)
class Lawful:
    """Yes, under this basis. `scope` is the explanation that travels with the record (2.32(b))."""

    basis: str
    """`KIND:ID`, as the ledger keeps it."""
    section: str
    scope: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one export hands out, apart from whose record it is. Codes and times only."""

    export: str
    actor: str
    recipient: str
    purpose: Purpose
    profile: str
    start: Millis
    end: Millis
    """The range of time that was asked for."""
    columns: tuple[str, ...] = ()
    """What was told: names of columns, behind a word and a colon where they are not those of attendance rows."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One row of a client's accounting of disclosures (2.25; 45 CFR 164.528)."""

    at: Millis
    disclosure: Disclosure
    basis: str


def missing(consent: Consent) -> tuple[str, ...]:
    """The elements of 2.31(a) that a consent lacks, by field name; empty if it may be stored."""
    tpo = consent.kind is ConsentKind.TPO
    lacks = {
        "client": not consent.client,
        "discloser": not consent.discloser.strip(),
        "description": not consent.description.strip(),
        "recipient": not RECIPIENT.fullmatch(consent.recipient) and not (tpo and not consent.recipient),
        "purposes": not _purposes_fit(consent),
        "covers": not consent.covers,
        "revocation_told": not consent.revocation_told,
        "expires": consent.expires is None and not consent.expires_event.strip(),
        "signed_by": not consent.signed_by.strip(),
        "signed": consent.signed <= 0 or (consent.expires is not None and consent.expires <= consent.signed),
    }
    return tuple(name for name, lack in lacks.items() if lack)


def _purposes_fit(consent: Consent) -> bool:
    given = set(consent.purposes)
    if consent.kind in (ConsentKind.NAMED, ConsentKind.COUNSELLING):
        return bool(given) and not given & {Purpose.COURT, Purpose.LEGAL}
    return given == (TPO if consent.kind is ConsentKind.TPO else {Purpose.COURT})


def judge(
    recipient: str,
    purpose: Purpose,
    consents: Iterable[Consent],
    grounds: Iterable[Ground],
    at: Millis,
    matter: Matter = Matter.ATTENDANCE,
) -> Lawful | Why:
    """Whether this part of one client's record may go to `recipient` for `purpose` at `at`; not their counselling
    notes."""
    record = (consent for consent in consents if consent.kind is not ConsentKind.COUNSELLING)
    return _judge(recipient, purpose, record, grounds, at, matter)


def judge_counselling(recipient: str, purpose: Purpose, consents: Iterable[Consent], at: Millis) -> Lawful | Why:
    """The same for SUD counselling notes about a client: only under their own consent, and on no other ground."""
    own = (consent for consent in consents if consent.kind is ConsentKind.COUNSELLING)
    return _judge(recipient, purpose, own, (), at, None)


def _judge(
    recipient: str,
    purpose: Purpose,
    consents: Iterable[Consent],
    grounds: Iterable[Ground],
    at: Millis,
    matter: Matter | None,
) -> Lawful | Why:
    if purpose is Purpose.LEGAL:
        return Why.LEGAL
    found: list[Why] = []
    for consent in consents:
        no = _no(consent, consent.signed, recipient, purpose, at, matter)
        if no is None:
            until = f"until {consent.expires_event}" if consent.expires is None else "until its date"
            what = "SUD counselling notes" if matter is None else _list(consent.covers)
            scope = f"consent {consent.id}: {what}, for {_list(consent.purposes)}, {until} or revoked"
            return Lawful(f"consent_{consent.kind}:{consent.id}", _SECTIONS[consent.kind], scope)
        found.append(no)
    for ground in grounds:
        no = _no(ground, ground.begins, recipient, purpose, at, matter)
        if no is None:
            scope = f"{ground.kind} {ground.id}: {_list(ground.covers)}, for {_list(ground.purposes)}"
            return Lawful(f"{ground.kind}:{ground.id}", _SECTIONS[ground.kind], scope)
        found.append(no)
    return min(found, key=list(Why).index, default=Why.NONE)


def _list(codes: Iterable[str]) -> str:
    return ", ".join(codes)


def _no(
    basis: Consent | Ground, begins: Millis, recipient: str, purpose: Purpose, at: Millis, matter: Matter | None
) -> Why | None:
    by_class = isinstance(basis, Consent) and basis.kind is ConsentKind.TPO and not basis.recipient
    if not by_class and basis.recipient != recipient:
        return Why.OTHER_RECIPIENT
    if purpose not in basis.purposes:
        return Why.OTHER_PURPOSE
    if matter is not None and matter not in basis.covers:
        return Why.OTHER_MATTER
    if basis.revoked is not None and basis.revoked <= at:
        return Why.REVOKED
    if basis.expires is not None and basis.expires <= at:
        return Why.EXPIRED
    return Why.NOT_YET if begins > at else None
