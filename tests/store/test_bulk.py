"""What an import stages is gone after an hour, whenever whoever stages it dies."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from redis.asyncio import Redis

from telehealth.core.ids import PersonId
from telehealth.store.client import Client
from telehealth.store.ports import Unavailable
from tests.support.redis import connected
from tests.support.wait import until

from .records import P, person

pytestmark = pytest.mark.asyncio
STEP = 97
"""Bytes between two moments of a death: about one for each command."""


class Wire:
    """A way to the server that is cut after so many bytes from a moment on: what a process had sent when it died."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.left: int | None = None
        self.cut = asyncio.Event()
        self._ways: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_unix_connection(self._path)
        back = asyncio.create_task(self._copy(there, writer))
        self._ways.add(back)
        try:
            with suppress(ConnectionError):
                await self._on(reader, here)
        finally:
            here.close()
            writer.close()
            await asyncio.wait([back])

    async def _on(self, reader: asyncio.StreamReader, here: asyncio.StreamWriter) -> None:
        while (data := await reader.read(65_536)) and not self.cut.is_set():
            if self.left is not None:
                data, self.left = data[: self.left], self.left - len(data)
            here.write(data)
            await here.drain()
            if self.left is not None and self.left <= 0:
                self.cut.set()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)


async def test_nothing_staged_is_left_for_ever(raw: Redis, shared: str, tmp_path: Path) -> None:
    """Wherever the stream of commands breaks off, each staged key that is there is there for an hour at most."""
    people = [replace(person(), id=PersonId(f"staged-{n}"), legal_name=f"Wren Vale{n}") for n in range(3)]
    left, found, done = STEP, 0, False
    while not done:
        wire = Wire(unquote(shared.removeprefix("unix://")))
        server = await asyncio.start_unix_server(wire.serve, tmp_path / "wire")
        known = {one["id"] for one in await raw.client_list()}
        async with connected(f"unix://{tmp_path}/wire") as store:
            stage = await store.bulk.begin(P, "import", 1)
            await store.people.get(P, [one.id for one in people])
            wire.left = left
            staging = asyncio.create_task(stage.people(people))
            cut = asyncio.create_task(wire.cut.wait())
            await asyncio.wait([staging, cut], return_when=asyncio.FIRST_COMPLETED)
            done = staging.done()
            for task in (staging, cut):
                task.cancel()
            await asyncio.gather(staging, cut, return_exceptions=True)
        server.close()
        await server.wait_closed()

        async def read(known: set[str] = known) -> bool:
            return {one["id"] for one in await raw.client_list()} <= known

        await until(read, "the server has read all that reached it")
        names = await raw.keys("*staged:*")
        assert [name for name in names if await raw.ttl(name) == -1] == [], left
        found += len(names)
        left += STEP
    assert found
    assert left > 20 * STEP


async def test_together_or_not_at_all(raw: Redis, shared: str) -> None:
    """One command of several that fails is told, as the failure of a single one is."""
    client = Client(shared)
    try:
        assert await client.together([("SET", "one", 1), ("INCR", "one")]) == [b"OK", 2]
        with pytest.raises(Unavailable):
            await client.together([("SADD", "one", 1), ("INCR", "one")])
        assert await client.call("GET", "one") == b"3"
    finally:
        await client.close()
