"""The worker against real Chromium: pages connect, hear and see each other."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from telehealth.media import rpc
from tests.media.house import House, house, planned
from tests.media.pages import a_browser, join, open_page
from tests.support.wait import holds, until


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as opened:
        yield opened


async def _flowing(page: Page, house: House, tab: str, other: int) -> None:
    """Wait until more of the other's frames are decoded and more of their sound is heard than now."""
    flows = await house.flows(tab, {(other, "microphone"), (other, "camera")})
    before = await page.evaluate("received()")

    async def more() -> bool:
        received = await page.evaluate("received()")
        (frames, _), (frames_before, _) = (one.get(flows[other, "camera"], [0, 0]) for one in (received, before))
        (_, energy), (_, energy_before) = (one.get(flows[other, "microphone"], [0, 0]) for one in (received, before))
        return bool(frames > frames_before + 10 and energy > energy_before + 0.0001)

    await until(more, f"{tab} sees and hears {other}", within=20)


@pytest.mark.asyncio
async def test_two_pages_see_and_hear_each_other(browser: Browser) -> None:
    """Frames are decoded and sound is heard on both sides, also after an ICE restart; who waits gets nothing."""
    async with house() as it:
        it.plan(planned("a", 1), planned("b", 2, seated=False))
        a, b = [await open_page(browser), await open_page(browser)]
        await join(a, it, "a")
        await join(b, it, "b")

        async def nothing() -> bool:
            received = [await page.evaluate("received()") for page in (a, b)]
            return not any(frames or energy for page in received for frames, energy in page.values())

        await holds(nothing, "nothing flows to or from somebody who waits", window=0.7)
        it.plan(planned("a", 1), planned("b", 2))
        await _flowing(a, it, "a", 2)
        await _flowing(b, it, "b", 1)
        answer = await it.offer("a", await a.evaluate("offer(6, 9, {restart: true})"))
        await a.evaluate("sdp => accept(sdp)", answer)
        await _flowing(a, it, "a", 2)
        await _flowing(b, it, "b", 1)
        assert await a.evaluate("state()") == "connected"
        assert [told.state for told in it.of(rpc.PeerTold)] == ["connected", "connected"]

        async def grown() -> bool:
            return bool(await a.evaluate("estimate()") > 300_000)

        await until(grown, "the sender's estimate grows above its start", within=20)
        assert it.worker.counts.faults == 0


@pytest.mark.asyncio
async def test_pages_connect_over_ipv6(browser: Browser) -> None:
    """Two pages whose only way is an IPv6 address see and hear each other."""
    async with house(bind=("::1",), advertised=()) as it:
        it.plan(planned("a", 1), planned("b", 2))
        a, b = [await open_page(browser), await open_page(browser)]
        await join(a, it, "a")
        await join(b, it, "b")
        await _flowing(a, it, "a", 2)
        await _flowing(b, it, "b", 1)
