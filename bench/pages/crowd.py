"""A5: fifteen people in one room on this machine, two pictures and two voices on each page: do all flow, and evenly?

Everybody sends 320x180 at 8 frames a second. Each window shows two tiles, two people speak, and the rest are muted.
"""

import asyncio
import sys
import time

from tests.support.browser import Person
from tests.support.wait import until

from .scene import scene

WINDOW = {"width": 240, "height": 330}
"""Two tiles, one above the other, and nothing of a third."""
PEOPLE, FPS = 15, 8
COUNT = """async () => {
  let frames = 0, videos = 0, pictures = {};
  for (const pc of window.__pcs ?? []) (await pc.getStats()).forEach((stat) => {
    if (stat.type !== "inbound-rtp" || stat.kind !== "video" || !stat.framesDecoded) return;
    pictures[stat.mid] = stat.framesDecoded;
  });
  return {at: performance.now(), pictures};
}"""
KEEP = """
(() => {
  const Real = RTCPeerConnection;
  window.__pcs = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.__pcs.push(this); }
  };
})();
"""


async def decoded(person: Person) -> tuple[float, dict[str, int]]:
    now = await person.page.evaluate(COUNT)
    return float(now["at"]), dict(now["pictures"])


async def rates(person: Person, seconds: float) -> list[float]:
    """Frames a second of each picture that flowed all the while."""
    at, before = await decoded(person)
    await asyncio.sleep(seconds)
    now, after = await decoded(person)
    return [(after[mid] - before[mid]) / (now - at) * 1000 for mid in before if after[mid] > before[mid]]


async def crowd() -> dict[str, float]:
    async with scene(PEOPLE - 1) as it:
        everybody = [await it.person(number, WINDOW if number else None, FPS) for number in range(PEOPLE)]
        for person in everybody:
            await person.page.add_init_script(KEEP)
        therapist, *clients = everybody
        began = time.monotonic()
        await it.fill(clients, therapist)
        await therapist.page.set_viewport_size(WINDOW)  # type: ignore[arg-type]
        print(f"  {PEOPLE} came in within {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        for client in clients[2:]:
            await client.at("mic").click()
        for client in clients[:2]:
            await client.page.evaluate("window.__speak(true)")
        # All media anew at once: the worker's loss would do the same. Every page's pictures have to flow again.
        begun = time.monotonic()
        await asyncio.gather(*(person.page.reload() for person in everybody[1:]))

        async def flowing(person: Person) -> bool:
            return len([count for count in (await decoded(person))[1].values() if count >= 2]) >= 1

        for person in everybody[1:]:
            await until(lambda person=person: flowing(person), f"{person.name} sees somebody", 60)  # type: ignore[misc]
        took = time.monotonic() - begun
        found = await asyncio.gather(*(rates(person, 10.0) for person in everybody))
        every = [rate for one in found for rate in one]
    return {
        "crowd_people": PEOPLE,
        "crowd_all_flowing_s": round(took, 1),
        "crowd_pictures": len(every),
        "crowd_fps_least": round(min(every), 1),
        "crowd_fps_median": round(sorted(every)[len(every) // 2], 1),
    }
