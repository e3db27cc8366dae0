"""The wire of reports: lines with their figures, each with the sessions or clients that it was counted from."""

from .bodies import Out


class SessionCount(Out, frozen=True):
    session: str
    day: str
    came: int
    missed: int
    clients: int


class CensusLine(Out, frozen=True):
    day: str
    clients: int
    paused: int
    admitted: int
    """Since the line before."""
    discharged: int
    """Whose last day was since the line before."""
    tracks: dict[str, int]


class Census(Out, frozen=True):
    first: str
    last: str
    every: str
    tracks: list[str]
    """Codes, in the order of the programme's tracks."""
    titles: dict[str, str]
    days: list[CensusLine]


class AttendanceLine(Out, frozen=True):
    name: str
    title: str
    """Of a group; empty for everything else, and for sessions that belong to none."""
    sessions: int
    came: int
    missed: int
    excused: int
    share: float | None
    hours: float
    """Attended, of all clients together."""
    evidence: list[SessionCount]


class Attendance(Out, frozen=True):
    first: str
    last: str
    by: str
    complete: bool
    lines: list[AttendanceLine]


class SizeLine(Out, frozen=True):
    group: str
    title: str
    kind: str
    sessions: int
    largest: int
    average: float
    cap: int | None
    counts: str | None
    over: list[SessionCount]
    unknown: int
    """Sessions of which nobody counted the persons that the cap counts."""
    evidence: list[SessionCount]


class Sizes(Out, frozen=True):
    first: str
    last: str
    caps: str
    known_caps: list[str]
    complete: bool
    lines: list[SizeLine]


class RetentionCell(Out, frozen=True):
    day: int
    share: float | None
    retained: int
    lost: list[str]
    """Whom, for whoever goes after them."""
    paused: int
    too_early: int


class Cohort(Out, frozen=True):
    month: str
    admitted: int
    never_came: int
    days_to_first: float | None
    """The median."""
    retention: list[RetentionCell]
    initiated: dict[str, int]
    engaged: dict[str, int]
    reasons: dict[str, int]


class Retention(Out, frozen=True):
    first: str
    last: str
    rule: str
    window: int
    measure: str
    complete: bool
    cohorts: list[Cohort]
