"""Episodes: from admission to discharge in one track of a programme, and what may follow what (DOMAIN 1.3, 8).

An episode is a value with versions: each change replaces it whole, and every version that was ever written is kept with
its author and time (store/episodes.py). Days are the facility's. A step within a track is a new level of care
(coverage.py: `Care`) and leaves the episode as it is; a move to another track, and a return after a return to use, is a
new episode that names the one it follows. So a past week is never judged by what a client is in today.

Of one client no two episodes may be open on the same day, except that aftercare and alumni, which are no treatment,
may stand beside anything. Must not touch: clocks, zones, stores; codes of reasons are handed in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from .ids import Millis, PersonId
from .tracks import Track, TrackKind

MAX_REASON = 200
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Because(StrEnum):
    """Why an episode follows another one."""

    RETURN_TO_USE = "return_to_use"
    READMISSION = "readmission"
    STEP_DOWN = "step_down"
    STEP_UP = "step_up"
    TRANSFER = "transfer"


class Status(StrEnum):
    """How a client stands to an episode, or to the programme, on a day."""

    NONE = "none"
    """Never admitted."""
    PLANNED = "planned"
    """To be admitted on a later day."""
    ADMITTED = "admitted"
    PAUSED = "paused"
    DISCHARGED = "discharged"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a client is expected nowhere and still enrolled: a hospital, a holiday."""

    first: date
    last: date | None
    """The last day; None while nobody knows."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One enrolment, as it was last recorded. Sealed whole."""

    id: str
    client: PersonId
    track: str
    admitted: date
    discharged: date | None
    """The last day of the episode."""
    reason: str
    """A code of data/discharge-reasons.toml; empty while it is open."""
    counsellor: PersonId | None
    """The primary counsellor: the client is on their caseload while the episode is open."""
    recorded: Millis
    recorded_by: str
    after: str | None = None
    """The episode that this one follows."""
    because: str = ""
    """Why it follows it: a `Because`, or empty for a first admission."""
    pauses: tuple[Pause, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the client is enrolled on this day, paused or not."""
        return self.admitted <= day and (self.discharged is None or day <= self.discharged)

    def status(self, day: date) -> Status:
        if day < self.admitted:
            return Status.PLANNED
        if not self.covers(day):
            return Status.DISCHARGED
        paused = any(one.first <= day and (one.last is None or day <= one.last) for one in self.pauses)
        return Status.PAUSED if paused else Status.ADMITTED


@dataclass(frozen=True, slots=True)
class EpisodeChange:
    """One event of a client's enrolment: the episode as it became."""

    at: Millis
    actor: str
    what: str
    """admitted | discharged | reopened | paused | resumed | counsellor | moved | corrected"""
    episode: Episode


def as_known(changes: Iterable[EpisodeChange]) -> tuple[Episode, ...]:
    """The episodes as they are now, in the order in which they began."""
    latest = {change.episode.id: change.episode for change in changes}
    return tuple(sorted(latest.values(), key=lambda one: (one.admitted, one.recorded, one.id)))


def current(episodes: Iterable[Episode], day: date) -> Episode | None:
    """The episode that a client's day belongs to: of those that cover it the one that began last; else the next one
    that is planned, else the one that ended last."""
    known = sorted(episodes, key=lambda one: (one.admitted, one.recorded, one.id))
    covering = [one for one in known if one.covers(day)]
    planned = [one for one in known if day < one.admitted]
    ended = sorted(known, key=lambda one: (one.discharged or LATEST, one.admitted))
    return next(iter(covering[-1:] or planned[:1] or ended[-1:]), None)


def enrolled(episodes: Iterable[Episode]) -> bool:
    """Whether one of them is not discharged: the client belongs to the programme now or will."""
    return any(one.discharged is None for one in episodes)


def counsellors(episodes: Iterable[Episode]) -> frozenset[PersonId]:
    """On whose caseload a client of these episodes is."""
    return frozenset(one.counsellor for one in episodes if one.discharged is None and one.counsellor is not None)


# --- changes: each gives the new version, and `wrong` says whether it may be


def discharge(episode: Episode, last: date, reason: str) -> Episode:
    """Ended on `last`. A pause does not outlive it."""
    kept = tuple(
        one if one.last is not None and one.last <= last else replace(one, last=last)
        for one in episode.pauses
        if one.first <= last
    )
    return replace(episode, discharged=last, reason=reason, pauses=kept)


def reopen(episode: Episode) -> Episode:
    """As if it had not been discharged: what a mistake is mended by."""
    return replace(episode, discharged=None, reason="")


def pause(episode: Episode, first: date, last: date | None, reason: str) -> Episode:
    return replace(episode, pauses=(*episode.pauses, Pause(first, last, reason)))


def resume(episode: Episode, day: date) -> Episode:
    """Expected again from `day` on: a pause that covers it ends the day before; one that begins on it never was."""
    kept = tuple(
        replace(one, last=day - timedelta(days=1)) if one.first < day and (one.last is None or day <= one.last) else one
        for one in episode.pauses
        if one.first != day
    )
    return replace(episode, pauses=kept)


def wrong(
    episode: Episode, others: Iterable[Episode], tracks: Mapping[str, Track], reasons: Collection[str]
) -> tuple[str, ...]:
    """The fields that cannot be so, beside the client's other episodes (one of the same id is the one it replaces)."""
    rest = {one.id: one for one in others if one.id != episode.id}
    faults = {
        "track": episode.track not in tracks,
        "admitted": not EARLIEST <= episode.admitted <= LATEST,
        "discharged": episode.discharged is not None and not episode.admitted <= episode.discharged <= LATEST,
        "reason": bool(episode.reason) != (episode.discharged is not None)
        or (bool(episode.reason) and episode.reason not in reasons),
        "after": episode.after is not None and not _follows(episode, rest.get(episode.after)),
        "because": bool(episode.because) != (episode.after is not None)
        or (bool(episode.because) and episode.because not in frozenset(Because)),
        "pauses": not _possible(episode),
        "overlap": episode.track in tracks and any(_clash(episode, one, tracks) for one in rest.values()),
    }
    return tuple(name for name, fault in faults.items() if fault)


def _follows(episode: Episode, other: Episode | None) -> bool:
    return other is not None and other.client == episode.client and other.admitted <= episode.admitted


def _possible(episode: Episode) -> bool:
    """Pauses lie within the episode, one after the other; only the last one may be without an end, and only while the
    episode is."""
    before = episode.admitted - timedelta(days=1)
    end = episode.discharged or LATEST
    for one in sorted(episode.pauses, key=lambda one: one.first):
        last = one.last or LATEST
        if one.first <= before or last < one.first or last > end or len(one.reason) > MAX_REASON:
            return False
        before = last
    return True


def _clash(one: Episode, other: Episode, tracks: Mapping[str, Track]) -> bool:
    """Whether two treatments share a day, or two stays in the same track do."""
    both = _treats(one, tracks) and _treats(other, tracks)
    if not both and one.track != other.track:
        return False
    return one.admitted <= (other.discharged or LATEST) and other.admitted <= (one.discharged or LATEST)


def _treats(episode: Episode, tracks: Mapping[str, Track]) -> bool:
    """A track that nobody knows any more is taken for treatment."""
    return episode.track not in tracks or tracks[episode.track].kind is TrackKind.TREATMENT
