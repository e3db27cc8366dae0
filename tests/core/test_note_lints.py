"""Lints: other clients' names, copied sections, and session times in a counselling note; each says where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth import packs
from telehealth.core.names import forms
from telehealth.core.note_lints import clock_times, name_findings, similar_findings
from telehealth.core.note_records import Content, free
from telehealth.core.similar import Prints, longest, percent

from .story import ALICE, BOB, CAROL, DAN

POLICY = packs.load().note_policy
NAMES = {
    BOB: ("Robert Quillfeather", "Bobby"),
    CAROL: ("Caroline Vantongeren", "Caro"),
    DAN: ("Daniel Vantongeren", "Dan"),
    ALICE: ("李小明", "小明"),
}
KNOWN = forms(NAMES, POLICY.words, POLICY.abbreviations)
LONG = (
    "Bobby came on time and spoke about the first week without alcohol. He named two triggers and practised "
    "the breathing exercise with the group. He was calm and took part until the end."
)


def test_names_of_others_are_found_in_each_section() -> None:
    """In the client's own section only others' names; in the group's anybody's; with the field and the place."""
    about_bob = Content("dap/1", (("data", "Bobby told Caro's story."), ("plan", "Meet 小明.")))
    group = free("Bobby spoke.")
    found = name_findings({BOB: about_bob, None: group}, KNOWN)
    assert [(one.about, one.field, one.start, one.end, one.subject, one.kind, one.matched) for one in found] == [
        (BOB, "data", 11, 15, CAROL, "alias", "Caro"),
        (BOB, "plan", 5, 7, ALICE, "alias", "小明"),
        (None, "text", 0, 5, BOB, "alias", "Bobby"),
    ]
    assert all(one.refuses and one.rule == "name" for one in found)


def test_a_name_that_the_client_has_too_is_theirs() -> None:
    """Two Vantongerens: in Carol's section the name is Carol's."""
    assert name_findings({CAROL: free("Mrs. Vantongeren spoke. C.V. left.")}, KNOWN) == []
    (one,) = name_findings({CAROL: free("Daniel Vantongeren spoke.")}, KNOWN)
    assert (one.subject, one.matched) == (DAN, "Daniel")
    assert name_findings({ALICE: free("小明 spoke.")}, KNOWN) == []


def test_the_same_finding_has_the_same_id_wherever_it_stands() -> None:
    """So that an answer to it holds for a text that was edited since; another's is another."""
    first, second, third = name_findings({BOB: free("Caro came. Then caro left with Dan.")}, KNOWN)
    assert first.id == second.id != third.id
    (moved,) = name_findings({BOB: free("When Caro came.")}, KNOWN)
    assert moved.id == first.id


def test_a_copied_section_is_found_although_the_name_was_changed() -> None:
    """Of the likest other section, and where its longest stretch stands."""
    copied = LONG.replace("Bobby", "Caro").replace("He ", "She ")
    sections = {BOB: free(LONG), CAROL: free("At first quiet. " + copied), DAN: free("Called in sick; no answer.")}
    found = similar_findings(sections, {}, {}, KNOWN, POLICY)
    assert [(one.about, one.subject, one.kind, one.refuses) for one in found] == [
        (BOB, CAROL, "session", False),
        (CAROL, BOB, "session", False),
    ]
    assert found[1].percent >= 90
    assert (found[1].start, found[1].end) == (16, 16 + len(copied) - 1)
    assert found[0].id != found[1].id


def test_a_section_that_is_signed_already_counts_too() -> None:
    """Whoever signs later is compared with it, and it is not asked about again."""
    found = similar_findings({CAROL: free(LONG)}, {BOB: free(LONG)}, {}, KNOWN, POLICY)
    assert [(one.about, one.subject, one.percent) for one in found] == [(CAROL, BOB, 100)]


def test_the_clients_last_note_is_compared() -> None:
    """The copied note of last week; one that has its own words is no finding."""
    found = similar_findings({BOB: free(LONG)}, {}, {BOB: free(LONG + " New.")}, KNOWN, POLICY)
    assert [(one.about, one.subject, one.kind) for one in found] == [(BOB, BOB, "last_note")]
    other = free("Came late, said little, and left before the exercise began because of a call from work.")
    assert similar_findings({BOB: free(LONG)}, {CAROL: other}, {BOB: other}, KNOWN, POLICY) == []


