"""A client's relapse-prevention plan: its lines, how two people change them at once, and its signed versions.

The draft is one list of lines, each with an id, the section in which it stands and a count of its changes. An edit says
what its author had seen of the line. Whoever writes over words that they had not seen writes beside them instead: both
stay, under ids of their own, and people choose. A line that somebody took away while another wrote in it comes back
with what was written. So whatever order the edits of two people arrive in, no words are lost (a test plays histories).
An edit that comes twice, because an answer was lost, is known by its operation and changes nothing.

A version is what the lines were at one moment. It never changes; the client signs the digest of what they read, and a
member of staff may sign beside them. Must not touch: clocks, the store; which sections there are is a form's matter
(plan_forms.py).
"""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, assert_never

import msgspec
from msgspec import Meta

from .ids import Millis, PersonId
from .refusals import Code, Refusal

MOST_IN_SECTION = 20
MOST = 150
"""Lines of a plan."""
MOST_EDITS = 40
"""Edits that may come together: what somebody wrote while there was no connection."""
_LINE = r"\A[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*\Z"
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
Text = Annotated[str, Meta(max_length=300, pattern=_LINE)]
"""One line, without control characters and marks that reorder text."""
Relation = Annotated[str, Meta(max_length=80, pattern=_LINE)]
Phone = Annotated[str, Meta(max_length=32, pattern=r"\A[0-9+()./ x*#-]*\Z")]
"""What may stand in a `tel:` link; half a number while somebody types."""
REMEMBERED = 64
"""Operations that are known again."""


class Line(msgspec.Struct, frozen=True):
    """One line of a plan: a sign, a trigger, a step, a reason; or a person to call."""

    id: str
    section: str
    text: str
    """Of a person: their name."""
    relation: str = ""
    phone: str = ""
    ticked: bool = False
    """Tried, or talked through: marked by hand, part of no version."""
    changes: int = 1

    @property
    def words(self) -> tuple[str, str, str]:
        return self.text, self.relation, self.phone

    @property
    def empty(self) -> bool:
        return not any(part.strip() for part in self.words)


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="do"):
    """One thing that somebody did to a plan."""

    id: Name
    """Of the line."""


class Add(Edit, frozen=True, kw_only=True, tag="add"):
    """At the end of its section."""

    section: Name
    text: Text
    relation: Relation = ""
    phone: Phone = ""


class Change(Edit, frozen=True, kw_only=True, tag="change"):
    section: Name
    """Where the line stands, should somebody have taken it away."""
    text: Text
    relation: Relation = ""
    phone: Phone = ""
    seen: int
    """The line's count of changes that the words were written over."""
    beside: Name
    """The id of a line of its own, should somebody else have changed this one."""


class Remove(Edit, frozen=True, kw_only=True, tag="remove"):
    seen: int


class Move(Edit, frozen=True, kw_only=True, tag="move"):
    """Right after another line of its section, or to its top."""

    after: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{0,64}\Z")] = ""


class Tick(Edit, frozen=True, kw_only=True, tag="tick"):
    on: bool


AnyEdit = Add | Change | Remove | Move | Tick


class Draft(msgspec.Struct, frozen=True):
    """What is being written, and which operations it has in it."""

    lines: tuple[Line, ...] = ()
    done: tuple[str, ...] = ()

    def line(self, name: str) -> Line | None:
        return next((one for one in self.lines if one.id == name), None)


EMPTY = Draft()


class Version(msgspec.Struct, frozen=True):
    """The plan as it was at one moment."""

    number: int
    at: Millis
    by: PersonId
    form: str
    """The id of the form whose sections these are."""
    lines: tuple[Line, ...]


class Signed(msgspec.Struct, frozen=True):
    """A version was signed: by the client with a typed name, or by a member of staff beside them."""

    number: int
    at: Millis
    by: PersonId
    typed_name: str
    digest: str
    """Of the lines that they had before them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of one client's plan."""

    revision: int = 0
    """Of the draft."""
    draft: Draft = EMPTY
    versions: tuple[Version, ...] = ()
    signed: tuple[Signed, ...] = ()
    """By the client."""
    countersigned: tuple[Signed, ...] = ()

    @property
    def latest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    def version(self, number: int) -> Version | None:
        return next((one for one in self.versions if one.number == number), None)

    def signature(self, number: int) -> Signed | None:
        return next((one for one in self.signed if one.number == number), None)

    def countersignature(self, number: int) -> Signed | None:
        return next((one for one in self.countersigned if one.number == number), None)

    @property
    def shown(self) -> tuple[Line, ...]:
        """What to read in a bad hour: the last version that was signed, else the last version, else the draft."""
        signed = {one.number for one in self.signed}
        best = [one for one in self.versions if one.number in signed] or list(self.versions)
        return best[-1].lines if best else said(self.draft.lines)


def edited(draft: Draft, edits: Sequence[AnyEdit], op: str, sections: Collection[str]) -> Draft | Refusal:
    """The draft after these edits, all of them or none."""
    if op in draft.done:
        return draft
    lines: Sequence[Line] = draft.lines
    for edit in edits:
        done = _edited(lines, edit, sections)
        if isinstance(done, Refusal):
            return done
        lines = done
    return Draft(tuple(lines), (*draft.done, op)[-REMEMBERED:])


