"""Quick phrases: short texts that an author keeps for themselves, for any client or for one, to put into notes.

Nobody but their author ever sees them. Must not touch: the store, HTTP.
"""

from dataclasses import dataclass

from .ids import Millis, PersonId

MAX_LABEL, MAX_TEXT = 60, 2_000
"""Characters."""
MOST = 200
"""Phrases of one author."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase. Sealed whole."""

    id: str
    author: PersonId
    client: PersonId | None
    """None: for any client."""
    label: str
    text: str
    saved: Millis


def offered(phrases: list[Phrase], client: PersonId | None) -> list[Phrase]:
    """All of them; or, for one client, those for them and then those for anybody."""
    wanted = [one for one in phrases if client is None or one.client in (client, None)]
    return sorted(wanted, key=lambda one: (one.client is None, one.label.casefold(), one.id))
