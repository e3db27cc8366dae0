"""What a file of note templates and a file of note policy may say (packs.py reads all kinds of packs).

Must not touch: files.
"""

import re

from .note_policy import NotePolicy, PlanGoals
from .note_templates import Field, Template
from .toml import NAME, Table

_FIELD = re.compile(r"[a-z]+(_[a-z]+)*")


def template(table: Table, tests: list[Table]) -> tuple[str, int, Template]:
    """One template. Its fields are what it does, so it brings no tests."""
    name, version = table.name("name"), table.whole("version", 1, 9999)
    title = table.text("title")
    fields = tuple(map(_field, table.tables("field")))
    table.done()
    names = [field.name for field in fields]
    if not names or len(set(names)) < len(names):
        raise table.wrong("a template needs at least one [[field]], each with a name of its own")
    if tests:
        raise table.wrong("a template has no tests")
    return name, version, Template(f"{name}/{version}", title, fields)


def _field(table: Table) -> Field:
    name = table.text("name")
    if not _FIELD.fullmatch(name):
        raise table.wrong("name must be lower-case words joined by underscores")
    field = Field(name, table.text("title"), table.text("hint", ""), table.yes("required"))
    table.done()
    return field


def policy(table: Table, tests: list[Table]) -> tuple[str, int, NotePolicy]:
    """What signing needs, and what the lints go by."""
    name, version = table.name("name"), table.whole("version", 1, 9999)
    rule = NotePolicy(
        name,
        version,
        PlanGoals(table.choice("plan_goals", [str(one) for one in PlanGoals])),
        table.yes("attested"),
        table.text("late_notes"),
        _texts(table, "templates"),
        table.whole("similar_percent", 1, 100),
        table.whole("similar_words", 1, 1000),
        frozenset(_texts(table, "words")),
        frozenset(_texts(table, "abbreviations")),
    )
    table.done()
    if not rule.templates or not all(NAME.fullmatch(one) for one in rule.templates):
        raise table.wrong("templates must name at least one, without versions, such as dap")
    if tests:
        raise table.wrong("a policy of notes has no tests")
    return name, version, rule


def _texts(table: Table, key: str) -> tuple[str, ...]:
    values = table.take(key)
    if not isinstance(values, list) or any(not isinstance(one, str) or not one.strip() for one in values):
        raise table.wrong(f"{key} must be a list of words")
    return tuple(values)
