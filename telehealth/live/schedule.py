"""Writes the sessions of groups eight weeks ahead, and lets those that were written follow what staff change.

Every node does this for all programmes now and then; whoever changes a group does it for that group at once. What is
written has a name and a content that all nodes make alike from the same group (core/materialise.py), and the store
leaves alone whatever was opened, so it does not matter who comes first, how often, or who dies in between.

Must not touch: what a group is (core/series.py), rooms.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from telehealth import holidays
from telehealth.clock import Clock
from telehealth.core.closed_days import Closure, closures
from telehealth.core.ids import Millis, ProgrammeId
from telehealth.core.materialise import BACK, due
from telehealth.core.records import Session
from telehealth.core.series import Group
from telehealth.live.stopping import stop
from telehealth.store import ports, series_ports

log = logging.getLogger(__name__)

EVERY = 600.0
"""Seconds between two looks at all groups: a day's sessions come into reach once a day."""
AT_ONCE = 100
"""Sessions written in one round trip."""
_FAR = timedelta(days=800)
"""How far a meeting may be moved and still be looked up by its holidays."""


class Store(Protocol):
    """What of the store is needed."""

    @property
    def sessions(self) -> ports.Sessions: ...
    @property
    def series(self) -> series_ports.Groups: ...
    @property
    def programmes(self) -> ports.ProgrammeRecords: ...


async def closed(store: Store, programme: ProgrammeId, first: date, last: date) -> tuple[Closure, ...]:
    """The days on which this programme's groups do not meet."""
    return closures(holidays.load(), await store.series.closed_days(programme), first, last)


async def closed_around(store: Store, programme: ProgrammeId, here: date) -> frozenset[date]:
    """The same, as far as sessions are written from this day."""
    return frozenset(one.day for one in await closed(store, programme, here - BACK, here + _FAR))


async def wanted(store: Store, group: Group, now: Millis, holidays: Collection[date]) -> tuple[Session, ...]:
    """What would have to be written of a group as it is given."""
    series = group.series
    start = now - round(BACK.total_seconds() * 1000)
    written = await store.sessions.of_series(
        series.programme, series.id, start, now + round(_FAR.total_seconds() * 1000)
    )
    return due(group, written, now, holidays)


async def write(store: Store, group: Group, now: Millis, holidays: Collection[date]) -> int:
    """Write the sessions of one group; how many were written."""
    sessions = await wanted(store, group, now, holidays)
    count = 0
    for first in range(0, len(sessions), AT_ONCE):
        count += sum(await store.sessions.plan(group.series.programme, sessions[first : first + AT_ONCE]))
    return count


class Schedule:
    """Of one node."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.write()
            except ports.Unavailable:
                log.warning("sessions are not written ahead: the record cannot be reached")
            except Exception:  # the next look must come
                log.exception("the schedule met a bug")
            await asyncio.sleep(EVERY)

    async def write(self) -> int:
        """All groups of all programmes; how many sessions were written."""
        count = 0
        for programme in await self._store.programmes.all():
            now = self._clock.now()
            # some zone's yesterday: BACK is two days
            here = datetime.fromtimestamp(now / 1000, UTC).date()
            closed_days = await closed_around(self._store, programme, here)
            for group in await self._store.series.all(programme):
                try:
                    count += await write(self._store, group, now, closed_days)
                except ports.Unavailable:
                    raise
                except Exception:  # one group must not keep the others from being written
                    log.exception("the sessions of group %s cannot be written", group.series.id)
        return count


@asynccontextmanager
async def scheduling(schedule: Schedule) -> AsyncIterator[None]:
    """Write ahead in the background."""
    task = asyncio.create_task(schedule.run(), name="schedule")
    try:
        yield
    finally:
        await stop(task)
