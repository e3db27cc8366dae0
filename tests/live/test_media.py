"""Rooms on real media workers: placed by load, answered, and moved when a worker dies."""

import asyncio
import os
import signal
import socket
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from telehealth.core.ids import SessionId
from tests.support.signal import SECRET, Clinic, Node, Person, seated
from tests.support.wait import until

OFFER = (Path(__file__).parents[1] / "media" / "chromium_offer.sdp").read_text()


@asynccontextmanager
async def worker_process(
    clinic: Clinic, folder: Path, index: int, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`telehealth media`, on loopback. `settings` by their names without `TELEHEALTH_MEDIA_`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "telehealth", "media", "--index", str(index)),
        env={
            "PATH": os.environ["PATH"],
            "REDIS_URL": clinic.redis.url,
            "TELEHEALTH_DATA": str(folder),
            "TELEHEALTH_MEDIA_SECRET": SECRET,
            "TELEHEALTH_MEDIA_HOST": "127.0.0.1",
            "TELEHEALTH_MEDIA_ADDRESSES": "127.0.0.1",
            "TELEHEALTH_LOG_LEVEL": "warning",
            **{f"TELEHEALTH_MEDIA_{name}": value for name, value in settings.items()},
        },
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answered(person: Person, epoch: int) -> dict[str, object]:
    """Offer until there is an answer, as a page does."""

    async def offer() -> dict[str, object] | None:
        answer = await person.ask("offer", sdp=OFFER, epoch=epoch)
        assert answer["ok"] or answer["code"] == "no_media", answer
        return answer if answer["ok"] else None

    found = await until(offer, f"{person.who} has an answer")
    assert found is not None
    return found


@pytest.mark.asyncio
async def test_a_killed_worker_costs_a_new_epoch(clinic: Clinic, node: Node, tmp_path: Path) -> None:
    """Without a worker offers are refused; with one they are answered; after its death another carries the room."""
    alice, bob = await seated(clinic, node, "bob")
    assert (await bob.ask("offer", sdp=OFFER, epoch=0))["code"] == "no_media"
    async with AsyncExitStack() as workers:
        for index in range(2):
            await workers.enter_async_context(worker_process(clinic, tmp_path, index))
        first = await answered(bob, 0)
        assert first["epoch"] == 1
        assert "a=ice-lite" in str(first["sdp"])
        room = node.rooms.live(clinic.session)
        assert room is not None
        assert room.room.worker is not None
        leases = {lease.worker: lease for lease in await clinic.store.workers.alive()}
        pid = _pid_of(leases[room.room.worker].control)
        os.kill(pid, signal.SIGKILL)
        await bob.sees(lambda b: b.room["media_epoch"] == 2, "is told of the new epoch", within=5)
        await alice.sees(lambda a: a.room["media_epoch"] == 2, "is told, too")
        assert (await answered(bob, 1))["epoch"] == 2


@pytest.mark.asyncio
async def test_an_offer_that_comes_with_the_join_is_answered_with_it(
    clinic: Clinic, node: Node, tmp_path: Path
) -> None:
    """Also for who only waits; before the room has a worker the join is answered without media, and at once."""
    alice, bob = clinic.person("alice"), clinic.person("bob")
    assert (await alice.join(node, offer=OFFER))["media"] is None
    async with worker_process(clinic, tmp_path, 0):
        await alice.sees(lambda a: a.room["media_epoch"] == 1, "is told that there is a worker")
        joined = await bob.join(node, offer=OFFER)
        assert bob.standing == "waiting"
        assert joined["media"]["epoch"] == 1
        assert "a=ice-lite" in joined["media"]["sdp"]
        assert (await bob.ask("join", session=bob.session, tab=bob.tab, op=bob.op()))["media"] is None


@pytest.mark.asyncio
async def test_rooms_spread_over_workers(clinic: Clinic, node: Node, tmp_path: Path) -> None:
    """Two rooms that start at the same time are put on different workers."""
    async with AsyncExitStack() as workers:
        for index in range(2):
            await workers.enter_async_context(worker_process(clinic, tmp_path, index))

        async def both() -> bool:
            return len(await clinic.store.workers.alive()) == 2

        await until(both, "both workers have registered")
        other = SessionId(clinic.session + "b")
        await clinic.add_session(other)
        await clinic.check_in("dora", other)
        alice = clinic.person("alice")
        dora = clinic.person("dora", browser=await clinic.sign_in("dora", other))
        dora.session = other
        await asyncio.gather(alice.join(node), dora.join(node))

        async def placed() -> set[str]:
            rooms = [node.rooms.live(session) for session in (clinic.session, other)]
            found = {room.room.worker for room in rooms if room and room.room.worker}
            return found if len(found) == 2 else set()

        await until(placed, "the rooms are on two workers")


def _pid_of(control: str) -> int:
    """The process that listens at a worker's control address."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(control.removeprefix("unix:"))
        peer = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", peer)[0])
