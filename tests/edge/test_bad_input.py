"""Bodies that do not fit: too large, no JSON, unknown fields, wrong types, too slow. Each gets a stable code."""

import asyncio
import re
from urllib.parse import urlsplit

import pytest

from .clinic import CHECK_IN, TOKENS, Clinic

pytestmark = pytest.mark.asyncio

MALFORMED = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b'{"token":1}',
    b'{"token":null}',
    b"{}",
    b'{"token":"x","extra":1}',
    b'{"token":"\\ud800"}',
    b'{"token":"' + b"x" * 300 + b'"}',
    b"[" * 60_000,
    b'{"token":{"token":{"token":{}}}}',
    b'{"token":"x"}garbage',
)


async def test_malformed_bodies(clinic: Clinic) -> None:
    """400 "malformed", without a word of what was sent; the next good request is answered as ever."""
    browser = clinic.browser()
    for body in MALFORMED:
        answer = await browser.ask("POST", "/api/link", body)
        assert (answer.status, answer.code) == (400, "malformed"), body[:60]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = await browser.ask("POST", "/api/link", b'{"token":"x"}', Content_Type=kind)
        assert (answer.status, answer.code) == (400, "malformed"), kind
    assert (await clinic.client()).csrf


async def test_oversized_bodies(clinic: Clinic) -> None:
    """More than 256 KiB is 413 "too_large", with or without a length told beforehand."""
    browser = await clinic.client()
    answer = await browser.ask("PUT", "/api/check-in", b" " * (256 * 1024 + 1))
    assert (answer.status, answer.code) == (413, "too_large")

    async def chunks():  # type: ignore[no-untyped-def]
        for _ in range(40):
            yield b" " * 8192

    headers = {"Content-Type": "application/json", "X-CSRF": browser.csrf}
    async with browser.http.put("/api/check-in", data=chunks(), headers=headers) as answered:
        assert answered.status == 413
    assert (await browser.ask("PUT", "/api/check-in", CHECK_IN)).status == 204


async def test_refusals_are_counted_without_identities(clinic: Clinic) -> None:
    """Prometheus counts codes, routes by their pattern, and outcomes; no id, token or name stands in it."""
    browser = clinic.browser()
    await browser.ask("POST", "/api/link", b"{")
    await browser.ask("POST", "/api/link", {"token": "made-up"})
    await (await clinic.staff()).get("/api/staff/sessions/session-secret-id")
    await browser.ask("BREW", "/api/session")
    text = (await browser.get("/metrics")).raw.decode()
    assert 'telehealth_http_refusals_total{code="malformed"} 1.0' in text
    assert 'telehealth_links_total{outcome="refused"} 1.0' in text
    assert 'route="/api/staff/sessions/{session}"' in text
    for word in ("session-secret-id", "made-up", "alice", "BREW"):
        assert word not in text
    labels = set(re.findall(r'method="([^"]*)"', text))
    assert labels <= {"GET", "POST", "PUT", "DELETE", "other"}


async def test_garbage_instead_of_http(clinic: Clinic) -> None:
    """Bytes that are no HTTP end their own connection and nothing else; no address is logged (see conftest)."""
    where = urlsplit(clinic.url)
    for garbage in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/link HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/link HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /api/session HTTP/1.1\r\nHost: x\r\nCookie: " + TOKENS["id-bob-77a"].encode() * 500 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(garbage)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 4") or answer == b""
        writer.close()
        await writer.wait_closed()
    assert (await clinic.browser().get("/healthz")).status == 200
