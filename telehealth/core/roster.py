"""Who was expected and who is there, and whom to remind when: a published timetable, as a function of the time.

Nobody is reminded of a session that has not begun (no host is in it) or has ended, nor after they have been seen in it
or in its waiting room. If several reminders fell due at once (the server was away), only the latest is sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .ids import Millis, PersonId
from .roles import ATTENDS
from .room import Room, Standing
from .sendings import Quiet


@dataclass(frozen=True, slots=True)
class Expected:
    """A session's clients, each in one place, by id."""

    present: tuple[PersonId, ...]
    waiting: tuple[PersonId, ...]
    gone: tuple[PersonId, ...]
    """Were here, and are not now."""
    missing: tuple[PersonId, ...]
    """Expected and never seen."""
    unexpected: tuple[PersonId, ...]
    """Here, waiting or gone, and not on the roster; they stand there, too."""


def expected(room: Room) -> Expected:
    """The roster against the room."""
    roster = set(room.opened.expected) if room.opened else set()
    standing = {m.person: m.standing for m in room.members.values() if m.role in ATTENDS}

    def those(*where: Standing) -> tuple[PersonId, ...]:
        return tuple(sorted(person for person, at in standing.items() if at in where))

    return Expected(
        those(Standing.SEATED),
        those(Standing.WAITING),
        those(Standing.LEFT, Standing.REMOVED),
        tuple(sorted(roster - standing.keys())),
        tuple(sorted(standing.keys() - roster)),
    )


GIVE_UP = 10
AGAIN = 5


@dataclass(frozen=True, slots=True)
class Timetable:
    """After how many minutes of absence a client is reminded."""

    id: str
    minutes: tuple[int, ...]
    give_up: int = GIVE_UP
    """Minutes after its time from which a reminder would come too late."""
    again: int = AGAIN
    """Minutes that pass between two reminders of which a person asked for one."""
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Nudge:
    """Remind this client: they are `minutes` late by the timetable."""

    client: PersonId
    minutes: int


def nudges(timetable: Timetable, room: Room, now: Millis, sent: Mapping[PersonId, Collection[int]]) -> list[Nudge]:
    """What is due at `now` and was not sent yet."""
    if room.opened is None or room.began is None or room.ended:
        return []
    late = (now - max(room.opened.starts, room.began)) // 60_000
    reached = max((minutes for minutes in timetable.minutes if minutes <= late), default=None)
    if reached is None:
        return []
    return [
        Nudge(client, reached)
        for client in expected(room).missing
        if not any(minutes >= reached for minutes in sent.get(client, ()))
    ]
