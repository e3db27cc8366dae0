"""Packs of engagement: what they may say, that their own tests are run, and what a wrong one is told."""

import tomllib

import pytest

from telehealth.core.court import CourtRule
from telehealth.core.engagement import EngagementRule, Step
from telehealth.core.initiation import InitiationRule
from telehealth.core.packs import parse
from telehealth.packs import load

ENGAGEMENT = """
pack = "engagement"
name = "ours"
version = 1
source = "us"
misses_watch = 1
misses_alarm = 3
rate_days = 28
rate_low_percent = 70
rate_least_sessions = 4
first_session_days = 7
retention_days = [30]
retention_window_days = 14
certification_days = 60
certification_warn_days = 10
certification_required = true
[[step]]
misses = 1
within_hours = 24
do = "reach-out"
[[test]]
sessions = "present no_show"
misses = 1
[[test]]
certified = 2026-01-01
today = 2026-03-02
certification = "soon"
"""
COURT = """
pack = "court"
name = "county"
version = 1
source = "a court"
total_minutes = 120
within_weeks = 2
first_weeks = 1
days_per_week = 1
least_minutes = 60
kinds = ["group_therapy"]
[[test]]
days = [0, 8]
minutes = [60, 0]
today = 9
week_days = [1]
standing = "open"
"""
IET = """
pack = "initiation"
name = "like"
version = 1
source = "NCQA"
initiation_days = 14
further_services = 1
engagement_days = 34
[[test]]
days = [3, 9]
today = 20
initiated = "yes"
engaged = "yes"
"""


def test_what_the_packs_say() -> None:
    """Each becomes its rule."""
    engagement, court, iet = (parse(tomllib.loads(text)).rule for text in (ENGAGEMENT, COURT, IET))
    assert isinstance(engagement, EngagementRule)
    assert (engagement.id, engagement.rate_low, engagement.steps) == ("ours/1", 0.7, (Step(1, 24, "reach-out"),))
    assert court == CourtRule("county/1", 120, 2, 1, 1, 60, ("group_therapy",))
    assert iet == InitiationRule("like/1", 14, 1, 34)


@pytest.mark.parametrize(
    ("text", "before", "after", "complaint"),
    [
        (ENGAGEMENT, "misses_alarm = 3", "misses_alarm = 1", "misses_alarm must be more"),
        (ENGAGEMENT, "misses = 1\n[[test]]", "misses = 2\n[[test]]", "expects 2 but the rule gives 1"),
        (ENGAGEMENT, "present no_show", "present away", "sessions must be words of attendance"),
        (ENGAGEMENT, "today = 2026-03-02\n", "", "certified and today must be dates"),
        (ENGAGEMENT, '"soon"', '"good"', "expects good"),
        (COURT, "first_weeks = 1", "first_weeks = 3", "first_weeks must not be more"),
        (COURT, "minutes = [60, 0]", "minutes = [60]", "days and minutes must be of one length"),
        (COURT, '"open"', '"met"', "the rule gives"),
        (IET, 'engaged = "yes"', 'engaged = "no"', "the rule gives"),
    ],
)
def test_what_is_wrong_is_said(text: str, before: str, after: str, complaint: str) -> None:
    """A sentence that names the key or the test."""
    assert before in text
    with pytest.raises(ValueError, match=complaint):
        parse(tomllib.loads(text.replace(before, after)))


def test_the_shipped_ones_are_there() -> None:
    """By the names that the configuration and the manuals give them."""
    known = load()
    assert "iop-engagement/1" in known.engagements
    assert known.engagement.id == "iop-engagement/1"
    assert set(known.courts) == {"washington-246-341-0740/1"}
    assert known.initiation.id == "iet-like/1"
