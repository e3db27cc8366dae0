"""The clinic's crisis plan: how long whom may be gone before staff are alarmed, and what is then done in which order.

A rule pack of the kind `crisis` (DOMAIN 5): time limits and steps are a programme's policy, so a clinic's own file with
a higher version takes the place of the one that ships. The room's log records which step was taken, when, by whom and
what came of it, by the step's code; a code that was used must stay readable, so steps are renamed by a new code.

Must not touch: clocks, people; who is called is on the crisis card (edge/crisis.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .events import Risk
from .ids import Millis
from .pack_cases import identity, prove
from .toml import Table

WHOM = ("client", "emergency_contact", "local_emergency", "supervisor", "nobody")


@dataclass(frozen=True, slots=True)
class PlannedStep:
    code: str
    after: Millis
    """Since the alarm: when it is due unless there was contact before."""
    whom: str
    """Whose number is shown with it: one of `WHOM`."""
    contact: bool
    """Whether speaking with whom it calls is contact with the client."""
    number: str
    """A number of the step's own, such as 988; empty for one of the card's."""
    text: Mapping[str, str]
    """What to do, by language."""


@dataclass(frozen=True, slots=True)
class CrisisPlan:
    id: str
    patience: Mapping[Risk, Millis]
    steps: tuple[PlannedStep, ...]

    def due(self, waited: Millis) -> int:
        """How many steps are due so long after an alarm."""
        return sum(step.after <= waited for step in self.steps)

    def knows(self, step: str) -> bool:
        return any(one.code == step for one in self.steps)


def plan_from(table: Table, tests: list[Table]) -> tuple[str, int, CrisisPlan]:
    """The plan that a pack says. Raises `ValueError`."""
    name, version, rule_id = identity(table)
    patience = {risk: table.whole(f"{risk}_after_seconds", 0, 3600) * 1000 for risk in (Risk.WATCH, Risk.AT_RISK)}
    steps = tuple(_step(step) for step in table.tables("step"))
    table.done()
    if not steps or len({step.code for step in steps}) < len(steps):
        raise table.wrong("a crisis plan needs steps, each with a code of its own")
    if [step.after for step in steps] != sorted(step.after for step in steps):
        raise table.wrong("steps must stand in the order in which they are due")
    plan = CrisisPlan(rule_id, patience, steps)
    prove(tests, lambda test: (test.whole("due", 0, 100), plan.due(test.whole("seconds", 0, 86_400) * 1000)))
    return name, version, plan


def _step(table: Table) -> PlannedStep:
    code, after = table.name("code"), table.whole("after_seconds", 0, 86_400) * 1000
    whom = table.choice("whom", WHOM)
    contact, number = table.yes("contact"), table.text("number", "")
    text = {language: table.text(language) for language in ("en", "es")}
    table.done()
    return PlannedStep(code, after, whom, contact, number, text)


NO_PLAN = CrisisPlan("none/0", {}, ())
"""Everybody who is looked after is missed at once, and nothing is said of what to do."""
