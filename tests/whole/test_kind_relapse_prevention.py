"""Relapse-prevention planning in real pages: written together, private to its client, signed, and put on a card."""

from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.support.browser import Person
from tests.support.wait import until
from tests.whole.kinds import KindRoom, kind_room

pytestmark = pytest.mark.whole

SIGN, STEP, ALONE = "canary-note: I sleep badly", "canary-note: walk to the lake", "canary-note: nobody picks up"


def lines(person: Person, section: str) -> Any:
    return person.at(f"plan-{section}").locator("[name=text]")


async def write(person: Person, section: str, text: str, **more: str) -> None:
    """Add a line, as a person types it."""
    await person.at(f"plan-add-{section}").click()
    row = person.at(f"plan-{section}").get_by_test_id("plan-line").last
    await row.locator("[name=text]").press_sequentially(text)
    for name, value in more.items():
        await row.locator(f"[name={name}]").fill(value)


async def reads(person: Person, section: str, *texts: str, within: float = 8.0) -> None:
    """Wait until these lines stand there."""

    async def there() -> bool:
        return [await one.input_value() for one in await lines(person, section).all()] == list(texts)

    await until(there, f"{person.name} reads {len(texts)} lines", within)


async def play(it: KindRoom, sign: str = "I sleep badly, and say that I do not") -> None:
    """Everybody has their plan out; the therapist works with the first client, who has shown nothing."""
    await it.tool("plan")
    await it.therapist.at("plan-everybody").click()
    for client in it.clients:
        await client.at("tool-plan").get_by_test_id("plan-editor").wait_for()
    first = it.clients[0]
    if len(it.clients) > 1:
        await it.therapist.at("plan-whose").select_option(str(it.numbers[first.name]))
    await it.therapist.at("plan-editor").wait_for()
    await write(first, "warning-signs", sign)
    await write(first, "safe-people", "Sam", relation="brother", phone="217-555-0199")
    await reads(it.therapist, "warning-signs", sign)


@pytest.mark.asyncio
async def test_a_plan_is_written_together_signed_and_taken_along(tmp_path: Path) -> None:
    """Two write at once and lose nothing, also when one of them is offline meanwhile; the other client's page is sent
    no word of it until one section is shown; a version is signed by both; and it is the first thing on the client's own
    page, and one page of paper."""
    async with kind_room(tmp_path, "relapse_prevention", clients=2) as it:
        bob, carol = it.clients
        await play(it, SIGN)

        await write(it.therapist, "coping-steps", STEP)
        await reads(bob, "coping-steps", STEP)
        await it.therapist.at("plan-coping-steps").locator("[name=text]").focus()
        await it.therapist.page.keyboard.type(" and")
        await bob.at("plan-typing").wait_for()
        await it.therapist.page.keyboard.type(" back")
        await reads(bob, "coping-steps", f"{STEP} and back")

        await bob.context.set_offline(True)
        await lines(bob, "warning-signs").fill(ALONE)
        await lines(it.therapist, "warning-signs").fill("I stay up late")
        await until(lambda: it.therapist.at("plan-state").get_by_text("Saved.").is_visible(), "it is saved")
        await bob.context.set_offline(False)
        await reads(bob, "warning-signs", "I stay up late", ALONE, within=20)
        await reads(it.therapist, "warning-signs", "I stay up late", ALONE)

        await write(carol, "reasons", "canary-note: my garden")
        assert await it.frames_tell(carol, "canary-note: I sleep", "walk to the lake", "nobody picks", "Sam") == []
        assert await it.frames_tell(bob, "my garden") == []
        assert f'"of":{it.numbers[bob.name]}' not in "".join(carol.frames), "nor that anybody writes"
        await bob.at("plan-show-warning-signs").click()
        await carol.at("plan-shown").get_by_text("I stay up late").wait_for()
        await bob.at("plan-hide").click()
        await carol.at("plan-shown").wait_for(state="detached")
        assert await it.frames_tell(carol, "walk to the lake", "Sam") == []

        await it.therapist.at("plan-keep").click()
        await bob.at("plan-version-1").wait_for()
        await bob.at("plan-sign").click()
        await bob.page.locator("[name=plan-name]").fill("Robert Quillfeather")
        await bob.at("plan-sign-do").click()
        await it.therapist.at("plan-countersign-1").click()
        await it.therapist.at("plan-version-1").get_by_text("Signed by staff").wait_for()

        rows = await it.end()
        assert {row["client"] for row in rows} == {it.person(bob.name), it.person(carol.name)}
        assert {row["kind"] for row in rows} == {"relapse_prevention"}
        await own_page(it, bob)


async def own_page(it: KindRoom, bob: Person) -> None:
    """The client comes back alone: the plan is above all else, there to be tapped, changed, and kept on paper."""
    await it.own_page(bob)
    plan = bob.at("my-plan")
    await plan.get_by_text("Sam").wait_for()
    first = bob.page.locator("main.sections > section").first
    assert await first.get_attribute("data-testid") == "my-plan"
    assert await plan.locator("a[href='tel:2175550199']").count() == 1
    assert await plan.locator("a[href='tel:988']").count() == 1

    async with bob.page.expect_download() as kept:
        await bob.at("plan-card").click()
    saved = await (await kept.value).path()
    sheet = pypdf.PdfReader(saved)
    assert len(sheet.pages) == 1
    assert "217-555-0199" in sheet.pages[0].extract_text()

    await bob.at("plan-write").click()
    await write(bob, "reasons", "canary-note: my sister")
    await bob.at("plan-done").click()
    await plan.get_by_text("You have changed your plan since").wait_for()
    assert await plan.get_by_text("my sister").count() == 0, "what was signed stays until something else is"
