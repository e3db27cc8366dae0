"""The hash chain of logs on real servers: every entry is linked, and tampering in Redis is found by its place."""

import logging
from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from telehealth.core import chain
from telehealth.core.ids import SessionId
from telehealth.store import keys
from telehealth.store.ports import Appended, Conflict
from telehealth.store.redis_store import Store
from tests.store.records import EIGHT, HOUR, P, S, assigned, ended, entered, opened, row, seat
from tests.support.redis import connected

pytestmark = pytest.mark.asyncio

LOG = keys.room(P, S, "log")
Fields = dict[bytes, bytes]
Entries = list[tuple[bytes, Fields]]


async def walked(store: Store, session: SessionId = S) -> chain.Walked:
    return chain.walk([entry async for entry in store.logs.entries(P, session)])


async def filled(store: Store, entries: int = 6) -> None:
    """A log of `entries` events, appended in several steps."""
    await store.logs.append(P, S, 0, [opened(), entered(1), seat(1)], op="op-0", actor="system")
    for version in range(3, entries):
        await store.logs.append(P, S, version, [assigned("w", version)], op=f"op-{version}", actor="system")


async def rewritten(raw: Redis, change: Callable[[Entries], Entries]) -> None:
    """Change the log as somebody with access to Redis would: read it, drop it, write it again."""
    entries = change(await raw.xrange(LOG))
    await raw.delete(LOG)
    for entry_id, fields in entries:
        await raw.xadd(LOG, fields, id=entry_id)


async def test_every_entry_is_linked_to_the_one_before(store: Store, raw: Redis, shared: str) -> None:
    """A log that two servers wrote walks from end to end; its head is on the rows and in the audit log."""
    await filled(store)
    async with connected(shared) as other:
        asked = other.logs.append(P, S, 6, [assigned("w", 7), ended()], op="op-end", actor="system", rows=[row()])
        assert await asked == Appended(8)
        assert await asked_again(other) == Appended(8)
    found = await walked(store)
    assert (found.entries, found.broken, found.unlinked) == (8, None, 0)
    (kept,) = [kept async for _, kept in store.attendance.closed(P, EIGHT, EIGHT + HOUR)]
    assert kept.head == found.head
    ((_, audited),) = await raw.xrevrange(keys.audit(P), count=1)
    assert audited[b"head"] == found.head.encode()
    assert (await walked(store, SessionId("never-was"))).entries == 0


async def asked_again(store: Store) -> Appended | Conflict:
    return await store.logs.append(P, S, 6, [assigned("w", 7), ended()], op="op-end", actor="system", rows=[row()])


def without(number: int) -> Callable[[Entries], Entries]:
    return lambda entries: entries[: number - 1] + entries[number:]


def swapped(entries: Entries) -> Entries:
    (third, of_third), (fourth, of_fourth) = entries[2], entries[3]
    return [*entries[:2], (third, of_fourth), (fourth, of_third), *entries[4:]]


def changed(number: int, name: bytes, value: bytes) -> Callable[[Entries], Entries]:
    return lambda entries: [
        (entry_id, {**fields, name: value} if place == number else fields)
        for place, (entry_id, fields) in enumerate(entries, 1)
    ]


def inserted(entries: Entries) -> Entries:
    return [*entries[:4], (b"4-1", entries[3][1]), *entries[4:]]


def unlinked(entries: Entries) -> Entries:
    return [*entries[:-1], (entries[-1][0], {k: v for k, v in entries[-1][1].items() if k != b"hash"})]


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        (changed(3, b"at", b"1795564800999"), 3),
        (changed(1, b"policy", b"iop-default/2"), 1),
        (changed(2, b"mood", b"added"), 2),
        (changed(5, b"hash", b"0" * 64), 5),
        (without(3), 4),
        (without(1), 2),
        (swapped, 3),
        (inserted, -1),
        (unlinked, 6),
    ],
    ids=["value", "first", "field added", "hash", "removed", "beheaded", "swapped", "inserted", "hash removed"],
)
async def test_tampering_is_found_by_its_place(
    store: Store, raw: Redis, tampering: Callable[[Entries], Entries], broken: int
) -> None:
    """A changed, removed, inserted or reordered entry is named: it is the first whose link does not hold."""
    await filled(store)
    await rewritten(raw, tampering)
    assert (await walked(store)).broken == broken


async def test_a_log_that_was_changed_under_a_running_server_is_noticed_at_once(
    store: Store, raw: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    """The next append writes nothing, says so in both logs, and the one after it goes on: a session is not stopped."""
    await filled(store)
    before = (await walked(store)).head
    await rewritten(raw, changed(6, b"hash", b"f" * 64))
    with caplog.at_level(logging.CRITICAL):
        asked = await store.logs.append(P, S, 6, [assigned("w", 7)], op="op-7", actor="system")
    assert asked == Conflict(6)
    assert len(await store.logs.read(P, S)) == 6
    assert S in caplog.text
    ((_, audited),) = await raw.xrevrange(keys.audit(P), count=1)
    assert (audited[b"action"], audited[b"subject"], audited[b"version"]) == (b"chain.broken", S.encode(), b"6")
    assert await store.logs.append(P, S, 6, [assigned("w", 7)], op="op-7", actor="system") == Appended(7)
    assert (await walked(store)).broken == 6
    assert before != "f" * 64


async def test_a_log_of_a_release_without_a_chain_goes_on_and_is_covered(store: Store, raw: Redis, shared: str) -> None:
    """Entries without a hash are good at the beginning, and the chain that follows protects them, too."""
    await filled(store)
    await rewritten(raw, lambda entries: [(i, {k: v for k, v in f.items() if k != b"hash"}) for i, f in entries])
    async with connected(shared) as later:
        assert await later.logs.append(P, S, 6, [assigned("w", 7)], op="op-7", actor="system") == Appended(7)
    found = await walked(store)
    assert (found.entries, found.broken, found.unlinked) == (7, None, 6)
    await rewritten(raw, changed(2, b"camera", b"1"))
    assert (await walked(store)).broken == 7
