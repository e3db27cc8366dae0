"""A client's way into their own page: the first question, its answer, and PINs that are too easy."""

from dataclasses import replace
from datetime import date

import pytest

from telehealth.core.ids import PersonId
from telehealth.core.own_page import Question, fits, question, too_easy
from telehealth.core.records import Person

BOB = Person(PersonId("bob"), False, "Robert", "Bob")
BORN = replace(BOB, birth_date=date(1990, 1, 31))
CALLED = replace(BOB, phone="+1 (217) 555-0178")


def test_what_is_asked_and_what_fits() -> None:
    """The birth date if it is on file, else the end of the number, else nobody gets in by an answer."""
    assert [question(one) for one in (BORN, CALLED, BOB)] == [Question.BIRTH_DATE, Question.PHONE_END, Question.NONE]
    assert fits(BORN, " 1990-01-31 ")
    assert not fits(BORN, "1990-01-30")
    assert fits(CALLED, "01-78")
    assert not fits(CALLED, "0179")
    assert not fits(BOB, "")
    assert not fits(replace(BOB, phone="12"), "12")


@pytest.mark.parametrize(
    "pin",
    [
        "12345",
        "1234567890123",
        "12a456",
        "111111",
        "123456",
        "876543",
        "890123",
        "121212",
        "311290",
        "19900131",
        "550178",
    ],
)
def test_a_pin_that_is_too_easy(pin: str) -> None:
    """Too short or long, no digits, a run, two digits only, the birth date, the end of the number."""
    assert too_easy(
        pin, replace(BORN, birth_date=date(1990, 12, 31) if pin == "311290" else BORN.birth_date, phone=CALLED.phone)
    )


def test_a_pin_that_will_do() -> None:
    """Six digits that are none of these, for anybody."""
    assert not too_easy("804157", BORN)
    assert not too_easy("804157", BOB)
