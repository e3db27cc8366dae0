"""`python -m bench.soak`: ten people on one media worker for MINUTES=30, a line a minute.

The worker is the process that production runs, the people are the load generator's (room.py), each in a process of its
own. It passes if, after the first five minutes, the worker's memory has not grown by more than `GROWTH`, no line
of its log is an error, it has counted no exception, every stream goes on arriving everywhere, and all that was
decrypted is what was sent.
"""

import asyncio
import gc
import json
import os
import platform
import re
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.media.process import cpu_seconds, memory
from telehealth.store.embedded import EmbeddedRedis

from .room import WORKER, Room

RESULTS = Path(__file__).parent.parent / "results"
PEOPLE = 10
MINUTE = 60.0
SETTLES = 5
"""Minutes in which memory may grow: caches fill, and the allocator finds its size."""
GROWTH = 4.0
"""MiB that resident memory may grow after that. A leak of 100 bytes for each packet that is forwarded, at 9,900 of
them a second, would be 57 MiB a minute; of 1 KiB for each person who came and went, nothing that anybody meets."""
HEAD = "minute  memory MiB   CPU  packets a second  arrived  wraps (sequence, timestamp)  errors"
ERROR = re.compile(r"\b(ERROR|CRITICAL)\b|Traceback")


@dataclass(frozen=True, slots=True)
class Minute:
    """What one minute brought."""

    rss: float
    cpu: float
    received: int
    share: float
    """Of what the others sent, that arrived."""
    still: int
    differing: int
    faults: int
    errors: int


