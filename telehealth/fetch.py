"""`telehealth export`: the export API from the command line, page by page, with progress, resumed where it broke off.

It is a client like any other: an API key says which columns go to whom, and the server judges each client's basis and
keeps the ledger. A file grows as FILE.part; beside it FILE.part.json says how far it is good and where to go on, and
is written after the rows are on disk. So whatever breaks, the same command goes on exactly after the last whole page,
and FILE itself appears only when it is complete.

Must not touch: the store, the settings. `cli` hands everything in and prints.
"""

import csv
import io
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from http.client import HTTPException
from pathlib import Path
from typing import IO

PAGE = 5000
WAIT = 60.0
"""Seconds for one page."""
TRIES = 4


class Failed(Exception):
    """One sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One export."""

    url: str
    start: str
    end: str
    form: str
    profile: str = ""

    def query(self) -> dict[str, str]:
        words = {"from": self.start, "to": self.end, "format": self.form, "limit": str(PAGE)}
        return words | ({"profile": self.profile} if self.profile else {})


@dataclass(slots=True)
class Progress:
    """How far it is."""

    rows: int = 0
    share: float | None = None
    """Of the range of days, by the date of the last row; None where rows have no date."""
    rate: float = 0.0
    """Rows a second of this run."""
    left: float | None = None
    """Seconds, as far as one can tell."""
    omitted: bool = False
    """Whether clients were left out for want of a basis."""


@dataclass(slots=True)
class _Place:
    """What FILE.part holds for good."""

    cursor: str = ""
    rows: int = 0
    length: int = 0
    omitted: bool = False
    ended: bool = False


Told = Callable[[Progress], None]


def to_file(wanted: Wanted, key: str, file: Path, told: Told) -> Progress:
    """Fill `file`, beginning where an earlier run of the same export stopped. Raises `Failed`."""
    part, state = file.with_name(f"{file.name}.part"), file.with_name(f"{file.name}.part.json")
    place = _resumed(wanted, part, state)
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)  # who attended what is nobody else's business
    with os.fdopen(descriptor, "r+b") as out:
        out.truncate(place.length)
        out.seek(place.length)

        def kept() -> None:
            out.flush()
            os.fsync(out.fileno())
            place.length = out.tell()
            _write(state, wanted, place)

        progress = _all(wanted, key, out, place, kept, told)
    part.replace(file)
    state.unlink(missing_ok=True)
    return progress


def to_stream(wanted: Wanted, key: str, out: IO[bytes], told: Told) -> Progress:
    """Write every row to `out`. Raises `Failed`."""
    return _all(wanted, key, out, _Place(), out.flush, told)


def _all(wanted: Wanted, key: str, out: IO[bytes], place: _Place, kept: Callable[[], None], told: Told) -> Progress:
    began, before = time.monotonic(), place.rows
    progress = Progress(place.rows, omitted=place.omitted)
    while not place.ended:
        body, cursor, omitted = _page(wanted, key, place.cursor)
        if wanted.form == "csv":
            head, _, rows = body.partition(b"\r\n")
            names = head.decode().removeprefix("\ufeff").split(",")
            out.write(rows if place.cursor else body)
            count, last = _last_of_csv(rows, names)
        else:
            out.write(body)
            lines = body.splitlines()
            count, last = len(lines), json.loads(lines[-1]) if lines else {}
        place.rows += count
        place.omitted |= omitted
        place.ended = not cursor
        place.cursor = cursor
        kept()
        _estimate(progress, wanted, place, last, time.monotonic() - began, before)
        told(progress)
    progress.share, progress.left = 1.0, 0.0
    return progress


def _estimate(
    progress: Progress, wanted: Wanted, place: _Place, last: dict[str, str], seconds: float, before: int
) -> None:
    """Rows come roughly in the order of their days, so the last one's day says how much of the range is done."""
    progress.rows, progress.omitted = place.rows, place.omitted
    progress.rate = (place.rows - before) / max(seconds, 0.001)
    first, end, at = _day(wanted.start), _day(wanted.end), _day(str(last.get("date_of_service", "")))
    if first is None or end is None or at is None or end <= first:
        return
    share = min(0.99, max(0.0, (at - first).days / (end - first).days))
    progress.share = max(share, progress.share or 0.0)  # a session that was ended late comes late; nothing goes back
    if progress.share > 0 and progress.rate > 0:
        progress.left = place.rows * (1 - progress.share) / progress.share / progress.rate


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text).date()
    return None


def _last_of_csv(rows: bytes, names: list[str]) -> tuple[int, dict[str, str]]:
    """How many rows there are, and the last one. A quoted line break is within a row."""
    count, last = 0, list[str]()
    for row in csv.reader(io.StringIO(rows.decode(), newline="")):
        count, last = count + 1, row
    return count, dict(zip(names, last, strict=False))


def _page(wanted: Wanted, key: str, cursor: str) -> tuple[bytes, str, bool]:
    """A page, where to go on (empty after the last), and whether clients were left out."""
    words = wanted.query() | ({"cursor": cursor} if cursor else {})
    address = f"{wanted.url}/api/v1/attendance?{urllib.parse.urlencode(words)}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})  # noqa: S310  http(s), checked
    for attempt in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=WAIT) as response:  # noqa: S310
                body = response.read()
                return body, response.headers.get("X-Next-Cursor") or "", response.headers["X-Omitted-Clients"] != "0"
        except urllib.error.HTTPError as error:
            with error:
                sentence = _sentence(error)
            if error.code not in (429, 503) or attempt == TRIES - 1:
                raise Failed(sentence) from None
        except (OSError, HTTPException):  # urllib's errors, a connection that broke, a page that ended too early
            if attempt == TRIES - 1:
                raise Failed("The server cannot be reached, or the connection broke.") from None
        time.sleep(2**attempt)  # 1, 2, 4 s for a server that restarts; this command has nothing else to do
    raise AssertionError("the last attempt returns or raises")


def _sentence(error: urllib.error.HTTPError) -> str:
    """What the server says, with the parameter that it did not understand."""
    try:
        said = json.loads(error.read(10_000))
        named = f" ({said['parameter']})" if said.get("parameter") else ""
        return f"{said['message']}{named}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"The server answered {error.code}."


def _resumed(wanted: Wanted, part: Path, state: Path) -> _Place:
    """Where an earlier run of the same export stopped, if its file is still there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(state.read_text())
        if kept.pop("query") == [wanted.url, wanted.query()] and part.stat().st_size >= kept["length"]:
            return _Place(**kept)
    return _Place()


def _write(state: Path, wanted: Wanted, place: _Place) -> None:
    kept = {
        "query": [wanted.url, wanted.query()],
        "cursor": place.cursor,
        "rows": place.rows,
        "length": place.length,
        "omitted": place.omitted,
        "ended": place.ended,
    }
    draft = state.with_name(f"{state.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(state)
