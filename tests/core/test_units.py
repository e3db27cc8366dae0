"""The six unit rules at the minutes where they differ, and what happens where no rule is known."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core.payers import NO_RULE, PayerRule, billed, rule_of
from telehealth.core.units import FUNCTIONS, TIMED, UnitRule, least_for_one, units
from telehealth.packs import load

from .story import FIXED

EDGES = (0, 1, 7, 8, 14, 15, 16, 22, 23, 29, 30, 37, 38, 52, 53, 179, 180)
EXPECTED = {
    "cms-8-minute/1": (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 12, 12),
    "cpt-midpoint-15/1": (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 12, 12),
    "cpt-midpoint-60/1": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 3, 3),
    "full-unit-floor-15/1": (0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 11, 12),
    "full-unit-floor-60/1": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3),
    "up-to-ceiling-15/1": (0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 12, 12),
    "per-diem-180/1": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
    "untimed-45/1": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1),
}
CASES = [(rule, m, u) for rule, row in EXPECTED.items() for m, u in zip(EDGES, row, strict=True)]


@pytest.mark.parametrize(("rule", "minutes", "expected"), CASES)
def test_each_rule_at_its_edges(rule: str, minutes: int, expected: int) -> None:
    """7/8, 14/15, 22/23, 29/30, 37/38, 52/53 and 179/180 minutes under every shipped rule."""
    assert units(minutes, load_once()[rule]) == expected


_RULES: dict[str, UnitRule] = {}


def load_once() -> dict[str, UnitRule]:
    if not _RULES:
        _RULES.update(load().unit_rules)
    return _RULES


def test_every_shipped_rule_and_every_function_is_tested_here() -> None:
    """None is shipped or written that the table above does not hold to its edges."""
    assert set(EXPECTED) == set(load_once())
    assert {rule.function for rule in load_once().values()} == set(FUNCTIONS)


def test_the_same_minutes_are_not_the_same_money() -> None:
    """14 minutes are 1 unit under one rule and 0 under another; 29 are 2 and 1: there can be no default."""
    eight, floor = load_once()["cms-8-minute/1"], load_once()["full-unit-floor-15/1"]
    assert [(units(m, eight), units(m, floor)) for m in (14, 29)] == [(1, 0), (2, 1)]


@settings(FIXED, max_examples=200)
@given(
    st.sampled_from(sorted(FUNCTIONS)),
    st.sampled_from([15, 30, 60]),
    st.integers(-10, 1500),
    st.integers(1, 4) | st.none(),
)
def test_units_never_fall_and_never_exceed_what_began(
    function: str, length: int, minutes: int, most: int | None
) -> None:
    """More minutes are never fewer units; no minutes are none; no rule gives more units than have begun."""
    rule = UnitRule("r/1", function, length, length, most)
    got = units(minutes, rule)
    assert 0 <= got <= units(minutes + 1, rule)
    assert got <= max(0, -(-minutes // length) if function in TIMED else 1)
    assert most is None or got <= most


@pytest.mark.parametrize(
    ("rule", "least"),
    [
        ("cms-8-minute/1", 8),
        ("cpt-midpoint-60/1", 31),
        ("full-unit-floor-15/1", 15),
        ("up-to-ceiling-15/1", 1),
        ("per-diem-180/1", 180),
        ("untimed-45/1", 45),
    ],
)
def test_the_fewest_minutes_that_are_a_unit(rule: str, least: int) -> None:
    """One minute less is nothing."""
    assert least_for_one(load().unit_rules[rule]) == least


def test_without_a_rule_there_are_no_units() -> None:
    """No payer has a default; the first line that holds on the day of service decides."""
    lines = [
        PayerRule("county", ("individual",), "cms-8-minute/1", date(2026, 1, 1), date(2026, 6, 30)),
        PayerRule("county", ("individual", "family"), "full-unit-floor-15/1", date(2026, 7, 1)),
    ]
    assert rule_of("county", "individual", date(2026, 6, 30), lines) == "cms-8-minute/1"
    assert rule_of("county", "individual", date(2026, 7, 1), lines) == "full-unit-floor-15/1"
    assert rule_of("county", "individual", date(2025, 12, 31), lines) is None
    assert rule_of("county", "group_therapy", date(2026, 7, 1), lines) is None
    assert rule_of("another", "individual", date(2026, 7, 1), lines) is None
    assert billed(180, None) is NO_RULE
    assert (NO_RULE.units, NO_RULE.reason) == (None, "no_rule")
    found = billed(14, load_once()["cms-8-minute/1"])
    assert (found.units, found.unit_rule, found.reason) == (1, "cms-8-minute/1", "")
    assert load_once()["per-diem-180/1"].of_a_day
    assert not load_once()["untimed-45/1"].of_a_day
