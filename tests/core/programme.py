"""Marks for tests of the programme's arithmetic: a client's sessions told as days and hours of a facility's clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from telehealth.core.attendance import Status
from telehealth.core.forecast import Coming
from telehealth.core.ids import Millis, SessionId
from telehealth.core.marks import Mark

ZONE = ZoneInfo("America/Chicago")
MONDAY = date(2026, 11, 23)
MINUTE = 60_000
HOUR = 60 * MINUTE


def _on(day: date | int) -> date:
    return day if isinstance(day, date) else MONDAY + timedelta(days=day)


def at(day: date | int, hour: float = 18) -> Millis:
    """An instant by the facility's clock; a number is a day after `MONDAY`."""
    that = _on(day)
    midnight = datetime(that.year, that.month, that.day, tzinfo=ZONE)
    return round((midnight + timedelta(hours=hour)).timestamp() * 1000)


def mark(
    day: date | int,
    status: Status = Status.PRESENT,
    minutes: float = 180,
    *,
    hour: float = 18,
    kind: str = "group_therapy",
    corrected: bool = False,
    make_up_for: str = "",
) -> Mark:
    starts = at(day, hour)
    attended = 0 if status in {Status.NO_SHOW, Status.EXCUSED} and not corrected else round(minutes * MINUTE)
    name = SessionId(f"{kind}-{day}-{hour}")
    return Mark(name, _on(day), starts, starts + 180 * MINUTE, kind, status, attended, corrected, make_up_for)


def coming(
    day: date | int, *, hour: float = 18, hours: float = 3, kind: str = "group_therapy", attended: int = 0
) -> Coming:
    starts = at(day, hour)
    return Coming(
        SessionId(f"coming-{kind}-{day}-{hour}"),
        _on(day),
        starts,
        starts + round(hours * HOUR),
        kind,
        attended * MINUTE,
    )
