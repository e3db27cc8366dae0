"""The embedded server: one a folder, private, never empty by mistake, gone with its parent, back when it dies alone."""

import asyncio
import os
import shutil
import signal
import stat
import sys
import time
from pathlib import Path

import pytest

from telehealth.store import engines
from telehealth.store.embedded import CannotStart, EmbeddedRedis, socket_url
from telehealth.store.engines import Engine, NoEngine, bundled, choose, engine_of, installed, may_open
from tests.store.records import P, S, opened
from tests.store.test_kills import ROOT, kill, read, start
from tests.support.redis import ENGINES, connected, looking_into, running
from tests.support.wait import until

REDIS = Engine("redis", "7.0.15", Path("/nowhere"))


def alive(pid: int) -> bool:
    """Whether a process is there and is not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_binary_of_the_wheel_is_there() -> None:
    """Without any Redis on the machine there is still one: every test here has run with it."""
    binary = bundled()
    assert binary is not None
    engine = engine_of(binary)
    assert engine in ENGINES
    assert engine.family == "valkey"


@pytest.mark.asyncio
async def test_what_was_written_is_there_after_a_restart(engine: Engine, tmp_path: Path) -> None:
    """Stopped and started, the store holds what it held; its engine and settings are what production needs."""
    for expected in ([], [opened()]):
        async with running(tmp_path / "redis", engine) as server, connected(server.url) as store:
            assert server.engine == engine.name
            assert await store.logs.read(P, S) == expected
            await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
            async with looking_into(server.url) as raw:
                settings = await raw.config_get("append*", "maxmemory-policy", "save", "aof-use-rdb-preamble", "port")
                assert (
                    settings
                    | {
                        "appendonly": "yes",
                        "appendfsync": "always",
                        "maxmemory-policy": "noeviction",
                        "save": "",
                        "aof-use-rdb-preamble": "no",
                        "port": "0",
                    }
                    == settings
                )


@pytest.mark.asyncio
async def test_files_and_socket_are_private(engine: Engine, tmp_path: Path) -> None:
    """Nobody else can read the folder, a file in it, or talk to the socket, whatever the umask."""
    before = os.umask(0)
    try:
        async with running(tmp_path / "redis", engine), connected(socket_url(tmp_path / "redis")) as store:
            await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
            found = [tmp_path / "redis", *(tmp_path / "redis").rglob("*")]
            assert len(found) > 6
            assert {path.name: oct(path.stat().st_mode & 0o077) for path in found if path.stat().st_mode & 0o077} == {}
    finally:
        os.umask(before)


@pytest.mark.asyncio
async def test_a_second_server_is_refused_at_once(tmp_path: Path) -> None:
    """Whoever starts on a folder in use is told by which process, within a moment, and disturbs nothing."""
    async with running(tmp_path / "redis") as server, connected(server.url) as store:
        began = time.monotonic()
        second = EmbeddedRedis(tmp_path / "redis")
        with pytest.raises(CannotStart, match=rf"process {os.getpid()}\b"):
            await second.start()
        assert time.monotonic() - began < 1
        await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    async with running(tmp_path / "redis"):
        pass


@pytest.mark.asyncio
async def test_what_a_killed_server_was_about_to_start_is_waited_for(tmp_path: Path) -> None:
    """A server killed between fork and exec leaves its lock to the child; the next one waits for that, not for ever."""
    script = """import os, signal, sys
from pathlib import Path
from telehealth.store.folder import DataFolder
DataFolder(Path(sys.argv[1])).claim()
child = os.fork()
if child:
    print(child, flush=True)
else:
    os.close(1)
