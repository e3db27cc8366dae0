"""`python -m bench.media`: both servers, in turns, in one run.

A round measures ours and Janus one right after the other (in alternating order), so that whatever else the machine
does meets both; every ratio is that of a round, and the figure is the median of the rounds. QUICK=1 makes it short.
The numbers of rooms per core come from a ramp: the server is kept on one core, the load on the others, and a room of
ten is added until packets are lost, the delay's p99 passes 20 ms, or (ours) the loop's lag does.
"""

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import figures, plot, servers
from .lag import Lag
from .process import memory
from .servers import CannotRun, Server

SIZES = (2, 6, 10, 16, 20)
START = {"ours": servers.ours, "janus": servers.janus}
RESULTS = Path(__file__).parent.parent / "results"
LATE = 0.02
"""Seconds: the p99 of delay and of loop lag at which a core is full."""
LOST = 0.001
"""Share of packets."""
SATURATED = 0.93
"""Share of its core at which the generator, not the server, would be what is measured."""
TRIES = 2
"""Times in a row that a core must look full: once may be something else that the machine did."""
MOST_ROOMS = 60
AIM = 0.7
"""Share of the rooms that the first two rooms promise; from there the ramp goes room by room."""


@dataclass(frozen=True, slots=True)
class Length:
    rounds: int
    seconds: float
    ramps: int
    step: float


FULL = Length(rounds=5, seconds=3.0, ramps=2, step=2.0)
QUICK = Length(rounds=1, seconds=1.5, ramps=1, step=1.0)


