"""Tracks: the standing groups of a programme that share a schedule (DOMAIN 8): day, evening, aftercare, alumni.

A programme is the clinic; its tracks say in which part of it a client is enrolled (episodes.py) and to which a series
of groups belongs. Aftercare and alumni are no treatment that is billed (DOMAIN 1.3), so a track says what it is.
A track is never deleted, because episodes of years ago name it: it is closed, and then nobody new is admitted.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MAX_TITLE = 60
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 32


class TrackKind(StrEnum):
    """What goes on in a track."""

    TREATMENT = "treatment"
    AFTERCARE = "aftercare"
    ALUMNI = "alumni"


@dataclass(frozen=True, slots=True)
class Track:
    """One track. Its title is sealed: a clinic may name it after anything."""

    code: str
    """How episodes and series name it: `day`, `evening`."""
    title: str
    kind: TrackKind = TrackKind.TREATMENT
    open: bool = True
    """Whether anybody may be admitted to it."""
    hours: str = ""
    """When it meets, in the clinic's words: for whoever chooses one."""


USUAL: tuple[Track, ...] = (
    Track("day", "Day"),
    Track("evening", "Evening"),
    Track("aftercare", "Aftercare", TrackKind.AFTERCARE),
    Track("alumni", "Alumni", TrackKind.ALUMNI),
)
"""What a programme has that was never asked."""


def wrong(track: Track) -> tuple[str, ...]:
    """The fields that cannot be so, by name."""
    faults = {
        "code": not CODE.fullmatch(track.code) or len(track.code) > _LONGEST,
        "title": not track.title.strip() or len(track.title) > MAX_TITLE or not track.title.isprintable(),
        "hours": len(track.hours) > MAX_TITLE or not (track.hours.isprintable()),
    }
    return tuple(name for name, fault in faults.items() if fault)


def with_track(tracks: Iterable[Track], track: Track) -> tuple[Track, ...]:
    """The tracks, with this one in the place of the one of its code, or at the end."""
    known = {one.code: one for one in tracks}
    return tuple({**known, track.code: track}.values())


def titled(tracks: Iterable[Track]) -> dict[str, str]:
    """By code what a page or a file calls each track."""
    return {one.code: one.title for one in tracks}
