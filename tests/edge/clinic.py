"""A small clinic on a real server and a real Redis: two counsellors, three clients, a group and somebody else's group.

The clock can be wound forward; everything else is what `telehealth serve` runs. Ids, names and texts are such that one
of them in the wrong place is easily found: `CANARIES` may stand in no log record, whatever happens in a test.
"""

import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from telehealth import packs
from telehealth.clock import Clock
from telehealth.core import attendance, audit_chain
from telehealth.core import commands as ask
from telehealth.core import records as rec
from telehealth.core.decide import decide
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.ids import ConnectionId, Millis, PersonId, ProgrammeId, SeriesId, SessionId, TabId
from telehealth.core.refusals import Refusal
from telehealth.core.roles import Role
from telehealth.core.room import EMPTY, Room, replay
from telehealth.edge import agreement
from telehealth.edge.passwords import hash_password
from telehealth.edge.web import STATIC, build, runner
from telehealth.store import keys
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.ports import Appended, Unavailable
from telehealth.store.redis_store import Store
from tests.support import canary
from tests.support import redis as support

MAIN, OTHER = ProgrammeId("p-main"), ProgrammeId("p-other")
ALICE, BEN = PersonId("id-alice-9f1"), PersonId("id-ben-2c7")
BOB, CAROL, DAN = PersonId("id-bob-77a"), PersonId("id-carol-31d"), PersonId("id-dan-b58")
GROUP, BENS = SessionId("session-group-1"), SessionId("session-bens-1")
SERIES = SeriesId("series-evening")
PASSWORDS = {ALICE: "canary-pass-alice-4411", BEN: "canary-pass-ben-9022"}
NAMES = {
    ALICE: ("alice", "Alicia Thornbury"),
    BEN: ("ben", "Benedict Okonkwo"),
    BOB: ("Bob", "Robert Quillfeather"),
    CAROL: ("Carol", "Caroline Vantongeren"),
    DAN: ("Dan", "Daniel Marchetti"),
}
TOKENS = {person: f"token-of-{person}-canary-55aa77" for person in (BOB, CAROL, DAN)}
CHECK_IN = {
    "location": "14 Canary Lane, Springfield",
    "state": "IL",
    "contact_name": "Mother Canarybird",
    "contact_phone": "+1 (217) 555-0177",
    "callback_phone": "217-555-0178",
    "alone": True,
    "agreement": "group/1",
}
NOTE = "canary-note: spoke about the first week"
CANARIES = (
    *PASSWORDS.values(),
    *(name for _, name in NAMES.values()),
    *TOKENS.values(),
    CHECK_IN["location"],
    CHECK_IN["contact_name"],
    CHECK_IN["contact_phone"],
    "canary-note",
    "thk_",
    "127.0.0.1",
)
MINUTE: Millis = 60_000
HASHES = {person: hash_password(password) for person, password in PASSWORDS.items()}


def consent(client: PersonId, signed: Millis) -> Consent:
    """To treatment, payment and operations, whoever it is that pays or treats."""
    return Consent(
        id=f"tpo-{client}",
        programme=MAIN,
        client=client,
        kind=ConsentKind.TPO,
        discloser="the programme",
        description="attendance and billing records",
        recipient="",
        purposes=(Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS),
        expires=None,
        expires_event="end of treatment",
        signed_by=NAMES[client][1],
        signed=signed,
        revocation_told=True,
    )


class WoundClock(Clock):
    """The server's clock, which a test can wind forward."""

    ahead: Millis = 0

    def now(self) -> Millis:
        return super().now() + self.ahead


@dataclass
class Browser:
    """One browser at the clinic's server, with its cookies and, once signed in, its CSRF token."""

    http: aiohttp.ClientSession
    csrf: str = ""

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> "Answer":
        sent = {"X-CSRF": self.csrf, **{name.replace("_", "-"): value for name, value in headers.items()}}
        extra: dict[str, Any] = {"data": body} if isinstance(body, bytes | str) else {"json": body}
        if body is None:
            extra = {}
        elif isinstance(body, bytes | str):
            sent.setdefault("Content-Type", "application/json")
        async with self.http.request(method, path, headers=sent, **extra) as answer:
            return Answer(answer.status, CIMultiDict(answer.headers), await answer.read(), answer.cookies.output())

    async def get(self, path: str, **headers: str) -> "Answer":
        return await self.ask("GET", path, **headers)

    async def signs(self, session: str, **more: Any) -> "Answer":
        """Sign a session's note as it stands."""
        path = f"/api/staff/sessions/{session}/notes"
        tag = (await self.get(path)).json["tag"]
        return await self.ask("POST", f"{path}/sign", more, If_Match=f'"{tag}"')


