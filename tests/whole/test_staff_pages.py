"""Every page of the staff, as the demo's clinic fills it: fit for everybody on a laptop and a phone, and silent.

The pages are those of `web/src/staff/pages.ts` and the tabs those of a client's page, read from there: whoever adds one
has it looked at. A page counts as shown when its heading stands and nothing of it is asked for any more.
"""

import asyncio
import json
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Response

from tests.support.browser import LAPTOP, Person, people
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.axe import AXE, FINDINGS, NARROW, OVERFLOW, RULES, SCHEMES

pytestmark = pytest.mark.whole
STAFF = Path(__file__).parents[2] / "web/src/staff"
PAGES = re.findall(r'^  \{ page: "([a-z]+)"', (STAFF / "pages.ts").read_text(), re.M)
TABS = re.findall(r'^  \{ id: "([a-z]+)"', (STAFF / "people/tabs.ts").read_text(), re.M)
PARTS = re.findall(r'^  \{ part: "([a-z]+)"', (STAFF / "settings/index.tsx").read_text(), re.M)
BOTH = {"today", "caseload"}
"""What shows each of them something else."""
NOT_OURS = {"cosign"}
"""The page of a note that waits for a second signature: test_notes.py has one."""
CASEY = ("casey", "correct horse battery staple")
"""Who looks after compliance: the demo has nobody of that role."""
COMPLAINTS = ("error:", "warning:", "pageerror:")
FAILED = "Failed to load resource"
"""The console's word for an answer of 4xx, of which the list of answers says more."""
REPORTS = ("census", "attendance", "sizes", "retention")
STILL = 0.1
"""Seconds in which nothing is asked for: then what was asked for is drawn, too."""
GO = """(to) => new Promise((drawn) => {
  location.hash = `#/${to}`;
  requestAnimationFrame(() => requestAnimationFrame(drawn));
})"""


class Looking:
    """Somebody at a page, with what it has asked for and not been answered, and the answers that refused it."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page
        self._faults: list[str] = []
        self._refused: list[str] = []
        self._open, self._last = 0, 0.0
        self.page.on("request", lambda _: self._asked(1))
        self.page.on("requestfinished", lambda _: self._asked(-1))
        self.page.on("requestfailed", lambda _: self._asked(-1))
        self.page.on("response", self._answered)

    def _asked(self, more: int) -> None:
        self._open, self._last = self._open + more, time.monotonic()

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self._refused.append(f"{answer.status} {answer.url}")

    async def goes_to(self, address: str) -> None:
        await self.page.evaluate(GO, address)
        self._asked(0)
        await until(self._shown, f"{address} is shown", 15)

    async def _shown(self) -> bool:
        still = self._open == 0 and time.monotonic() - self._last > STILL
        return still and await self.page.locator("main h1").count() == 1

    async def looks(self, address: str) -> None:
        """By day on a laptop, and by night on the narrowest phone."""
        page = self.page
        for size, scheme in ((LAPTOP, SCHEMES[0]), (NARROW, SCHEMES[1])):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.emulate_media(color_scheme=scheme)
            wide: list[str] = await page.evaluate(OVERFLOW)
            found: list[str] = await page.evaluate(FINDINGS, RULES)
            self._faults += [f"{address}, {scheme}, {size['width']} px: {one}" for one in (*found, *wide)]
        await page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme=SCHEMES[0])

    def faults(self, server: Server) -> list[str]:
        """What was seen, was refused and was complained of. Nobody is signed in when the first page asks who is."""
        refused = [line for line in self._refused if line != f"401 {server.base}/api/session"]
        said = [line for line in self.person.console if line.startswith(COMPLAINTS) and FAILED not in line]
        return [f"{self.person.name}: {line}" for line in (*self._faults, *refused, *said)]


@pytest.mark.asyncio
async def test_every_staff_page_is_fit_for_everybody(tmp_path: Path) -> None:
    """axe finds nothing on any page or tab, none is wider than 320 px, no answer is refused, no script complains."""
    async with (
        running(tmp_path / "data", {"TELEHEALTH_DEMO_WEEKS": "4"}) as server,
        people(script="// Nobody is in a call.") as crowd,
    ):
        said = json.loads((server.folder / "demo.json").read_text())
        words = ("staff", "add", "--legal-name", "Casey Wardlow", "--role", "compliance", CASEY[0])
        await server.run(*words, said=f"{CASEY[1]}\n{CASEY[1]}\n")
        robin = Looking(await crowd.person(0, "robin", phone=False))
        dana = Looking(await crowd.person(1, "dana", phone=False))
        casey = Looking(await crowd.person(2, CASEY[0], phone=False))
        for one, password in ((robin, said["password"]), (dana, said["director_password"]), (casey, CASEY[1])):
            await _sign_in(one.person, server, password)
        robins = await _addresses(robin, said["clients"][0]["person"], said["group"])
        danas = await _addresses(dana, said["clients"][0]["person"], said["group"])
        caseys = ["audit", "emergency"]
        # What is looked at in the one's place looks the same in the other's.
        await asyncio.gather(
            _goes_round(robin, robins, set(robins)),
            _goes_round(dana, danas, {*danas} - {*robins} | BOTH),
            _goes_round(casey, caseys, set(caseys)),
        )
        looked_at = {one.split("/")[0] for one in (*robins, *danas, *caseys)}
        assert {page for page in PAGES if page not in NOT_OURS} <= looked_at
        faults = [fault for one in (robin, dana, casey) for fault in one.faults(server)]
        assert not faults, "\n".join(faults)


async def _goes_round(looking: Looking, addresses: list[str], looked_at: set[str]) -> None:
    await looking.page.evaluate(AXE)
    for address in addresses:
        await looking.goes_to(address)
        if address in looked_at:
            await looking.looks(address)


async def _sign_in(person: Person, server: Server, password: str) -> None:
    await person.page.goto(server.base)
    await person.at("staff-name").fill(person.name)
    await person.at("staff-password").fill(password)
    await person.at("staff-sign-in").click()
    await person.page.locator("main h1").wait_for()


async def _addresses(looking: Looking, client: str, session: str) -> list[str]:
    """What this person's role opens, in the order of the navigation; pages of something, of the first of them."""
    person = looking.person
    await looking.goes_to("groups")
    group = await person.page.locator("[data-testid=groups] a").first.get_attribute("href")
    await looking.goes_to(f"client/{client}")
    tabs = [tab for tab in TABS if await person.at(f"tab-{tab}").count()]
    found: list[str] = []
    for page in PAGES:
        rest = {
            "session": [session],
            "cosign": [],
            "client": [f"{client}/{tab}" for tab in (*tabs, "edit")],
            "group": [str(group).split("/")[-1]],
            "reports": REPORTS,
            "settings": PARTS,
        }.get(page, [""])
        found += [f"{page}/{one}".rstrip("/") for one in rest]
    opened = await person.page.evaluate("async () => (await (await fetch('/api/session')).json()).may")
    return [address for address in found if _may(address.split("/")[0], opened)]


def _may(page: str, opened: list[str]) -> bool:
    line = next(line for line in (STAFF / "pages.ts").read_text().splitlines() if f'page: "{page}"' in line)
    asked = re.search(r"may: \[([^\]]*)\]", line)
    return asked is None or any(action.strip(' "') in opened for action in asked.group(1).split(","))
