"""How long records are kept: periods, minors, holds."""

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.packs import parse
from telehealth.core.retention import Due, Hold, Kept, Periods, due, held, may_go
from telehealth.packs import load

RULE = Periods("r/1", {Kept.CLIENT: 10, Kept.CHECK_IN: 2, Kept.NOTES: 7, Kept.SESSION: 10}, 18, 5)
BOB, CAROL = PersonId("bob"), PersonId("carol")
HOLD = Hold("h1", ProgrammeId("p"), BOB, "a claim", "system", 1)
PACK = """
pack = "retention"
name = "ours"
version = 1
source = "Us"
majority = 18
after_majority = 5
[years]
client = 10
check_in = 1
notes = 7
session = 10
[[test]]
kept = "notes"
last = 2020-01-01
may_go = 2027-01-01
"""


def test_a_minor_is_kept_until_years_after_they_came_of_age() -> None:
    """Whoever was of age is kept for the period alone, also who came of age that day."""
    last = date(2015, 6, 1)
    assert may_go(RULE, Kept.CLIENT, last) == date(2025, 6, 1)
    assert may_go(RULE, Kept.CLIENT, last, date(1997, 6, 1)) == date(2025, 6, 1)
    assert may_go(RULE, Kept.CLIENT, last, date(2004, 2, 29)) == date(2027, 3, 1)
    assert may_go(RULE, Kept.CLIENT, last, date(1999, 1, 1)) == date(2025, 6, 1)


def test_what_is_due() -> None:
    """On the day and not before; nothing of somebody who is held, nor of a client who is enrolled."""
    sessions = [("s1", date(2018, 11, 24), frozenset({BOB})), ("s2", date(2024, 11, 25), frozenset({CAROL}))]
    clients = [(BOB, date(2016, 11, 24), None), (CAROL, None, None)]
    assert due(RULE, date(2026, 11, 24), [], sessions, clients) == (
        Due(Kept.CHECK_IN, "s1", date(2020, 11, 24)),
        Due(Kept.NOTES, "s1", date(2025, 11, 24)),
        Due(Kept.CLIENT, "bob", date(2026, 11, 24)),
    )
    assert due(RULE, date(2026, 11, 24), [HOLD], sessions, clients) == ()
    assert due(RULE, date(2026, 11, 25), [HOLD], sessions, clients) == (Due(Kept.CHECK_IN, "s2", date(2026, 11, 25)),)


def test_a_hold_of_everybody_and_one_that_is_released() -> None:
    """One without a client holds all; one that is released holds nobody."""
    assert held([replace(HOLD, client=None)], [CAROL])
    assert not held([HOLD], [CAROL])
    assert not held([replace(HOLD, released=2)], [BOB])


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (("session = 10", "session = 6"), "as long as"),
        (("client = 10", "client = 0"), "client"),
        (("check_in = 1", "check_in = 1\nrow = 2"), "unknown row"),
        (("may_go = 2027-01-01", "may_go = 2027-01-02"), "expects"),
        (("may_go = 2027-01-01", ""), "needed"),
        (("majority = 18", "majority = 18\nsaid = 1"), "unknown said"),
    ],
)
def test_a_wrong_pack_says_what_is_wrong(wrong: tuple[str, str], complaint: str) -> None:
    """Each mistake of a clinic's own file has a sentence."""
    with pytest.raises(ValueError, match=complaint):
        parse(tomllib.loads(PACK.replace(*wrong)))


def test_the_shipped_one_holds() -> None:
    """Ten years of everything, unless a clinic says otherwise."""
    assert parse(tomllib.loads(PACK)).id == "ours/1"
    assert set(load().retention.years.values()) == {10}
