"""A session of any kind, under way, with real pages in it: what the stories of the kinds share.

    async with kind_room(tmp_path, "workshop", clients=3) as it:
        ...
        rows = await it.end()

The demo's group session is given the kind before anybody opens it. Clients are those of the demo, by their own links.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from telehealth import packs
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import JoinLink
from telehealth.core.roles import Role
from tests.support.browser import People, Person, people
from tests.support.log import open_log
from tests.support.server import Server, running
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import members_of, open_link, sign_in

PIN = "804157"
"""Of whoever comes to their own page."""


@dataclass
class KindRoom:
    """The session, and everybody in it."""

    kind: str
    server: Server
    clinic: Clinic
    crowd: People
    therapist: Person
    clients: list[Person]
    numbers: dict[str, int]
    """Member numbers by name."""

    @property
    def session(self) -> str:
        return self.clinic.group

    def person(self, name: str) -> str:
        """The person id of one of the demo's clients."""
        return next(one["person"] for one in self.clinic.clients if one["alias"] == name)

    async def tool(self, name: str) -> None:
        """The therapist opens a tool from the menu."""
        await self.therapist.at("tools").click()
        await self.therapist.at(f"tools-{name}").click()
        await self.therapist.at(f"tool-{name}").wait_for()

    async def own_page(self, client: Person) -> None:
        """The client comes to their own page for the first time, by a personal link."""
        programme, who = ProgrammeId(self.clinic.programme), PersonId(self.person(client.name))
        token, last = secrets.token_urlsafe(24), round(time.time() * 1000) + 86_400_000
        async with open_log(self.server.folder) as store:
            known = (await store.people.get(programme, [who]))[who]
            await store.people.put(programme, replace(known, birth_date=date(1990, 1, 31)))
            await store.access.put_link(token, JoinLink(programme, who, Role.CLIENT, None, None, last))
        await client.page.goto(f"{self.server.base}/me#{token}")
        await client.at("begin").click()
        await client.page.locator("[name=answer]").fill("1990-01-31")
        for field in ("pin", "again"):
            await client.page.locator(f"[name={field}]").fill(PIN)
        await client.at("first-done").click()
        await client.page.locator("main.sections").wait_for()

    async def frames_tell(self, person: Person, *words: str) -> list[str]:
        """Which of these words the server ever sent to somebody's page."""
        told = "".join(person.frames)
        return [word for word in words if word in told]

    async def end(self) -> list[dict[str, Any]]:
        """End the session for everybody; the rows of it as the export gives them, of those who were there."""
        await self.therapist.at("end").click()
        await self.therapist.at("end-confirm").click()
        await self.therapist.at("ended").wait_for()
        return await self.clinic.attended(self.session)


async def give_kind(server: Server, clinic: Clinic, kind: str, clients: int) -> None:
    """Make the group session of now one of this kind, with so many of the demo's clients on its roster."""
    rule = packs.load().kinds.of(kind)
    async with open_log(server.folder) as store:
        programme = ProgrammeId(clinic.programme)
        session = await store.sessions.get(programme, SessionId(clinic.group))
        assert session is not None
        roster = tuple(PersonId(one["person"]) for one in clinic.clients[:clients])
        await store.sessions.put(replace(session, kind=kind, roster=roster, capacity=max(rule.capacity, clients)))


@asynccontextmanager
async def kind_room(
    folder: Path,
    kind: str,
    clients: int = 2,
    *,
    phones: bool = True,
    admitted: bool = True,
    environment: dict[str, str] | None = None,
) -> AsyncIterator[KindRoom]:
    """The session is on, the therapist is in it, and the clients are seated (or, not `admitted`, at their links)."""
    async with running(folder / "data", environment) as server, people() as crowd:
        clinic = clinic_of(server)
        await give_kind(server, clinic, kind, clients)
        therapist = await crowd.person(0, "Therapist", phone=False)
        present = [
            await crowd.person(place + 1, clinic.clients[place]["alias"], phone=phones) for place in range(clients)
        ]
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        it = KindRoom(kind, server, clinic, crowd, therapist, present, {})
        links = [(client, clinic.group_link(place)) for place, client in enumerate(present)]
        if admitted and packs.load().kinds.of(kind).waiting:
            await come_in(therapist, *links)
        elif admitted:
            await asyncio.gather(*(open_link(client, url, "call") for client, url in links))
        if admitted:
            it.numbers = await members_of([therapist, *present])
        yield it
