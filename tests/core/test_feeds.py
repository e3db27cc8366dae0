"""What stands in whose calendar."""

from dataclasses import replace

from telehealth.core.feeds import Entry, Feed, entries, words
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Session

ALICE, BEN, BOB, CAROL = (PersonId(name) for name in ("alice", "ben", "bob", "carol"))
P = ProgrammeId("p")
ONE = Session(SessionId("s1"), P, None, "group_therapy", "Evening", 10, 20, "UTC", 8, (ALICE,), (BOB, CAROL), (BEN,))
OTHER = replace(ONE, id=SessionId("s0"), starts=5, roster=(CAROL,), cancelled="weather")
MOVED = replace(ONE, id=SessionId("s2"), cancelled="superseded")


def test_a_client_has_what_they_are_expected_in() -> None:
    """In order, with what does not take place; nothing of a day from which it was moved."""
    bob, carol = (Feed(P, who, False, 0, "x") for who in (BOB, CAROL))
    assert entries(bob, (ONE, OTHER, MOVED)) == [Entry(ONE.id, 10, 20, False)]
    assert entries(carol, (ONE, OTHER, MOVED)) == [Entry(OTHER.id, 5, 20, True), Entry(ONE.id, 10, 20, False)]


def test_staff_have_what_they_lead() -> None:
    """Alone or with others; a client's feed never shows what somebody leads."""
    for who in (ALICE, BEN):
        assert [one.session for one in entries(Feed(P, who, True, 0, "x"), (ONE, OTHER))] == [OTHER.id, ONE.id]
        assert entries(Feed(P, who, False, 0, "x"), (ONE, OTHER)) == []


def test_words() -> None:
    """In the person's language, or in English."""
    assert words("es").title == "Cita"
    assert words("") == words("tlh") == words("en")
