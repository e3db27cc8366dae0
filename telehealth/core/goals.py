"""Treatment-plan goals of a client: what a note ties its work to (DOMAIN 2.1, 3.4: "service not in plan").

A goal is never changed, only closed, once: a signed note that names it means the same text for ever.
Must not touch: the store.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .ids import Millis, PersonId

MAX_TEXT = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal. The text is sealed."""

    id: str
    client: PersonId
    text: str
    effective_from: date
    author: PersonId
    recorded: Millis
    effective_to: date | None = None
    """The last day on which it is one; None while it is."""

    def open_on(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


def picked(goals: Iterable[Goal], ids: Iterable[str]) -> tuple[Goal, ...]:
    """Those that a section names, in its order."""
    known = {goal.id: goal for goal in goals}
    return tuple(known[name] for name in ids if name in known)


def open_on(goals: Iterable[Goal], day: date) -> frozenset[str]:
    """The ids of those that the plan has on a day."""
    return frozenset(goal.id for goal in goals if goal.open_on(day))
