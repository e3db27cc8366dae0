"""Logs of rooms on real servers: version check, repeats, what one append changes, following, the ring."""

import asyncio
from dataclasses import replace
from itertools import permutations

import pytest
from redis.asyncio import Redis

from telehealth.core.audit_chain import walk
from telehealth.core.ids import MemberNumber, ProgrammeId, SessionId
from telehealth.store import keys
from telehealth.store.ports import Appended, Conflict
from telehealth.store.redis_store import Store
from tests.store.records import BOB, EIGHT, HOUR, P, S, assigned, ended, entered, opened, row, seat

pytestmark = pytest.mark.asyncio


async def test_events_come_back_in_order(store: Store) -> None:
    """What was appended is read back, whole and in order, from any version on."""
    events = [opened(), entered(1), seat(1)]
    assert await store.logs.append(P, S, 0, events, op="op-1", actor="system") == Appended(3)
    assert await store.logs.read(P, S) == events
    assert await store.logs.read(P, S, after=2) == events[2:]
    assert await store.logs.read(P, S, after=3) == []
    assert await store.logs.read(P, SessionId("another")) == []


async def test_a_long_log_is_read_over_several_pages(store: Store) -> None:
    """A log longer than one page is read whole, none twice."""
    events = [opened(), *(assigned(f"w{n}", n) for n in range(1, 1_202))]
    for start in range(0, len(events), 300):
        part = events[start : start + 300]
        assert isinstance(await store.logs.append(P, S, start, part, op=f"op-{start}", actor="system"), Appended)
    assert await store.logs.read(P, S) == events


async def test_a_stale_decision_is_a_conflict_and_changes_nothing(store: Store, raw: Redis) -> None:
    """An append based on an older or a future version writes nothing at all."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    before = await everything(raw)
    for version in (0, 2, 7):
        asked = store.logs.append(P, S, version, [ended()], op=f"op-v{version}", actor="system", rows=[row()])
        assert await asked == Conflict(1)
    assert await everything(raw) == before


async def test_of_many_at_once_one_wins(store: Store) -> None:
    """Of 40 appends decided on one version, exactly one is written; the others are told the new version."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    answers = await asyncio.gather(
        *(store.logs.append(P, S, 1, [assigned(f"w{n}")], op=f"many-{n}", actor="system") for n in range(40))
    )
    assert sorted(map(repr, answers)) == sorted(map(repr, [Appended(2)] + [Conflict(2)] * 39))
    assert len(await store.logs.read(P, S)) == 2


async def test_repeats_late_and_out_of_order_have_one_effect(store: Store) -> None:
    """S7: operations sent again two to five times, late and out of order, keep one effect and their first answer."""
    for number, order in enumerate(permutations(range(3))):
        room = SessionId(f"s{number}")

        async def ask(n: int, version: int, room: SessionId = room) -> Appended | Conflict:
            return await store.logs.append(P, room, version, [assigned(f"w{n}")], op=f"op-{n}", actor="system")

        first = [await ask(n, n) for n in range(3)]
        for times in range(1, 5):
            for n in order[:times]:
                assert await ask(n, n) == first[n]
        assert await asyncio.gather(*(ask(1, 99) for _ in range(5))) == [first[1]] * 5
        assert await store.logs.read(P, room) == [assigned(f"w{n}") for n in range(3)]


async def test_an_append_writes_log_index_and_audit_together(store: Store, raw: Redis) -> None:
    """One append also opens the room in the index, writes who did it, and raises the latest time."""
    await store.logs.append(P, S, 0, [opened(), entered(1, EIGHT + 5)], op="op-1", actor=BOB)
    assert await store.logs.open_rooms() == [(P, S)]
    entries = await raw.xrange(keys.audit(P))
    assert walk(entries).broken is None
    ((_, entry),) = entries
    assert entry == {
        b"n": b"1",
        b"hash": entry[b"hash"],
        b"actor": BOB.encode(),
        b"action": b"Opened,Entered",
        b"subject": S.encode(),
        b"at": str(EIGHT + 5).encode(),
        b"version": b"2",
        b"head": (await raw.xrevrange(keys.room(P, S, "log"), count=1))[0][1][b"hash"],
    }
    assert await store.latest_time() == EIGHT + 5


async def test_the_end_stores_rows_once_and_closes_the_room(store: Store, raw: Redis) -> None:
    """With `Ended`, final rows and their months are written in the same step, once, and the ring is gone."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await store.logs.pass_on(P, S, {"text": "hello"}, op="chat-1")
    rows = [row("bob"), row("carol")]
    for _ in range(3):
        asked = store.logs.append(P, S, 1, [ended()], op="op-end", actor="system", rows=rows)
        assert await asked == Appended(2)
    found = [row async for _, row in store.attendance.closed(P, EIGHT, EIGHT + 1)]
    (_, last), *_ = await raw.xrevrange(keys.room(P, S, "log"), count=1)
    assert found == [replace(row, head=last[b"hash"].decode()) for row in rows]
    assert await store.logs.open_rooms() == []
    assert await raw.exists(keys.room(P, S, "ring")) == 0
    assert await raw.smembers(keys.months(P)) == {b"2026-11"}
    assert (await raw.hget(keys.rows(P), S)).startswith(b"2026-11 ")
    assert await raw.smembers(keys.months_of_client(P, rows[1].client)) == {b"202611"}
    assert await raw.ttl(keys.room(P, S, "log")) == -1
    assert 0 < await raw.ttl(keys.room(P, S, "ops")) <= 86_400


async def test_nothing_passes_in_a_room_that_is_not_open(store: Store, raw: Redis) -> None:
    """A chat message that comes after the end leaves nothing behind and has no position."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await store.logs.append(P, S, 1, [ended()], op="op-2", actor="system")
    assert await store.logs.pass_on(P, S, {"text": "late"}, op="chat-1") == ""
    assert await raw.exists(keys.room(P, S, "ring")) == 0


