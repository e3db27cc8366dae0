"""Marks of who is on their way: the last one of each person, for a while, by id and code alone."""

import pytest
from redis.asyncio import Redis

from telehealth.core.arriving import Arrival, Doing
from telehealth.core.ids import SessionId
from telehealth.store import keys
from telehealth.store.arrivals import KEPT
from telehealth.store.redis_store import Store
from tests.store.records import BOB, P, S

pytestmark = pytest.mark.asyncio


async def test_the_last_mark_is_kept_for_a_while(store: Store, raw: Redis) -> None:
    """A later mark replaces the earlier one; all of them pass."""
    await store.arrivals.put(P, S, BOB, Arrival(Doing.OPENED, 1))
    await store.arrivals.put(P, S, BOB, Arrival(Doing.DEVICES, 2))
    assert await store.arrivals.of(P, S) == {BOB: Arrival(Doing.DEVICES, 2)}
    assert await store.arrivals.of(P, SessionId("another")) == {}
    assert 0 < await raw.ttl(keys.arriving(P, S)) <= KEPT
