"""The demo clinic as the stories need it: its ids and key, the way into a room, and what its log says.

Steps that any page goes through are in `evening.py`; here is what depends on the demo's own record.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from telehealth.core.events import Event
from telehealth.core.ids import ProgrammeId, SessionId
from tests.support.browser import Person
from tests.support.log import open_log
from tests.support.server import Server
from tests.support.wait import until
from tests.whole.evening import count_is, open_link, rows


@dataclass(frozen=True)
class Clinic:
    """What `demo.json` of a running server says."""

    server: Server
    programme: str
    group: str
    individual: str
    api_key: str
    clients: list[dict[str, str]]

    def group_link(self, place: int) -> str:
        """The join link of one of the eight clients (0 to 7) to the group."""
        return self.server.demo.client_urls[place]

    @property
    def individual_link(self) -> str:
        """The first client's link to the individual session."""
        return self.server.demo.client_urls[8]

    async def log(self, session: str) -> list[Event]:
        """Everything that is on the record about a session."""
        async with open_log(self.server.folder) as store:
            return list(await store.logs.read(ProgrammeId(self.programme), SessionId(session)))

    async def attended(self, session: str) -> list[dict[str, Any]]:
        """The rows of the export about those who were there."""
        found = await rows(self.server, self.api_key, session=session)
        return [row for row in found if row["intervals"]]


def clinic_of(server: Server) -> Clinic:
    said = json.loads((server.folder / "demo.json").read_text())
    return Clinic(server, said["programme"], said["group"], said["individual"], said["api_key"], said["clients"])


async def enter_as_staff(therapist: Person, clinic: Clinic, session: str) -> None:
    """A therapist who is signed in goes into a room, by way of the mirror."""
    await therapist.page.goto(f"{clinic.server.base}/room#{session}")
    await therapist.at("check-continue").click()
    await therapist.at("call").wait_for()


async def come_in(therapist: Person, *comers: tuple[Person, str]) -> None:
    """Clients come by their links, wait, and are all let in."""
    await asyncio.gather(*(open_link(client, url) for client, url in comers))
    waiting = therapist.page.locator("[data-testid^=waiting-]")
    await until(lambda: count_is(waiting, len(comers)), f"{len(comers)} wait in the list", 20)
    await therapist.at("admit-all").click()
    await asyncio.gather(*(client.at("call").wait_for() for client, _ in comers))
