"""The security headers stand on every answer, and errors are calm and say nothing."""

import pytest
from multidict import CIMultiDict

from telehealth.edge.headers import ALWAYS
from telehealth.edge.web import ROUTES

from .clinic import Clinic

pytestmark = pytest.mark.asyncio

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types app",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), "
    "fullscreen=(self), screen-wake-lock=(self), picture-in-picture=(self), geolocation=(), payment=(), usb=(), "
    "serial=(), hid=(), midi=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _guarded(headers: CIMultiDict[str]) -> None:
    for name, value in EXPECTED.items():
        assert headers[name] == value, name
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "web"


async def test_every_route_carries_the_headers(clinic: Clinic) -> None:
    """Signed in or not, found or not, refused or not, for every method."""
    assert {name: ALWAYS[name] for name in EXPECTED} == EXPECTED
    paths = {path.replace("{session}", "s").replace("{about}", "group").replace("{name}", "x") for _, path, _ in ROUTES}
    browser = clinic.browser()
    for path in sorted(paths | {"/nothing/here", "/api/nothing", "/api/v1/nothing", "/assets/x.js", "/%2e%2e/etc"}):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"):
            answer = await browser.ask(method, path)
            _guarded(answer.headers)
            assert answer.status < 600


async def test_answers_of_staff_routes_carry_them_too(clinic: Clinic) -> None:
    """Also where there is something to tell, and where a stream is sent."""
    alice = await clinic.staff()
    for path in ("/api/session", "/api/staff/sessions", "/api/v1/attendance?from=2026-01-01&to=2026-12-31&format=csv"):
        answer = await alice.get(path)
        assert answer.status == 200
        _guarded(answer.headers)


async def test_errors_are_json_under_api_and_a_plain_page_elsewhere(clinic: Clinic) -> None:
    """Neither names a product, a version or a path."""
    browser = clinic.browser()
    api = await browser.get("/api/nothing")
    assert (api.status, api.json) == (404, {"code": "no_such_thing", "message": "There is nothing here."})
    page = await browser.get("/nothing/here")
    assert page.status == 404
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"There is nothing here." in page.raw
    for answer in (api, page):
        for word in (b"telehealth", b"aiohttp", b"nothing/here", b"rehab", b"<script", b"<style", b"style="):
            assert word not in answer.raw
    wrong = await browser.ask("DELETE", "/api/session")
    assert (wrong.status, wrong.code) == (405, "no_such_thing")
    assert "GET" in wrong.headers["Allow"]


async def test_a_bug_is_answered_and_not_told(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The asker gets "internal" and the headers; the log gets types and lines (its formatter drops the text)."""

    async def broken(*_: object, **__: object) -> None:
        raise ValueError("something broke")

    alice = await clinic.staff()
    monkeypatch.setattr(clinic.store.sessions, "between", broken)
    answer = await alice.get("/api/staff/sessions")
    assert (answer.status, answer.code) == (500, "internal")
    _guarded(answer.headers)
    assert b"broke" not in answer.raw
