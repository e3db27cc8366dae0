"""A7: somebody begins to speak, or another tile comes into view: how soon their voice and face are there, and whether
a wrong one ever is. Every frame that the page draws is looked at."""

import asyncio
import random
from statistics import median

from tests.support.browser import Person
from tests.support.wait import until

from .scene import Scene, scene

PHONE = {"width": 360, "height": 400}
"""Five tiles in view: as many as a phone has places for pictures, or fewer."""
PEOPLE = 9


async def seen(person: Person) -> dict[str, dict[str, float]]:
    return dict(await person.page.evaluate("window.__seen"))


async def voices(it: Scene, listener: Person, speakers: list[Person], rounds: int) -> list[float]:
    """One falls silent and another begins, with more speakers than a phone has places for voices."""
    times = []
    for number in range(rounds):
        speaker = speakers[number % len(speakers)]
        began = float(await speaker.page.evaluate("window.__speak(true)"))

        async def heard(who: Person = speaker) -> float | None:
            return (await seen(listener))["voices"].get(str(who.number))

        at = await until(heard, f"{speaker.name} is heard", 5)
        times.append(float(at or 0) - began)
        await asyncio.sleep(random.uniform(0.3, 0.6))
        await speaker.page.evaluate("window.__speak(false)")

        async def silent(who: Person = speaker) -> bool:
            return str(who.number) not in (await seen(listener))["voices"]

        await until(silent, f"{speaker.name} is silent", 5)
    return times


SCROLL = """([down]) => {
  const gallery = document.querySelector(".gallery");
  gallery.scrollTo({top: down ? gallery.scrollHeight : 0, behavior: "instant"});
  const box = gallery.getBoundingClientRect();
  const shown = [...gallery.querySelectorAll(".tile[data-member]:not([data-you])")].filter((tile) => {
    const at = tile.getBoundingClientRect();
    return at.bottom > box.top && at.top < box.bottom;
  }).map((tile) => tile.dataset.member);
  return {at: performance.timeOrigin + performance.now(), shown};
}"""


async def faces(listener: Person, rounds: int) -> list[float]:
    """The gallery is scrolled to its other end: the faces there take the places of those that were in view."""
    times = []
    for number in range(rounds):
        before = (await seen(listener))["faces"]
        moved = await listener.page.evaluate(SCROLL, [number % 2 == 0])
        fresh = [member for member in moved["shown"] if member not in before]

        async def there(members: list[str] = fresh) -> dict[str, float] | None:
            now = (await seen(listener))["faces"]
            return {m: now[m] for m in members} if all(m in now for m in members) else None

        found = await until(there, "the new faces are there", 10)
        times += [at - float(moved["at"]) for at in (found or {}).values()]
        await asyncio.sleep(random.uniform(0.6, 1.0))
    return times


async def turns(rounds: int) -> dict[str, float]:
    async with scene(PEOPLE - 1) as it:
        therapist = await it.person(0)
        clients = [await it.person(number, PHONE) for number in range(1, PEOPLE)]
        known = await it.fill(clients, therapist)
        listener, others = clients[0], [therapist, *clients[1:]]
        await listener.page.evaluate("(known) => window.__watch(known)", {str(m): n for m, n in known.items()})

        async def ready() -> bool:
            return len((await seen(listener))["faces"]) > 0

        await until(ready, "the listener sees somebody", 20)
        spoken = await voices(it, listener, others, rounds)
        shown = await faces(listener, rounds)
        wrong = (await seen(listener))["wrong"]
    return {
        "turns_wrong_faces": len(wrong),
        "voice_median_ms": round(median(spoken)),
        "voice_worst_ms": round(max(spoken)),
        "face_turns": len(shown),
        "face_median_ms": round(median(shown)) if shown else -1,
        "face_worst_ms": round(max(shown)) if shown else -1,
    }
