"""How a session of today stands, client by client: expected, late, missing, waiting, here, away; afterwards who came.

Nobody is late for a session that has not begun: as long as no host is in it, a client who comes finds a closed door.
From then on whoever was never seen is late after the grace of the attendance policy, and missing once the last reminder
of the timetable is due, because then the server has done what it does by itself. Must not touch: clocks, the store.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from .ids import Millis, PersonId
from .roles import ATTENDS
from .room import Member, Room, Standing
from .roster import Timetable

MINUTE: Millis = 60_000
UNREMINDED: Millis = 15 * MINUTE
"""When somebody is missing where no reminders are sent. Ours; no rule names a number."""


class Where(StrEnum):
    """One client of one session, now."""

    EXPECTED = "expected"
    LATE = "late"
    MISSING = "missing"
    """Late for so long that a person should look; after the session: never came."""
    WAITING = "waiting"
    HERE = "here"
    AWAY = "away"
    """Was here and is not, while the session goes on."""
    CAME = "came"
    """Was here in a session that is over."""
    EXCUSED = "excused"
    """Never came, and somebody excused it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """From how long after the beginning somebody is late, and missing."""

    late: Millis
    missing: Millis


def patience(late_after: Millis, timetable: Timetable) -> Patience:
    """By the attendance policy and the timetable of reminders that are in force."""
    last = max(timetable.minutes, default=0) * MINUTE or UNREMINDED
    return Patience(late_after, max(late_after, last))


def board(
    room: Room, roster: Iterable[PersonId], excused: Collection[PersonId], wait: Patience, at: Millis
) -> dict[PersonId, Where]:
    """Everybody who is expected or was seen, in the order of the roster; then those who stand on none, by id."""
    seen = {m.person: m for m in room.members.values() if m.role in ATTENDS and not _turned_back(m)}
    everybody = dict.fromkeys((*roster, *sorted(seen)))
    return {one: _where(room, seen.get(one), one in excused, wait, at) for one in everybody}


def _turned_back(member: Member) -> bool:
    """Whether they left the waiting room again, or were still in it at the end: that is no coming."""
    return member.seat is None and member.standing is Standing.LEFT


def _where(room: Room, member: Member | None, excused: bool, wait: Patience, at: Millis) -> Where:
    if member is None:
        return Where.EXCUSED if excused else _unseen(room, wait, at)
    if room.ended:
        return Where.CAME
    return {Standing.WAITING: Where.WAITING, Standing.SEATED: Where.HERE}.get(member.standing, Where.AWAY)


def _unseen(room: Room, wait: Patience, at: Millis) -> Where:
    if room.ended:
        return Where.MISSING
    if room.opened is None or room.began is None:
        return Where.EXPECTED
    late = at - max(room.opened.starts, room.began)
    if late < wait.late:
        return Where.EXPECTED
    return Where.LATE if late < wait.missing else Where.MISSING