class Watched:
    """The worker's process."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, secret: str) -> None:
        self.pid, self.secret = process.pid, secret
        self.serves = asyncio.Event()
        self.errors = 0
        self.first_error = ""
        self._process, self._folder = process, folder

    @property
    def control(self) -> str:
        return f"unix:{next(self._folder.glob('media-*.sock'))}"

    @property
    def runs(self) -> bool:
        return self._process.returncode is None

    async def read_log(self) -> None:
        assert self._process.stderr is not None
        while line := (await self._process.stderr.readline()).decode(errors="replace").rstrip():
            if "serves UDP port" in line:
                self.serves.set()
            if ERROR.search(line):
                self.errors += 1
                self.first_error = self.first_error or line


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    redis = EmbeddedRedis(folder / "redis")
    url, secret = await redis.start(), secrets.token_urlsafe(32)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telehealth", "media", "--parent", str(os.getpid())),
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("TELEHEALTH_")},
            "REDIS_URL": url,
            "TELEHEALTH_MEDIA_SECRET": secret,
            "TELEHEALTH_DATA": str(folder),
            "TELEHEALTH_MEDIA_HOST": "127.0.0.1",
            "TELEHEALTH_MEDIA_ADDRESSES": "127.0.0.1",
        },
        stderr=asyncio.subprocess.PIPE,
    )
    worker = Watched(process, folder, secret)
    reading = asyncio.create_task(worker.read_log())
    try:
        async with asyncio.timeout(20):
            await worker.serves.wait()
        yield worker
        process.terminate()
        await asyncio.wait([reading])
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await redis.stop()


async def minute(room: Room, worker: Watched) -> Minute:
    """One person goes, another comes, and then a minute passes."""
    sent, received, cpu, began = room.tally.sent, room.received(), cpu_seconds(worker.pid), time.monotonic()
    await room.go()
    await room.come()
    await asyncio.sleep(began + MINUTE - time.monotonic())
    took = time.monotonic() - began
    room.tally.delays.clear()
    figures = (await room.workers.figures())[WORKER]
    received = room.received() - received
    return Minute(
        rss=memory(worker.pid)[0],
        cpu=(cpu_seconds(worker.pid) - cpu) / took,
        received=received,
        share=received / ((room.tally.sent - sent) * (PEOPLE - 1)),
        still=room.still(),
        differing=room.tally.differing,
        faults=round(figures.totals["faults"]),
        errors=worker.errors,
    )


def faults_of(minutes: list[Minute], wraps: dict[str, int]) -> list[str]:
    """What did not hold, in words."""
    found = []
    if (growth := grown(minutes)) > GROWTH:
        found.append(f"memory grew by {growth:.1f} MiB after minute {settled(minutes)}")
    if minutes[-1].faults or minutes[-1].errors:
        found.append(f"{minutes[-1].faults} exceptions, {minutes[-1].errors} errors in the log")
    if any(one.still for one in minutes):
        found.append(f"streams stood still in {sum(bool(one.still) for one in minutes)} minutes")
    if minutes[-1].differing:
        found.append(f"{minutes[-1].differing} packets were not what was sent")
    if not all(wraps.values()):
        found.append("no numbers ran over")
    return found


def settled(minutes: list[Minute]) -> int:
    """The minute from which memory may not grow; in a shorter run, its middle."""
    return min(SETTLES, (len(minutes) + 1) // 2)


def grown(minutes: list[Minute]) -> float:
    """MiB, from the settled minute to the most that there was later."""
    at = settled(minutes)
    return max(one.rss for one in minutes[at - 1 :]) - minutes[at - 1].rss


async def run() -> list[str]:
    length = int(os.environ.get("MINUTES") or 30)
    minutes: list[Minute] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with watched(Path(folder)) as worker:
            room = Room(PEOPLE)
            await room.open(worker.control, worker.secret)
            print(
                "minute  memory MiB   CPU  packets a second  arrived  wraps (sequence, timestamp)  errors", flush=True
            )
            for number in range(1, length + 1):
                minutes.append(one := await minute(room, worker))
                wraps = room.wrapped()
                print(
                    f"{number:6}  {one.rss:10.1f}  {one.cpu:4.0%}  {one.received / MINUTE:16,.0f}  {one.share:7.2%}  "
                    f"{wraps['sequence']:14}, {wraps['timestamp']:9}  {one.faults + one.errors:6}",
                    flush=True,
                )
                if not worker.runs:
                    return [f"the worker ended in minute {number}"]
                gc.collect()
            came, first_error = room.came, worker.first_error
            await room.close()
        if worker.errors:
            print(worker.first_error or first_error, file=sys.stderr)
    found = faults_of(minutes, wraps)
    figures = {
        "minutes": length,
        "people": PEOPLE,
        "people_who_came": came,
        "rss_first_mib": round(minutes[0].rss, 2),
        "rss_settled_mib": round(minutes[settled(minutes) - 1].rss, 2),
        "rss_last_mib": round(minutes[-1].rss, 2),
        "rss_growth_mib": round(grown(minutes), 2),
        "rss_growth_allowed_mib": GROWTH,
        "packets_forwarded": sum(one.received for one in minutes),
        "arrived_share": round(sum(one.share for one in minutes) / length, 5),
        "packets_compared": room.tally.compared,
        "packets_differing": minutes[-1].differing,
        "streams_stood_still": sum(one.still for one in minutes),
        "sequence_wraps": wraps["sequence"],
        "timestamp_wraps": wraps["timestamp"],
        "exceptions": minutes[-1].faults,
        "log_errors": worker.errors,
        "cpu": round(sum(one.cpu for one in minutes) / length, 3),
    }
    RESULTS.mkdir(exist_ok=True)
    result = {
        "what": "Ten people on one media worker, one of them another each minute; see docs/bench.md",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": {"cores": len(os.sched_getaffinity(0)), "kernel": platform.release()},
        "held": not found,
        "figures": figures,
        "rss_mib": [round(one.rss, 1) for one in minutes],
    }
    (RESULTS / "soak.json").write_text(json.dumps(result, indent=1) + "\n")
    return found


if __name__ == "__main__":
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            broken = runner.run(run())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if broken:
        print(f"bench-soak: {'; '.join(broken)}.", file=sys.stderr)
        raise SystemExit(1)
    print("Held.")
