"""A door that only the demo has: fill the group's room with simulated participants, and send them away again.

It owns the child process that simulates them, which gets their links on its standard input (a command line can be read
by every user of the machine) and nothing secret else. Whoever of the group is in the room or waits is left alone: a
second page of the same person would take over the first.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiohttp import web

from telehealth.core.ids import ProgrammeId, SessionId
from telehealth.core.refusals import Code
from telehealth.core.room import Standing
from telehealth.demo import Demo
from telehealth.edge import browser, record
from telehealth.edge.answers import Refused, answer
from telehealth.edge.bodies import Out
from telehealth.edge.site import SITE

PATH = "/api/demo/participants"
STOP_WITHIN = 2.0
"""Seconds after SIGTERM until SIGKILL; they say goodbye meanwhile."""


class Participants(Out, frozen=True):
    simulated: int
    """How many were sent and have not been sent away."""


class DemoRoom:
    """`attach` to the application before it is served."""

    def __init__(self, made: Demo, base_url: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """`command` starts this program."""
        self._demo, self._base_url = made, base_url
        self._command = [*command, "simulate", "--link", "-", "--parent", str(os.getpid())]
        # Settings of the server are not the clients' business, and its keys least of all.
        self._environment = {
            name: value for name, value in environment.items() if not name.startswith(("TELEHEALTH_", "REDIS_"))
        }
        self._process: asyncio.subprocess.Process | None = None
        self._simulated = 0
        self._changing = asyncio.Lock()

    def attach(self, app: web.Application) -> None:
        app.router.add_get(PATH, self._tell, allow_head=False)
        app.router.add_post(PATH, self._fill)
        app.router.add_delete(PATH, self._empty)
        app.on_shutdown.append(self._end)

    @property
    def _running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        await browser.staff(request)
        return self._answer()

    async def _fill(self, request: web.Request) -> web.StreamResponse:
        await browser.staff(request)
        async with self._changing:
            if not self._running:
                links = await self._absent(request)
                if not links:
                    raise Refused(Code.NO_SUCH_MEMBER)
                await self._start(links)
        return self._answer()

    async def _empty(self, request: web.Request) -> web.StreamResponse:
        await browser.staff(request)
        await self._stop()
        return self._answer()

    async def _absent(self, request: web.Request) -> list[str]:
        """The links of those of the group who are not there."""
        log = await record.events(request.app[SITE], ProgrammeId(self._demo.programme), SessionId(self._demo.group))
        room = record.room(log)
        there = {member.person for place in (Standing.WAITING, Standing.SEATED) for member in room.standing(place)}
        return [f"{self._base_url}/j#{client.token}" for client in self._demo.clients if client.person not in there]

    async def _start(self, links: Sequence[str]) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=sys.stderr.fileno(),
            start_new_session=True,
        )
        self._simulated = len(links)
        if (stdin := self._process.stdin) is not None:
            stdin.write("\n".join(links).encode())
            stdin.close()

    async def _stop(self) -> None:
        async with self._changing:
            process, self._process = self._process, None
            if process is None or process.returncode is not None:
                return
            process.terminate()
            try:
                async with asyncio.timeout(STOP_WITHIN):
                    await process.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _end(self, app: web.Application) -> None:
        await self._stop()

    def _answer(self) -> web.Response:
        return answer(Participants(simulated=self._simulated if self._running else 0))