@dataclass
class Answer:
    status: int
    headers: CIMultiDict[str]
    raw: bytes
    cookies: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def code(self) -> str:
        return str(self.json["code"])


class Clinic:
    """The server, its store, and browsers at it."""

    def __init__(
        self, store: Store, redis: EmbeddedRedis, clock: WoundClock, url: str, signed_out: list[dict[str, str]]
    ) -> None:
        self.store, self.redis, self.clock, self.url = store, redis, clock, url
        self.starts = clock.now() - 10 * MINUTE
        self.signed_out = signed_out
        self._open: list[aiohttp.ClientSession] = []

    def browser(self) -> Browser:
        """A browser that nobody has used."""
        http = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._open.append(http)
        return Browser(http)

    async def staff(self, person: PersonId = ALICE) -> Browser:
        """A browser in which `person` has signed in."""
        browser = self.browser()
        answer = await browser.ask(
            "POST", "/api/staff/sign-in", {"name": NAMES[person][0], "password": PASSWORDS[person]}
        )
        assert answer.status == 200, answer.raw
        browser.csrf = answer.json["csrf"]
        return browser

    async def client(self, person: PersonId = BOB) -> Browser:
        """A browser in which `person` has opened their link."""
        browser = self.browser()
        answer = await browser.ask("POST", "/api/link", {"token": TOKENS[person]})
        assert answer.status == 200, answer.raw
        browser.csrf = answer.json["csrf"]
        return browser

    async def furnish(self) -> None:
        """People, logins, sessions and links."""
        for person, (alias, legal_name) in NAMES.items():
            staff = person in PASSWORDS
            await self.store.people.put(MAIN, rec.Person(person, staff, legal_name, alias))
        for person in TOKENS:
            await self.store.consents.put(consent(person, self.starts - 30 * 24 * 60 * MINUTE), actor="system")
        for person in PASSWORDS:
            await self.store.people.put_login(rec.StaffLogin(person, MAIN, NAMES[person][0], HASHES[person]))
        await self.store.sessions.put(self.session())
        await self.store.sessions.put(
            replace(self.session(), id=BENS, series=None, title="Ben's group", facilitators=(BEN,), roster=(CAROL,))
        )
        for person, token in TOKENS.items():
            link = rec.JoinLink(MAIN, person, Role.CLIENT, GROUP, None, self.starts + 5 * 60 * MINUTE)
            await self.store.access.put_link(token, link)

    def session(self) -> rec.Session:
        return rec.Session(
            GROUP,
            MAIN,
            SERIES,
            "group_therapy",
            "Evening group",
            self.starts,
            self.starts + 180 * MINUTE,
            "America/Chicago",
            8,
            (ALICE,),
            (BOB, CAROL, DAN),
        )

    async def audited(self, programme: ProgrammeId = MAIN) -> list[tuple[str, str, str]]:
        """The audit log: actor, action, subject of each entry, in order."""
        entries = await self.store._client.call("XRANGE", keys.audit(programme), "-", "+")
        fields = [dict(zip(flat[::2], flat[1::2], strict=True)) for _, flat in entries]
        return [(f[b"actor"].decode(), f[b"action"].decode(), f[b"subject"].decode()) for f in fields if b"action" in f]

    async def close(self) -> None:
        for http in self._open:
            await http.close()


