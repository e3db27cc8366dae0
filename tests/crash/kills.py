"""Who is killed, and how the server comes back: `kill -9` of one process or of all, at a random moment."""

import asyncio
import os
import random
import signal
from contextlib import suppress

from tests.crash.diary import Diary
from tests.support.processes import embedded_store, media_workers
from tests.support.server import Server
from tests.support.wait import until

KINDS = {"server": 3, "store": 3, "worker": 2, "tree": 2, "starting": 1}
"""How often each, in proportion: the server process alone, its Redis, a media worker, all processes at once, and all
once more while they start."""


class Killer:
    """`kill()` again and again."""

    def __init__(self, server: Server, diary: Diary, rng: random.Random) -> None:
        self._server, self._diary, self._rng = server, diary, rng

    async def wait(self, longest: float) -> None:
        """A random while: sometimes none, so that it meets a recovery; sometimes so long that everything is calm."""
        rng = self._rng
        much = rng.choices([0.4, 6.0, 20.0], [2, 6, 1])[0]
        await asyncio.sleep(min(rng.uniform(0, much), longest))

    async def kill(self) -> None:
        """One of them, and wait until a server runs."""
        kind = self._rng.choices(list(KINDS), list(KINDS.values()))[0]
        match kind:
            case "store":
                self._hit(await until(self._store, "a store runs", 30), kind)
            case "worker":
                self._hit(self._rng.choice(await until(self._workers, "a media worker runs", 30)), kind)
            case "server":
                self._hit(self._server.pid, kind)
                await self._server.ended()
                await self._server.start()
            case _:
                await self.all(kind)
                await self._server.start()

    async def all(self, kind: str) -> None:
        """Everything at once."""
        self._note("tree")
        await self._server.kill()
        if kind == "starting":
            before = self._server.pid
            starting = asyncio.create_task(self._server.start())

            async def another() -> bool:
                return self._server.pid != before

            await until(another, "another process runs")
            await asyncio.sleep(self._rng.uniform(0.2, 2.5))
            self._note(kind)
            await self._server.kill()
            starting.cancel()
            with suppress(asyncio.CancelledError):
                await starting

    async def _store(self) -> int:
        return embedded_store(self._server.pid) or 0

    async def _workers(self) -> list[int]:
        return media_workers(self._server.pid)

    def _hit(self, pid: int, kind: str) -> None:
        self._note(kind)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _note(self, kind: str) -> None:
        self._diary.kills.append((self._diary.now(), kind))
