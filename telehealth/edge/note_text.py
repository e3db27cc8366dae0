"""A progress note in words: its parts as titles and paragraphs, its facts as lines, its signatures as sentences.

FHIR's narratives and plain texts and the printed note are made of these, so all three say the same. Who is meant and
how a time is written is handed in: machines are told ids, paper says names. Must not touch: drawing, the store.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telehealth.core.ids import Millis, PersonId
from telehealth.core.note_records import Content, Facts, LaterKind, NoteSection
from telehealth.core.note_render import Document
from telehealth.core.note_templates import Template, titled

SHARED, OWN = "Shared with the group", "About this client"
WORDS = {
    LaterKind.ADDENDUM: "Addendum",
    LaterKind.CORRECTION: "Correction",
    LaterKind.COSIGNATURE: "Co-signature",
    LaterKind.ERROR: "Entered in error",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """How people and times are called, and what fields are."""

    who: Callable[[PersonId], str]
    when: Callable[[Millis], str]
    templates: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Passage:
    """A titled part of a note."""

    title: str
    fields: tuple[tuple[str, str], ...]
    """Title (which may be empty) and text of each."""


def title(part: NoteSection) -> str:
    return SHARED if part.about is None else OWN


def passages(document: Document, say: Speaker) -> list[Passage]:
    """What a document says, part by part. A later one says first what it is."""
    found: list[Passage] = []
    for part, content in document.texts:
        label = ""
        if document.kind is not None and (
            document.kind is LaterKind.ADDENDUM or document.shared == (part.about is None)
        ):
            label = f"{WORDS[document.kind]}: "
        found.append(Passage(label + title(part).lower() if label else title(part), written(content, part.facts, say)))
    if document.kind is not None:
        about = [(WORDS[document.kind], f"{say.who(document.authors[0])}, {say.when(document.at)}")]
        about += [("Reason", document.reason)] if document.reason else []
        found.insert(0, Passage("What this is", tuple(about)))
    return found


def written(content: Content, facts: Facts | None, say: Speaker) -> tuple[tuple[str, str], ...]:
    """The fields, and the goals that were picked, in the words that the plan had."""
    fields = titled(say.templates.get(content.template), content)
    known = dict(facts.goals) if facts else {}
    goals = "\n".join(known.get(goal, goal) for goal in content.goals)
    return (*fields, ("Goals", goals)) if goals else fields


def fact_lines(facts: Facts, say: Speaker) -> list[tuple[str, str]]:
    """What the server knew when the note was signed."""
    lines = [("Service", facts.kind.replace("_", " "))]
    if facts.session_start is not None and facts.session_end is not None:
        lines.append(("Session", f"{say.when(facts.session_start)} to {say.when(facts.session_end)} ({facts.zone})"))
    if facts.first_join is not None and facts.last_leave is not None:
        lines.append(("Present", f"{say.when(facts.first_join)} to {say.when(facts.last_leave)}"))
    if facts.minutes is not None:
        corrected = "" if facts.minutes_corrected is None else f", corrected to {facts.minutes_corrected}"
        breaks = f" (without {facts.break_minutes} of breaks)" if facts.break_minutes else ""
        lines.append(("Minutes", f"{facts.minutes}{corrected}{breaks}"))
    if facts.status:
        late = f", {facts.late_minutes} min after the start" if facts.late_minutes else ""
        early = f", {facts.left_early_minutes} min before the end" if facts.left_early_minutes else ""
        lines.append(("Status", f"{facts.status.replace('_', ' ')}{late}{early} (policy {facts.policy})"))
    if facts.modality:
        lines.append(("Modality", facts.modality.replace("_", " ")))
    lines.append(("Group size", f"{facts.group_size} clients"))
    if facts.minutes is not None:
        where = f"verified, {facts.location_state}" if facts.location_verified else "not verified"
        lines.append(("Location", where))
        lines.append(("Emergency contact", "given" if facts.emergency_contact else "not given"))
    lines.append(("Led by", ", ".join(map(say.who, facts.facilitators))))
    return lines


def signature_lines(part: NoteSection, say: Speaker) -> list[str]:
    """Who signed a part and what was done to it since, each with its SHA-256."""
    late = f" (late entry, by {part.days_late} day{'s' if part.days_late > 1 else ''})" if part.days_late else ""
    lines = [f"Written by {say.who(part.author)}, {say.when(part.saved)}"]
    if part.signed is not None and part.signed_by is not None:
        lines.append(
            f"Electronically signed by {say.who(part.signed_by)}, {say.when(part.signed)}{late}. SHA-256 {part.digest}"
        )
    for number, one in enumerate(part.later, 1):
        what = "Co-signed" if one.kind is LaterKind.COSIGNATURE else f"{WORDS[one.kind]} {number}"
        reason = f" Reason: {one.reason}." if one.reason else ""
        lines.append(f"{what} by {say.who(one.author)}, {say.when(one.at)}.{reason} SHA-256 {one.digest}")
    return lines
