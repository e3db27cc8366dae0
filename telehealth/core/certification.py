"""Certifications of need: when the next one is due (DOMAIN 2.6: every 60 days for Medicare's IOP).

A certification is a date with the name of who certified. They are added and withdrawn, never changed. The latest
decides, and the next is due so many days after it as the rule pack says. A clinic that must certify everybody says so
in its pack: then whoever has none is due on the day of admission. After discharge nothing is due.

Must not touch: clocks, the store.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .engagement import EngagementRule
from .ids import Millis, PersonId

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class Certification:
    id: str
    client: PersonId
    on: date
    recorded: Millis
    recorded_by: PersonId
    certifier: str = ""
    """Who certified (sealed)."""
    withdrawn: Millis | None = None


class DueState(StrEnum):
    NOT_NEEDED = "not_needed"
    GOOD = "good"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Due:
    state: DueState
    on: date | None
    """The last day on which the next one is in time."""
    latest: Certification | None


def due(
    rule: EngagementRule, admitted: date | None, discharged: date | None, given: Iterable[Certification], today: date
) -> Due:
    """Those before an admission were for another episode."""
    ours = [c for c in given if c.withdrawn is None and (admitted is None or c.on >= admitted)]
    latest = max(ours, key=lambda c: (c.on, c.recorded, c.id), default=None)
    if discharged is not None and discharged < today:
        return Due(DueState.NOT_NEEDED, None, latest)
    if latest is not None:
        on = latest.on + timedelta(days=rule.certification_days)
    elif rule.certification_required and admitted is not None:
        on = admitted
    else:
        return Due(DueState.NOT_NEEDED, None, None)
    if on < today:
        return Due(DueState.OVERDUE, on, latest)
    soon = (on - today).days <= rule.certification_warn
    return Due(DueState.SOON if soon else DueState.GOOD, on, latest)
