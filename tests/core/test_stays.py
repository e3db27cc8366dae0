"""Stays: a step is no way out of treatment, a return begins a new stay."""

from dataclasses import replace
from datetime import date

import pytest

from telehealth.core.episodes import Because, Episode, Pause
from telehealth.core.ids import PersonId
from telehealth.core.stays import Stay, stay_of, stay_on, stays

BOB = PersonId("bob")
FIRST = Episode("e1", BOB, "day", date(2026, 9, 1), date(2026, 10, 1), "completed", None, 1, "x")
PAUSE = Pause(date(2026, 9, 5), date(2026, 9, 6))


@pytest.mark.parametrize("because", [Because.STEP_DOWN, Because.STEP_UP, Because.TRANSFER])
def test_a_step_goes_on(because: Because) -> None:
    """One stay from the first admission, in the track and with the end of the last episode, with the pauses of all."""
    second = Episode("e2", BOB, "evening", date(2026, 10, 2), None, "", None, 2, "x", "e1", because, (PAUSE,))
    third = replace(second, id="e3", track="aftercare", admitted=date(2026, 11, 2), after="e2", pauses=())
    (one,) = stays([third, second, replace(FIRST, pauses=(PAUSE,))])
    span = (PAUSE.first, PAUSE.last)
    assert one == Stay(BOB, "aftercare", date(2026, 9, 1), None, "", (span, span))
    assert one.on(date(2026, 9, 1))
    assert one.paused(date(2026, 9, 6))
    assert not one.paused(date(2026, 9, 7))


@pytest.mark.parametrize(
    ("because", "after"),
    [(Because.RETURN_TO_USE, "e1"), (Because.READMISSION, "e1"), (Because.STEP_DOWN, "gone"), ("", None)],
)
def test_a_return_begins_anew(because: str, after: str | None) -> None:
    """Two stays; a day belongs to the latest that has begun, and before any of them to the first."""
    second = Episode("e2", BOB, "day", date(2026, 11, 1), None, "", None, 2, "x", after, because)
    found = stays([FIRST, second])
    assert found == (stay_of(FIRST), stay_of(second))
    assert stay_on(found, date(2026, 10, 15)) == found[0]
    assert stay_on(found, date(2026, 11, 1)) == found[1]
    assert stay_on(found, date(2026, 8, 1)) == found[0]
    assert stay_on((), date(2026, 8, 1)) is None
    assert found[0].on(date(2026, 10, 1))
    assert not found[0].on(date(2026, 10, 2))
