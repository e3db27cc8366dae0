"""What is not billable yet, from facts."""

from dataclasses import replace

import pytest

from telehealth.core.attendance import Modality
from telehealth.core.billable import Facts, Reason, reasons
from telehealth.core.events import Flow

from .story import BOB, Story

_STORY = Story().begin(BOB)
_STORY.flows(BOB, Flow.AUDIO_VIDEO, "18:00")
_STORY.at("18:44:59").end()
ROW = _STORY.rows()[BOB]
NO_SHOW = next(row for row in _STORY.rows().values() if not row.intervals)
GOOD = Facts(
    location=True,
    consent=True,
    cap_exceeded=False,
    note_signed=True,
    least_minutes=44,
    overlap=False,
    unit_rule=True,
    attested=True,
)


def test_nothing_is_missing_and_nothing_is_known() -> None:
    """With all facts good there is no reason; and a fact that nobody knows is none either."""
    assert reasons(ROW, GOOD) == ()
    assert reasons(ROW, Facts()) == ()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(GOOD, location=False), Reason.LOCATION_MISSING),
        (replace(GOOD, consent=False), Reason.NO_CONSENT),
        (replace(GOOD, cap_exceeded=True), Reason.CAP_EXCEEDED),
        (replace(GOOD, note_signed=False), Reason.UNSIGNED_NOTE),
        (replace(GOOD, least_minutes=45), Reason.BELOW_THRESHOLD),
        (replace(GOOD, overlap=True), Reason.OVERLAP),
        (replace(GOOD, facilitator_overlap=True), Reason.FACILITATOR_OVERLAP),
        (replace(GOOD, authorized=False), Reason.NOT_AUTHORIZED),
        (replace(GOOD, unit_rule=False), Reason.NO_RULE),
        (replace(GOOD, attested=False), Reason.NOT_ATTESTED),
    ],
)
def test_each_fact_has_its_reason(facts: Facts, reason: Reason) -> None:
    """One wrong fact is one reason."""
    assert reasons(ROW, facts) == (reason,)


def test_a_corrected_value_is_what_counts() -> None:
    """Minutes short are mended by a correction, and a correction may make them short."""
    assert reasons(ROW, replace(GOOD, least_minutes=45), minutes_attended=45) == ()
    assert reasons(ROW, GOOD, minutes_attended=43) == (Reason.BELOW_THRESHOLD,)


def test_a_camera_that_was_never_on() -> None:
    """Said of whoever was there without any picture, not of who never came, nor where nobody recorded media."""
    dark = replace(ROW, audio_video_ms=0, modality=Modality.AUDIO_ONLY)
    assert reasons(dark, GOOD) == (Reason.CAMERA_NEVER_ON,)
    assert reasons(replace(dark, modality=None), GOOD) == ()
    assert reasons(NO_SHOW, GOOD) == (Reason.BELOW_THRESHOLD,)


def test_all_reasons_come_in_one_order() -> None:
    """The order of the vocabulary, whatever the facts."""
    dark = replace(ROW, audio_video_ms=0, modality=Modality.NONE)
    bad = Facts(
        location=False,
        consent=False,
        cap_exceeded=True,
        note_signed=False,
        least_minutes=999,
        overlap=True,
        facilitator_overlap=True,
        unit_rule=False,
        authorized=False,
        attested=False,
    )
    assert reasons(dark, bad) == tuple(Reason)


def test_minutes_that_can_still_be_attended_are_not_short() -> None:
    """While the session goes on nobody is short who can still get there; a minute less to come, and they are."""
    going_on = replace(GOOD, least_minutes=60, minutes_to_come=16)
    assert reasons(ROW, going_on) == ()
    assert reasons(ROW, replace(going_on, minutes_to_come=15)) == (Reason.BELOW_THRESHOLD,)
