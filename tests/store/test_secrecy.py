"""What somebody sees who gets the whole of Redis, or its files: ids, times and codes, and nothing private."""

import time
from datetime import date
from pathlib import Path

import pytest
from redis.asyncio import Redis

from telehealth.core.closed_days import ClosedDays, OwnDay
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from tests.store.records import (
    BOB,
    CANARIES,
    HOUR,
    P,
    S,
    api_key,
    check_in,
    ended,
    entered,
    group,
    link,
    login,
    note,
    noted,
    opened,
    person,
    row,
    session,
    web_session,
)

pytestmark = pytest.mark.asyncio


async def test_nothing_private_is_in_redis_or_its_files(
    own_store: Store, own_raw: Redis, redis: EmbeddedRedis, tmp_path: Path
) -> None:
    """E1: after every kind of write, no name, contact, token, note or chat text is in any key, value, file or log."""
    now = time.time_ns() // 1_000_000
    await own_store.people.put(P, person())
    await own_store.people.put_login(login())
    await own_store.sessions.put(session())
    await own_store.series.put(group(), [], if_revision=0, actor=BOB, at=now)
    closed = ClosedDays((OwnDay(date(2026, 12, 24), CANARIES[8]),))
    await own_store.series.put_closed_days(P, closed, actor=BOB, at=now)
    await own_store.sessions.put_check_in(P, check_in())
    await own_store.access.put_link(CANARIES[12], link())
    await own_store.access.put_web_session(CANARIES[13], web_session(now + HOUR))
    await own_store.access.put_api_key(api_key())
    await own_store.access.allow(CANARIES[14], 5, 60)
    await own_store.logs.append(P, S, 0, [opened(), entered(1)], op="op-1", actor=BOB)
    await own_store.logs.pass_on(P, S, {"text": CANARIES[10]}, op="chat-1")
    await own_store.notes.write(P, [note()], noted())

    found = await contents(own_raw)
    for canary in (*CANARIES, "$argon2id"):
        assert canary.encode() not in found
    await own_store.logs.append(P, S, 2, [ended()], op="op-2", actor=BOB, rows=[row()])
    await own_raw.save()
    files = [path for path in (tmp_path / "redis").rglob("*") if path.is_file()]
    assert any(path.suffix == ".rdb" for path in files)
    assert any(path.suffix == ".aof" and b"person-bob" in path.read_bytes() for path in files)
    for path in files:
        for canary in (*CANARIES, "$argon2id"):
            assert canary.encode() not in path.read_bytes(), path.name


async def contents(raw: Redis) -> bytes:
    """Every key name and value, as they are: not as a dump, whose compression could hide a text."""
    found: list[bytes] = []
    for key in await raw.keys("*"):
        found.append(key)
        match await raw.type(key):
            case b"string":
                found.append(await raw.get(key))
            case b"hash":
                found += [part for pair in (await raw.hgetall(key)).items() for part in pair]
            case b"set":
                found += await raw.smembers(key)
            case b"zset":
                found += await raw.zrange(key, 0, -1)
            case b"stream":
                for _, fields in await raw.xrange(key):
                    found += [part for pair in fields.items() for part in pair]
            case other:
                raise AssertionError(f"a type that this test cannot read: {other!r}")
    return b"\n".join(found)
