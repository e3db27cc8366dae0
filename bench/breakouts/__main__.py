"""`python -m bench.breakouts`: sixteen people into four breakout rooms, into others, and back. ROUNDS=5.

The server is `telehealth serve --demo` with its own Redis and media worker; a host and fifteen clients come by the
doors that pages use and send sound and pictures all the while. From the host's click until, on every page, the tiles
and slots are those of its room alone and each has brought packets sent after the click. Counted besides: pictures that
a page would have shown under another's name, and until when anything of another room still came. Exits with 1 where any
took 1.5 s or more, any face was wrong, or anything of another room came later than that.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.media.person import Source, Tally
from tests.support.server import running
from tests.support.wait import until
from tests.whole.clinic import clinic_of
from tests.whole.crowd import invite

from .page import LAPTOP, STAFF, Page, circles

ROUNDS = int(os.environ.get("ROUNDS") or "5")
PEOPLE, ROOMS = 16, 4
LIMIT = 1.5
LOOK_EVERY, WITHIN = 0.01, 10.0
LATE = 1.0
"""Seconds in which what comes late would come. That nothing comes can only be seen by looking for a while."""
RESULT = Path(__file__).parent.parent / "results" / "breakouts.json"


async def step(pages: list[Page], where: dict[int, int], ask: str, **body: Any) -> dict[str, float]:
    """Ask as the host, and wait until it is so on every page."""
    circles(pages, where)
    for page in pages:
        page.wrong_faces = 0
    clicked = time.time_ns()
    answer = await pages[0].ask(ask, **body)
    assert answer["ok"], answer
    took: dict[int, float] = {}

    deadline = time.monotonic() + WITHIN
    while len(took) < len(pages):
        for page in pages:
            if page.origin not in took and page.complete(clicked):
                took[page.origin] = (time.time_ns() - clicked) / 1e9
        assert time.monotonic() < deadline, f"{len(pages) - len(took)} pages are not complete after {WITHIN} s"
        await asyncio.sleep(LOOK_EVERY)
    await asyncio.sleep(LATE)
    last = max((sent for page in pages for sent in page.foreign.values()), default=clicked)
    return {
        "complete": max(took.values()),
        "apart": max(0.0, (last - clicked) / 1e9),
        "wrong_faces": sum(page.wrong_faces for page in pages),
    }


async def evening() -> dict[str, list[dict[str, float]]]:
    chance = random.Random(16)
    found: dict[str, list[dict[str, float]]] = {"part": [], "other_rooms": [], "recall": []}
    tally, sources = Tally(), dict[int, Source]()
    pages: list[Page] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with running(Path(folder) / "data") as server:
            clinic = clinic_of(server)
            links = (await invite(server, clinic, PEOPLE - 1)).links
            for origin in range(PEOPLE):
                pages.append(Page(origin, LAPTOP if origin else STAFF, tally, sources, pages))
            host, *clients = pages
            try:
                await host.staff(server.base, server.demo.name, server.demo.password, clinic.group)
                await asyncio.gather(*(one.client(link) for one, link in zip(clients, links, strict=True)))
                await host.ask("admit")

                async def seated() -> bool:
                    return all(page.room["you"]["standing"] == "seated" for page in pages)

                await until(seated, "everybody is seated", 10)
                for page in pages:
                    await page.media()
                everybody = dict.fromkeys((page.member for page in pages), 0)
                circles(pages, everybody)
                began = time.time_ns()

                async def flows() -> bool:
                    return all(page.complete(began) for page in pages)

                await until(flows, "everybody sees and hears everybody", 40)
                for at in range(ROUNDS):
                    order = [page.member for page in clients]
                    chance.shuffle(order)
                    rooms = everybody | {member: 1 + turn % ROOMS for turn, member in enumerate(order)}
                    placed = [{"member": member, "room": room} for member, room in rooms.items() if room]
                    found["part"].append(await step(pages, rooms, "breakouts", rooms=ROOMS, placed=placed, minutes=10))
                    chance.shuffle(order)
                    others = everybody | {member: 1 + turn % ROOMS for turn, member in enumerate(order)}
                    placed = [{"member": member, "room": room} for member, room in others.items() if room]
                    found["other_rooms"].append(await step(pages, others, "place", placed=placed))
                    found["recall"].append(await step(pages, everybody, "recall"))
                    for what, rounds in found.items():
                        last = rounds[-1]
                        print(
                            f"{at + 1} {what:11} {last['complete']:.2f} s, apart after {last['apart']:.2f} s,"
                            f" {last['wrong_faces']:.0f} wrong faces",
                            file=sys.stderr,
                            flush=True,
                        )
            finally:
                for page in pages:
                    await page.close()
    assert tally.differing == 0, "packets that could not be read"
    return found


def main() -> int:
    found = asyncio.run(evening())
    figures = {
        what: {
            "median_s": round(median(one["complete"] for one in rounds), 2),
            "most_s": round(max(one["complete"] for one in rounds), 2),
            "apart_most_s": round(max(one["apart"] for one in rounds), 3),
            "wrong_faces": round(sum(one["wrong_faces"] for one in rounds)),
        }
        for what, rounds in found.items()
    }
    result = {"people": PEOPLE, "rooms": ROOMS, "rounds": ROUNDS, "limit_s": LIMIT, **figures}
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))
    late = any(one["most_s"] >= LIMIT or one["apart_most_s"] >= LIMIT or one["wrong_faces"] for one in figures.values())
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
