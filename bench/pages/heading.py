"""A2: from opening a client's link until the first heading can be read, on a slow phone: 1.6 Mbit/s, 150 ms, CPU/6."""

from statistics import median

from .scene import scene

PHONE = {"width": 360, "height": 740}
RATE, DELAY, SLOWER = 1_600_000 / 8, 150, 6
READ = """
addEventListener("DOMContentLoaded", () => {
  const look = () => {
    const heading = document.querySelector("h1");
    if (heading?.textContent && heading.getBoundingClientRect().height > 0)
      requestAnimationFrame(() => setTimeout(() => (window.__read = performance.now())));
    else requestAnimationFrame(look);
  };
  look();
});
"""


async def headings(rounds: int) -> dict[str, float]:
    """Milliseconds, each time with an empty cache."""
    times = []
    async with scene() as it:
        for _ in range(rounds):
            context = await it.browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
            page = await context.new_page()
            await page.add_init_script(READ)
            wire = await context.new_cdp_session(page)
            await wire.send("Network.enable")
            await wire.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": DELAY, "downloadThroughput": RATE, "uploadThroughput": RATE},
            )
            await wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            await page.goto(it.links[0])
            await page.wait_for_function("window.__read")
            times.append(float(await page.evaluate("window.__read")))
            await context.close()
    return {"heading_median_ms": round(median(times)), "heading_worst_ms": round(max(times))}
