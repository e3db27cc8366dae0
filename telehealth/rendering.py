"""An uploaded PDF becomes images and texts of its pages, in a process of its own that may do nothing else.

A PDF is foreign input for a large parser in C++, so it never meets the server: a child (rendering_child.py) gets it by
a pipe, with an empty environment, a bound on memory, time and output, and no right to open anything. Whatever goes
wrong in there is one answer here, "unreadable", and what comes back is looked at before it is believed. One file is
drawn at a time, at low priority: media and signalling come first.

This file owns the child's life and the check of its answer; the child owns the libraries.
"""

import asyncio
import os
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import telehealth
from telehealth.core.materials import MAX_BYTES, MAX_PAGE_TEXT, MAX_PAGES, PageSize

WITHIN = 120.0
"""Seconds of the clock for one file."""
MAX_IMAGE = 400 << 10
MAX_SIDE = 2_000
_HEAD = struct.Struct(">HHII")
"""Before each page: width, height, bytes of the image, bytes of the text."""
_HERE = Path(telehealth.__file__).parents[1]
_DRAWING = asyncio.Semaphore(1)


class Unreadable(Exception):
    """No pages can be made of this file."""


class TooManyPages(Unreadable):
    """It has more pages than a material may have."""


@dataclass(frozen=True, slots=True)
class Page:
    size: PageSize
    image: bytes
    """WebP."""
    text: str


async def pages(pdf: bytes) -> tuple[Page, ...]:
    """Every page of a PDF. Raises `Unreadable`."""
    if not pdf.startswith(b"%PDF-") or len(pdf) > MAX_BYTES:
        raise Unreadable
    async with _DRAWING:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-s",
            "-m",
            "telehealth.rendering_child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd=_HERE,
            limit=MAX_IMAGE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(WITHIN):
                assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  pipes, as asked above
                told = asyncio.create_task(_tell(child.stdin, pdf))
                try:
                    return await _heard(child.stdout)
                finally:
                    told.cancel()
                    with suppress(asyncio.CancelledError):
                        await told
        except (TimeoutError, asyncio.IncompleteReadError, UnicodeDecodeError):
            raise Unreadable from None
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)  # `child.kill` would reap it, behind asyncio's back
            await child.wait()


async def _tell(child: asyncio.StreamWriter, pdf: bytes) -> None:
    with suppress(ConnectionError):  # it has ended, which whoever reads its answer finds out
        child.write(pdf)
        await child.drain()
    child.close()


async def _heard(child: asyncio.StreamReader) -> tuple[Page, ...]:
    (count,) = struct.unpack(">I", await child.readexactly(4))
    if count > MAX_PAGES:
        raise TooManyPages
    if count == 0:
        raise Unreadable
    return tuple([await _page(child) for _ in range(count)])


async def _page(answer: asyncio.StreamReader) -> Page:
    width, height, image_bytes, text_bytes = _HEAD.unpack(await answer.readexactly(_HEAD.size))
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and 0 < image_bytes <= MAX_IMAGE):
        raise Unreadable
    if text_bytes > 4 * MAX_PAGE_TEXT:
        raise Unreadable
    image = await answer.readexactly(image_bytes)
    if image[:4] != b"RIFF" or image[8:12] != b"WEBP":
        raise Unreadable
    text = (await answer.readexactly(text_bytes)).decode()
    return Page(PageSize(width, height), image, text[:MAX_PAGE_TEXT])
