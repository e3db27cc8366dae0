"""A real store for a test: the embedded server with its production settings, in a folder of the test.

Import the fixtures in a conftest. `store` and `redis` run each test once with every engine of the machine: Debian's
redis-server where it is installed, and the valkey-server of the wheel, which always is. `store` is on a server that
is shared and emptied; `redis` and `own_store` are the test's own. `one_redis` and `one_store` run once, for the layers
above the store.
"""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import ConnectionError

from telehealth.store.child import Child
from telehealth.store.embedded import EmbeddedRedis, socket_url
from telehealth.store.engines import Engine, installed
from telehealth.store.folder import DataFolder
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring
from tests.support.wait import until

KEY = "dGVzdHMgdXNlIHRoaXMgMzItYnl0ZSBrZXkgYWx3YXk="
"""A key for tests: 32 bytes in base64."""
ENGINES = list(installed())


@asynccontextmanager
async def running(folder: Path, engine: Engine | None = None) -> AsyncIterator[EmbeddedRedis]:
    """An embedded server in `folder`, stopped at the end."""
    server = EmbeddedRedis(folder, engine)
    await server.start()
    try:
        yield server
    finally:
        if server.pid is not None:
            os.kill(server.pid, signal.SIGCONT)  # a test may have frozen it
        await server.stop()


@asynccontextmanager
async def connected(url: str, key: str = KEY) -> AsyncIterator[Store]:
    """A store on the server at `url`."""
    store = await Store.connect(url, Keyring.from_text(key))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def looking_into(url: str) -> AsyncIterator[Redis]:
    """A plain client, for looking at what is really there."""
    client = Redis.from_url(url, protocol=2)
    try:
        yield client
    finally:
        await client.aclose()


async def answers(client: Redis) -> bool:
    """Whether the server is there and has read its log."""
    try:
        return bool(await client.ping())
    except ConnectionError:
        return False


@asynccontextmanager
async def outside(engine: Engine, folder: Path, **settings: str) -> AsyncIterator[tuple[str, int]]:
    """A server that somebody else runs, with its own settings, on a loopback port: its URL and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [str(engine.binary), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--logfile", "log"]
    for name, value in settings.items():
        words += [f"--{name.replace('_', '-')}", value]
    process = await asyncio.create_subprocess_exec(*words, start_new_session=True)
    url = f"redis://127.0.0.1:{port}"
    try:
        async with looking_into(url) as client:
            await until(partial(answers, client), "the server answers")
        yield url, process.pid
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.fixture(scope="session", params=ENGINES, ids=lambda engine: engine.family)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine of this machine in turn."""
    found: Engine = request.param
    return found


@pytest.fixture(scope="session")
def shared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of one server with production settings, for tests that only read and write."""
    folder = DataFolder(tmp_path_factory.mktemp("redis"))
    folder.claim()
    assert folder.free_of_orphans()
    child = Child(engine, folder)
    try:
        yield socket_url(folder.path)
    finally:
        asyncio.run(child.end())
        folder.tidy()
        folder.release()


@pytest_asyncio.fixture
async def raw(shared: str) -> AsyncIterator[Redis]:
    """A plain client to the shared server, which is empty."""
    async with looking_into(shared) as client:
        await until(partial(answers, client), "the server answers")
        await client.flushall()
        yield client


@pytest_asyncio.fixture
async def store(raw: Redis, shared: str) -> AsyncIterator[Store]:
    """A store on the shared server, which is empty."""
    async with connected(shared) as found:
        yield found


@pytest_asyncio.fixture
async def redis(engine: Engine, tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    """An embedded server of the test's own, to freeze and to kill."""
    async with running(tmp_path / "redis", engine) as server:
        yield server


@pytest_asyncio.fixture
async def own_store(redis: EmbeddedRedis) -> AsyncIterator[Store]:
    """A store on the test's own server."""
    async with connected(redis.url) as found:
        yield found


@pytest_asyncio.fixture
async def own_raw(redis: EmbeddedRedis) -> AsyncIterator[Redis]:
    """A plain client to the test's own server."""
    async with looking_into(redis.url) as client:
        yield client


@pytest_asyncio.fixture
async def one_redis(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    """An embedded server with the engine that the product would choose."""
    async with running(tmp_path / "redis") as server:
        yield server


@pytest_asyncio.fixture
async def one_store(one_redis: EmbeddedRedis) -> AsyncIterator[Store]:
    """A store with the engine that the product would choose."""
    async with connected(one_redis.url) as found:
        yield found
