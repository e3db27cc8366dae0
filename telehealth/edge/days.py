"""Instants and days as they stand in a query: `2026-11-24`, `2026-11-24T18:00:00Z` or UTC milliseconds.

A day means the facility's calendar day, which has 23 or 25 hours when clocks change. A range is half-open, [from, to);
a day as `to` is meant whole, so from=2026-11-01&to=2026-11-30 is all of November.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from telehealth.core.ids import Millis

DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
MOMENT = f"{DAY}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,9}})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
MILLIS = "[0-9]{1,15}"
_DAY, _MOMENT, _MILLIS = re.compile(DAY), re.compile(MOMENT), re.compile(MILLIS)
LATEST: Millis = 253_370_764_800_000
"""The year 9999, beyond which Python's calendar ends."""


def start_of(day: date, zone: tzinfo) -> Millis:
    """The first instant of `day`."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def day_at(at: Millis, zone: tzinfo) -> date:
    """The facility's day in which `at` lies."""
    return datetime.fromtimestamp(at / 1000, zone).date()


def today(now: Millis, zone: tzinfo) -> tuple[Millis, Millis]:
    """[from, to) of the facility's day that `now` lies in."""
    day = day_at(now, zone)
    return start_of(day, zone), start_of(day + timedelta(days=1), zone)


def instant(text: str, zone: tzinfo, *, end: bool) -> Millis:
    """The instant that `text` names; with `end`, a day is meant up to its end. Raises `ValueError`.

    What lies before 1970 or after the year 9998 is the first or the last instant that there is: nothing was then.
    """
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            at = start_of(day + timedelta(days=1) if end else day, zone)
        elif _MILLIS.fullmatch(text):
            at = int(text)
        elif _MOMENT.fullmatch(text):
            at = round(datetime.fromisoformat(text).timestamp() * 1000)
        else:  # a time without an offset could be any time
            raise ValueError("neither a day nor an instant")
    except OverflowError:
        return 0 if text.startswith("0") else LATEST
    return min(max(at, 0), LATEST)


def iso(at: Millis) -> str:
    """`2026-11-24T18:00:00.000Z`"""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
