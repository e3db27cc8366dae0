"""What goes on in the sessions of a day, read once for everybody who has the page of the day open.

Sixty open pages ask every quarter of a minute. A room is its log folded, and folds are kept (folds.py); the board of a
day is good for `FRESH`, whoever asks. What lacks for billing takes reading half the record: it is looked up again when
the feed of changes has grown, else after `LACKS`.

Ids, times, and the titles and staff of sessions are kept, for as long as somebody asks. Names of clients never are.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from telehealth import packs
from telehealth.core.audience import alerts
from telehealth.core.billable import Reason
from telehealth.core.corrections import Excuse, Said
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.records import Session
from telehealth.core.room import Room
from telehealth.core.series import SUPERSEDED
from telehealth.core.today import Where, board, patience

from . import record
from .billing import Billing
from .folds import Folds
from .site import Site

FRESH: Millis = 3_000
LACKS: Millis = 60_000
DAYS = 8
"""That are remembered."""


@dataclass(frozen=True, slots=True)
class Going:
    """One session, as it stands."""

    session: Session
    state: str
    """scheduled | open | ended | not_held | cancelled"""
    began: Millis | None
    clients: Mapping[PersonId, Where]
    lacking: Mapping[Reason, int]
    """Of how many rows each reason holds; nothing before the session has opened."""
    alerts: int
    """Calls for help that nobody has answered, and clients whom staff miss."""


@dataclass
class _Day:
    """One day's board, and the lock by which one reads and the others wait."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    read: Millis = 0
    going: Sequence[Going] = ()
    staff: Mapping[PersonId, str] = field(default_factory=dict)
    change: str = ""
    looked: Millis = 0
    opened: frozenset[SessionId] = frozenset()
    lacking: Mapping[SessionId, Mapping[Reason, int]] = field(default_factory=dict)


class Boards:
    """The boards of the days that somebody looks at."""

    def __init__(self, site: Site, folds: Folds) -> None:
        self._site, self._folds = site, folds
        self._days: OrderedDict[tuple[ProgrammeId, Millis], _Day] = OrderedDict()

    async def of(
        self, programme: ProgrammeId, start: Millis, end: Millis
    ) -> tuple[Sequence[Going], Mapping[PersonId, str]]:
        """The sessions of [start, end), and the names of those who lead them."""
        day = self._days.setdefault((programme, start), _Day())
        self._days.move_to_end((programme, start))
        while len(self._days) > DAYS:
            self._days.popitem(last=False)
        async with day.lock:
            now = self._site.clock.now()
            if not 0 <= now - day.read < FRESH:
                await self._read(day, programme, start, end, now)
                day.read = now
        return day.going, day.staff

    async def _read(self, day: _Day, programme: ProgrammeId, start: Millis, end: Millis, now: Millis) -> None:
        store = self._site.store
        found = await store.sessions.between(programme, start, end)
        sessions = [one for one in found if one.cancelled != SUPERSEDED]  # a group that stands on another day now
        names = [one.id for one in sessions]
        rooms = await asyncio.gather(*(self._folds.room(programme, name) for name in names))
        heard = await store.corrections.of(programme, names)
        opened = frozenset(one.id for one, room in zip(sessions, rooms, strict=True) if room.opened is not None)
        await self._look(day, programme, opened, now)
        staff = await store.people.get(programme, sorted({who for one in sessions for who in one.facilitators}))
        day.staff = {who: one.legal_name for who, one in staff.items()}
        day.going = [
            self._going(one, room, heard[one.id].said if one.id in heard else (), day.lacking.get(one.id, {}), now)
            for one, room in zip(sessions, rooms, strict=True)
        ]

    async def _look(self, day: _Day, programme: ProgrammeId, opened: frozenset[SessionId], now: Millis) -> None:
        """What lacks for billing, if it may have changed."""
        change = await self._site.store.attendance.last_change(programme)
        if (change, opened) == (day.change, day.opened) and 0 <= now - day.looked < LACKS:
            return
        billing = Billing(self._site, programme)
        await billing.load(sorted(opened))
        day.lacking = {session: billing.lacking(session) for session in opened}
        day.change, day.opened, day.looked = change, opened, now

    def _going(
        self, session: Session, room: Room, said: Iterable[Said], lacking: Mapping[Reason, int], now: Millis
    ) -> Going:
        policies = self._site.policies
        policy = policies.get(room.opened.policy if room.opened else "") or policies[packs.DEFAULT]
        excused = {one.client: one.excused for one in said if isinstance(one, Excuse)}
        clients = board(
            room,
            session.roster,
            {client for client, so in excused.items() if so},
            patience(policy.late_after, self._site.timetable),
            now,
        )
        return Going(session, _state(room, session, now), room.began, clients, lacking, len(alerts(room, {})))


def _state(room: Room, session: Session, now: Millis) -> str:
    state = record.state(room, session, now)
    if room.opened is not None:
        return state
    if session.cancelled:
        return "cancelled"
    return "not_held" if state == "ended" else state
