"""Which entries of the audit log are looked for."""

import pytest

from telehealth.core.audit_search import Entry, Wanted, matches
from telehealth.core.ids import PersonId, SessionId

BOB = PersonId("bob")
ENTRY = Entry("5-0", 5, "alice", "notes.read", "sess1/group", 1)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), True),
        (Wanted(actor="alice"), True),
        (Wanted(actor="ali"), False),
        (Wanted(what="notes"), True),
        (Wanted(what="notes.read"), True),
        (Wanted(what="note"), False),
        (Wanted(person=BOB), False),
        (Wanted(person=BOB, sessions={SessionId("sess1")}), True),
        (Wanted(person=BOB, sessions={SessionId("sess2")}), False),
        (Wanted(person=PersonId("alice")), True),
        (Wanted(person=PersonId("group")), True),
        (Wanted(person=PersonId("sess")), False),
    ],
)
def test_what_is_looked_for(wanted: Wanted, found: bool) -> None:
    """Whole ids and whole words of an action count, parts of them never do; a session stands for all who are in it."""
    assert matches(ENTRY, wanted) is found
