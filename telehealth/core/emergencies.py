"""What medical personnel were told in an emergency, as 42 CFR 2.51(c) wants it documented, immediately.

A client's record may go to medical personnel without a consent, as far as a bona fide medical emergency needs it
(2.51(a)). The programme then writes down to whom and where they belong, who told them, when, and what the emergency
was. Such a record is one row of the client's accounting of disclosures; its words are sealed beside it. It is added and
never changed.

Must not touch: clocks, the ledger; what was told besides is in the incident note.
"""

from dataclasses import dataclass

from .disclosure import Disclosure, Purpose
from .ids import Millis, PersonId, SessionId
from .records import Session
from .room import OPENS_BEFORE

BASIS = "medical_emergency"
RECIPIENT = "medical-personnel"
"""Their code in the ledger, where no name of a person stands."""
PROFILE = "emergency"
MAX_NATURE = 1_000
AHEAD: Millis = 60_000
"""How far the clock of a page may be before the server's."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """One telling. Sealed whole before it is stored."""

    id: str
    client: PersonId
    session: SessionId
    recipient: str
    """2.51(c)(1) The medical personnel's name."""
    affiliation: str
    """(1) With which health care facility or service."""
    discloser: PersonId
    """(2) The member of staff who told them."""
    at: Millis
    """(3)"""
    nature: str
    """(4) Of the emergency."""
    recorded: Millis
    by: PersonId
    """Who wrote it down."""


def faults(one: Emergency, session: Session, now: Millis) -> tuple[str, ...]:
    """The elements that are lacking or cannot be so, by field name; empty if it may be stored."""
    lacks = {
        "recipient": not one.recipient.strip(),
        "affiliation": not one.affiliation.strip(),
        "discloser": not one.discloser,
        "at": not session.starts - OPENS_BEFORE <= one.at <= now + AHEAD,
        "nature": not one.nature.strip() or len(one.nature) > MAX_NATURE,
    }
    return tuple(name for name, lack in lacks.items() if lack)


def disclosure(one: Emergency, session: Session) -> Disclosure:
    """What the ledger keeps of it."""
    return Disclosure(
        one.id, one.by, RECIPIENT, Purpose.TREATMENT, PROFILE, session.starts, session.ends, ("emergency:nature",)
    )


def basis(one: Emergency) -> str:
    return f"{BASIS}:{one.id}"
