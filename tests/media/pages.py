"""Pages of real Chromium that speak to a worker as the room page does, without the rest of the room page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.media.house import House
from tests.support.browser import FLAGS, chromium
from tests.support.relay import Relay
from tests.support.wait import until

PAGE = (Path(__file__).parent / "page.html").read_text()

TWO_SIZES = [
    {"rid": "l", "scaleResolutionDownBy": 2, "maxBitrate": 80_000, "scalabilityMode": "L1T1"},
    {"rid": "m", "scaleResolutionDownBy": 1, "maxBitrate": 250_000, "scalabilityMode": "L1T1"},
    {"rid": "h", "scaleResolutionDownBy": 1, "maxBitrate": 250_000, "scalabilityMode": "L1T1", "active": False},
]
"""As the room page encodes a capture of 480 x 270 ..."""
THREE_SIZES = [
    {"rid": "l", "scaleResolutionDownBy": 4, "maxBitrate": 80_000, "scalabilityMode": "L1T1"},
    {"rid": "m", "scaleResolutionDownBy": 2, "maxBitrate": 250_000, "scalabilityMode": "L1T1"},
    {"rid": "h", "scaleResolutionDownBy": 1, "maxBitrate": 900_000, "scalabilityMode": "L1T1"},
]
"""... and one of 960 x 540."""


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


async def open_page(browser: Browser) -> Page:
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.route("https://room.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    await page.goto("https://room.test/")
    return page


async def join(
    page: Page, house: House, tab: str, relay: Relay | None = None, slots: tuple[int, int] = (6, 9), **options: Any
) -> None:
    """Offer, answer, connected. With `relay` the media path leads through it and nowhere else."""
    offer = await page.evaluate("([audio, video, options]) => offer(audio, video, options)", [*slots, options])
    answer = await house.offer(tab, offer)
    if relay is not None:
        port = await relay.port_for(house.worker.port)
        answer = re.sub(r"a=candidate:\S+ 1 tcp .*\r\n", "", answer)
        answer = answer.replace(f" {house.worker.port} typ host", f" {port} typ host")
    await page.evaluate("sdp => accept(sdp)", answer)

    async def connected() -> bool:
        return bool(await page.evaluate("state()") == "connected")

    await until(connected, f"{tab} is connected", within=20)


async def counts(page: Page) -> dict[str, dict[str, dict[str, Any]]]:
    """`in`: the statistics of each slot by mid; `out`: of what the page sends, by kind and rid."""
    found: dict[str, dict[str, dict[str, Any]]] = await page.evaluate("counts()")
    return found
