"""Rooms whose media worker is killed, drains or is full: real workers, real signalling, real media."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from telehealth.core import events as did
from telehealth.core.ids import SessionId
from tests.live.test_media import worker_process
from tests.support.redis import KEY
from tests.support.rtc_client import RtcClient
from tests.support.signal import Clinic, Node, Person
from tests.support.wait import until

BACK_WITHIN = 3.0


class Page:
    """A person's page with its media: it offers again whenever the room's epoch changes, as a browser's page does."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.rtc: RtcClient | None = None
        self.epoch = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"media of {self.person.who}")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self.rtc is not None:
            await self.rtc.close()

    async def _run(self) -> None:
        while True:
            if self.person.room["media_epoch"] > self.epoch:
                await self._connect()
            if self.rtc is not None:
                self.rtc.send_audio()
            await asyncio.sleep(0.02)

    async def _connect(self) -> None:
        old, self.rtc = self.rtc, None
        if old is not None:
            await old.close()
        rtc = RtcClient()
        answer = await self.person.ask("offer", sdp=rtc.offer(), epoch=self.person.room["media_epoch"])
        if not answer["ok"]:
            await rtc.close()
            return
        await rtc.connect(str(answer["sdp"]))
        self.epoch, self.rtc = int(answer["epoch"]), rtc

    def heard(self) -> int:
        """Packets of the other's voice over the present connection."""
        return 0 if self.rtc is None else sum(len(packets) for packets in self.rtc.received.values())

    async def hears(self, epoch: int, within: float = 10.0) -> None:
        async def more() -> bool:
            return self.epoch == epoch and self.heard() > 5

        await until(more, f"{self.person.who} hears in epoch {epoch}", within)


@asynccontextmanager
async def room(clinic: Clinic, node: Node, who: str, session: SessionId) -> AsyncIterator[list[Page]]:
    """A session of Alice and one client, with their media."""
    if session != clinic.session:
        await clinic.add_session(session)
        await clinic.check_in(who, session)
    alice, client = clinic.person("alice"), clinic.person(who, browser=await clinic.sign_in(who, session))
    alice.session = client.session = session
    await alice.join(node, microphone=True)
    await client.join(node, microphone=True)
    await alice.sees(lambda a: a.room["waiting"], "sees who waits")
    await alice.do("admit")
    pages = [Page(alice), Page(client)]
    for page in pages:
        await page.start()
    try:
        yield pages
    finally:
        for page in pages:
            await page.close()


async def registered(clinic: Clinic, count: int) -> None:
    async def all_of_them() -> bool:
        return len(await clinic.store.workers.alive()) == count

    await until(all_of_them, f"{count} workers have registered", 20)


async def is_true(look: Callable[[], bool]) -> bool:
    return look()


def soon(look: Callable[[], bool], what: str) -> Awaitable[bool]:
    return until(lambda: is_true(look), what)


@pytest.mark.asyncio
async def test_a_killed_worker_with_three_rooms_costs_three_seconds(clinic: Clinic, node: Node, tmp_path: Path) -> None:
    """After `kill -9` of a worker everybody in its three rooms hears again within 3 s, and nobody was ever away."""
    sessions = [clinic.session, SessionId(clinic.session + "b"), SessionId(clinic.session + "c")]
    async with AsyncExitStack() as stack:
        doomed = await stack.enter_async_context(worker_process(clinic, tmp_path, 0))
        await registered(clinic, 1)
        pages: list[Page] = []
        for who, session in zip(("bob", "dora", "emil"), sessions, strict=True):
            pages += await stack.enter_async_context(room(clinic, node, who, session))
        await asyncio.gather(*(page.hears(1) for page in pages))
        await stack.enter_async_context(worker_process(clinic, tmp_path, 1))
        await registered(clinic, 2)
        began = time.monotonic()
        os.kill(doomed.pid, signal.SIGKILL)
        await asyncio.gather(*(page.hears(2, BACK_WITHIN) for page in pages))
        print(f"worker with three rooms killed: everybody hears again after {time.monotonic() - began:.2f} s")
        assert time.monotonic() - began < BACK_WITHIN
        for session in sessions:
            log = await clinic.log(session)
            assert sum(isinstance(event, did.MediaAssigned) for event in log) == 2
            assert not [event for event in log if isinstance(event, did.ConnectionLost | did.Left)]


@pytest.mark.asyncio
async def test_a_worker_that_drains_keeps_its_rooms_until_its_time_is_over(
    clinic: Clinic, node: Node, tmp_path: Path
) -> None:
    """After SIGTERM new rooms go elsewhere and its own goes on; in the end that moves, too, and the process ends."""
    async with AsyncExitStack() as stack:
        draining = await stack.enter_async_context(worker_process(clinic, tmp_path, 0, DRAIN="4"))
        await registered(clinic, 1)
        pages = await stack.enter_async_context(room(clinic, node, "bob", clinic.session))
        await asyncio.gather(*(page.hears(1) for page in pages))
        first = (await clinic.store.workers.alive())[0].worker
        await stack.enter_async_context(worker_process(clinic, tmp_path, 1))
        await registered(clinic, 2)
        os.kill(draining.pid, signal.SIGTERM)

        async def told() -> bool:
            return any(lease.draining for lease in await clinic.store.workers.alive())

        await until(told, "its lease says that it drains")
        others = await stack.enter_async_context(room(clinic, node, "dora", SessionId(clinic.session + "b")))
        await asyncio.gather(*(page.hears(1) for page in others))
        new = node.rooms.live(SessionId(clinic.session + "b"))
        assert new is not None
        assert new.room.worker != first
        heard = [page.heard() for page in pages]
        assert all(page.epoch == 1 for page in pages)
        await soon(lambda: all(p.heard() > h for p, h in zip(pages, heard, strict=True)), "the old room goes on")
        await asyncio.gather(*(page.hears(2) for page in pages))
        assert await asyncio.wait_for(draining.wait(), 10) == 0
        assert all(page.epoch == 1 for page in others)


