"""Music in stereo, and voices in one channel, between pages of real Chromium."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.media.house import house, planned
from tests.media.pages import a_browser, counts, join, open_page
from tests.support.wait import until

LEFT, RIGHT = 440, 1000


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as opened:
        yield opened


@pytest.mark.asyncio
async def test_music_is_heard_in_two_channels_and_only_its_sender_negotiates(browser: Browser) -> None:
    """One tone in each ear: mixed to one as a voice; apart once the sender describes itself anew; then one again."""
    async with house() as it:
        it.plan(planned("a", 1, camera=False), planned("b", 2, camera=False, microphone=False))
        a, b = [await open_page(browser), await open_page(browser)]
        await join(a, it, "a", ears=[LEFT, RIGHT])
        await join(b, it, "b")
        slot = (await it.flows("b", {(1, "microphone")}))[1, "microphone"]

        async def apart() -> bool:
            left, right = await b.evaluate("mid => heard(mid)", slot)
            return bool(abs(left - LEFT) < 12 and abs(right - RIGHT) < 12)

        async def alike() -> bool:
            left, right = await b.evaluate("mid => heard(mid)", slot)
            return bool(left == right > 0)

        async def describe(music: bool) -> None:
            answer = await it.offer("a", await a.evaluate("music => again(music)", music))
            await a.evaluate("sdp => accept(sdp)", answer)

        async def bits() -> float:
            async def now() -> dict[str, Any]:
                return (await counts(a))["out"]["audio"]

            first = await now()
            await until(lambda: _after(now, first, 1000), "a second of sound", 10)
            last = await now()
            return float(8000 * (last["bytesSent"] - first["bytesSent"]) / (last["timestamp"] - first["timestamp"]))

        await until(alike, "both ears of b hear the same", 15)
        voice = await bits()
        await describe(music=True)
        await until(apart, "b hears each tone in its own ear", 15)
        music = await bits()
        print(f"voice {voice / 1000:.0f} kbit/s, music {music / 1000:.0f} kbit/s, with one copy of each packet")
        assert voice < 100_000 < music
        await describe(music=False)
        await until(alike, "both ears hear the same again", 15)
        assert await a.evaluate("state()") == "connected"
        assert it.worker.counts.faults == 0


async def _after(now: Any, first: dict[str, Any], milliseconds: float) -> bool:
    return bool((await now())["timestamp"] - first["timestamp"] >= milliseconds)
