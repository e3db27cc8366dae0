"""A therapist's evening beside the video: who is on their way and late, private messages, keys alone, and the end."""

from pathlib import Path

import pytest

from telehealth.core.attendance import Status
from telehealth.core.events import Ended, NoShowMarked
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from tests.support.browser import Person, people
from tests.support.log import open_log
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.axe import Looks
from tests.whole.clinic import clinic_of, enter_as_staff
from tests.whole.crowd import invite
from tests.whole.evening import count_is, open_link, sign_in

pytestmark = pytest.mark.whole

RULE = """pack = "late"
name = "late-default"
version = 2
source = "this story, which cannot wait"
unverified = ""
message_minutes = 0
call_minutes = 1440
no_show_minutes = 1440
"""


async def command(therapist: Person, typed: str) -> None:
    """Something is done by its name, with keys alone."""
    await therapist.page.keyboard.press("Control+k")
    await therapist.at("palette-input").wait_for()
    await therapist.page.keyboard.type(typed)
    await therapist.page.keyboard.press("Enter")


async def says(person: Person, test_id: str, words: str) -> bool:
    found = person.at(test_id)
    return bool(await found.count()) and words in await found.inner_text()


async def _late(therapist: Person, sky: str, max_: str) -> None:
    """One is checking devices, the other has not opened the link: a message, a call, a no-show that is taken back."""
    await until(lambda: says(therapist, f"late-{sky}", "checking devices"), "Sky is seen to be coming", 12)
    assert "link not opened" in await therapist.at(f"late-{max_}").inner_text()
    await therapist.at(f"late-message-{max_}").click()
    await therapist.at(f"late-message-{max_}").wait_for(state="detached")
    await therapist.at(f"late-more-{max_}").click()
    await therapist.at(f"late-call-{max_}").click()
    call = therapist.at("call-dialog").locator("a[href^='tel:']")
    assert await call.get_attribute("href") == "tel:217-555-0133".replace("-", "")
    await therapist.at("called-no_answer").click()
    await until(lambda: says(therapist, f"late-{max_}", "called"), "the call is kept")
    await command(therapist, "max no-show")
    await therapist.at("no-shows").locator("summary").click()
    await therapist.at(f"late-wait-{max_}").click()
    await therapist.at("no-shows").wait_for(state="detached")
    await therapist.at(f"late-{max_}").wait_for()


async def _write(therapist: Person, client: Person, member: int) -> None:
    """A private message and its answer, without a mouse and without anything over the pictures."""
    await client.at("chat-open").click()
    await client.at("chat-to").select_option("staff")
    await client.at("chat-input").fill("I have to leave at half past.")
    await client.at("chat-send").click()
    await until(
        lambda: count_is(therapist.page.locator("[data-testid=inbox-open][data-badge='1']"), 1), "it is counted"
    )
    assert await therapist.page.locator("dialog[open]").count() == 0
    await therapist.page.keyboard.press("Control+Alt+m")
    await therapist.at(f"talk-{member}").wait_for()
    await therapist.page.keyboard.press("Enter")
    await therapist.at("talk-input").wait_for()
    await therapist.page.keyboard.type("Of course.")
    await therapist.page.keyboard.press("Enter")
    await client.at("chat").get_by_text("Of course.").wait_for()
    assert await therapist.page.locator("[data-testid=inbox-open][data-badge]").count() == 0
    await therapist.page.keyboard.press("Escape")
    await therapist.page.keyboard.press("Escape")
    await therapist.at("inbox").wait_for(state="detached")


async def _share(therapist: Person) -> None:
    """What is private is not on a screen that is shared."""
    await therapist.at("notes-open").click()
    await therapist.at("notes").wait_for()
    await therapist.at("screen").click()
    await therapist.at("hidden-sharing").wait_for()
    assert await therapist.at("notes").count() == 0
    await therapist.at("screen").click()
    await therapist.at("notes").wait_for()
    await therapist.at("notes-open").click()


