"""What is kept of people: how they are found and what their records may say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.ids import PersonId
from telehealth.core.people import EmergencyContact, answers, asked, beginnings, words_of
from telehealth.core.person_rules import wrong
from telehealth.core.records import Person
from telehealth.core.tracks import USUAL, Track, TrackKind, with_track
from telehealth.core.tracks import wrong as wrong_track

BOB = Person(PersonId("bob"), False, "Robert Quillfeather", "Bob")
MOTHER = EmergencyContact("home", "14 Canary Lane", "Ada Quillfeather", "mother", "+1 217 555 0177", "217-555-0100")
TODAY = date(2026, 11, 24)
NEEDS = {"captions", "interpreter:"}
NAMES = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Zs", "Pd", "Mn")), max_size=30)


def faults(**more: object) -> tuple[str, ...]:
    person = replace(BOB, **more)  # type: ignore[arg-type]
    return wrong(person, today=TODAY, zones={"America/Chicago"}, needs=NEEDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("José Núñez-O'Brien", ("jose", "nunez", "o", "brien")),
        ("  ANN  ann ", ("ann",)),
        ("MRN 00-17", ("mrn", "00", "17")),
        ("", ()),
    ],
)
def test_words_of_a_name(text: str, words: tuple[str, ...]) -> None:
    """Without case, marks and punctuation, each once."""
    assert words_of(text) == words


def test_what_is_indexed_and_what_is_asked() -> None:
    """Beginnings of two to six letters; a single letter finds nobody; a long word is asked by its first six."""
    assert beginnings("Al B", "Roberta") == {"al", "ro", "rob", "robe", "rober", "robert"}
    assert asked("quillfeather b") == {"quillf"}
    assert asked("b") == frozenset()
    assert answers("quillf bo", "Robert Quillfeather", "Bob")
    assert not answers("quillfeathers", "Robert Quillfeather", "Bob")


@given(NAMES, st.data())
def test_whoever_is_meant_is_found(name: str, data: st.DataObject) -> None:
    """Any beginning of any words of a name is answered by it, and all that is looked up for it is indexed."""
    words = words_of(name)
    picked = data.draw(st.lists(st.sampled_from(words), max_size=3)) if words else []
    question = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in picked)
    assert answers(question, name)
    assert asked(question) <= beginnings(name)


def test_a_thin_record_may_be_written() -> None:
    """A name is enough; and one with everything that fits."""
    assert faults() == ()
    whole = faults(
        birth_date=date(1990, 2, 28),
        zone="America/Chicago",
        pronouns="he/him",
        needs=("captions", "interpreter:es"),
        emergency=(MOTHER, replace(MOTHER, local_emergency="")),
        mrn="00-17",
        email="bob@example.org",
        phone="+1 (217) 555-0177",
        language="es-MX",
        relationship="",
        credential="LCDC",
        npi="1234567893",
        licensed_states=("TX", "PR"),
        supervisor=PersonId("alice"),
    )
    assert whole == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("legal_name", " "),
        ("legal_name", "x" * 121),
        ("alias", "\u202eBob"),
        ("pronouns", "x" * 61),
        ("birth_date", TODAY + timedelta(days=1)),
        ("birth_date", date(1899, 12, 31)),
        ("mrn", "a\nb"),
        ("email", "bob@example"),
        ("email", "b" * 250 + "@example.org"),
        ("phone", "call me"),
        ("language", "Spanish please"),
        ("zone", "Mars/Olympus"),
        ("needs", ("captions:es",)),
        ("needs", ("interpreter",)),
        ("needs", ("interpreter:Spanish please",)),
        ("needs", ("captions",) * 21),
        ("emergency", (replace(MOTHER, name=" "),)),
        ("emergency", (replace(MOTHER, phone=""),)),
        ("emergency", (replace(MOTHER, relation="x" * 61),)),
        ("emergency", (replace(MOTHER, address="x" * 301),)),
        ("emergency", (replace(MOTHER, local_emergency="nine one one"),)),
        ("emergency", (MOTHER,) * 11),
        ("relationship", "\x00"),
        ("credential", "x" * 61),
        ("npi", "1234567890"),
        ("licensed_states", ("Texas",)),
        ("supervisor", PersonId("bob")),
    ],
)
def test_what_cannot_be_so_is_named(field: str, value: object) -> None:
    """One field at a time."""
    assert faults(**{field: value}) == (field,)


def test_tracks() -> None:
    """One of a known code takes the place of the other, a new one comes last; what cannot be so is named."""
    evening = Track("evening", "Nights", hours="Mon Wed Thu 18-21")
    assert with_track(USUAL, evening)[1] == evening
    assert len(with_track(USUAL, evening)) == len(USUAL)
    fresh = Track("young-adults", "Young adults", TrackKind.TREATMENT)
    assert with_track(USUAL, fresh)[-1] == fresh
    assert all(wrong_track(one) == () for one in (*USUAL, evening, fresh))
    assert wrong_track(Track("Day!", " ", hours="x" * 61)) == ("code", "title", "hours")
    assert wrong_track(Track("d" * 33, "a\nb", hours="\n")) == ("code", "title", "hours")
