"""A node from outside, as an operator meets it: it starts, says how to get in, and leaves nothing behind."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest

from tests.support.processes import ended, media_workers, tree_of
from tests.support.redis import KEY, connected, looking_into
from tests.support.redis import running as redis_running
from tests.support.server import Server, free_port, running
from tests.support.wait import until


async def run(*words: str, environment: dict[str, str] | None = None, typed: str = "") -> tuple[int, str, str]:
    """A `telehealth` command that ends by itself: status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "telehealth",
        *words,
        env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(typed.encode()), 20)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def all_ended(pids: Sequence[int], within: float) -> None:
    """Wait until none of the processes runs."""

    async def none_left() -> bool:
        return all(ended(pid) for pid in pids)

    await until(none_left, f"all of {pids} have ended", within)


async def status(url: str, key: str = "") -> int:
    """The status of a GET request."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status


@pytest.mark.asyncio
async def test_a_second_start_has_the_same_way_in_and_the_first_leaves_nothing(tmp_path: Path) -> None:
    """Ready means ready; Ctrl-C ends Redis and media workers within 5 s; the next start prints the same lines."""
    async with running(tmp_path / "data") as server:
        first = server.demo
        assert len(first.client_urls) == 9
        assert await status(f"{server.base}/healthz") == 200
        assert await status(f"{server.base}/readyz") == 200
        processes = server.tree()
        assert len(processes) >= 4, "the server, its Redis, two media workers"
        began = time.monotonic()
        await server.stop()
        await all_ended(processes, 5 - (time.monotonic() - began))
        assert await server.start() == first


@pytest.mark.asyncio
async def test_a_killed_server_leaves_no_process(tmp_path: Path) -> None:
    """After `kill -9` of the parent alone its Redis and its media workers end, too, and a new start works at once."""
    async with running(tmp_path / "data") as server:
        first, processes = server.demo, server.tree()
        os.kill(server.pid, signal.SIGKILL)
        assert await server.start() == first
        await all_ended(processes, 5)


@pytest.mark.asyncio
async def test_the_server_ends_with_the_make_that_started_it(tmp_path: Path) -> None:
    """With --parent, as `make run` starts it, the server and its children end when that process is killed."""
    server = Server(tmp_path / "data", free_port())
    wrapper = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f"{' '.join(server.command('serve', '--demo'))} --parent $$ & wait",
        env=server.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    assert wrapper.stdout is not None
    while not (await asyncio.wait_for(wrapper.stdout.readline(), 40)).startswith(b"api "):
        continue
    processes = tree_of(wrapper.pid)
    assert len(processes) >= 5
    wrapper.kill()
    await wrapper.wait()
    await all_ended(processes, 5)


@pytest.mark.asyncio
async def test_a_dead_media_worker_is_replaced(tmp_path: Path) -> None:
    """After `kill -9` of a media worker the server has as many as before, and stays ready."""
    async with running(tmp_path / "data") as server:
        workers = media_workers(server.pid)
        os.kill(workers[0], signal.SIGKILL)

        async def replaced() -> bool:
            now = media_workers(server.pid)
            return len(now) == len(workers) and workers[0] not in now

        await until(replaced, "the media worker is replaced")
        assert await status(f"{server.base}/readyz") == 200


@pytest.mark.asyncio
async def test_an_outside_redis_is_used_if_it_keeps_what_it_acknowledges(tmp_path: Path) -> None:
    """With REDIS_URL and a key nothing is kept in the data folder but the demo's; an unsafe Redis is refused."""
    async with redis_running(tmp_path / "redis") as redis, looking_into(redis.url) as raw:
        environment = {"REDIS_URL": redis.url, "TELEHEALTH_KEY": KEY}
        async with running(tmp_path / "data", environment) as server:
            assert await status(f"{server.base}/readyz") == 200
            assert not (server.folder / "redis").exists()
            assert not (server.folder / "key").exists()
        await raw.config_set("appendfsync", "everysec")
        code, out, err = await run("serve", "--port", str(free_port()), environment=environment)
        assert (code, out) == (1, "")
        assert "appendfsync is everysec" in err
        assert "Traceback" not in err


