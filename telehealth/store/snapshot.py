"""The whole store as it was at one instant, beside the one that goes on: what a backup reads.

The server is asked for what it gives a new replica (SYNC): it forks, and writes the memory of that instant to the
connection, while it goes on. That is read into a private folder, and an engine of this machine is started on it, alone
and on a unix socket, from which everything is then read without haste. So every key is consistent with every other,
a room's log with its indexes and its audit entries, and it works the same for an embedded and an outside Redis.
The folder and the engine go away with the backup, and with a later one if this process is killed.
"""

import asyncio
import os
import shutil
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from redis.asyncio.connection import parse_url

from .child import Child
from .client import Client
from .engines import Engine, NoEngine, choose
from .folder import CannotStart, DataFolder
from .ports import Unavailable

PATIENCE = 60.0
"""Seconds without a byte. An outside Redis waits 5 s by default before it begins (repl-diskless-sync-delay)."""
LOADING = 300.0
_READ = 1 << 20


class NoSnapshot(Exception):
    """This Redis gives no snapshot; the sentence says why and what to do."""


@asynccontextmanager
async def snapshot(url: str, folder: Path) -> AsyncIterator[Client]:
    """A client of the copy, which lies in `folder` meanwhile. Of one server at a time."""
    shelf = DataFolder(folder)
    try:
        shelf.claim()
    except CannotStart:
        raise NoSnapshot("Another backup is being made here.") from None
    child: Child | None = None
    try:
        if not shelf.free_of_orphans():
            raise NoSnapshot("The copy of an earlier backup still ends; try again in a moment.")
        _clear(shelf.path)
        engine = await _engine(url)
        await _fetch(url, shelf.path / "dump.rdb")
        child = Child(engine, shelf, of_a_copy=True)
        client = await _ready(child, f"unix://{shelf.socket}")
        try:
            yield client
        finally:
            await client.close()
    finally:
        if child is not None:
            await child.end()
            shelf.tidy()
        _clear(shelf.path)
        shelf.release()
        with suppress(OSError):
            shutil.rmtree(shelf.path)


def _clear(folder: Path) -> None:
    for name in os.listdir(folder):
        if name not in ("OWNER", "LOCK"):
            (folder / name).unlink(missing_ok=True)


async def _engine(url: str) -> Engine:
    """One of this machine's that reads what the server writes."""
    client = Client(url)
    try:
        info = await client.call("INFO", "server")
    finally:
        await client.close()
    told = dict(line.split(":", 1) for line in info.decode("utf-8", "replace").splitlines() if ":" in line)
    valkey = "valkey_version" in told
    name = f"valkey {told['valkey_version']}" if valkey else f"redis {told.get('redis_version', '0.0')}"
    try:
        return choose(name)
    except NoEngine:
        raise NoSnapshot(f"The store runs on {name}: to read its snapshot, this machine needs {name}, too.") from None


async def _ready(child: Child, url: str) -> Client:
    client = Client(url)
    try:
        async with asyncio.timeout(LOADING):
            while child.status is None:
                with suppress(Unavailable):
                    await client.once("PING")
                    return client
                await asyncio.sleep(0.02)
    except TimeoutError:
        pass
    except BaseException:
        await client.close()
        raise
    await client.close()
    raise NoSnapshot("The snapshot cannot be read by the engine of this machine.")


async def _fetch(url: str, file: Path) -> None:
    """What the server gives a replica, into `file`."""
    options: dict[str, Any] = dict(parse_url(url))
    reader, writer = await _open(options)
    try:
        if options.get("password"):
            name = [options["username"]] if options.get("username") else []
            await _asked(reader, writer, "AUTH", *name, options["password"])
        await _asked(reader, writer, "REPLCONF", "capa", "eof", "capa", "psync2")
        told = await _asked(reader, writer, "PSYNC", "?", "-1")
        if not told.startswith(b"+FULLRESYNC"):
            raise NoSnapshot("This Redis gives no snapshot.")
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            await _payload(reader, target)
    except (TimeoutError, OSError, asyncio.IncompleteReadError):
        raise NoSnapshot("The snapshot broke off: is there disk space, and memory for a fork?") from None
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _open(options: dict[str, Any]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        if "path" in options:
            return await asyncio.open_unix_connection(options["path"], limit=_READ)
        secure = None
        if "connection_class" in options:
            secure = ssl.create_default_context(cafile=options.get("ssl_ca_certs"))
            if options.get("ssl_certfile"):
                secure.load_cert_chain(options["ssl_certfile"], options.get("ssl_keyfile"))
        host, port = options.get("host", "localhost"), options.get("port", 6379)
        return await asyncio.open_connection(host, port, limit=_READ, ssl=secure)
    except OSError:
        raise Unavailable("Redis does not answer.") from None


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *words: str) -> bytes:
    """One command and its one line; a refusal names no argument."""
    parts = [word.encode() for word in words]
    writer.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts))
    line = await _line(reader)
    if line.startswith(b"-"):
        raise NoSnapshot(
            f"This Redis does not allow {words[0]}: give its user the right to it, or use its operator's own backups."
        )
    return line


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next one that is not empty: while it prepares, a primary sends line feeds."""
    while True:
        async with asyncio.timeout(PATIENCE):
            line = await reader.readuntil(b"\n")
        if line.strip():
            return line.strip()


async def _payload(reader: asyncio.StreamReader, target: BinaryIO) -> None:
    """`$LENGTH` and so many bytes, or `$EOF:MARK`, and then bytes until the mark of 40 bytes comes again."""
    head = await _line(reader)
    if not head.startswith(b"$"):
        raise NoSnapshot("The snapshot broke off: is there disk space, and memory for a fork?")
    if not head.startswith(b"$EOF:"):
        await _counted(reader, int(head[1:]), target.write)
        return
    mark, tail = head[5:], b""
    while True:
        async with asyncio.timeout(PATIENCE):
            more = await reader.read(_READ)
        if not more:
            raise asyncio.IncompleteReadError(b"", None)
        tail += more
        place = tail.find(mark)  # 40 random characters; what follows it is the stream of later writes
        if place >= 0:
            target.write(tail[:place])
            return
        keep = len(mark) - 1
        target.write(tail[:-keep])
        tail = tail[-keep:]


async def _counted(reader: asyncio.StreamReader, left: int, write: Callable[[bytes], Any]) -> None:
    while left:
        async with asyncio.timeout(PATIENCE):
            more = await reader.read(min(left, _READ))
        if not more:
            raise asyncio.IncompleteReadError(b"", left)
        write(more)
        left -= len(more)
