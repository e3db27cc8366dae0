"""Phone numbers, and the word that ends text messages."""

import pytest

from telehealth.core.phones import e164, stops


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("217-555-0100", "+12175550100"),
        ("(217) 555-0100", "+12175550100"),
        ("1 217 555 0100", "+12175550100"),
        ("+1 217.555.0100", "+12175550100"),
        ("217-555-0100 x12", "+12175550100"),
        ("+34 600 000 000", "+34600000000"),
        ("", ""),
        ("555-0100", ""),
        ("117-555-0100", ""),
        ("+0 217 555 0100", ""),
        ("call my sister", ""),
    ],
)
def test_a_number_as_people_write_it(written: str, number: str) -> None:
    """With a country's code or as one of the North American plan; anything else is none."""
    assert e164(written) == number


def test_the_word_that_stops() -> None:
    """Alone, in any case and with what a thumb adds; not somewhere in a sentence."""
    assert all(stops(text) for text in ("STOP", " stop. ", "Stop!", "ALTO", "Unsubscribe"))
    assert not any(stops(text) for text in ("", "please stop by at nine", "ok", "stopp"))
