"""What is kept of a person beside the plain facts of their record: whom to call, and who changed what.

Every change of a record is an event of the person's own log: when, by whom, which fields. What the record said before
and after stands beside it (store/people.py), so that a mistake can be taken back and a dispute be settled. The words by
which a person is found are made here, too; the index that they go to never holds them (store/names.py).

Must not touch: `records`, which is made of these.
"""

from dataclasses import dataclass

from .ids import Millis, PersonId
from .names import folded

SHORTEST = 2
"""Letters that a search needs. With one, the index would tell how many begin with it, and find everybody."""
LONGEST = 6
"""Letters of a word that are indexed; longer words are told apart once the records are open."""


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """Whom to call when something happens to somebody who is at this place (DOMAIN 2.1). Sealed."""

    place: str
    """Of the client's choice: home, work, my sister's."""
    address: str
    name: str
    relation: str
    phone: str
    local_emergency: str = ""
    """The number of the police or ambulance that serves the address: 911 from elsewhere reaches the wrong one."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One event of a person's own log."""

    person: PersonId
    at: Millis
    actor: str
    """Who changed it: a person's id, or `system` for what was done from the command line."""
    what: str
    """added | changed | active | inactive"""
    fields: tuple[str, ...]
    """Names of the fields that say something else now."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or a question, folded (names.py), each once: letters and digits, split at all else."""
    plain = folded(text)
    return tuple(dict.fromkeys("".join(c if c.isalnum() else " " for c in plain).split()))


def beginnings(*texts: str) -> frozenset[str]:
    """How the words of these texts begin: what is indexed of a person. A word of one letter is not found by itself."""
    return frozenset(
        word[:length]
        for text in texts
        for word in words_of(text)
        for length in range(SHORTEST, min(len(word), LONGEST) + 1)
    )


def asked(text: str) -> frozenset[str]:
    """What of a question is looked up in the index: the beginning of each word that is long enough."""
    return frozenset(word[:LONGEST] for word in words_of(text) if len(word) >= SHORTEST)


def answers(text: str, *texts: str) -> bool:
    """Whether somebody of these names is meant: each word of the question begins one of theirs."""
    words = [word for each in texts for word in words_of(each)]
    return all(any(word.startswith(begin) for word in words) for begin in words_of(text))
