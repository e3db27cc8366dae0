"""Formats of meetings: cards that are read or said in their order, so that a peer can host a meeting without a script.

A rule pack of the kind `format`. A clinic adds its own as files; the words of fellowships are theirs, so none ship.
Must not touch: files.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .pack_cases import identity, prove
from .toml import Table

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Card:
    title: Mapping[str, str]
    """By language."""
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Format:
    id: str
    name: str
    version: int
    title: Mapping[str, str]
    cards: tuple[Card, ...]


def format_from(table: Table, tests: list[Table]) -> tuple[str, int, Format]:
    """The format that a pack says. Raises `ValueError`."""
    name, version, rule_id = identity(table)
    title = {language: table.text(f"title_{language}") for language in LANGUAGES}
    cards = tuple(_card(one) for one in table.tables("card"))
    table.done()
    if not 1 <= len(cards) <= 50:
        raise table.wrong("a format needs between 1 and 50 cards")
    prove(tests, lambda test: (test.whole("cards", 1, 50), len(cards)))
    return name, version, Format(rule_id, name, version, title, cards)


def _card(table: Table) -> Card:
    title = {language: table.text(f"title_{language}") for language in LANGUAGES}
    text = {language: table.text(language) for language in LANGUAGES}
    table.done()
    return Card(title, text)
