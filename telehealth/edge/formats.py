"""The export's rows as CSV and as JSON, straight from the stored fields: no object is made for a row.

What is the same for all rows of a session (most columns) is written once, as a template with a hole for each column
that differs from client to client; a row is then one `%`. That is between 50,000 rows a CPU second and 150,000.

CSV is RFC 4180 with a header row. A cell that a spreadsheet would run as a formula is preceded by an apostrophe (the
OWASP rule: = + - @, tab, carriage return), so an importer that compares ids strips one leading apostrophe. JSON holds
the same values, `null` where a CSV cell is empty.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from .profiles import Column, Form

Encode = Callable[[bytes], bytes]
PER_SESSION = frozenset(
    {
        "kind",
        "scheduled_start",
        "scheduled_end",
        "session_start",
        "session_end",
        "policy",
        "group_size_clients",
        "group_size_persons",
        "facilitators",
        "head",
    }
)
"""Stored fields that are the same in all rows of a session."""
CLIENT = (
    "basis",
    "version",
    "minutes_corrected",
    "status_counts",
    "corrected_by",
    "corrected_at",
    "note_status",
    "note_signed_at",
    "nothing",
)
"""What is looked up for each row, in this order. The last is always empty: what an older row does not have."""
_BEFORE = {"attended_ms": "milliseconds"}
"""Where rows of version 1 have what a later field says: there were no breaks."""
_REMEMBERED = 20_000
_UNSAFE = re.compile(rb'[",\r\n]')
_FORMULA = (b"=", b"+", b"-", b"@", b"\t", b"\r")
_EPOCH = date(1970, 1, 1)
_DAY = 86_400_000


class Given(NamedTuple):
    """A row to be written."""

    names: Sequence[bytes]
    """The names of `values`, in order; one object for all rows that were written alike."""
    values: list[bytes]
    """As they are stored."""
    session: Mapping[str, bytes]
    """What is known of the session besides; one object for all its rows. `session` is its name for this recipient."""
    client: list[bytes]
    """What is known of the client in it besides: CLIENT."""


class _Cells(dict[bytes, bytes]):
    """Written texts by stored value: ids, kinds and codes come again and again."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def __missing__(self, value: bytes) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        cell = self[value] = self._encode(value)
        return cell


def _quoted(value: bytes) -> bytes:
    if value.startswith(_FORMULA):
        value = b"'" + value
    return b'"%b"' % value.replace(b'"', b'""') if _UNSAFE.search(value) else value


def _json_text(value: bytes) -> bytes:
    return msgspec.json.encode(value.decode()) if value else b"null"


_day_text = _Cells(lambda day: (_EPOCH + timedelta(days=int(day))).isoformat().encode())
_MINUTES = [b"%02d:%02d" % divmod(minute, 60) for minute in range(1440)]


def iso(value: bytes) -> bytes:
    """UTC ms as `2026-11-24T18:00:00.000Z`; nothing as nothing."""
    if not value:
        return b""
    day, rest = divmod(int(value), _DAY)
    minute, milliseconds = divmod(rest, 60_000)
    return b"%bT%b:%02d.%03dZ" % (_day_text[b"%d" % day], _MINUTES[minute], *divmod(milliseconds, 1000))


def _iso_json(value: bytes) -> bytes:
    return b'"%b"' % iso(value) if value else b"null"


def _minutes(value: bytes) -> bytes:
    return b"%d" % (int(value) // 60_000) if value else b""


def _spans_csv(value: bytes) -> bytes:
    return value.replace(b"-", b"/").replace(b",", b";")


def _spans_json(value: bytes) -> bytes:
    if not value:
        return b"[]"
    out: list[bytes] = []
    for span in value.split(b","):
        start, end, why, *inferred = span.split(b"-")
        out.append(
            b'{"start":%b,"end":%b,"ended_by":"%b","inferred":%b}'
            % (start, end or b"null", why, b"true" if inferred else b"false")
        )
    return b"[%b]" % b",".join(out)


def _ids_csv(value: bytes) -> bytes:
    return _quoted(" ".join(msgspec.json.decode(value, type=list[str])).encode()) if value else b""


_CSV: dict[Form, Encode | None] = {
    Form.TEXT: _Cells(_quoted).__getitem__,
    Form.WHOLE: None,
    Form.AT: None,
    Form.ISO: iso,
    Form.MINUTES: _minutes,
    Form.TRUTH: lambda value: b"true" if value == b"1" else b"false",
    Form.SPANS: _spans_csv,
    Form.IDS: _ids_csv,
}
_JSON: dict[Form, Encode | None] = {
    Form.TEXT: _Cells(_json_text).__getitem__,
    Form.WHOLE: lambda value: value or b"null",
    Form.AT: lambda value: value or b"null",
    Form.ISO: _iso_json,
    Form.MINUTES: lambda value: _minutes(value) or b"null",
    Form.TRUTH: _CSV[Form.TRUTH],
    Form.SPANS: _spans_json,
    Form.IDS: lambda value: value or b"[]",
}


class Writer:
    """Writes the rows of one export in one form."""

    def __init__(self, columns: Sequence[Column], *, json: bool) -> None:
        self._columns = columns
        self._json = json
        self._encode = _JSON if json else _CSV
        self._names: Sequence[bytes] = ()
        self._session: Mapping[str, bytes] | None = None
        self._template = b""
        self._holes: list[tuple[int, Encode | None]] = []

    def header(self) -> bytes:
        """The first line of the CSV."""
        return ",".join(column.name for column in self._columns).encode() + b"\r\n"

    def lines(self, rows: Iterable[Given]) -> list[bytes]:
        """Each row as a line, with its end."""
        out: list[bytes] = []
        for row in rows:
            if row.session is not self._session or row.names is not self._names:
                self._begin(row)
            cells = row.values + row.client
            out.append(self._template % tuple([encode(cells[i]) if encode else cells[i] for i, encode in self._holes]))
        return out

    def _begin(self, row: Given) -> None:
        """The template of a session: its own cells written out, and a hole for each cell that is a client's."""
        self._names, self._session, self._holes = row.names, row.session, []
        stored = {name.decode(): place for place, name in enumerate(row.names)}
        looked_up = {name: len(row.names) + place for place, name in enumerate(CLIENT)}
        parts: list[bytes] = []
        for column in self._columns:
            encode, source = self._encode[column.form], column.source
            cell = row.session.get(source)
            if cell is None and source in PER_SESSION:
                cell = row.values[stored[source]] if source in stored else b""
            if cell is None:
                place = stored.get(source, stored.get(_BEFORE.get(source, ""), looked_up.get(source, -1)))
                self._holes.append((place, encode))
                parts.append(b"%b")
            else:
                parts.append((encode(cell) if encode else cell).replace(b"%", b"%%"))
        if self._json:
            names = (b'"%b":' % column.name.encode() for column in self._columns)
            self._template = b"{%b}\n" % b",".join(name + part for name, part in zip(names, parts, strict=True))
        else:
            self._template = b",".join(parts) + b"\r\n"
