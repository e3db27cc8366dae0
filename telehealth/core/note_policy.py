"""What a clinic asks of a note before it is signed. A data file says it: payers and states differ (DOMAIN 3.3)."""

from dataclasses import dataclass
from enum import StrEnum


class PlanGoals(StrEnum):
    """Whether a client's section needs a goal of the treatment plan."""

    NEVER = "never"
    IF_ANY = "if_any"
    """Where the client's plan has an open goal."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class NotePolicy:
    """One file of it."""

    name: str
    version: int
    plan_goals: PlanGoals
    attested: bool
    """Whether the roster has to be signed first."""
    late_notes: str
    """The id of the rule by which a note is late."""
    templates: tuple[str, ...]
    """Names of those that are offered; the first is what a new section begins with."""
    similar_percent: int
    """From here on two sections count as near-identical."""
    similar_words: int
    """Shorter ones are compared only with what is equal word for word."""
    words: frozenset[str]
    """Words of the language that are names, too: found only with a capital."""
    abbreviations: frozenset[str]
    """Initials that mean something else in most notes: a question, not a refusal."""

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"
