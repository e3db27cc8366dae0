"""Who comes and goes: clients who leave, vanish, fall silent and open second tabs by their own dice, and hosts.

Each has a browser with its own loopback address, because the server counts attempts by address. What happens is drawn
from the seed; when exactly is up to the machine.
"""

import asyncio
import random
from contextlib import suppress

import aiohttp

from tests.crash.clinic import PASSWORD, Group, Seat
from tests.crash.diary import Diary, Person
from tests.crash.page import Failures, Page
from tests.support.wait import until

CHECK_IN = {
    "location": "At home, 1 Example Street, Springfield",
    "state": "US-IL",
    "contact_name": "Pat Example",
    "contact_phone": "+1 202 555 0150",
    "callback_phone": "+1 202 555 0151",
    "alone": True,
}
AGAIN = 0.5
SILENT_AT_MOST = 16.0
"""Less than the 18 s after which the test's own client library would end the connection, and not silently."""


class Browser:
    """A cookie jar at an address of its own, signed in or about to be."""

    def __init__(self, base: str, number: int) -> None:
        self.base = base
        self.csrf = ""
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            connector=aiohttp.TCPConnector(local_addr=(f"127.0.{1 + number // 200}.{1 + number % 200}", 0)),
            timeout=aiohttp.ClientTimeout(total=5),
        )

    async def open_link(self, token: str) -> None:
        """Exchange the link and check in; try again while the server is away or too busy."""
        while True:
            with suppress(*Failures):
                async with self.http.post(f"{self.base}/api/link", json={"token": token}) as answer:
                    known = await answer.json() if answer.status == 200 else {}
                if known:
                    self.csrf = known["csrf"]
                    if known["checked_in"]:
                        return
                    said = CHECK_IN | {"agreement": known["agreement"]["version"]}
                    headers = {"X-CSRF": self.csrf}
                    async with self.http.put(f"{self.base}/api/check-in", json=said, headers=headers) as answer:
                        if answer.status == 204:
                            return
            await asyncio.sleep(AGAIN)

    async def sign_in(self, name: str) -> None:
        while True:
            with suppress(*Failures):
                said = {"name": name, "password": PASSWORD}
                async with self.http.post(f"{self.base}/api/staff/sign-in", json=said) as answer:
                    if answer.status == 200:
                        self.csrf = (await answer.json())["csrf"]
                        return
            await asyncio.sleep(AGAIN)


class Client:
    """One client of a group."""

    def __init__(self, base: str, number: int, group: Group, seat: Seat, diary: Diary, rng: random.Random) -> None:
        self.page: Page | None = None
        self._browser = Browser(base, number)
        self._token, self._diary, self._rng = seat.token, diary, rng
        self._mine: Person = diary.of(group.session, seat.person)
        self._pages: list[Page] = []
        """All that were ever opened: one of two tabs may still be going when its person vanishes."""

    async def arrive(self) -> None:
        """By the link, for the first time."""
        await self._browser.open_link(self._token)
        await self.come()

    async def run(self) -> None:
        """Come and go until cancelled; the page that is open then stays open."""
        while True:
            page = await self.come()
            await asyncio.sleep(self._rng.uniform(2, 14))
            match self._rng.choices(["leave", "vanish", "silent", "tab", "hand"], [3, 3, 2, 2, 5])[0]:
                case "leave":
                    await page.leave()
                    await asyncio.sleep(self._rng.uniform(0.1, 15))
                case "vanish":
                    await page.vanish()
                    await asyncio.sleep(self._rng.choice([self._rng.uniform(0, 3), self._rng.uniform(3, 30)]))
                case "silent":
                    page.fall_silent()
                    await asyncio.sleep(self._rng.uniform(1, SILENT_AT_MOST))
                    await page.vanish()
                case "tab":
                    await self._second_tab(page)
                case "hand":
                    await self.hand()

    async def come(self) -> Page:
        """The page that is open, or a new one."""
        if self.page is None or self.page.over:
            self.page = self._new_page().open()
        return self.page

    async def hand(self) -> None:
        if self.page is not None and self.page.seated:
            raised = not self.page.room["you"]["hand"]
            await self.page.ask("hand", raised=raised)

    async def _second_tab(self, first: Page) -> None:
        """Both go on until one of them is told that the other took over."""
        second = self._new_page().open()

        async def decided() -> bool:
            return bool(first.over or second.over)

        await until(decided, "one tab is told that the other took over", 60)
        self.page = first if second.over else second
        await (second if second.over else first).closed()

    def _new_page(self) -> Page:
        browser = self._browser
        page = Page(browser.base, browser.http, browser.csrf, self._mine, self._diary, self._rng)
        self._pages.append(page)
        return page

    async def vanish(self) -> None:
        for page in self._pages:
            await page.vanish()

    async def close(self) -> None:
        await self.vanish()
        await self._browser.http.close()


class Host:
    """Whoever leads a group: always there, and lets everybody in."""

    def __init__(self, base: str, number: int, group: Group, diary: Diary, rng: random.Random) -> None:
        self.page: Page | None = None
        self.ended = False
        self._browser = Browser(base, number)
        self._group, self._diary, self._rng = group, diary, rng
        self._mine = diary.of(group.session, group.host)
        self._admitting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        if not self._browser.csrf:
            await self._browser.sign_in(self._group.sign_in)
        browser = self._browser
        self.page = Page(browser.base, browser.http, browser.csrf, self._mine, self._diary, self._rng, self._look)
        self.page.open()

    def _look(self, page: Page) -> None:
        waits = [one for one in page.room["waiting"] if not one["reconnecting"]]
        if waits and (self._admitting is None or self._admitting.done()):
            self._admitting = asyncio.create_task(self._admit(page))

    async def _admit(self, page: Page) -> None:
        while any(not one["reconnecting"] for one in page.room["waiting"]) and not page.over:
            await page.ask("admit", members=None)
            await asyncio.sleep(0.5)

    async def end(self) -> None:
        """End the session for everybody."""
        assert self.page is not None
        answer = await self.page.ask("end")
        assert answer["ok"] or self.page.over == "ended", answer
        self.ended = True
        await self.page.closed()

    async def vanish(self) -> None:
        if self.page is not None:
            await self.page.vanish()
        if self._admitting is not None:
            await self._admitting
            self._admitting = None

    async def close(self) -> None:
        await self.vanish()
        await self._browser.http.close()
