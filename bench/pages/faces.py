"""A6: four people come, and everybody sees and hears the right three: how soon, and is it ever wrong?"""

import asyncio
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.support.browser import People, people, sees_and_hears
from tests.support.server import running
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import members_of, others, sign_in


async def four(crowd: People, folder: Path) -> float:
    """One run in a clinic of its own; seconds from the first context to the last right face."""
    async with running(folder) as server:
        clinic = clinic_of(server)
        began = time.monotonic()
        therapist, *clients = await asyncio.gather(
            crowd.person(0, "Therapist", phone=False), *(crowd.person(n, f"Client {n}") for n in (1, 2, 3))
        )
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, *((client, clinic.group_link(n)) for n, client in enumerate(clients)))
        everybody = [therapist, *clients]
        numbers = await members_of(everybody)
        await asyncio.gather(*(sees_and_hears(one, others(numbers, one, everybody), 20) for one in everybody))
        took = time.monotonic() - began
        for one in everybody:
            await one.context.close()
        return took


async def faces(runs: int) -> dict[str, float]:
    """A run that never gets right ends in an error; each passes through forms as a person does."""
    times, wrong = [], 0
    async with people() as crowd:
        for number in range(runs):
            with TemporaryDirectory(prefix="bench-") as folder:
                try:
                    times.append(await four(crowd, Path(folder) / "data"))
                except AssertionError as error:
                    wrong += 1
                    print(f"  run {number + 1}: {error}", file=sys.stderr, flush=True)
            if times and (number + 1) % 10 == 0:
                print(f"  {number + 1} runs, median {median(times):.1f} s", file=sys.stderr, flush=True)
    return {
        "faces_runs": runs,
        "faces_wrong": wrong,
        "faces_median_s": round(median(times), 2),
        "faces_worst_s": round(max(times), 2),
    }
