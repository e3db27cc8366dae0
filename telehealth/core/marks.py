"""Marks: one client's attendance of one session that has ended, as small as the programme's arithmetic needs it.

A mark is made of the row that counts (`corrections.py`) and of the session's record, and says nothing that they do not
say: whoever doubts a figure is shown the marks behind it, and behind each mark stands its row with the evidence.

Came, missed, excused: a correction decides where there is one, because somebody answers for it; without one the status
does. Only who came for too little (`absent`) or not at all missed the session; an excuse makes it neither. A make-up
session is a mark of its own and leaves the mark of the session that it is for as it was.

A mark is a plain tuple, because a page of two thousand clients makes fifty thousand of them. Must not touch: clocks,
the store.
"""

from datetime import date, tzinfo
from operator import attrgetter
from typing import NamedTuple

from .attendance import Status
from .corrections import Effective
from .day import date_of_service
from .ids import Millis, SessionId

CAME = frozenset({Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.PARTIAL})


class Mark(NamedTuple):
    """What counts of one client in one session."""

    session: SessionId
    day: date
    """The date of service: the facility's day of the scheduled start."""
    starts: Millis
    """As scheduled."""
    ends: Millis
    kind: str
    status: Status
    attended_ms: Millis
    corrected: bool = False
    """The minutes are what a person said."""
    make_up_for: str = ""
    """The session whose miss it makes up for; that stays a miss."""

    @property
    def excused(self) -> bool:
        return self.status is Status.EXCUSED and not self.came

    @property
    def came(self) -> bool:
        return self.attended_ms > 0 if self.corrected else self.status in CAME

    @property
    def missed(self) -> bool:
        return not self.came and self.status is not Status.EXCUSED


def mark_of(counts: Effective, zone: tzinfo, make_up_for: str = "") -> Mark:
    """The mark of a final row, as it counts."""
    row = counts.row
    return Mark(
        session=row.session,
        day=date_of_service(row.scheduled_start, zone),
        starts=row.scheduled_start,
        ends=row.scheduled_end,
        kind=row.kind,
        status=counts.status,
        attended_ms=counts.attended_ms,
        corrected=counts.correction is not None,
        make_up_for=make_up_for,
    )


by_time = attrgetter("starts", "session")
"""The order of a client's life."""
