"""What a compliance officer looks for in the audit log, and whether an entry is one of those.

"About a person" means that the entry names them, or a session in which they were or were expected: whoever reads a
session's roster or notes has read about everybody in it. Entries hold ids and codes, and nothing else is compared.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from .ids import Millis, PersonId, SessionId

_ID = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit log."""

    place: str
    """Its id in the log: where to go on."""
    at: Millis
    """When it was kept."""
    actor: str
    """A person's id, `system`, `api-key:ID` or `nobody`."""
    action: str
    subject: str
    """Ids, and what else the action names: never a text that somebody wrote."""
    number: int | None
    """Its number in the chain; None if it is older than the chain."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of these have to fit; what is empty fits everything."""

    person: PersonId | None = None
    sessions: Collection[SessionId] = ()
    """Those of the person."""
    actor: str = ""
    what: str = ""
    """An action, such as `notes.read`, or the beginning of several: `notes`."""


def matches(entry: Entry, wanted: Wanted) -> bool:
    """Whether this entry is looked for."""
    if wanted.actor and entry.actor != wanted.actor:
        return False
    if wanted.what and entry.action != wanted.what and not entry.action.startswith(f"{wanted.what}."):
        return False
    if wanted.person is None or entry.actor == wanted.person:
        return True
    named = set(_ID.findall(entry.subject))
    return wanted.person in named or not named.isdisjoint(wanted.sessions)
