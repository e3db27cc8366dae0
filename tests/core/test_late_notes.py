"""When a note is late: by hours, by business days and by the next session."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from telehealth.core.ids import Millis
from telehealth.core.late_notes import LateAfter, LateNotes, days_late, deadline

ZONE = ZoneInfo("America/Los_Angeles")
RULE = LateNotes(
    "test/1",
    LateAfter(business_days=3),
    {"crisis": LateAfter(hours=24), "workshop": LateAfter(before_next=True), "family": LateAfter(business_days=0)},
    frozenset({date(2026, 11, 26)}),
)


def local(text: str) -> Millis:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("kind", "ended", "last"),
    [
        ("individual", "2026-11-23T20:00", "2026-11-27T23:59:59.999"),  # Thursday is a holiday
        ("individual", "2026-11-20T20:00", "2026-11-25T23:59:59.999"),  # Friday evening
        ("individual", "2026-11-21T20:00", "2026-11-25T23:59:59.999"),  # Saturday
        ("individual", "2026-03-06T20:00", "2026-03-11T23:59:59.999"),  # over the change of the clocks
        ("family", "2026-11-23T20:00", "2026-11-23T23:59:59.999"),
        ("crisis", "2026-10-31T20:00", "2026-11-01T19:00"),  # 24 hours, on a day of 25
    ],
)
def test_the_last_moment(kind: str, ended: str, last: str) -> None:
    """The end of the facility's business day, weekends and the named holidays left out; hours are hours."""
    assert deadline(RULE, kind, local(ended), ZONE) == local(last)


def test_the_next_session_is_the_last_moment() -> None:
    """Where none is known there is none, and nothing is late."""
    ended = local("2026-11-23T20:00")
    assert deadline(RULE, "workshop", ended, ZONE, ended + 5) == ended + 5
    assert deadline(RULE, "workshop", ended, ZONE) is None
    assert days_late(None, ended) == 0


@pytest.mark.parametrize(("after", "days"), [(-1, 0), (0, 0), (1, 1), (86_400_000, 1), (86_400_001, 2)])
def test_days_that_have_begun_count(after: Millis, days: int) -> None:
    """A millisecond late is a day late, and no note is late by less than nothing."""
    assert days_late(1_000, 1_000 + after) == days
