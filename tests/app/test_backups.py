"""The drill: backup, wipe, restore, and every export is the same, byte for byte; and what a restore refuses."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from telehealth import backups, packs, settings
from telehealth.core.ids import SessionId
from telehealth.edge import agreement
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.web import build, runner
from telehealth.store import keys
from telehealth.store.archive import Secret
from telehealth.store.engines import Engine
from telehealth.store.redis_store import HalfRestored, Store
from telehealth.store.sealed import Keyring
from tests.app.test_serve import run
from tests.edge.clinic import BOB, CAROL, MAIN, MINUTE, Clinic, Evening, WoundClock
from tests.edge.clinic import running as clinic_running
from tests.support.redis import ENGINES, KEY, connected, looking_into, outside, running
from tests.support.wait import until

pytestmark = pytest.mark.asyncio
BACKUP_KEY = base64.b64encode(b"b" * 32).decode()
SETTINGS = {"TELEHEALTH_KEY": KEY, "TELEHEALTH_PROGRAMME": MAIN}
RANGE = "from=2020-01-01&to=2100-01-01"


def nothing(values: int) -> None:
    """Nobody looks."""


async def exported(store: Store, key: str) -> list[bytes]:
    """What a payer fetches: attendance as CSV, as NDJSON, and the sessions."""
    async with AsyncExitStack() as house:
        app = build(
            store,
            WoundClock(),
            public_url="http://127.0.0.1:1",
            zone="America/Chicago",
            agreement=agreement.latest(),
            policies=packs.load().policies,
            programme=MAIN,
        )
        serving = runner(app)
        house.push_async_callback(serving.cleanup)
        await serving.setup()
        await web.TCPSite(serving, "127.0.0.1", 0).start()
        http = await house.enter_async_context(
            aiohttp.ClientSession(
                f"http://127.0.0.1:{serving.addresses[0][1]}", headers={"Authorization": f"Bearer {key}"}
            )
        )
        found: list[bytes] = []
        for path in (f"/api/v1/attendance?{RANGE}&format=csv", f"/api/v1/attendance?{RANGE}&format=ndjson"):
            async with http.get(path) as answer:
                assert answer.status == 200, await answer.text()
                found.append(await answer.read())
        return found


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic that has held an evening."""
    async with clinic_running(tmp_path / "data") as clinic:
        session = replace(clinic.session(), id=SessionId("s-1"), starts=clinic.starts - 600 * MINUTE)
        session = replace(session, ends=session.starts + 180 * MINUTE)
        await clinic.store.sessions.put(session)
        evening = Evening(clinic.store, session)
        await evening.opens()
        await evening.seats(BOB, CAROL)
        await evening.ends()
        yield clinic


async def contents(url: str) -> dict[bytes, object]:
    """Every key that is not a server's own, with what it holds."""
    held: dict[bytes, object] = {}
    async with looking_into(url) as raw:
        for name in await raw.keys("*"):
            kind = await raw.type(name)
            if name.startswith((b"store:", b"{workers}", b"allow:")):
                continue
            match kind:
                case b"string":
                    held[name] = await raw.get(name)
                case b"hash":
                    held[name] = await raw.hgetall(name)
                case b"set":
                    held[name] = await raw.smembers(name)
                case b"zset":
                    held[name] = await raw.zrange(name, 0, -1, withscores=True)
                case _:
                    info = await raw.xinfo_stream(name)
                    kept = {word: info[word] for word in ("length", "last-generated-id", "entries-added")}
                    held[name] = (await raw.xrange(name), kept)
    return held


async def test_the_drill(clinic: Clinic, tmp_path: Path) -> None:
    """Made while the server runs, checked, restored into an empty folder: every key but the audit's own last entry and
    every export is the same; without the right key nothing is written; a second restore is refused."""
    text, record = mint(MAIN, (READ_ATTENDANCE,), "billing", clinic.clock.now())
    await clinic.store.access.put_api_key(replace(record, recipient="payer"))
    before = await exported(clinic.store, text)
    secret, file = tmp_path / "secret", tmp_path / "clinic.backup"
    secret.write_text(BACKUP_KEY + "\n")
    words = (str(file), "--key-file", str(secret))
    code, out, err = await run("backup", *words, "--data", str(tmp_path / "data"), environment=SETTINGS)
    assert (code, err) == (0, ""), err
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "data" / "backup.tmp").exists()
    was = await contents(clinic.redis.url)
    assert (await run("backup", *words, "--data", str(tmp_path / "data"), environment=SETTINGS))[0] == 1
    code, checked, _ = await run("restore", *words, "--check", "--data", str(tmp_path / "x"), environment=SETTINGS)
    assert (code, checked.splitlines()[1:]) == (0, out.splitlines()[1:])
    code, _, err = await run(
        "restore", *words, "--data", str(tmp_path / "new"), environment={**SETTINGS, "TELEHEALTH_KEY": BACKUP_KEY}
    )
    assert (code, "does not open what is in this archive" in err) == (1, True)
    assert not (tmp_path / "new").exists()
    bare = {**SETTINGS, "TELEHEALTH_KEY": ""}
    assert "key is missing" in (await run("restore", *words, "--data", str(tmp_path / "new"), environment=bare))[2]
    code, out, err = await run("restore", *words, "--data", str(tmp_path / "new"), environment=SETTINGS)
    assert (code, err, "read back" in out) == (0, "", True)
    async with running(tmp_path / "new" / "redis") as redis, connected(redis.url) as store:
        now = await contents(redis.url)
        audit = keys.audit(MAIN).encode()
        (was_audit, _), (now_audit, _) = was.pop(audit), now.pop(audit)  # type: ignore[misc]
        assert [place for place, _ in now_audit][:-1] == [place for place, _ in was_audit][:-1]
        assert (was_audit[-1][1][b"action"], now_audit[-1][1][b"action"]) == (b"backup.made", b"backup.restored")
        assert {name: held for name, held in now.items() if b":op:" not in name} == {
            name: held for name, held in was.items() if b":op:" not in name
        }
        assert await exported(store, text) == before
    code, _, err = await run("restore", *words, "--data", str(tmp_path / "new"), environment=SETTINGS)
    assert (code, "not empty" in err) == (1, True)


