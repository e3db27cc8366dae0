"""Papers: which days a letter has, what whoever asks about one is told, and codes however they are written."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.attendance import Row, Status
from telehealth.core.corrections import Correction, effective
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.papers import (
    ALPHABET,
    CODE_LENGTH,
    Kind,
    Line,
    Paper,
    as_bytes,
    code_from,
    days_attended,
    roster,
    spelled,
    told,
)

from .story import ALICE, BOB, CAROL, FIXED

MINUTE = 60_000
ROW = Row(
    programme=ProgrammeId("p"),
    session=SessionId("s"),
    client=BOB,
    kind="group_therapy",
    scheduled_start=0,
    scheduled_end=180 * MINUTE,
    session_start=0,
    session_end=180 * MINUTE,
    first_join=MINUTE,
    last_leave=170 * MINUTE,
    intervals=(),
    milliseconds=0,
    minutes=0,
    status=Status.PRESENT,
    policy="p/1",
    group_size_clients=1,
    final=True,
    attended_ms=90 * MINUTE,
)
LETTER = Paper(
    "id",
    Kind.LETTER,
    ProgrammeId("p"),
    1,
    "UTC",
    "Office",
    (Line("2026-11-02", 90), Line("2026-11-04", 30)),
    name="Zoë Łukasz",
)


def test_a_letter_has_the_days_on_which_something_was_attended() -> None:
    """Sessions of a day are summed, corrected minutes count, and absences and unfinished sessions leave no trace."""
    corrected = Correction(SessionId("s"), BOB, 60, "by telephone", ALICE, 1)
    rows = [
        ("2026-11-04", effective(ROW, [])),
        ("2026-11-02", effective(ROW, [corrected])),
        ("2026-11-02", effective(ROW, [])),
        ("2026-11-05", effective(replace(ROW, attended_ms=0), [])),
        ("2026-11-06", effective(replace(ROW, final=False), [])),
    ]
    assert days_attended(rows) == (Line("2026-11-02", 150), Line("2026-11-04", 90))


def test_a_sheet_has_a_line_for_each_client_with_what_was_recorded_beside_what_counts() -> None:
    """By name; whoever never came has no times, and a client without a name still has a line."""
    corrected = Correction(SessionId("s"), BOB, 60, "by telephone", ALICE, 1)
    missing = replace(ROW, client=CAROL, first_join=None, last_leave=None, attended_ms=0, status=Status.NO_SHOW)
    unknown = replace(ROW, client=PersonId("x"))
    effects = [effective(one, [corrected]) for one in (ROW, missing, unknown)]
    names = {BOB: "Zoë", CAROL: "anna"}
    assert roster(effects, names, "2026-11-02", lambda at: f"{at // MINUTE}") == (
        Line("2026-11-02", 90, "", "1", "170", "present"),
        Line("2026-11-02", 0, "anna", "", "", "no_show"),
        Line("2026-11-02", 60, "Zoë", "1", "170", "present", 90),
    )


def test_whoever_asks_is_told_days_and_sums_and_never_a_name() -> None:
    """A name can only be compared, in whatever spelling of the same letters; about a sheet not even that."""
    said = told(LETTER, "")
    assert (said.days, said.minutes, said.clients, said.name_fits) == (
        (("2026-11-02", 90), ("2026-11-04", 30)),
        120,
        1,
        None,
    )
    assert told(LETTER, "  ZOE\u0308  łukasz ").name_fits is True
    assert told(LETTER, "Zoe Lukasz").name_fits is False
    sheet = replace(LETTER, kind=Kind.SHEET, lines=(Line("2026-11-02", 90, "Zoë"), Line("2026-11-02", 0, "Anna")))
    said = told(sheet, "Zoë")
    assert (said.days, said.minutes, said.clients, said.name_fits) == ((("2026-11-02", 90),), 90, 2, None)
    assert told(replace(sheet, lines=()), "").days == (("", 0),)
    assert "Zoë" not in repr(said)


def test_every_word_of_a_paper_is_signed() -> None:
    """Two papers that differ in anything differ in what is signed; the bytes of a paper never change."""
    for change in ({"name": "x"}, {"office": "x"}, {"issued": 2}, {"lines": ()}, {"notice": "x"}, {"scope": "x"}):
        assert as_bytes(replace(LETTER, **change)) != as_bytes(LETTER)  # type: ignore[arg-type]
    assert as_bytes(LETTER).startswith(b'{"breaks":"","client":null,"confirmed":"","end":"","id":"id","issued":1,')


@FIXED
@given(st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_read_however_it_is_written(code: str) -> None:
    """With or without hyphens and spaces, in small letters, with the letters that look like digits."""
    for text in (
        code,
        spelled(code),
        spelled(code).lower().replace("-", " "),
        code.replace("0", "O").replace("1", "l"),
    ):
        assert code_from(text) == code


def test_what_is_no_code_is_none() -> None:
    """Too short, too long, or with a letter that no code has."""
    assert [code_from(text) for text in ("", "0" * 19, "0" * 21, "U" * 20, "!" * 20)] == [None] * 5
