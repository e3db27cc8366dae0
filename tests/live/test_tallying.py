"""The loop that counts attendance ahead: it comes to every programme, and goes on after a fault."""

from zoneinfo import ZoneInfo

import pytest

from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.live import tallying
from telehealth.store.ports import Unavailable
from telehealth.store.redis_store import Store
from tests.store.records import BOB, EIGHT, P, S, ended, opened, row
from tests.support.wait import until

pytestmark = pytest.mark.asyncio
ZONE = ZoneInfo("America/New_York")


async def test_it_counts_whatever_ended(one_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that ends while it runs is counted, also after Redis was away and after a bug."""
    monkeypatch.setattr(tallying, "EVERY", 0.01)
    count, faults = one_store.tally.count, [Unavailable("away"), RuntimeError("a bug"), None]

    async def failing(programme: ProgrammeId, zone: ZoneInfo, batches: int) -> bool:
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise fault
        return await count(programme, zone, batches)

    monkeypatch.setattr(one_store.tally, "count", failing)

    async def counted() -> bool:
        return bool(await one_store.tally.of(P, PersonId(BOB)))

    async with tallying.tallying(one_store.programmes, one_store.tally, ZONE):
        asked = one_store.logs.append(P, S, 0, [opened(), ended(EIGHT + 1)], op="o", actor="system", rows=[row()])
        await asked
        await until(counted, "the session is counted", 5)
    assert faults == []
