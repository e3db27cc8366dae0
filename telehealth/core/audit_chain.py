"""The chain of the audit log: each entry carries its number and SHA-256 of the entry before it and of itself.

As in the log of a room (core/chain.py), but the store makes the link itself, inside the script that makes the change:
many nodes write to one log, and none may wait for another. The id of an entry is the time at which it was kept, so it
is linked, too. Entries of releases that knew no chain stand before the first that has a link, and that one's number
says how many they are.
"""

from collections.abc import Iterable, Mapping

from .chain import FIELD, GENESIS, Walked, link

NUMBER = b"n"
ID = b"id"


def walk(entries: Iterable[tuple[bytes, Mapping[bytes, bytes]]]) -> Walked:
    """Follow the log from its first entry: (id, fields as they are stored), in order. `broken` is an entry's number."""
    head, count, unlinked = GENESIS, 0, 0
    for name, fields in entries:
        count += 1
        claimed = fields.get(FIELD)
        if claimed is None:
            if head != GENESIS:
                return Walked(count, head, count, unlinked)
            unlinked += 1
            continue
        following = link(head, {**fields, ID: name})
        if claimed != following.encode() or fields.get(NUMBER) != b"%d" % count:
            return Walked(count, head, count, unlinked)
        head = following
    return Walked(count, head, None, unlinked)