@pytest.mark.parametrize("source", ENGINES, ids=lambda engine: engine.family)
async def test_from_any_engine_to_any(source: Engine, tmp_path: Path) -> None:
    """What an outside Redis or Valkey held is restored on each engine, with every type, drop time, and empty stream."""
    secret, file = Secret("key", b"b" * 32), tmp_path / "all.backup"
    safe = {"appendonly": "yes", "appendfsync": "always", "repl_diskless_sync_delay": "0"}
    places = [tmp_path / name for name in ("source", *(engine.family for engine in ENGINES))]
    for place in places:
        place.mkdir()
    async with AsyncExitStack() as house:
        url, _ = await house.enter_async_context(outside(source, places[0], **safe))
        environment = {**SETTINGS, "TELEHEALTH_DATA": str(tmp_path / "data")}
        read = settings.read({**environment, "REDIS_URL": url})
        async with connected(url) as store, looking_into(url) as raw:
            await raw.set("{p}:s", b"\x00\xff", px=10_000_000)
            await raw.hset("{p}:h", mapping={f"f{n}": n for n in range(2_500)})
            await raw.sadd("{p}:t", *range(1_500))
            await raw.zadd("{p}:z", {f"m{n}": n * 1.5 for n in range(1_200)})
            for n in range(450):
                await raw.xadd("{p}:x", {"n": n}, id=f"{n + 1}-0")
            await raw.xdel("{p}:x", "450-0")
            await raw.xadd("{p}:e", {"n": 1}, id="7-0")
            await raw.xdel("{p}:e", "7-0")
            drops = await raw.pexpiretime("{p}:s")
            await backups.make(read, store, url, file, secret, nothing)
        was = await contents(url)
        for target, place in zip(ENGINES, places[1:], strict=True):
            other, _ = await house.enter_async_context(outside(target, place, **safe))
            await backups.restore(settings.read({**environment, "REDIS_URL": other}), file, secret, nothing)
            now = await contents(other)
            assert {n: v for n, v in now.items() if n.startswith(b"{p}")} == {
                n: v for n, v in was.items() if n.startswith(b"{p}")
            }
            async with looking_into(other) as raw:
                assert await raw.pexpiretime("{p}:s") == drops


async def test_a_restore_that_is_killed_opens_for_nobody_and_begins_anew(tmp_path: Path) -> None:
    """Half a restore is no record: a server refuses it with a sentence, and the same command makes it whole."""
    secret, file, data = tmp_path / "secret", tmp_path / "clinic.backup", tmp_path / "data"
    secret.write_text(BACKUP_KEY)
    words = (str(file), "--key-file", str(secret))
    async with running(tmp_path / "old" / "redis") as redis, connected(redis.url), looking_into(redis.url) as raw:
        async with raw.pipeline(transaction=False) as many:
            for number in range(30_000):
                many.hset(f"{{p}}:h{number}", mapping={"a": "b"})
            await many.execute()
        assert (await run("backup", *words, "--data", str(tmp_path / "old"), environment=SETTINGS))[0] == 0
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telehealth", "restore", *words, "--data", str(data)),
        env={**os.environ, **SETTINGS},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def writing() -> bool:
        log = next((data / "redis").glob("appendonlydir/*.incr.aof"), None) if (data / "redis").exists() else None
        return log is not None and log.stat().st_size > 20_000

    await until(writing, "the restore writes")
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    async with running(data / "redis") as redis:
        with pytest.raises(HalfRestored):
            await Store.connect(redis.url, Keyring.from_text(KEY))
    code, _, err = await run("restore", *words, "--data", str(data), environment=SETTINGS)
    assert (code, err) == (0, "")
    async with running(data / "redis") as redis, connected(redis.url), looking_into(redis.url) as raw:
        assert len(await raw.keys("{p}:h*")) == 30_000
