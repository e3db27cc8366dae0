"""The embedded store: a private Redis (or Valkey) child on a unix socket, kept running in one folder.

What keeps the record whole: one server a folder (folder.py); an engine that may read what is there (engines.py) and
that came up with this folder's marker, never an empty store by mistake; `appendfsync always` and no orphans
(child.py); a tail of zeros mended, other damage left for a person (repair.py).
The only key that is touched here is the marker. Everything runs in the main thread, on the event loop.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from pathlib import Path
from urllib.parse import quote

from . import keys
from .child import Child
from .client import Client
from .engines import Engine, NoEngine, choose, may_open
from .folder import CannotStart, DataFolder, Taken, socket_path
from .ports import Unavailable
from .repair import FOLDER, repair

__all__ = ["CannotStart", "EmbeddedRedis", "socket_url"]

log = logging.getLogger(__name__)

TAKE_OVER = 6.0
"""Seconds to wait for what an earlier server left running."""
LOADING = 120.0
"""Seconds for the store to read its log: 4 s a million attendance rows."""
QUIET = 30.0
"""A child that lived this many seconds is started again without delay."""


def socket_url(folder: Path) -> str:
    """Where the store of `folder` is found while it runs."""
    return f"unix://{quote(str(socket_path(folder.absolute())))}"


class EmbeddedRedis:
    """One folder's store. `start`, use `url`, `stop`; a child that dies in between is started again."""

    def __init__(self, folder: Path, engine: Engine | None = None) -> None:
        self._folder = DataFolder(folder)
        self._wanted = engine
        self._engine: Engine | None = None
        self._child: Child | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.broken = ""
        """Why the store could not be started again; empty while all is well."""

    @property
    def url(self) -> str:
        return socket_url(self._folder.path)

    @property
    def pid(self) -> int | None:
        """The child, while it runs."""
        return self._child.pid if self._child and self._child.status is None else None

    @property
    def engine(self) -> str:
        """What runs, such as "redis 7.0.15"."""
        return self._engine.name if self._engine else ""

    async def start(self) -> str:
        """Lock the folder, mend it if need be, start the child, and wait until it takes writes. Its URL."""
        try:
            await self._claim()
            await self._end_orphan()
            engine = self._engine = self._choose()
            self._child = await self._run(engine)
        except BaseException:
            await self.stop()
            raise
        self._keeper = asyncio.create_task(self._keep(engine, self._child), name="embedded store")
        return self.url

    async def stop(self) -> None:
        """End the child within 3 s and let go of the folder."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        if self._child is not None:
            await self._child.end()
            self._child = None
            self._folder.tidy()
        self._folder.release()

    async def _claim(self) -> None:
        """Take the folder, and wait for what is left of a server that was killed a moment ago."""
        deadline = time.monotonic() + TAKE_OVER
        while True:
            try:
                return self._folder.claim()
            except Taken as taken:
                if not taken.by_the_dead or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.02)

    async def _end_orphan(self) -> None:
        """A store that outlived its server (where the kernel does not end it, or not yet)."""
        if self._folder.free_of_orphans():
            return
        log.warning("A store without its server is still running in the data folder; ending it.")
        client = Client(self.url)
        with contextlib.suppress(Unavailable):  # it ends without answering, or is ending already
            await client.once("SHUTDOWN", "NOSAVE")
        await client.close()
        deadline = time.monotonic() + TAKE_OVER
        while not self._folder.free_of_orphans():
            if time.monotonic() > deadline:
                raise CannotStart("An earlier store still holds the data folder and does not end. End it by hand.")
            await asyncio.sleep(0.02)

    def _choose(self) -> Engine:
        written_by, _ = self._folder.stamp()
        try:
            if self._wanted is None:
                return choose(written_by)
        except NoEngine as error:
            raise CannotStart(str(error)) from None
        if written_by is not None and not may_open(written_by, self._wanted):
            raise CannotStart(
                f"The data folder was written by {written_by}; {self._wanted.name} could lose it. "
                f"Install {written_by} or newer."
            )
        return self._wanted

    async def _run(self, engine: Engine) -> Child:
        """Start a child, mend its log if it refuses it, wait until it is ready, and look for the marker."""
        child = await self._ready(engine)
        if child is None and (mended := repair(self._folder.path)):
            log.warning("%s", mended.sentence)
            child = await self._ready(engine)
        if child is None:
            raise CannotStart(
                "The store ended while it was starting; the end of store.log in the data folder says why. If its log "
                "is damaged in the middle, nothing was changed: restore a backup, or ask for help first."
            )
        client = Client(self.url)
        try:
            await self._verify(engine, client)
        except BaseException:
            await child.end()
            raise
        finally:
            await client.close()
        return child

    async def _ready(self, engine: Engine) -> Child | None:
        """A new child that answers, or None if it ended instead."""
        child = Child(engine, self._folder)
        client = Client(self.url)
        deadline = time.monotonic() + LOADING
        try:
            while child.status is None:
                with contextlib.suppress(Unavailable):
                    await client.once("PING")
                    return child
                if time.monotonic() > deadline:
                    raise CannotStart("The store did not become ready in time.")
                await asyncio.sleep(0.01)
        except BaseException:
            await child.end()
            raise
        finally:
            await client.close()
        return None

    async def _verify(self, engine: Engine, client: Client) -> None:
        """The store that came up must be the one that the folder belongs to."""
        written_by, marker = self._folder.stamp()
        found: bytes | None = await client.call("GET", keys.MARKER)
        if written_by is not None:
            if found is None or found.decode() != marker:
                raise CannotStart(
                    f"The data folder belongs to a store (written by {written_by}), but what came up is another. "
                    f"Its files are in {FOLDER}; restore a backup, or move the whole folder away to begin a new one."
                )
        elif found is None and await client.call("DBSIZE"):
            raise CannotStart("The data folder holds the data of another Redis. Give this server a folder of its own.")
        if found is None:
            found = secrets.token_hex(16).encode()
            await client.call("SET", keys.MARKER, found)
        if written_by != engine.name:
            self._folder.write_stamp(engine.name, found.decode())

    async def _keep(self, engine: Engine, child: Child) -> None:
        """Start the child again whenever it ends, more and more slowly while it does so at once."""
        pause = 0.0
        while True:
            began = time.monotonic()
            while not await child.ended(within=60.0):
                pass
            log.error("The store ended by itself (status %s); starting it again.", child.status)
            if time.monotonic() - began > QUIET:
                pause = 0.0
            while True:
                await asyncio.sleep(pause)
                pause = min(5.0, pause * 2 + 0.05)
                try:
                    child = self._child = await self._run(engine)
                except (CannotStart, Unavailable, OSError) as error:
                    self.broken = str(error) if isinstance(error, CannotStart) else "The store cannot be started."
                    log.critical("%s", self.broken)
                else:
                    self.broken = ""
                    break
