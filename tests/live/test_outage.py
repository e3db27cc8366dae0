"""Redis away: nothing is told that is not recorded, everybody is answered in time, and all recovers."""

import asyncio
import os
import signal
import time

import pytest

from telehealth.core import events as did
from telehealth.core.room import replay
from telehealth.live.room_task import Timing
from tests.support.signal import Clinic, Node, node_of, seated
from tests.support.wait import until


@pytest.mark.asyncio
async def test_a_frozen_redis_is_answered_not_now(clinic: Clinic, node: Node) -> None:
    """While Redis is frozen every ask is answered within 5 s and nobody sees a change; afterwards all goes on."""
    alice, bob = await seated(clinic, node, "bob")
    pid = clinic.redis.pid
    assert pid is not None
    version = alice.room["version"]
    os.kill(pid, signal.SIGSTOP)
    try:
        asked = time.monotonic()
        op = bob.op()
        answers = await asyncio.gather(
            bob.ask("hand", op=op, raised=True),
            alice.ask("lock", op=alice.op(), locked=True),
            alice.ask("chat", op=alice.op(), to="all", text="anybody?"),
        )
        assert [answer.get("code") for answer in answers] == ["not_now"] * 3
        assert time.monotonic() - asked < 6
        assert (await bob.ask("beat"))["ok"]
        late = clinic.person("dora", browser=("nobody", "nobody"))
        assert await late.turned_away(node) == "not_now"
        assert alice.room["version"] == version
    finally:
        os.kill(pid, signal.SIGCONT)

    async def works() -> bool:
        answer = await bob.ask("hand", op=op, raised=True)
        return bool(answer["ok"])

    await until(works, "the hand is raised")
    await alice.sees(lambda a: [bool(m["hand"]) for m in a.room["members"]] == [False, True], "sees the hand")
    events = await clinic.log()
    assert sum(isinstance(event, did.HandChanged) for event in events) == 1
    assert not [event for event in events if isinstance(event, did.ConnectionLost | did.Left)]
    room = node.rooms.live(clinic.session)
    assert room is not None
    await alice.sees(lambda a: a.room["version"] == len(events), "is up to date")
    assert room.room == replay(await clinic.log())


@pytest.mark.asyncio
async def test_a_killed_redis_comes_back_with_everything(clinic: Clinic, node: Node) -> None:
    """After `kill -9` of Redis the room goes on where it was, and what was acknowledged is there."""
    alice, bob = await seated(clinic, node, "bob")
    await bob.do("hand", raised=True)
    before = await clinic.log()
    pid = clinic.redis.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    async def works() -> bool:
        answer = await alice.ask("lock", op=alice.op(), locked=True)
        return bool(answer["ok"])

    await until(works, "the room can be locked")
    await bob.sees(lambda b: b.room["locked"], "sees it")
    assert (await clinic.log())[: len(before)] == before


@pytest.mark.asyncio
async def test_an_append_without_an_answer_is_done_once(clinic: Clinic) -> None:
    """A command whose append Redis did, but whose answer was lost, is answered as done when it is repeated."""
    async with node_of(clinic, timing=Timing(beat=60_000)) as node:  # no beat of the room may find Redis away first
        (alice,) = await seated(clinic, node)
        bob = clinic.person("bob")
        await bob.join(node)
        await alice.sees(lambda a: a.room["waiting"], "sees Bob wait")
        pid, op = clinic.redis.pid, alice.op()
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            assert await alice.ask("admit", op=op, members=[2]) == {"ok": False, "code": "not_now"}
            assert bob.standing == "waiting"
        finally:
            os.kill(pid, signal.SIGCONT)  # Redis now does what it has received
        await bob.sees(lambda b: b.standing == "seated", "is seated when it is read from the log")

        async def answered() -> bool:
            answer = await alice.ask("admit", op=op, members=[2])
            assert answer["ok"] or answer["code"] == "not_now"
            return bool(answer["ok"])

        await until(answered, "the repeat is answered as done")
        assert await alice.refused("admit", members=[2]) == "no_such_member"
        assert sum(isinstance(event, did.Seated) for event in await clinic.log()) == 2
