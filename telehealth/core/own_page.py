"""A client's way into their own page: what they are asked the first time, whether that fits, and which PIN is too
easy.

The page is behind two things: the personal link, which somebody may find in a mailbox, and a PIN or a passkey. The
first time there is neither, so the client says something of their record that a finder of the link does not know. Of a
record that holds nothing of the kind the clinic is asked, and nobody gets in by the link alone.

Must not touch: hashes, clocks, counters of attempts.
"""

from datetime import date
from enum import StrEnum
from itertools import pairwise

from .records import Person

SHORTEST, LONGEST = 6, 12
_DIGITS = "0123456789"


class Question(StrEnum):
    """What somebody is asked who comes for the first time."""

    BIRTH_DATE = "birth_date"
    PHONE_END = "phone_end"
    """The last four digits of the number on file."""
    NONE = "none"
    """The record holds nothing to ask: the clinic has to complete it."""


def question(person: Person) -> Question:
    if person.birth_date is not None:
        return Question.BIRTH_DATE
    return Question.PHONE_END if len(_digits(person.phone)) >= SHORTEST else Question.NONE


def fits(person: Person, said: str) -> bool:
    """Whether the answer is right: a date as 1990-01-31, or four digits."""
    if person.birth_date is not None:
        return said.strip() == person.birth_date.isoformat()
    return question(person) is Question.PHONE_END and _digits(said) == _digits(person.phone)[-4:]


def too_easy(pin: str, person: Person) -> bool:
    """Whether a PIN is no PIN, or among the first that somebody would try."""
    if not SHORTEST <= len(pin) <= LONGEST or any(digit not in _DIGITS for digit in pin):
        return True
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:  # 111111, 123456, 987654
        return True
    if len(set(pin)) < 3:
        return True
    return any(pin == guess for guess in _of_birth(person.birth_date)) or pin == _digits(person.phone)[-len(pin) :]


def _of_birth(day: date | None) -> tuple[str, ...]:
    if day is None:
        return ()
    d, m, y = f"{day.day:02}", f"{day.month:02}", f"{day.year:04}"
    return d + m + y, m + d + y, y + m + d, d + m + y[2:], m + d + y[2:], y[2:] + m + d


def _digits(text: str) -> str:
    return "".join(c for c in text if c in _DIGITS)
