"""How a plan is set on the six inner faces of a card: what stands where, in which size, and what is shortened.

All of it always fits, whatever was written. First the type shrinks, down to the smallest that is read without glasses
at arm's length; then long lines are cut at so many rows and long sections at so many lines; last of all the last
sections go. Numbers to call are never cut. Blocks come in the order of what helps first, so what goes is what helps
last. Widths are asked of `measure`, so that this needs to know no font. Must not touch: PDF (edge/pdf_wallet.py).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

SIZES = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
"""Points. 8 is the size of the small print on a bank card, and the least that DOMAIN's readers can be asked for."""
LEADING = 1.24
FACES = 6
_CUTS = tuple((lines, rows) for lines in (20, 12, 8, 6, 5, 4, 3, 2, 1) for rows in (3, 2, 1))
"""How many lines of a section, and how many rows of a line, are tried one after the other at the smallest size."""
MORE = "…"

Measure = Callable[[str, float, bool], float]
"""Width of a text in points, in this size, bold or not."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section."""

    text: str
    number: str = ""
    """To call: never cut, never broken where it fits into a row."""


@dataclass(frozen=True, slots=True)
class Block:
    title: str
    lines: tuple[Line, ...]
    steps: bool = False
    """Whether they are numbered."""
    whole: bool = False
    """Stands on the card uncut: the numbers of those who always answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is drawn in one row."""

    text: str
    bold: bool = False
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class Laid:
    size: float
    faces: tuple[tuple[Row, ...], ...]
    shortened: bool
    """Something that was written is not, or not wholly, on the card."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Of one face, in points, without its margins."""

    width: float
    height: float

    def rows(self, size: float) -> int:
        return int(self.height / (size * LEADING))


def lay(blocks: Sequence[Block], shape: Shape, measure: Measure) -> Laid:
    """Set the blocks on the faces. Always as many faces as there are, the last ones perhaps empty."""
    filled = [block for block in blocks if block.lines]
    for size in SIZES:
        for torn in (False, True):
            faces = _poured(filled, size, shape, measure, torn=torn)
            if faces is not None:
                return Laid(size, faces, shortened=False)
    least = SIZES[-1]
    for most, rows in _CUTS:
        cut = [block if block.whole else _cut(block, most) for block in filled]
        faces = _poured(cut, least, shape, measure, rows)
        if faces is not None:
            return Laid(least, faces, shortened=True)
    return lay_fewer(filled, shape, measure)


def lay_fewer(blocks: Sequence[Block], shape: Shape, measure: Measure) -> Laid:
    """With a row of each block's first line, and without the last blocks as long as that is too much."""
    cut = [_cut(block, 1) for block in blocks]
    while True:
        faces = _poured(cut, SIZES[-1], shape, measure, 1)
        if faces is not None:
            return Laid(SIZES[-1], faces, shortened=True)
        cut = cut[:-1]


def _cut(block: Block, most: int) -> Block:
    return block if len(block.lines) <= most else replace(block, lines=block.lines[:most])


def _poured(
    blocks: Sequence[Block], size: float, shape: Shape, measure: Measure, most_rows: int = 0, *, torn: bool = True
) -> tuple[tuple[Row, ...], ...] | None:
    """The faces, or None if they do not hold it. A title never stands without its first line; a line is not torn, and
    a block is only where `torn` says so."""
    room = shape.rows(size)
    faces: list[list[Row]] = [[]]
    for block in blocks:
        for first, together in _pieces(block, size, shape, measure, most_rows, torn=torn):
            gap = [Row("")] if first and faces[-1] else []
            if len(together) > room:
                return None
            if len(faces[-1]) + len(gap) + len(together) > room:
                faces.append([])
                gap = []
            if len(faces) > FACES:
                return None
            faces[-1] += [*gap, *together]
    return tuple(tuple(rows) for rows in [*faces, *([[]] * (FACES - len(faces)))])


def _pieces(
    block: Block, size: float, shape: Shape, measure: Measure, most_rows: int, *, torn: bool
) -> Iterator[tuple[bool, list[Row]]]:
    """What stays together: the title and the first line, then line by line; or all of it."""
    rows = [Row(part, bold=True) for part in wrapped(block.title, shape.width, size, measure, bold=True)]
    for number, line in enumerate(block.lines):
        rows += _rows(block, number, line, size, shape, measure, most_rows)
        if torn:
            yield number == 0, rows
            rows = []
    if rows:
        yield True, rows


def _rows(
    block: Block, number: int, line: Line, size: float, shape: Shape, measure: Measure, most_rows: int
) -> list[Row]:
    mark = f"{number + 1}. " if block.steps else "• "
    indent = measure(mark, size, False)
    width = shape.width - indent
    limited = most_rows and not block.whole
    texts = list(islice(wrapped(line.text, width, size, measure), most_rows + 1 if limited else None))
    if limited and len(texts) > most_rows:
        texts = [*texts[: most_rows - 1], _shortened(texts[most_rows - 1], width, size, measure)]
    rows = [Row(mark + text) if n == 0 else Row(text, indent=indent) for n, text in enumerate(texts or [""])]
    if not line.number:
        return rows
    numbers = [Row(part, bold=True, indent=indent) for part in wrapped(line.number, width, size, measure, bold=True)]
    beside = f"{rows[-1].text}  {line.number}"
    if len(numbers) == 1 and rows[-1].indent + measure(beside, size, True) <= shape.width:
        return [*rows[:-1], replace(rows[-1], text=beside, bold=True)]
    return [*rows, *numbers]


def _shortened(text: str, width: float, size: float, measure: Measure) -> str:
    while measure(text.rstrip() + MORE, size, False) > width and text:
        text = text[:-1]
    return text.rstrip() + MORE


def wrapped(text: str, width: float, size: float, measure: Measure, *, bold: bool = False) -> Iterator[str]:
    """Rows no wider than `width`: broken at spaces, and within a word that is wider by itself."""
    row = ""
    for word in text.split():
        candidate = f"{row} {word}" if row else word
        if measure(candidate, size, bold) <= width:
            row = candidate
            continue
        if row:
            yield row
        while len(word) > 1 and measure(word, size, bold) > width:
            fits = max(1, bisect_right(range(1, len(word)), width, key=lambda n: measure(word[:n], size, bold)))
            yield word[:fits]
            word = word[fits:]
        row = word
    if row:
        yield row
