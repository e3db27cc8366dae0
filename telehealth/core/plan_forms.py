"""What a relapse-prevention plan asks: its sections, their words, where to turn. A rule pack of the kind `plan_form`.

A clinic's own file of the same name and a higher version takes the place of the one that ships. Lines of a plan name
their section by its code, so a code that was used keeps its meaning; a section that a later form leaves out is still
shown with what stands in it. Must not touch: files, plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .pack_cases import identity
from .toml import Table

LANGUAGES = ("en", "es")
MOST_SECTIONS = 12
"""With one line of each, all of them fit on a card."""
MOST_NUMBERS = 4


class Shape(StrEnum):
    """What the lines of a section are."""

    LINES = "lines"
    STEPS = "steps"
    """In order, one after the other."""
    PEOPLE = "people"
    """A name, a relation and a number to call."""


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    shape: Shape
    card: int
    """Its place on the card for the wallet; 0 if it is not on it."""
    title: Mapping[str, str]
    prompt: Mapping[str, str]
    """What is asked, by language."""
    ideas: Mapping[str, tuple[str, ...]]
    """What others have written there, to take over with one tap."""


@dataclass(frozen=True, slots=True)
class Number:
    """Whom to call that is no friend."""

    number: str
    """`clinic` stands for the clinic's own."""
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    sections: tuple[Section, ...]
    numbers: tuple[Number, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.sections)

    def on_card(self) -> Sequence[Section]:
        return sorted((one for one in self.sections if one.card), key=lambda one: one.card)


CLINIC = "clinic"


def form_of(table: Table, tests: list[Table]) -> tuple[str, int, Form]:
    """The form that a pack says. Raises `ValueError`."""
    name, version, form_id = identity(table)
    sections = tuple(_section(one) for one in table.tables("section"))
    numbers = tuple(_number(one) for one in table.tables("number"))
    table.done()
    if not 1 <= len(sections) <= MOST_SECTIONS or len({one.code for one in sections}) < len(sections):
        raise table.wrong(f"a form needs 1 to {MOST_SECTIONS} sections, each with a code of its own")
    if len(numbers) > MOST_NUMBERS:
        raise table.wrong(f"a form names at most {MOST_NUMBERS} numbers")
    if tests:
        raise table.wrong("a form has no tests")
    return name, version, Form(form_id, sections, numbers)


def _section(table: Table) -> Section:
    section = Section(
        table.name("code"),
        Shape(table.choice("shape", list(Shape))),
        table.whole("card", 0, MOST_SECTIONS),
        _spoken(table.table("title")),
        _spoken(table.table("prompt")),
        _ideas(table.table("ideas")) if table.has("ideas") else dict.fromkeys(LANGUAGES, ()),
    )
    table.done()
    return section


def _number(table: Table) -> Number:
    number = Number(table.text("number"), _spoken(table.table("text")))
    table.done()
    return number


def _spoken(table: Table) -> Mapping[str, str]:
    words = {language: table.text(language) for language in LANGUAGES}
    table.done()
    return words


def _ideas(table: Table) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        values = table.take(language)
        if not isinstance(values, list) or any(not isinstance(one, str) or not one.strip() for one in values):
            raise table.wrong(f"{language} must be a list of texts")
        found[language] = tuple(values)
    table.done()
    return found
