"""A signed progress note as machines are sent it: one JSON object a client and session, with its parts and its law.

Ids and the texts of this one client's note; the session is called what the recipient calls it. Answers to lints, names
of people and drafts are in no field.
"""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from telehealth.core.note_records import Content, Later, NoteSection
from telehealth.core.note_templates import Template, titled
from telehealth.core.notes import pending

from .bodies import Out
from .days import day_at, iso
from .note_bodies import FactsOut, facts_out
from .note_rows import Given


class FieldText(Out, frozen=True):
    """A field of the template; the title of a lone text is empty."""

    title: str
    text: str


class TextOut(Out, frozen=True):
    """What was written."""

    template: str
    fields: list[FieldText]
    goals: list[str]
    """Ids of the treatment-plan goals; of a signed part `facts.goals` has their texts."""


class LaterPart(Out, frozen=True):
    """What was done after signing: labelled, dated and authored (PIM ch. 3 s. 3.3.2.5)."""

    number: int
    kind: str
    """cosignature, addendum, correction or entered_in_error"""
    author: str
    at: int
    reason: str
    written: TextOut | None
    """What an addendum adds, or what a correction puts in the place of the text."""
    covers: list[int]
    """What a co-signature signs: 0 is the signed text, n the nth later entry."""
    awaits_cosignature: bool
    digest: str


class Part(Out, frozen=True):
    """One section: `group` is shared by everybody who was there, `client` is about this client alone."""

    about: str
    state: str
    written: TextOut
    """As it was signed; it stays so whatever was corrected."""
    author: str
    saved: int
    signed: int
    signed_by: str
    days_late: int
    """At signing; above 0 it is a late entry."""
    digest: str
    """SHA-256 of what the signature covers (docs/notes.md)."""
    facts: FactsOut | None
    """What the server knew, as it was signed."""
    later: list[LaterPart]


class NoteOut(Out, frozen=True):
    """A signed progress note of one client in one session. Times are UTC milliseconds."""

    session: str
    client: str
    kind: str
    date_of_service: str
    zone: str
    status: str
    """final, amended or entered_in_error"""
    completed: int
    """When the last signature was there that the signed text needs."""
    completed_utc: str
    parts: list[Part]
    part2_basis: str
    part2_notice: str


class NoteLines:
    """Writes notes, one JSON object a line (handing.py)."""

    def __init__(self, templates: Mapping[str, Template], notice: str) -> None:
        self._templates, self._notice = templates, notice
        self._encode = msgspec.json.Encoder().encode

    def header(self) -> bytes:
        return b""

    def lines(self, rows: Sequence[Given]) -> Iterable[bytes]:
        return [self._encode(self._note(row)) + b"\n" for row in rows]

    def _note(self, given: Given) -> NoteOut:
        note = given.note
        return NoteOut(
            session=given.name,
            client=note.client,
            kind=given.session.kind,
            date_of_service=day_at(given.session.starts, ZoneInfo(given.session.zone)).isoformat(),
            zone=given.session.zone,
            status=note.standing,
            completed=note.completed,
            completed_utc=iso(note.completed),
            parts=[self._part(part) for part in note.parts],
            part2_basis=given.basis,
            part2_notice=self._notice,
        )

    def _part(self, part: NoteSection) -> Part:
        waiting = pending(part)
        return Part(
            about="group" if part.about is None else "client",
            state=part.state,
            written=self._written(part.content),
            author=part.author,
            saved=part.saved,
            signed=part.signed or 0,
            signed_by=part.signed_by or "",
            days_late=part.days_late,
            digest=part.digest,
            facts=None if part.facts is None else facts_out(part.facts),
            later=[self._later(number, one, number in waiting) for number, one in enumerate(part.later, 1)],
        )

    def _later(self, number: int, one: Later, waits: bool) -> LaterPart:
        return LaterPart(
            number=number,
            kind=one.kind,
            author=one.author,
            at=one.at,
            reason=one.reason,
            written=None if one.content is None else self._written(one.content),
            covers=list(one.covers),
            awaits_cosignature=waits,
            digest=one.digest,
        )

    def _written(self, content: Content) -> TextOut:
        fields = titled(self._templates.get(content.template), content)
        return TextOut(
            template=content.template,
            fields=[FieldText(title=title, text=text) for title, text in fields],
            goals=list(content.goals),
        )
