"""A backup's view of the store: one instant, while others write."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from telehealth.store.copying import Item, Tally, Unknown, contents
from telehealth.store.redis_store import Store
from telehealth.store.snapshot import NoSnapshot, snapshot

pytestmark = pytest.mark.asyncio


async def test_it_is_one_instant(store: Store, raw: Redis, shared: str, tmp_path: Path) -> None:
    """What is written together is there together, however many write meanwhile, and the copy does not move."""
    ended = asyncio.Event()

    async def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            async with raw.pipeline(transaction=True) as both:
                both.set("{p}:count", number)
                both.xadd("{p}:log", {"n": number}, id=f"{number}-0")
                both.hset("{p}:index", str(number), "x")
                await both.execute()

    await raw.mset({f"{{p}}:fill{number}": "x" * 100 for number in range(20_000)})
    writing = asyncio.create_task(write())
    try:
        async with snapshot(shared, tmp_path / "copy") as copy:
            first, again = Tally(), Tally()
            held: dict[bytes, list[Item]] = {}
            async for item in contents(copy):
                first.add(item)
                held.setdefault(item.name, []).append(item)
            async for item in contents(copy):
                again.add(item)
            assert first == again
            with pytest.raises(NoSnapshot, match="Another backup"):
                async with snapshot(shared, tmp_path / "copy"):
                    pass
    finally:
        ended.set()
        await writing
    count = int(held[b"{p}:count"][0].content[0])
    assert count > 0
    assert sum(len(item.content) for item in held[b"{p}:log"] if item.type == "stream") == count
    assert len(held[b"{p}:index"][0].content) == 2 * count
    assert first.keys["string"] > 20_000
    assert not (tmp_path / "copy").exists()


async def test_what_no_archive_holds(store: Store, raw: Redis, shared: str, tmp_path: Path) -> None:
    """A kind of value that this server does not write is not left out in silence."""
    await raw.lpush("{p}:list", 1)
    async with snapshot(shared, tmp_path / "copy") as copy:
        with pytest.raises(Unknown):
            await anext(contents(copy))
