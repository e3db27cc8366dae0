"""Corrections, excuses and signatures: beside the raw values, with author, reason and time, and never instead."""

from dataclasses import replace

import pytest

from telehealth.core.attendance import Row, Status
from telehealth.core.corrections import (
    MAX_REASON,
    Attestation,
    Correction,
    Excuse,
    attested,
    decide_attestation,
    decide_correction,
    decide_excuse,
    digest,
    effective,
)
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Session
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role

from .story import ALICE, BEN, BOB, CAROL, DAN, OLIVE, Story, clock

SESSION = Session(
    SessionId("s1"),
    ProgrammeId("p1"),
    None,
    "group_therapy",
    "Evening group",
    clock("18:00"),
    clock("21:00"),
    "America/New_York",
    8,
    (ALICE,),
    (BOB, CAROL, DAN),
    (BEN,),
)
NOW = clock("22:00")


def told() -> Story:
    """Bob was there for two of three hours, Carol for ten minutes, Dan never."""
    story = Story().begin(BOB, CAROL)
    story.at("18:10").leave(CAROL)
    story.at("20:00").leave(BOB)
    story.at("21:00").end()
    return story


ROWS = told().rows()
LIVE = Story().begin(BOB).rows()[BOB]


def correct(row: Row, minutes: int | None, reason: str = "Clock on the wall", author: PersonId = ALICE) -> Correction:
    made = decide_correction(row, SESSION, author, Role.FACILITATOR, NOW, minutes, reason)
    assert isinstance(made, Correction)
    return made


def excuse(row: Row, excused: bool) -> Excuse:
    made = decide_excuse(row, SESSION, ALICE, Role.FACILITATOR, NOW, excused, "Hospital appointment")
    assert isinstance(made, Excuse)
    return made


def test_a_correction_stands_beside_the_raw_value() -> None:
    """The latest counts, taking it back makes the raw value count again, and the row itself never changes."""
    row = ROWS[BOB]
    first, second, taken_back = correct(row, 150), correct(row, 140, "  Not so much  "), correct(row, None)
    assert (first.author, first.at, second.reason) == (ALICE, NOW, "Not so much")
    assert effective(row, []).minutes_attended == row.minutes_attended == 120
    now = effective(row, [first, second])
    assert (now.minutes_attended, now.correction, now.row) == (140, second, row)
    assert effective(row, [first, taken_back]) == effective(row, [])
    assert effective(ROWS[CAROL], [first]) == effective(ROWS[CAROL], [])
    assert (row.minutes, row.attended_ms) == (120, 7_200_000)


@pytest.mark.parametrize(
    ("minutes", "reason", "author", "role", "row", "code"),
    [
        (150, "why", OLIVE, Role.OBSERVER, ROWS[BOB], Code.NOT_ALLOWED),
        (150, "why", PersonId("id-stranger"), Role.FACILITATOR, ROWS[BOB], Code.NOT_ALLOWED),
        (150, "why", ALICE, Role.FACILITATOR, LIVE, Code.NOT_NOW),
        (150, "  ", ALICE, Role.FACILITATOR, ROWS[BOB], Code.MALFORMED),
        (150, "y" * (MAX_REASON + 1), ALICE, Role.FACILITATOR, ROWS[BOB], Code.MALFORMED),
        (-1, "why", ALICE, Role.FACILITATOR, ROWS[BOB], Code.MALFORMED),
        (186, "why", ALICE, Role.FACILITATOR, ROWS[BOB], Code.MALFORMED),
    ],
)
def test_a_correction_that_nobody_could_answer_for_is_refused(
    minutes: int, reason: str, author: PersonId, role: Role, row: Row, code: Code
) -> None:
    """By whom, when, why, and never more than the session took (185 minutes, with the host's five before it)."""
    assert decide_correction(row, SESSION, author, role, NOW, minutes, reason) == Refusal(code)
    assert correct(ROWS[BOB], 185).minutes == 185


def test_an_absence_can_be_excused_and_nothing_else() -> None:
    """No-show and absent become excused, and can be taken back; who attended in part cannot be excused."""
    for person in (CAROL, DAN):
        row = ROWS[person]
        assert row.status in (Status.ABSENT, Status.NO_SHOW)
        assert effective(row, [excuse(row, True)]).status is Status.EXCUSED
        assert effective(row, [excuse(row, True), excuse(row, False)]).status is row.status
    refusal = decide_excuse(ROWS[BOB], SESSION, BEN, Role.COFACILITATOR, NOW, True, "why")
    assert refusal == Refusal(Code.NOT_ALLOWED)
    assert decide_excuse(LIVE, SESSION, ALICE, Role.FACILITATOR, NOW, True, "why") == Refusal(Code.NOT_NOW)
    stray = replace(excuse(ROWS[DAN], True), client=BOB)
    assert effective(ROWS[BOB], [stray]).status is ROWS[BOB].status


def signed(said: list[Correction | Excuse]) -> Attestation:
    made = decide_attestation(list(ROWS.values()), said, SESSION, ALICE, NOW)
    assert isinstance(made, Attestation)
    return made


def test_a_signature_holds_for_what_was_signed() -> None:
    """Whatever the order of the rows; a changed row, a missing row or a later correction is one that nobody signed."""
    rows = list(ROWS.values())
    signature = signed([])
    assert (signature.by, signature.at, signature.session) == (ALICE, NOW, SESSION.id)
    assert attested(signature, reversed(rows), [])
    assert not attested(signature, rows[1:], [])
    assert not attested(signature, [replace(rows[0], attended_ms=1), *rows[1:]], [])
    correction = correct(ROWS[BOB], 150)
    assert not attested(signature, rows, [correction])
    assert attested(signed([correction]), rows, [correction])
    assert not attested(None, rows, [])
    assert digest(rows, [correction]) == digest(rows, [correction, replace(correction, session=SessionId("s2"))])


def test_only_the_facilitator_signs_and_only_what_has_ended() -> None:
    """A co-facilitator, a running session and a session without rows are refused."""
    rows = list(ROWS.values())
    assert decide_attestation(rows, [], SESSION, BEN, NOW) == Refusal(Code.NOT_ALLOWED)
    assert decide_attestation([LIVE], [], SESSION, ALICE, NOW) == Refusal(Code.NOT_NOW)
    assert decide_attestation([], [], SESSION, ALICE, NOW) == Refusal(Code.NOT_NOW)


def test_the_head_of_the_log_is_not_part_of_what_is_signed() -> None:
    """It is of the stored row only, so a signature can be checked against a row that is derived anew."""
    rows = list(ROWS.values())
    assert attested(signed([]), [replace(row, head="f" * 64) for row in rows], [])
