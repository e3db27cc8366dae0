"""S1 in small: kill -9 of server and store at random under writes. Nothing that was acknowledged is lost or doubled."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from telehealth.core.events import MediaAssigned
from telehealth.core.ids import SessionId
from telehealth.store import keys
from telehealth.store.engines import Engine
from tests.store.records import P
from tests.store.writer import ROOMS
from tests.support.redis import connected, looking_into, running

pytestmark = pytest.mark.asyncio

KILLS = 12
ROOT = Path(__file__).parents[2]


async def start(folder: Path, engine: Engine, run: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.store.writer",
        str(folder),
        str(engine.binary),
        run,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )


async def read(process: asyncio.subprocess.Process) -> list[str]:
    """The words of one line; none at the end."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().split()


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def test_kill_9_loses_and_doubles_nothing(engine: Engine, tmp_path: Path) -> None:
    """Server and store are killed in random order at random moments; every witnessed answer is in the log, once."""
    rng = random.Random(20_261_124)
    folder = tmp_path / "redis"
    acknowledged: dict[str, tuple[str, int]] = {}
    for run in range(KILLS):
        process = await start(folder, engine, str(run))
        try:
            async with asyncio.timeout(60):
                word, pid = await read(process)
                assert word == "store"
                for _ in range(rng.randrange(1, 200)):
                    note(await read(process), acknowledged)
                first, second = rng.sample([process.pid, int(pid)], 2)
                kill(first)
                await asyncio.sleep(rng.uniform(0, 0.02))
                kill(second)
                while words := await read(process):
                    note(words, acknowledged)
        finally:
            kill(process.pid)
            await process.wait()

    async with running(folder, engine) as server, connected(server.url) as store, looking_into(server.url) as raw:
        found: dict[str, tuple[str, int]] = {}
        marks: Counter[str] = Counter()
        events = 0
        for number in range(ROOMS):
            room = SessionId(f"room{number}")
            log = await store.logs.read(P, room)
            events += len(log)
            for version, event in enumerate(log, 1):
                if isinstance(event, MediaAssigned):
                    marks[event.worker] += 1
                    found[event.worker] = (room, version)
        assert {op: place for op, place in acknowledged.items() if found.get(op) != place} == {}
        assert [op for op, times in marks.items() if times > 1] == []
        assert len(acknowledged) > KILLS * 20
        assert await raw.xlen(keys.audit(P)) == len(found) == events - ROOMS
        assert await store.logs.open_rooms() == [(P, f"room{number}") for number in range(ROOMS)]


def note(words: list[str], acknowledged: dict[str, tuple[str, int]]) -> None:
    """Remember an answer. A line may be cut by the kill; nothing but answers may come."""
    if len(words) == 4 and words[0] == "ack":
        acknowledged[words[3]] = (words[1], int(words[2]))
    else:
        assert words[:1] not in (["conflict"], ["refused"]), words


async def test_a_store_that_dies_alone_is_back_before_anybody_is_told(engine: Engine, tmp_path: Path) -> None:
    """The store alone is killed again and again: the server starts it again; no answer is lost, doubled or refused."""
    process = await start(tmp_path / "redis", engine, "alone")
    acknowledged: dict[str, tuple[str, int]] = {}
    try:
        async with asyncio.timeout(60):
            _, pid = await read(process)
            for _ in range(3):
                for _ in range(100):
                    note(await read(process), acknowledged)
                kill(int(pid))
                before = pid
                while pid == before:
                    pid = store_of(process.pid) or before
                    note(await read(process), acknowledged)
    finally:
        kill(process.pid)
        await process.wait()
    async with running(tmp_path / "redis", engine) as server, connected(server.url) as store:
        for op, (room, version) in acknowledged.items():
            event = (await store.logs.read(P, SessionId(room), version - 1))[0]
            assert isinstance(event, MediaAssigned)
            assert event.worker == op


def store_of(parent: int) -> str | None:
    """The child of `parent` that is the store now, if there is one."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
    return children[0] if children else None
