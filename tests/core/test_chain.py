"""The hash chain, without a store."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core.chain import FIELD, GENESIS, Walked, link, walk

from .story import FIXED

FIELDS = st.dictionaries(st.binary(min_size=1, max_size=4), st.binary(max_size=4), min_size=1, max_size=4)


def chained(entries: list[dict[bytes, bytes]]) -> list[tuple[int, dict[bytes, bytes]]]:
    head = GENESIS
    out = []
    for version, fields in enumerate(entries, 1):
        head = link(head, fields)
        out.append((version, {**fields, FIELD: head.encode()}))
    return out


def test_what_is_hashed() -> None:
    """SHA-256 of the hash before, then each name and value with its length, by name: anybody can compute it."""
    text = GENESIS.encode() + b"2:at,1:7,1:t,5:Ended,"
    assert link(GENESIS, {b"t": b"Ended", b"at": b"7", FIELD: b"whatever"}) == hashlib.sha256(text).hexdigest()


@settings(FIXED, max_examples=200)
@given(FIELDS, FIELDS)
def test_no_two_entries_have_one_hash(one: dict[bytes, bytes], other: dict[bytes, bytes]) -> None:
    """The bytes that are hashed say where each name and value ends."""
    one.pop(FIELD, None)
    other.pop(FIELD, None)
    assert (link(GENESIS, one) == link(GENESIS, other)) == (one == other)


@settings(FIXED, max_examples=200)
@given(st.lists(FIELDS, min_size=1, max_size=6), st.data())
def test_a_change_anywhere_breaks_the_chain_there_or_after(
    entries: list[dict[bytes, bytes]], data: st.DataObject
) -> None:
    """Whole it walks; with an entry changed, dropped or unlinked it does not, from that entry on at the latest."""
    log = chained([{k: v for k, v in e.items() if k != FIELD} | {b"n": b"1"} for e in entries])
    head = log[-1][1][FIELD].decode()
    assert walk(log) == Walked(len(log), head, None)
    at = data.draw(st.integers(0, len(log) - 1))
    version, fields = log[at]
    changed = [*log[:at], (version, {**fields, b"n": b"2"}), *log[at + 1 :]]
    assert walk(changed).broken == version
    dropped = log[:at] + log[at + 1 :]
    assert walk(dropped).broken == (version + 1 if at + 1 < len(log) else None)
    assert walk(dropped).head != head
    bare = [*log[:at], (version, {k: v for k, v in fields.items() if k != FIELD}), *log[at + 1 :]]
    assert walk(bare).broken == (version if at else None)


def test_entries_from_before_the_chain_are_covered_by_what_follows() -> None:
    """They are good at the beginning only, and a change of one breaks the first link after them."""
    log = chained([{b"n": b"1"}, {b"n": b"2"}, {b"n": b"3"}])
    old = [(v, {b"n": f[b"n"]}) if v < 3 else (v, f) for v, f in log]
    assert walk(old) == Walked(3, log[-1][1][FIELD].decode(), None, 2)
    assert walk([(1, {b"n": b"9"}), *old[1:]]).broken == 3
    assert walk([]) == Walked(0, GENESIS, None)
