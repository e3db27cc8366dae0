"""`python -m bench.notes`: how long a save takes while 100 authors type, how long the lints take, and 1,000 histories.

The server is a process of its own on a private Redis with its production settings (`appendfsync always`). QUICK=1 is
for looking whether everything works; SEED chooses other histories.
"""

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from . import histories, linting, saving

RESULTS = Path(__file__).parent.parent / "results"
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


def main() -> None:
    quick, seed = bool(os.environ.get("QUICK")), int(os.environ.get("SEED") or 20_261_124)
    found: dict[str, Any] = {}
    say("lints on twenty notes")
    found |= linting.measure()
    say(f"{saving.AUTHORS} authors type")
    with tempfile.TemporaryDirectory(prefix="bench-notes-") as folder, asyncio.Runner() as runner:
        found |= runner.run(saving.measure(Path(folder), 5 if quick else 60))
    count = 50 if quick else HISTORIES
    say(f"{count} histories")
    found |= {f"history_{name}": value for name, value in broken(count, seed).items()}
    for name, value in found.items():
        print(f"{name:24} {value}")
    if not quick:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        written = {"figures": found, "machine": machine, "load": round(os.getloadavg()[0], 1), "seed": seed}
        (RESULTS / "notes.json").write_text(json.dumps(written, indent=2) + "\n")


BEGAN = time.monotonic()
if __name__ == "__main__":
    main()
