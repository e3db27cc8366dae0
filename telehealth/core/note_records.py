"""What a progress note is made of: sections, what stands in them, what was frozen at signing, and what came after.

A section is shared by the group or about one client. While it is a draft, each save is a revision; signing freezes it.
Whatever is done to it afterwards (a co-signature, an addendum, a correction, "entered in error") is one more entry of
`later`, and nothing that stands already is changed by it. `notes.py` decides what may happen and makes the digests.

Everything in `content`, `facts`, `answers` and `later` is sealed by `store`; the other fields are ids, times and codes.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from .ids import Millis, PersonId, SessionId

FREE = "free/1"
"""The template of a section that is one text, and of every section from before there were templates."""
TEXT = "text"
"""Its one field."""


class NoteState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    COSIGN_PENDING = "cosign_pending"
    """Signed, and not complete until a supervisor has signed, too."""
    COSIGNED = "cosigned"
    ENTERED_IN_ERROR = "entered_in_error"


COMPLETE = frozenset({NoteState.SIGNED, NoteState.COSIGNED})
"""Every signature that is needed is there: only such a section supports a claim."""


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody wrote: the fields of a template, in its order, and the goals that were picked."""

    template: str = FREE
    fields: tuple[tuple[str, str], ...] = ()
    """Name and text."""
    goals: tuple[str, ...] = ()
    """Ids of treatment-plan goals."""

    @property
    def text(self) -> str:
        """All that was written, field by field."""
        return "\n\n".join(text for _, text in self.fields if text.strip())

    @property
    def empty(self) -> bool:
        return not self.text


def free(text: str) -> Content:
    """One text, as it was."""
    return Content(FREE, ((TEXT, text),))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server knows of the session, and of the client whom a section is about. Never typed."""

    kind: str
    zone: str
    session_start: Millis | None
    session_end: Millis | None
    break_minutes: int
    group_size: int
    """Distinct clients who were there; a count, never names (DOMAIN 3.2)."""
    facilitators: tuple[PersonId, ...]
    first_join: Millis | None = None
    last_leave: Millis | None = None
    minutes: int | None = None
    """As recorded; None in the group's section and for whoever has no row."""
    minutes_corrected: int | None = None
    """By a person (corrections.py); counts where it is given."""
    status: str = ""
    policy: str = ""
    modality: str = ""
    late_minutes: int = 0
    """From the start of the session to the first arrival."""
    left_early_minutes: int = 0
    location_verified: bool = False
    """An address was given at today's check-in. The address itself stays there."""
    location_state: str = ""
    emergency_contact: bool = False
    goals: tuple[tuple[str, str], ...] = ()
    """Id and text of the goals that were picked, as the plan had them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Why somebody signed although a lint had found something."""

    finding: str
    """Its id (note_lints.py)."""
    rule: str
    field: str
    subject: PersonId | None
    """Whose name it was, or whose section was alike."""
    matched: str
    """The words that were found."""
    reason: str
    by: PersonId
    at: Millis
    salt: str = ""
    """Random: nobody can find out by trying whom an answer names whose digest they have."""


class LaterKind(StrEnum):
    COSIGNATURE = "cosignature"
    ADDENDUM = "addendum"
    CORRECTION = "correction"
    ERROR = "entered_in_error"


@dataclass(frozen=True, slots=True)
class Later:
    """Something that was done to a signed section: labelled, dated and authored (PIM ch. 3 s. 3.3.2.5)."""

    kind: LaterKind
    author: PersonId
    at: Millis
    reason: str = ""
    """Of a correction, or of an error."""
    content: Content | None = None
    """What an addendum adds, or what a correction puts in the place of the text; the original stays readable."""
    supervisor: PersonId | None = None
    """Who has to co-sign it."""
    covers: tuple[int, ...] = ()
    """What a co-signature signs: 0 is the signed text, n the nth later entry."""
    answers: tuple[Answer, ...] = ()
    digest: str = ""
    """SHA-256 (hex) over all of it, and over the digest before it."""


@dataclass(frozen=True, slots=True)
class NoteSection:
    """One part of a session's progress note: shared by the group (`about` is None) or about one client."""

    session: SessionId
    about: PersonId | None
    revision: int
    """0 is "never saved". The ETag is made of it. Saving, signing and each later act make the next one."""
    state: NoteState
    content: Content
    author: PersonId
    saved: Millis
    signed: Millis | None = None
    signed_by: PersonId | None = None
    digest: str = ""
    """SHA-256 (hex) of what was signed."""
    supervisor: PersonId | None = None
    """Who has to co-sign the signed text; None where the signer signs alone."""
    days_late: int = 0
    """At signing, by the rule that was in force; 0 in time."""
    facts: Facts | None = None
    """As they stood at signing."""
    answers: tuple[Answer, ...] = ()
    later: tuple[Later, ...] = field(default=())
    form: int = 2
    """Of its digest: 1 is from before there were templates."""

    @property
    def text(self) -> str:
        """What was written and, once signed, what was signed."""
        return self.content.text

    @property
    def counts(self) -> Content:
        """What counts now: the latest correction, or the text itself."""
        corrections = [one.content for one in self.later if one.kind is LaterKind.CORRECTION and one.content]
        return corrections[-1] if corrections else self.content
