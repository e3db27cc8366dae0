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


def test_links_are_made_again() -> None:
    """All but those of entries in which something was replaced; the first that does not hold is named."""
    entries = _masked()
    found = packet.linked(entries)
    assert (found.made, found.replaced, found.broken) == (3, 3, None)
    assert found.head == chain.walk(_log()).head
    for number, entry in enumerate(entries):
        changed = [*entries[:number], replace(entry, hash="0" * 64), *entries[number + 1 :]]
        broken = packet.linked(changed).broken
        assert broken == (
            number + 1 if not entry.replaced else number + 2 if not entries[number + 1].replaced else None
        )
    assert packet.linked(entries[1:]).broken == 2