async def test_open_rooms_of_every_programme_are_found(store: Store) -> None:
    """After a restart every open room is found, whichever programme it belongs to."""
    other = ProgrammeId("prog2")
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await store.logs.append(other, SessionId("s2"), 0, [opened()], op="op-1", actor="system")
    assert await store.logs.open_rooms() == [(P, S), (other, "s2")]


async def test_follow_wakes_for_an_event_and_for_something_passing(store: Store) -> None:
    """A follower is woken at once by either, and gets only what is new."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    following = asyncio.create_task(store.logs.follow(P, S, 1, "", 5))
    await store.logs.append(P, S, 1, [entered(1)], op="op-2", actor="system")
    async with asyncio.timeout(2):
        assert await following == ([entered(1)], [], [])
        following = asyncio.create_task(store.logs.follow(P, S, 2, "", 5))
        position = await store.logs.pass_on(P, S, {"text": "hi", "to": ["all"]}, op="chat-1")
        events, passing, _ = await following
    assert events == []
    assert [(p.id, p.body) for p in passing] == [(position, {"text": "hi", "to": ["all"]})]


async def test_follow_comes_back_empty_after_its_time(store: Store) -> None:
    """Nothing new within `wait` is an empty answer, and no wait at all returns at once."""
    async with asyncio.timeout(2):
        assert await store.logs.follow(P, S, 0, "", 0.05) == ([], [], [])
        assert await store.logs.follow(P, S, 0, "", 0) == ([], [], [])


async def test_many_rooms_can_be_followed_while_others_write(store: Store) -> None:
    """Waiting followers hold no connection that writers need."""
    rooms = [SessionId(f"s{n}") for n in range(60)]
    following = [asyncio.create_task(store.logs.follow(P, room, 0, "", 10)) for room in rooms]
    async with asyncio.timeout(8):
        for room in rooms:
            await store.logs.append(P, room, 0, [opened(room)], op="op-1", actor="system")
        found = await asyncio.gather(*following)
    assert found == [([opened(room)], [], []) for room in rooms]


async def test_the_ring_keeps_the_last_200_and_resumes(store: Store) -> None:
    """The ring is trimmed to 200, and what came after a position is exactly what is given back."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    positions = [await store.logs.pass_on(P, S, {"n": n}, op=f"chat-{n}") for n in range(230)]
    kept = await store.logs.recent(P, S)
    assert [p.body["n"] for p in kept] == list(range(30, 230))
    assert [p.body["n"] for p in await store.logs.recent(P, S, positions[224])] == [225, 226, 227, 228, 229]


async def test_a_repeated_message_passes_once(store: Store) -> None:
    """A chat message that is sent again keeps its first position and appears once."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    positions = {await store.logs.pass_on(P, S, {"n": 1}, op="chat-1") for _ in range(4)}
    assert len(positions) == 1
    assert len(await store.logs.recent(P, S)) == 1


async def test_a_position_that_is_none_means_the_beginning(store: Store) -> None:
    """Pages send positions, so any text must be harmless."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await store.logs.pass_on(P, S, {"n": 1}, op="chat-1")
    for position in ("nonsense", "-", "+", "1-1 STREAMS", "9" * 40 + "-1", "1\n2"):
        assert len(await store.logs.recent(P, S, position)) == 1
        assert len((await store.logs.follow(P, S, 1, position, 0.1))[1]) == 1


async def test_proofs_of_life_never_go_back(store: Store) -> None:
    """A late, older proof does not undo a newer one; the newest raises the clock's floor."""
    await store.logs.seen(P, S, {MemberNumber(1): EIGHT, MemberNumber(2): EIGHT + 7})
    await store.logs.seen(P, S, {MemberNumber(1): EIGHT - HOUR, MemberNumber(2): EIGHT + 9})
    await store.logs.seen(P, S, {})
    assert await store.logs.last_seen(P, S) == {1: EIGHT, 2: EIGHT + 9}
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    assert await store.latest_time() == EIGHT + 9


async def test_an_id_that_is_no_hash_tag_is_refused(store: Store) -> None:
    """A programme whose id would break the hash tag gets no keys."""
    for programme in ("", "a b", "a}b", "{a", "é"):
        with pytest.raises(ValueError, match="hash tag"):
            await store.logs.append(ProgrammeId(programme), S, 0, [opened()], op="op-1", actor="system")


async def test_an_append_of_nothing_is_a_mistake(store: Store) -> None:
    """A decision without events is not appended; asking for it is a bug of the caller."""
    with pytest.raises(ValueError, match="nothing"):
        await store.logs.append(P, S, 0, [], op="op-1", actor="system")


async def everything(raw: Redis) -> dict[bytes, object]:
    """All that is stored, by key."""
    return {key: await raw.dump(key) for key in sorted(await raw.keys("*"))}
