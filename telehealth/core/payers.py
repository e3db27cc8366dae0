"""Which unit rule a payer uses for which kind of session. There is no default payer and no default rule.

A wrong default is a false claim, so whoever has no rule has no units, and the reason `no_rule`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .units import UnitRule, units


@dataclass(frozen=True, slots=True)
class PayerRule:
    """One line of a contract: this payer bills these kinds by this rule."""

    payer: str
    kinds: tuple[str, ...]
    unit_rule: str
    """The id of a unit rule."""
    effective_from: date | None = None
    effective_to: date | None = None
    """The last day on which it holds."""

    def holds(self, payer: str, kind: str, day: date) -> bool:
        return payer == self.payer and kind in self.kinds and in_force(self.effective_from, self.effective_to, day)


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


def rule_of(payer: str, kind: str, day: date, rules: Iterable[PayerRule]) -> str | None:
    """The id of the unit rule for a date of service; the first line that holds, None if none does."""
    return next((rule.unit_rule for rule in rules if rule.holds(payer, kind, day)), None)


def billed(minutes: int, rule: UnitRule | None) -> Units:
    """The units of whole minutes: of the session's, or of the day's where the rule is one of a day."""
    return NO_RULE if rule is None else Units(units(minutes, rule), rule.id)