class Evening:
    """What happens in one room, through the rules and into the log, at times after the session's start."""

    def __init__(self, store: Store, session: rec.Session) -> None:
        self.store, self.session = store, session
        self.room: Room = EMPTY
        self._steps = 0

    async def step(self, command: ask.Command) -> None:
        decided = decide(self.room, command)
        assert not isinstance(decided, Refusal), decided
        log = await self.store.logs.read(self.session.programme, self.session.id)
        policy = packs.load().policies[packs.DEFAULT]
        ended = replay(decided, self.room).ended
        rows: Sequence[attendance.Row] = attendance.rows([*log, *decided], policy, until=None) if ended else ()
        self._steps += 1
        done = await self.store.logs.append(
            self.session.programme,
            self.session.id,
            self.room.version,
            decided,
            op=f"step-{self.session.id}-{self._steps}",
            actor="system",
            rows=rows,
        )
        assert isinstance(done, Appended)
        self.room = replay(decided, self.room)

    async def opens(self, host: PersonId = ALICE, minute: float = 0) -> None:
        s, at = self.session, self._at(minute)
        await self.step(
            ask.Open(at, s.programme, s.id, s.kind, s.starts, s.ends, s.capacity, s.roster, MINUTE, packs.DEFAULT)
        )
        await self._enter(host, Role.FACILITATOR, at)

    async def seats(self, *clients: PersonId, minute: float = 1) -> None:
        at = self._at(minute)
        for client in clients:
            await self._enter(client, Role.CLIENT, at)
        await self.step(ask.Admit(at, self._socket(self.session.facilitators[0]), None))

    async def leaves(self, client: PersonId, minute: float) -> None:
        await self.step(ask.Leave(self._at(minute), self._socket(client)))

    async def ends(self, minute: float = 170) -> None:
        await self.step(ask.End(self._at(minute), self._socket(self.session.facilitators[0])))

    async def _enter(self, person: PersonId, role: Role, at: Millis) -> None:
        await self.step(ask.Enter(at, person, role, self._socket(person), TabId(f"tab-of-{person}-0123456789")))

    def _socket(self, person: PersonId) -> ConnectionId:
        return ConnectionId(f"socket-of-{person}")

    def _at(self, minute: float) -> Millis:
        return self.session.starts + round(minute * MINUTE)


class _Kept(logging.Handler):
    """Every log record of every level and library, as text, with its traceback."""

    def __init__(self) -> None:
        super().__init__(0)
        self.texts: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@contextmanager
def nothing_private_is_logged(*more: str) -> Iterator[None]:
    """Assert that no name, note, token, password or address came into the log meanwhile, nor anything of `more`."""
    kept, root = _Kept(), logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(0)
    try:
        yield
    finally:
        root.removeHandler(kept)
        root.setLevel(before)
    for text in kept.texts:
        for word in (*CANARIES, *more):
            assert word not in text, f"{word!r} was logged: {text}"


@asynccontextmanager
async def running(
    folder: Path,
    *,
    public_url: str = "",
    static: Path = STATIC,
    behind_proxy: bool = False,
    rules: packs.Packs | None = None,
    port: int = 0,
    **more: Any,
) -> AsyncIterator[Clinic]:
    """The clinic, on a port of loopback, a free one unless it is given. Whatever happens in it, nothing private may be
    logged."""
    async with AsyncExitStack() as house:
        house.enter_context(nothing_private_is_logged())
        redis = await house.enter_async_context(support.running(folder / "redis"))
        store = await house.enter_async_context(support.connected(redis.url))
        clock = WoundClock()
        told: list[dict[str, str]] = []

        async def signed_out(*, link: str = "", csrf: str = "") -> None:
            told.append({"link": link, "csrf": csrf})

        app = build(
            store,
            clock,
            public_url=public_url or "http://127.0.0.1:1",
            zone="America/Chicago",
            agreement=agreement.latest(),
            policies=packs.load().policies,
            programme=MAIN,
            rules=rules,
            static=static,
            behind_proxy=behind_proxy,
            signed_out=signed_out,
            **more,
        )
        serving = runner(app)
        house.push_async_callback(serving.cleanup)
        await serving.setup()
        await web.TCPSite(serving, "127.0.0.1", port).start()
        clinic = Clinic(store, redis, clock, f"http://127.0.0.1:{serving.addresses[0][1]}", told)
        house.push_async_callback(clinic.close)
        await clinic.furnish()
        yield clinic
        await _searched(clinic)


async def _searched(clinic: Clinic) -> None:
    """Nothing is sealed where a rotation of keys does not look, no text of a note is in Redis or in the figures, and
    every entry of the audit log is linked to the one before."""
    assert not canary.said_in((await clinic.browser().get("/metrics")).raw.decode())
    try:
        await clinic.store.ping_write()
    except Unavailable:
        return  # the test took Redis away
    assert (await clinic.store.rotation.count()).unlisted == []
    linked = audit_chain.walk([entry async for entry in clinic.store.audit.entries(MAIN)])
    assert (linked.broken, linked.unlinked) == (None, 0)
    async with support.looking_into(clinic.redis.url) as raw:
        assert await canary.in_redis(raw) == []
