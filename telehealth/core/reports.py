"""A programme in figures: census, attendance, group sizes against caps, retention by the month of admission.

Each line carries what it was counted from: days, sessions or clients. Nothing here names anybody; whoever may see a
client's name looks it up. Census counts clients by day, from the day of admission to the last day of the episode; one
that is paused on a day is counted beside it.

Must not touch: clocks, zones beyond those handed in, the store.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple, TypeVar

from .caps import CapRule, Counts, exceeded
from .engagement import FirstSession, Kept, Retention
from .ids import Millis, PersonId, SessionId
from .initiation import Initiation, Reached
from .stays import Stay


@dataclass(frozen=True, slots=True)
class CensusDay:
    day: date
    clients: int
    """Distinct clients, whatever number of tracks they are in."""
    paused: int
    admitted: tuple[PersonId, ...]
    discharged: tuple[PersonId, ...]
    tracks: Mapping[str, int]


def census(stays: Iterable[Stay], days: Sequence[date]) -> list[CensusDay]:
    """For each of these days."""
    everybody = list(stays)
    found = []
    for day in days:
        there = [one for one in everybody if one.on(day)]
        active = {one.client for one in there if not one.paused(day)}
        paused = {one.client for one in there} - active
        found.append(
            CensusDay(
                day,
                len(active),
                len(paused),
                tuple(sorted({one.client for one in everybody if one.admitted == day})),
                tuple(sorted({one.client for one in everybody if one.discharged == day})),
                dict(sorted(Counter(one.track for one in there if not one.paused(day)).items())),
            )
        )
    return found


class Held(NamedTuple):
    """One session that has ended, in numbers."""

    session: SessionId
    day: date
    starts: Millis
    kind: str
    series: str
    """Empty for a session of its own."""
    came: int
    missed: int
    excused: int
    clients: int
    """Distinct clients who were present at any time."""
    persons: int | None
    minutes: int
    """Attended, of all of them."""


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """Sessions that belong together: of one kind, one series, one week."""

    name: str
    sessions: tuple[Held, ...]
    came: int
    missed: int
    excused: int
    minutes: int

    @property
    def share(self) -> float | None:
        of = self.came + self.missed
        return self.came / of if of else None


def attendance(held: Iterable[Held], name_of: Callable[[Held], str]) -> list[AttendanceLine]:
    """By whatever `name_of` gives, in the order of the names."""
    found: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        found[name_of(one)].append(one)
    return [
        AttendanceLine(
            name,
            tuple(sorted(ones, key=lambda one: (one.starts, one.session))),
            sum(one.came for one in ones),
            sum(one.missed for one in ones),
            sum(one.excused for one in ones),
            sum(one.minutes for one in ones),
        )
        for name, ones in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class SizeLine:
    """How large one group was, against the caps of its kind."""

    name: str
    kind: str
    sessions: tuple[Held, ...]
    largest: int
    average: float
    cap: int | None
    counts: Counts | None
    over: tuple[Held, ...]
    unknown: tuple[Held, ...]
    """Nobody counted the persons whom the cap counts."""


def sizes(held: Iterable[Held], rule: CapRule | None, name_of: Callable[[Held], str]) -> list[SizeLine]:
    """By group and kind: the largest first."""
    found: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for one in held:
        found[name_of(one), one.kind].append(one)
    lines = []
    for (name, kind), ones in found.items():
        cap = None if rule is None else rule.caps.get(kind)
        counted = [_counted(one, None if cap is None else cap.counts) for one in ones]
        known = [number for number in counted if number is not None]
        judged = [(one, None if rule is None else exceeded(rule, kind, one.clients, one.persons)) for one in ones]
        ordered = sorted(judged, key=lambda pair: (pair[0].starts, pair[0].session))
        lines.append(
            SizeLine(
                name,
                kind,
                tuple(one for one, _ in ordered),
                max(known, default=0),
                sum(known) / len(known) if known else 0.0,
                None if cap is None else cap.most,
                None if cap is None else cap.counts,
                tuple(one for one, over in ordered if over),
                tuple(one for one, over in ordered if cap is not None and over is None),
            )
        )
    return sorted(lines, key=lambda line: (-len(line.over), -line.largest, line.name, line.kind))


def _counted(one: Held, counts: Counts | None) -> int | None:
    return one.persons if counts is Counts.PERSONS else one.clients


@dataclass(frozen=True, slots=True)
class Course:
    """How one episode went."""

    stay: Stay
    first: FirstSession
    retention: tuple[Retention, ...]
    initiation: Initiation


@dataclass(frozen=True, slots=True)
class RetentionDay:
    day: int
    retained: tuple[PersonId, ...]
    lost: tuple[PersonId, ...]
    paused: tuple[PersonId, ...]
    too_early: tuple[PersonId, ...]

    @property
    def share(self) -> float | None:
        of = len(self.retained) + len(self.lost)
        return len(self.retained) / of if of else None


@dataclass(frozen=True, slots=True)
class CohortLine:
    """Everybody who was admitted in one month."""

    month: date
    """Its first day."""
    admitted: tuple[PersonId, ...]
    days_to_first: float | None
    """The median of those who came at all."""
    never_came: tuple[PersonId, ...]
    retention: tuple[RetentionDay, ...]
    initiated: Mapping[Reached, tuple[PersonId, ...]]
    engaged: Mapping[Reached, tuple[PersonId, ...]]
    reasons: Mapping[str, tuple[PersonId, ...]]
    """Why episodes ended; of those that have."""


def cohorts(courses: Iterable[Course]) -> list[CohortLine]:
    """By month of admission, oldest first. Each episode counts for itself."""
    found: dict[date, list[Course]] = defaultdict(list)
    for one in courses:
        found[one.stay.admitted.replace(day=1)].append(one)
    return [_cohort(month, sorted(ones, key=lambda one: one.stay.client)) for month, ones in sorted(found.items())]


def _cohort(month: date, ones: Sequence[Course]) -> CohortLine:
    waited = [one.first.days for one in ones if one.first.days is not None]
    return CohortLine(
        month=month,
        admitted=tuple(one.stay.client for one in ones),
        days_to_first=median(waited) if waited else None,
        never_came=tuple(one.stay.client for one in ones if one.first.days is None),
        retention=tuple(_retained(place, ones) for place in range(len(ones[0].retention))),
        initiated=_whose((one.initiation.initiated, one) for one in ones),
        engaged=_whose((one.initiation.engaged, one) for one in ones),
        reasons=_whose((one.stay.reason, one) for one in ones if one.stay.discharged is not None),
    )


def _retained(place: int, ones: Sequence[Course]) -> RetentionDay:
    by = _whose((one.retention[place].kept, one) for one in ones)
    kept = [by.get(kept, ()) for kept in (Kept.RETAINED, Kept.LOST, Kept.PAUSED, Kept.TOO_EARLY)]
    return RetentionDay(ones[0].retention[place].day, *kept)


K = TypeVar("K", bound=str)


def _whose(pairs: Iterable[tuple[K, Course]]) -> dict[K, tuple[PersonId, ...]]:
    """The clients of each answer."""
    found: dict[K, list[PersonId]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one.stay.client)
    return {key: tuple(found[key]) for key in sorted(found)}


def days_of(first: date, last: date, every: int = 1) -> list[date]:
    """Each `every` days from `first` up to `last`, both included where they fall on one."""
    return [first + timedelta(days=number) for number in range(0, (last - first).days + 1, every)]
