"""Names in texts: every planted one is found, where it stands, and what only looks like one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth import packs
from telehealth.core.ids import PersonId
from telehealth.core.names import Named, folded, forms, named

POLICY = packs.load().note_policy
WHO = PersonId("who")

PEOPLE = {
    "robert": ("Robert Quillfeather-Jones", "Bobby"),
    "william": ("William May", "Will"),
    "jose": ("José O’Brien", "Pepe"),
    "jane": ("Jane Ann Doe", "JD"),
    "xiaoming": ("李小明", "小明"),
    "grace": ("Grace Ng", "Gracie"),
    "juan": ("Juan de la Cruz", "Juancho"),
    "ivan": ("Dr. Ivan Straße Jr.", "Vanya"),
    "alan": ("Alan Adams", "Al A."),
    "darcy": ("D’Arcy Smith", "D'Arcy"),
    "ben": ("Ben ben Ali", "Benny"),
    "mononym": ("Prince", "Prince"),
}


def found(text: str, *who: str) -> list[tuple[str, str, str, bool]]:
    """Who is named how by which words, of these or of all people."""
    people = {PersonId(name): PEOPLE[name] for name in who or PEOPLE}
    known = forms(people, POLICY.words, POLICY.abbreviations)
    return [(str(one.person), text[one.start : one.end], one.kind, one.doubtful) for one in named(text, known)]


@pytest.mark.parametrize(
    ("text", "person", "words"),
    [
        ("He told Robert about it.", "robert", "Robert"),
        ("he told robert about it.", "robert", "robert"),
        ("ROBERT QUILLFEATHER-JONES spoke.", "robert", "ROBERT QUILLFEATHER-JONES"),
        ("Mr. Quillfeather spoke.", "robert", "Quillfeather"),
        ("the Jones family", "robert", "Jones"),
        ("Bobby's sister", "robert", "Bobby"),
        ("Bobby\u2019s sister", "robert", "Bobby"),
        ("Bobbys sister", "robert", "Bobbys"),
        ("(bobby)", "robert", "bobby"),
        ("with Bobby/Carl", "robert", "Bobby"),
        ("like R.Q. said", "robert", "R.Q."),
        ("like R. Q. said", "robert", "R. Q."),
        ("like R.J. said", "robert", "R.J."),
        ("like RQ's mother", "robert", "RQ"),
        ("two RQs", "robert", "RQs"),
        ("like RQJ said", "robert", "RQJ"),
        ("told Will to wait", "william", "Will"),
        ("told WILL to wait", "william", "WILL"),
        ("met Mr. May", "william", "May"),
        ("Jose came", "jose", "Jose"),
        ("JOSÉ came", "jose", "JOSÉ"),
        ("Jose\u0301 came", "jose", "Jose\u0301"),
        ("saw O'Brien there", "jose", "O'Brien"),
        ("saw O\u2019Brien there", "jose", "O\u2019Brien"),
        ("saw obrien there", "jose", "obrien"),
        ("saw Brien there", "jose", "Brien"),
        ("J.D. came", "jane", "J.D."),
        ("JD came", "jane", "JD"),
        ("J.A.D. came", "jane", "J.A.D."),
        ("met Ann", "jane", "Ann"),
        ("今天小明说话", "xiaoming", "小明"),
        ("sat by Ng", "grace", "Ng"),
        ("Grace came late", "grace", "Grace"),
        ("near Cruz", "juan", "Cruz"),
        ("near strasse", "ivan", "strasse"),
        ("said A.A. once", "alan", "A.A."),
        ("by d'arcy", "darcy", "d'arcy"),
        ("Prince came", "mononym", "Prince"),
        ("met ben there", "ben", "ben"),
    ],
)
def test_a_planted_name_is_found_where_it_stands(text: str, person: str, words: str) -> None:
    """Whole or in part, in any case and with any accents, possessive, hyphenated, or as initials."""
    assert [(who, what) for who, what, _, _ in found(text, person)] == [(person, words)]


@pytest.mark.parametrize(
    "text",
    [
        "He will go on; may it last. He has the grace to wait.",
        "An able person, janely, bobbysox, robertson, jdx, unjose.",
        "de la del jr dr",
        "ng is no word, x neither",
        "j.d. and jd in small letters are not initials",
        "d'accord, l'ami",
        "RX and J. alone, J.X., R-Q",
        "",
    ],
)
def test_what_only_looks_like_a_name_is_not_found(text: str) -> None:
    """Common words without a capital, longer words, particles, and letters that are nobody's."""
    assert found(text) == []


