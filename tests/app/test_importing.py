"""`telehealth import`: two thousand clients, all or nothing, also when killed at any moment."""

import asyncio
import csv
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from telehealth.cli_importing import sentence
from telehealth.core.ids import ProgrammeId
from telehealth.importing import table
from telehealth.store import keys
from telehealth.store.redis_store import Store
from tests.app.test_serve import run
from tests.support.redis import KEY, connected, looking_into, running
from tests.support.wait import until

pytestmark = pytest.mark.asyncio
P = ProgrammeId("main")
SETTINGS = {"TELEHEALTH_KEY": KEY}
FIRST = ("June", "Philippa", "Ash", "Cornelius", "Jo", "Henrietta", "Kit", "Wren")
LAST = ("Fernwhistle", "Quillbrook", "Thistlemoor", "Lanternby", "Pebblewick", "Snowberrow")


def tables(folder: Path, clients: int) -> list[str]:
    """Four tables of an invented clinic, and the words that name them."""
    folder.mkdir(exist_ok=True)
    rows: dict[str, list[dict[str, object]]] = {
        "clients": [
            {
                "mrn": f"{n:05}",
                "legal_name": f"{FIRST[n % 8]} {LAST[n % 6]}",
                "email": f"c{n}@example.org",
                "phone": "+1 202 555 0100",
                "birth_date": f"{1960 + n % 40}-03-{1 + n % 28:02}",
            }
            for n in range(clients)
        ],
        "staff": [
            {"sign_in": f"staff{n}", "legal_name": f"{FIRST[n % 8]} Vale", "role": "counsellor"} for n in range(20)
        ],
        "groups": [
            {
                "group": f"g{n}",
                "title": f"Group {n}",
                "kind": "group_therapy",
                "first": "2026-11-02",
                "at": "18:00",
                "minutes": 180,
                "capacity": 100,
                "rrule": "FREQ=WEEKLY;BYDAY=MO,WE,TH",
                "facilitators": f"staff{n % 20}",
            }
            for n in range(40)
        ],
        "enrolments": [
            {
                "mrn": f"{n:05}",
                "track": "day",
                "admitted": "2026-11-03",
                "counsellor": f"staff{n % 20}",
                "level": "asam-2-1-adult/1",
                "groups": f"g{n % 40}",
            }
            for n in range(clients)
        ],
    }
    words: list[str] = []
    for file, lines in rows.items():
        path = folder / f"{file}.csv"
        with path.open("w", newline="") as target:
            writer = csv.DictWriter(target, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
        words += [f"--{file}", str(path)]
    return words


async def counted(store: Store) -> tuple[int, int, int, int]:
    """Clients, staff, groups, enrolled."""
    return (
        len(await store.people.clients(P)),
        len(await store.people.staff(P)),
        len(await store.series.all(P)),
        len(await store.episodes.enrolled(P)),
    )


async def nothing_lies_about(raw: Redis) -> bool:
    """-1 is a key without an end; -2 one that has gone meanwhile."""
    return all([await raw.ttl(name) != -1 for name in await raw.keys("*staged*")])


async def test_two_thousand_clients(tmp_path: Path) -> None:
    """A dry run writes nothing; what the import brings in is read back by the product's own readers; a second one is
    refused line by line; whoever came in signs in after a first password. (How long it takes: make bench-programme.)"""
    data = tmp_path / "data"
    words = tables(tmp_path / "in", 2_000)
    async with running(data / "redis") as redis, connected(redis.url) as store, looking_into(redis.url) as raw:
        code, out, err = await run("import", *words, "--dry-run", "--data", str(data), environment=SETTINGS)
        assert (code, err, "Nothing is wrong with 2,000 clients" in out) == (0, "", True)
        assert await counted(store) == (0, 0, 0, 0)
        code, out, err = await run("import", *words, "--data", str(data), environment=SETTINGS)
        assert (code, err) == (0, "")
        assert await counted(store) == (2_000, 20, 40, 2_000)
        assert await raw.keys("*staged*") == []
        (june,) = await store.people.search(P, "june fern 00000")
        person = (await store.people.get(P, [june]))[june]
        assert (person.mrn, person.revision, len(await store.people.history(P, june))) == ("00000", 1, 1)
        (episode,) = (await store.episodes.of(P, [june]))[june]
        assert episode.track == "day"
        assert (await store.episodes.outlines(P, [june]))[june][0].admitted == episode.admitted
        assert len((await store.coverages.of(P, [june]))[june].cares) == 1
        (group,) = await store.series.of_client(P, june)
        assert (group.series.title, len(group.members)) == ("Group 0", 50)
        assert (await store.rotation.count()).unlisted == []
        code, out, err = await run("import", *words, "--data", str(data), environment=SETTINGS)
        assert (code, "faults; nothing was imported" in err) == (1, True)
        assert "clients, line 2: mrn is in the programme already" in out
        assert await counted(store) == (2_000, 20, 40, 2_000)
        code, out, _ = await run(
            "staff", "password", "staff3", "--data", str(data), environment=SETTINGS, typed="a long password\n"
        )
        assert code == 0
        actions = [fields[b"action"] for _, fields in await raw.xrange(keys.audit(P))]
        assert actions.count(b"import.done") == 1


async def test_killed_at_any_moment_it_is_all_or_nothing(tmp_path: Path) -> None:
    """kill -9 at moments from the start to the end: afterwards there is nothing of it or all; it can be repeated."""
    data = tmp_path / "data"
    words = tables(tmp_path / "in", 1_000)
    async with running(data / "redis") as redis, connected(redis.url) as store, looking_into(redis.url) as raw:
        found: set[tuple[int, int, int, int]] = set()
        for staged in (100, 1_500, 3_000):
            known = {one["id"] for one in await raw.client_list()}
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "telehealth", "import", *words, "--data", str(data)),
                env={**os.environ, **SETTINGS},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await until(partial(_reached, process, raw, staged), "so many keys, or its end")
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            await until(partial(_read, raw, known), "Redis has read all that the dead had sent")
            found.add(await counted(store))
            assert await nothing_lies_about(raw)
        assert found <= {(0, 0, 0, 0), (1_000, 20, 40, 1_000)}
        assert (0, 0, 0, 0) in found
        if (1_000, 20, 40, 1_000) not in found:
            assert (await run("import", *words, "--data", str(data), environment=SETTINGS))[::2] == (0, "")
        assert await counted(store) == (1_000, 20, 40, 1_000)


