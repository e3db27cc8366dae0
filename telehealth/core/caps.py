"""How many may be in a group, by rule set and kind of session (DOMAIN 1.4).

Some rules count clients, others everybody who is served, family included; staff are never counted. What is counted
are distinct people who were seated at any time: nobody argues with an auditor about who left before whom came. Going
beyond may cost the claims of the whole session, so every row of it is marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Counts(StrEnum):
    """Whom a cap counts."""

    CLIENTS = "clients"
    PERSONS = "persons"
    """Clients and collaterals."""


@dataclass(frozen=True, slots=True)
class Cap:
    most: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class CapRule:
    """The caps of one rule set, by kind of session. A kind that is not named has none."""

    id: str
    caps: Mapping[str, Cap]


def exceeded(rule: CapRule, kind: str, clients: int, persons: int | None) -> bool | None:
    """Whether the group was too large. None where it cannot be said: nobody counted the persons."""
    cap = rule.caps.get(kind)
    if cap is None:
        return False
    count = clients if cap.counts is Counts.CLIENTS else persons
    return None if count is None else count > cap.most


def full(rule: CapRule, kind: str, clients: int, persons: int) -> bool:
    """Whether one more client would be one too many."""
    return exceeded(rule, kind, clients + 1, persons + 1) is True
