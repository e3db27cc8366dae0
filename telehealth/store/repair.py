"""Mending what a power cut usually leaves at the end of the log: an unfinished write, zeros, or both.

A file system may give a file its new length before its content; Redis then refuses to start (redis/redis#5177), and
its own `--fix` cuts anything away, also good commands after damage in the middle. Its `aof-load-truncated` does so
too, where the damage is a length that points beyond the end, so it is off. Here the end is cut only if it is *one
unfinished unit*, a command or a MULTI without its EXEC, which nobody was told of, *and zeros*. A copy of the file is
kept beside it first. Anything else is left alone, for a person to look at.
"""

import mmap
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

FOLDER = "appendonlydir"
_NEXT = re.compile(rb"\r\n\*[0-9]+\r\n\$[0-9]+\r\n")
"""The head of a command after another. Sealed fields are random bytes: they do not look like this."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was cut, and where the file as it was is kept."""

    file: Path
    copy: Path
    kept: int
    cut: int

    @property
    def sentence(self) -> str:
        return (
            f"The store's log ended in {self.cut} bytes of an unfinished write, as after a power cut. They were cut "
            f"off, and nobody had been told of that write; the file as it was is kept as {self.copy.name}."
        )


def repair(data: Path) -> Repaired | None:
    """Mend the last log file in `data` if only its end is unfinished; None if that is not so, and nothing was done."""
    file = _last_file(data / FOLDER)
    if file is None or file.stat().st_size == 0:
        return None
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as log:
        size = len(log)
        kept = whole_until(log, _before_zeros(log))
    if kept is None or kept == size:
        return None
    copy = file.with_name(f"{file.name}.damaged-{os.urandom(4).hex()}")
    shutil.copyfile(file, copy)
    with copy.open("rb") as copied:
        os.fsync(copied.fileno())
    with file.open("r+b") as shortened:
        shortened.truncate(kept)
        os.fsync(shortened.fileno())
    return Repaired(file, copy, kept, size - kept)


def whole_until(log: "mmap.mmap | bytes", end: int) -> int | None:
    """Where the last whole unit before `end` ends, if what follows it is the beginning of one more unit; else None."""
    whole = at = 0
    in_multi = False
    while at < end:
        step = _command(log, at, end)
        if step is None:
            return None
        after, name = step
        if after < 0:  # unfinished; but with other commands in it, its length is what is damaged
            return None if _NEXT.search(log, at, end) else whole
        at = after
        if name == b"MULTI":
            in_multi = True
        elif name == b"EXEC":
            in_multi = False
        if not in_multi:
            whole = at
    return whole


def _last_file(folder: Path) -> Path | None:
    """The file that is being appended to, by the manifest: lines `file NAME seq N type b|h|i`."""
    last: tuple[int, str] | None = None
    for manifest in folder.glob("*.manifest"):
        for line in manifest.read_text("utf-8", "replace").splitlines():
            words = line.split()
            if len(words) >= 6 and words[0] == "file" and words[5] == "i" and words[3].isdecimal():
                last = max(last or (0, ""), (int(words[3]), words[1]))
    if last is None or not (folder / last[1]).is_file():
        return None
    return folder / last[1]


def _before_zeros(log: mmap.mmap) -> int:
    """The end of what is not zeros."""
    end = len(log)
    while end > 0:
        block = log[max(0, end - 65536) : end]
        kept = block.rstrip(b"\0")
        if kept:
            return end - len(block) + len(kept)
        end -= len(block)
    return 0


def _command(log: "mmap.mmap | bytes", at: int, end: int) -> tuple[int, bytes] | None:
    """Read one command: (where it ends, its name); (-1, "") if it goes on beyond `end`; None if it is not one."""
    if log[at : at + 1] == b"#":  # a timestamp annotation
        stop = log.find(b"\r\n", at, end)
        return (stop + 2, b"") if stop >= 0 else (-1, b"")
    count, at = _number(log, at, end, b"*")
    if at < 0 or count is None:
        return (-1, b"") if count is not None else None
    name = b""
    for index in range(count):
        length, at = _number(log, at, end, b"$")
        if length is None:
            return None
        if at < 0 or at + length + 2 > end:
            return -1, b""
        if log[at + length : at + length + 2] != b"\r\n":
            return None
        if index == 0:
            name = log[at : at + length].upper()
        at += length + 2
    return at, name


def _number(log: "mmap.mmap | bytes", at: int, end: int, sign: bytes) -> tuple[int | None, int]:
    """A line `<sign><digits>`: (number, where it ends); (0, -1) if it goes on beyond `end`; (None, -1) if it is not."""
    head = log[at : min(end, at + 24)]
    line, newline, _ = head.partition(b"\r\n")
    if not newline and at + len(head) == end:
        unfinished = head[1:].removesuffix(b"\r")
        return (0 if head[:1] in (b"", sign) and (unfinished.isdigit() or not unfinished) else None), -1
    if line[:1] != sign or not line[1:].isdigit() or not newline:
        return None, -1
    return int(line[1:]), at + len(line) + 2
