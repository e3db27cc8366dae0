"""Counts attendance ahead for the staff's pages, in the background, whichever node comes to it (store/tally.py).

A page counts a few changes itself; this loop keeps the rest small, and counts everything once after an update or where
the zone was changed. Two nodes do each other no harm: what one has written the other finds done. While Redis is away
nothing is counted and nothing is lost.

Must not touch: what is counted.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from telehealth.live.stopping import stop
from telehealth.store import ports, tally_ports

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks, once nothing is left."""
AT_ONCE = 10
"""Batches of one programme before the next one has its turn."""


async def tally(programmes: ports.ProgrammeRecords, counts: tally_ports.Tally, zone: ZoneInfo) -> None:
    """For ever."""
    while True:
        pause = EVERY
        try:
            for programme in await programmes.all():
                if not await counts.count(programme, zone, AT_ONCE):
                    pause = 0
        except ports.Unavailable:
            log.warning("the tally waits: the record cannot be read")
            pause = EVERY
        except Exception:  # a page still counts by itself, and says what is not counted yet
            log.exception("the tally met a bug")
            pause = EVERY
        await asyncio.sleep(pause)


@asynccontextmanager
async def tallying(
    programmes: ports.ProgrammeRecords, counts: tally_ports.Tally, zone: ZoneInfo
) -> AsyncIterator[None]:
    """Count in the background."""
    task = asyncio.create_task(tally(programmes, counts, zone), name="tally")
    try:
        yield
    finally:
        await stop(task)
