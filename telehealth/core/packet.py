"""The audit packet's log: the events of one session with everybody replaced who is not the packet's client or staff.

An auditor of one row has to see that the row follows from what was recorded, and must not learn who else was there. So
each other person is `other-1`, `other-2`, ... in the order in which the log names them, and so are their connections
and tabs. Presence, media and breaks stay as they were, so the same policy makes the same row of it, byte for byte.

An entry in which nothing was replaced still has the link that the server made of it, and anybody can make that again
from the hash before. But a hash is also a way to try guesses: whoever has the ids of a clinic's clients could try which
of them make the hash of a roster. So hashes are withheld from where only ids were replaced until something was that
nobody can guess, a connection or a tab, which every later hash then covers. Must not touch: stores, files, keys.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import chain
from .ids import PersonId
from .roles import STAFF, Role

_OWN = ("connection", "tab")
"""Fields of an entry that say something of whom it is about, beside `person`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: as it was stored, but for the fields that are named in `replaced`."""

    version: int
    fields: dict[str, str]
    """Without its link."""
    hash: str
    """The link: of the entry as it was stored. Empty where it is withheld."""
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """What was found. `broken` is the first entry whose link does not hold; None if all do that can be made again."""

    made: int
    head: str
    """Empty where it is withheld."""
    broken: int | None = None


class Masks:
    """Who is called what: nobody is renamed who is meant to be known."""

    def __init__(self, known: Iterable[PersonId]) -> None:
        self._known = set(known)
        self.names: dict[PersonId, str] = {}

    def of(self, person: str) -> str:
        if person in self._known:
            return person
        return self.names.setdefault(PersonId(person), f"other-{len(self.names) + 1}")

    def hides(self, person: str) -> bool:
        return person not in self._known


def staff_in(entries: Iterable[Mapping[bytes, bytes]]) -> frozenset[PersonId]:
    """Who entered as staff."""
    roles = {role.value.encode() for role in STAFF}
    return frozenset(PersonId(fields[b"person"].decode()) for fields in entries if fields.get(b"role") in roles)


def masked(entries: Sequence[tuple[int, Mapping[bytes, bytes]]], masks: Masks) -> tuple[Entry, ...]:
    """The log as the packet has it."""
    head, found, hidden = chain.GENESIS, list[Entry](), set[str]()
    guessable = False
    for version, raw in entries:
        head = chain.link(head, raw)
        fields = {name.decode(): value.decode() for name, value in raw.items() if name != chain.FIELD}
        before = dict(fields)
        if "expected" in fields:
            people = [masks.of(person) for person in json.loads(fields["expected"])]
            fields["expected"] = json.dumps(people, separators=(",", ":"))
        if "person" in fields and masks.hides(fields["person"]):
            hidden.add(fields["member"])
            fields["person"] = masks.of(fields["person"])
        if fields.get("member") in hidden:
            for name in _OWN:
                if name in fields:
                    fields[name] = f"{name}-{fields['member']}"
        replaced = tuple(sorted(name for name in fields if fields[name] != before[name]))
        if replaced:
            guessable = not set(replaced) & set(_OWN)
        found.append(Entry(version, fields, "" if guessable else head, replaced))
    return tuple(found)


def linked(entries: Iterable[Entry]) -> Linked:
    """Make every link again that can be: of an entry that is as it was, after a hash that is there."""
    head, made = chain.GENESIS, 0
    for count, entry in enumerate(entries, 1):
        fields = {name.encode(): value.encode() for name, value in entry.fields.items()}
        known = bool(head and entry.hash and not entry.replaced)
        if entry.version != count or (known and chain.link(head, fields) != entry.hash):
            return Linked(made, head, entry.version)
        made += known
        head = entry.hash
    return Linked(made, head)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A line of the roster."""

    who: str
    role: str
    expected: bool
    entered: bool


def roster(entries: Iterable[Entry]) -> tuple[Somebody, ...]:
    """Everybody whom the log names, staff last, as the packet calls them."""
    expected: list[str] = []
    roles: dict[str, str] = {}
    for entry in entries:
        expected += json.loads(entry.fields.get("expected", "[]"))
        if "person" in entry.fields:
            roles[entry.fields["person"]] = entry.fields["role"]
    people = dict.fromkeys((*expected, *roles))
    found = (Somebody(who, roles.get(who, Role.CLIENT), who in expected, who in roles) for who in people)
    return tuple(sorted(found, key=lambda one: Role(one.role) in STAFF))
