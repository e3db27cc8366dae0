"""`python -m bench.alarm`: from the end of an at-risk client's network until the host's page is told, 20 times.

A node as it is served, with its own Redis, its usual beat of two seconds and the plan that ships; real sockets. Half of
the clients' connections end (TCP reset), half fall silent with the socket open, which is what a lost Wi-Fi looks like;
each falls silent at another moment between two beats. ROUNDS=20. Exits with 1 if any took five seconds or more.
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

from telehealth.live.room_task import Timing
from tests.support.signal import Clinic, Node, clinic_in, node_of, seated

ROUNDS = int(os.environ.get("ROUNDS", "20"))
LIMIT = 5.0


async def one(clinic: Clinic, node: Node, dies: random.Random, *, silent: bool) -> float:
    """Seconds until the host is told."""
    alice, bob = await seated(clinic, node, "bob")
    await alice.do("risk", member=2, risk="at_risk")
    await asyncio.sleep(dies.uniform(0.0, 2.0))
    await bob.beat_once()
    gone = time.monotonic()
    if not silent:
        await bob.drop()
    await alice.sees(lambda a: a.room["alerts"], "hears that somebody is gone", 15)
    took = time.monotonic() - gone
    await alice.do("close_alarm", member=2)
    await alice.do("end")
    return took


async def main() -> int:
    dies = random.Random(7)
    took: dict[str, list[float]] = {"ended": [], "silent": []}
    for at in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            async with clinic_in(Path(folder)) as clinic, node_of(clinic, timing=Timing()) as node:
                how = "silent" if at % 2 else "ended"
                took[how].append(await one(clinic, node, dies, silent=how == "silent"))
                print(f"{at + 1:2} {how:6} {took[how][-1]:.2f} s", flush=True)
    every = [*took["ended"], *took["silent"]]
    figures = {how: {"median": round(median(t), 2), "max": round(max(t), 2)} for how, t in took.items() if t}
    print(json.dumps({"runs": len(every), "within 5 s": sum(t < LIMIT for t in every), **figures}))
    return 0 if max(every) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
