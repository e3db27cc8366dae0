"""Every place in Redis where something sealed may stand: how its key is named, and what it is sealed to.

A rotation of keys (rotation.py) goes by this list, and a test compares it with the code that seals: a field that is
sealed and stands in no family here fails it. What a family says is what the file that seals says; where the two differ,
a value does not open, which the rotation notices before it writes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from . import counselling, keys

_P, _ID = r"\{([^{}]+)\}", r"([^:{}]+)"
Fields = Mapping[bytes, bytes]


class Type(StrEnum):
    """As Redis calls it."""

    STRING = "string"
    HASH = "hash"
    STREAM = "stream"


class Place(NamedTuple):
    """What `Keyring.seal` is told of a field."""

    programme: str
    kind: str
    record: str
    field: str
    revision: int


@dataclass(frozen=True, slots=True)
class Family:
    """Keys that are named alike and sealed alike."""

    name: str
    pattern: re.Pattern[str]
    type: Type
    place: Callable[[re.Match[str], str, Fields], Place]
    """From the key's name, the field's, and the record (of a stream, the entry, with its id as `id`)."""
    sealed_in: str
    """The file that seals it."""
    apart: str = ""
    """The keyring that it is sealed under (sealed.py: `apart`); empty is the usual one."""
    about: Callable[[re.Match[str], str], str] | None = None
    """Whom it is about, from the key's name and the field's; what their secret seals (person_keys.py)."""
    chained: bool = False
    """Whether the entries of the stream carry a hash chain over what is sealed (core/chain.py)."""


def _family(
    name: str,
    pattern: str,
    kind: Type,
    place: Callable[[re.Match[str], str, Fields], Place],
    sealed_in: str,
    *,
    apart: str = "",
    about: Callable[[re.Match[str], str], str] | None = None,
    chained: bool = False,
) -> Family:
    return Family(name, re.compile(pattern), kind, place, sealed_in, apart, about, chained)


def _part(number: int) -> Callable[[re.Match[str], str], str]:
    """The person stands in the key's name; `group` is nobody."""
    return lambda m, _: "" if m[number] == "group" else m[number]


def _field(m: re.Match[str], field: str) -> str:
    return field


def _revision(fields: Fields) -> int:
    return int(fields[b"revision"])


def _note(m: re.Match[str], field: str, fields: Fields) -> Place:
    return Place(m[1], "note", f"{m[2]}/{m[3]}", field, _revision(fields))


def _counselling(m: re.Match[str], field: str, fields: Fields) -> Place:
    return Place(m[1], "counselling", f"{m[2]}/{m[3]}/{m[4]}", field, _revision(fields))


def _coverage(m: re.Match[str], field: str, fields: Fields) -> Place:
    kind, entry = field.split(":")
    return Place(m[1], kind, f"{m[2]}/{entry}", "record", 0)


def _engagement(m: re.Match[str], field: str, fields: Fields) -> Place:
    kind, entry, part = field.split(":")
    return Place(m[1], kind, f"{m[2]}/{entry}", part, 0)


def _said(m: re.Match[str], field: str, fields: Fields) -> Place:
    return Place(m[1], "said", m[2], fields[b"kind"].decode(), int(fields[b"id"].split(b"-")[0]))


def _plan(m: re.Match[str], field: str, fields: Fields) -> Place:
    return Place(m[1], "plan", f"{m[2]}/{field}", "record", _revision(fields) if field == "draft" else 0)


def _numbered(fields: Fields) -> int:
    """Of an entry of a stream that is numbered like the versions that it holds."""
    return int(fields[b"id"].split(b"-")[0])


def _under(kind: str) -> Callable[[re.Match[str], str, Fields], Place]:
    """A hash of somebody's records: the field is the record's name."""
    return lambda m, field, fields: Place(m[1], kind, f"{m[2]}/{field}", "record", 0)


def _tool(m: re.Match[str], field: str, fields: Fields) -> Place:
    return Place(m[1], "tool", m[2], field, 0)


KEY_CHECK = Place("", "store", "key-check", "text", 0)

