"""One tab of one browser: it connects, joins, beats once a second and comes back by itself, as web/src/core does.

Every answer and everything that it is told goes into the diary before anything else is done with it.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp
import socketio

from telehealth.core.ids import Millis
from tests.crash.diary import Confirmed, Connection, Diary, Parting, Person, Told

BEAT_EVERY = 1.0
ANSWER_WITHIN = 5.0
DEAD_AFTER = 4.0
ASK_FOR = 30.0
AGAIN_FIRST, AGAIN_AT_MOST = 0.3, 3.0
"""Seconds; as in web/src/core (session.ts, socket.ts)."""
MAY_PASS = ("not_open_yet", "locked", "full", "not_now", "internal", "too_many", "no_media")

SILENT = logging.getLogger(f"{__name__}.library")
"""The library writes a line whenever a connection breaks, which here is all the time."""
SILENT.setLevel(logging.CRITICAL + 1)
VANISHED = "vanished"
Failures = (aiohttp.ClientError, socketio.exceptions.SocketIOError, TimeoutError, OSError)


class Page:
    """`run()` until it is over; everything else may be called meanwhile."""

    def __init__(
        self,
        base: str,
        http: aiohttp.ClientSession,
        csrf: str,
        mine: Person,
        diary: Diary,
        rng: random.Random,
        looked: Callable[["Page"], None] = lambda page: None,
    ) -> None:
        self.tab = secrets.token_urlsafe(12)
        self.room: dict[str, Any] = {}
        """The view with the highest version."""
        self.over = ""
        """Why it has no part any more."""
        self._base, self._http, self._csrf = base, http, csrf
        self._mine, self._diary, self._rng, self._looked = mine, diary, rng, looked
        self._socket: socketio.AsyncClient | None = None
        self._connection: Connection | None = None
        self._joined = asyncio.Event()
        self._broken = asyncio.Event()
        self._heard = asyncio.Event()
        """Not set while the network is silent: then nothing may be said, not even good-bye."""
        self._heard.set()
        self._running: asyncio.Task[None] | None = None

    @property
    def seated(self) -> bool:
        return self._joined.is_set() and self.room["you"]["standing"] == "seated"

    # --- the life of a page

    def open(self) -> "Page":
        self._running = asyncio.create_task(self._run(), name=f"page {self.tab}")
        return self

    async def closed(self) -> None:
        """Wait until nothing of it is left."""
        if self._running is not None:
            await asyncio.wait([self._running])  # whoever stops waiting does not stop the page
            self._running.result()

    async def _run(self) -> None:
        pause = AGAIN_FIRST
        while not self.over:
            try:
                await self._one_socket()
                pause = AGAIN_FIRST
            except Failures:
                pass
            if not self.over:
                await asyncio.sleep(pause * self._rng.uniform(0.5, 1.5))
                pause = min(2 * pause, AGAIN_AT_MOST)

    async def _one_socket(self) -> None:
        socket = self._socket = socketio.AsyncClient(
            reconnection=False, http_session=self._http, engineio_logger=SILENT
        )
        self._broken.clear()
        socket.on("room", lambda told: self._see(told["room"]))
        socket.on("bye", self._bye)
        socket.on("disconnect", lambda reason: self._part(Parting.BROKEN))
        try:
            await socket.connect(
                self._base,
                auth={"csrf": self._csrf},
                transports=["websocket"],
                socketio_path="signal",
                wait_timeout=ANSWER_WITHIN,
            )
            await self._join()
            while not self.over:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._broken.wait(), BEAT_EVERY)
                    return
                answer = await self.beat()
                if answer.get("code") == "not_in_room" and not self.over:
                    self._part(Parting.NOT_IN_ROOM)
                    await self._join()
        finally:
            self._part(Parting.GIVEN_UP)
            self._joined.clear()
            await self._heard.wait()
            self._abort_if_vanished()
            self._socket = None
            with suppress(*Failures):
                await socket.disconnect()
            with suppress(*Failures):
                await socket.eio.wait()  # type: ignore[attr-defined]

    async def _join(self) -> None:
        """Ask until there is an answer, or the socket breaks."""
        self._broken.clear()
        connection = self._connection = Connection(self._diary.now(), self.tab)
        self._mine.connections.append(connection)
        while True:
            assert self._socket is not None
            body = {"session": self._mine.session, "tab": self.tab, "op": op(), "microphone": True, "camera": True}
            answer = await self._socket.call("join", body, timeout=ANSWER_WITHIN)
            if answer["ok"]:
                self._mine.confirmed.append(Confirmed("join", self.tab, connection.began, self._diary.now()))
                self._joined.set()
                self._see(answer["room"])
                return
            if answer["code"] not in MAY_PASS:
                self.over = answer["code"]
                raise socketio.exceptions.ConnectionRefusedError(answer["code"])
            await asyncio.sleep(self._rng.uniform(0.7, 1.3))

    def _see(self, room: dict[str, Any]) -> None:
        you = room["you"]
        self._mine.told.append(Told(room["version"], you["member"], you["standing"]))
        if self._connection is not None and self._connection.seated is None and you["standing"] == "seated":
            self._connection.seated = self._diary.now()
        if room["version"] >= self.room.get("version", 0):
            self.room = room
            self._looked(self)

    def _bye(self, told: dict[str, Any]) -> None:
        if told["why"] != "restart":
            self.over = told["why"]
        self._part(Parting.BYE)

    def _part(self, parting: Parting) -> None:
        """The first reason counts."""
        if self._connection is not None and self._connection.ended is None:
            self._connection.ended = self._diary.now()
            self._connection.parting = parting
        self._broken.set()

    async def beat(self) -> dict[str, Any]:
        """Prove life. Nothing is written before it is answered."""
        if self._socket is None:
            raise socketio.exceptions.ConnectionError
        answer: dict[str, Any] = await self._socket.call("beat", {}, timeout=DEAD_AFTER)
        return answer

    # --- what a person does

    async def ask(self, name: str, **body: Any) -> dict[str, Any]:
        """Ask until there is an answer: the operation stays the same, so being asked twice does no harm."""
        asked = self._diary.now()
        operation = op()
        while self._diary.now() - asked < ASK_FOR * 1000 and not self.over:
            with suppress(*Failures):
                async with asyncio.timeout(ANSWER_WITHIN):
                    await self._joined.wait()
                    if self._socket is None:
                        continue
                    answer: dict[str, Any] = await self._socket.call(
                        name, {"op": operation, **body}, timeout=ANSWER_WITHIN
                    )
                    if answer["ok"]:
                        self._confirm(name, body, asked)
                    if answer["ok"] or answer["code"] not in MAY_PASS:
                        return answer
            await asyncio.sleep(0.1)
        return {"ok": False, "code": self.over or "not_now"}

    def _confirm(self, name: str, body: dict[str, Any], asked: Millis) -> None:
        what = ("raise" if body["raised"] else "lower") if name == "hand" else name
        self._mine.confirmed.append(Confirmed(what, self.tab, asked, self._diary.now()))

    async def leave(self) -> None:
        """Say that one goes, until that is confirmed; then close the tab."""
        if self._connection is not None and self._connection.ended is None:
            self._connection.leaving = self._diary.now()
        answer = await self.ask("leave")
        self.over = self.over or "left"
        self._part(Parting.LEFT if answer["ok"] else Parting.GIVEN_UP)
        await self.closed()

    async def vanish(self) -> None:
        """The TCP connection ends without a word, and the tab is gone."""
        self.over = self.over or VANISHED
        self._part(Parting.ABORTED)
        self._abort_if_vanished()
        self._heard.set()
        await self.closed()

    def fall_silent(self) -> None:
        """From now on nothing is sent and nothing is read, and the connection stands until `vanish`."""
        self.over = self.over or VANISHED
        self._heard.clear()
        if transport := self._transport():
            transport.pause_reading()
        self._part(Parting.SILENT)

    def _abort_if_vanished(self) -> None:
        if self.over == VANISHED and (transport := self._transport()):
            transport.abort()

    def _transport(self) -> asyncio.Transport | None:
        """The TCP connection of the socket, while there is one."""
        if self._socket is None or self._socket.eio.ws is None:  # type: ignore[attr-defined]
            return None
        connection = self._socket.eio.ws._response.connection  # type: ignore[attr-defined]
        return None if connection is None else connection.transport


def op() -> str:
    return secrets.token_urlsafe(9)
