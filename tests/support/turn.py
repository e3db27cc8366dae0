"""A real TURN relay (coturn), as a clinic would run it, on loopback."""

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.wait import until


def program() -> str:
    """The relay's program; `scripts/coturn` installs it."""
    found = shutil.which("turnserver")
    assert found, "The tests need coturn's turnserver (Debian: apt install coturn, or run scripts/coturn as root)."
    return found


@asynccontextmanager
async def turn_server(port: int, secret: str) -> AsyncIterator[None]:
    """A relay on `port`, UDP and TCP, for whoever has credentials made with `secret`."""
    folder = TemporaryDirectory()
    database = Path(folder.name) / "turn.db"
    with closing(sqlite3.connect(database)) as made:
        # Without this table the relay does not even look at the secret that it is given on the command line.
        made.execute("CREATE TABLE turn_secret (realm TEXT, value TEXT, PRIMARY KEY (realm, value))")
    process = await asyncio.create_subprocess_exec(
        program(),
        "-n",  # no configuration file
        *("--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", str(port)),
        *("--use-auth-secret", "--static-auth-secret", secret, "--realm", "clinic.example"),
        "--allow-loopback-peers",  # forbidden in real life; here everything is on loopback
        *("--no-tls", "--no-dtls", "--no-cli", "--no-multicast-peers"),
        *("--log-file", "/dev/null", "--pidfile", "/dev/null", "--userdb", str(database)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def listens() -> bool:
        assert process.returncode is None, "the relay has ended"
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", port)) == 0

    try:
        await until(listens, "the relay listens")
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        folder.cleanup()
