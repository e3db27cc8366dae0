"""A real store for a test: the embedded server with its production settings, in a folder of the test.

Import the fixtures in a conftest. `redis` runs each test once with every engine of the machine: Debian's redis-server
where it is installed, and the valkey-server of the wheel, which always is. `one_redis` and `one_store` run once, for
layers above the store.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.engines import Engine, installed
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring

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


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.family)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine of this machine in turn."""
    found: Engine = request.param
    return found


@pytest_asyncio.fixture
async def redis(engine: Engine, tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    """An embedded server, once with each engine."""
    async with running(tmp_path / "redis", engine) as server:
        yield server


@pytest_asyncio.fixture
async def store(redis: EmbeddedRedis) -> AsyncIterator[Store]:
    """A store, once with each engine."""
    async with connected(redis.url) as found:
        yield found


@pytest_asyncio.fixture
async def raw(redis: EmbeddedRedis) -> AsyncIterator[Redis]:
    """A plain client to the same server."""
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
