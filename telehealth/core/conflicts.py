"""What speaks against a schedule before it is saved: people who would be in two places, groups that would be too large.

A conflict is shown and not a refusal: a clinic may have its reasons, and whoever saves has seen it. What repeats week
after week is told once, with the first day and how often.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .caps import CapRule, exceeded
from .ids import Millis, PersonId, SessionId
from .records import Session


class Clash(StrEnum):
    CLIENT = "client"
    """A client is expected in two sessions at once."""
    STAFF = "staff"
    """A member of staff leads two sessions at once."""
    CAP = "cap"
    """More than a rule set allows."""
    CAPACITY = "capacity"
    """More than the group was planned for."""
    HOLIDAY = "holiday"
    """It falls on a day on which the clinic is closed, and is cancelled."""
    COHORT = "cohort"
    """Somebody joins a closed cohort that has begun."""


@dataclass(frozen=True, slots=True)
class Conflict:
    kind: Clash
    first: SessionId
    """The first planned session that it concerns."""
    starts: Millis
    count: int = 1
    """How many planned sessions it concerns."""
    who: PersonId | None = None
    other: SessionId | None = None
    """The session with which the first one collides."""
    rule: str = ""
    """The rule set whose cap is passed."""


def conflicts(planned: Iterable[Session], others: Sequence[Session], caps: Iterable[CapRule]) -> tuple[Conflict, ...]:
    """What speaks against these planned sessions beside these others, by time."""
    rules = list(caps)
    beside = sorted((o for o in others if not o.cancelled), key=lambda o: (o.starts, o.id))
    begins = [o.starts for o in beside]
    longest = max((o.ends - o.starts for o in beside), default=0)
    found: list[Conflict] = []
    for one in sorted(planned, key=lambda s: (s.starts, s.id)):
        if one.cancelled:
            continue
        for other in beside[bisect_left(begins, one.starts - longest) : bisect_left(begins, one.ends)]:
            if other.id != one.id and one.starts < other.ends:
                found += _collisions(one, other)
        found += _too_many(one, rules)
    return _told_once(found)


def _collisions(one: Session, other: Session) -> Iterable[Conflict]:
    staff = {*one.facilitators, *one.cofacilitators} & {*other.facilitators, *other.cofacilitators}
    for kind, people in ((Clash.STAFF, staff), (Clash.CLIENT, {*one.roster} & {*other.roster})):
        for who in sorted(people):
            yield Conflict(kind, one.id, one.starts, who=who, other=other.id)


def _too_many(one: Session, rules: Iterable[CapRule]) -> Iterable[Conflict]:
    clients = len(one.roster)
    if clients > one.capacity:
        yield Conflict(Clash.CAPACITY, one.id, one.starts)
    for rule in rules:
        if exceeded(rule, one.kind, clients, clients):  # with families they are even more
            yield Conflict(Clash.CAP, one.id, one.starts, rule=rule.id)


def _told_once(found: Iterable[Conflict]) -> tuple[Conflict, ...]:
    first: dict[tuple[Clash, PersonId | None, str], Conflict] = {}
    counts: dict[tuple[Clash, PersonId | None, str], set[SessionId]] = {}
    for one in found:
        key = (one.kind, one.who, one.rule)
        first.setdefault(key, one)
        counts.setdefault(key, set()).add(one.first)
    return tuple(
        Conflict(one.kind, one.first, one.starts, len(counts[key]), one.who, one.other, one.rule)
        for key, one in first.items()
    )
