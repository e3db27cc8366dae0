"""Instants and days as they stand in a query: `2026-11-24`, `2026-11-24T18:00:00Z` or UTC milliseconds.

A day means the facility's calendar day, which has 23 or 25 hours when clocks change. A range is half-open, [from, to);
a day as `to` is meant whole, so from=2026-11-01&to=2026-11-30 is all of November.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from telehealth.core.ids import Millis

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MILLIS = re.compile(r"[0-9]{1,15}")
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
    """The instant that `text` names; with `end`, a day is meant up to its end. Raises `ValueError`."""
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        try:
            return start_of(day + timedelta(days=1) if end else day, zone)
        except OverflowError:
            raise ValueError("out of range") from None
    if _MILLIS.fullmatch(text):
        at = int(text)
    else:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a time without an offset could be any time")
        at = round(moment.timestamp() * 1000)
    if not 0 <= at <= LATEST:
        raise ValueError("out of range")
    return at


def iso(at: Millis) -> str:
    """`2026-11-24T18:00:00.000Z`"""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
