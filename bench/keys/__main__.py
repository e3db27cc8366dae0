"""`python -m bench.keys`: how fast a key is changed while a server goes on writing.

An embedded Redis with the production settings is filled with people (8 sealed values each), sessions, check-ins and
notes with five revisions of 2 KiB; then everything is sealed anew while another connection saves a note 50 times a
second. The figures are records (keys in Redis that hold something sealed) and values a second, and what the writer
waited for. VALUES=100000 is how many sealed values there are, about.
"""

import asyncio
import base64
import json
import os
import platform
import secrets
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.note_records import NoteSection, NoteState, free
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.ports import NoteAct
from telehealth.store.redis_store import Store
from telehealth.store.rotation import Progress
from telehealth.store.sealed import Keyring

RESULTS = Path(__file__).parent.parent / "results"
VALUES = int(os.environ.get("VALUES") or 100_000)
P = ProgrammeId("bench")
AT: Millis = 1_795_564_800_000
REVISIONS = 5
OF_ONE = 8 + 1 + 1 + 1 + REVISIONS
"""Values: a person, a session's title, a check-in, a note and its revisions."""
AT_ONCE = 64
LEAST = 2_000
"""Records a second that are asked for."""


def section(session: str, client: str, revision: int, text: str) -> NoteSection:
    return NoteSection(SessionId(session), PersonId(client), revision, NoteState.DRAFT, free(text), PersonId("w"), AT)


async def one(store: Store, number: int, text: str) -> int:
    """Everything about one client of one session; how many records that is."""
    client, session = PersonId(f"c{number}"), SessionId(f"s{number}")
    await store.people.put(P, rec.Person(client, False, f"Client {number}", "C", f"c{number}@example.org"))
    await store.sessions.put(
        rec.Session(session, P, None, "individual", f"C {number}", AT, AT + 1, "UTC", 1, (PersonId("w"),), (client,))
    )
    await store.sessions.put_check_in(P, rec.CheckIn(session, client, AT, "place", "NY", "a", "b", "c", True, "v"))
    for revision in range(1, REVISIONS + 1):
        act = NoteAct("note.saved", PersonId("w"), AT)
        await store.notes.write(P, [section(session, client, revision, text)], act)
    return 5


async def fill(store: Store, clients: int) -> int:
    text, gate = secrets.token_hex(1024), asyncio.Semaphore(AT_ONCE)

    async def bounded(number: int) -> int:
        async with gate:
            return await one(store, number, text)

    return sum(await asyncio.gather(*(bounded(number) for number in range(clients))))


async def type_on(store: Store, waits: list[float]) -> None:
    """A note that grows, 50 saves a second, for ever."""
    revision = 0
    while True:
        revision += 1
        began = time.perf_counter()
        act = NoteAct("note.saved", PersonId("w"), AT)
        saved = await store.notes.write(P, [section("typed", "typed", revision, "x" * 4096)], act)
        assert saved is not None
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, 0.02 - waits[-1]))


async def main() -> None:
    old, new = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        redis = EmbeddedRedis(Path(folder) / "redis")
        await redis.start()
        try:
            filling = await Store.connect(redis.url, Keyring.from_text(old))
            records = await fill(filling, max(1, VALUES // OF_ONE))
            await filling.close()
            typing = await Store.connect(redis.url, Keyring.from_text(f"{new} {old}"))
            rotating = await Store.connect(redis.url, Keyring.from_text(f"{new} {old}"))
            waits: list[float] = []
            writer = asyncio.create_task(type_on(typing, waits))
            told: list[tuple[float, Progress]] = []
            began = time.perf_counter()
            census = await rotating.rotation.run(lambda progress: told.append((time.perf_counter() - began, progress)))
            took = time.perf_counter() - began
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            walked, last = told[-1]
            await typing.close()
            await rotating.close()
        finally:
            await redis.stop()
    cuts = quantiles(waits, n=100)
    rate = records / walked
    figures = {
        "records": records,
        "values": last.resealed,
        "seconds_of_sealing": round(walked, 2),
        "seconds_with_proof": round(took, 2),
        "records_a_second": round(rate),
        "values_a_second": round(last.resealed / walked),
        "save_meanwhile_p50_ms": round(cuts[49] * 1000, 2),
        "save_meanwhile_p99_ms": round(cuts[98] * 1000, 2),
        "left_under_the_old_key": sum(census.older.values()),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    print(json.dumps(figures, indent=2))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "keys.json").write_text(json.dumps(figures, indent=2) + "\n")
    if not census.done or rate < LEAST:
        sys.exit(f"bench.keys: fewer than {LEAST:,} records a second, or something is left")


if __name__ == "__main__":
    asyncio.run(main())
