"""Materials: what they may be called, which questions can be asked, how many there may be."""

from dataclasses import replace

import pytest

from telehealth.core import events as did
from telehealth.core.ids import ConnectionId, MemberNumber, PersonId, Seat, TabId
from telehealth.core.materials import (
    MAX_TITLE,
    MOST,
    MOST_BYTES,
    Material,
    PageSize,
    Question,
    edited,
    first_title,
    fits,
    may_read,
    put_aside,
    well_made,
)
from telehealth.core.roles import Role
from telehealth.core.room import EMPTY, Room, apply

SLIDES = Material("m", "Old", "", "en", (PageSize(16, 9),), 1_000, 500, 1, PersonId("alice"))
ASKED = Question("What passes?", ("A craving", "Nothing"), (0,), "It rises, peaks and falls.")


def test_a_material_is_edited_as_a_whole() -> None:
    """Spaces are folded, the revision rises, and what cannot be asked or named is nothing."""
    found = edited(SLIDES, "  Urge \n surfing ", " Coping  skills", "es", [ASKED])
    assert found == replace(
        SLIDES, title="Urge surfing", topic="Coping skills", language="es", quiz=(ASKED,), revision=2
    )
    assert edited(SLIDES, "  ", "", "en", []) is None
    assert edited(SLIDES, "x", "", "de", []) is None
    assert edited(SLIDES, "x", "", "en", [ASKED] * 11) is None
    assert edited(SLIDES, "x", "", "en", [replace(ASKED, right=())]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ASKED, text=" "),
        replace(ASKED, choices=("one",)),
        replace(ASKED, choices=tuple("abcdefg")),
        replace(ASKED, choices=("a", " ")),
        replace(ASKED, choices=("a", "a ")),
        replace(ASKED, right=()),
        replace(ASKED, right=(1, 0)),
        replace(ASKED, right=(-1,)),
        replace(ASKED, right=(2,)),
    ],
)
def test_a_question_that_nobody_can_answer_is_none(wrong: Question) -> None:
    """Text, two to six different choices, and right ones among them, in order."""
    assert well_made(ASKED)
    assert not well_made(wrong)


def test_putting_aside_can_be_taken_back() -> None:
    """The first time stays, and taking back what is not put aside changes nothing."""
    aside = put_aside(SLIDES, True, 7)
    assert aside.archived == 7
    assert put_aside(aside, True, 9) == aside
    assert put_aside(aside, False, 9) == SLIDES
    assert put_aside(SLIDES, False, 9) == SLIDES


def test_a_library_has_an_end() -> None:
    """By number and by bytes."""
    assert fits([SLIDES], 1_000)
    assert not fits([SLIDES] * MOST, 1_000)
    assert not fits([SLIDES], MOST_BYTES - 1_499)


def test_a_material_begins_with_the_first_line_of_its_first_page() -> None:
    """Until somebody says what it is called."""
    assert first_title(["\n  Urge   surfing \nsecond", "other"]) == "Urge surfing"
    assert first_title(["x" * 500]) == "x" * MAX_TITLE
    assert first_title(["", "other"]) == first_title([]) == ""


BOB, ONE = PersonId("bob"), MemberNumber(1)
CAME = did.Entered(1, ONE, BOB, Role.CLIENT, ConnectionId("c"), TabId("t"), False, False)
SAT = did.Seated(2, ONE, Seat(0), MemberNumber(0))
SENT_AWAY = did.Removed(3, ONE, 3, MemberNumber(0))


@pytest.mark.parametrize(
    ("events", "pages", "handouts"),
    [
        ((), False, False),
        ((CAME,), False, False),
        ((CAME, SAT), True, True),
        ((CAME, SAT, did.Left(3, ONE, 3, did.Why.LEFT)), False, True),
        ((CAME, did.Left(3, ONE, 3, did.Why.LEFT)), False, False),
        ((CAME, SAT, SENT_AWAY), False, False),
        ((CAME, SAT, SENT_AWAY, did.AllowedBack(4, ONE, MemberNumber(0))), False, True),
    ],
)
def test_pages_are_for_the_seated_and_handouts_for_who_was_there(
    events: tuple[did.Event, ...], pages: bool, handouts: bool
) -> None:
    """Never for whoever waits, never came, or was sent away."""
    room: Room = EMPTY
    for event in events:
        room = apply(room, event)
    assert may_read(room, BOB, handout=False) is pages
    assert may_read(room, BOB, handout=True) is handouts


def test_a_row_stands_for_who_was_there_but_not_for_who_was_sent_away() -> None:
    """A log that names somebody no more says nothing against their row; having been removed does."""
    assert may_read(EMPTY, BOB, handout=True, attended=True)
    assert not may_read(EMPTY, BOB, handout=False, attended=True)
    removed: Room = EMPTY
    for event in (CAME, SAT, SENT_AWAY):
        removed = apply(removed, event)
    assert not may_read(removed, BOB, handout=True, attended=True)
