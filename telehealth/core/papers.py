"""Papers that leave the house: an attendance sheet of a session, a proof-of-attendance letter of one client.

A paper is signed as the bytes of `as_bytes`, and kept, so that whoever holds it can ask whether it is genuine. What the
asker is told (`told`) is less than what the paper shows: dates, times and sums, never a name. A name can only be
compared. A letter says nothing of the programme and nothing of what was done there (DOMAIN 10, 45).

Must not touch: clocks, drawing. Bytes of a version never change.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from .corrections import Effective
from .ids import Millis, PersonId, ProgrammeId, SessionId

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that looks like a digit or another letter."""
CODE_LENGTH = 20
"""100 bits: nobody guesses one."""
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Kind(StrEnum):
    LETTER = "letter"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a paper. On a letter a day; on a sheet a client, whose name the paper shows."""

    day: str
    minutes: int
    name: str = ""
    first: str = ""
    last: str = ""
    status: str = ""
    recorded: int | None = None
    """The minutes as recorded, where somebody corrected them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that a paper says, as it is signed."""

    id: str
    kind: Kind
    programme: ProgrammeId
    issued: Millis
    zone: str
    office: str
    """The neutral name that it is issued under."""
    lines: tuple[Line, ...]
    name: str = ""
    """A letter: whose attendance."""
    client: PersonId | None = None
    session: SessionId | None = None
    start: str = ""
    """A letter: the first day that was asked for. A sheet: when the session began."""
    end: str = ""
    title: str = ""
    led_by: str = ""
    confirmed: str = ""
    """Who confirmed the roster, and when; empty if nobody did, or something was changed since."""
    breaks: str = ""
    recipient: str = ""
    purpose: str = ""
    scope: str = ""
    """The basis of the disclosure and its limits (42 CFR 2.32(b))."""
    notice: str = ""
    """42 CFR 2.32(a)(2)."""
    version: int = 1

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever has the code of a genuine paper is told."""

    kind: Kind
    issued: Millis
    days: tuple[tuple[str, int], ...]
    """Each day with its minutes; of a sheet the session's day with the minutes of all."""
    minutes: int
    clients: int
    """On a sheet: how many lines it has. 1 on a letter."""
    name_fits: bool | None
    """Whether the name that was asked about is the letter's; None if none was, or the paper is a sheet."""


def as_bytes(paper: Paper) -> bytes:
    """What is signed."""
    return json.dumps(asdict(paper), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def days_attended(rows: Iterable[tuple[str, Effective]]) -> tuple[Line, ...]:
    """A line for each day on which anything was attended, in order, of rows with their dates of service."""
    minutes: dict[str, int] = {}
    for day, one in rows:
        if one.row.final and one.minutes_attended > 0:
            minutes[day] = minutes.get(day, 0) + one.minutes_attended
    return tuple(Line(day, minutes[day]) for day in sorted(minutes))


def roster(
    rows: Iterable[Effective], names: Mapping[PersonId, str], day: str, clock: Callable[[Millis], str]
) -> tuple[Line, ...]:
    """A line for each client of a session, by name."""
    lines = [
        Line(
            day,
            one.minutes_attended,
            names.get(one.row.client, ""),
            "" if one.row.first_join is None else clock(one.row.first_join),
            "" if one.row.last_leave is None else clock(one.row.last_leave),
            one.status.value,
            None if one.correction is None else one.row.minutes_attended,
        )
        for one in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.first, line.last)))


def told(paper: Paper, name: str) -> Told:
    """What may be said about a genuine paper to whoever has its code and asks about `name` (or none)."""
    if paper.kind is Kind.LETTER:
        fits = None if not name.strip() else _plain(name) == _plain(paper.name)
        return Told(
            paper.kind, paper.issued, tuple((line.day, line.minutes) for line in paper.lines), paper.minutes, 1, fits
        )
    day = paper.lines[0].day if paper.lines else ""
    return Told(paper.kind, paper.issued, ((day, paper.minutes),), paper.minutes, len(paper.lines), None)


def spelled(code: str) -> str:
    """A code as it is printed: four groups of five."""
    return "-".join(code[at : at + 5] for at in range(0, CODE_LENGTH, 5))


def code_from(text: str) -> str | None:
    """The code that somebody typed or scanned, however they wrote it; None if it cannot be one."""
    code = "".join(c for c in text.upper() if c not in " -\u2010\u2011\u2013\t").translate(_MEANT)
    return code if len(code) == CODE_LENGTH and all(c in ALPHABET for c in code) else None


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())
