"""`python -m bench.notes [lints] [saving] [histories]`: what saving and checking notes takes, and 1,000 histories.

The server is a process of its own on a private Redis with its production settings (`appendfsync always`). QUICK=1 is
for looking whether everything works; SEED chooses other histories. A part that is run alone renews its own figures.
"""

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from . import histories, linting, saving

RESULTS = Path(__file__).parent.parent / "results"
ROUNDS = 3
HISTORIES = 1000
KILLS = 6
"""A process is killed in one history of so many."""


def broken(count: int, seed: int) -> dict[str, int]:
    """Play the histories; raises with the shortest one that breaks a promise."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, tempfile.TemporaryDirectory() as folder:
        context = histories.world(Path(folder))
        world = runner.run(context.__aenter__())
        try:
            histories.play(runner, world, count, seed, KILLS)
        finally:
            runner.run(context.__aexit__(None, None, None))
        return asdict(world.told)


def say(text: str) -> None:
    print(f"  {time.monotonic() - BEGAN:5.0f} s  {text}", file=sys.stderr, flush=True)


def typed(quick: bool) -> dict[str, float]:
    """Of several rounds the median of each figure; the machine's other work is in them, too."""
    rounds: list[dict[str, float]] = []
    for number in range(1 if quick else ROUNDS):
        say(f"{saving.AUTHORS} authors type, round {number + 1}")
        with tempfile.TemporaryDirectory(prefix="bench-notes-") as folder, asyncio.Runner() as runner:
            rounds.append(runner.run(saving.measure(Path(folder), 5 if quick else 20)))
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def main() -> None:
    quick, seed = bool(os.environ.get("QUICK")), int(os.environ.get("SEED") or 20_261_124)
    parts = sys.argv[1:] or ["lints", "saving", "histories"]
    file = RESULTS / "notes.json"
    found: dict[str, Any] = json.loads(file.read_text())["figures"] if file.exists() else {}
    if "lints" in parts:
        say("lints on twenty notes")
        found |= linting.measure()
    if "saving" in parts:
        found |= typed(quick)
    if "histories" in parts:
        count = 50 if quick else HISTORIES
        say(f"{count} histories")
        found |= {f"history_{name}": value for name, value in broken(count, seed).items()}
    for name, value in found.items():
        print(f"{name:24} {value}")
    if not quick:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        written = {"figures": found, "machine": machine, "seed": seed}
        file.write_text(json.dumps(written, indent=2) + "\n")


BEGAN = time.monotonic()
if __name__ == "__main__":
    main()
