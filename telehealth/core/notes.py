"""Progress notes: who reads and writes them, when a save is accepted, and what must be there before they are signed.

A session's note is one section about the group and one about each client (DOMAIN 3.2). Two editors never overwrite
each other silently: a save names the revision that it started from. Signing is one act for the whole note, after the
session; a signed section never changes again, and its digest says what was signed.

Must not touch: the store, HTTP. The text never leaves a section: no rule here puts it into a refusal or an event.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from .ids import Millis, PersonId, SessionId
from .records import NoteSection, NoteState, Session
from .refusals import Code, Refusal
from .roles import Action, Role, may

MAX_TEXT = 20_000
"""Characters in one section: about ten printed pages, and well within one request."""


def may_write(session: Session, person: PersonId, role: Role) -> bool:
    """Whether a signed-in member of staff may write and sign this session's note: only those who lead it."""
    return may(role, Action.WRITE_NOTES) and person in (*session.facilitators, *session.cofacilitators)


def may_read(session: Session, person: PersonId, role: Role) -> bool:
    """Whoever may write it; minimum necessary leaves nobody else (DOMAIN 1.6)."""
    return may_write(session, person, role)


def decide_save(
    current: NoteSection | None,
    *,
    session: SessionId,
    about: PersonId | None,
    text: str,
    author: PersonId,
    at: Millis,
    if_revision: int,
) -> NoteSection | Refusal:
    """The revision to be written, or why not: the section is signed, somebody else saved meanwhile, the text is bad."""
    if current is not None and current.state is NoteState.SIGNED:
        return Refusal(Code.ALREADY_SIGNED)
    if if_revision != (current.revision if current else 0):
        return Refusal(Code.STALE)
    if len(text) > MAX_TEXT:
        return Refusal(Code.TOO_LARGE)
    if any("\ud800" <= character <= "\udfff" for character in text):
        return Refusal(Code.MALFORMED)  # half a surrogate pair is valid JSON, but cannot be stored as UTF-8
    return NoteSection(session, about, if_revision + 1, NoteState.DRAFT, text, author, at)


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The note cannot be signed yet: these sections (`None` is the group's) are empty."""

    missing: tuple[PersonId | None, ...]


def needed(kind: str, present: Iterable[PersonId]) -> tuple[PersonId | None, ...]:
    """The sections without which a note is incomplete: each present client's, and the group's.

    The note of an individual session is its client's section; a second text would only repeat it.
    """
    clients = tuple(sorted(present))
    return clients if kind == "individual" and clients else (None, *clients)


def decide_sign(
    sections: Iterable[NoteSection],
    needed: Collection[PersonId | None],
    *,
    by: PersonId,
    at: Millis,
    ended: bool,
) -> tuple[NoteSection, ...] | Incomplete | Refusal:
    """The signed revisions to be written, one for each section with text that is not signed yet.

    Sections about people who were not there are signed, too, where somebody wrote one. Author and time of saving stay
    those of the text; the signature has its own.
    """
    if not ended:
        return Refusal(Code.NOT_NOW)
    written = {section.about: section for section in sections if section.text.strip()}
    missing = tuple(about for about in needed if about not in written)
    if missing:
        return Incomplete(missing)
    drafts = [section for section in written.values() if section.state is NoteState.DRAFT]
    if not drafts:
        return Refusal(Code.ALREADY_SIGNED)
    return tuple(_signed(section, by, at) for section in drafts)


def _signed(section: NoteSection, by: PersonId, at: Millis) -> NoteSection:
    signed = replace(section, revision=section.revision + 1, state=NoteState.SIGNED, signed=at, signed_by=by)
    return replace(signed, digest=digest(signed))


def digest(section: NoteSection) -> str:
    """SHA-256 (hex) of what a signature covers: text, authorship, signature and place. Each field is preceded by its
    length, so that no two sections share a form."""
    fields = (
        "note-section-1",
        section.session,
        "group" if section.about is None else "person",
        section.about or "",
        str(section.revision),
        section.author,
        str(section.saved),
        str(section.signed_by),
        str(section.signed),
        section.text,
    )
    canonical = b"".join(b"%d:%s" % (len(part), part) for part in (field.encode() for field in fields))
    return hashlib.sha256(canonical).hexdigest()
