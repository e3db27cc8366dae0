"""The process in which a PDF is opened: it reads one from standard input and writes its pages to standard output.

The only file that names pypdfium2 and Pillow. Before it reads a byte of the PDF it loads what it needs and gives up
what it does not: memory and processor time are bounded, no file or socket can be opened (not one descriptor more), no
process started, nothing dumped. PDFium as it is built here runs no script of a document.

A page is drawn to fit a phone as well as a projector: 1,600 pixels on its longer side, as WebP, in as many bytes as an
old phone on a slow line can wait for; a page full of photographs loses quality first and size only then.
"""

import codecs
import io
import os
import resource
import struct
import sys
import unicodedata
from typing import NamedTuple

import pypdfium2
from PIL import Image

from telehealth.core.materials import MAX_BYTES, MAX_PAGE_TEXT, MAX_PAGES

SIDE = 1_600
"""Pixels of the longer side."""
ENOUGH = 90_000
"""Bytes for one page, where that can be had."""
_TRIES = ((SIDE, 80), (SIDE, 60), (SIDE, 42), (1_280, 45), (1_024, 40))
"""Side and quality, best first; the last is taken whatever it weighs."""
MEMORY = 1 << 30
SECONDS = 100
"""Of processor time."""


def confine() -> None:
    """Give up everything but memory, time and the two pipes."""
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def run() -> None:
    _warm_up()
    confine()
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read(MAX_BYTES))
    answer = sys.stdout.buffer
    answer.write(struct.pack(">I", len(document)))
    if len(document) > MAX_PAGES:
        return
    for page in document:
        image, text = _light(_drawn(page)), _text(page).encode()
        page.close()
        answer.write(struct.pack(">HHII", *image.size, len(image.bytes), len(text)))
        answer.write(image.bytes)
        answer.write(text)
        answer.flush()


def _warm_up() -> None:
    """Draw a page of our own, so that nothing is left to be found on the disk when files cannot be opened any more."""
    page = pypdfium2.PdfDocument.new().new_page(72, 72)
    _light(_drawn(page))
    _text(page)
    codecs.lookup("utf-16-le")  # in which PDFium gives its text


class Encoded(NamedTuple):
    size: tuple[int, int]
    bytes: bytes


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    """At its full size here, whatever size the document claims: a page of a mile takes no more than one of a foot."""
    width, height = page.get_size()
    scale = SIDE / max(width, height, 1.0)
    if min(width, height) * scale < 1:
        raise ValueError("a page without an area")
    image: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil()
    return image.convert("RGB").crop((0, 0, min(image.width, SIDE), min(image.height, SIDE)))


def _light(image: Image.Image) -> Encoded:
    """In as many bytes as a page may have, if that can be had."""
    found = Encoded((0, 0), b"")
    for side, quality in _TRIES:
        if side < max(image.size):
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
        found = Encoded(image.size, _encoded(image, quality))
        if len(found.bytes) <= ENOUGH:
            break
    return found


def _encoded(image: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", quality=quality, method=2)
    return written.getvalue()


def _text(page: pypdfium2.PdfPage) -> str:
    """What stands on it, line by line, without what no reader of screens can say."""
    found = page.get_textpage().get_text_bounded()
    lines = (" ".join(_spoken(line).split()) for line in found.splitlines())
    return "\n".join(line for line in lines if line)[:MAX_PAGE_TEXT]


def _spoken(line: str) -> str:
    return "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in line)


if __name__ == "__main__":
    run()
