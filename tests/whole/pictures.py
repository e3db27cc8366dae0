"""Takes the pictures of the manual from a real session of drawn people: `python -m tests.whole.pictures`.

Not a test. It writes `docs/images/`; look at what it wrote.
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.support.browser import FLAGS, LAPTOP, Person, chromium
from tests.support.relay import Relay
from tests.support.server import running
from tests.support.wait import until
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import open_link, sign_in

PORTRAIT = (Path(__file__).parents[1] / "support/portrait.js").read_text()
IMAGES = Path(__file__).parents[2] / "docs/images"
PHONE = {"width": 390, "height": 780}
SPEAKER = 3
"""Whose voice is heard while the picture is taken."""
GROUP_NOTE = (
    "Topic: planning a sober weekend. Everybody named one risky hour and one thing to do instead. "
    "Practised saying no in pairs; the group gave warm, concrete feedback."
)
NOTES = {1: "Arrived on time, engaged. Plans to call sponsor on Friday evening.", 3: "Led the role play."}


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as server, async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
            clinic = clinic_of(server)
            therapist = await _person(browser, 0, "Therapist", LAPTOP, 1)
            clients = [
                await _person(browser, i + 1, client["alias"], PHONE, 1) for i, client in enumerate(clinic.clients[:5])
            ]
            late = await _person(browser, 6, clinic.clients[5]["alias"], PHONE, 2)
            await sign_in(therapist, server)
            await therapist.at(f"open-room-{clinic.group}").wait_for()
            await enter_as_staff(therapist, clinic, clinic.group)
            await come_in(therapist, *((c, clinic.group_link(i)) for i, c in enumerate(clients)))
            await clients[4].at("hand").click()
            await clients[1].at("mic").click()
            await open_link(late, clinic.group_link(5))
            await late.page.get_by_text("Your connection is good.").wait_for()
            await late.page.screenshot(path=IMAGES / "waiting-phone.png")
            await _write_notes(therapist, clinic)
            await until(lambda: _sharp(therapist.page), "all pictures are there in full size", 30)
            await therapist.page.locator("[data-speaking]").first.wait_for()
            await therapist.page.mouse.move(0, 0)
            await therapist.page.screenshot(path=IMAGES / "session.png")
            await browser.close()


async def _person(browser: Browser, number: int, name: str, size: dict[str, int], scale: int) -> Person:
    context = await browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=scale,
        locale="en-US",
        timezone_id=_evening(),
    )
    page = await context.new_page()
    speaks = "true" if number == SPEAKER else "false"
    await page.add_init_script(PORTRAIT.replace("ME", str(number)).replace("SPEAKS", speaks))
    return Person(number, name, context, page, Relay())


def _evening() -> str:
    """A time zone in which it is half past six or so: it is an evening group."""
    ahead = (18 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def _write_notes(therapist: Person, clinic: Clinic) -> None:
    await therapist.at("notes-open").click()
    await therapist.at("note-group").fill(GROUP_NOTE)
    for place, text in NOTES.items():
        await therapist.at(f"note-{clinic.clients[place]['person']}").fill(text)
    await therapist.at("note-group").scroll_into_view_if_needed()
    await therapist.page.get_by_test_id("note-saved").wait_for()


async def _sharp(page: Page) -> bool:
    return bool(
        await page.evaluate(
            """() => [...document.querySelectorAll("video[data-source=camera]")].length === 6 &&
                [...document.querySelectorAll("video[data-source=camera]")].every((v) => v.videoWidth >= 320)"""
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
