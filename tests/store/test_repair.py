"""S3: what a power cut leaves is mended, a copy kept, nothing whole lost; damage in the middle is not touched."""

import random
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.store.embedded import CannotStart, EmbeddedRedis
from telehealth.store.engines import Engine
from telehealth.store.ports import Appended
from telehealth.store.repair import FOLDER, repair, whole_until
from tests.store.records import P, S, assigned, opened
from tests.support.redis import connected, running

EVENTS = 60


@pytest_asyncio.fixture
async def folder(engine: Engine, tmp_path: Path) -> Path:
    """A data folder whose log ends in an append of four keys (one MULTI), after `EVENTS` of them."""
    path = tmp_path / "redis"
    async with running(path, engine) as server, connected(server.url) as store:
        await store.logs.append(P, S, 0, [opened()], op="op-0", actor="system")
        for n in range(1, EVENTS):
            answer = await store.logs.append(P, S, n, [assigned(f"w{n}", n)], op=f"op-{n}", actor="system")
            assert answer == Appended(n + 1)
    return path


def log_of(folder: Path) -> Path:
    (found,) = (folder / FOLDER).glob("*.incr.aof")
    return found


def last_unit(log: bytes) -> int:
    """Where the last MULTI begins."""
    return log.rindex(b"*1\r\n$5\r\nMULTI\r\n")


async def length(folder: Path, engine: Engine) -> int:
    """Start the store and count the events; they must be whole and in order."""
    async with running(folder, engine) as server, connected(server.url) as store:
        events = await store.logs.read(P, S)
        assert events == [opened(), *(assigned(f"w{n}", n) for n in range(1, len(events)))]
        assert await store.logs.append(P, S, len(events), [assigned("new")], op="new", actor="system") == Appended(
            len(events) + 1
        )
        return len(events)


@pytest.mark.asyncio
@pytest.mark.parametrize("zeros", [1, 5_000, 200_000])
async def test_zeros_after_whole_commands_are_cut_off(folder: Path, engine: Engine, zeros: int) -> None:
    """A tail of zeros costs no event; the file as it was is kept."""
    log = log_of(folder)
    before = log.read_bytes()
    log.write_bytes(before + b"\0" * zeros)
    assert await length(folder, engine) == EVENTS
    (copy,) = (folder / FOLDER).glob("*.damaged-*")
    assert copy.read_bytes() == before + b"\0" * zeros


@pytest.mark.asyncio
async def test_an_unfinished_write_is_dropped_whole(folder: Path, engine: Engine) -> None:
    """Cut anywhere in the last append, with zeros after it or not, the store has all events but that one."""
    log = log_of(folder)
    whole = log.read_bytes()
    begin = last_unit(whole)
    rng = random.Random(3)
    cuts = [begin + 1, begin + 15, len(whole) - 1, len(whole) - 14]
    cuts += [rng.randrange(begin + 1, len(whole)) for _ in range(2)]
    for cut, zeros in zip(cuts, [0, 7, 4096, 0, 0, 64], strict=True):
        log.write_bytes(whole[:cut] + b"\0" * zeros)
        assert await length(folder, engine) == EVENTS - 1
        copies = list((folder / FOLDER).glob("*.damaged-*"))
        assert [copy.read_bytes() for copy in copies] == [whole[:cut] + b"\0" * zeros]
        for copy in copies:
            copy.unlink()


@pytest.mark.asyncio
async def test_damage_in_the_middle_is_refused_and_nothing_is_touched(folder: Path, engine: Engine) -> None:
    """Zeros, noise or a wrong length before good commands stop the start with a sentence; the file stays as it is."""
    log = log_of(folder)
    whole = log.read_bytes()
    middle = whole.index(b"*", len(whole) // 2)
    middle = whole.index(b"\r\n*", middle) + 2
    damages = [
        whole[:middle] + b"\0" * 40 + whole[middle + 40 :],
        whole[:middle] + b"noise" + whole[middle:],
        whole[:middle] + whole[middle:].replace(b"$4\r\nXADD", b"$90000000\r\nXADD", 1),
    ]
    for damaged in damages:
        assert damaged != whole
        log.write_bytes(damaged)
        with pytest.raises(CannotStart, match="nothing was changed"):
            await EmbeddedRedis(folder, engine).start()
        assert log.read_bytes() == damaged
        assert list((folder / FOLDER).glob("*.damaged-*")) == []
    log.write_bytes(whole)
    assert await length(folder, engine) == EVENTS


@pytest.mark.asyncio
async def test_a_whole_log_is_left_alone(folder: Path) -> None:
    """Where nothing is damaged, nothing is done."""
    before = log_of(folder).read_bytes()
    assert repair(folder) is None
    assert log_of(folder).read_bytes() == before


def test_no_log_is_no_damage(tmp_path: Path) -> None:
    """A new folder has nothing to mend."""
    assert repair(tmp_path) is None


def test_every_cut_of_a_log_is_understood() -> None:
    """Cut at each of its bytes, a log is whole until the last complete unit before the cut."""
    set_ = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$6\r\na\r\n\0\0b\r\n"
    multi = b"*1\r\n$5\r\nMULTI\r\n" + set_ + set_ + b"*1\r\n$4\r\nEXEC\r\n"
    log = b"#TS:1795564800\r\n" + set_ + multi + set_
    ends = [0, 16, 16 + len(set_), 16 + len(set_ + multi), len(log)]
    for cut in range(len(log) + 1):
        assert whole_until(log[:cut], cut) == max(end for end in ends if end <= cut)
    for wrong in (b"x", b"*x\r\n", b"*1\r\n+5\r\n", b"*1\r\n$3\r\nSETxx", b"*-1\r\n"):
        assert whole_until(set_ + wrong, len(set_ + wrong)) is None
