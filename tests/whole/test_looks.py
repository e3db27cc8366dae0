"""Every screen is for everybody: contrast, names and order (axe), narrow screens, fingers, and no mouse at all."""

import secrets
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.browser import Person, people
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.axe import OVERFLOW, Looks
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import count_is, open_again, open_link, sign_in

pytestmark = pytest.mark.whole

FINGER = 44
"""CSS pixels each way."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app"
    ),
    "Permissions-Policy": (
        "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), "
        "screen-wake-lock=(self), picture-in-picture=(self), geolocation=(), payment=(), usb=(), serial=(), hid=(), "
        "midi=()"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.asyncio
async def test_every_screen_is_fit_for_everybody(tmp_path: Path) -> None:
    """axe finds nothing on any page or dialog in both themes, nothing is wider than 320 px, no script complains."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic, looks = clinic_of(server), Looks()
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky, max_ = await crowd.person(1, "Sky"), await crowd.person(2, "Max")
        await _staff_pages(looks, therapist, clinic)
        await _the_way_in(looks, sky, clinic)
        await _mirror(looks, therapist, clinic)
        await come_in(therapist, (max_, clinic.group_link(2)))
        await sky.page.goto(f"{server.base}/docs")
        await open_link(sky, clinic.group_link(1))
        await looks.look(sky, "waiting room")
        await _room(looks, therapist, clinic)
        await therapist.at("admit-all").click()
        await sky.at("call").wait_for()
        await _call_on_a_phone(looks, sky)
        await _dialogs_of_the_host(looks, therapist, clinic, await sky.member())

        # The ways out.
        second = await crowd.another_tab(sky)
        await second.page.goto(f"{server.base}/j")
        await open_again(second)
        await sky.at("taken-over").wait_for()
        await looks.look(sky, "taken over")
        await max_.at("leave").click()
        await looks.look(max_, "leaving")
        await max_.at("leave-confirm").click()
        await max_.at("left").wait_for()
        await looks.look(max_, "left")
        member = await second.member()
        await therapist.at(f"person-more-{member}").click()
        await looks.look(therapist, "what may be done with somebody")
        await therapist.at(f"person-remove-{member}").click()
        await looks.look(therapist, "removing")
        await therapist.at("remove-confirm").click()
        await second.at("removed").wait_for()
        await looks.look(second, "removed")
        await therapist.at(f"allow-back-{member}").wait_for()
        await looks.look(therapist, "somebody was removed")
        await max_.at("over-back").click()
        await therapist.at("admit-all").click(timeout=20_000)
        await max_.at("call").wait_for()
        await therapist.at("end").click()
        await looks.look(therapist, "ending")
        await therapist.at("end-confirm").click()
        await max_.at("ended").wait_for()
        await looks.look(max_, "ended")
        await therapist.at("ended").wait_for()
        await therapist.at("sign-notes").click()
        await looks.look(therapist, "signing, in the ended room")
        await therapist.page.goto(f"{server.base}/#/session/{clinic.group}")
        await therapist.at("sign-notes").wait_for()
        await looks.look(therapist, "an ended session")
        await therapist.page.goto(f"{server.base}/#/attendance")
        await therapist.page.get_by_role("row").nth(2).wait_for()
        await looks.look(therapist, "attendance with rows")
        await max_.page.goto(f"{server.base}/docs")
        await max_.page.goto(f"{server.base}/j#{secrets.token_urlsafe(24)}")
        await max_.at("join-begin").click()
        await max_.at("bad-link").wait_for()
        await looks.look(max_, "bad link")

        assert not looks.faults, "\n".join(looks.faults)
        for person in (therapist, sky, max_, second):
            _behaved(person, server)