async def _keys(therapist: Person) -> None:
    """F2 leads to the buttons and back; single letters do nothing."""
    page = therapist.page
    await page.locator("button.who").first.focus()
    await page.keyboard.press("F2")
    assert await page.evaluate("document.getElementById('controls').contains(document.activeElement)")
    await page.keyboard.press("F2")
    assert await page.evaluate("document.activeElement.classList.contains('who')")
    await page.keyboard.press("ArrowDown")
    assert await page.evaluate("document.activeElement.classList.contains('who')")
    await page.keyboard.press("k")
    await page.keyboard.press("Control+/")
    await therapist.at("room-keys").wait_for()
    assert await therapist.at("palette").count() == 0
    await page.keyboard.press("Escape")
    await therapist.at("room-keys").wait_for(state="detached")


@pytest.mark.asyncio
async def test_a_session_from_its_cockpit(tmp_path: Path) -> None:
    """Two are expected and one comes: everything from the late list to the signed roster happens on one page."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "late.toml").write_text(RULE)
    environment = {"TELEHEALTH_POLICIES": str(tmp_path / "rules")}
    async with running(tmp_path / "data", environment) as server, people() as crowd:
        clinic = clinic_of(server)
        full = await invite(server, clinic, 2, starts_in=-6)
        sky, max_ = full.people
        therapist = await crowd.person(0, "Therapist", phone=False)
        client = await crowd.person(1, full.aliases[0], phone=False)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await client.page.goto(full.links[0])
        await client.at("join-begin").click()
        await client.at("check-continue").wait_for()
        await command(therapist, "")  # the first of an empty field is what is due: both messages are
        await until(lambda: count_is(therapist.page.locator("[data-testid^=late-message-]"), 1), "one was sent")
        await _late(therapist, sky, max_)
        await client.page.goto("about:blank")
        await open_link(client, full.links[0])
        await therapist.page.locator("[data-testid^=waiting-]").wait_for()
        await command(therapist, f"admit {full.aliases[0]}")
        await client.at("call").wait_for()
        await therapist.at(f"late-{sky}").wait_for(state="detached")
        me = await client.member()

        await _write(therapist, client, me)
        await _share(therapist)
        await _keys(therapist)
        await therapist.at(f"facts-{sky}").click()
        await therapist.at("facts").get_by_text("Sarah Whitaker").wait_for()
        await therapist.page.keyboard.press("Escape")
        await therapist.at("not-billable").locator("summary").click()
        await therapist.at("not-billable").locator("[data-reason]").first.wait_for()
        looks = Looks()
        await looks.look(therapist, "cockpit")
        await therapist.page.keyboard.press("Control+k")
        await therapist.at("palette-input").wait_for()
        await looks.look(therapist, "palette")
        await therapist.page.keyboard.press("Escape")

        await therapist.at("end").click()
        await looks.look(therapist, "ending")
        await therapist.at("end-goodbye").click()
        await client.at("goodbye").get_by_text("The session ends in 0:5").wait_for()
        await looks.look(client, "good-bye")
        assert await client.at("goodbye").locator("button").count() == 0
        await therapist.page.keyboard.press("F2")
        await therapist.page.locator("[data-testid=goodbye-cancel]:focus").wait_for()
        await therapist.page.keyboard.press("Enter")
        await client.at("goodbye").wait_for(state="detached")
        await holds(lambda: count_is(client.at("call"), 1), "the session goes on")
        await therapist.at("end").click()
        await therapist.at("end-goodbye-longer").click()
        await client.at("goodbye").get_by_text("The session ends in 1:5").wait_for()
        await therapist.at("goodbye-now").wait_for()
        await command(therapist, "end now")
        await client.at("ended").wait_for()
        await therapist.at("attest").click()
        await therapist.at("attested").wait_for()
        await looks.look(therapist, "the roster")
        assert not looks.faults, "\n".join(looks.faults)

        # Nobody has consented to the export: the rows are read where they are kept.
        async with open_log(server.folder) as store:
            kept = await store.attendance.rows_of(ProgrammeId(clinic.programme), SessionId(clinic.group))
        found = {row.client: row for row in kept}
        assert found.keys() == {sky, max_}
        assert found[PersonId(sky)].intervals
        assert found[PersonId(max_)].status is Status.NO_SHOW
        log = await clinic.log(clinic.group)
        assert [event.marked for event in log if isinstance(event, NoShowMarked)] == [True, False]
        assert isinstance(log[-1], Ended)
