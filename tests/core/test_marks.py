"""Marks: what counts as having come, as a miss and as neither, and that a correction decides."""

import pytest

from telehealth.core.attendance import Row, Status
from telehealth.core.corrections import Correction, Excuse, effective
from telehealth.core.day import date_of_service
from telehealth.core.ids import PersonId
from telehealth.core.marks import mark_of

from .programme import ZONE, mark
from .story import ALICE, BOB, DAN, Story


@pytest.mark.parametrize(
    ("status", "came", "missed", "excused"),
    [
        (Status.PRESENT, True, False, False),
        (Status.LATE, True, False, False),
        (Status.LEFT_EARLY, True, False, False),
        (Status.PARTIAL, True, False, False),
        (Status.ABSENT, False, True, False),
        (Status.NO_SHOW, False, True, False),
        (Status.EXCUSED, False, False, True),
    ],
)
def test_a_status_is_one_of_three(status: Status, came: bool, missed: bool, excused: bool) -> None:
    """Came, missed or excused: always exactly one."""
    one = mark(0, status)
    assert (one.came, one.missed, one.excused) == (came, missed, excused)


def test_a_correction_decides() -> None:
    """Somebody who answers for it said that they were there, or that they were not; an excuse yields to minutes."""
    assert mark(0, Status.NO_SHOW, 90, corrected=True).came
    assert mark(0, Status.EXCUSED, 90, corrected=True).came
    assert not mark(0, Status.EXCUSED, 90, corrected=True).excused
    assert mark(0, Status.PRESENT, 0, corrected=True).missed


def _row(client: PersonId) -> Row:
    story = Story().begin(BOB)
    story.at("21:00").end()
    return story.rows()[client]


def test_a_mark_is_the_row_that_counts() -> None:
    """Times, kind and minutes of the row, with what people said of it."""
    bob, dan = _row(BOB), _row(DAN)
    plain = mark_of(effective(bob, ()), ZONE)
    assert (plain.session, plain.starts, plain.kind, plain.day) == (
        bob.session,
        bob.scheduled_start,
        bob.kind,
        date_of_service(bob.scheduled_start, ZONE),
    )
    assert (plain.attended_ms, plain.corrected, plain.came) == (bob.attended_ms, False, True)
    said = Correction(bob.session, bob.client, 120, "telephone", ALICE, 1)
    assert mark_of(effective(bob, [said]), ZONE).attended_ms == 120 * 60_000
    sick = Excuse(dan.session, dan.client, True, "in hospital", ALICE, 1)
    assert mark_of(effective(dan, [sick]), ZONE, "session-0").excused
    assert mark_of(effective(dan, ()), ZONE).missed
