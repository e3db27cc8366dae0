"""Attendance: a fold over a room's events. Raw intervals first; minutes and status only under a named policy.

An interval begins when a client is seated or returns, and ends at the last proof that they were there: never at the
time when somebody noticed their absence. Waiting counts nothing. A person's minutes are the union of their intervals,
so two tabs never count twice. A collateral or a member of staff gets no row.
"""

from dataclasses import dataclass
from enum import StrEnum

from .ids import Millis, PersonId, ProgrammeId, SessionId


class Status(StrEnum):
    """DOMAIN 2.2. `excused` and corrections are people's part and come later."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    PARTIAL = "partial"
    ABSENT = "absent"
    NO_SHOW = "no_show"
    IN_SESSION = "in_session"
    """The session is still going on: not judged yet."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Proven presence, [start, end) in UTC ms. `end` is None while it lasts."""

    start: Millis
    end: Millis | None
    ended_by: str = ""
    """left | lost | removed | ended | gap; empty while it lasts."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How raw time is judged. From a data file that a clinic can change; name and version stay on every row."""

    name: str
    version: int
    late_after: Millis
    """Later than this after the start is `late`."""
    left_early_before: Millis
    """Leaving more than this before the end is `left_early`."""
    absent_below: float
    """Less than this share of the session's length is `absent` (0 to 1)."""
    present_from: float
    """At least this share is needed not to be `partial` (0 to 1)."""

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Row:
    """One client's attendance of one session, ready to be stored or exported."""

    programme: ProgrammeId
    session: SessionId
    client: PersonId
    kind: str
    scheduled_start: Millis
    scheduled_end: Millis
    session_start: Millis | None
    """When the first member of staff was seated."""
    session_end: Millis | None
    first_join: Millis | None
    last_leave: Millis | None
    intervals: tuple[Interval, ...]
    milliseconds: Millis
    """Union of the intervals."""
    minutes: int
    """Whole minutes of it, rounded down."""
    status: Status
    policy: str
    group_size_clients: int
    """Distinct clients who were present at any time."""
    final: bool
    """Whether the session has ended."""
