"""Takes the tour of the product from a running clinic: `python -m tests.whole.tour [SHOWN ...]` (`make tour`).

Not a test. It writes docs/tour.md and its pictures, from one list of what is shown; look at what it wrote. Everybody
in it is invented. Each page is taken on a laptop in the light and on a phone in the dark.
"""

import asyncio
import io
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.support.browser import FLAGS, chromium
from tests.support.server import Server, running
from tests.whole.tour_kinds import chapter as every_kind

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = DOCS / "images" / "tour"
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
COLOURS = 128
"""Of a picture's palette: plain surfaces and text lose nothing that can be seen, and a page takes 40 kB."""
PASSWORD = "an invented password 4"
HEAD = """# A tour

Every page as it is, taken by `make tour` from a running demo with {weeks} weeks of invented history: on a laptop in the
light, and on a phone in the dark. Nobody in the pictures exists.
"""


@dataclass(frozen=True)
class Shown:
    """One page of the tour."""

    name: str
    title: str
    words: str
    who: str
    """robin (counsellor) | dana (director) | casey (compliance) | a client: `client`"""
    address: Callable[["Clinic"], str]
    until: str = "main h1"
    """A selector of what has to be there."""


@dataclass(frozen=True)
class Clinic:
    server: Server
    said: dict[str, Any]

    @property
    def missing(self) -> str:
        """The client who has not come of late."""
        return str(self.said["clients"][4]["person"])

    @property
    def evening(self) -> str:
        return str(self.said["evening_series"])


def staff(fragment: str) -> Callable[[Clinic], str]:
    return lambda clinic: f"/#/{fragment}"


def of_client(tab: str) -> Callable[[Clinic], str]:
    return lambda clinic: f"/#/client/{clinic.missing}/{tab}"


TOUR: tuple[tuple[str, tuple[Shown, ...]], ...] = (
    (
        "A counsellor's day",
        (
            Shown(
                "today",
                "Today",
                "Every session of the day: who is expected, late, missing or here.",
                "robin",
                staff(""),
            ),
            Shown(
                "session",
                "One session",
                "Its links, its reminders, its attendance and its notes.",
                "robin",
                lambda clinic: f"/#/session/{clinic.said['group']}",
            ),
            Shown(
                "caseload",
                "Caseload",
                "Whoever slips away comes first, each sign with the sessions behind it.",
                "robin",
                staff("caseload"),
            ),
            Shown("clients", "Clients", "Found by the beginning of any name.", "robin", staff("clients")),
            Shown("client-overview", "A client", "The way through the programme.", "robin", of_client("overview")),
            Shown(
                "client-engagement",
                "Staying in treatment",
                "Weeks, misses, outreach, certification, courts.",
                "robin",
                of_client("engagement"),
            ),
            Shown("client-contacts", "Contacts and needs", "Whom to call, by place.", "robin", of_client("contacts")),
            Shown("client-plan", "Plan", "Goals of the treatment plan.", "robin", of_client("plan")),
            Shown("client-payer", "Payer and level", "Dated, and never overwritten.", "robin", of_client("payer")),
            Shown("client-consents", "Consents", "What is signed, what is lacking.", "robin", of_client("consents")),
            Shown(
                "client-links",
                "Links and reminders",
                "One standing link; guests; calendars.",
                "robin",
                of_client("links"),
            ),
            Shown("client-record", "Record", "Notes, and the record as PDF.", "robin", of_client("record")),
            Shown("schedule", "Groups and schedule", "A week, by mouse or keyboard.", "robin", staff("schedule")),
            Shown(
                "group",
                "A group",
                "Members from a day on, and the next meetings.",
                "robin",
                lambda clinic: f"/#/group/{clinic.evening}",
            ),
            Shown("sign", "To sign", "Notes that wait for a signature.", "robin", staff("sign")),
            Shown(
                "attendance", "Attendance", "Weeks by clients against the level of care.", "robin", staff("attendance")
            ),
            Shown("emergency", "Emergency access", "With a reason, and for a time.", "robin", staff("emergency")),
        ),
    ),
    (
        "A director's",
        (
            Shown("reports-census", "Census", "Who is enrolled, day by day.", "dana", staff("reports")),
            Shown(
                "reports-attendance",
                "Attendance by group",
                "With the sessions behind each figure.",
                "dana",
                staff("reports/attendance"),
            ),
            Shown(
                "reports-sizes",
                "Group sizes",
                "Against the caps of a rule set.",
                "dana",
                staff("reports/sizes"),
            ),
            Shown(
                "reports-retention",
                "Retention",
                "By month of admission.",
                "dana",
                staff("reports/retention"),
            ),
            Shown("staff", "Staff", "Roles, credentials, supervisors.", "dana", staff("staff")),
            Shown("settings", "Settings", "What the clinic goes by, with its sources.", "dana", staff("settings")),
            Shown("import", "Bringing a clinic in", "Four tables, every line judged first.", "dana", staff("import")),
        ),
    ),
    (
        "A compliance officer's",
        (
            Shown("audit", "Audit log", "Who read or wrote what.", "casey", staff("audit")),
            Shown(
                "reviews",
                "Emergency access to review",
                "Each opening is looked at by another.",
                "casey",
                staff("emergency"),
            ),
        ),
    ),
    (
        "A client's",
        (
            Shown(
                "join",
                "Coming in by a link",
                "Nothing here says what it is for.",
                "client",
                lambda clinic: f"/j#{clinic.said['clients'][0]['token']}",
                until="h1",
            ),
            Shown(
                "me",
                "The client's own page, before its door",
                "A PIN or a passkey comes first.",
                "client",
                lambda clinic: f"/me#{clinic.said['clients'][0]['token']}",
                until="h1",
            ),
        ),
    ),
)


