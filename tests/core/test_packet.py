"""The log of an audit packet: others are replaced everywhere and alike, and every link that can be is made again."""

from dataclasses import replace

from telehealth.core import chain, packet
from telehealth.core.ids import PersonId
from telehealth.core.packet import Masks, Somebody

ALICE, BOB, CAROL = PersonId("alice"), PersonId("bob"), PersonId("carol")
RAW = [
    {b"t": b"Opened", b"expected": b'["bob","carol"]'},
    {
        b"t": b"Entered",
        b"member": b"1",
        b"person": b"alice",
        b"role": b"facilitator",
        b"connection": b"ca",
        b"tab": b"ta",
    },
    {b"t": b"Entered", b"member": b"2", b"person": b"carol", b"role": b"client", b"connection": b"cc", b"tab": b"tc"},
    {b"t": b"Entered", b"member": b"3", b"person": b"bob", b"role": b"client", b"connection": b"cb", b"tab": b"tb"},
    {b"t": b"Returned", b"member": b"2", b"connection": b"cd", b"tab": b"tc", b"last_seen": b"7"},
    {b"t": b"Ended"},
]


def _log() -> list[tuple[int, dict[bytes, bytes]]]:
    head, found = chain.GENESIS, []
    for version, fields in enumerate(RAW, 1):
        head = chain.link(head, fields)
        found.append((version, {**fields, chain.FIELD: head.encode()}))
    return found


def _masked() -> tuple[packet.Entry, ...]:
    log = _log()
    return packet.masked(log, Masks({BOB, *packet.staff_in(fields for _, fields in log)}))


def test_others_are_replaced_and_staff_and_the_client_are_not() -> None:
    """Where they are expected, where they enter, and their connections and tabs; everything else stays."""
    entries = _masked()
    assert [entry.replaced for entry in entries] == [
        ("expected",),
        (),
        ("connection", "person", "tab"),
        (),
        ("connection", "tab"),
        (),
    ]
    assert entries[0].fields["expected"] == '["bob","other-1"]'
    assert entries[2].fields["person"] == "other-1"
    assert entries[4].fields | {"t": ""} == {
        "t": "",
        "member": "2",
        "connection": "connection-2",
        "tab": "tab-2",
        "last_seen": "7",
    }
    assert "carol" not in repr(entries)
    assert packet.roster(entries) == (
        Somebody("bob", "client", True, True),
        Somebody("other-1", "client", True, True),
        Somebody("alice", "facilitator", False, True),
    )


def test_what_others_did_without_a_connection_stays_as_it_was() -> None:
    """A raised hand names nobody: it is told by the member's number, which every packet has."""
    hand = {b"t": b"HandChanged", b"member": b"2", b"raised": b"1"}
    entries = packet.masked(list(enumerate([*RAW[:3], hand], 1)), Masks({BOB, ALICE}))
    assert entries[2].replaced
    assert (entries[3].replaced, entries[3].fields) == ((), {"t": "HandChanged", "member": "2", "raised": "1"})


def test_links_are_made_again() -> None:
    """All but those of entries in which something was replaced; the first that does not hold is named."""
    entries = _masked()
    found = packet.linked(entries)
    assert (found.made, found.broken) == (2, None)  # Bob's entry and the end
    assert found.head == chain.walk(_log()).head
    for number, wrong in ((2, 4), (3, 4), (4, 6), (5, 6)):
        changed = [*entries[:number], replace(entries[number], hash="0" * 64), *entries[number + 1 :]]
        assert packet.linked(changed).broken == wrong
    assert packet.linked(entries[1:]).broken == 2


def test_a_hash_that_would_let_somebody_try_ids_is_withheld() -> None:
    """From the roster's on until something is covered that nobody can guess; of an evening to which nobody else came,
    all; of a session with nobody else, none."""
    assert [bool(entry.hash) for entry in _masked()] == [False, False, True, True, True, True]
    alone = [one for one in _log() if one[1].get(b"member") != b"2"]
    empty = packet.masked([(n, fields) for n, (_, fields) in enumerate(alone, 1)], Masks({BOB, ALICE}))
    assert [entry.hash for entry in empty] == [""] * 4
    assert packet.linked(empty) == packet.Linked(0, "")
    everybody = packet.masked(_log(), Masks({ALICE, BOB, CAROL}))
    assert packet.linked(everybody).made == len(RAW)
