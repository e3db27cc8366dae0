"""Stays: a client's time in treatment, made of the episodes that follow each other without a break in it.

Whoever steps down, steps up or moves to another track has not left: those episodes are one stay, from the first
admission to the last day of the last of them. A return after a return to use and a readmission begin a new one. Census
counts episodes by track; retention and the measure of beginning and going on count stays.

Must not touch: clocks, the store.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from .episodes import Because, Episode
from .ids import PersonId

GOES_ON = frozenset({Because.STEP_DOWN, Because.STEP_UP, Because.TRANSFER})
Paused = tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class Stay:
    client: PersonId
    track: str
    """That of its last episode."""
    admitted: date
    discharged: date | None
    """The last day; None while it goes on."""
    reason: str = ""
    pauses: Paused = ()

    def on(self, day: date) -> bool:
        """Whether the client is enrolled on this day, paused or not."""
        return self.admitted <= day and (self.discharged is None or day <= self.discharged)

    def paused(self, day: date) -> bool:
        return any(first <= day and (last is None or day <= last) for first, last in self.pauses)


def stay_of(episode: Episode) -> Stay:
    """One episode as it stands."""
    pauses = tuple((one.first, one.last) for one in episode.pauses)
    return Stay(episode.client, episode.track, episode.admitted, episode.discharged, episode.reason, pauses)


def stays(episodes: Iterable[Episode]) -> tuple[Stay, ...]:
    """Of one client, in the order in which they began."""
    found: dict[str, Stay] = {}
    last_of: dict[str, str] = {}
    """Episode -> the first one of its stay."""
    for one in sorted(episodes, key=lambda one: (one.admitted, one.recorded, one.id)):
        before = last_of.get(one.after or "") if one.because in GOES_ON else None
        last_of[one.id] = before or one.id
        own = stay_of(one)
        if before is None:
            found[one.id] = own
        else:
            so_far = found[before]
            found[before] = replace(own, admitted=so_far.admitted, pauses=(*so_far.pauses, *own.pauses))
    return tuple(found.values())


def stay_on(known: Iterable[Stay], day: date) -> Stay | None:
    """The stay that a client's day belongs to: of those that have begun the latest, else the next that is planned."""
    ordered = sorted(known, key=lambda one: one.admitted)
    begun = [one for one in ordered if one.admitted <= day]
    return begun[-1] if begun else next(iter(ordered), None)
