"""A relapse-prevention plan as a card for the wallet: one sheet, to be cut once and folded, printed on one side.

The sheet has two columns of four faces, each of the size of a bank card. Folded along the middle, with what is printed
outside, it is a strip with a front and a back; folded like a fan it is a card whose two outer faces are those at the
top and the bottom of the right column. They say nothing: no name, no clinic, no word of what is inside. What stands on
the six others, in which size, is decided by core/wallet.py; here it is only drawn.
"""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from telehealth.core.wallet import LEADING, Block, Row, Shape, lay

from .pdf import BOLD, PLAIN, fonts

CARD = (243.0, 153.0)
"""Points: 85.7 by 54 mm, a bank card (ISO/IEC 7810 ID-1)."""
INSET = 10.0
FACE = Shape(CARD[0] - 2 * INSET, CARD[1] - 2 * INSET)
INNER = ((0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2))
"""Column and row of the faces that are inside, in reading order: down the front of the strip, then its back."""
_LEFT = (LETTER[0] - 2 * CARD[0]) / 2
_TOP = LETTER[1] - (LETTER[1] - 4 * CARD[1]) / 2
_WORDS = {
    "en": (
        "Card",
        "1. Cut along the solid line.",
        "2. Fold along the long dashed line, so that what is printed is outside.",
        "3. Fold the strip like a fan along the dotted lines. The two blank faces end up outside.",
        "Some lines were shortened to fit. The whole is on your page.",
    ),
    "es": (
        "Tarjeta",
        "1. Corte por la línea continua.",
        "2. Doble por la línea larga de guiones, con lo impreso hacia afuera.",
        "3. Doble la tira como un abanico por las líneas de puntos. Las dos caras en blanco quedan afuera.",
        "Algunas líneas se acortaron para que cupieran. Todo está en su página.",
    ),
}


def card(blocks: Sequence[Block], language: str) -> bytes:
    """The sheet."""
    fonts()
    title, *steps, shortened = _WORDS["es" if language == "es" else "en"]
    laid = lay(blocks, FACE, _width)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, pageCompression=1, invariant=1, lang=language)
    canvas.setTitle(title)
    _guides(canvas)
    for (column, row), rows in zip(INNER, laid.faces, strict=True):
        _face(canvas, column, row, rows, laid.size)
    _around(canvas, steps, shortened if laid.shortened else "")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _width(text: str, size: float, bold: bool) -> float:
    return float(pdfmetrics.stringWidth(text, BOLD if bold else PLAIN, size))


def _guides(canvas: Canvas) -> None:
    width, height = CARD
    canvas.setLineWidth(0.8)
    canvas.rect(_LEFT, _TOP - 4 * height, 2 * width, 4 * height)
    canvas.setDash(5, 3)
    canvas.line(_LEFT + width, _TOP + 12, _LEFT + width, _TOP - 4 * height - 12)
    canvas.setLineWidth(0.4)
    canvas.setDash(1, 3)
    for row in (1, 2, 3):
        canvas.line(_LEFT - 12, _TOP - row * height, _LEFT + 2 * width + 12, _TOP - row * height)
    canvas.setDash()


def _face(canvas: Canvas, column: int, row: int, rows: Sequence[Row], size: float) -> None:
    left, y = _LEFT + column * CARD[0] + INSET, _TOP - row * CARD[1] - INSET - size
    for one in rows:
        canvas.setFont(BOLD if one.bold else PLAIN, size)
        canvas.drawString(left + one.indent, y, one.text)
        y -= size * LEADING


def _around(canvas: Canvas, steps: Sequence[str], shortened: str) -> None:
    """How to make the card, outside of what is cut."""
    y = _TOP + 46
    canvas.setFont(PLAIN, 9)
    for step in steps:
        canvas.drawString(_LEFT, y, step)
        y -= 13
    if shortened:
        canvas.drawString(_LEFT, _TOP - 4 * CARD[1] - 28, shortened)
