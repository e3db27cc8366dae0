"""Progress notes: two editors, one signature, and who may read any of it."""

from dataclasses import replace

import pytest

from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.notes import MAX_TEXT, Incomplete, decide_save, decide_sign, digest, may_read, may_write, needed
from telehealth.core.records import NoteSection, NoteState, Session
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role

from .story import ALICE, BEN, BOB, CAROL, DAN, FAY, OLIVE, clock

EVENING = SessionId("s1")
SESSION = Session(
    EVENING,
    ProgrammeId("p1"),
    None,
    "group_therapy",
    "Evening group",
    clock("18:00"),
    clock("21:00"),
    "America/Chicago",
    8,
    (ALICE,),
    (BOB, CAROL),
    (BEN,),
)


def save(current: NoteSection | None, text: str, by: PersonId, if_revision: int) -> NoteSection | Refusal:
    """`by` saves a section about Bob at 19:00."""
    return decide_save(
        current, session=EVENING, about=BOB, text=text, author=by, at=clock("19:00"), if_revision=if_revision
    )


def section(about: PersonId | None, text: str) -> NoteSection:
    """A section that Alice wrote at 20:00."""
    return NoteSection(EVENING, about, 4, NoteState.DRAFT, text, ALICE, clock("20:00"))


@pytest.mark.parametrize(
    ("person", "role", "allowed"),
    [
        (ALICE, Role.FACILITATOR, True),
        (BEN, Role.COFACILITATOR, True),
        (OLIVE, Role.OBSERVER, False),
        (DAN, Role.FACILITATOR, False),
        (ALICE, Role.OBSERVER, False),
        (BOB, Role.CLIENT, False),
        (FAY, Role.COLLATERAL, False),
    ],
)
def test_only_those_who_lead_the_session_read_and_write_its_note(person: PersonId, role: Role, allowed: bool) -> None:
    """Another group's counsellor, an observer and every client are refused."""
    assert may_write(SESSION, person, role) is allowed
    assert may_read(SESSION, person, role) is allowed


def test_a_first_and_a_second_save() -> None:
    """Each save makes the next revision, by its author, at its time."""
    first = save(None, "Quiet today.", ALICE, 0)
    assert first == NoteSection(EVENING, BOB, 1, NoteState.DRAFT, "Quiet today.", ALICE, clock("19:00"))
    second = save(first, "Quiet at first.", BEN, 1)
    assert isinstance(second, NoteSection)
    assert (second.revision, second.author, second.text) == (2, BEN, "Quiet at first.")


def test_two_editors_never_overwrite_each_other_silently() -> None:
    """A save from an older revision is refused, and so is one from a revision that does not exist."""
    first = save(None, "Alice's", ALICE, 0)
    assert isinstance(first, NoteSection)
    assert save(first, "Ben's", BEN, 0) == Refusal(Code.STALE)
    assert save(first, "Ben's", BEN, 2) == Refusal(Code.STALE)
    assert save(None, "Ben's", BEN, 1) == Refusal(Code.STALE)


def test_a_text_has_a_size_and_must_be_text() -> None:
    """Ten pages are enough, and half a surrogate pair is refused before it breaks the store."""
    assert isinstance(save(None, "x" * MAX_TEXT, ALICE, 0), NoteSection)
    assert save(None, "x" * (MAX_TEXT + 1), ALICE, 0) == Refusal(Code.TOO_LARGE)
    assert save(None, "\ud83d", ALICE, 0) == Refusal(Code.MALFORMED)
    assert isinstance(save(None, "😀", ALICE, 0), NoteSection)


def test_a_note_needs_the_group_and_everybody_who_was_there() -> None:
    """An individual session needs its client's section only; one without a client needs a word, too."""
    assert needed("group_therapy", [CAROL, BOB]) == (None, BOB, CAROL)
    assert needed("group_therapy", []) == (None,)
    assert needed("individual", [BOB]) == (BOB,)
    assert needed("individual", []) == (None,)


def test_signing_waits_for_the_end_of_the_session() -> None:
    """Nobody signs what is still happening."""
    assert decide_sign([section(None, "x")], [None], by=ALICE, at=1, ended=False) == Refusal(Code.NOT_NOW)


def test_a_note_with_an_empty_section_cannot_be_signed() -> None:
    """What is missing is named: nobody who was there may be left without a word about them."""
    sections = [section(None, "Topic: triggers."), section(BOB, " \n")]
    assert decide_sign(sections, [None, BOB, CAROL], by=ALICE, at=1, ended=True) == Incomplete((BOB, CAROL))


def test_signing_signs_every_section_once() -> None:
    """Text, author and time of saving stay; a section about an absent client is signed, too; an empty one is not."""
    sections = [section(None, "Topic."), section(BOB, "Spoke."), section(CAROL, "Called; no answer."), section(DAN, "")]
    signed = decide_sign(sections, [None, BOB], by=BEN, at=clock("21:10"), ended=True)
    assert isinstance(signed, tuple)
    assert [s.about for s in signed] == [None, BOB, CAROL]
    for before, after in zip(sections, signed, strict=False):
        assert (after.text, after.author, after.saved) == (before.text, before.author, before.saved)
        assert (after.revision, after.state) == (before.revision + 1, NoteState.SIGNED)
        assert (after.signed, after.signed_by, after.digest) == (clock("21:10"), BEN, digest(after))
    assert decide_sign(signed, [None, BOB], by=BEN, at=1, ended=True) == Refusal(Code.ALREADY_SIGNED)


def test_a_section_that_was_written_after_signing_is_signed_alone() -> None:
    """What is signed already is not touched again."""
    signed = decide_sign([section(None, "Topic.")], [None], by=ALICE, at=1, ended=True)
    assert isinstance(signed, tuple)
    later = decide_sign([*signed, section(DAN, "Late word.")], [None], by=ALICE, at=2, ended=True)
    assert isinstance(later, tuple)
    assert [s.about for s in later] == [DAN]


def test_a_signed_section_is_never_changed() -> None:
    """Not even from the right revision."""
    signed = replace(section(BOB, "Spoke."), state=NoteState.SIGNED)
    assert save(signed, "Other.", ALICE, 4) == Refusal(Code.ALREADY_SIGNED)
    assert save(signed, "Other.", ALICE, 1) == Refusal(Code.ALREADY_SIGNED)


def test_the_digest_changes_with_anything_that_was_signed() -> None:
    """Moving a letter across a border of two fields is a change, too."""
    base = replace(section(BOB, "Spoke."), signed=1, signed_by=BEN)
    changed = [
        replace(base, text="Spoke"),
        replace(base, about=None),
        replace(base, about=PersonId("")),
        replace(base, session=SessionId("s2")),
        replace(base, revision=5),
        replace(base, author=BEN),
        replace(base, saved=1),
        replace(base, signed=2),
        replace(base, signed_by=ALICE),
        replace(base, author=PersonId(ALICE + str(base.saved)[0]), saved=int(str(base.saved)[1:])),
    ]
    assert len({digest(s) for s in (base, *changed)}) == len(changed) + 1
    assert digest(base) == digest(replace(base, digest="whatever"))
