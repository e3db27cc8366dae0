"""Templates of progress notes: which fields a section has, what they are called, and which may not stay empty.

DAP, BIRP, SOAP, GIRP and free text are data files that a clinic can add to (DOMAIN 3.2). A section names its template
with the version, so a note that was signed under an older one still reads as it was written. Must not touch: files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .note_records import FREE, TEXT, Content

SHARED = "group"
"""The template that is for the section which everybody of a session shares, and for no client's own."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    title: str
    hint: str = ""
    """What belongs there, in a few words."""
    required: bool = True
    """Whether a section that is not empty needs it before it is signed."""


@dataclass(frozen=True, slots=True)
class Template:
    id: str
    """Name and version: `dap/1`."""
    title: str
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def version(self) -> int:
        return int(self.id.rpartition("/")[2])


def offered(templates: Iterable[Template], names: Iterable[str]) -> tuple[Template, ...]:
    """The latest version of each named template, in the order of the names."""
    latest: dict[str, Template] = {}
    for template in sorted(templates, key=lambda one: one.version):
        latest[template.name] = template
    return tuple(latest[name] for name in names if name in latest)


@dataclass(frozen=True, slots=True)
class Begins:
    """Ids of the templates with which sections begin that nobody has written in."""

    shared: str
    client: str


def begins(offered: Sequence[Template], kind: str) -> Begins:
    """What the sections of a note begin with, where the kind of session names `kind`, which may be empty.

    The one that is named if it is offered, else the first that is; but a client's own section never begins with what
    is for everybody's. Free text where nothing is left.
    """
    named = [one for one in offered if one.name == kind]
    own = [one for one in (*named, *offered) if one.name != SHARED]
    client = own[0].id if own else FREE
    return Begins(named[0].id if named else client, client)


def fitted(template: Template, fields: Mapping[str, str], goals: Iterable[str]) -> Content | None:
    """The fields in the template's order; None if one is not of this template."""
    if not set(fields) <= {field.name for field in template.fields}:
        return None
    written = tuple((field.name, fields[field.name]) for field in template.fields if fields.get(field.name))
    return Content(template.id, written, tuple(dict.fromkeys(goals)))


def unfilled(template: Template | None, content: Content) -> tuple[str, ...]:
    """Fields that may not stay empty and are. A section without a word has none: it lacks everything."""
    if template is None or content.empty:
        return ()
    fields = dict(content.fields)
    return tuple(field.name for field in template.fields if field.required and not fields.get(field.name, "").strip())


def titled(template: Template | None, content: Content) -> tuple[tuple[str, str], ...]:
    """Title and text of each field that has one, for whoever prints it. A lone text needs no title; where the template
    is not there any more, the names of the fields stand for their titles."""
    if template is None:
        titles = {name: name.replace("_", " ").capitalize() for name, _ in content.fields}
    else:
        titles = {field.name: field.title for field in template.fields}
    return tuple(
        ("" if name == TEXT else titles.get(name, name), text) for name, text in content.fields if text.strip()
    )
