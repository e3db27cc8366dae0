"""Counselling notes: what may be saved, what may not stand in one, and what a signature covers."""

from dataclasses import replace

import pytest

from telehealth.core.counselling import (
    MAX_TEXT,
    CounsellingNote,
    Times,
    decide_save,
    decide_sign,
    digest,
    times,
)
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.refusals import Code, Refusal

S, ALICE, BOB = SessionId("s"), PersonId("alice"), PersonId("bob")
NOTE = CounsellingNote(S, ALICE, BOB, 3, "His father's silence again.", 1000)


def _save(current: CounsellingNote | None, text: str, if_revision: int) -> CounsellingNote | Times | Refusal:
    return decide_save(current, session=S, author=ALICE, about=BOB, text=text, at=2000, if_revision=if_revision)


def test_a_save_over_what_was_seen() -> None:
    """The next revision, as a draft, with its time; the first one is made over nothing."""
    assert _save(NOTE, "More.", 3) == replace(NOTE, revision=4, text="More.", saved=2000)
    assert _save(None, "One.", 0) == replace(NOTE, revision=1, text="One.", saved=2000)


@pytest.mark.parametrize(
    ("current", "text", "if_revision", "code"),
    [
        (NOTE, "x", 2, Code.STALE),
        (None, "x", 1, Code.STALE),
        (replace(NOTE, signed=5), "x", 3, Code.ALREADY_SIGNED),
        (NOTE, "x" * (MAX_TEXT + 1), 3, Code.TOO_LARGE),
        (NOTE, "\ud800", 3, Code.MALFORMED),
    ],
)
def test_what_is_refused(current: CounsellingNote | None, text: str, if_revision: int, code: Code) -> None:
    """Another revision, a signed note, too much, and half a character."""
    assert _save(current, text, if_revision) == Refusal(code)


@pytest.mark.parametrize(
    "text",
    [
        "from 18:00",
        "until 7:45 pm",
        "at 6pm",
        "he came 5.30 p.m.",
        "18h30",
        "at six o'clock",
        "left at noon",
        "by midnight",
        "fifty minutes",
    ],
)
def test_times_have_no_place(text: str) -> None:
    """Session times belong to the progress note: the save is refused, and says where they stand."""
    found = _save(NOTE, text, 3)
    assert isinstance(found, Times)
    assert found.spans == times(text)
    assert len(found.spans) == 1


@pytest.mark.parametrize(
    "text", ["", "30 days sober", "since 2019", "step 5 of 12", "a ratio of 3:2", "100 mg", "amen"]
)
def test_other_numbers_may_stand(text: str) -> None:
    """Days, years, steps, ratios and doses tell no time of a session."""
    assert times(text) == ()


def test_signing() -> None:
    """Each draft that has a text becomes a signed revision; what is empty or signed is left as it is."""
    (signed,) = decide_sign([NOTE, replace(NOTE, about=None, text="  "), replace(NOTE, about=ALICE, signed=7)], 9)  # type: ignore[misc]
    assert signed == replace(NOTE, revision=4, signed=9, digest=signed.digest)
    assert signed.digest == digest(signed) != digest(replace(signed, about=None))
    assert decide_sign([], 9) == Refusal(Code.NOTE_INCOMPLETE)
    assert decide_sign([replace(NOTE, signed=7)], 9) == Refusal(Code.ALREADY_SIGNED)
