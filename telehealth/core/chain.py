"""The hash chain of a log: each entry carries SHA-256 of the entry before it and of itself.

Whoever changes, removes, inserts or reorders an entry breaks every link from there on, and `walk` names the first. The
chain has no key: somebody who may write to the store and rewrites a whole log can make a new chain, which is why the
head also stands on the attendance rows and in the audit log: a copy of either, kept elsewhere, shows it.

What is hashed are the entry's fields as they are stored, by name, each preceded by its length, so that no two entries
have the same bytes. Entries of releases that knew no chain carry no hash: the chain that follows them covers them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64
"""What stands before the first entry."""
FIELD = b"hash"
"""The field of an entry that holds its link; the only one that is not hashed."""


def link(previous: str, fields: Mapping[bytes, bytes]) -> str:
    """The hash of an entry that follows the one whose hash is `previous`."""
    digest = hashlib.sha256(previous.encode())
    for name in sorted(fields):
        if name != FIELD:
            for part in (name, fields[name]):
                digest.update(b"%d:%b," % (len(part), part))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Walked:
    """What was found. `broken` is the version of the first entry whose link does not hold; None if all do."""

    entries: int
    head: str
    broken: int | None
    unlinked: int = 0
    """Entries at the beginning that were written before there was a chain."""


def walk(entries: Iterable[tuple[int, Mapping[bytes, bytes]]]) -> Walked:
    """Follow a log from its first entry: (version, fields as they are stored), in order.

    Versions count from 1 without a gap. An entry without a hash is good only before the first that has one.
    """
    head, count, unlinked = GENESIS, 0, 0
    for version, fields in entries:
        count += 1
        following = link(head, fields)
        claimed = fields.get(FIELD)
        if version != count or (unlinked != count - 1 if claimed is None else claimed != following.encode()):
            return Walked(count, head, version, unlinked)
        unlinked += claimed is None
        head = following
    return Walked(count, head, None, unlinked)
