"""Real Chromium with people in it: each has a colour, a tone, a phone or a laptop, and a record of all it was sent."""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Playwright, Response, WebSocket, async_playwright

from tests.support.network import Network
from tests.support.relay import Relay
from tests.support.wait import until

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--mute-audio",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
]

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}
IDENTITY = (Path(__file__).parent / "identity.js").read_text()


def chromium() -> str | None:
    """The Chromium to drive: of the environment, of the PATH, or (None) Playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True)
class Perception:
    """What a person sees and hears: by member number, the number of the person whose colour or tone it is."""

    pictures: dict[str, int | None]
    """"member/source" -> person, or None where there is no picture; screens count as person + 100."""
    voices: dict[str, int | None]


def _by_hue(hue: float | None) -> int | None:
    if hue is None:
        return None
    near = round(hue / 36) % 10
    off = min(abs(hue - near * 36), 360 - abs(hue - near * 36))
    if off > 14:
        return -1
    return near // 2 if near % 2 == 0 else near // 2 + 100


def _by_tone(hertz: float | None) -> int | None:
    if hertz is None:
        return None
    near = round((hertz - 500) / 150)
    return near if abs(hertz - 500 - 150 * near) < 30 else -1


@dataclass
class Person:
    """One person at one page. `number` (0 to 4) decides colour and tone."""

    number: int
    name: str
    context: BrowserContext
    page: Page
    relay: Relay
    frames: list[str] = field(default_factory=list)
    """Everything that the server sent: signalling frames, bodies of API answers."""
    urls: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    way: Network | None = None
    negotiations: int = 0

    def at(self, test_id: str) -> Any:
        """The element with this data-testid."""
        return self.page.get_by_test_id(test_id)

    async def perceives(self) -> Perception:
        seen = await self.page.evaluate("window.__perceive()")
        return Perception(
            {key: _by_hue(hue) for key, hue in seen["pictures"].items()},
            {key: _by_tone(hertz) for key, hertz in seen["voices"].items()},
        )

    async def member(self) -> int:
        """The person's own number in the room."""
        own = self.page.locator("[data-testid^=tile-][data-you]").first
        return int(str(await own.get_attribute("data-member")))

    async def seating(self) -> list[int]:
        """The members in the order in which their tiles stand on the screen."""
        tiles = await self.page.locator("[data-testid^=tile-]").all()
        return [int(str(await tile.get_attribute("data-member"))) for tile in tiles]

    async def network(self, up: bool) -> None:
        """Cut or mend both paths at once: signalling (Chromium's offline mode) and media (the relay)."""
        self.relay.is_cut = not up
        await self.context.set_offline(not up)


class People:
    """A browser and the people who use it."""

    def __init__(self, browser: Browser, script: str = IDENTITY) -> None:
        self._browser = browser
        self._script = script
        self._all: list[Person] = []

    async def person(
        self, number: int, name: str, *, phone: bool = True, relayed: bool = False, way: Network | None = None
    ) -> Person:
        """A new person in a browser profile of their own. Media goes through a relay, or `way`, or directly."""
        context = await self._browser.new_context(
            viewport=PHONE if phone else LAPTOP,  # type: ignore[arg-type]
            has_touch=phone,
            locale="en-US",
            timezone_id="America/Chicago",
        )
        person = Person(number, name, context, await context.new_page(), Relay(), way=way)
        await self._watch(person, person.page, relayed)
        self._all.append(person)
        return person

    async def another_tab(self, person: Person) -> Person:
        """The same browser profile in a second tab."""
        tab = Person(person.number, person.name, person.context, await person.context.new_page(), Relay())
        await self._watch(tab, tab.page, relayed=False)
        self._all.append(tab)
        return tab

    async def renderers(self) -> list[int]:
        """The processes that run the pages of these people, by id."""
        devtools = await self._browser.new_browser_cdp_session()
        found = await devtools.send("SystemInfo.getProcessInfo")
        await devtools.detach()
        return [int(one["id"]) for one in found["processInfo"] if one["type"] == "renderer"]

    async def _watch(self, person: Person, page: Page, relayed: bool) -> None:
        await page.add_init_script(self._script.replace("ME", str(person.number)))
        if relayed:
            await page.expose_function("__relay", person.relay.port_for)
        elif person.way is not None:
            await page.expose_function("__relay", person.way.port_for)

        def on_socket(socket: WebSocket) -> None:
            person.urls.append(socket.url)
            socket.on("framereceived", lambda data: person.frames.append(str(data)))

        async def on_response(response: Response) -> None:
            person.urls.append(response.url)
            if "/api/" in response.url:
                try:
                    person.frames.append(await response.text())
                except Exception:
                    return

        page.on("websocket", on_socket)
        page.on("response", on_response)
        page.on("console", lambda message: person.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: person.console.append(f"pageerror: {error}"))

    async def close(self) -> None:
        for person in self._all:
            person.relay.close()
            if person.way is not None:
                person.way.close()
        await self._browser.close()


@asynccontextmanager
async def people(*, script: str = IDENTITY, flags: Sequence[str] = ()) -> AsyncIterator[People]:
    """A Chromium that is gone afterwards. `script` runs in every page before anything else."""
    driver: Playwright
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), headless=True, args=[*FLAGS, *flags])
        crowd = People(browser, script)
        try:
            yield crowd
        finally:
            await crowd.close()


async def sees_and_hears(person: Person, others: dict[int, int], within: float = 12.0) -> None:
    """Wait until `person` sees and hears everybody in `others` (member number -> person number) and nobody else."""

    async def all_right() -> bool:
        now = await person.perceives()
        pictures = {m: now.pictures.get(f"{m}/camera") for m in others}
        voices = {m: now.voices.get(str(m)) for m in others}
        return pictures == others and voices == others

    try:
        await until(all_right, f"{person.name} sees and hears {others}", within)
    except AssertionError as error:
        raise AssertionError(f"{error}; perceives {await person.perceives()}; console {person.console[-8:]}") from None
