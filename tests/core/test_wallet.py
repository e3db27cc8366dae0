"""A plan on a card for the wallet: it fits whatever was written, numbers stay whole, what helps first stays longest."""

from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core.plan_forms import MOST_SECTIONS
from telehealth.core.wallet import FACES, MORE, SIZES, Block, Laid, Line, Shape, lay, wrapped

FACE = Shape(223.0, 133.0)


def measure(text: str, size: float, bold: bool) -> float:
    """A font in which all letters are as wide as a wide one."""
    return len(text) * size * (0.72 if bold else 0.62)


def words(laid: Laid) -> str:
    return " ".join(row.text for face in laid.faces for row in face)


def test_a_short_plan_is_large_and_whole() -> None:
    """With little to say everything stands there in the largest type, sections untorn."""
    laid = lay(
        [Block("Call", (Line("Sam", "555-0177"),)), Block("Do", (Line("Walk"), Line("Rest")), steps=True)],
        FACE,
        measure,
    )
    assert (laid.size, laid.shortened) == (SIZES[0], False)
    assert [row.text for row in laid.faces[0]] == ["Call", "• Sam  555-0177", "", "Do", "1. Walk", "2. Rest"]
    assert laid.faces[1:] == ((),) * 5


def test_a_section_moves_on_before_it_is_torn() -> None:
    """A section that does not fit below another begins a new face."""
    five = Block("Five", tuple(Line(f"line {n}") for n in range(5)))
    laid = lay([five, five], FACE, measure)
    assert [face[0].text for face in laid.faces[:2]] == ["Five", "Five"]


def test_type_shrinks_before_anything_is_shortened() -> None:
    """More text is smaller text, down to the smallest size, before a word is cut."""
    sizes = [
        lay([Block("Signs", tuple(Line("a sign that takes a row") for _ in range(n)))] * 2, FACE, measure).size
        for n in (2, 28, 32)
    ]
    assert sizes[0] > sizes[1] >= sizes[2] >= SIZES[-1]


def test_long_plans_are_cut_from_behind_and_say_so() -> None:
    """Rows end in an ellipsis, late lines go, and the numbers of those who always answer stay as they are."""
    long = Line("so many words that nobody would ever read them all " * 6, "+1 (217) 555-0177")
    blocks = [
        Block("People", (long,) * 20),
        Block("Always", (Line("Day and night, whoever calls " * 3, "988"),), whole=True),
    ]
    blocks += [Block(f"Section {n}", (long,) * 20) for n in range(8)]
    laid = lay(blocks, FACE, measure)
    assert laid.shortened
    assert MORE in words(laid)
    assert "+1 (217) 555-0177" in words(laid)
    assert words(laid).count("whoever") == 3


def test_words_wider_than_a_face_are_broken() -> None:
    """A word without spaces goes on in the next row, and loses no letter."""
    parts = list(wrapped("x" * 100 + " end", 50, 10, measure))
    assert "".join(parts).count("x") == 100
    assert list(wrapped("wide", 1, 10, measure)) == ["w", "i", "d", "e"]
    assert list(wrapped("", 50, 10, measure)) == []
    cut = lay([Block("Wide", (Line("x" * 300, "0177" * 10),) * 20)] * 3, FACE, measure)
    assert cut.shortened


def test_what_fits_nowhere_is_left_out_from_behind() -> None:
    """Titles that alone fill faces cost the last sections, never the card."""
    laid = lay([Block("title " * 60, (Line("x"),)) for _ in range(9)], FACE, measure)
    assert len(laid.faces) == FACES
    assert lay([Block("title " * 600, (Line("x"),))], FACE, measure).faces == ((),) * FACES


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300)
LINES = st.builds(Line, TEXTS, st.just("") | st.text("0123456789+()- ", max_size=32))
BLOCKS = st.lists(
    st.builds(
        Block, st.text(max_size=60), st.lists(LINES, max_size=20).map(tuple), steps=st.booleans(), whole=st.booleans()
    ),
    max_size=MOST_SECTIONS + 1,
)


@settings(max_examples=25, deadline=None)
@given(BLOCKS)
def test_it_always_fits(blocks: list[Block]) -> None:
    """Whatever was written: so many faces, none with more rows than it has room, none with a row wider than itself."""
    laid = lay(blocks, FACE, measure)
    assert len(laid.faces) == FACES
    assert laid.size >= SIZES[-1]
    for face in laid.faces:
        assert len(face) <= FACE.rows(laid.size)
        assert all(row.indent + measure(row.text, laid.size, row.bold) <= FACE.width + 1e-6 for row in face)
    if not laid.shortened:
        written = "".join(
            "".join((block.title, *(line.text for line in block.lines))) for block in blocks if block.lines
        )
        assert all(word in words(laid).replace(" ", "") for word in "".join(written.split())[:1])
