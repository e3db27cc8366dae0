"""Signalling in tests: a clinic with one session in a real store, nodes that serve it, and people with real sockets.

Everybody's private texts are marked (`PRIVATE`), and a person keeps every frame that came through their socket, so that
a test can search all of them for what somebody else may not learn.
"""

import asyncio
import itertools
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import socketio
from aiohttp import web

from telehealth import packs
from telehealth.clock import Clock
from telehealth.core import events as did
from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.roles import Role
from telehealth.edge.browser import Browsers
from telehealth.edge.signalling import Signalling
from telehealth.live.room_task import Timing
from telehealth.live.rooms import Rooms, Rules
from telehealth.live.stopping import stop
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from tests.support.redis import connected, running
from tests.support.wait import until

P = ProgrammeId("main")
HOUR: Millis = 3_600_000
STAFF = {"alice": Role.FACILITATOR, "carl": Role.COFACILITATOR}
CLIENTS = ("bob", "dora", "emil", "fay")
SECRET = "a secret between nodes and workers of a test"
QUICK = Timing(beat=300, settle=600)


def legal_name(who: str) -> str:
    return f"{who.capitalize()} Legalname-{who}"


def private(who: str) -> tuple[str, ...]:
    """What no other client may ever learn of `who`."""
    return (f"Legalname-{who}", f"person-{who}", f"{who}@mail.example", f"+1 555 01 {who}", f"{who} lives here")


class Clinic:
    """One programme, one session that is going on, its staff and clients; all signed in and checked in."""

    def __init__(self, redis: EmbeddedRedis, store: Store, clock: Clock) -> None:
        self.redis = redis
        self.store = store
        self.clock = clock
        self.session = SessionId("s-" + secrets.token_urlsafe(6))
        self.everybody: list[Person] = []

    async def fill(self) -> None:
        for who in (*STAFF, *CLIENTS, "stranger"):
            await self.store.people.put(
                P,
                rec.Person(
                    PersonId(f"person-{who}"),
                    who in STAFF,
                    legal_name(who),
                    who.capitalize(),
                    f"{who}@mail.example",
                    f"+1 555 01 {who}",
                ),
            )
        await self.add_session(self.session)
        for who in CLIENTS:
            await self.check_in(who)

    async def add_session(self, session: SessionId, **changes: Any) -> rec.Session:
        now = self.clock.now()
        fields: dict[str, Any] = {
            "id": session,
            "programme": P,
            "series": None,
            "kind": "group_therapy",
            "title": "Evening group",
            "starts": now - HOUR // 4,
            "ends": now + HOUR,
            "zone": "America/New_York",
            "capacity": 8,
            "facilitators": (PersonId("person-alice"),),
            "roster": tuple(PersonId(f"person-{who}") for who in CLIENTS),
            "cofacilitators": (PersonId("person-carl"),),
        }
        record = rec.Session(**{**fields, **changes})
        await self.store.sessions.put(record)
        return record

    async def check_in(self, who: str, session: SessionId | None = None) -> None:
        await self.store.sessions.put_check_in(
            P,
            rec.CheckIn(
                session or self.session,
                PersonId(f"person-{who}"),
                self.clock.now(),
                f"{who} lives here",
                "NY",
                "a contact",
                "a phone",
                "another phone",
                True,
                "v1",
            ),
        )

    async def sign_in(self, who: str, session: SessionId | None = None, link: str = "") -> tuple[str, str]:
        """A new browser of `who`: its cookie and its CSRF token."""
        cookie, csrf = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        staff = who in STAFF
        expires = self.clock.now() + HOUR
        await self.store.access.put_web_session(
            cookie,
            rec.WebSession(
                kind=rec.SignedInAs.STAFF if staff else rec.SignedInAs.CLIENT,
                programme=P,
                person=PersonId(f"person-{who}"),
                role=STAFF.get(who, Role.CLIENT),
                csrf=csrf,
                expires=expires,
                session=None if staff else session or self.session,
                link=link,
                longest=expires if staff else 0,
            ),
        )
        return cookie, csrf

    async def log(self, session: SessionId | None = None) -> list[did.Event]:
        return await self.store.logs.read(P, session or self.session)

    def person(self, who: str, **options: Any) -> "Person":
        person = Person(self, who, **options)
        self.everybody.append(person)
        return person

    def nobody_learned_too_much(self) -> None:
        """No frame that a client got holds anything private of anybody else."""
        for reader in self.everybody:
            if reader.who in STAFF:
                continue
            for frame in reader.frames:
                for other in (*STAFF, *CLIENTS, "stranger"):
                    for text in private(other):
                        assert other == reader.who or text not in frame, f"{reader.who} was sent {text!r}: {frame}"


