"""Who pays on a day, what may be recorded, and what a provider number looks like."""

from dataclasses import replace
from datetime import date

import pytest

from telehealth.core.coverage import Coverage, in_force, is_npi, may_be_billed, wrong
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.ids import PersonId, ProgrammeId

BOB = PersonId("bob")
FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
COUNTY = Coverage("c1", BOB, FEBRUARY, None, "county", 1, "alice")
CONSENT = Consent(
    "k1", ProgrammeId("p"), BOB, ConsentKind.TPO, "p", "records", "", (Purpose.PAYMENT,), 200, "", "Bob", 100, True
)


def test_the_last_that_began_decides() -> None:
    """An entry takes over on its first day; nothing counts before the first."""
    acme = replace(COUNTY, id="c2", effective_from=MARCH, payer="acme", recorded=2)
    history = (acme, COUNTY)
    assert in_force(history, date(2026, 1, 31)) is None
    assert in_force(history, FEBRUARY) is COUNTY
    assert in_force(history, date(2026, 2, 28)) is COUNTY
    assert in_force(history, MARCH) is acme


def test_an_older_entry_does_not_come_back() -> None:
    """When the newer one has ended nobody pays, though the older one was never ended."""
    acme = replace(COUNTY, id="c2", effective_from=MARCH, effective_to=date(2026, 3, 31), payer="acme")
    assert in_force((COUNTY, acme), date(2026, 3, 31)) is acme
    assert in_force((COUNTY, acme), APRIL) is None


def test_a_mistake_is_mended_by_recording_it_again() -> None:
    """Of one first day the entry that was recorded last counts; one that ended before it began never did."""
    again = replace(COUNTY, id="c0", member="7", recorded=2)
    assert in_force((COUNTY, again), MARCH) is again
    void = replace(COUNTY, id="c3", effective_from=MARCH, effective_to=FEBRUARY, recorded=3)
    assert in_force((COUNTY, void), APRIL) is COUNTY


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"payer": "  "}, "payer"),
        ({"payer": "x" * 121}, "payer"),
        ({"effective_to": date(2026, 1, 31)}, "effective_to"),
        ({"payer_name": "County\nHealth"}, "payer_name"),
        ({"member": "x" * 121}, "member"),
        ({"authorization": "\u202e1"}, "authorization"),
        ({"authorized_units": -1}, "authorized_units"),
        ({"authorized_units": 100_001}, "authorized_units"),
        ({"authorized_from": MARCH, "authorized_to": FEBRUARY}, "authorized_to"),
        ({"place_of_service": "1"}, "place_of_service"),
    ],
)
def test_what_cannot_be_so_is_named(change: dict[str, object], field: str) -> None:
    """Each field that cannot be recorded is named, and no other."""
    assert wrong(replace(COUNTY, **change)) == (field,)  # type: ignore[arg-type]


def test_what_can_be_so() -> None:
    """All fields, and the shortest entry."""
    whole = replace(
        COUNTY,
        effective_to=FEBRUARY,
        payer_name="County Health Plan",
        member="M 77",
        authorization="A-9",
        authorized_units=0,
        authorized_from=FEBRUARY,
        authorized_to=FEBRUARY,
        place_of_service="10",
    )
    assert wrong(whole) == wrong(COUNTY) == ()


def test_the_days_of_an_authorisation() -> None:
    """Both ends belong to it; an end that is not given is open."""
    assert COUNTY.authorizes(date(1999, 1, 1))
    given = replace(COUNTY, authorized_from=FEBRUARY, authorized_to=MARCH)
    assert [given.authorizes(day) for day in (date(2026, 1, 31), FEBRUARY, MARCH, date(2026, 3, 2))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1234567893", True),  # the example of the standard
        ("1234567890", False),
        ("1234567839", False),
        ("3234567893", False),
        ("123456789", False),
        ("١٢٣٤٥٦٧٨٩٣", False),
        ("", False),
    ],
)
def test_provider_numbers(text: str, is_one: bool) -> None:
    """Ten digits of ours, with the check digit of 45 CFR 162.406."""
    assert is_npi(text) is is_one


def test_a_consent_to_payment_in_force() -> None:
    """From its date until it expires or is revoked, and only if it is for payment."""
    assert [may_be_billed([CONSENT], at) for at in (99, 100, 199, 200)] == [False, True, True, False]
    assert [may_be_billed([replace(CONSENT, revoked=150)], at) for at in (149, 150)] == [True, False]
    assert may_be_billed([replace(CONSENT, expires=None)], 10**15)
    assert not may_be_billed([replace(CONSENT, purposes=(Purpose.COURT,))], 150)
    assert not may_be_billed([], 150)
