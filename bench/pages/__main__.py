"""`python -m bench.pages`: acceptance figures of the browser client that are times or counts, in real Chromium.

ONLY=heading, faces, crowd, turns or hours measures one of them, and keeps what the file says of the others; QUICK=1 is
for looking, and writes nothing.
"""

import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from .crowd import crowd
from .faces import faces
from .heading import headings
from .hours import hours
from .turns import turns

RESULT = Path(__file__).parent.parent / "results" / "pages.json"
WANTED = {
    "heading_median_ms": "700",
    "faces_wrong": "0",
    "faces_median_s": "6",
    "crowd_all_flowing_s": "5",
    "crowd_fps_least": "7",
    "turns_wrong_faces": "0",
    "voice_median_ms": "250",
    "voice_worst_ms": "500",
    "face_median_ms": "250",
    "face_worst_ms": "500",
    "hours_heap_growth_mib": "20",
    "hours_pc_open": "1",
    "hours_pc_after_leaving": "0",
}


async def run() -> None:
    quick, only = bool(os.environ.get("QUICK")), os.environ.get("ONLY", "")
    busy = os.getloadavg()[0]
    measures: dict[str, Callable[[], Awaitable[dict[str, float]]]] = {
        "heading": lambda: headings(3 if quick else 15),
        "faces": lambda: faces(3 if quick else 50),
        "crowd": crowd,
        "turns": lambda: turns(4 if quick else 30),
        "hours": lambda: hours(3 if quick else 30),
    }
    for name, measure in measures.items():
        if only not in ("", name):
            continue
        print(name, file=sys.stderr, flush=True)
        figures = await measure()
        for figure, value in figures.items():
            print(f"{figure:28} {value:>9}  {WANTED.get(figure, '')}", flush=True)
        if not quick:
            _keep(figures, round(busy, 2))


def _keep(figures: dict[str, float], busy: float) -> None:
    known = json.loads(RESULT.read_text())["figures"] if RESULT.is_file() else {}
    result = {
        "what": "Acceptance figures of the browser client in Chromium; see docs/bench.md",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "load_before": busy,
        "machine": {"cores": len(os.sched_getaffinity(0)), "kernel": platform.release()},
        "figures": known | figures,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
