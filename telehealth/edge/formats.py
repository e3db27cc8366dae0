"""The attendance export's three forms: a JSON page, CSV and NDJSON. The same rows and the same values in each.

CSV is RFC 4180 with a header row. A cell that a spreadsheet would run as a formula is preceded by an apostrophe (the
OWASP rule: = + - @, tab, carriage return), so an importer that compares ids strips one leading apostrophe.
"""

import csv
import io

import msgspec

from .export import AttendanceInterval, AttendanceRow

COLUMNS = AttendanceRow.__struct_fields__
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_json = msgspec.json.Encoder()


def header() -> bytes:
    """The first line of the CSV."""
    return (",".join(COLUMNS) + "\r\n").encode()


def csv_lines(rows: list[AttendanceRow]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [_cell(getattr(row, column)) for column in COLUMNS] for row in rows
    )
    return out.getvalue().encode()


def ndjson_lines(rows: list[AttendanceRow]) -> bytes:
    return _json.encode_lines(rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return ";".join(_span(interval) for interval in value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _span(interval: AttendanceInterval) -> str:
    """`START/END/WHY` in UTC ms; a lasting interval has no end."""
    return f"{interval.start}/{'' if interval.end is None else interval.end}/{interval.ended_by}"
