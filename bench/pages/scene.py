"""A room with people in it whose faces and voices can be told apart: what all measurements here share."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.support.browser import FLAGS, LAPTOP, Person, chromium
from tests.support.relay import Relay
from tests.support.server import Server, running
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.crowd import invite
from tests.whole.evening import sign_in

PROBE = (Path(__file__).parent / "probe.js").read_text()


@dataclass
class Scene:
    server: Server
    clinic: Clinic
    browser: Browser
    links: list[str]
    """Of every client."""
    present: list[Person] = field(default_factory=list)

    async def person(self, number: int, size: dict[str, int] | None = None, fps: int = 15) -> Person:
        """A page of its own browser profile; 0 is the therapist."""
        context = await self.browser.new_context(
            viewport=size or LAPTOP,  # type: ignore[arg-type]
            locale="en-US",
            timezone_id="America/Chicago",
        )
        page = await context.new_page()
        await page.add_init_script(PROBE.replace("ME", str(number)).replace("FPS", str(fps)))
        person = Person(number, "Therapist" if number == 0 else f"Client {number}", context, page, Relay())
        self.present.append(person)
        return person

    async def away(self, *gone: Person) -> None:
        for person in gone:
            self.present.remove(person)
            person.relay.close()
            await person.context.close()

    async def fill(self, clients: list[Person], therapist: Person) -> dict[int, int]:
        """Everybody into the room. By member number, the person's number."""
        await sign_in(therapist, self.server)
        await therapist.at(f"open-room-{self.clinic.group}").wait_for()
        await enter_as_staff(therapist, self.clinic, self.clinic.group)
        for first in range(0, len(clients), 4):  # a few at a time: forms are filled in by a real browser
            await come_in(therapist, *((one, self.links[one.number - 1]) for one in clients[first : first + 4]))
        numbers = await asyncio.gather(*(one.member() for one in [therapist, *clients]))
        return dict(zip(numbers, (one.number for one in [therapist, *clients]), strict=True))


@asynccontextmanager
async def scene(clients: int = 8) -> AsyncIterator[Scene]:
    """A demo with links for so many clients, and a browser; nobody is there yet."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = await stack.enter_async_context(running(folder / "data"))
        driver = await stack.enter_async_context(async_playwright())
        browser = await driver.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        stack.push_async_callback(browser.close)
        clinic = clinic_of(server)
        links = (await invite(server, clinic, clients)).links
        it = Scene(server, clinic, browser, links)
        try:
            yield it
        finally:
            for person in it.present:
                person.relay.close()
