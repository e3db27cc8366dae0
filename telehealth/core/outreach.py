"""After a no-show: who tried to reach the client, when, how and with what outcome, and what the programme still owes.

Attempts are added and can be withdrawn (a slip of the finger), never changed; a withdrawn one stays readable and counts
for nothing. Whether a step is owed follows from the misses in a row (`engagement.py`) and from the attempts since the
first of them: each attempt answers for one step, in order. Coming again ends the row of misses, and with it all that is
owed.

The note is text: whoever stores it seals it. Must not touch: clocks, the store.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .engagement import Step
from .ids import Millis, PersonId
from .marks import Mark

HOUR: Millis = 3_600_000
MAX_NOTE = 1000


class How(StrEnum):
    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    EMERGENCY_CONTACT = "emergency_contact"


class Outcome(StrEnum):
    REACHED = "reached"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"
    COMING_BACK = "coming_back"
    SENT = "sent"
    """A letter or a message that nobody has answered yet."""


@dataclass(frozen=True, slots=True)
class Outreach:
    id: str
    client: PersonId
    at: Millis
    """When it was tried."""
    by: PersonId
    how: How
    outcome: Outcome
    recorded: Millis
    note: str = ""
    """Sealed."""
    withdrawn: Millis | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A step of the workflow that nobody has answered yet."""

    step: Step
    due: Millis
    mark: Mark
    """The miss from which it follows."""
    overdue: bool


def owed(steps: Sequence[Step], misses: Sequence[Mark], attempts: Iterable[Outreach], now: Millis) -> tuple[Owed, ...]:
    """What is owed for these misses in a row, in order. `misses` come from `misses_in_a_row`."""
    if not misses:
        return ()
    reached = [step for step in sorted(steps, key=lambda step: step.misses) if step.misses <= len(misses)]
    since = misses[0].ends
    answered = sum(1 for one in attempts if one.withdrawn is None and since <= one.at <= now)
    found = []
    for step in reached[answered:]:
        mark = misses[step.misses - 1]
        due = mark.ends + step.within_hours * HOUR
        found.append(Owed(step, due, mark, due < now))
    return tuple(found)
