"""A note's text is nowhere but in its sealed field: not in a log, a refusal, a figure, a process or a command."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from telehealth.store.embedded import EmbeddedRedis
from tests.support import canary
from tests.support.redis import looking_into
from tests.support.server import Server, running

pytestmark = pytest.mark.asyncio

TEXT = "canary-note: what nobody may ever read elsewhere"


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """The demo, as `make run` starts it."""
    async with running(tmp_path / "data") as server:
        yield server


async def test_a_note_is_said_nowhere(server: Server) -> None:
    """Progress note, counselling note, phrase, goal, reasons and comments are written and refused in every way, keys
    are rotated, the record is verified and searched: the text is in no log line, no answer that refuses, no figure, no
    key or value of Redis, no command line or environment, and no output of a command."""
    demo = json.loads((server.folder / "demo.json").read_text())
    group, client = demo["group"], demo["clients"][0]["person"]
    refusals: list[str] = []
    async with aiohttp.ClientSession(server.base, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        signed = await http.post("/api/staff/sign-in", json={"name": demo["name"], "password": demo["password"]})
        csrf = (await signed.json())["csrf"]

        async def ask(method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
            sent = {"X-CSRF": csrf, "Content-Type": "application/json", **headers}
            data = body if isinstance(body, str) else None if body is None else json.dumps(body)
            async with http.request(method, path, data=data, headers=sent) as answer:
                text = await answer.text()
                assert answer.status == status, (path, answer.status)
                if status >= 400 and status != 412:
                    refusals.append(text)
                return json.loads(text) if text else None

        notes, own = f"/api/staff/sessions/{group}/notes", f"/api/staff/sessions/{group}/counselling"
        written, first = {"text": TEXT}, {"If-Match": '"0"'}
        await ask("PUT", f"{notes}/{client}", written, 200, **first)
        await ask("PUT", f"{notes}/{client}", written, 412, **first)
        await ask("PUT", f"{notes}/{client}", json.dumps(written)[:-1], 400, **{"If-Match": '"1"'})
        await ask("PUT", f"{notes}/{client}", {**written, "extra": TEXT}, 400, **{"If-Match": '"1"'})
        await ask("PUT", f"{notes}/{client}", {"text": TEXT * 4000}, 400, **{"If-Match": '"1"'})
        await ask("PUT", f"{own}/{client}", written, 200, **first)
        await ask("PUT", f"{own}/{client}", {"text": f"{TEXT} at 18:05"}, 409, **{"If-Match": '"1"'})
        await ask("PUT", f"{own}/{TEXT[:11]}", written, 404, **first)
        await ask("PUT", "/api/staff/phrases/phrase-01", {"label": "x", "text": TEXT})
        await ask("PUT", "/api/staff/phrases/phrase-02", {"label": TEXT * 9, "text": TEXT}, 400)
        opening = await ask("POST", "/api/staff/break-glass", {"client": client, "reason": TEXT}, 201)
        assert TEXT in json.dumps(await ask("GET", f"/api/staff/break-glass/{opening['id']}/notes"))
        await ask("POST", "/api/staff/break-glass", {"client": client, "reason": TEXT, "minutes": 9999}, 400)
        said = {"session": group, "client": client, "minutes": 5, "reason": TEXT}
        await ask("POST", "/api/v1/corrections", said, 409)
        async with http.get("/metrics") as answer:
            assert not canary.said_in(await answer.text())
    assert refusals
    assert not canary.said_in("\n".join(refusals))
    output = [await server.run(*words) for words in (("verify",), ("audit", "search"), ("keys", "rotate"))]
    assert "counselling.saved" in output[1]
    assert not canary.said_in("\n".join(output))
    async with looking_into(EmbeddedRedis(server.folder / "redis").url) as raw:
        assert await canary.in_redis(raw) == []
    assert canary.in_processes(server.tree()) == []
