"""Papers as PDF: one letter, one sheet, drawn line by line on reportlab's canvas. Beside it pdf_wallet.py names that,
and demo_teaching.py, which draws no paper of a clinic.

Only the canvas is used: it draws strings and knows no markup, so a name can never be understood as an instruction. The
fonts travel inside the file, so names of Latin, Greek and Cyrillic script come out on every reader and printer; what
they have no letter for is drawn as an empty box, and is whole in the signed record.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from telehealth.core.papers import Line, Paper, spelled
from telehealth.store.ports import SignedPaper

PLAIN, BOLD = "TelehealthSans", "TelehealthSansBold"
WIDTH, HEIGHT = LETTER
MARGIN = 56.0
FOOT = 128.0
"""Points at the bottom of each page for how to verify it."""


def letter(signed: SignedPaper, code: str, public_url: str) -> bytes:
    """Proof of attendance: who, on which days, how long."""
    paper = signed.paper
    sheet = _page(signed, code, public_url, "Proof of attendance")
    sheet.title(paper.office, "Proof of attendance")
    sheet.fact("Name", paper.name)
    sheet.fact("Days", f"{_day(paper.start)} to {_day(paper.end)}")
    sheet.fact("For", f"{paper.recipient}, purpose: {paper.purpose}")
    sheet.fact("Issued", _moment(paper))
    sheet.gap(10)
    sheet.text("This person attended scheduled sessions on these days, for the time that is given.")
    sheet.gap(6)
    columns = (("Day", 0.0, False), ("Attended", 280.0, True))
    rows = [(_day(line.day), _hours(line.minutes)) for line in paper.lines]
    sheet.table(columns, rows, empty="No attendance in these days.")
    sheet.total(f"Total: {_hours(paper.minutes)} on {len(paper.lines)} day{'' if len(paper.lines) == 1 else 's'}")
    sheet.gap(10)
    sheet.text(paper.notice, bold=True)
    sheet.text(f"Released under: {paper.scope}")
    return sheet.done()


def attendance_sheet(signed: SignedPaper, code: str, public_url: str) -> bytes:
    """The roster of one session with what counts for each client, and a line to sign by hand."""
    paper = signed.paper
    sheet = _page(signed, code, public_url, "Attendance sheet")
    sheet.title(paper.office, "Attendance sheet")
    sheet.fact("Session", paper.title)
    if paper.lines:
        sheet.fact("Date", _day(paper.lines[0].day))
    sheet.fact("Held", f"{paper.start} to {paper.end} ({paper.zone})")
    if paper.breaks:
        sheet.fact("Breaks", f"{paper.breaks} (not counted)")
    sheet.fact("Led by", paper.led_by)
    sheet.fact("Confirmed", paper.confirmed or "NOT CONFIRMED by the facilitator")
    sheet.fact("Printed", _moment(paper))
    sheet.gap(8)
    columns = (
        ("Client", 0.0, False),
        ("First in", 196.0, False),
        ("Last out", 252.0, False),
        ("Minutes", 358.0, True),
        ("Status", 368.0, False),
        ("Signature", 424.0, False),
    )
    rows = [
        (line.name, line.first, line.last, _minutes(line), line.status.replace("_", " "), "") for line in paper.lines
    ]
    sheet.table(columns, rows, empty="Nobody was expected.", ruled=True)
    sheet.total(f"{len(paper.lines)} clients, {sum(line.minutes > 0 for line in paper.lines)} attended")
    if any(line.recorded is not None for line in paper.lines):
        sheet.text("* corrected; the recorded minutes stand in brackets. Reason and author are in the record.")
    sheet.gap(8)
    sheet.text("For the programme's own files: it names several clients, so it is not to be released.", bold=True)
    sheet.text(paper.notice)
    return sheet.done()


def _minutes(line: Line) -> str:
    return str(line.minutes) if line.recorded is None else f"{line.minutes}* ({line.recorded})"


Columns = Sequence[tuple[str, float, bool]]
"""Heading, place from the left margin, and whether it ends there (numbers) instead of beginning."""


Foot = Callable[[Canvas, int], None]
"""Draws what stands at the bottom of a page of this number."""


class Page:
    """A document that is written from top to bottom, with a foot on each of its pages."""

    def __init__(self, title: str, author: str, foot: Foot, height: float = FOOT, *, language: str = "en") -> None:
        """`height`: points at the bottom of each page for the foot."""
        fonts()
        self._foot, self._bottom = foot, height
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=LETTER, pageCompression=1, invariant=1, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._number = 0
        self._y = 0.0
        self._begin()

    def title(self, office: str, title: str) -> None:
        self._write(office, 10)
        self._y -= 26
        self._write(title, 20, bold=True)
        self._y -= 28

    @property
    def pages(self) -> int:
        """So far."""
        return self._number

    def heading(self, words: str, *, size: float = 12, with_next: float = 40) -> None:
        """Bold, and not alone at the bottom of a page."""
        self._room(size + with_next)
        self._y -= 8
        for part in _wrapped(words, BOLD, size, WIDTH - 2 * MARGIN):
            self._write(part, size, bold=True)
            self._y -= size + 5

    def fact(self, name: str, value: str, *, indent: float = 80) -> None:
        for number, part in enumerate(_wrapped(value, PLAIN, 10, WIDTH - 2 * MARGIN - indent)):
            self._room(16)
            if number == 0:
                self._canvas.setFont(BOLD, 10)
                self._canvas.drawString(MARGIN, self._y, name)
            self._canvas.setFont(PLAIN, 10)
            self._canvas.drawString(MARGIN + indent, self._y, part)
            self._y -= 16

    def text(self, words: str, *, bold: bool = False, size: float = 9) -> None:
        for part in _wrapped(words, BOLD if bold else PLAIN, size, WIDTH - 2 * MARGIN):
            self._room(size + 4)
            self._write(part, size, bold=bold)
            self._y -= size + 4
        self._y -= 3

    def gap(self, points: float) -> None:
        self._y -= points

    def total(self, words: str) -> None:
        self._room(22)
        self._y -= 6
        self._write(words, 10, bold=True)
        self._y -= 16

    def table(self, columns: Columns, rows: Sequence[Sequence[str]], *, empty: str, ruled: bool = False) -> None:
        self._head(columns)
        if not rows:
            self.text(empty)
        first = columns[1][1] - 8 if not columns[1][2] else columns[1][1] - 80
        for row in rows:
            # A long name goes on in a second and third line; the other cells are short.
            names = list(_wrapped(row[0], PLAIN, 10, first))
            height = 13 * len(names) + (10 if ruled else 4)
            if self._room(height):
                self._head(columns)
            self._canvas.setFont(PLAIN, 10)
            for number, part in enumerate(names):
                self._canvas.drawString(MARGIN, self._y - 13 * number, part)
            for cell, (_, x, ends) in zip(row[1:], columns[1:], strict=True):
                draw = self._canvas.drawRightString if ends else self._canvas.drawString
                draw(MARGIN + x, self._y, cell)
            self._y -= height
            if ruled:
                self._canvas.setLineWidth(0.3)
                self._canvas.line(MARGIN, self._y + 15, WIDTH - MARGIN, self._y + 15)

    def done(self) -> bytes:
        self._end()
        self._canvas.save()
        return self._out.getvalue()

    def _head(self, columns: Columns) -> None:
        self._room(40)
        self._canvas.setFont(BOLD, 9)
        for heading, x, ends in columns:
            draw = self._canvas.drawRightString if ends else self._canvas.drawString
            draw(MARGIN + x, self._y, heading)
        self._canvas.setLineWidth(0.8)
        self._canvas.line(MARGIN, self._y - 5, WIDTH - MARGIN, self._y - 5)
        self._y -= 20

    def _write(self, words: str, size: float, *, bold: bool = False) -> None:
        self._canvas.setFont(BOLD if bold else PLAIN, size)
        self._canvas.drawString(MARGIN, self._y, words)

    def _room(self, height: float) -> bool:
        """Make sure of room for so much; whether a new page had to be begun for it."""
        if self._y - height >= self._bottom + 10:
            return False
        self._end()
        self._begin()
        return True

    def _begin(self) -> None:
        self._number += 1
        self._y = HEIGHT - MARGIN

    def _end(self) -> None:
        self._canvas.setLineWidth(0.5)
        self._canvas.line(MARGIN, self._bottom - 8, WIDTH - MARGIN, self._bottom - 8)
        self._foot(self._canvas, self._number)
        self._canvas.showPage()


def _page(signed: SignedPaper, code: str, public_url: str, title: str) -> Page:
    """With a foot that says how whoever holds the paper can ask whether it is genuine."""
    url, short = f"{public_url}/verify#{spelled(code)}", f"{public_url.partition('://')[2]}/verify"

    def foot(canvas: Canvas, number: int) -> None:
        qr = QrCodeWidget(url, barLevel="M")
        left, bottom, right, top = qr.getBounds()
        size = 78.0
        drawing = Drawing(size, size, transform=[size / (right - left), 0, 0, size / (top - bottom), 0, 0])
        drawing.add(qr)
        renderPDF.draw(drawing, canvas, WIDTH - MARGIN - size + 4, 36)
        canvas.setFont(BOLD, 9)
        canvas.drawString(MARGIN, 106, f"Is this paper genuine? {short}")
        canvas.linkURL(url, (MARGIN, 102, WIDTH - MARGIN - size, 116))
        canvas.setFont(PLAIN, 9)
        canvas.drawString(MARGIN, 92, f"Code: {spelled(code)}")
        canvas.setFont(PLAIN, 6)
        canvas.drawString(MARGIN, 76, f"Ed25519 signature {signed.signature[:64]}")
        canvas.drawString(MARGIN, 68, signed.signature[64:])
        canvas.drawString(MARGIN, 60, f"under key {signed.key}")
        canvas.setFont(PLAIN, 8)
        canvas.drawString(MARGIN, 42, f"Page {number}")

    return Page(title, signed.paper.office, foot)


_PAGE = {"en": "Page {number} of {total}", "es": "Página {number} de {total}"}


def plain_foot(notice: str, name: str, total: int, language: str = "en") -> Foot:
    """The notice, whose record it is, and which page of how many."""
    page = _PAGE.get(language, _PAGE["en"])

    def foot(canvas: Canvas, number: int) -> None:
        canvas.setFont(BOLD, 7.5)
        canvas.drawString(MARGIN, 46, notice)
        canvas.setFont(PLAIN, 8)
        room = WIDTH - 2 * MARGIN - 70
        canvas.drawString(MARGIN, 33, next(_wrapped(name, PLAIN, 8, room), ""))
        canvas.drawRightString(WIDTH - MARGIN, 33, page.format(number=number, total=total))

    return foot


@cache
def fonts() -> None:
    """Read once. A file of its own for each weight; no markup ever chooses one."""
    folder = resources.files("telehealth").joinpath("data", "fonts")
    for name, file in ((PLAIN, "DejaVuSans.ttf"), (BOLD, "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(folder.joinpath(file).read_bytes())))


def _wrapped(words: str, font: str, size: float, width: float) -> Iterator[str]:
    """Lines no wider than `width`: broken at spaces, and within a word that is wider by itself."""
    line = ""
    for word in words.split():
        candidate = f"{line} {word}".strip()
        if pdfmetrics.stringWidth(candidate, font, size) <= width:
            line = candidate
            continue
        if line:
            yield line
        while pdfmetrics.stringWidth(word, font, size) > width:
            fits = next(n for n in range(len(word) - 1, 0, -1) if pdfmetrics.stringWidth(word[:n], font, size) <= width)
            yield word[:fits]
            word = word[fits:]
        line = word
    yield line


def _day(text: str) -> str:
    """`Monday, November 23, 2026`, in English whatever the server's locale."""
    day = date.fromisoformat(text)
    return f"{day:%A, %B} {day.day}, {day.year}"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def _moment(paper: Paper) -> str:
    at = datetime.fromtimestamp(paper.issued / 1000, ZoneInfo(paper.zone))
    return f"{_day(at.date().isoformat())}, {at:%H:%M %Z}"
