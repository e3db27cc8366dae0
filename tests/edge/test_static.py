"""The built web client: pages, hashed files with compressed siblings, and nothing else of the disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from .clinic import Clinic, running

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def built(tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic with a small built client."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    for name in ("staff", "join", "room", "docs", "verify", "stop", "calendar"):
        (static / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    (static / "assets" / "join-abc123.js").write_text("export {};" * 50)
    (static / "assets" / "join-abc123.js.gz").write_bytes(b"as gzip")
    (static / "assets" / "join-abc123.js.br").write_bytes(b"as brotli")
    (static / "manifest.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    async with running(tmp_path / "run", static=static) as clinic:
        yield clinic


async def test_each_page_has_its_path(built: Clinic) -> None:
    """/ is for staff, /j for clients, /room, /docs, /verify, /stop and /calendar; none is ever kept by a browser."""
    browser = built.browser()
    beside = {f"/{name}": name for name in ("room", "docs", "verify", "stop", "calendar")}
    for path, name in {"/": "staff", "/j": "join", **beside}.items():
        answer = await browser.get(path)
        assert answer.raw == f"<!doctype html><title>{name}</title>".encode()
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_hashed_files_are_kept_for_ever(built: Clinic) -> None:
    """With the right type, and compressed as the browser takes it."""
    http = built.browser().http
    http._auto_decompress = False
    for accepted, encoding in (("br, gzip", "br"), ("gzip", "gzip"), ("identity", None)):
        headers = {"Accept-Encoding": accepted}
        async with http.get("/assets/join-abc123.js", headers=headers) as answer:
            assert answer.headers.get("Content-Encoding") == encoding
            assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Vary"] == "Accept-Encoding"


async def test_nothing_else_is_served(built: Clinic) -> None:
    """No path leads out of the folder, to a page under another name, or to what the build only keeps for itself."""
    http = built.browser()
    for path in (
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/secret.txt",
        "/staff.html",
        "/manifest.json",
        "/assets/join-abc123.js.gz",
        "/assets/join-abc123.js.br",
        "/assets/",
        "/assets",
        "/assets/.hidden",
    ):
        answer = await http.get(path)
        assert answer.status == 404, path
        assert b"secret" not in answer.raw


async def test_a_missing_client_is_one_plain_sentence(tmp_path: Path) -> None:
    """Where nothing is built, every page says what to do, and the API works."""
    async with running(tmp_path, static=tmp_path / "nothing") as clinic:
        answer = await clinic.browser().get("/j")
        assert answer.status == 503
        assert b"The web client is not built." in answer.raw
        assert (await clinic.browser().get("/api/session")).status == 401