async def _reached(process: asyncio.subprocess.Process, raw: Redis, keys_there: int) -> bool:
    return process.returncode is not None or await raw.dbsize() >= keys_there


async def _read(raw: Redis, known: set[str]) -> bool:
    return {one["id"] for one in await raw.client_list()} <= known


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mrn\n1\n", "clients, line 1: legal_name is missing"),
        ("mrn,legal_name\n1,a,b\n", "clients, line 2: the line cannot be read, or cannot be so"),
        ('mrn,legal_name\n1,"a\n', "clients, line 2: the line cannot be read, or cannot be so"),
        ("mrn,legal_name,mrn\n", "clients, line 1: the line stands there twice"),
        ("", "clients, line 1: legal_name is missing"),
    ],
)
async def test_what_is_wrong_with_a_table(text: str, told: str) -> None:
    """Columns that are missing, cells too many, a file that is none: a sentence each."""
    _, faults = table("clients", text)
    assert told in [sentence(fault) for fault in faults]


async def test_lines_as_spreadsheets_write_them() -> None:
    """A byte order mark, empty lines and capitals in the head are no fault; lines count as in the file."""
    assert table("clients", "\ufeffMRN,Legal_Name\r\n,\r\n\r\n1,June\r\n") == (
        [(4, {"mrn": "1", "legal_name": "June"})],
        [],
    )