async def command(clinic: Clinic, *words: str) -> tuple[int, str]:
    """A `telehealth media` command against the clinic's store: its status, and all that it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telehealth", "media", *words),
        env={"PATH": os.environ["PATH"], "REDIS_URL": clinic.redis.url, "TELEHEALTH_KEY": KEY},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.asyncio
async def test_an_administrator_drains_a_worker_and_gives_it_back(clinic: Clinic, node: Node, tmp_path: Path) -> None:
    """No new room comes to it, the room that it has goes on until it is moved or ends, and it says when it is empty."""
    others = [SessionId(f"{clinic.session}{letter}") for letter in "bc"]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(worker_process(clinic, tmp_path, 0))
        await registered(clinic, 1)
        pages = await stack.enter_async_context(room(clinic, node, "bob", clinic.session))
        await asyncio.gather(*(page.hears(1) for page in pages))
        first = (await clinic.store.workers.alive())[0].worker
        assert "no other worker" in (await command(clinic, "drain", "--move"))[1]
        await stack.enter_async_context(worker_process(clinic, tmp_path, 1))
        await registered(clinic, 2)

        assert await command(clinic, "drain", first[:6], "--no-wait") == (0, "")
        await until(lambda: _drains(clinic, first), "its lease says that it drains")
        new = await stack.enter_async_context(room(clinic, node, "dora", others[0]))
        await asyncio.gather(*(page.hears(1) for page in new))
        assert _worker_of(node, others[0]) != first
        assert all(page.epoch == 1 for page in pages), "the old room has not noticed"

        status, said = await command(clinic, "drain", first, "--move")
        assert (status, said.splitlines()[-1]) == (0, f"{first} is empty.")
        await asyncio.gather(*(page.hears(2) for page in pages))
        listed = (await command(clinic, "list"))[1].splitlines()
        assert next(line for line in listed if line.startswith(first)).endswith("(drains, its rooms move)")

        assert (await command(clinic, "undrain", first))[0] == 0
        await until(lambda: _takes_rooms(clinic, first), "it takes rooms again")
        await stack.enter_async_context(room(clinic, node, "emil", others[1]))
        await soon(lambda: _worker_of(node, others[1]) is not None, "the third room is placed")
        assert _worker_of(node, others[1]) == first
        assert (await command(clinic, "drain", "nobody"))[0] == 1


async def _drains(clinic: Clinic, worker: str) -> bool:
    return any(lease.draining for lease in await clinic.store.workers.alive() if lease.worker == worker)


async def _takes_rooms(clinic: Clinic, worker: str) -> bool:
    return not await _drains(clinic, worker)


def _worker_of(node: Node, session: SessionId) -> str | None:
    found = node.rooms.live(session)
    return None if found is None else found.room.worker


@pytest.mark.asyncio
async def test_a_worker_without_rooms_has_drained_at_once(clinic: Clinic, tmp_path: Path) -> None:
    """SIGTERM to a worker that carries nothing ends it, and its lease with it."""
    async with worker_process(clinic, tmp_path, 0, DRAIN="3600") as process:
        await registered(clinic, 1)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0
        assert await clinic.store.workers.alive() == []


@pytest.mark.asyncio
async def test_a_full_worker_leaves_a_new_room_without_media_rather_than_spoiling_the_old(
    clinic: Clinic, node: Node, tmp_path: Path
) -> None:
    """The page of a room that no worker takes is told "no media"; as soon as there is another worker it gets some."""
    other = SessionId(clinic.session + "b")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(worker_process(clinic, tmp_path, 0, MOST_ROOMS="1"))
        await registered(clinic, 1)
        pages = await stack.enter_async_context(room(clinic, node, "bob", clinic.session))
        await asyncio.gather(*(page.hears(1) for page in pages))
        late = await stack.enter_async_context(room(clinic, node, "dora", other))
        rtc = await stack.enter_async_context(RtcClient())
        for _ in range(3):
            refused = await late[1].person.ask("offer", sdp=rtc.offer(), epoch=late[1].person.room["media_epoch"])
            assert refused["code"] == "no_media"
        await stack.enter_async_context(worker_process(clinic, tmp_path, 1))
        await asyncio.gather(*(soon(lambda p=page: p.heard() > 5, "hears at last") for page in late))  # type: ignore[misc]
        assert all(page.epoch == 1 for page in pages), "the old room has not noticed"
