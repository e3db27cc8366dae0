"""Redis frozen, gone, or refusing to write: "not now" in time, nothing doubled, and back by itself."""

import asyncio
import logging
import os
import signal
import time

import pytest
from redis.asyncio import Redis

from telehealth.core.ids import SessionId
from telehealth.store import keys
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.ports import Appended, Unavailable
from telehealth.store.redis_store import Store
from tests.store.records import CANARIES, EIGHT, P, S, assigned, note, noted, opened, person

pytestmark = pytest.mark.asyncio


async def test_frozen_is_not_now_within_2_5_seconds_and_nothing_doubles(own_store: Store, redis: EmbeddedRedis) -> None:
    """S6: every kind of call ends in time, however many there are; asked again, each operation happens once."""
    await own_store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGSTOP)
    began = time.monotonic()
    answers = await asyncio.gather(
        *(own_store.logs.append(P, S, 1, [assigned("w")], op="op-2", actor="system") for _ in range(80)),
        own_store.logs.read(P, S),
        own_store.logs.follow(P, S, 1, "", 0.05),
        own_store.logs.pass_on(P, S, {"n": 1}, op="chat-1"),
        own_store.notes.write(P, [note()], noted()),
        own_store.access.web_session("token"),
        own_store.ping_write(),
        return_exceptions=True,
    )
    took = time.monotonic() - began
    assert {type(answer) for answer in answers} == {Unavailable}
    assert took < 2.5
    os.kill(redis.pid, signal.SIGCONT)
    assert await own_store.logs.append(P, S, 1, [assigned("w")], op="op-2", actor="system") == Appended(2)
    await own_store.logs.pass_on(P, S, {"n": 1}, op="chat-1")
    assert await own_store.logs.read(P, S) == [opened(), assigned("w")]
    assert len(await own_store.logs.recent(P, S)) == 1


async def test_frozen_for_a_moment_is_not_noticed(own_store: Store, redis: EmbeddedRedis) -> None:
    """A stall shorter than our patience delays an answer and nothing else."""
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGSTOP)
    asked = asyncio.create_task(own_store.logs.append(P, S, 0, [opened()], op="op-1", actor="system"))
    await asyncio.wait([asked], timeout=0.3)
    assert not asked.done()
    os.kill(redis.pid, signal.SIGCONT)
    assert await asked == Appended(1)


async def test_gone_is_not_now_and_back_needs_nobody(own_store: Store, redis: EmbeddedRedis) -> None:
    """While Redis is away calls are refused in time; the same store works again when it is back."""
    await own_store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await redis.stop()
    began = time.monotonic()
    asked = (own_store.logs.read(P, S), own_store.logs.follow(P, S, 0, "", 0.05), own_store.ping_write())
    assert {type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)} == {Unavailable}
    assert time.monotonic() - began < 2.5
    await redis.start()
    assert await own_store.logs.read(P, S) == [opened()]
    assert await own_store.logs.follow(P, S, 0, "", 1) == ([opened()], [], [])


async def test_a_follower_is_told_when_redis_goes(own_store: Store, redis: EmbeddedRedis) -> None:
    """A room that waits for news does not wait for ever on a dead connection."""
    following = asyncio.create_task(own_store.logs.follow(P, S, 0, "", 30))
    await asyncio.wait([following], timeout=0.2)
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGKILL)
    with pytest.raises(Unavailable):
        async with asyncio.timeout(5):
            await following


async def test_a_server_that_refuses_to_write_is_unavailable(own_store: Store, own_raw: Redis) -> None:
    """Without the replicas that it must wait for, Redis reads and does not write: the store says so, and recovers."""
    await own_store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await own_raw.config_set("min-replicas-to-write", "1")
    with pytest.raises(Unavailable, match="NOREPLICAS"):
        await own_store.ping_write()
    with pytest.raises(Unavailable):
        await own_store.logs.append(P, S, 1, [assigned("w")], op="op-2", actor="system")
    assert await own_store.logs.read(P, S) == [opened()]
    await own_raw.config_set("min-replicas-to-write", "0")
    assert await own_store.logs.append(P, S, 1, [assigned("w")], op="op-2", actor="system") == Appended(2)


async def test_scripts_that_redis_forgot_are_sent_again(own_store: Store, own_raw: Redis) -> None:
    """A flushed script cache costs one more round trip and no error."""
    await own_store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await own_raw.script_flush()
    assert await own_store.logs.append(P, S, 1, [assigned("w")], op="op-2", actor="system") == Appended(2)


async def test_a_failure_shows_no_content(
    own_store: Store, own_raw: Redis, caplog: pytest.LogCaptureFixture, redis: EmbeddedRedis
) -> None:
    """Neither an error nor a log line, at any level, shows a key, a value or the address of the server."""
    caplog.set_level(logging.DEBUG)
    await own_raw.set(keys.person(P, person().id), CANARIES[0])
    failures: list[Exception] = []
    for asked in (own_store.people.put(P, person()), own_store.people.get(P, [person().id])):
        with pytest.raises(Unavailable, match="WRONGTYPE") as caught:
            await asked
        failures.append(caught.value)
    await redis.stop()
    with pytest.raises(Unavailable) as caught:
        await own_store.people.put(P, person())
    failures.append(caught.value)
    told = "\n".join([*map(repr, failures), caplog.text])
    for secret in (*CANARIES, person().id, "store.sock", "prog1"):
        assert secret not in told
    assert all(failure.__cause__ is None for failure in failures)


async def test_a_cancelled_call_leaves_no_answer_behind(own_store: Store, redis: EmbeddedRedis) -> None:
    """A caller that goes away in mid-call does not hand its answer to the next one."""
    await own_store.logs.append(P, S, 0, [opened(at=EIGHT)], op="op-1", actor="system")
    assert redis.pid is not None
    for _ in range(40):
        os.kill(redis.pid, signal.SIGSTOP)
        asked = asyncio.create_task(own_store.logs.last_seen(P, S))
        await asyncio.wait([asked], timeout=0.01)
        asked.cancel()
        os.kill(redis.pid, signal.SIGCONT)
        assert await own_store.logs.read(P, S) == [opened(at=EIGHT)]


async def test_two_hundred_at_once_are_all_answered(own_store: Store) -> None:
    """More calls than connections wait their turn and are all answered."""
    rooms = [SessionId(f"s{number}") for number in range(200)]
    asked = (own_store.logs.append(P, room, 0, [opened(room)], op="op-1", actor="system") for room in rooms)
    assert await asyncio.gather(*asked) == [Appended(1)] * 200
