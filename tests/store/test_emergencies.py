"""What medical personnel were told: kept sealed, once, in one step with its ledger row and its audit entry."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from telehealth.core.disclosure import Disclosed
from telehealth.core.emergencies import Emergency, disclosure
from telehealth.store import keys
from telehealth.store.redis_store import Store
from tests.store.records import BOB, EIGHT, HOUR, P, S, session

pytestmark = pytest.mark.asyncio
ONE = Emergency(
    "emergency-1", BOB, S, "R. Canary, paramedic", "County EMS", BOB, EIGHT + 5, "canary: fell", EIGHT + HOUR, BOB
)


async def test_an_emergency_is_kept_once_with_its_row(store: Store, raw: Redis) -> None:
    """Read back as it was; a repeat changes nothing; the row has the time of the telling, and no word of it."""
    assert await store.emergencies.of(P, BOB) == []
    assert await store.emergencies.put(P, ONE, session())
    assert not await store.emergencies.put(P, replace(ONE, nature="another"), session())
    earlier = replace(ONE, id="emergency-2", at=EIGHT + 1)
    assert await store.emergencies.put(P, earlier, session())
    assert await store.emergencies.of(P, BOB) == [earlier, ONE]
    assert await store.ledger.of(P, BOB) == [
        Disclosed(one.at, disclosure(one, session()), f"medical_emergency:{one.id}") for one in (earlier, ONE)
    ]
    entries = [fields[b"action"] for _, fields in await raw.xrange(keys.audit(P))]
    assert entries.count(b"emergency.disclosed") == 2
    kept = repr(await raw.hgetall(keys.emergencies(P, BOB))) + repr(await raw.xrange(keys.ledger(P, BOB)))
    assert "canary" not in kept.lower()