class Node:
    """One server process's worth of signalling."""

    def __init__(self, clinic: Clinic, timing: Timing, grace: Millis, clock: Clock) -> None:
        self.clinic = clinic
        known = packs.load()
        self.rooms = Rooms(
            clinic.store,
            clock,
            SECRET,
            known.policies,
            Rules(grace=grace),
            timing,
            crisis=known.crisis,
            kinds=known.kinds,
        )
        self.signalling = Signalling(
            self.rooms,
            clinic.store.sessions,
            Browsers(clinic.store.access, clock),
            clock,
            allowed_origins=["http://pages.example"],
            secure=False,
        )
        self.url = ""
        self._runner = web.AppRunner(web.Application(), shutdown_timeout=3)

    async def start(self) -> None:
        await self.rooms.start()
        self.signalling.attach(self._runner.app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        await self._runner.cleanup()
        await self.rooms.close()

    async def die(self) -> None:
        """Stop without a word and without writing anything down, as near to `kill -9` as one process can come."""
        await stop(*(task for task in asyncio.all_tasks() if task.get_name().endswith(self.clinic.session)))


@asynccontextmanager
async def clinic_in(folder: Path) -> AsyncIterator[Clinic]:
    """A clinic on a Redis of its own. Everybody's sockets are closed at the end, and their frames searched."""
    async with running(folder / "redis") as redis, connected(redis.url) as store:
        clinic = Clinic(redis, store, Clock())
        await clinic.fill()
        try:
            yield clinic
        finally:
            for person in clinic.everybody:
                await person.close()
        clinic.nobody_learned_too_much()


@asynccontextmanager
async def node_of(
    clinic: Clinic,
    *,
    timing: Timing = QUICK,
    grace: Millis = 60_000,
    later: Millis = 0,
    clock: Clock | None = None,
) -> AsyncIterator[Node]:
    """A running node; `later` sets its clock forward, as if it had been started that much later."""
    if later:
        clock = Clock(clinic.clock.now() + later)
    node = Node(clinic, timing, grace, clock or clinic.clock)
    await node.start()
    try:
        yield node
    finally:
        for person in clinic.everybody:
            if person.node is node:
                await person.close()
        await node.stop()


_numbers = itertools.count(1)


class Person:
    """A page: one browser's socket at a time, beating like a page unless told not to."""

    def __init__(self, clinic: Clinic, who: str, *, browser: tuple[str, str] | None = None, beats: bool = True) -> None:
        self.clinic = clinic
        self.who = who
        self.browser = browser
        self.beats = beats
        self.session = clinic.session
        self.tab = f"tab-{who}-{secrets.token_hex(8)}"
        self.node: Node | None = None
        self.frames: list[str] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.room: dict[str, Any] = {}
        """The view with the highest version."""
        self.unwelcome: list[str] = []
        """Why the server did not take the socket."""
        self._client: socketio.AsyncClient | None = None
        self._beating: asyncio.Task[None] | None = None

    # --- connecting

    async def connect(self, node: Node, **auth: Any) -> "Person":
        if self.browser is None:
            self.browser = await self.clinic.sign_in(self.who)
        cookie, csrf = self.browser
        client = socketio.AsyncClient(reconnection=False, engineio_logger=self._recorder())
        for name in ("room", "slots", "speaking", "chat_line", "tool", "bye"):
            client.on(name, self._hear(name))
        client.on("connect_error", lambda error: self.unwelcome.append(error["message"]))
        self._client, self.node = client, node
        await client.connect(
            node.url,
            headers={"Cookie": f"session={cookie}"},
            auth={"csrf": csrf, **auth},
            transports=["websocket"],
            socketio_path="signal",
            wait_timeout=8,
        )
        return self

    async def turned_away(self, node: Node, **auth: Any) -> str:
        """Try to connect, and expect a refusal: its code."""
        try:
            await self.connect(node, **auth)
        except socketio.exceptions.ConnectionError:
            self._client = None
            return self.unwelcome[-1]
        raise AssertionError(f"{self.who} was let in")

    async def join(self, node: Node | None = None, **body: Any) -> dict[str, Any]:
        """Connect if need be, and enter the session."""
        if self._client is None or (node is not None and node is not self.node):
            assert node is not None
            await self.connect(node)
        answer = await self.ask("join", session=self.session, tab=self.tab, op=self.op(), **body)
        if answer["ok"]:
            self._see(answer["room"])
            if self.beats and self._beating is None:
                self._beating = asyncio.create_task(self._beat())
        return answer

    async def beat_once(self) -> None:
        """Prove life now, and not again."""
        self._stop_beating()
        assert (await self.ask("beat"))["ok"]

    async def beat_again(self) -> None:
        """Go on proving life over the same socket, as after a silence of the network."""
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat())

    def again(self) -> "Person":
        """The same browser and tab, after its socket was closed by the server."""
        self._stop_beating()
        self._client = None
        return self

    async def drop(self) -> None:
        """Lose the network: the TCP connection ends without a word."""
        assert self._client is not None
        self._stop_beating()
        transport = self._client.eio.ws._response.connection.transport  # type: ignore[attr-defined]
        transport.abort()
        await self._client.wait()
        self._client = None

    async def close(self) -> None:
        """Close the tab."""
        self._stop_beating()
        if self._client is not None:
            await self._client.disconnect()
            await self._client.eio.wait()  # type: ignore[attr-defined]
            self._client = None

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.connected

    def _stop_beating(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None

    async def _beat(self) -> None:
        while self.connected:
            await self.ask("beat")
            await asyncio.sleep(0.2)

    # --- asking and hearing

    @staticmethod
    def op() -> str:
        return f"op-{next(_numbers):08}-{secrets.token_hex(4)}"

    async def ask(self, name: str, **body: Any) -> dict[str, Any]:
        assert self._client is not None
        answer: dict[str, Any] = await self._client.call(name, body, timeout=8)
        return answer

    async def do(self, name: str, **body: Any) -> dict[str, Any]:
        """Ask with a fresh op, and expect that it is done."""
        answer = await self.ask(name, op=self.op(), **body)
        assert answer == {"ok": True}, f"{self.who} asked {name}: {answer}"
        return answer

    async def refused(self, name: str, **body: Any) -> str:
        """Ask with a fresh op, and expect a refusal: its code."""
        answer = await self.ask(name, op=self.op(), **body)
        assert answer["ok"] is False, f"{self.who} asked {name} and was not refused"
        return str(answer["code"])

    def heard(self, name: str) -> list[dict[str, Any]]:
        return [body for told, body in self.told if told == name]

    @property
    def byes(self) -> list[str]:
        return [bye["why"] for bye in self.heard("bye")]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The chat that was told: (alias, text)."""
        return [(told["line"]["alias"], told["line"]["text"]) for told in self.heard("chat_line")]

    @property
    def standing(self) -> str:
        return str(self.room["you"]["standing"])

    @property
    def seats(self) -> list[tuple[int, str]]:
        """Who is seen, in seating order."""
        return [(m["seat"], m["alias"]) for m in self.room["members"]]

    async def sees(self, look: Callable[["Person"], Any], what: str, within: float = 10.0) -> Any:
        """Wait until `look` at this person is true."""

        async def now() -> Any:
            return look(self)

        return await until(now, f"{self.who} {what}", within)

    def _hear(self, name: str) -> Callable[[dict[str, Any]], None]:
        def hear(body: dict[str, Any]) -> None:
            self.told.append((name, body))
            if name == "room":
                self._see(body["room"])

        return hear

    def _see(self, room: dict[str, Any]) -> None:
        if room["version"] >= self.room.get("version", 0):
            self.room = room

    def _recorder(self) -> logging.Logger:
        """engineio logs every packet that comes with its text: a record of all frames."""
        logger = logging.Logger(f"frames of {self.who}", logging.INFO)
        frames = self.frames

        class Keep(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if str(record.msg).startswith("Received packet") and isinstance(record.args, tuple):
                    data = record.args[-1]
                    frames.append(data if isinstance(data, str) else json.dumps(data))

        logger.addHandler(Keep())
        return logger


async def seated(clinic: Clinic, node: Node, *names: str) -> list[Person]:
    """Alice and these clients, in the room."""
    alice = clinic.person("alice")
    await alice.join(node)
    people = [clinic.person(name) for name in names]
    for person in people:
        await person.join(node, microphone=True, camera=True)
        await person.sees(lambda p: p.standing == "waiting", "waits")
    await alice.sees(lambda a: len(a.room["waiting"]) == len(names), "sees who waits")
    await alice.do("admit")
    for person in people:
        await person.sees(lambda p: p.standing == "seated", "is seated")
    return [alice, *people]
