"""100 authors type: each saves a section of 4 KiB about once a second over HTTP, and it is kept how long it took."""

import asyncio
import random
import time
from pathlib import Path

import aiohttp

from telehealth.core.ids import PersonId

from .place import Place, place

AUTHORS = 100
SIZE = 4096
TEXT = "the client spoke about a hard week and named what helped to stay without alcohol until the evening"
WORDS = TEXT.split()


def section(rng: random.Random) -> str:
    """4 KiB of words."""
    return " ".join(rng.choice(WORDS) for _ in range(SIZE))[:SIZE]


async def author(there: Place, number: int, until: float, took: list[float]) -> None:
    """Types until told to stop: a section, then another word and a save, about once a second."""
    rng = random.Random(number)
    me, client = PersonId(f"staff-{number}"), PersonId(f"client-{number}")
    await there.session(f"session-{number}", [me], [client])
    headers = await there.staff(me)
    text, revision = section(rng), 0
    url = f"http://127.0.0.1:{there.port}/api/staff/sessions/session-{number}/notes/{client}"
    async with aiohttp.ClientSession(headers=headers) as http:
        await asyncio.sleep(rng.random())
        while time.monotonic() < until:
            text = f"{rng.choice(WORDS)} {text}"[:SIZE]
            body = {"text": text, "op": f"{number}-{revision}"}
            began = time.perf_counter()
            async with http.put(url, json=body, headers={"If-Match": f'"{revision}"'}) as answer:
                saved = await answer.json()
                took.append((time.perf_counter() - began) * 1000)
                assert answer.status == 200, saved
            revision = saved["revision"]
            await asyncio.sleep(rng.uniform(0.5, 1.5))


async def measure(folder: Path, seconds: float, authors: int = AUTHORS, warm_up: float = 3) -> dict[str, float]:
    """Milliseconds of a save, as the page waits for it."""
    async with place(folder) as there:
        took: list[float] = []
        warm: list[float] = []
        begun = time.monotonic() + warm_up
        await asyncio.gather(*(author(there, number, begun, warm) for number in range(1000, 1010)))
        until = time.monotonic() + seconds
        await asyncio.gather(*(author(there, number, until, took) for number in range(authors)))
    took.sort()
    return {
        "save_p50_ms": round(took[len(took) // 2], 2),
        "save_p99_ms": round(took[int(len(took) * 0.99)], 2),
        "save_worst_ms": round(took[-1], 2),
        "saves": len(took),
        "saves_per_s": round(len(took) / seconds, 1),
    }
