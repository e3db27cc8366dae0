"""A client's progress note of one session, as it may leave: the shared section and their own, and nobody else's.

A note is there once both sections have every signature that they need under the signed text. What came afterwards
(addendum, correction, "entered in error") stands beside it, labelled. Answers to lints stay behind, because they say
whose name was found where. What machines are sent, FHIR and PDF are made of this one value.

Must not touch: the store, how anything is drawn. SUD counselling notes are another record and never come here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from .ids import Millis, PersonId, SessionId
from .note_records import Content, LaterKind, NoteSection, NoteState
from .notes import needed, pending


class Standing(StrEnum):
    """Of the whole note."""

    FINAL = "final"
    AMENDED = "amended"
    """Something was added or corrected."""
    ERROR = "entered_in_error"
    """It says that it ought not to be there. It still is."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One client's note of one session."""

    session: SessionId
    client: PersonId
    shared: NoteSection | None
    """The group's section; None where the kind of session has none."""
    own: NoteSection
    completed: Millis
    """When the last signature was there that the signed text needs."""
    standing: Standing

    @property
    def parts(self) -> tuple[NoteSection, ...]:
        return (self.own,) if self.shared is None else (self.shared, self.own)

    @property
    def changed(self) -> Millis:
        """When the last thing was done to it."""
        return max(self.completed, *(one.at for part in self.parts for one in part.later), 0)


def rendered(kind: str, client: PersonId, sections: Mapping[PersonId | None, NoteSection]) -> Rendered | None:
    """The client's note, if it is signed. `kind` is the session's; sections of others are not looked at."""
    found: list[NoteSection] = []
    times: list[Millis] = []
    for about in (None, client):
        section = sections.get(about)
        at = None if section is None else completed(section)
        if section is not None and at is not None:
            found.append(_without_answers(section))
            times.append(at)
        elif about in needed(kind, [client]):
            return None
    *shared, own = found
    return Rendered(own.session, client, shared[0] if shared else None, own, max(times), _standing(found))


def completed(section: NoteSection) -> Millis | None:
    """When the signed text had every signature that it needs, whatever was added since; None if it has not."""
    if section.signed is None or 0 in pending(section):
        return None
    return next((one.at for one in section.later if 0 in one.covers), section.signed)


def _standing(parts: list[NoteSection]) -> Standing:
    if any(part.state is NoteState.ENTERED_IN_ERROR for part in parts):
        return Standing.ERROR
    added = {one.kind for part in parts for one in part.later} & {LaterKind.ADDENDUM, LaterKind.CORRECTION}
    return Standing.AMENDED if added else Standing.FINAL


def _without_answers(section: NoteSection) -> NoteSection:
    return replace(section, answers=(), later=tuple(replace(one, answers=()) for one in section.later))


@dataclass(frozen=True, slots=True)
class Document:
    """The note itself, or something that was written later, as a document of its own.

    An addendum has its own text only and appends to the note. A correction has the whole note as it counted from then
    on, and replaces the document that counted before.
    """

    shared: bool
    """Of a later document: whether it was done to the shared section."""
    number: int
    """Which later entry; 0 is the note as it was signed."""
    kind: LaterKind | None
    at: Millis
    authors: tuple[PersonId, ...]
    texts: tuple[tuple[NoteSection, Content], ...]
    """Each part that it has, and what it says of it."""
    signatures: tuple[tuple[PersonId, Millis], ...]
    """Who signed, and when, in order."""
    cosignatures: tuple[tuple[PersonId, Millis], ...]
    reason: str = ""
    waits: bool = False
    """A co-signature that it needs is not there yet."""
    relates: tuple[bool, int] | None = None
    """What it appends to or replaces: `shared` and `number` of that document."""
    superseded: bool = False


def documents(note: Rendered) -> tuple[Document, ...]:
    """The note, then what was written later, in order of time."""
    base = Document(
        False,
        0,
        None,
        note.completed,
        tuple(dict.fromkeys(part.author for part in reversed(note.parts))),
        tuple((part, part.content) for part in note.parts),
        _distinct((str(part.signed_by), part.signed or 0) for part in note.parts),
        _distinct((one.author, one.at) for part in note.parts for one in part.later if 0 in one.covers),
    )
    later = [
        (one.at, part.about is None, number, part, one)
        for part in note.parts
        for number, one in enumerate(part.later, 1)
        if one.content is not None
    ]
    counting, made = 0, [base]
    counts = {part.about: part.content for part in note.parts}
    for at, shared, number, part, one in sorted(later, key=lambda entry: entry[:3]):
        assert one.content is not None
        corrects = one.kind is LaterKind.CORRECTION
        before = made[counting]
        if corrects:
            counts[part.about] = one.content
            made[counting] = replace(before, superseded=True)
            counting = len(made)
        made.append(
            Document(
                shared,
                number,
                one.kind,
                at,
                (one.author,),
                tuple((p, counts[p.about]) for p in note.parts) if corrects else ((part, one.content),),
                ((one.author, at),),
                tuple((c.author, c.at) for c in part.later if number in c.covers),
                one.reason,
                number in pending(part),
                (before.shared, before.number) if corrects else (False, 0),
            )
        )
    return tuple(made)


def _distinct(signed: Iterable[tuple[str, Millis]]) -> tuple[tuple[PersonId, Millis], ...]:
    return tuple(dict.fromkeys((PersonId(who), at) for who, at in signed))
