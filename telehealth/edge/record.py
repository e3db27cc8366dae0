"""What a room's log says: its state, and its attendance under the policy that the log names. Read, never written."""

from collections.abc import Sequence

from telehealth import packs
from telehealth.core import attendance
from telehealth.core.attendance import Row
from telehealth.core.events import Event, Opened
from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.records import Session
from telehealth.core.roles import ATTENDS
from telehealth.core.room import CLOSES_AFTER, Room, Standing, replay

from .site import Site


async def events(site: Site, programme: ProgrammeId, session: SessionId) -> list[Event]:
    return await site.store.logs.read(programme, session)


def rows(site: Site, log: Sequence[Event], now: Millis) -> tuple[Row, ...]:
    """A row for each client; measured to `now` while the session goes on."""
    if not log or not isinstance(log[0], Opened):
        return ()
    policy = site.policies.get(log[0].policy) or site.policies[packs.DEFAULT]
    return attendance.rows(log, policy, until=now)


def state(room: Room, session: Session, now: Millis) -> str:
    """scheduled | open | ended | cancelled"""
    if room.opened is None:
        if session.cancelled:
            return "cancelled"
        return "scheduled" if now < session.ends + CLOSES_AFTER else "ended"
    return "ended" if room.ended else "open"


def clients_standing(room: Room, standing: Standing) -> int:
    return sum(1 for m in room.standing(standing) if m.role in ATTENDS)


def room(log: Sequence[Event]) -> Room:
    return replay(log)
