"""Beginning and going on, after HEDIS's IET: a first service soon after the start, and two more soon after that.

This is *like* that measure and not it: the measure's specification is NCQA's, it starts from a diagnosis on a claim,
and this one starts from the day of admission, on which the clinic knows of it. The day counts come from a rule pack of
the kind `initiation` (DOMAIN 6: 14 days, then two further services within 34 days).

Must not touch: clocks; today is handed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .engagement import between
from .marks import Mark


@dataclass(frozen=True, slots=True)
class InitiationRule:
    id: str
    initiation_days: int
    further: int
    engagement_days: int


class Reached(StrEnum):
    YES = "yes"
    NO = "no"
    OPEN = "open"
    """There is still time."""


@dataclass(frozen=True, slots=True)
class Initiation:
    initiated: Reached
    engaged: Reached
    marks: tuple[Mark, ...]
    """The first service, then the further ones that count, up to as many as are needed."""


def initiation(rule: InitiationRule, admitted: date, marks: Iterable[Mark], today: date) -> Initiation:
    came = [m for m in between(marks, admitted, date.max) if m.came]
    latest = admitted + timedelta(days=rule.initiation_days)
    first = next((m for m in came if m.day <= latest), None)
    if first is None:
        answer = Reached.NO if today > latest else Reached.OPEN
        return Initiation(answer, answer, ())
    end = first.day + timedelta(days=rule.engagement_days)
    after = [m for m in came if m is not first and m.day <= end]
    if len(after) >= rule.further:
        return Initiation(Reached.YES, Reached.YES, (first, *after[: rule.further]))
    return Initiation(Reached.YES, Reached.NO if today > end else Reached.OPEN, (first, *after))
