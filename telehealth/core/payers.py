"""Which unit rule a payer uses for which kind of session, and what it wants beside the units. There is no default.

A wrong default is a false claim, so whoever has no rule has no units, and the reason `no_rule`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .attendance import Modality
from .units import UnitRule, units


@dataclass(frozen=True, slots=True)
class PayerRule:
    """One line of a contract: this payer bills these kinds by this rule."""

    payer: str
    kinds: tuple[str, ...]
    """Where the rule is one of a day, the kinds whose minutes make the day."""
    unit_rule: str
    """The id of a unit rule."""
    effective_from: date | None = None
    effective_to: date | None = None
    """The last day on which it holds."""
    caps: str = ""
    """The id of a caps pack; empty where the payer names none."""
    procedure_code: str = ""
    revenue_code: str = ""
    modifiers: tuple[str, ...] = ()
    """On every claim line."""
    modifiers_audio_video: tuple[str, ...] = ()
    modifiers_audio_only: tuple[str, ...] = ()
    modifiers_mixed: tuple[str, ...] = ()
    pack: str = ""
    """Where the line stands: name and version of the pack."""

    def holds(self, payer: str, kind: str, day: date) -> bool:
        return payer == self.payer and kind in self.kinds and in_force(self.effective_from, self.effective_to, day)

    def modifiers_for(self, modality: Modality | None) -> tuple[str, ...]:
        """Those of every line, then those of how it was attended."""
        match modality:
            case Modality.AUDIO_VIDEO:
                return self.modifiers + self.modifiers_audio_video
            case Modality.AUDIO_ONLY:
                return self.modifiers + self.modifiers_audio_only
            case Modality.MIXED:
                return self.modifiers + self.modifiers_mixed
            case _:
                return self.modifiers


@dataclass(frozen=True, slots=True)
class Units:
    """What may be written on a claim line. `units` is None where no rule says, and `reason` tells why."""

    units: int | None
    unit_rule: str = ""
    reason: str = ""


NO_RULE = Units(None, reason="no_rule")


def in_force(first: date | None, last: date | None, day: date) -> bool:
    """Whether `day` lies within both ends; an end that is not given is open."""
    return (first is None or first <= day) and (last is None or day <= last)


def line_of(payer: str, kind: str, day: date, rules: Iterable[PayerRule]) -> PayerRule | None:
    """The line of a contract for a date of service; the first that holds, None if none does."""
    return next((rule for rule in rules if rule.holds(payer, kind, day)), None)


def rule_of(payer: str, kind: str, day: date, rules: Iterable[PayerRule]) -> str | None:
    """The id of the unit rule for a date of service."""
    line = line_of(payer, kind, day, rules)
    return None if line is None else line.unit_rule


def billed(minutes: int, rule: UnitRule | None) -> Units:
    """The units of whole minutes: of the session's, or of the day's where the rule is one of a day."""
    return NO_RULE if rule is None else Units(units(minutes, rule), rule.id)
