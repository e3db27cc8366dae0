"""`python -m bench.export`: the export at 10 thousand, 100 thousand and 1 million rows, and beside it COPY of the same.

The server is a process of its own on a private Redis with its production settings (`appendfsync always`). Rows a CPU
second are rows by the CPU time of that process, user and system, HTTP and disclosure ledger included; the best of
three. Once more the CSV is read while another client appends to a room's log, as a join does. QUICK=1 leaves the
million out.
"""

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from telehealth.store.client import Client
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring

from . import postgres
from .fill import FIRST, MONTH, MONTHS, fill, open_to_all

KEY = "YmVuY2htYXJrcyBoYXZlIGEga2V5IG9mIHRoZWlycyE="
SIZES = (10_000, 100_000, 1_000_000)
RESULTS = Path(__file__).parent.parent / "results"
TRIES = 3
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Read:
    """One answer, read to its end."""

    rows: int
    size: int
    seconds: float
    first_byte: float
    cpu: float
    grown: float
    """MiB of memory that the process had at most, over what it had before."""


class Exporter:
    """The server process, and what `/proc` says of it."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, key: str) -> None:
        self._process, self._port, self._key = process, port, key
        self.join = f"http://127.0.0.1:{port}/join"

    def cpu(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    async def read(self, form: str, query: str = "from=0&to=4000000000000", into: Path | None = None) -> Read:
        url = f"http://127.0.0.1:{self._port}/api/v1/attendance?format={form}&{query}"
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Encoding": "identity"}
        before, cpu, began = self.memory(), self.cpu(), time.perf_counter()
        first, size, lines, chunks, most = 0.0, 0, 0, 0, before
        async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            with (into or Path(os.devnull)).open("wb") as file:
                async for chunk in answer.content.iter_any():
                    first = first or time.perf_counter() - began
                    size += len(chunk)
                    lines += chunk.count(b"\n")
                    chunks += 1
                    if chunks % 64 == 0:
                        most = max(most, self.memory())
                    file.write(chunk)
        seconds = time.perf_counter() - began
        rows = lines - (form == "csv")
        return Read(rows, size, seconds, first, self.cpu() - cpu, max(most, self.memory()) - before)


@asynccontextmanager
async def exporter(url: str, key: str) -> AsyncIterator[Exporter]:
    words = [sys.executable, "-m", "bench.export.server", url, KEY]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    try:
        yield Exporter(process, port, key)
    finally:
        process.stdin.close()
        await process.wait()


async def joins(server: Exporter, stop: asyncio.Event) -> list[float]:
    """Milliseconds of each join, fifty a second, until told to stop: an append to a room's log in the server's process,
    with the way there and back."""
    took: list[float] = []
    async with aiohttp.ClientSession() as asking:
        while not stop.is_set():
            began = time.perf_counter()
            async with asking.post(server.join) as answer:
                assert answer.status == 204, await answer.text()
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)
    return sorted(took)


async def measure(count: int, folder: Path) -> dict[str, Any]:
    """One size of clinic."""
    redis = EmbeddedRedis(folder / "redis")
    url = await redis.start()
    store, client = await Store.connect(url, Keyring.from_text(KEY)), Client(url)
    try:
        empty = await _used(client)
        say(f"{count:,} rows: storing them")
        people = await fill(store, client, count)
        per_row = (await _used(client) - empty) / count
        key = await open_to_all(store, people, count)
        async with exporter(url, key) as server:
            await server.read("csv", "from=0&to=4000000000000&limit=500")  # what is loaded once is not what a row costs
            result: dict[str, Any] = {"rows": count, "redis": redis.engine, "bytes_per_row": round(per_row)}
            for form in ("csv", "ndjson"):
                say(f"{count:,} rows: {form}")
                reads = [await server.read(form) for _ in range(TRIES)]
                assert all(read.rows == count for read in reads), (reads, count)
                result[form] = {**_best(reads), "tries": [asdict(read) for read in reads]}
            say(f"{count:,} rows: once more, while others join")
            stop = asyncio.Event()
            joining = asyncio.create_task(joins(server, stop))
            await server.read("csv", into=folder / "rows.csv")
            stop.set()
            took = await joining
            result["join_ms"] = {"p50": took[len(took) // 2], "p99": took[int(len(took) * 0.99)], "count": len(took)}
            start = FIRST + MONTHS // 2 * MONTH
            month = await server.read("csv", f"from={start}&to={start + MONTH}")
            result["one_month"] = {"rows": month.rows, "seconds": month.seconds}
    finally:
        await store.close()
        await client.close()
        await redis.stop()
    say(f"{count:,} rows: COPY")
    result["copy"] = copy(count, folder / "rows.csv", result["csv"]["seconds"])
    return result


def copy(count: int, rows: Path, ours: float) -> dict[str, float] | None:
    """The same rows out of PostgreSQL; the best of three."""
    binaries = postgres.programs()
    if binaries is None:
        return None
    with postgres.running(binaries) as psql:
        postgres.load(psql, rows)
        seconds = min(postgres.copy_seconds(psql) for _ in range(3))
    return {"seconds": seconds, "rows_per_s": round(count / seconds), "ratio": seconds / ours}


def _best(reads: list[Read]) -> dict[str, float]:
    """The least CPU of the tries, since the machine's other work only ever adds; of memory and waiting the most."""
    least = min(reads, key=lambda read: read.cpu)
    return {
        "rows_per_cpu_s": round(least.rows / least.cpu),
        "cpu": least.cpu,
        "seconds": min(read.seconds for read in reads),
        "first_byte": max(read.first_byte for read in reads),
        "grown": max(read.grown for read in reads),
    }