def test_short_sections_are_compared_word_for_word() -> None:
    """Two that are both short often have some words in common."""
    sections = {
        BOB: free("Present, took part."),
        CAROL: free("Present; took part!"),
        DAN: free("Present, took no part."),
    }
    found = similar_findings(sections, {}, {}, KNOWN, POLICY)
    assert [(one.about, one.subject, one.start, one.end) for one in found] == [(BOB, CAROL, 0, 18), (CAROL, BOB, 0, 18)]
    assert similar_findings({BOB: free("Yes"), CAROL: free("No"), DAN: free(" ")}, {}, {}, KNOWN, POLICY) == []


def test_likeness_is_measured_in_runs_of_three_words() -> None:
    """Equal texts 100, others by the share that they have in common; one or two words are equal or not."""
    one, two = Prints(()).of([("text", "a b c d e f")]), Prints(()).of([("text", "a b c d x y")])
    assert (percent(one, one), percent(one, two)) == (100, 50)
    short, other = Prints(()).of([("text", "a b")]), Prints(()).of([("text", "a c")])
    assert (percent(short, short), percent(short, other), percent(Prints(()).of([]), Prints(()).of([]))) == (100, 0, 0)


def test_a_stretch_lies_in_one_field() -> None:
    """Words of the next field are not part of it, even where the other section runs on."""
    fields = [("data", "one two three four"), ("plan", "five six seven eight nine ten")]
    whole = Prints(()).of([("text", "one two three four five six seven eight nine ten")])
    assert longest(Prints(()).of(fields), whole) == ("plan", 0, 29)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from 5:30 to 6:20pm", ["5:30", "6:20pm"]),
        ("at 17:30, 5.30 p.m. or 17h30", ["17:30", "5.30 p.m.", "17h30"]),
        ("at 5 pm, at 11 A.M., five o'clock", ["5 pm", "11 A.M.", "five o'clock"]),
        ("until noon, from midnight", ["until noon", "from midnight"]),
        ("50 minutes; a 45-min talk; 1.5 hours; 2 hrs; 3h", ["50 minutes", "45-min", "1.5 hours", "2 hrs", "3h"]),
        ("half an hour, an hour, fifty minutes", ["half an hour", "an hour", "fifty minutes"]),
        (
            "a las 5, cuarenta minutos, dos horas, media hora",
            ["a las 5", "cuarenta minutos", "dos horas", "media hora"],
        ),
        ("a las 5 horas", ["a las 5"]),
        ("30 days sober, twice a week, for a year, step 4.5, 12%", []),
        ("a minute detail; hourly; 5 people; version 1.25.3; 3 ham", ["a minute"]),
        ("", []),
    ],
)
def test_session_times_are_found_in_a_counselling_note(text: str, found: list[str]) -> None:
    """Times of day, and lengths in hours or minutes, in English and Spanish; days and weeks are the client's story."""
    findings = clock_times(BOB, [("text", text)])
    assert [text[one.start : one.end] for one in findings] == found == [one.matched for one in findings]
    assert all(one.refuses and one.rule == "clock_time" and one.about == BOB for one in findings)


@given(
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["", " ", "(", "at ", "\n"]),
    st.sampled_from(["", ".", ")", " then"]),
)
def test_any_time_of_day_is_found(hour: int, minute: int, before: str, after: str) -> None:
    """Whatever stands around it."""
    text = f"{before}{hour}:{minute:02d}{after}"
    (one,) = clock_times(None, [("text", text)])
    assert text[one.start : one.end] == f"{hour}:{minute:02d}"


@given(st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "Bobby", "he"]), max_size=30))
def test_a_text_is_wholly_like_itself_and_its_stretch_lies_in_it(words: list[str]) -> None:
    """Whatever it says; and its likeness to another is the same from both sides."""
    text = " ".join(words)
    one, other = Prints(KNOWN.words).of([("text", text)]), Prints(KNOWN.words).of([("text", text[3:])])
    assert percent(one, one) == (100 if words else 0)
    assert percent(one, other) == percent(other, one)
    if words:
        field, start, end = longest(one, one)
        assert field == "text"
        assert 0 <= start < end <= len(text)
