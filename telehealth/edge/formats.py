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
    "made_up_by",
    "note_status",
    "note_signed_at",
    "nothing",
)
"""What is looked up for each row, in this order. The last is always empty: what an older row does not have."""
CLAIM = (
    "payer",
    "payer_name",
    "member",
    "authorization",
    "authorized_units",
    "authorized_from",
    "authorized_to",
    "level_code",
    "level_edition",
    "place_of_service",
    "procedure_code",
    "revenue_code",
    "modifiers",
    "units",
    "unit_rule",
    "payer_pack",
    "services_of_day",
    "eligible_minutes_of_day",
    "per_diem_met",
    "cap_rule",
    "cap_exceeded",
    "location_verified",
    "billable",
    "not_billable_reasons",
)
"""What follows these values where a column of a claim is asked for: `core/claims.py` made them."""
_BEFORE = {"attended_ms": "milliseconds"}
"""Where rows of version 1 have what a later field says: there were no breaks."""
_PERHAPS = {b"1": b"true", b"0": b"false", b"": b""}
_REMEMBERED = 20_000
_UNSAFE = re.compile(rb'[",\r\n]')
_FORMULA = (b"=", b"+", b"-", b"@", b"\t", b"\r")
_EPOCH = date(1970, 1, 1)
_DAY = 86_400_000


Given = tuple[Sequence[bytes], list[bytes], Mapping[str, bytes]]
"""A row to be written: the names of its stored fields (one object for all rows that were written alike); its cells,
which are those names and their values in turn, as Redis gave them, then the values of CLIENT and, where they are asked
for, of CLAIM; and what is known of its session besides (one object for all its rows), where `session` is its name for
this recipient."""


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


class _Days(dict[int, bytes]):
    """`2026-11-24` by the number of days since 1970."""

    def __missing__(self, day: int) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        text = self[day] = (_EPOCH + timedelta(days=day)).isoformat().encode()
        return text


_days = _Days()
_MINUTES = [b"T%02d:%02d:" % divmod(minute, 60) for minute in range(1440)]
_SECONDS = [b"%02d." % second for second in range(60)]
_MILLISECONDS = [b"%03dZ" % millisecond for millisecond in range(1000)]


def iso(value: bytes) -> bytes:
    """UTC ms as `2026-11-24T18:00:00.000Z`; nothing as nothing. From tables, since there are four in each row."""
    if not value:
        return b""
    day, rest = divmod(int(value), _DAY)
    second, millisecond = divmod(rest, 1000)
    return _days[day] + _MINUTES[second // 60] + _SECONDS[second % 60] + _MILLISECONDS[millisecond]


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
    Form.PERHAPS: lambda value: _PERHAPS[value],
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
    Form.PERHAPS: lambda value: _PERHAPS[value] or b"null",
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
        self._alike: frozenset[str] = frozenset()
        self._shape = b""
        self._filled: list[tuple[str, int, Encode | None]] = []
        self._holes: list[tuple[int, Encode | None]] = []

    def header(self) -> bytes:
        """The first line of the CSV."""
        return ",".join(column.name for column in self._columns).encode() + b"\r\n"

    def lines(self, rows: Iterable[Given]) -> list[bytes]:
        """Each row as a line, with its end."""
        out: list[bytes] = []
        template, holes = b"", self._holes
        self._session = None
        for names, cells, session in rows:
            if session is not self._session:
                template = self._template(names, cells, session)
                holes = self._holes
            out.append(template % tuple([encode(cells[i]) if encode else cells[i] for i, encode in holes]))
        return out

    def _template(self, names: Sequence[bytes], cells: list[bytes], session: Mapping[str, bytes]) -> bytes:
        """The line of a session: its own cells written out, and a hole for each cell that is a client's."""
        self._session = session
        if names is not self._names or session.keys() != self._alike:
            self._shaped(names, session)
        filled = [session[source] if place < 0 else cells[place] for source, place, _ in self._filled]
        written = [encode(cell) if encode else cell for cell, (_, _, encode) in zip(filled, self._filled, strict=True)]
        return self._shape % tuple([cell.replace(b"%", b"%%") for cell in written])

    def _shaped(self, names: Sequence[bytes], session: Mapping[str, bytes]) -> None:
        """The shape of such lines: `%b` is filled for each session, and `%%b`, which is then `%b`, for each row."""
        self._names, self._alike, self._filled, self._holes = names, frozenset(session), [], []
        stored = {name.decode(): 2 * place + 1 for place, name in enumerate(names)}
        looked_up = {name: 2 * len(names) + place for place, name in enumerate((*CLIENT, *CLAIM))}
        parts: list[bytes] = []
        for column in self._columns:
            encode, source = self._encode[column.form], column.source
            if source == "status_counts" and "version" in session:
                source = "status"  # nobody has said anything of this session: what was judged counts
            if source in session or source in PER_SESSION:
                self._filled.append(
                    (source, -1 if source in session else stored.get(source, looked_up["nothing"]), encode)
                )
                parts.append(b"%b")
            else:
                place = stored.get(source, stored.get(_BEFORE.get(source, ""), -1))
                self._holes.append((looked_up.get(source, -1) if place < 0 else place, encode))
                parts.append(b"%%b")
        if self._json:
            names_of = [b'"%b":' % column.name.encode() for column in self._columns]
            self._shape = b"{%b}\n" % b",".join(name + part for name, part in zip(names_of, parts, strict=True))
        else:
            self._shape = b",".join(parts) + b"\r\n"
