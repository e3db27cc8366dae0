"""The topics of a programme's curriculum: what a session can be said to have been about (DOMAIN 2.1).

A rule pack of the kind `curriculum`, a list for each language; a clinic's own with a higher version takes its place.
Staff may always write other words: it is a help to say the same thing in the same way. Must not touch: files.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .materials import LANGUAGES, MAX_TOPIC
from .pack_cases import identity
from .toml import Table


@dataclass(frozen=True, slots=True)
class Curriculum:
    id: str
    topics: Mapping[str, tuple[str, ...]]
    """By language."""


def curriculum_from(table: Table, tests: list[Table]) -> tuple[str, int, Curriculum]:
    """The topics that a pack names. Raises `ValueError`."""
    name, version, rule_id = identity(table)
    topics = {language: _topics(table, language) for language in LANGUAGES if table.has(language)}
    table.done()
    if not topics:
        raise table.wrong(f"a curriculum needs topics in one of {', '.join(LANGUAGES)}")
    if tests:
        raise table.wrong("a curriculum has no tests")
    return name, version, Curriculum(rule_id, topics)


def _topics(table: Table, language: str) -> tuple[str, ...]:
    values = table.take(language)
    if not isinstance(values, list) or not all(
        isinstance(one, str) and one.strip() and len(one) <= MAX_TOPIC for one in values
    ):
        raise table.wrong(f"{language} must be a list of topics of at most {MAX_TOPIC} characters")
    return tuple(values)