signal.alarm(60)  # both stand until they are ended, and do not outlive a test that was
signal.pause()
"""
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path / "redis"), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    (left,) = await read(killed)
    try:
        kill(killed.pid)
        await killed.wait()
        server = EmbeddedRedis(tmp_path / "redis")
        starting = asyncio.create_task(server.start())
        await asyncio.sleep(0)  # its first try, and refused
        assert not starting.done()
        kill(int(left))
        await starting
        await server.stop()
    finally:
        kill(int(left))


@pytest.mark.asyncio
async def test_a_deep_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    """A path too long for a socket moves the socket to a private short folder, which is tidied away."""
    deep = tmp_path / ("d" * 90) / "redis"
    async with running(deep) as server, connected(server.url):
        socket = Path(server.url.removeprefix("unix://"))
        assert socket.parent != deep
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        assert socket_url(deep) == server.url
    assert not socket.parent.exists()


@pytest.mark.asyncio
async def test_a_short_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A socket folder that others can enter is not used."""
    deep = tmp_path / ("d" * 90) / "redis"
    short = Path(socket_url(deep).removeprefix("unix://")).parent
    short.mkdir()
    short.chmod(0o777)
    try:
        with pytest.raises(CannotStart, match="somebody else"):
            await EmbeddedRedis(deep).start()
    finally:
        short.rmdir()


@pytest.mark.asyncio
async def test_stopping_takes_less_than_three_seconds_even_when_frozen(engine: Engine, tmp_path: Path) -> None:
    """A store that does not end when asked is ended; a second stop does nothing."""
    server = EmbeddedRedis(tmp_path / "redis", engine)
    await server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    began = time.monotonic()
    await server.stop()
    assert time.monotonic() - began < 3
    assert server.pid is None
    await server.stop()


@pytest.mark.asyncio
async def test_it_starts_again_when_it_dies_alone(engine: Engine, tmp_path: Path) -> None:
    """After each kill another child serves the same data at the same address."""
    async with running(tmp_path / "redis", engine) as server, connected(server.url) as store:
        await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
        for _ in range(3):
            before = server.pid
            assert before is not None
            os.kill(before, signal.SIGKILL)
            assert await store.logs.read(P, S) == [opened()]

            async def another(before: int = before) -> bool:
                return server.pid not in (None, before)

            await until(another, "another child runs", within=5)
        assert server.broken == ""


@pytest.mark.asyncio
async def test_the_store_ends_with_its_parent(engine: Engine, tmp_path: Path) -> None:
    """`kill -9` of the server leaves no store behind after 5 s, and the folder can be used again at once."""
    process = await start(tmp_path / "redis", engine, "0")
    try:
        _, pid = await read(process)
        began = time.monotonic()
        kill(process.pid)
        await process.wait()
        async with running(tmp_path / "redis", engine):
            assert not alive(int(pid))
            assert time.monotonic() - began < 5
    finally:
        kill(process.pid)
        await process.wait()


@pytest.mark.asyncio
async def test_an_orphan_is_ended_where_the_kernel_does_not(engine: Engine, tmp_path: Path) -> None:
    """Without a parent-death signal (macOS) the orphan lives on; the next start ends it and takes the folder over."""
    script = "import sys, telehealth.store.child as c; c._LIBC = None; sys.argv[0] = ''; import runpy; "
    script += "runpy.run_module('tests.store.writer', run_name='__main__', alter_sys=False)"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        str(tmp_path / "redis"),
        str(engine.binary),
        "0",
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    _, word = await read(process)
    orphan = int(word)
    try:
        kill(process.pid)
        await process.wait()
        assert alive(orphan)
        began = time.monotonic()
        async with running(tmp_path / "redis", engine) as server, connected(server.url):
            assert time.monotonic() - began < 5
            assert not alive(orphan)
    finally:
        if alive(orphan):
            os.kill(orphan, signal.SIGKILL)


@pytest.mark.asyncio
async def test_it_is_started_from_the_main_thread_only(tmp_path: Path) -> None:
    """A store started from a pool thread would end with that thread, so that is refused."""

    def start_in_thread() -> None:
        asyncio.run(EmbeddedRedis(tmp_path / "redis").start())

    with pytest.raises(CannotStart, match="main thread"):
        await asyncio.to_thread(start_in_thread)
    async with running(tmp_path / "redis"):
        pass


