"""The front desk takes a client in: the form, the admission, a pause that is taken back, and the search by keyboard."""

from dataclasses import replace
from pathlib import Path

import pytest

from telehealth.core.roles import StaffRole
from tests.edge.clinic import ALICE, BEN, NAMES, PASSWORDS, running
from tests.support.browser import Person, people
from tests.support.server import free_port
from tests.whole.axe import Looks

pytestmark = pytest.mark.whole
NAME = "Wilhelmina Constantinopolous-Featherstonehaugh"


@pytest.mark.asyncio
async def test_a_client_is_taken_in_and_found_again(tmp_path: Path) -> None:
    """The form points at what is missing; a record is kept, admitted, paused and the pause taken back; search finds the
    beginning of a name; axe finds nothing, and no name stands in any address."""
    port = free_port()
    async with running(tmp_path, public_url=f"http://127.0.0.1:{port}", port=port) as clinic, people() as crowd:
        login = await clinic.store.people.login(NAMES[BEN][0])
        assert login is not None
        await clinic.store.people.put_login(replace(login, staff_role=StaffRole.ADMIN))
        desk, looks = await crowd.person(0, "Desk", phone=False), Looks()
        await _signs_in(desk, clinic.url)
        await _takes_in(desk, looks, clinic.url)
        await _admits(desk, looks)
        await desk.at("tab-contacts").click()
        await desk.page.get_by_role("heading", name="Supporters").wait_for()
        await desk.page.goto(f"{clinic.url}/#/clients")
        await desk.at("clients").wait_for()
        await looks.look(desk, "clients")
        await desk.page.keyboard.press("/")
        await desk.page.keyboard.type("constant")
        await desk.page.get_by_role("link", name=NAME).wait_for()
        await desk.page.get_by_text("1 client", exact=True).wait_for()
        await desk.page.goto(f"{clinic.url}/#/staff")
        await desk.at(f"edit-{ALICE}").click()
        await desk.at("npi").fill("1234567890")
        await desk.at("ask-do").click()
        await desk.page.get_by_text("An NPI has ten digits").first.wait_for()
        await looks.look(desk, "staff")
        assert not looks.faults, "\n".join(looks.faults)
        assert not [url for url in desk.urls if "onstantin" in url or "constant" in url]
        (client,) = await clinic.store.people.search(login.programme, "constantin")
        history = await clinic.store.episodes.history(login.programme, client)
        assert [(one.what, one.actor) for one in history] == [("admitted", BEN), ("paused", BEN), ("resumed", BEN)]


async def _signs_in(desk: Person, url: str) -> None:
    await desk.page.goto(url)
    await desk.at("staff-name").fill(NAMES[BEN][0])
    await desk.at("staff-password").fill(PASSWORDS[BEN])
    await desk.at("staff-sign-in").click()
    await desk.page.get_by_role("link", name="Clients").click()


async def _takes_in(desk: Person, looks: Looks, url: str) -> None:
    await desk.at("new-client").click()
    await desk.at("legal_name").fill(NAME)
    await desk.at("save-client").click()
    await desk.page.get_by_text("Give the name that others may see.").wait_for()
    assert await desk.at("alias").evaluate("(field) => field === document.activeElement")
    await desk.at("alias").fill("Mina")
    await desk.at("need-interpreter").check()
    await desk.at("add-contact").click()
    await desk.at("name-1").fill("Joan")
    await looks.look(desk, "new client")
    await desk.at("save-client").click()
    await desk.page.get_by_text("Each contact needs a name and a phone number").wait_for()
    await desk.at("phone-1").fill("217-555-0177")
    await desk.at("save-client").click()
    await desk.at("admit").wait_for()


async def _admits(desk: Person, looks: Looks) -> None:
    await desk.at("admit").click()
    await desk.at("ask-track").select_option("evening")
    await desk.at("ask-counsellor").select_option(ALICE)
    await desk.at("ask-do").click()
    await desk.page.locator("[data-testid^=acts-]").click()
    await desk.at("act-pause").click()
    await desk.at("ask-do").click()
    await desk.at("undo").click()
    await desk.at("undo").wait_for(state="detached")
    await looks.look(desk, "overview")
