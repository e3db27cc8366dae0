"""A clinic for notes: Redis with its production settings, a server process that can be killed, and its staff."""

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.records import Person, Session, SignedInAs, WebSession
from telehealth.core.roles import Role
from telehealth.store.client import Client
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring

KEY = "YmVuY2htYXJrcyBoYXZlIGEga2V5IG9mIHRoZWlycyE="
PROGRAMME = ProgrammeId("bench")
HOUR: Millis = 3_600_000


@dataclass
class Place:
    redis: EmbeddedRedis
    store: Store
    client: Client
    port: int = 0
    process: asyncio.subprocess.Process | None = None
    now: Millis = field(default_factory=lambda: time.time_ns() // 1_000_000)

    async def serve(self) -> None:
        """Start the server process."""
        words = [sys.executable, "-m", "bench.notes.server", self.redis.url, KEY]
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
        assert self.process.stdout is not None
        self.port = int(await self.process.stdout.readline())

    async def end(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    async def session(self, name: str, staff: Sequence[PersonId], roster: Sequence[PersonId]) -> None:
        """A group that goes on now."""
        starts = self.now - HOUR
        record = Session(
            SessionId(name), PROGRAMME, None, "group_therapy", "Group", starts, starts + 3 * HOUR, "America/New_York",
            8, tuple(staff), tuple(roster),
        )  # fmt: skip
        await self.store.sessions.put(record)

    async def staff(self, person: PersonId) -> dict[str, str]:
        """Headers of a browser in which this member of staff is signed in."""
        await self.store.people.put(PROGRAMME, Person(person, True, f"Staff {person}", "Staff"))
        token, csrf = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        until = self.now + 12 * HOUR
        browser = WebSession(SignedInAs.STAFF, PROGRAMME, person, Role.FACILITATOR, csrf, until, longest=until)
        await self.store.access.put_web_session(token, browser)
        return {"X-CSRF": csrf, "Cookie": f"session={token}"}


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    redis = EmbeddedRedis(folder / "redis")
    url = await redis.start()
    store = await Store.connect(url, Keyring.from_text(KEY))
    client = Client(url)
    found = Place(redis, store, client)
    try:
        await found.serve()
        yield found
    finally:
        await found.end()
        await client.close()
        await store.close()
        await redis.stop()
