"""Ids of resources: an Encounter's, and those of the documents of the same client and session.

The session is called what the recipient calls it. What was added to a note later is a document of its own: `g2-` is the
second thing that was done to the shared section, `i1-` the first that was done to the client's own.
"""

import re
from dataclasses import dataclass

from telehealth.core.ids import PersonId

_ID = re.compile(r"(?:([gi])([1-9][0-9]?)-)?([0-9a-f]{24})-([A-Za-z0-9.-]{1,35})")


@dataclass(frozen=True, slots=True)
class Named:
    """What an id says."""

    session: str
    client: PersonId
    shared: bool = False
    later: int = 0
    """Which later entry; 0 is the note itself."""


def name(session: str, client: PersonId, *, shared: bool = False, later: int = 0) -> str:
    """The id. FHIR has no underscore in ids."""
    before = f"{'g' if shared else 'i'}{later}-" if later else ""
    return f"{before}{session}-{client.replace('_', '.')}"


def named(text: str) -> Named | None:
    """What an id says; None if it cannot be one of ours."""
    match = _ID.fullmatch(text)
    if match is None:
        return None
    return Named(match[3], PersonId(match[4].replace(".", "_")), match[1] == "g", int(match[2] or 0))
