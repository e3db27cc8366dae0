"""Staff sign in and out: good and bad, limits, cookies, CSRF, foreign pages, and when a browser runs out."""

import time
from pathlib import Path

import pytest

from telehealth.core.access_table import ever
from telehealth.core.ids import Millis
from telehealth.core.roles import StaffRole
from telehealth.edge.browser import IDLE, LONGEST
from telehealth.edge.sign_in import PER_PAIR

from .clinic import ALICE, BEN, NAMES, PASSWORDS, Clinic, running

pytestmark = pytest.mark.asyncio


async def test_a_good_password_signs_in(clinic: Clinic) -> None:
    """The answer says who it is and carries the CSRF token; the session holds for the next request."""
    browser = await clinic.staff()
    answer = await browser.get("/api/session")
    assert answer.status == 200
    assert answer.json == {
        "kind": "staff",
        "csrf": browser.csrf,
        "person": ALICE,
        "alias": "alice",
        "legal_name": NAMES[ALICE][1],
        "role": "facilitator",
        "staff_role": "facilitator",
        "may": sorted(ever(StaffRole.FACILITATOR)),
        "demo": False,
    }


async def test_a_sign_in_name_is_written_as_people_write_it(clinic: Clinic) -> None:
    """Case and spaces around a name do not matter."""
    answer = await clinic.browser().ask("POST", "/api/staff/sign-in", {"name": " ALICE ", "password": PASSWORDS[ALICE]})
    assert answer.status == 200


async def test_bad_passwords_and_unknown_names_are_answered_alike(clinic: Clinic) -> None:
    """The answers are the same to the byte, and the work is the same: argon2 runs for a name that nobody has."""
    wrong = await clinic.browser().ask("POST", "/api/staff/sign-in", {"name": "alice", "password": "wrong"})
    began = time.monotonic()
    nobody = await clinic.browser().ask("POST", "/api/staff/sign-in", {"name": "nobody", "password": "wrong"})
    took = time.monotonic() - began
    assert wrong.status == nobody.status == 401
    assert wrong.raw == nobody.raw
    assert wrong.code == "not_signed_in"
    assert "Set-Cookie" not in wrong.headers
    assert took > 0.01, "an argon2id hash takes longer than this on any machine"


async def test_guessing_is_slowed_down(clinic: Clinic) -> None:
    """After a few attempts at one name from one address even the right password gets 429; another name is let in."""
    guesser = clinic.browser()
    for _ in range(PER_PAIR):
        answer = await guesser.ask("POST", "/api/staff/sign-in", {"name": "alice", "password": "guess"})
        assert answer.status == 401
    answer = await guesser.ask("POST", "/api/staff/sign-in", {"name": "Alice", "password": PASSWORDS[ALICE]})
    assert (answer.status, answer.code) == (429, "too_many")
    assert answer.headers["Retry-After"]
    await clinic.staff(BEN)


async def test_the_cookie_on_plain_http(clinic: Clinic) -> None:
    """It is out of reach for scripts and foreign pages; `Secure` would keep it from a demo on localhost."""
    answer = await clinic.browser().ask("POST", "/api/staff/sign-in", {"name": "alice", "password": PASSWORDS[ALICE]})
    assert answer.cookies.startswith("Set-Cookie: session=")
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in answer.cookies
    assert "Secure" not in answer.cookies
    assert "Domain" not in answer.cookies
    assert "Strict-Transport-Security" not in answer.headers


async def test_the_cookie_on_https(tmp_path: Path) -> None:
    """On https it has the `__Host-` prefix and `Secure`, and the browser is told to stay on https."""
    async with running(tmp_path, public_url="https://sessions.example.org") as clinic:
        answer = await clinic.browser().ask(
            "POST", "/api/staff/sign-in", {"name": "alice", "password": PASSWORDS[ALICE]}
        )
    assert answer.cookies.startswith("Set-Cookie: __Host-session=")
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/", "Secure"):
        assert flag in answer.cookies
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_unsafe_requests_need_the_csrf_token(clinic: Clinic) -> None:
    """Without it, or with another's, nothing happens and the browser stays signed in."""
    browser = await clinic.staff()
    other = await clinic.staff(BEN)
    for csrf in ("", other.csrf, browser.csrf + "x", "\u00e9"):
        answer = await browser.ask("POST", "/api/sign-out", X_CSRF=csrf)
        assert (answer.status, answer.code) == (403, "not_allowed")
    assert (await browser.get("/api/session")).status == 200


