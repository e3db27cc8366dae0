"""When a session's note is late. The number is a payer's or a state's (DOMAIN 3.3), so it is data.

Three ways to say it: so many hours after the session, by the end of so many business days after the date of service
(Monday to Friday of the facility, without the holidays that the pack names), or before the next session of the same
kind. What is late is marked for ever; nothing is refused for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from .ids import Millis


@dataclass(frozen=True, slots=True)
class LateAfter:
    """One way to say it: exactly one of the three is given."""

    hours: int | None = None
    business_days: int | None = None
    before_next: bool = False


@dataclass(frozen=True, slots=True)
class LateNotes:
    """The rule of each kind of session; `default` for those that are not named."""

    id: str
    default: LateAfter
    kinds: Mapping[str, LateAfter]
    holidays: frozenset[date] = frozenset()


def deadline(
    rule: LateNotes, kind: str, ended: Millis, zone: tzinfo, next_start: Millis | None = None
) -> Millis | None:
    """The last moment at which a note is not late; None where there is none (no next session is known)."""
    late = rule.kinds.get(kind, rule.default)
    if late.hours is not None:
        return ended + late.hours * 3_600_000
    if late.before_next:
        return next_start
    day = datetime.fromtimestamp(ended / 1000, zone).date()
    left = late.business_days or 0
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in rule.holidays
    after = day + timedelta(days=1)
    return round(datetime(after.year, after.month, after.day, tzinfo=zone).timestamp() * 1000) - 1


def days_late(deadline: Millis | None, signed: Millis) -> int:
    """Days, begun ones counted; 0 in time."""
    return 0 if deadline is None else max(0, -((deadline - signed) // 86_400_000))