class Progress:
    """One line a step, with the time so far: a run takes minutes."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        took = int(time.monotonic() - self._began)
        print(f"{took // 60:3}:{took % 60:02}  {text}", file=sys.stderr, flush=True)


class Generator:
    """A load generator's process."""

    def __init__(self, server: Server, process: asyncio.subprocess.Process) -> None:
        self._server, self._process = server, process

    async def room(self, people: int) -> str | None:
        """Add a room; the SRTP profile that was negotiated, or None if the server takes no more rooms."""
        profile: str | None = (await self._ask(do="room", people=people))["profile"]
        return profile

    async def measure(self, seconds: float) -> dict[str, float]:
        seen: dict[str, float] = await self._ask(do="measure", seconds=seconds, pid=self._server.pid)
        return seen

    async def _ask(self, **asked: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise CannotRun("The load generator ended; its error stands above.")
        return json.loads(line)


@asynccontextmanager
async def generator(server: Server, *, many: bool, cores: set[int] | None = None) -> AsyncIterator[Generator]:
    words = [sys.executable, "-m", "bench.media.load", server.kind, server.address, server.secret]
    process = await asyncio.create_subprocess_exec(
        *words,
        "many" if many else "one",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    if cores:
        os.sched_setaffinity(process.pid, cores)
    try:
        yield Generator(server, process)
    finally:
        if process.returncode is None and process.stdin:
            process.stdin.write(b'{"do": "end"}\n')
            try:
                async with asyncio.timeout(5):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def sizes(length: Length, progress: Progress) -> tuple[dict[int, list[dict[str, Any]]], dict[str, str]]:
    """For each number of people, the rounds: {"ours": {...}, "janus": {...}}; and the SRTP profile of each server."""
    profiles: dict[str, str] = {}
    rounds: dict[int, list[dict[str, Any]]] = {}
    for people in SIZES:
        rounds[people] = []
        async with AsyncExitStack() as running:
            up = {}
            for kind, start in START.items():
                folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
                up[kind] = await running.enter_async_context(start(folder, None))
            for number in range(length.rounds):
                seen: dict[str, Any] = {}
                for kind in ("ours", "janus") if number % 2 == 0 else ("janus", "ours"):
                    async with generator(up[kind], many=False) as load:
                        profiles[kind] = await load.room(people) or "none"
                        seen[kind] = await load.measure(length.seconds)
                        seen[kind]["rss"], seen[kind]["pss"] = memory(up[kind].pid)
                    _check(kind, people, seen[kind])
                rounds[people].append(seen)
                progress.say(
                    f"{people:2} people, round {number + 1} of {length.rounds}: µs of CPU per packet "
                    + ", ".join(f"{kind} {seen[kind]['cpu_per_packet'] * 1e6:.1f}" for kind in START)
                )
    return rounds, profiles


def _check(kind: str, people: int, seen: dict[str, float]) -> None:
    """A number about packets that did not arrive, or arrived changed, would be no number."""
    if seen["differing"] or not seen["compared"]:
        raise CannotRun(f"{kind}: of {seen['compared']} packets compared, {seen['differing']} were not what was sent.")
    if seen["missing"] > LOST * seen["expected"] or seen["received"] < 0.97 * seen["expected"]:
        print(
            f"        {kind}, {people} people: {seen['received']:.0f} of {seen['expected']:.0f} packets came in the "
            "measured time: the machine is busy with something else",
            file=sys.stderr,
        )


async def ramp(kind: str, length: Length, progress: Progress) -> dict[str, Any]:
    """How many rooms of ten one core carries."""
    cores = sorted(os.sched_getaffinity(0))
    core, others = cores[0], set(cores[1:])
    async with AsyncExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = await running.enter_async_context(START[kind](folder, core))
        load = await running.enter_async_context(generator(server, many=True, cores=others))
        lag = await running.enter_async_context(Lag.of(server)) if kind == "ours" else None
        rooms, full, seen, limit = 0, {}, {}, ""
        target = 2
        while not limit:
            while rooms < target and not limit:
                if await load.room(10) is None:
                    limit = "it takes no more rooms"
                rooms += 1
            if limit:
                break
            for _ in range(TRIES):
                if lag is not None:
                    lag.clear()
                seen = await load.measure(length.step)
                seen["lag_p99"] = lag.p99() if lag is not None else 0.0
                if not (limit := _full(seen)):
                    break
            if not limit:
                full = seen
            promised = int(AIM * rooms / seen["cpu"]) if rooms == 2 else 0
            target = max(rooms + 1, min(MOST_ROOMS, promised))
            if target > MOST_ROOMS:
                limit = "as many as the benchmark has"
        carried = rooms - 1
        progress.say(f"{kind}: one core carries {carried} rooms of 10 ({limit} with {rooms})")
        return {"rooms": carried, "limit": limit, "last_good": full, "first_bad": seen}


def _full(seen: dict[str, float]) -> str:
    """Why a core is full; empty while it is not."""
    if seen["differing"]:
        raise CannotRun(f"{seen['differing']:.0f} packets were not what was sent.")
    if seen["missing"] > LOST * seen["expected"] or seen["received"] < 0.99 * seen["expected"]:
        return "packets lost or withheld"
    if not seen["delay_p99"] <= LATE:
        return "delay p99 above 20 ms"
    if seen["lag_p99"] > LATE:
        return "loop lag p99 above 20 ms"
    if seen["generator_cpu"] > SATURATED:
        return "the generator is full"
    return ""


async def run() -> None:
    length = QUICK if os.environ.get("QUICK") == "1" else FULL
    progress = Progress()
    cores = len(os.sched_getaffinity(0))
    machine = {
        "cores": cores,
        "processor": _processor(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "janus": servers.janus_version(),
        **{name: version(name) for name in ("aiortc", "pylibsrtp", "uvloop", "cryptography")},
    }
    busy = os.getloadavg()[0]
    if busy > 0.5 * cores:
        progress.say(
            f"the machine is busy (load {busy:.1f}): delays and rooms will look worse than they are, on both sides"
        )
    rounds, profiles = await sizes(length, progress)
    ramps: dict[str, list[dict[str, Any]]] = {"ours": [], "janus": []}
    for _ in range(length.ramps):
        for kind in ramps:
            ramps[kind].append(await ramp(kind, length, progress))
    found = figures.of(rounds, ramps)
    RESULTS.mkdir(exist_ok=True)
    result = {
        "what": "Our media worker against Janus's VideoRoom; see docs/bench.md",
        "quick": length is QUICK,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "load_before": round(busy, 2),
        "machine": machine,
        "srtp": profiles,
        "figures": found,
        "limits": {kind: [one["limit"] for one in ramps[kind]] for kind in ramps},
        "rounds": figures.rounded(rounds),
    }
    name = "media-quick" if length is QUICK else "media"
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    (RESULTS / f"{name}.svg").write_text(plot.draw(found, SIZES))
    print(figures.table(found, SIZES))
    print(
        f"SRTP: ours {profiles['ours']}, Janus {profiles['janus']}. Written: bench/results/{name}.json and {name}.svg"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    try:
        asyncio.run(run())
    except CannotRun as error:
        print(f"bench-media: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
