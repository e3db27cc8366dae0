"""The kinds of session that a programme holds (DOMAIN 1.5), and what is settled for each before anybody plans one.

The names are codes of the record; what counts, what is paid and how many may come is decided by rule packs, so it is
looked up in those that are in force. Must not touch: files, the store.
"""

from collections.abc import Collection
from dataclasses import dataclass

from .caps import Cap, CapRule
from .hours import LevelOfCare
from .notes import ALONE

KINDS = (
    "group_therapy",
    "individual",
    "family",
    "multi_family",
    "workshop",
    "relapse_prevention",
    "holistic",
    "case_management",
    "crisis",
    "aftercare",
    "alumni",
    "mutual_help",
)


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    alone: bool
    """Whether it is held with one client, whose the note is alone."""
    counts: bool
    """Whether it counts towards the level of care that the clinic shows."""
    paid: bool
    """Whether any payer of the clinic's contracts pays for it."""
    cap: Cap | None
    """How many may come under the programme's licence; None is as many as the session has places."""


def kinds(level: LevelOfCare, paid: Collection[str], caps: CapRule | None) -> tuple[Kind, ...]:
    """Every kind, in the order in which programmes speak of them; then what only rule packs name."""
    named = {*level.kinds, *paid, *(caps.caps if caps else ())}
    return tuple(
        Kind(code, code in ALONE, code in level.kinds, code in paid, caps.caps.get(code) if caps else None)
        for code in (*KINDS, *sorted(named - set(KINDS)))
    )
