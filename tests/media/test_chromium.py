"""The worker against real Chromium: pages connect, hear and see each other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.media.house import House, house, planned
from tests.support.browser import FLAGS, chromium
from tests.support.wait import until

PAGE = (Path(__file__).parent / "page.html").read_text()


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


async def _page(browser: Browser) -> Page:
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.route("https://room.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    await page.goto("https://room.test/")
    return page


async def _join(page: Page, house: House, tab: str) -> None:
    answer = await house.offer(tab, await page.evaluate("offer(6, 9)"))
    await page.evaluate("sdp => accept(sdp)", answer)

    async def connected() -> bool:
        return bool(await page.evaluate("state()") == "connected")

    await until(connected, f"{tab} is connected")


@pytest.mark.asyncio
async def test_two_pages_see_and_hear_each_other(browser: Browser) -> None:
    """In each of two pages, frames of the other's camera are decoded and the energy of its sound grows."""
    async with house() as it:
        it.plan(planned("a", 1), planned("b", 2))
        pages = [await _page(browser), await _page(browser)]
        for tab, page in zip("ab", pages, strict=True):
            await _join(page, it, tab)
        for tab, page, other in (("a", pages[0], 2), ("b", pages[1], 1)):
            flows = await it.flows(tab, {(other, "microphone"), (other, "camera")})

            async def flowing(page: Page = page, flows: dict[tuple[int, str], str] = flows, other: int = other) -> bool:
                received = await page.evaluate("received()")
                frames = received.get(flows[other, "camera"], [0, 0])[0]
                energy = received.get(flows[other, "microphone"], [0, 0])[1]
                return bool(frames > 20 and energy > 0.0001)

            await until(flowing, f"{tab} sees and hears {other}", within=20)
        assert it.worker.counts.faults == 0
