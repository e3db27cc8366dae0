"""Links, signed-in browsers, API keys and the limiter on real servers. Tokens are nowhere."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from telehealth.core.ids import ProgrammeId
from telehealth.store import keys
from telehealth.store.redis_store import Store
from tests.store.records import BOB, CANARIES, EIGHT, HOUR, P, api_key, link, web_session
from tests.support.wait import until

pytestmark = pytest.mark.asyncio
LINK, WEB = CANARIES[12], CANARIES[13]


async def test_a_link_is_found_by_its_token_only(store: Store) -> None:
    """The token opens the link, its name finds it for staff, anything else finds nothing."""
    await store.access.put_link(LINK, link())
    found = await store.access.link(LINK)
    assert found == (keys.hashed(LINK), link())
    assert await store.access.link_by_name(found[0]) == link()
    assert await store.access.links_of(P, BOB) == {found[0]: link()}
    for wrong in (LINK[:-1], found[0], "", "x" * 5_000, "né"):
        assert await store.access.link(wrong) is None


async def test_a_link_is_revoked_once_and_by_its_own_programme(store: Store) -> None:
    """The time of the first revocation stays; another programme cannot revoke; an unknown link makes nothing."""
    await store.access.put_link(LINK, link())
    name = keys.hashed(LINK)
    await store.access.revoke_link(ProgrammeId("other"), name, EIGHT)
    assert (await store.access.link_by_name(name)) == link()
    await store.access.revoke_link(P, name, EIGHT + 1)
    await store.access.revoke_link(P, name, EIGHT + 2)
    found = await store.access.link(LINK)
    assert found is not None
    assert found[1].revoked == EIGHT + 1
    await store.access.revoke_link(P, "nothing", EIGHT)
    assert await store.access.link_by_name("nothing") is None


async def test_a_browser_is_signed_in_until_it_is_dropped(store: Store, raw: Redis) -> None:
    """The record is found by its token until it is dropped, and tidied up some time after its end."""
    now = time.time_ns() // 1_000_000
    await store.access.put_web_session(WEB, web_session(now + HOUR))
    assert await store.access.web_session(WEB) == web_session(now + HOUR)
    ttl = await raw.pttl(keys.web_session(WEB))
    assert HOUR < ttl < 30 * HOUR
    await store.access.drop_web_session(WEB)
    assert await store.access.web_session(WEB) is None


async def test_an_api_key_is_listed_used_and_revoked(store: Store) -> None:
    """A key is found by id and programme; use and revocation are stamped; an unknown one cannot be revoked."""
    await store.access.put_api_key(api_key("key1"))
    await store.access.put_api_key(api_key("key2"))
    await store.access.touch_api_key("key1", EIGHT + 1)
    await store.access.touch_api_key("key1", EIGHT + 2)
    assert await store.access.revoke_api_key("key1", EIGHT + 3)
    assert await store.access.revoke_api_key("key1", EIGHT + 4)
    assert not await store.access.revoke_api_key("key3", EIGHT)
    await store.access.touch_api_key("key3", EIGHT)
    one = await store.access.api_key("key1")
    assert one is not None
    assert (one.last_used, one.revoked) == (EIGHT + 2, EIGHT + 3)
    assert await store.access.api_keys(P) == [one, api_key("key2")]
    assert await store.access.api_key("key3") is None
    assert await store.access.api_keys(ProgrammeId("other")) == []


async def test_attempts_are_counted(store: Store) -> None:
    """Of many attempts at once exactly `limit` are let through, another name is not touched, and it passes."""
    asked = [store.access.allow("203.0.113.77", 5, 1) for _ in range(20)]
    assert sum(await asyncio.gather(*asked)) == 5
    assert await store.access.allow("203.0.113.78", 5, 1)

    async def again() -> bool:
        return await store.access.allow("203.0.113.77", 5, 1)

    await until(again, "the period is over", within=5)
