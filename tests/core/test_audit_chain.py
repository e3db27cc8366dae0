"""The chain of the audit log: whatever somebody does to an entry, the walk names the first that does not follow."""

import pytest

from telehealth.core.audit_chain import walk
from telehealth.core.chain import GENESIS, link

Entry = tuple[bytes, dict[bytes, bytes]]


def _log(*subjects: bytes, after: int = 0) -> list[Entry]:
    head, entries = GENESIS, []
    for place, subject in enumerate(subjects, 1):
        fields = {b"actor": b"a", b"subject": subject, b"n": b"%d" % (place + after)}
        head = link(head, {**fields, b"id": b"%d-0" % place})
        entries.append((b"%d-0" % place, {**fields, b"hash": head.encode()}))
    return entries


def test_a_whole_log_holds() -> None:
    """Every link holds, and an empty log is whole."""
    found = walk(_log(b"one", b"two", b"three"))
    assert (found.entries, found.broken, found.unlinked) == (3, None, 0)
    assert walk([]).broken is None


def test_older_entries_stand_before_the_chain() -> None:
    """They are counted by the first that is linked: one of them less, or more, is noticed."""
    old: list[Entry] = [(b"0-1", {b"actor": b"a"}), (b"0-2", {b"actor": b"b"})]
    assert walk([*old, *_log(b"one", after=2)]).unlinked == 2
    assert walk([*old[:1], *_log(b"one", after=2)]).broken == 2
    assert walk([*_log(b"one"), (b"9-0", {b"actor": b"a"})]).broken == 2


@pytest.mark.parametrize("harm", ["change", "time", "remove", "swap", "insert"])
def test_harm_is_noticed(harm: str) -> None:
    """A changed field or time, an entry that was taken out, put in or moved: the walk names where."""
    log = _log(b"one", b"two", b"three")
    match harm:
        case "change":
            log[1] = (log[1][0], {**log[1][1], b"subject": b"other"})
        case "time":
            log[1] = (b"2-7", log[1][1])
        case "remove":
            del log[1]
        case "swap":
            log[1], log[2] = (log[1][0], log[2][1]), (log[2][0], log[1][1])
        case _:
            log.insert(1, (b"1-1", {**log[1][1], b"n": b"2"}))
    assert walk(log).broken == 2