def test_a_common_word_at_the_start_of_a_sentence_is_a_question() -> None:
    """There every word has a capital."""
    text = "Will he come? Will. He saw Will.\n- May be late"
    assert [(what, doubtful) for _, what, _, doubtful in found(text, "william")] == [
        ("Will", True),
        ("Will", True),
        ("Will", False),
        ("May", True),
    ]


def test_initials_that_mean_something_else_are_a_question() -> None:
    """AA is a fellowship in most notes."""
    assert found("went to AA twice", "alan") == [("alan", "AA", "initials", True)]


def test_a_whole_name_is_one_finding_of_the_most_telling_kind() -> None:
    """Not one for each word; and what several share names each of them."""
    assert found("Robert Quillfeather-Jones came.", "robert") == [
        ("robert", "Robert Quillfeather-Jones", "legal_name", False)
    ]
    people = {PersonId("a"): ("Maria Lopez", "Maria"), PersonId("b"): ("Maria Ruiz", "Mary")}
    known = forms(people)
    assert [one.person for one in named("Maria came", known)] == ["a", "b"]
    assert known.of(PersonId("b")) == {"maria", "ruiz", "mary", "mr"}


def test_a_name_of_one_letter_is_one() -> None:
    """With its capital; a letter in a longer name is part of its initials only."""
    known = forms({WHO: ("X", "James T."), PersonId("kirk"): ("James T. Kirk", "Jim")})
    assert [one.start for one in named("X and x; T and t", known)] == [0]


def test_initials_beside_a_name_do_not_make_it_less_certain() -> None:
    """An alias beside a doubtful abbreviation is certain."""
    (one,) = found("AA Adams", "alan")
    assert one == ("alan", "AA Adams", "legal_name", False)


NAMES = st.text("abcdefghijklmnopqrstuvwxyzéñüøß", min_size=3, max_size=9).map(str.capitalize)
FILLER = st.lists(
    st.sampled_from(["the", "client", "spoke", "about", "12", "triggers,", "calmly;", "then", "-"]), max_size=9
)


@given(
    NAMES, NAMES, FILLER, FILLER, st.sampled_from([str, str.upper, str.lower]), st.sampled_from(["", "'s", ".", ","])
)
def test_any_name_is_found_in_any_text(
    first: str, last: str, before: list[str], after: list[str], case: type, end: str
) -> None:
    """In capitals, in small letters, with a possessive, between any words; and its place is that of its letters."""
    known = forms({WHO: (f"{first} {last}", "Alias")})
    head = " ".join([*before, ""])
    text = f"{head}{case(last)}{end} {' '.join(after)}"
    places = [one for one in named(text, known) if one.start <= len(head) < one.end]
    assert places, text
    assert folded(last) in folded(text[places[0].start : places[0].end])


@given(st.text(max_size=200))
def test_places_lie_in_the_text(text: str) -> None:
    """Whatever somebody types, no finding lies outside or is empty, and those of one person do not overlap."""
    known = forms({PersonId(name): who for name, who in PEOPLE.items()}, POLICY.words, POLICY.abbreviations)
    last: dict[PersonId, Named] = {}
    for one in named(text, known):
        assert 0 <= one.start < one.end <= len(text)
        assert one.person not in last or one.start >= last[one.person].end
        last[one.person] = one
