"""How clients end messages themselves: a click in a mail, and STOP."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.sendings import Channel, Wish, wish

from .clinic import ALICE, BOB, CAROL, DAN, MAIN, NAMES, OTHER, Clinic, running

pytestmark = pytest.mark.asyncio
SECRET = "canary-sms-secret-0123456789"
NUMBER = "+12175550100"


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with running(tmp_path, sms_secret=SECRET, ways=frozenset(Channel)) as clinic:
        for who, channel, phone in ((BOB, "both", "(217) 555-0100"), (CAROL, "sms", "217-555-0101")):
            await clinic.store.people.put(
                MAIN, rec.Person(who, False, NAMES[who][1], who, "x@example.org", phone, channel=channel)
            )
        yield clinic


async def _wish(clinic: Clinic, who: rec.PersonId = BOB) -> Wish:
    return wish((await clinic.store.people.get(MAIN, [who]))[who])


async def test_one_click_ends_the_mails(clinic: Clinic) -> None:
    """As a mail program posts it, without a cookie; looking at the address changes nothing; a second click neither."""
    token = await clinic.store.opt_outs.token(MAIN, BOB, Channel.EMAIL)
    assert token == await clinic.store.opt_outs.token(MAIN, BOB, Channel.EMAIL)
    browser, form = clinic.browser(), {"Content_Type": "application/x-www-form-urlencoded"}
    assert (await browser.get(f"/api/stop/{token}")).status == 405
    assert await _wish(clinic) is Wish.BOTH
    for _ in range(2):
        answer = await browser.ask("POST", f"/api/stop/{token}", "List-Unsubscribe=One-Click", **form)
        assert (answer.status, answer.json) == (200, {"channel": "email", "left": "sms"})
    assert await _wish(clinic) is Wish.SMS
    assert (await clinic.audited()).count((BOB, "reminders.stopped", "email")) == 1
    last = await clinic.store.opt_outs.token(MAIN, BOB, Channel.SMS)
    assert (await browser.ask("POST", f"/api/stop/{last}", {})).json == {"channel": "sms", "left": ""}
    assert await _wish(clinic) is Wish.NONE
    assert (await browser.ask("POST", f"/api/stop/{'0' * 32}", {})).status == 404
    gone = await clinic.store.opt_outs.token(OTHER, BOB, Channel.SMS)
    assert (await browser.ask("POST", f"/api/stop/{gone}", {})).json["left"] == ""


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"from": "+12175550100", "text": " Stop. "}'),
        ("application/x-www-form-urlencoded", "From=%2B12175550100&Body=STOP&SmsSid=1"),
    ],
)
async def test_stop_ends_the_text_messages(clinic: Clinic, kind: str, body: str) -> None:
    """Of whoever has the number, as JSON or as a form, by either way to sign in; the e-mails stay."""
    basic = base64.b64encode(f"gateway:{SECRET}".encode()).decode()
    for signed_in in (f"Bearer {SECRET}", f"Basic {basic}"):
        answer = await clinic.browser().ask(
            "POST", "/api/sms/incoming", body, Content_Type=kind, Authorization=signed_in
        )
        assert (answer.status, answer.raw) == (204, b"")
    assert await _wish(clinic) is Wish.EMAIL
    assert await _wish(clinic, CAROL) is Wish.SMS
    assert await _wish(clinic, DAN) is Wish.EMAIL
    assert (await clinic.audited()).count((BOB, "reminders.stopped", "sms")) == 1


async def test_what_is_no_stop_changes_nothing(clinic: Clinic) -> None:
    """Another word, another number, no number: taken, dropped and not kept, and answered alike."""
    for body in (
        {"from": NUMBER, "text": "please stop by"},
        {"from": "+12175550999", "text": "STOP"},
        {"from": "", "text": "STOP"},
        {"text": 7},
        {},
    ):
        answer = await clinic.browser().ask("POST", "/api/sms/incoming", body, Authorization=f"Bearer {SECRET}")
        assert (answer.status, answer.raw) == (204, b"")
    assert await _wish(clinic) is Wish.BOTH


async def test_only_the_gateway_is_heard(clinic: Clinic) -> None:
    """Without the secret, with a wrong one, or with something else than a message."""
    body = {"from": NUMBER, "text": "STOP"}
    for signed_in in ("", "Bearer x", f"Digest {SECRET}", "Basic !!!", "Basic eA=="):
        answer = await clinic.browser().ask("POST", "/api/sms/incoming", body, Authorization=signed_in)
        assert answer.status == 401
    answer = await clinic.browser().ask("POST", "/api/sms/incoming", "[1]", Authorization=f"Bearer {SECRET}")
    assert answer.status == 400
    assert await _wish(clinic) is Wish.BOTH
    assert ALICE


async def test_without_a_gateway_there_is_no_such_door(tmp_path: Path) -> None:
    """As long as no secret is set, nobody can say STOP for anybody."""
    async with running(tmp_path) as clinic:
        answer = await clinic.browser().ask("POST", "/api/sms/incoming", {}, Authorization="Bearer ")
        assert answer.status == 404
