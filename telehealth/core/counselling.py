"""SUD counselling notes (42 CFR 2.11): the author's own analysis of what was said, kept apart from the record.

They are not part of the progress note and nothing is billed on them. What belongs into a progress note - when a session
began and ended above all - may not be put here, where nobody could find it (DOMAIN 3.1). One note by each author about
each client of a session, or about the group. Whoever may read one is its author: that is not a rule to be asked, but
how they are found (store/counselling.py). Must not touch: the store, HTTP. No text leaves a note in a refusal.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .ids import Millis, PersonId, SessionId
from .note_lints import clock_times
from .refusals import Code, Refusal
from .spans import Span

MAX_TEXT = 20_000
"""Characters, as in a section of a progress note."""


@dataclass(frozen=True, slots=True)
class CounsellingNote:
    """One author's note. Its text is sealed under a key of its own."""

    session: SessionId
    author: PersonId
    about: PersonId | None
    """None is the group."""
    revision: int
    """0 is "never saved". The ETag is made of it."""
    text: str
    saved: Millis
    signed: Millis | None = None
    digest: str = ""
    """SHA-256 of what was signed."""


@dataclass(frozen=True, slots=True)
class Times:
    """It holds times, here, in characters: those belong into the progress note."""

    spans: tuple[Span, ...]


def times(text: str) -> tuple[Span, ...]:
    """Where a text tells a time of day, or how long something took: by the rule of all notes (note_lints.py)."""
    return tuple((found.start, found.end) for found in clock_times(None, [("text", text)]))


def decide_save(
    current: CounsellingNote | None,
    *,
    session: SessionId,
    author: PersonId,
    about: PersonId | None,
    text: str,
    at: Millis,
    if_revision: int,
) -> CounsellingNote | Times | Refusal:
    """The revision to be written, or why not."""
    if current is not None and current.signed is not None:
        return Refusal(Code.ALREADY_SIGNED)
    if if_revision != (current.revision if current else 0):
        return Refusal(Code.STALE)
    if len(text) > MAX_TEXT:
        return Refusal(Code.TOO_LARGE)
    if any("\ud800" <= character <= "\udfff" for character in text):
        return Refusal(Code.MALFORMED)  # half a surrogate pair is valid JSON, but cannot be stored as UTF-8
    if found := times(text):
        return Times(found)
    return CounsellingNote(session, author, about, if_revision + 1, text, at)


def decide_sign(notes: Sequence[CounsellingNote], at: Millis) -> tuple[CounsellingNote, ...] | Refusal:
    """The signed revision of each of the author's notes of a session that has a text and is not signed yet."""
    drafts = [note for note in notes if note.signed is None and note.text.strip()]
    if not drafts:
        return Refusal(Code.ALREADY_SIGNED if any(note.signed for note in notes) else Code.NOTE_INCOMPLETE)
    return tuple(_signed(note, at) for note in drafts)


def _signed(note: CounsellingNote, at: Millis) -> CounsellingNote:
    signed = replace(note, revision=note.revision + 1, signed=at)
    return replace(signed, digest=digest(signed))


def digest(note: CounsellingNote) -> str:
    """SHA-256 (hex) of what a signature covers. Each field is preceded by its length."""
    fields = (
        "counselling-note-1",
        note.session,
        "group" if note.about is None else "person",
        note.about or "",
        str(note.revision),
        note.author,
        str(note.saved),
        str(note.signed),
        note.text,
    )
    canonical = b"".join(b"%d:%s" % (len(part), part) for part in (field.encode() for field in fields))
    return hashlib.sha256(canonical).hexdigest()
