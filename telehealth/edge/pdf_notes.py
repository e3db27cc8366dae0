"""Signed notes on paper: one note, or a client's record of a range of days. Looks as the letter and the sheet do.

Drawn twice, because each page says how many there are. Names stand here, of the client and of staff; other clients are
in no note. Nothing of this file names the library that draws (pdf.py does).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from telehealth.core.corrections import Effective
from telehealth.core.ids import Millis, PersonId
from telehealth.core.note_records import LaterKind, NoteSection
from telehealth.core.note_render import Rendered, Standing
from telehealth.core.note_templates import Template
from telehealth.core.records import Session

from .days import day_at
from .note_text import WORDS, Speaker, fact_lines, signature_lines, title, written
from .notice import Notice
from .pdf import Page, plain_foot

FOOT = 68.0
_INDENT = 118.0
_STANDING = {Standing.AMENDED: "AMENDED: see what was added below", Standing.ERROR: "ENTERED IN ERROR: see below"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A note, or a record of several, as it is printed."""

    title: str
    office: str
    client: str
    printed: Millis
    printed_by: str
    going_to: str
    """Whom it is for, or that it stays in the programme."""
    basis: str
    days: str
    """Of a record: from when to when."""
    notes: Sequence[tuple[Session, Rendered]]
    rows: Sequence[tuple[Session, Effective, bool]]
    """Of a record: each attendance as it counts, and whether it has a signed note."""
    names: Mapping[PersonId, str]
    """Of staff."""
    templates: Mapping[str, Template]
    notice: Notice
    zone: ZoneInfo


def draw(printed: Printed) -> bytes:
    """The paper."""
    first = _drawn(printed, 0)
    return _drawn(printed, first.pages).done()


def _drawn(printed: Printed, total: int) -> Page:
    page = Page(printed.title, printed.office, plain_foot(printed.notice.short, printed.client, total), FOOT)
    page.title(printed.office, printed.title)
    page.fact("Client", printed.client, indent=_INDENT)
    if printed.days:
        page.fact("Days", printed.days, indent=_INDENT)
    page.fact("For", printed.going_to, indent=_INDENT)
    page.fact("Printed", f"{_when(printed.zone)(printed.printed)}, by {printed.printed_by}", indent=_INDENT)
    page.gap(6)
    if printed.days:
        _attendance(page, printed)
    for session, note in printed.notes:
        _note(page, printed, session, note)
    page.heading("Notice")
    page.text(printed.notice.full)
    page.text(f"Released under: {printed.basis}")
    return page


def _attendance(page: Page, printed: Printed) -> None:
    page.heading("Attendance")
    columns = (
        ("Day", 0.0, False),
        ("Service", 110.0, False),
        ("Minutes", 330.0, True),
        ("Status", 342.0, False),
        ("Signed note", 432.0, False),
    )
    rows = [
        (
            _day(session),
            session.kind.replace("_", " "),
            f"{one.minutes_attended}{'*' if one.correction else ''}",
            one.status.replace("_", " "),
            "yes" if noted else "no",
        )
        for session, one, noted in printed.rows
    ]
    page.table(columns, rows, empty="No attendance in these days.")
    minutes = sum(one.minutes_attended for _, one, _ in printed.rows)
    attended = sum(one.minutes_attended > 0 for _, one, _ in printed.rows)
    page.total(f"{minutes // 60} h {minutes % 60:02d} min in {attended} of {len(printed.rows)} sessions")
    if any(one.correction for _, one, _ in printed.rows):
        page.text("* corrected; what was recorded, reason and author are in the record.")


def _note(page: Page, printed: Printed, session: Session, note: Rendered) -> None:
    zone = ZoneInfo(session.zone)
    say = Speaker(lambda who: printed.names.get(who, who), _when(zone), printed.templates)
    page.gap(10)
    page.heading(f"{_day(session)}, {session.kind.replace('_', ' ')}", size=13, with_next=80)
    if note.standing in _STANDING:
        page.text(_STANDING[note.standing], bold=True)
    if note.own.facts is not None:
        for name, value in fact_lines(note.own.facts, say):
            if name != "Service":
                page.fact(name, value, indent=_INDENT)
    for part in note.parts:
        _part(page, part, say)


def _part(page: Page, part: NoteSection, say: Speaker) -> None:
    page.heading(title(part), size=11)
    _fields(page, written(part.content, part.facts, say))
    for number, one in enumerate(part.later, 1):
        if one.content is None and one.kind is not LaterKind.ERROR:
            continue
        page.heading(f"{WORDS[one.kind]} {number} by {say.who(one.author)}, {say.when(one.at)}", size=10)
        if one.reason:
            page.text(f"Reason: {one.reason}")
        if one.content is not None:
            _fields(page, written(one.content, part.facts, say))
    for line in signature_lines(part, say):
        page.text(line, size=8)


def _fields(page: Page, fields: Sequence[tuple[str, str]]) -> None:
    for name, text in fields:
        if name:
            page.text(name, bold=True, size=10)
        for line in text.splitlines():
            page.text(line, size=10)


def _day(session: Session) -> str:
    day = day_at(session.starts, ZoneInfo(session.zone))
    return f"{day:%b} {day.day}, {day.year}"


def _when(zone: ZoneInfo) -> Callable[[Millis], str]:
    def said(at: Millis) -> str:
        moment = datetime.fromtimestamp(at / 1000, zone)
        return f"{moment:%b} {moment.day}, {moment.year}, {moment:%H:%M %Z}"

    return said
