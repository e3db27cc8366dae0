"""`telehealth verify` and `telehealth replay`, as an auditor and a biller run them, on a real store."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from telehealth import packs, proofs
from telehealth.core.attendance import Row, rows
from telehealth.core.events import Ended, Opened
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.store import keys
from telehealth.store.codec import row_fields
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.ports import Appended
from telehealth.store.redis_store import Store
from tests.app.test_serve import run
from tests.core.story import BOB, CAROL, Story
from tests.support.redis import KEY, connected, looking_into

pytestmark = pytest.mark.asyncio

P = ProgrammeId("main")
PACKS = packs.load()
POLICY = PACKS.policies[packs.DEFAULT]


@pytest_asyncio.fixture
async def store(one_redis: EmbeddedRedis) -> AsyncIterator[Store]:
    """A store with two evenings: Bob was there for all of each, Carol came eleven minutes late."""
    async with connected(one_redis.url) as made:
        for name in ("s1", "s2"):
            await keep(made, name)
        yield made


@pytest_asyncio.fixture
async def raw(one_redis: EmbeddedRedis) -> AsyncIterator[Redis]:
    async with looking_into(one_redis.url) as client:
        yield client


async def keep(store: Store, name: str) -> None:
    story = Story(expected=(BOB, CAROL)).begin(BOB)
    story.at("18:11").enter(CAROL)
    story.admit()
    story.at("21:00").end()
    opened = story.log[0]
    assert isinstance(opened, Opened)
    log = [replace(opened, programme=P, session=SessionId(name), policy=POLICY.id), *story.log[1:]]
    assert isinstance(log[-1], Ended)
    for version in range(0, len(log), 5):
        part = log[version : version + 5]
        made = rows(log, POLICY, until=None) if log[-1] in part else ()
        done = await store.logs.append(
            P, SessionId(name), version, part, op=f"{name}-{version}", actor="system", rows=made
        )
        assert isinstance(done, Appended)


async def command(one_redis: EmbeddedRedis, *words: str) -> tuple[int, str, str]:
    return await run(*words, environment={"REDIS_URL": one_redis.url, "TELEHEALTH_KEY": KEY, "TELEHEALTH_PROGRAMME": P})


async def test_an_untouched_record_holds(one_redis: EmbeddedRedis, store: Store) -> None:
    """Everything, and one session, with what was walked; a session that never was is said to be none."""
    code, out, err = await command(one_redis, "verify")
    walked = "2 sessions, 22 entries, 4 attendance rows, 6 audit entries: every link holds.\n"
    assert (code, out, err) == (0, walked, "")
    code, out, _ = await command(one_redis, "verify", "--session", "s2")
    assert (code, out) == (0, "1 sessions, 11 entries, 2 attendance rows: every link holds.\n")
    code, _, err = await command(one_redis, "verify", "--session", "s3")
    assert code == 1
    assert "no log of a session" in err


async def test_a_changed_entry_is_named(one_redis: EmbeddedRedis, store: Store, raw: Redis) -> None:
    """Somebody gives Carol eleven minutes more: the entry is named, and the command fails."""
    name = keys.room(P, SessionId("s1"), "log")
    entries = await raw.xrange(name)
    await raw.delete(name)
    for place, (entry_id, fields) in enumerate(entries, 1):
        changed = {**fields, b"at": b"1790064800000"} if place == 6 else fields
        await raw.xadd(name, changed, id=entry_id)
    code, out, err = await command(one_redis, "verify")
    assert code == 1
    assert out == "session s1: entry 6 does not follow from what stands before it\n"
    assert "1 faults in 2 sessions" in err


async def faults(store: Store) -> list[str]:
    return (await proofs.verify(store, P, PACKS)).faults


async def test_a_changed_row_is_named(store: Store, raw: Redis) -> None:
    """A row that the log does not make, one of another log, and rows without a log."""
    month = keys.attendance(P, "2026-09")
    stored = [row async for _, row in store.attendance.closed(P, *proofs.EVER)]
    assert {row.session for row in stored} == {"s1", "s2"}

    async def instead(first: Row) -> None:
        await raw.delete(month)
        for row in [first, *stored[1:]]:
            await raw.xadd(month, dict(row_fields(row)))

    who = f"session s1, client {stored[0].client}: "
    await instead(replace(stored[0], attended_ms=1))
    assert await faults(store) == [f"{who}the row is not what the log says"]
    await instead(replace(stored[0], head="f" * 64))
    assert await faults(store) == [f"{who}the row was made from another log"]
    await instead(replace(stored[0], client=PersonId("id-nobody")))
    assert await faults(store) == ["session s1, client id-nobody: the row is not what the log says"]
    await instead(replace(stored[0], policy="unknown/1"))
    assert await faults(store) == []
    await instead(replace(stored[0], head="", modality=None))  # as the first release wrote it
    assert await faults(store) == []
    await raw.delete(keys.room(P, SessionId("s1"), "log"))
    assert await faults(store) == ["session s1: there are attendance rows, and no log"]


async def test_what_cannot_be_read_is_a_fault_and_no_crash(
    one_redis: EmbeddedRedis, store: Store, raw: Redis, tmp_path: Path
) -> None:
    """A damaged row and a damaged entry are named by both commands, in sentences."""
    month = keys.attendance(P, "2026-09")
    entries = await raw.xrange(month)
    await raw.xadd(month, {**entries[0][1], b"minutes": b"many"})
    code, out, err = await command(one_redis, "verify")
    assert (code, "Traceback" in err) == (1, False)
    assert "cannot be read; later rows were not looked at" in out
    file = tmp_path / "strict.toml"
    file.write_text(STRICT)
    code, _, err = await command(one_redis, "replay", "--pack", str(file), "--from", "2026-09-01", "--to", "2026-09-30")
    assert (code, "Traceback" in err) == (1, False)
    assert "`telehealth verify` says where" in err


async def test_a_log_of_another_session_is_named(store: Store, raw: Redis) -> None:
    """Whole and well linked, but copied to where it does not belong."""
    for entry_id, fields in await raw.xrange(keys.room(P, SessionId("s1"), "log")):
        await raw.xadd(keys.room(P, SessionId("copy"), "log"), fields, id=entry_id)
    found = await proofs.verify(store, P, PACKS, SessionId("copy"))
    assert found.faults == ["session copy: the log is that of another session"]


STRICT = """
pack = "attendance"
name = "strict"
version = 1
source = "A trial"
late_after_minutes = 15
left_early_minutes = 0
absent_below_percent = 50
present_from_percent = 90
"""


async def test_another_policy_is_tried_on_the_past(one_redis: EmbeddedRedis, store: Store, tmp_path: Path) -> None:
    """Only what differs is printed, row by row; nothing that is stored changes."""
    file = tmp_path / "strict.toml"
    file.write_text(STRICT)
    before = [row async for _, row in store.attendance.closed(P, *proofs.EVER)]
    words = ("replay", "--pack", str(file), "--from", "2026-09-01", "--to", "2026-09-30")
    code, out, err = await command(one_redis, *words)
    assert code == 0
    assert out.splitlines() == [
        "session_or_day\tclient\tcolumn\tbefore\tafter",
        f"s1\t{CAROL}\tstatus\tlate\tpresent",
        f"s2\t{CAROL}\tstatus\tlate\tpresent",
    ]
    assert err == "4 attendance rows, 2 values differ.\n"
    assert [row async for _, row in store.attendance.closed(P, *proofs.EVER)] == before


async def test_two_contracts_are_compared(one_redis: EmbeddedRedis, store: Store) -> None:
    """Units under one rule against another; without another all of them are shown; a day is a day."""
    data = Path(packs.__file__).parent / "data" / "packs"
    between = ("--from", "2026-09-01", "--to", "2026-09-30")
    eight, ceiling = str(data / "cms-8-minute.toml"), str(data / "up-to-ceiling-15.toml")
    _, out, _ = await command(one_redis, "replay", "--pack", eight, "--against", ceiling, *between)
    assert out.splitlines()[1:] == [f"{name}\t{CAROL}\tunits\t12\t11" for name in ("s1", "s2")]  # of 169 minutes
    _, out, _ = await command(one_redis, "replay", "--pack", eight, *between)
    assert out.splitlines()[1] == f"s1\t{BOB}\tunits\t\t12"
    _, out, _ = await command(one_redis, "replay", "--pack", str(data / "h0015-day.toml"), *between)
    assert f"{CAROL}\tper_diem_met\t\tyes" in out
    _, out, _ = await command(one_redis, "replay", "--pack", str(data / "texas-564-901.toml"), *between)
    assert f"s1\t{BOB}\tcap_exceeded\t\tno" in out


@pytest.mark.parametrize(
    ("pack", "day", "says"),
    [
        ("iop-nudges.toml", "2026-09-01", "no pack that judges rows"),
        ("per-diem-180.toml", "2026-09-01", "no pack that judges rows"),
        ("nothing.toml", "2026-09-01", "cannot be read"),
        ("cms-8-minute.toml", "last week", "--from and --to are days"),
    ],
)
async def test_what_cannot_be_replayed_is_one_sentence(
    one_redis: EmbeddedRedis, store: Store, pack: str, day: str, says: str
) -> None:
    """A pack that says nothing about rows, a file that is none, a day that is none."""
    file = Path(packs.__file__).parent / "data" / "packs" / pack
    code, out, err = await command(one_redis, "replay", "--pack", str(file), "--from", day, "--to", "2026-09-30")
    assert (code, out) == (1, "")
    assert says in err
    assert "Traceback" not in err
