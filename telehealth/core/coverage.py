"""Who pays for a client, and at which level of care they are: dated histories, in which nothing is overwritten.

A history answers for a date of service. Of the entries that had begun by that day the one that began last decides, and
of those of one day the one that was recorded last: so a mistake is mended by recording it again, and an older entry
never comes back to life when a newer one ends. A payer is a code that the clinic's rule packs know (`payers.py`); there
is no default payer. Names and numbers are sealed whole before they are stored.

Must not touch: clocks, zones. The caller says which day it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from .disclosure import Consent, Purpose
from .ids import Millis, PersonId

MAX_TEXT = 120
MAX_UNITS = 100_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r"[0-9]{2}")
_NPI = re.compile(r"[12][0-9]{9}")


@dataclass(frozen=True, slots=True)
class Coverage:
    """By whom a client's sessions are paid, from a day on."""

    id: str
    client: PersonId
    effective_from: date
    effective_to: date | None
    """The last day."""
    payer: str
    """The code by which rule packs know the payer."""
    recorded: Millis
    recorded_by: str
    payer_name: str = ""
    member: str = ""
    """The number by which the payer knows the client."""
    authorization: str = ""
    authorized_units: int | None = None
    authorized_from: date | None = None
    authorized_to: date | None = None
    """The last day."""
    place_of_service: str = ""
    """CMS place of service, such as 10 (telehealth, at home) or 02 (telehealth, elsewhere); the payer's wish."""

    def authorizes(self, day: date) -> bool:
        """Whether a date of service lies within the authorised days. Without any the question does not arise."""
        return (self.authorized_from is None or self.authorized_from <= day) and (
            self.authorized_to is None or day <= self.authorized_to
        )


@dataclass(frozen=True, slots=True)
class Care:
    """At which level of care a client is, from a day on."""

    id: str
    client: PersonId
    effective_from: date
    effective_to: date | None
    """The last day."""
    level: str
    """The id of a level_of_care pack: it has the code with its edition, and the hours of a week."""
    recorded: Millis
    recorded_by: str


@dataclass(frozen=True, slots=True)
class History:
    """All that was recorded of one client, ended or not."""

    coverages: tuple[Coverage, ...] = ()
    cares: tuple[Care, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What is the same on every claim of a programme, and whom its staff call in a crisis."""

    facility_npi: str = ""
    caps: str = ""
    """The id of the caps pack of the programme's licence; a payer's own comes beside it."""
    crisis_phone: str = ""
    """Who is on call for staff in a crisis: shown with the step of the crisis plan that tells a supervisor."""


class Dated(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def effective_to(self) -> date | None: ...
    @property
    def recorded(self) -> Millis: ...


D = TypeVar("D", bound=Dated)


def in_force(history: Iterable[D], day: date) -> D | None:
    """The entry that decides on `day`, if any does. One that ended before it began was a mistake, and never counted."""
    begun = [
        one
        for one in history
        if one.effective_from <= day and (one.effective_to is None or one.effective_from <= one.effective_to)
    ]
    latest = max(begun, key=lambda one: (one.effective_from, one.recorded, one.id), default=None)
    if latest is None or (latest.effective_to is not None and latest.effective_to < day):
        return None
    return latest


def wrong(coverage: Coverage) -> tuple[str, ...]:
    """The fields that cannot be as they are, by name; empty if it may be recorded."""
    units = coverage.authorized_units
    faults = {
        "payer": not coverage.payer.strip(),
        "effective_to": _backwards(coverage.effective_from, coverage.effective_to),
        "authorized_units": units is not None and not 0 <= units <= MAX_UNITS,
        "authorized_to": _backwards(coverage.authorized_from, coverage.authorized_to),
        "place_of_service": bool(coverage.place_of_service) and not _PLACE.fullmatch(coverage.place_of_service),
    }
    for name in ("payer", "payer_name", "member", "authorization"):
        text: str = getattr(coverage, name)
        faults[name] = faults.get(name, False) or len(text) > MAX_TEXT or bool(_CONTROL.search(text))
    return tuple(name for name, fault in faults.items() if fault)


def _backwards(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first


def is_npi(text: str) -> bool:
    """Whether this can be a National Provider Identifier: ten digits, the last of which checks the others.

    Luhn over the digits with 80840 before them (45 CFR 162.406).
    """
    if not text.isascii() or not _NPI.fullmatch(text):
        return False
    total = 0
    for place, digit in enumerate(reversed(f"80840{text}")):
        twice = int(digit) * (1 + place % 2)
        total += twice - 9 if twice > 9 else twice
    return total % 10 == 0


def may_be_billed(consents: Iterable[Consent], at: Millis) -> bool:
    """Whether a consent in force at `at` lets the record go to anybody for payment: without one no claim may leave."""
    return any(
        Purpose.PAYMENT in consent.purposes
        and consent.signed <= at
        and (consent.expires is None or at < consent.expires)
        and (consent.revoked is None or at < consent.revoked)
        for consent in consents
    )