async def _used(client: Client) -> int:
    text: bytes = await client.call("INFO", "memory")
    return int(text.split(b"used_memory:")[1].split(b"\r\n")[0])


def say(text: str) -> None:
    print(f"  {time.monotonic() - BEGAN:5.0f} s  {text}", file=sys.stderr, flush=True)


def table(results: list[dict[str, Any]]) -> str:
    """What a person wants to see."""
    head = ["rows", "bytes/row", "CSV rows/CPU s", "NDJSON rows/CPU s", "first byte ms", "growth MiB"]
    head += ["join p99 ms", "one month s", "COPY rows/s", "of COPY"]
    lines = []
    for r in results:
        c, n, pg = r["csv"], r["ndjson"], r["copy"]
        first, grown = max(c["first_byte"], n["first_byte"]) * 1000, max(c["grown"], n["grown"])
        cells = [f"{r['rows']:,}", f"{r['bytes_per_row']}", f"{c['rows_per_cpu_s']:,}", f"{n['rows_per_cpu_s']:,}"]
        cells += [f"{first:.0f}", f"{grown:.1f}", f"{r['join_ms']['p99']:.1f}", f"{r['one_month']['seconds']:.2f}"]
        cells += [f"{pg['rows_per_s']:,}", f"{pg['ratio']:.3f}"] if pg else ["-", "-"]
        lines.append(cells)
    width = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(line, width, strict=True)) for line in [head, *lines])


def figures(results: list[dict[str, Any]]) -> dict[str, float | None]:
    """The flat map by which runs are compared: of the largest clinic."""
    first, last = results[0], results[-1]
    per_row = [r["csv"]["cpu"] / r["rows"] for r in (first, last)]
    return {
        "csv_rows_per_cpu_s": last["csv"]["rows_per_cpu_s"],
        "ndjson_rows_per_cpu_s": last["ndjson"]["rows_per_cpu_s"],
        "rss_growth_mib": round(max(last[form]["grown"] for form in ("csv", "ndjson")), 1),
        "first_byte_ms": round(max(r[f]["first_byte"] for r in results for f in ("csv", "ndjson")) * 1000, 1),
        "bytes_per_row": last["bytes_per_row"],
        "growth_ratio_10k_1m": round(per_row[1] / per_row[0], 2),
        "postgres_copy_ratio": round(last["copy"]["ratio"], 3) if last["copy"] else None,
        "join_p99_ms": round(last["join_ms"]["p99"], 1),
    }


async def main() -> None:
    sizes = SIZES[:2] if os.environ.get("QUICK") else SIZES
    results = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-export-") as folder:
            results.append(await measure(size, Path(folder)))
    print(table(results))
    if sizes == SIZES:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        written = {"figures": figures(results), "machine": machine, "sizes": results}
        (RESULTS / "export.json").write_text(json.dumps(written, indent=2) + "\n")


BEGAN = time.monotonic()
if __name__ == "__main__":
    asyncio.run(main())