async def _staff_pages(looks: Looks, therapist: Person, clinic: Clinic) -> None:
    server = clinic.server
    await therapist.page.goto(server.demo.staff_url)
    await therapist.at("staff-name").fill(server.demo.name)
    await therapist.at("staff-password").fill("not the password")
    await therapist.at("staff-sign-in").click()
    await therapist.at("staff-error").wait_for()
    await looks.look(therapist, "sign-in, refused")
    await sign_in(therapist, server)
    await therapist.at(f"open-room-{clinic.group}").wait_for()
    await looks.look(therapist, "today")
    await therapist.page.goto(f"{server.base}/#/attendance")
    await therapist.at("attendance-csv").wait_for()
    await looks.look(therapist, "attendance")
    await therapist.page.goto(f"{server.base}/#/schedule")
    await therapist.at("week-grid").wait_for()
    await looks.look(therapist, "the week of all groups")
    await therapist.at("meeting-in-week").first.click()
    await therapist.at("meeting").wait_for()
    await looks.look(therapist, "a meeting")
    await therapist.page.keyboard.press("Escape")
    await therapist.at("new-group-button").click()
    await therapist.at("rule-sentence").wait_for()
    await looks.look(therapist, "a new group")
    await therapist.page.keyboard.press("Escape")
    await therapist.page.goto(f"{server.base}/#/session/{clinic.group}")
    person = clinic.clients[1]["person"]
    await therapist.at("note-group").wait_for()
    await therapist.at(f"more-{person}").locator("summary").click()
    await therapist.at(f"new-link-{person}").click()
    await therapist.at("new-link-url").wait_for()
    await looks.look(therapist, "a new link")
    await therapist.page.keyboard.press("Escape")
    await therapist.at(f"more-{person}").locator("[data-testid^=revoke-]").first.click()
    await therapist.at("revoke-confirm").wait_for()
    await looks.look(therapist, "revoking a link")
    await therapist.page.keyboard.press("Escape")
    await looks.look(therapist, "a session with its roster, links and notes")
    await therapist.page.goto(f"{server.base}/docs")
    await therapist.page.get_by_role("heading", level=2).first.wait_for()
    await looks.look(therapist, "docs")


async def _the_way_in(looks: Looks, client: Person, clinic: Clinic) -> None:
    await client.page.goto(clinic.group_link(1))
    await client.at("join-begin").wait_for()
    await looks.look(client, "hello")
    await client.at("join-begin").click()
    await client.at("check-continue").wait_for()
    await looks.look(client, "check")
    await client.at("devices-open").click()
    await looks.look(client, "devices")
    await client.page.keyboard.press("Escape")
    await client.at("check-continue").click()
    await client.at("about-submit").click()
    await client.page.get_by_role("alert").wait_for()
    await looks.look(client, "about today, with errors")


async def _mirror(looks: Looks, therapist: Person, clinic: Clinic) -> None:
    await therapist.page.goto(f"{clinic.server.base}/room#{clinic.group}")
    await therapist.at("check-continue").wait_for()
    await looks.look(therapist, "the therapist's mirror")
    await therapist.at("check-continue").click()
    await therapist.at("call").wait_for()


async def _room(looks: Looks, therapist: Person, clinic: Clinic) -> None:
    """Somebody waits, the notes are open, and something was said in the chat."""
    await therapist.page.locator("[data-testid^=waiting-]").wait_for()
    await therapist.at("notes-open").click()
    await therapist.at("note-group").fill("Topic: sleep.")
    await therapist.at("chat-open").click()
    await therapist.at("chat-input").fill("Welcome, everybody.")
    await therapist.at("chat-send").click()
    await therapist.page.get_by_text("Welcome, everybody.").wait_for()
    await looks.look(therapist, "the room with somebody waiting, notes and chat")
    await therapist.at("chat-open").click()
    await therapist.at("notes-open").click()


async def _call_on_a_phone(looks: Looks, client: Person) -> None:
    await looks.look(client, "a call on a phone")
    for width, height in ((320, 640), (360, 640), (568, 320)):
        await client.page.set_viewport_size({"width": width, "height": height})
        looks.faults += [f"{one} at {width} x {height}" for one in await client.page.evaluate(OVERFLOW)]
        for button in await client.page.locator("#controls button, .top button").all():
            box = await button.bounding_box()
            assert box is not None
            if min(box["width"], box["height"]) < FINGER:
                name = await button.get_attribute("aria-label")
                looks.faults.append(f"{name} is {box['width']:.0f} x {box['height']:.0f} at {width} x {height}")
    await client.page.set_viewport_size({"width": 360, "height": 740})
    await client.at("hand").click()
    await client.at("chat-open").click()
    await client.at("chat-input").fill("I am here.")
    await client.at("chat-send").click()
    await client.page.get_by_text("I am here.").wait_for()
    await looks.look(client, "the chat on a phone")
    await client.at("chat-open").click()


