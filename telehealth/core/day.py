"""A client's day: the eligible minutes of all sessions of one date of service, for codes that are paid by the day.

The date of service is the facility's calendar day of the scheduled start, so a session that runs over midnight belongs
whole to the day on which it began, and no clock change moves a session to another day. Minutes are attended minutes:
breaks and the side room are not in them (DOMAIN 10, 24). The milliseconds of the day are summed before they are
rounded down, so that three sessions do not lose three part minutes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from .ids import Millis, PersonId, SessionId


@dataclass(frozen=True, slots=True)
class PerDiem:
    """Which kinds count for a day, and how much makes one."""

    id: str
    kinds: tuple[str, ...]
    threshold_minutes: int
    """Met from exactly this many on."""


@dataclass(frozen=True, slots=True)
class Served:
    """One client's attended time of one session."""

    client: PersonId
    session: SessionId
    kind: str
    scheduled_start: Millis
    attended_ms: Millis


@dataclass(frozen=True, slots=True)
class Day:
    """One client's day."""

    client: PersonId
    day: date
    eligible_minutes: int
    services: int
    """Sessions of eligible kinds of which anything was attended (Medicare pays by their number, DOMAIN 2.6)."""
    met: bool
    minutes_short: int
    sessions: tuple[SessionId, ...]
    """Those that count, in order of time."""


def date_of_service(scheduled_start: Millis, zone: tzinfo) -> date:
    """The facility's calendar day of a scheduled start."""
    return datetime.fromtimestamp(scheduled_start / 1000, zone).date()


def days(served: Iterable[Served], rule: PerDiem, zone: tzinfo) -> list[Day]:
    """Every client-day on which an eligible session stands, by client and date."""
    found: dict[tuple[PersonId, date], list[Served]] = {}
    for one in served:
        if one.kind in rule.kinds:
            found.setdefault((one.client, date_of_service(one.scheduled_start, zone)), []).append(one)
    return [_day(client, day, found[client, day], rule) for client, day in sorted(found)]


def _day(client: PersonId, day: date, served: list[Served], rule: PerDiem) -> Day:
    counted = sorted((s for s in served if s.attended_ms > 0), key=lambda s: (s.scheduled_start, s.session))
    minutes = sum(s.attended_ms for s in counted) // 60_000
    short = max(0, rule.threshold_minutes - minutes)
    return Day(client, day, minutes, len(counted), short == 0, short, tuple(s.session for s in counted))