def _edited(lines: Sequence[Line], edit: AnyEdit, sections: Collection[str]) -> Sequence[Line] | Refusal:
    known = next((one for one in lines if one.id == edit.id), None)
    match edit:
        case Add():
            return lines if known else _added(lines, _line(edit.id, edit), sections)
        case Change():
            return _changed(lines, known, edit, sections)
        case Remove():
            return [one for one in lines if one.id != edit.id or one.changes != edit.seen]
        case Move():
            return lines if known is None else _moved(lines, known, edit.after)
        case Tick():
            return [msgspec.structs.replace(one, ticked=edit.on) if one.id == edit.id else one for one in lines]
        case _:
            assert_never(edit)


def _line(name: str, edit: Add | Change) -> Line:
    return Line(name, edit.section, edit.text, edit.relation, edit.phone)


def _changed(
    lines: Sequence[Line], known: Line | None, edit: Change, sections: Collection[str]
) -> Sequence[Line] | Refusal:
    fresh = (edit.text, edit.relation, edit.phone)
    if known is None:
        return _added(lines, _line(edit.id, edit), sections)
    if known.words == fresh:
        return lines
    if known.changes == edit.seen:
        changed = msgspec.structs.replace(
            known, text=edit.text, relation=edit.relation, phone=edit.phone, changes=known.changes + 1
        )
        return [changed if one.id == edit.id else one for one in lines]
    if any(one.id == edit.beside for one in lines):
        return lines
    aside = _added(lines, msgspec.structs.replace(_line(edit.beside, edit), section=known.section), {known.section})
    return aside if isinstance(aside, Refusal) else _moved(aside, aside[-1], edit.id)


def _added(lines: Sequence[Line], line: Line, sections: Collection[str]) -> Sequence[Line] | Refusal:
    if line.section not in sections:
        return Refusal(Code.NO_SUCH_THING)
    if len(lines) >= MOST or sum(one.section == line.section for one in lines) >= MOST_IN_SECTION:
        return Refusal(Code.FULL)
    return [*lines, line]


def _moved(lines: Sequence[Line], line: Line, after: str) -> Sequence[Line]:
    others = [one for one in lines if one.id != line.id]
    if not after:
        return [line, *others]
    place = next((n for n, one in enumerate(others) if one.id == after and one.section == line.section), None)
    return lines if place is None else [*others[: place + 1], line, *others[place + 1 :]]


def said(lines: Sequence[Line]) -> tuple[Line, ...]:
    """What has words in it, as a version keeps it: without marks and counts of changes."""
    return tuple(
        Line(one.id, one.section, one.text.strip(), one.relation.strip(), one.phone.strip())
        for one in lines
        if not one.empty
    )


def digest(lines: Sequence[Line]) -> str:
    """SHA-256 of what a reader sees: sections, words and their order within each."""
    shown = [[one.section, *one.words] for one in sorted(said(lines), key=lambda one: one.section)]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be written: a version, a signature, or both."""

    version: Version | None
    signed: Signed | None = None


def keep(plan: Plan, form: str, at: Millis, by: PersonId) -> Kept | None:
    """A version of the draft; None if nothing is written in it, or nothing new since the last one."""
    lines = said(plan.draft.lines)
    if not lines or (plan.latest is not None and digest(plan.latest.lines) == digest(lines)):
        return None
    return Kept(Version(len(plan.versions) + 1, at, by, form, lines))


def sign(plan: Plan, form: str, read: str, typed_name: str, at: Millis, by: PersonId) -> Kept | Refusal:
    """The client signs what they have read: the last version, or the draft, which becomes one."""
    latest = plan.latest
    if latest is not None and digest(latest.lines) == read:
        if plan.signature(latest.number) is not None:
            return Refusal(Code.ALREADY_SIGNED)
        return Kept(None, Signed(latest.number, at, by, typed_name, read))
    kept = keep(plan, form, at, by)
    if kept is None or kept.version is None or digest(kept.version.lines) != read:
        return Refusal(Code.STALE)
    return replace(kept, signed=Signed(kept.version.number, at, by, typed_name, read))


def countersign(plan: Plan, number: int, name: str, at: Millis, by: PersonId) -> Kept | Refusal:
    """A member of staff signs beside the client, after them."""
    version = plan.version(number)
    if version is None or plan.signature(number) is None:
        return Refusal(Code.NO_SUCH_THING)
    if plan.countersignature(number) is not None:
        return Refusal(Code.ALREADY_SIGNED)
    return Kept(None, Signed(number, at, by, name, digest(version.lines)))


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version says that the one before did not."""

    added: tuple[Line, ...] = ()
    changed: tuple[tuple[Line, Line], ...] = ()
    """Before and after."""
    removed: tuple[Line, ...] = ()
    moved: bool = False
    """Whether lines that both have stand in another order."""


def compare(older: Version | None, newer: Version) -> Difference:
    """What is new in a version."""
    before = {} if older is None else {one.id: one for one in older.lines}
    after = {one.id: one for one in newer.lines}
    differs: Callable[[Line, Line], bool] = lambda one, two: one.words != two.words  # noqa: E731
    both = [name for name in before if name in after]
    return Difference(
        tuple(one for name, one in after.items() if name not in before),
        tuple((before[name], after[name]) for name in both if differs(before[name], after[name])),
        tuple(one for name, one in before.items() if name not in after),
        _order(before, both) != _order(after, both),
    )


def _order(lines: dict[str, Line], names: Collection[str]) -> list[tuple[str, str]]:
    """By section: lines of different sections have no order among them."""
    return sorted(((one.section, name) for name, one in lines.items() if name in names), key=lambda pair: pair[0])
