"""What clients are asked at the beginning and at the end of a session: items of one line, and what they answered.

A rule pack of the kind `scales` (DOMAIN 6): a clinic's own is a file with the same name and a higher version. Each item
says under which licence it is used, and a pack with an item that says nothing is refused: questionnaires have owners. A
code that was answered must stay readable, so an item that asks something else gets another code.

Answers are kept under the client's own key (core/tools/scales.py): a clinical result, so part of the record and none of
a counselling note, and never of an export for billing.

Must not touch: files, clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .pack_cases import identity
from .toml import Table

LONGEST_WORDS = 280
"""Characters."""


class When(StrEnum):
    """At which end of the session."""

    IN = "in"
    OUT = "out"


class Answers(StrEnum):
    """How an item is answered."""

    SCALE = "scale"
    """From 0 to 10."""
    YES_NO = "yes_no"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class ScaleItem:
    """One question."""

    code: str
    answers: Answers
    asked: tuple[When, ...]
    text: Mapping[str, str]
    """The question, by language."""
    low: Mapping[str, str]
    """What 0 means; empty where there is no scale."""
    high: Mapping[str, str]
    licence: str
    better: str = ""
    """low | high: which end one hopes for; empty where none is better."""
    signal: bool | None = None
    """The answer to yes or no that calls staff in silence; None: neither."""


@dataclass(frozen=True, slots=True)
class ScaleRules:
    """Every item that a pack has."""

    id: str
    items: tuple[ScaleItem, ...]

    def asked(self, when: When) -> tuple[ScaleItem, ...]:
        return tuple(item for item in self.items if when in item.asked)


NO_SCALES = ScaleRules("", ())


def fits(item: ScaleItem, value: int | bool | str) -> bool:
    """Whether it is an answer to that question."""
    if item.answers is Answers.YES_NO:
        return isinstance(value, bool)
    if item.answers is Answers.WORDS:
        return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_WORDS
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10


def scales_from(table: Table, tests: list[Table]) -> tuple[str, int, ScaleRules]:
    """The items that a pack says. Raises `ValueError`."""
    name, version, rule_id = identity(table)
    items = tuple(_item(one) for one in table.tables("item"))
    table.done()
    if not items or len({item.code for item in items}) < len(items):
        raise table.wrong("a pack of scales needs items, each with a code of its own")
    if tests:
        raise table.wrong("items are their own test")
    return name, version, ScaleRules(rule_id, items)


def _item(table: Table) -> ScaleItem:
    answers = Answers(table.choice("answers", list(Answers)))
    scale = answers is Answers.SCALE
    signal = table.yes("signal") if table.has("signal") else None
    if signal is not None and answers is not Answers.YES_NO:
        raise table.wrong("only an item that is answered by yes or no can have a signal")
    item = ScaleItem(
        code=table.name("code"),
        answers=answers,
        asked=tuple(when for when in When if table.yes(f"asked_{when}")),
        text=_by_language(table, "text"),
        low=_by_language(table, "low") if scale else {},
        high=_by_language(table, "high") if scale else {},
        licence=table.text("licence"),
        better=table.choice("better", ("low", "high")) if scale else "",
        signal=signal,
    )
    table.done()
    return item


def _by_language(table: Table, what: str) -> dict[str, str]:
    return {language: table.text(f"{what}_{language}") for language in ("en", "es")}