FAMILIES: tuple[Family, ...] = (
    _family(
        "person",
        f"{_P}:person:{_ID}",
        Type.HASH,
        lambda m, f, _: Place(m[1], "person", m[2], f, 0),
        "person_fields",
        about=_part(2),
    ),
    _family(
        "person-keys",
        f"{_P}:person-keys",
        Type.HASH,
        lambda m, f, _: Place(m[1], "person-key", f, "secret", 0),
        "person_keys",
    ),
    _family(
        "person-log",
        f"{_P}:person:{_ID}:log",
        Type.STREAM,
        lambda m, f, e: Place(m[1], "person-log", m[2], f, _numbered(e)),
        "people",
        about=_part(2),
    ),
    _family(
        "login-names",
        f"{_P}:login-names",
        Type.HASH,
        lambda m, f, _: Place(m[1], "login-name", f, "name", 0),
        "names",
    ),
    _family(
        "episodes",
        f"{_P}:episodes:{_ID}",
        Type.STREAM,
        lambda m, f, e: Place(m[1], "episode", m[2], f, _numbered(e)),
        "episodes",
        about=_part(2),
    ),
    _family("tracks", f"{_P}:tracks", Type.HASH, lambda m, f, _: Place(m[1], "track", f, "record", 0), "tracks"),
    _family(
        "session", f"{_P}:session:{_ID}", Type.HASH, lambda m, f, _: Place(m[1], "session", m[2], f, 0), "sessions"
    ),
    _family("group", f"{_P}:group:{_ID}", Type.HASH, lambda m, f, _: Place(m[1], "group", m[2], f, 0), "series"),
    _family(
        "closed-days",
        f"{_P}:closed-days",
        Type.STRING,
        lambda m, *_: Place(m[1], "closed-days", "own", "record", 0),
        "series",
    ),
    _family("check-in", f"{_P}:check-in:{_ID}", Type.HASH, _under("check-in"), "sessions", about=_field),
    _family("note", f"{_P}:note:{_ID}:{_ID}", Type.HASH, _note, "notes", about=_part(3)),
    _family("note-revisions", f"{_P}:note:{_ID}:{_ID}:revisions", Type.STREAM, _note, "notes", about=_part(3)),
    _family(
        "counselling",
        f"{_P}:counselling:{_ID}:{_ID}:{_ID}",
        Type.HASH,
        _counselling,
        "counselling",
        apart=counselling.PURPOSE,
        about=_part(4),
    ),
    _family(
        "counselling-revisions",
        f"{_P}:counselling:{_ID}:{_ID}:{_ID}:revisions",
        Type.STREAM,
        _counselling,
        "counselling",
        apart=counselling.PURPOSE,
        about=_part(4),
    ),
    _family("phrases", f"{_P}:phrases:{_ID}", Type.HASH, _under("phrase"), "phrases"),
    _family(
        "break-glass",
        f"{_P}:break-glass",
        Type.HASH,
        lambda m, f, _: Place(m[1], "break-glass", f, "record", 0),
        "break_glass",
    ),
    _family(
        "materials",
        f"{_P}:materials",
        Type.HASH,
        lambda m, f, _: Place(m[1], "material", f, "record", 0),
        "materials",
    ),
    _family(
        "material",
        f"{_P}:material:{_ID}:(texts|(?:pdf|page):[0-9]+)",
        Type.STRING,
        lambda m, *_: Place(m[1], "material", m[2], m[3], 0),
        "materials",
    ),
    _family("goals", f"{_P}:goals:{_ID}", Type.HASH, _under("goal"), "goals", about=_part(2)),
    _family("plans", f"{_P}:plans:{_ID}", Type.HASH, _plan, "plans", about=_part(2)),
    _family("consents", f"{_P}:consents:{_ID}", Type.HASH, _under("consent"), "consents", about=_part(2)),
    _family("emergencies", f"{_P}:emergencies:{_ID}", Type.HASH, _under("emergency"), "emergencies", about=_part(2)),
    _family("signed", f"{_P}:signed:{_ID}", Type.HASH, _under("signature"), "agreements", about=_part(2)),
    _family("offered", f"{_P}:offered:{_ID}", Type.HASH, _under("offer"), "agreements", about=_part(2)),
    _family(
        "own-door",
        f"{_P}:own-door:{_ID}",
        Type.HASH,
        lambda m, f, _: Place(m[1], "own-door", m[2], f, 0),
        "own_doors",
        about=_part(2),
    ),
    _family("engagement", f"{_P}:engagement:{_ID}", Type.HASH, _engagement, "engagement", about=_part(2)),
    _family("coverage", f"{_P}:coverage:{_ID}", Type.HASH, _coverage, "coverage", about=_part(2)),
    _family(
        "webhooks", f"{_P}:webhooks", Type.HASH, lambda m, f, _: Place(m[1], "webhook", f, "record", 0), "webhooks"
    ),
    _family(
        "pseudonyms",
        f"{_P}:pseudonyms",
        Type.STRING,
        lambda m, *_: Place(m[1], "pseudonyms", "secret", "text", 0),
        "pseudonyms",
    ),
    _family("said", f"{_P}:said:{_ID}", Type.STREAM, _said, "corrections", chained=True),
    _family(
        "ring",
        f"{_P}:room:{_ID}:ring",
        Type.STREAM,
        lambda m, _, e: Place(m[1], "ring", m[2], e[b"op"].decode(), 0),
        "rooms",
    ),
    _family("tools", f"{_P}:room:{_ID}:(?:tools|made)", Type.HASH, _tool, "tools"),
    _family(
        "tool-news",
        f"{_P}:room:{_ID}:tool-news",
        Type.STREAM,
        lambda m, _, e: Place(m[1], "tool", m[2], e[b"tool"].decode(), 0),
        "tools",
    ),
    _family("kept", f"{_P}:kept:{_ID}", Type.HASH, _under("kept"), "tools", about=_part(2)),
    _family("login", r"login:([0-9a-f]+)", Type.STRING, lambda m, *_: Place("", "login", m[1], "record", 0), "people"),
    _family("paper", r"(paper:[0-9a-f]+)", Type.STRING, lambda m, *_: Place("", "paper", m[1], "record", 0), "papers"),
    _family("holds", f"{_P}:holds", Type.HASH, lambda m, f, _: Place(m[1], "hold", f, "record", 0), "holds"),
    _family("key-check", re.escape(keys.KEY_CHECK), Type.STRING, lambda *_: KEY_CHECK, "redis_store"),
)
SEALED_OUTSIDE = frozenset({"cursors"})
"""Files that seal what is handed out and not kept: a rotation cannot reach it."""


def family_of(name: str) -> tuple[Family, re.Match[str]] | None:
    """The family of a key, and the parts of its name."""
    for family in FAMILIES:
        match = family.pattern.fullmatch(name)
        if match:
            return family, match
    return None
