"""A client's week in hours: by kind against what was ordered, and the day on which the level of care is lost.

`hours.py` says how the week stands now; here it is said until when it can still be met: the first day after which too
little is left even if nothing more is missed. A day that has been counts by what was attended on it; a day to come by
what is scheduled on it, each moment once. Where the schedule itself is too small nobody lost it by missing anything,
and no day is named.

Every figure carries the sessions that it is made of. Must not touch: clocks; "now" and today are handed in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .hours import MINUTE, LevelOfCare, Week, to_come, week
from .ids import Millis, PersonId, SessionId
from .marks import Mark, by_time
from .spans import length, merged


@dataclass(frozen=True, slots=True)
class Order:
    """How much of what was ordered for a client, a week. Dated as `coverage.py` has it: nothing is overwritten."""

    id: str
    client: PersonId
    effective_from: date
    effective_to: date | None
    """The last day."""
    minutes: Mapping[str, int]
    """Kind of session -> minutes a week."""
    recorded: Millis
    recorded_by: str
    withdrawn: Millis | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """A session that has not ended and expects the client."""

    session: SessionId
    day: date
    """The date of service."""
    starts: Millis
    ends: Millis
    kind: str
    attended_ms: Millis = 0
    """What of it the client has attended so far, where it is going on."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day of the week, of the kinds that count."""

    day: date
    attended: Millis
    scheduled: Millis
    left: Millis

    @property
    def most(self) -> Millis:
        """What the day could have given, or still can."""
        return max(self.scheduled, self.attended + self.left)


@dataclass(frozen=True, slots=True)
class KindHours:
    """One kind of session in the week."""

    kind: str
    minutes: int
    minutes_to_come: int
    ordered: int | None
    """Minutes a week; None where none were ordered of this kind."""
    counts: bool
    """Whether the level of care counts it."""
    sessions: tuple[SessionId, ...]
    """Those of which anything was attended."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """How the week stands, and what it is made of. What only a page shows is worked out when it is asked for: `stands`
    is enough to put a caseload of two thousand in order."""

    level: LevelOfCare
    first: date
    stands: Week
    parts: tuple[Mark | Coming, ...]
    """The week's sessions of every kind: those that ended, then the others, each in order."""
    wanted: Mapping[str, int]
    """What was ordered: kind -> minutes."""
    now: Millis
    over: bool

    @property
    def needed(self) -> int:
        """Minutes that the level of care asks for."""
        return self.level.week_minutes

    @property
    def ordered(self) -> int | None:
        """Minutes that were ordered altogether."""
        return sum(self.wanted.values()) if self.wanted else None

    @property
    def enough_scheduled(self) -> bool:
        """Whether the week's sessions, all of them attended, would have been enough."""
        return sum(one.most for one in self.days) >= self.needed * MINUTE

    @property
    def lost_after(self) -> date | None:
        """The day after which the hours cannot be met any more, if nothing is attended until its end; a past day or
        today where they cannot be met already. None where they are met, or never could have been."""
        return lost_after(self.needed * MINUTE, self.days)

    @property
    def counted(self) -> tuple[SessionId, ...]:
        """The sessions behind the minutes."""
        return tuple(one.session for one in self._eligible if one.attended_ms > 0)

    @property
    def coming(self) -> tuple[SessionId, ...]:
        """Those that can still add to them."""
        left = (one for one in self._eligible if isinstance(one, Coming) and one.ends > self.now)
        return () if self.over else tuple(one.session for one in left)

    @property
    def days(self) -> list[DayHours]:
        """The days with sessions that count, in order."""
        found: dict[date, list[Mark | Coming]] = defaultdict(list)
        for one in self._eligible:
            found[one.day].append(one)
        return [
            DayHours(
                day,
                sum(one.attended_ms for one in ones),
                length(merged((one.starts, one.ends) for one in ones)),
                0 if self.over else _left(ones, self.now),
            )
            for day, ones in sorted(found.items())
        ]

    @property
    def kinds(self) -> tuple[KindHours, ...]:
        """By kind: those that count first, then by name."""
        counting = self.level.kinds
        kinds = {one.kind for one in self.parts} | set(self.wanted)
        found = []
        for kind in sorted(kinds, key=lambda kind: (kind not in counting, kind)):
            ones = [one for one in self.parts if one.kind == kind]
            found.append(
                KindHours(
                    kind,
                    sum(one.attended_ms for one in ones) // MINUTE,
                    0 if self.over else _left(ones, self.now) // MINUTE,
                    self.wanted.get(kind),
                    kind in counting,
                    tuple(one.session for one in ones if one.attended_ms > 0),
                )
            )
        return tuple(found)

    @property
    def _eligible(self) -> list[Mark | Coming]:
        return [one for one in self.parts if one.kind in self.level.kinds]


def lost_after(needed: Millis, days: Sequence[DayHours]) -> date | None:
    """The first of these days, in order, after which what was attended until then and all that follows is too little.
    None if that never happens, or if it was so before the first."""
    left, attended = sum(one.most for one in days), 0
    if left < needed:
        return None
    for one in days:
        left -= one.most
        attended += one.attended
        if attended + left < needed:
            return one.day
    return None


def week_of(
    level: LevelOfCare,
    first: date,
    marks: Iterable[Mark],
    coming: Iterable[Coming],
    order: Order | None,
    now: Millis,
    today: date,
) -> WeekHours:
    """The week of `level` that begins on `first`, made of whatever of a client's marks and sessions lies in it."""
    last = first + timedelta(days=6)
    over = today > last
    held = sorted((m for m in marks if first <= m.day <= last), key=by_time)
    ahead = sorted((c for c in coming if first <= c.day <= last), key=lambda c: (c.starts, c.session))
    parts: tuple[Mark | Coming, ...] = (*held, *ahead)
    attended = sum(one.attended_ms for one in parts if one.kind in level.kinds)
    left = 0 if over else _left((one for one in ahead if one.kind in level.kinds), now)
    wanted = {} if order is None else order.minutes
    return WeekHours(level, first, week(level, attended, left, over=over), parts, wanted, now, over)


def _left(parts: Iterable[Mark | Coming], now: Millis) -> Millis:
    return to_come(((one.starts, one.ends) for one in parts if isinstance(one, Coming)), now)
