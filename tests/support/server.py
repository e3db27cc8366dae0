"""The real server, as `make run` starts it: one process tree on a free port with its data in a folder of the test."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import canary
from .processes import tree_of

START_WITHIN = 40.0
"""Seconds. Generous: the machine may be running the rest of the suite."""


@dataclass
class Demo:
    """What a running demo printed."""

    staff_url: str = ""
    name: str = ""
    password: str = ""
    client_urls: list[str] = field(default_factory=list)
    api_url: str = ""


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Server:
    """`telehealth serve --demo`; may be killed and started again on the same port and folder."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str] | None = None) -> None:
        self.folder, self.port = folder, port
        self.base = f"http://127.0.0.1:{port}"
        self.demo = Demo()
        self._environment = environment or {}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: list[asyncio.Task[None]] = []
        self.log: list[str] = []
        """Every line of standard error: the tests search it for what must not be there."""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "telehealth", *words]

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "TELEHEALTH_PORT": str(self.port),
            "TELEHEALTH_DATA": str(self.folder),
            "TELEHEALTH_DEMO_WEEKS": "0",
            **self._environment,
        }

    async def start(self) -> Demo:
        """Start and wait until the last line of the demo is printed."""
        self.demo = Demo()
        self._process = await asyncio.create_subprocess_exec(
            *self.command("serve", "--demo"),
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        ready = asyncio.Event()
        self._reading = [
            asyncio.create_task(self._read_lines(ready)),
            asyncio.create_task(self._read_log()),
        ]
        try:
            await asyncio.wait_for(ready.wait(), START_WITHIN)
        except TimeoutError as error:
            await self.kill()
            raise AssertionError("the server did not become ready:\n" + "\n".join(self.log[-40:])) from error
        return self.demo

    async def _read_lines(self, ready: asyncio.Event) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := (await self._process.stdout.readline()).decode().rstrip("\n"):
            match line.split():
                case ["staff", url, *name, password]:
                    self.demo.staff_url, self.demo.name, self.demo.password = url, " ".join(name), password
                case ["client", url]:
                    self.demo.client_urls.append(url)
                case ["api", url]:
                    self.demo.api_url = url
                    ready.set()

    async def _read_log(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.log.append(line.decode(errors="replace").rstrip("\n"))

    def tree(self) -> list[int]:
        """The process and all that descend from it."""
        return tree_of(self.pid)

    async def kill(self) -> None:
        """`kill -9` of the whole process tree at once, as a power cut of the machine would look to the pages."""
        for pid in self.tree():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await self.ended()

    async def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process is not None and self._process.returncode is None:
            assert canary.in_processes(self.tree()) == []
            self._process.send_signal(signal.SIGINT)
        await self.ended()

    async def ended(self) -> None:
        """Wait until nothing of it is left, after something has ended its process."""
        assert self._process is not None
        await asyncio.wait_for(self._process.wait(), 10)
        await asyncio.wait(self._reading, timeout=5)
        assert not canary.said_in("\n".join(self.log)), "the text of a note is in the log"

    async def run(self, *words: str, said: str = "") -> str:
        """Standard output of another `telehealth` command against this server's data; `said` is its standard input."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*words),
            env=self.environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(said.encode())
        assert process.returncode == 0, err.decode()
        return out.decode()


@asynccontextmanager
async def running(folder: Path, environment: dict[str, str] | None = None) -> AsyncIterator[Server]:
    """A demo server that is up, and gone afterwards."""
    server = Server(folder, free_port(), environment)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