async def _dialogs_of_the_host(looks: Looks, therapist: Person, clinic: Clinic, member: int) -> None:
    tile: Any = therapist.at(f"tile-{member}")
    await tile.hover()
    await therapist.at(f"safety-{member}").first.click()
    await therapist.at("crisis-card").wait_for()
    await looks.look(therapist, "somebody's crisis card")
    await therapist.page.keyboard.press("Escape")
    await tile.get_by_role("button").last.click()
    await therapist.page.get_by_role("menuitem").first.wait_for()
    await looks.look(therapist, "what a host may do with somebody")
    await therapist.page.keyboard.press("Escape")
    await therapist.at(f"facts-{clinic.clients[1]['person']}").click()
    await therapist.page.get_by_role("dialog").wait_for()
    await looks.look(therapist, "where somebody is, and whom to call")
    await therapist.page.keyboard.press("Escape")


def _behaved(person: Person, server: Server) -> None:
    """No script failed, nothing was blocked by a policy, and nobody else was asked for anything."""
    allowed = "Failed to load resource"  # an answer of 401 or 404, which the page expects
    complaints = [line for line in person.console if not line.startswith(("log:", "info:", "debug:"))]
    assert not [line for line in complaints if allowed not in line], complaints
    ours = (server.base, server.base.replace("http", "ws"))
    assert not [url for url in person.urls if not url.startswith(ours)]


@pytest.mark.asyncio
async def test_every_page_carries_the_security_headers(tmp_path: Path) -> None:
    """Each answer that is HTML, an error page included, comes with the same strict headers."""
    async with running(tmp_path / "data") as server, aiohttp.ClientSession() as http:
        for path in ("/", "/j", "/room", "/docs", "/nowhere", "/assets/nothing.js"):
            async with http.get(server.base + path) as answer:
                assert answer.content_type == "text/html", path
                assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path


@pytest.mark.asyncio
async def test_a_client_needs_no_mouse(tmp_path: Path) -> None:
    """A client joins, mutes, raises a hand, writes in the chat and leaves with the keyboard alone."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        sky = await crowd.person(1, "Sky", phone=False)
        keys = sky.page.keyboard
        await sky.page.goto(clinic.group_link(1))
        await sky.at("join-begin").wait_for()
        await _press(sky, "join-begin")
        await sky.at("check-continue").wait_for()
        await _press(sky, "check-continue")
        await sky.at("about-form").wait_for()
        for field, words in (
            ("location", "1 Example Street, Springfield"),
            ("state", "Ill"),
            ("contact_name", "A Friend"),
            ("contact_phone", "217-555-0100"),
            ("callback_phone", "217-555-0101"),
        ):
            await _reach(sky, f"[name={field}]")
            await keys.type(words)
        for tick in ("alone", "agreement"):
            await _reach(sky, f"[name={tick}]")
            await keys.press("Space")
        await _press(sky, "about-submit")
        await sky.at("waiting").wait_for()
        await therapist.at("admit-all").click()
        await sky.at("call").wait_for()

        await _press(sky, "mic")
        await until(lambda: _is(sky, "mic", "aria-pressed", "false"), "the microphone is off")
        await _press(sky, "hand")
        await therapist.page.locator("[data-hand]").wait_for()
        await _press(sky, "chat-open")
        await until(lambda: _has_focus(sky, "chat-input"), "the chat opens where one writes")
        await keys.type("By keyboard alone.")
        await keys.press("Enter")
        await sky.page.get_by_text("By keyboard alone.").wait_for()
        await keys.press("Escape")
        await until(lambda: count_is(sky.at("chat"), 0), "Escape closes the chat")
        await therapist.at("chat-open").click()
        await therapist.page.get_by_text("By keyboard alone.").wait_for()
        await _press(sky, "leave")
        await _press(sky, "leave-confirm")
        await sky.at("left").wait_for()


async def _press(person: Person, test_id: str) -> None:
    await _reach(person, f"[data-testid={test_id}]")
    await person.page.keyboard.press("Enter")


async def _reach(person: Person, selector: str) -> None:
    """Tab through the page, visibly focused all the way, until `selector` has the focus."""
    passed = []
    for _ in range(60):
        if await person.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        await person.page.keyboard.press("Tab")
        passed.append(await person.page.evaluate("document.activeElement?.outerHTML.slice(0, 80)"))
    raise AssertionError(f"Tab never came to {selector}, only to {passed}")


async def _has_focus(person: Person, test_id: str) -> bool:
    return bool(await person.page.evaluate("id => document.activeElement?.dataset.testid === id", test_id))


async def _is(person: Person, test_id: str, attribute: str, value: str) -> bool:
    return bool(await person.at(test_id).get_attribute(attribute) == value)
