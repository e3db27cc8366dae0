"""A16: one page stays while others come and go as often as in three hours: does it grow, and is anything left open?

Its own leaving is looked at, too: the peer connection has to end, and what listens to the microphone.
"""

import sys

from tests.support.browser import Person
from tests.support.wait import until
from tests.whole.crowd import attending

from .scene import Scene, scene

COUNTS = """
(() => {
  const open = (window.__open = {pc: new Set(), audio: new Set(), workers: 0});
  const Peer = RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...given) { super(...given); open.pc.add(this); }
    close() { open.pc.delete(this); super.close(); }
  };
  const Audio = AudioContext;
  window.AudioContext = class extends Audio {
    constructor(...given) { super(...given); open.audio.add(this); }
    close() { open.audio.delete(this); return super.close(); }
  };
  const Work = Worker;
  window.Worker = class extends Work {
    constructor(...given) { super(...given); open.workers += 1; }
    terminate() { open.workers -= 1; super.terminate(); }
  };
})();
"""


async def heap(person: Person) -> float:
    """MiB in use after everything that can be freed was."""
    wire = await person.context.new_cdp_session(person.page)
    for _ in range(2):
        await wire.send("HeapProfiler.collectGarbage")
    used = (await wire.send("Runtime.getHeapUsage"))["usedSize"]
    await wire.detach()
    return float(used) / 1024 / 1024


async def opened(person: Person) -> list[int]:
    return list(await person.page.evaluate("[__open.pc.size, __open.audio.size, __open.workers]"))


async def come_and_go(it: Scene, therapist: Person, four: list[str]) -> None:
    """Four clients come, are let in, send pictures and sound, and go."""
    waiting = therapist.page.locator("[data-testid^=waiting-]")
    async with attending(it.server, four):
        await until(lambda: _count(waiting, 4), "four wait", 60)
        await therapist.at("admit-all").click()
        await until(lambda: _count(therapist.page.locator("[data-testid^=tile-]"), 5), "four are there", 60)
    await until(lambda: _count(therapist.page.locator("[data-testid^=tile-]"), 1), "all have gone", 90)


async def _count(found: object, count: int) -> bool:
    return bool(await found.count() == count)  # type: ignore[attr-defined]


async def hours(rounds: int) -> dict[str, float]:
    async with scene() as it:
        therapist = await it.person(0)
        await therapist.page.add_init_script(COUNTS)
        await it.fill([], therapist)
        sizes: list[float] = []
        counts: list[list[int]] = []
        for number in range(rounds):
            await come_and_go(it, therapist, it.links[:4])
            sizes.append(await heap(therapist))
            counts.append(await opened(therapist))
            print(f"  round {number + 1}: {sizes[-1]:.1f} MiB, open {counts[-1]}", file=sys.stderr, flush=True)
        await therapist.at("leave").click()
        await therapist.at("leave-confirm").click()
        await therapist.at("left").wait_for()
        left = await opened(therapist)
    settled = sizes[min(2, len(sizes) - 1)]
    return {
        "hours_joins": rounds * 4,
        "hours_heap_growth_mib": round(sizes[-1] - settled, 2),
        "hours_pc_open": counts[-1][0],
        "hours_audio_open_growth": counts[-1][1] - counts[0][1],
        "hours_workers_growth": counts[-1][2] - counts[0][2],
        "hours_pc_after_leaving": left[0],
        "hours_audio_after_leaving": left[1],
    }
