"""A client's own page in Chromium: chosen PIN, signed and revoked consents, a passkey of a virtual authenticator."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from telehealth.core import records as rec
from telehealth.core.agreements import Kind, published
from telehealth.core.roles import Role
from telehealth.core.scales import When
from telehealth.edge import agreement_book
from tests.edge.clinic import ALICE, BOB, MAIN, MINUTE, Clinic, running
from tests.edge.test_scales import answered
from tests.support.browser import Person, people
from tests.support.server import free_port
from tests.support.wait import until
from tests.whole.axe import Looks

pytestmark = [pytest.mark.whole, pytest.mark.asyncio]

TOKEN = "personal-token-of-bob-0123456789"
PIN = "804157"


async def furnish(clinic: Clinic) -> None:
    known = (await clinic.store.people.get(MAIN, [BOB]))[BOB]
    await clinic.store.people.put(MAIN, replace(known, birth_date=date(1990, 1, 31)))
    link = rec.JoinLink(MAIN, BOB, Role.CLIENT, None, None, clinic.starts + 90 * 24 * 60 * MINUTE)
    await clinic.store.access.put_link(TOKEN, link)
    book = agreement_book.load()
    for kind in (Kind.TELEHEALTH, Kind.GROUP, Kind.TPO):
        texts = published(book.rules[kind], None, book.proposals[kind], sign_anew=False, at=clinic.starts, by=ALICE)
        await clinic.store.agreements.publish(MAIN, texts, actor=ALICE)
    await answered(clinic, clinic.session(), {BOB: "a good day"}, When.IN, When.OUT)


async def test_a_client_uses_their_own_page(tmp_path: Path) -> None:
    """From the link over the first question to signing, revoking, a passkey, and in again by it; nothing before that
    says what the page is about, in either language, and axe finds nothing."""
    port = free_port()
    url = f"http://localhost:{port}"
    async with running(tmp_path, public_url=url, port=port) as clinic, people() as crowd:
        await furnish(clinic)
        bob = await crowd.person(1, "bob")
        looks = Looks()
        await with_authenticator(bob)
        bob.page.set_default_timeout(8000)
        await bob.page.goto(f"{url}/me#{TOKEN}")
        await bob.at("begin").wait_for()
        assert bob.page.url == f"{url}/me"
        for begin in ("Continuar", "Continue"):
            await bob.at("language").click()
            await bob.page.get_by_text(begin, exact=True).wait_for()
            words = (await bob.page.inner_text("body")) + await bob.page.title()
            for telling in ("treat", "session", "clinic", "group", "tratamiento", "sesión", "clínica", "grupo"):
                assert telling not in words.lower(), begin
        await looks.look(bob, "before anything")
        await bob.at("begin").click()
        await bob.page.locator("[name=answer]").fill("1990-01-31")
        await bob.page.locator("[name=pin]").fill(PIN)
        await bob.page.locator("[name=again]").fill(PIN)
        await looks.look(bob, "the first time")
        await bob.at("first-done").click()

        await bob.at("sign-telehealth").click()
        await bob.page.locator("[name=agree]").check()
        await bob.page.locator("[name=typed-name]").fill("Robert Quillfeather")
        await looks.look(bob, "a text to sign")
        await bob.at("sign-do").click()
        await bob.at("revoke-telehealth").wait_for()
        await bob.at("check-ins").get_by_text("Your check-ins").wait_for()
        await bob.page.get_by_role("img", name="How is your mood? 4, 5").wait_for()
        await bob.at("check-ins").locator("summary").click()
        await bob.at("check-ins").get_by_text("a good day").first.wait_for()
        await looks.look(bob, "the page")
        await bob.at("revoke-telehealth").click()
        await bob.at("revoke-do").click()
        await bob.at("sign-telehealth").wait_for()
        _, signed = await clinic.store.agreements.standing(MAIN, [BOB])
        assert [one.revoked is None for one in signed[BOB]] == [False]

        await bob.page.locator("[name=alias]").fill("Robbie")
        await bob.at("settings-save").click()
        await bob.page.get_by_text("Hello, Robbie").wait_for()
        async with bob.page.expect_download() as kept:
            await bob.at("calendar").click()
        calendar = (await (await kept.value).path()).read_bytes()
        assert calendar.count(b"BEGIN:VEVENT") == 1
        assert b"SUMMARY:Appointment\r\n" in calendar

        await bob.at("passkey-add").click()
        await until(lambda: _passkeys(clinic, 1), "the passkey is kept")
        await bob.at("sign-out").click()
        await bob.at("begin").click()
        await bob.at("passkey-use").click()
        await bob.page.get_by_text("Hello, Robbie").wait_for()
        assert (BOB, "own.passkey-used", "") in await clinic.audited()

        await bob.at("exit").click()
        await bob.page.wait_for_url("about:blank")
        assert not looks.faults, "\n".join(looks.faults)
        wrong = [line for line in bob.console if "Content Security Policy" in line or "pageerror" in line]
        assert not wrong, wrong


async def with_authenticator(person: Person) -> None:
    """A device that always says yes."""
    debugger = await person.context.new_cdp_session(person.page)
    await debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def _passkeys(clinic: Clinic, number: int) -> bool:
    return len((await clinic.store.own_doors.get(MAIN, BOB)).passkeys) == number
