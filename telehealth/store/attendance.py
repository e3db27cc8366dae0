"""Rows of ended sessions: one stream a programme and month, read in pages, resumed exactly.

A cursor is `YYYY-MM:<entry id>`: the month of the scheduled start and the place in its stream. Entries are never
changed or removed, so what stands after a cursor today is what stood there, and perhaps some more at the end.
"""

import re
from collections.abc import AsyncIterator

from telehealth.core.attendance import Row
from telehealth.core.ids import Millis, ProgrammeId

from . import keys
from .client import Client
from .codec import row_from
from .rooms import month_of

PAGE = 200
"""Rows a page: 1,000 would hold the event loop up for 5 to 10 ms."""
_CURSOR = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2])):([0-9]{1,19}-[0-9]{1,19})")
_LAST = 253_402_300_799_999
"""The end of the year 9999, in ms: the last time that has a month."""


class BadCursor(ValueError):
    """What was given as a cursor is not one."""


class Attendance:
    """ports.Attendance on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def closed(
        self, programme: ProgrammeId, start: Millis, end: Millis, *, after: str = ""
    ) -> AsyncIterator[tuple[str, Row]]:
        """Rows whose scheduled start is in [start, end), by month and then in the order in which they were written."""
        at_month, at_entry = _parsed(after)
        for month in await self._months(programme, start, end):
            if month < at_month:
                continue
            entry = at_entry if month == at_month else "0-0"
            while page := await self._page(programme, month, entry):
                for raw, flat in page:
                    entry = raw.decode()
                    row = row_from(programme, dict(zip(flat[::2], flat[1::2], strict=True)))
                    if start <= row.scheduled_start < end:
                        yield f"{month}:{entry}", row

    async def _months(self, programme: ProgrammeId, start: Millis, end: Millis) -> list[str]:
        """The months that have rows and that [start, end) touches, in order."""
        start, end = max(start, 0), min(end, _LAST)
        if start >= end:
            return []
        first, last = month_of(start), month_of(end - 1)
        found = await self._client.call("SMEMBERS", keys.months(programme))
        return sorted(month for month in (raw.decode() for raw in found) if first <= month <= last)

    async def _page(self, programme: ProgrammeId, month: str, after: str) -> list[tuple[bytes, list[bytes]]]:
        page: list[tuple[bytes, list[bytes]]] = await self._client.call(
            "XRANGE", keys.attendance(programme, month), f"({after}", "+", "COUNT", PAGE
        )
        return page


def _parsed(cursor: str) -> tuple[str, str]:
    if not cursor:
        return "", ""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor("This is not a cursor of the attendance export.")
    return match[1], match[2]