@pytest.mark.asyncio
async def test_an_older_engine_is_refused_before_it_opens_the_folder(tmp_path: Path) -> None:
    """A folder of Valkey is not given to an older Redis, by choice or by accident; nothing in it changes."""
    newest = ENGINES[-1]
    async with running(tmp_path / "redis", newest):
        pass
    before = contents(tmp_path / "redis")
    for older in (REDIS, Engine("valkey", "8.0.1", REDIS.binary)):
        with pytest.raises(CannotStart, match=f"written by {newest.name}"):
            await EmbeddedRedis(tmp_path / "redis", older).start()
    assert contents(tmp_path / "redis") == before
    async with running(tmp_path / "redis") as server:
        assert server.engine == newest.name


@pytest.mark.parametrize(
    ("written_by", "family", "version", "allowed"),
    [
        ("redis 7.0.15", "redis", "7.0.2", True),
        ("redis 7.0.15", "redis", "7.2.4", True),
        ("redis 7.2.4", "redis", "7.0.15", False),
        ("redis 7.0.15", "valkey", "9.1.2", True),
        ("redis 7.2.4", "valkey", "7.2.5", True),
        ("redis 7.4.0", "valkey", "9.1.2", False),
        ("redis 8.0.0", "valkey", "9.1.2", False),
        ("valkey 9.1.2", "valkey", "9.1.0", True),
        ("valkey 9.1.2", "valkey", "10.0.0", True),
        ("valkey 9.1.2", "valkey", "8.1.0", False),
        ("valkey 7.2.5", "redis", "8.0.0", False),
    ],
)
def test_which_engine_may_open_what(written_by: str, family: str, version: str, allowed: bool) -> None:
    """The same engine, the same or a newer minor version; Valkey takes over what Redis wrote before they parted."""
    assert may_open(written_by, Engine(family, version, REDIS.binary)) is allowed


def test_no_engine_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any server, or with too old a one, is told what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(engines, "bundled", lambda: None)
    with pytest.raises(NoEngine, match="install redis-server"):
        choose(None)
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=6.2.14 sha=0'\n")
    old.chmod(0o700)
    assert list(installed()) == []
    old.write_text("#!/bin/sh\necho 'Redis server v=7.0.15 sha=0'\n")
    assert choose(None).name == "redis 7.0.15"
    with pytest.raises(NoEngine, match=r"written by valkey 9\.1\.2"):
        choose("valkey 9.1.2")


@pytest.mark.asyncio
async def test_a_store_that_comes_up_empty_is_stopped(engine: Engine, tmp_path: Path) -> None:
    """A folder that lost its log is refused, never started as an empty store."""
    folder = tmp_path / "redis"
    async with running(folder, engine):
        pass
    shutil.rmtree(folder / "appendonlydir")
    with pytest.raises(CannotStart, match="what came up is another"):
        await EmbeddedRedis(folder, engine).start()


@pytest.mark.asyncio
async def test_the_data_of_another_redis_is_refused(engine: Engine, tmp_path: Path) -> None:
    """A folder that holds somebody else's data, without our stamp, is not taken over."""
    folder = tmp_path / "redis"
    async with running(folder, engine) as server, looking_into(server.url) as raw:
        await raw.set("theirs", "1")
        await raw.delete("store:marker")
    (folder / "ENGINE").unlink()
    with pytest.raises(CannotStart, match="another Redis"):
        await EmbeddedRedis(folder, engine).start()


@pytest.mark.asyncio
async def test_a_program_that_cannot_run_is_one_sentence(tmp_path: Path) -> None:
    """A binary that is gone or ends at once stops the start with a sentence, and the folder is free again."""
    with pytest.raises(CannotStart, match="could not be started"):
        await EmbeddedRedis(tmp_path / "redis", REDIS).start()
    failing = shutil.which("false")
    assert failing is not None
    with pytest.raises(CannotStart, match=r"store\.log"):
        await EmbeddedRedis(tmp_path / "redis", Engine("redis", "7.0.15", Path(failing))).start()
    async with running(tmp_path / "redis"):
        pass


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, less the locks, which say who holds them now."""
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("OWNER", "LOCK")
    }