async def main(only: Sequence[str]) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    weeks = "6"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tour-")))
        server = await stack.enter_async_context(running(folder, {"TELEHEALTH_DEMO_WEEKS": weeks}))
        clinic = Clinic(server, json.loads((folder / "demo.json").read_text()))
        words = ("staff", "add", "--legal-name", "Casey Wardlow", "--role", "compliance", "casey")
        await server.run(*words, said=f"{PASSWORD}\n{PASSWORD}\n")
        driver = await stack.enter_async_context(async_playwright())
        browser = await driver.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        for size, viewport, scheme in (("laptop", LAPTOP, "light"), ("phone", PHONE, "dark")):
            pages: dict[str, Page] = {}
            async with signed_in(browser, clinic, viewport, scheme, pages):
                for _, chapter in TOUR:
                    for shown in chapter:
                        if not only or shown.name in only:
                            await take(pages[shown.who], clinic, shown, size)
        await browser.close()
    (DOCS / "tour.md").write_text(text(weeks))


@asynccontextmanager
async def signed_in(
    browser: Browser, clinic: Clinic, viewport: dict[str, int], scheme: str, pages: dict[str, Page]
) -> AsyncIterator[None]:
    """A page for each person of the tour."""
    passwords = {"robin": clinic.said["password"], "dana": clinic.said["director_password"], "casey": PASSWORD}
    async with AsyncExitStack() as stack:
        for who in (*passwords, "client"):
            context = await browser.new_context(
                viewport=viewport,  # type: ignore[arg-type]
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="en-US",
                timezone_id="America/New_York",
                reduced_motion="reduce",
            )
            stack.push_async_callback(context.close)
            pages[who] = page = await context.new_page()
            if who == "client":
                continue
            await page.goto(f"{clinic.server.base}/")
            await page.get_by_test_id("staff-name").fill(who)
            await page.get_by_test_id("staff-password").fill(passwords[who])
            await page.keyboard.press("Enter")
            await page.locator("main h1").wait_for()
        yield


async def take(page: Page, clinic: Clinic, shown: Shown, size: str) -> None:
    await page.goto("about:blank")
    await page.goto(clinic.server.base + shown.address(clinic))
    await page.locator(shown.until).first.wait_for()
    await page.wait_for_load_state("networkidle")
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")
    taken = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    taken.quantize(COLOURS).save(IMAGES / f"{shown.name}-{size}.png", optimize=True)
    print(f"{shown.name}, {size}", file=sys.stderr)


def text(weeks: str) -> str:
    lines = [HEAD.format(weeks=weeks)]
    for title, chapter in TOUR:
        lines.append(f"## {title}\n")
        for shown in chapter:
            lines.append(f"**{shown.title}.** {shown.words}\n")
            lines.append(
                f'<img src="images/tour/{shown.name}-laptop.png" alt="{shown.title}, on a laptop" width="680"> '
                f'<img src="images/tour/{shown.name}-phone.png" alt="{shown.title}, on a phone" width="200">\n'
            )
    return "\n".join([*lines, every_kind()])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