async def test_foreign_pages_are_turned_away(clinic: Clinic) -> None:
    """A request whose `Origin` is not ours is refused before anything else is looked at, signed in or not."""
    browser = await clinic.staff()
    for origin in ("https://evil.example", "null", "http://127.0.0.1:2", "http://127.0.0.1:1.evil.example"):
        for method, path in (("POST", "/api/sign-out"), ("POST", "/api/staff/sign-in"), ("POST", "/api/link")):
            answer = await browser.ask(method, path, {"name": "alice", "password": PASSWORDS[ALICE]}, Origin=origin)
            assert (answer.status, answer.code) == (403, "not_allowed")
    assert (await browser.get("/api/session")).status == 200


async def test_our_own_pages_are_known_by_every_name_of_this_machine(clinic: Clinic) -> None:
    """A demo that is opened as localhost works, though its address was printed as 127.0.0.1."""
    for origin in ("http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"):
        browser = await clinic.staff()
        assert (await browser.ask("POST", "/api/sign-out", Origin=origin)).status == 204


async def test_signing_out_ends_the_session(clinic: Clinic) -> None:
    """The cookie is worth nothing afterwards, even to somebody who kept it; open sockets are told."""
    browser = await clinic.staff()
    kept = {c.key: c.value for c in browser.http.cookie_jar}
    assert (await browser.ask("POST", "/api/sign-out")).status == 204
    assert clinic.signed_out == [{"link": "", "csrf": browser.csrf}]
    thief = clinic.browser()
    thief.http.cookie_jar.update_cookies(kept)
    assert (await thief.get("/api/session")).status == 401


async def test_signing_in_ends_the_session_before(clinic: Clinic) -> None:
    """A cookie that was planted or shared before does not become the signed-in one."""
    browser = await clinic.staff()
    before = {c.key: c.value for c in browser.http.cookie_jar}
    again = await browser.ask("POST", "/api/staff/sign-in", {"name": "alice", "password": PASSWORDS[ALICE]})
    assert again.status == 200
    after = {c.key: c.value for c in browser.http.cookie_jar}
    assert before != after
    old = clinic.browser()
    old.http.cookie_jar.update_cookies(before)
    assert (await old.get("/api/session")).status == 401


async def _asks_every(clinic: Clinic, pause: Millis, times: int) -> list[int]:
    browser = await clinic.staff()
    seen = []
    for _ in range(times):
        clinic.clock.ahead += pause
        seen.append((await browser.get("/api/session")).status)
    return seen


async def test_an_idle_browser_is_signed_out(clinic: Clinic) -> None:
    """After the idle time without a request the next one is answered 401."""
    assert await _asks_every(clinic, IDLE, 1) == [401]


async def test_a_busy_browser_stays_until_the_longest_time(clinic: Clinic) -> None:
    """Use prolongs a session, but never beyond its longest time."""
    pause = IDLE - 60_000
    last = LONGEST // pause
    assert await _asks_every(clinic, pause, last + 1) == [200] * last + [401]


async def test_sign_ins_are_in_the_audit_log(clinic: Clinic) -> None:
    """Good and refused ones, by id only."""
    await clinic.staff()
    await clinic.browser().ask("POST", "/api/staff/sign-in", {"name": "ben", "password": "wrong"})
    await clinic.browser().ask("POST", "/api/staff/sign-in", {"name": "nobody", "password": "wrong"})
    written = await clinic.audited()
    assert (ALICE, "sign-in", "") in written
    assert (BEN, "sign-in.refused", "") in written
    assert ("nobody", "sign-in.refused", "") in written


async def _guesses(clinic: Clinic, forwarded: str) -> int:
    browser = clinic.browser()
    body = {"name": "alice", "password": "guess"}
    for _ in range(PER_PAIR):
        await browser.ask("POST", "/api/staff/sign-in", body, X_Forwarded_For=forwarded)
    return (await browser.ask("POST", "/api/staff/sign-in", body, X_Forwarded_For=forwarded)).status


async def test_behind_a_proxy_the_address_is_what_the_proxy_added(tmp_path: Path) -> None:
    """Two people behind the proxy have two limits; what a guesser writes before the proxy's entry changes nothing."""
    async with running(tmp_path, behind_proxy=True) as clinic:
        assert await _guesses(clinic, "198.51.100.7") == 429
        good = {"name": "alice", "password": PASSWORDS[ALICE]}
        other = await clinic.browser().ask("POST", "/api/staff/sign-in", good, X_Forwarded_For="198.51.100.8")
        forged = await clinic.browser().ask("POST", "/api/staff/sign-in", good, X_Forwarded_For="1.2.3.4, 198.51.100.7")
    assert (other.status, forged.status) == (200, 429)


async def test_without_a_proxy_nobody_chooses_their_address(clinic: Clinic) -> None:
    """The header of a direct asker is not believed."""
    assert await _guesses(clinic, "198.51.100.7") == 429
    good = {"name": "alice", "password": PASSWORDS[ALICE]}
    answer = await clinic.browser().ask("POST", "/api/staff/sign-in", good, X_Forwarded_For="198.51.100.8")
    assert answer.status == 429
