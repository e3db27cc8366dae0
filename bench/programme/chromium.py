"""How soon a page of staff can be used, in Chromium on a processor made four times slower, at the seeded clinic.

A page is loaded as by its address, with the files in the browser's cache as on any day but the first. It can be used
once its heading is there, every answer that it asked for has come, and nothing has been drawn for 400 ms: the time is
that of the last drawing. The server runs at full speed on the same machine.
"""

from pathlib import Path
from statistics import median

from playwright.async_api import Page, async_playwright

from tests.support.browser import FLAGS, LAPTOP, chromium
from tests.support.wait import until

SLOWER = 4
ROUNDS = 5
ASKED_MS = 1_000
QUIET_MS = 400
LONGEST = 15.0
"""Seconds."""
PROBE = (Path(__file__).parent / "probe.js").read_text()
PAGES = (
    "",
    "caseload",
    "clients",
    "client/{client}/overview",
    "client/{client}/engagement",
    "schedule",
    "groups",
    "group/{group}",
    "attendance",
    "reports/census",
    "reports/attendance",
    "reports/sizes",
    "reports/retention",
    "staff",
    "settings",
    "import",
)


async def usable(base: str, name: str, password: str, client: str, group: str) -> dict[str, float]:
    """Milliseconds of each page, the median of the rounds."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        context = await browser.new_context(viewport=LAPTOP)  # type: ignore[arg-type]
        await context.add_init_script(PROBE.replace("QUIET_MS", str(QUIET_MS)))
        page = await context.new_page()
        await page.goto(f"{base}/")
        await page.get_by_test_id("staff-name").fill(name)
        await page.get_by_test_id("staff-password").fill(password)
        await page.keyboard.press("Enter")
        await page.locator("nav [aria-current]").first.wait_for()
        throttle = await context.new_cdp_session(page)
        await throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        found: dict[str, float] = {}
        for address in PAGES:
            where = f"{base}/#/{address.format(client=client, group=group)}"
            times = [await _load(page, where) for _ in range(ROUNDS + 1)]
            found[address.split("/{")[0] + address.partition("}")[2] or "today"] = round(median(times[1:]))
        await browser.close()
        return found


async def _load(page: Page, address: str) -> float:
    await page.goto("about:blank")
    await page.goto(address)

    async def settled() -> float | None:
        found = await page.evaluate("window.__usable()")
        return None if found is None else float(found)

    drawn = await until(settled, "the page has settled", LONGEST)
    assert drawn is not None
    return drawn