@pytest.mark.asyncio
async def test_what_hinders_a_start_is_one_sentence(tmp_path: Path) -> None:
    """A port that is taken, a folder in use and a senseless setting are each said in one line, without a traceback."""
    async with running(tmp_path / "data") as server:
        words = ("serve", "--data", str(tmp_path / "other"), "--port", str(server.port))
        code, out, taken = await run(*words)
        assert (code, out) == (1, "")
        assert taken == (
            f"telehealth: Port {server.port} is taken by another program; "
            "choose another (--port, or make run PORT=...).\n"
        )
        assert not (tmp_path / "other").exists()

        code, out, used = await run("serve", "--data", str(server.folder), "--port", str(free_port()))
        assert (code, out) == (1, "")
        assert f"in use by another server (process {server.pid})" in used
        assert used.count("\n") == 1

    code, out, unsafe = await run("serve", environment={"TELEHEALTH_GRACE": "soon"})
    assert (code, out) == (1, "")
    assert unsafe == "telehealth: TELEHEALTH_GRACE must be a whole number from 5 to 600.\n"


@pytest.mark.asyncio
async def test_api_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    """A new key opens the export at once, the list never shows it, and a revoked one opens nothing."""
    async with running(tmp_path / "data") as server:
        export = f"{server.base}/api/v1/attendance?from=0&to=1"
        assert await status(export) == 401
        key = (await server.run("apikey", "create", "--label", "billing")).strip()
        assert await status(export, key) == 200
        listed = await server.run("apikey", "list")
        assert "billing" in listed
        assert key.split("_", 2)[2] not in listed
        await server.run("apikey", "revoke", key.split("_")[1])
        assert await status(export, key) == 401
        assert "revoked" in await server.run("apikey", "list")


@pytest.mark.asyncio
async def test_staff_and_links_that_an_administrator_made_work_at_once(tmp_path: Path) -> None:
    """A new member of staff signs in with the password that was typed; a new link opens the session of its series."""
    async with running(tmp_path / "data") as server, aiohttp.ClientSession() as http:
        add = ("staff", "add", "sam", "--legal-name", "Sam Example", "--data", str(server.folder))
        code, out, err = await run(*add, typed="too short\n")
        assert (code, out) == (1, "")
        assert err == "telehealth: A password needs at least 12 characters.\n"
        code, out, err = await run(*add, typed="correct horse battery\n")
        assert (code, out, err) == (0, "sam can sign in now.\n", "")
        code, out, err = await run(*add, typed="another long password\n")
        assert (code, err) == (1, "telehealth: Somebody signs in with this name already; choose another.\n")
        body = {"name": "sam", "password": "correct horse battery"}
        async with http.post(f"{server.base}/api/staff/sign-in", json=body) as answer:
            assert answer.status == 200

        made = json.loads((server.folder / "demo.json").read_text())
        client = made["clients"][3]["person"]
        url = (await server.run("link", "create", client, "--series", made["group_series"])).strip()
        assert url.startswith(f"{server.base}/j#")
        async with http.post(f"{server.base}/api/link", json={"token": url.partition("#")[2]}) as answer:
            assert answer.status == 200
            assert (await answer.json())["session"] == made["group"]


@pytest.mark.asyncio
async def test_an_administrators_command_without_a_server_is_one_sentence(tmp_path: Path) -> None:
    """It says what to do, and makes neither folder nor key."""
    code, out, err = await run("apikey", "list", "--data", str(tmp_path / "none"))
    assert (code, out) == (1, "")
    assert err.startswith("telehealth: No server runs on the data folder")
    assert err.count("\n") == 1
    assert not (tmp_path / "none").exists()


@pytest.mark.asyncio
async def test_a_worker_of_another_machine_joins_and_leaves_by_its_lease(tmp_path: Path) -> None:
    """`telehealth media` needs only Redis and the shared secret, is reached over TCP, and is gone at SIGTERM."""
    async with redis_running(tmp_path / "redis") as redis, connected(redis.url) as store:
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "telehealth", "media"),
            env={
                **os.environ,
                "REDIS_URL": redis.url,
                "TELEHEALTH_DATA": str(tmp_path / "data"),
                "TELEHEALTH_MEDIA_CONTROL": f"tcp:127.0.0.1:{port}",
                "TELEHEALTH_MEDIA_SECRET": "s" * 32,
                "TELEHEALTH_MEDIA_HOST": "127.0.0.1",
            },
            stderr=asyncio.subprocess.DEVNULL,
        )

        async def leases() -> list[str]:
            return [lease.control for lease in await store.workers.alive()]

        try:
            assert await until(leases, "the worker has a lease") == [f"tcp:127.0.0.1:{port}"]
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 5) == 0
            assert await leases() == []
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
