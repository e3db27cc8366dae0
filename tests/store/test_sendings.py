"""Messages to clients on real servers: kept before they go out, claimed by one, and still there after a crash."""

import asyncio
import os
import signal
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from telehealth.core import sendings as rule
from telehealth.core.ids import Millis, PersonId, SessionId
from telehealth.core.sendings import Channel, Fault, Progress, Sending, State, Why
from telehealth.store import keys
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from tests.store.records import BOB, EIGHT, P, S
from tests.support.redis import connected

pytestmark = pytest.mark.asyncio

FIRST = Progress(State.QUEUED, EIGHT, EIGHT)


def sending(step: int = 5, client: PersonId = BOB, session: SessionId = S, queued: Millis = EIGHT) -> Sending:
    name = rule.name_of(session, client, Why.LATE, step, Channel.EMAIL)
    return Sending(name, P, session, client, Why.LATE, step, Channel.EMAIL, queued, queued + 600_000, "system")


def claim(holder: str, at: Millis = EIGHT) -> Progress:
    found = rule.claimed(FIRST, holder, "smtp", at)
    assert found is not None
    return found


async def actions(raw: Redis) -> list[tuple[str, str, str]]:
    entries = [fields for _, fields in await raw.xrange(keys.audit(P))]
    return [tuple(fields[name].decode() for name in (b"actor", b"action", b"subject")) for fields in entries]  # type: ignore[misc]


async def test_a_step_is_queued_once(store: Store, raw: Redis) -> None:
    """However many nodes plan it, at another moment and after it went out, too; one audit entry by whoever asked."""
    one = sending()
    assert await store.sendings.queue(replace(one, by="person-alice"))
    assert not await store.sendings.queue(replace(one, queued=EIGHT + 7))
    assert await store.sendings.move(one, FIRST, claim("a"))
    assert not await store.sendings.queue(one)
    (kept,) = await store.sendings.of(P, S)
    assert (kept.sending, kept.progress) == (replace(one, by="person-alice"), claim("a"))
    assert await actions(raw) == [("person-alice", "sending.queued", f"{S} {one.id}")]


async def test_one_claim_wins(store: Store, shared: str) -> None:
    """Ten tries of two nodes at the same moment: one of them sends, and a repeat of its claim is still its own."""
    async with connected(shared) as other:
        for step in range(5):
            one = sending(step)
            await store.sendings.queue(one)
            claims = [claim(f"node.{number}") for number in range(10)]
            stores = [store, other] * 5
            won = await asyncio.gather(
                *(node.sendings.move(one, FIRST, mine) for node, mine in zip(stores, claims, strict=True))
            )
            assert sum(won) == 1
            assert await other.sendings.move(one, FIRST, claims[won.index(True)])


async def test_what_is_due(store: Store) -> None:
    """What is queued, at its time; what is claimed, when the claim runs out; nothing that is over; oldest first."""
    early, late = sending(5), sending(10, queued=EIGHT + 300_000)
    assert await store.sendings.due(EIGHT, 10) == []
    for one in (late, early):
        await store.sendings.queue(one)

    async def due(at: Millis) -> list[int]:
        return [one.sending.step for one in await store.sendings.due(at, 10)]

    assert await due(EIGHT - 1) == []
    assert await due(EIGHT) == [5]
    assert await due(EIGHT + 300_000) == [5, 10]
    assert len(await store.sendings.due(EIGHT + 300_000, 1)) == 1
    held = claim("a")
    await store.sendings.move(early, FIRST, held)
    assert await due(EIGHT + 1) == []
    assert await due(EIGHT + rule.CLAIM) == [5]
    await store.sendings.move(early, held, rule.settled(early, held, None, EIGHT + 900))
    assert await due(EIGHT + 600_000) == [10]
    assert [one.sending.step for one in await store.sendings.of(P, S)] == [5, 10]
    assert await store.sendings.of(P, SessionId("other")) == []


async def test_the_audit_log_tells_outcomes(store: Store, raw: Redis) -> None:
    """Queued, put off, sent: each with its time; a claim is not told. The latest time moves on with it."""
    one = sending()
    await store.sendings.queue(one)
    held = claim("a")
    await store.sendings.move(one, FIRST, held)
    again = rule.settled(one, held, Fault.BUSY, EIGHT + 1_000)
    await store.sendings.move(one, held, again)
    held = rule.claimed(again, "a", "smtp", again.next) or again
    await store.sendings.move(one, again, held)
    await store.sendings.move(one, held, rule.settled(one, held, None, again.next + 500))
    told = await actions(raw)
    assert [action for _, action, _ in told] == ["sending.queued", "sending.put_off", "sending.sent"]
    assert {actor for actor, _, _ in told} == {"system"}
    assert await store.latest_time() == again.next + 500


async def test_a_crash_keeps_what_was_to_be_sent(own_store: Store, redis: EmbeddedRedis) -> None:
    """After `kill -9` of Redis, what was queued is due, what was claimed is claimed, and a retry keeps its time."""
    queued, held, put_off = sending(5), sending(10), sending(15)
    for one in (queued, held, put_off):
        await own_store.sendings.queue(one)
    await own_store.sendings.move(held, FIRST, claim("dead"))
    later = rule.settled(put_off, claim("dead"), Fault.UNREACHABLE, EIGHT + 5_000)
    await own_store.sendings.move(put_off, FIRST, later)
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGKILL)
    async with connected(redis.url) as after:
        found = {one.sending.step: one.progress for one in await after.sendings.of(P, S)}
        assert found == {5: FIRST, 10: claim("dead"), 15: later}
        assert [one.sending.step for one in await after.sendings.due(later.next, 10)] == [5, 15]
