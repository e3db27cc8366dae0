"""A workshop, whole: a PDF is put in and presented, people follow or go at their own pace, vote, answer and ask."""

import re
from pathlib import Path

import pypdf
import pytest

from tests.app.test_rendering import slides
from tests.support.browser import Person
from tests.support.wait import until
from tests.whole.axe import Looks
from tests.whole.kinds import KindRoom, kind_room

pytestmark = [pytest.mark.whole, pytest.mark.asyncio]

TITLES = ("Urge surfing", "A craving rises, peaks and falls", "What to do in the first ten minutes", "Practice")
QUESTION = "A craving that nobody gives in to"


async def put_in(it: KindRoom, title: str = "Urge surfing", topic: str = "Coping skills") -> str:
    """The therapist puts a PDF into the library, in another tab, and a quiz of one question with it; its id."""
    office = await it.crowd.another_tab(it.therapist)
    await office.page.goto(f"{it.server.base}/#/materials")
    await office.at("material-file").set_input_files(
        {"name": "slides for bob.pdf", "mimeType": "application/pdf", "buffer": slides(*TITLES)}
    )
    await office.at("material-title").fill(title)
    await office.at("material-topic").fill(topic)
    await office.at("material-send").click()
    await office.at("material-done").wait_for()
    await office.at("material-edit").first.click()
    await office.at("quiz-more").click()
    await office.at("quiz-text-0").fill(QUESTION)
    await office.at("quiz-choice-0-0").fill("passes")
    await office.at("quiz-choice-0-1").fill("only grows")
    await office.at("quiz-right-0-0").check()
    await office.at("material-save").click()
    await office.at("material-save").wait_for(state="detached")
    found = await office.page.locator("li[data-testid^=material-]").first.get_attribute("data-testid")
    await office.page.close()
    return str(found).removeprefix("material-")


async def on_page(person: Person, page: int) -> None:
    """The person's stage shows this page (from 0), drawn and not only asked for."""

    async def shown() -> bool:
        stage = person.page.locator("[data-testid=slides]")
        if await stage.count() == 0 or await stage.get_attribute("data-page") != str(page):
            return False
        picture = person.page.locator("[data-testid=slide]")
        return await picture.count() == 1 and bool(
            await picture.evaluate("one => one.complete && one.naturalWidth > 0")
        )

    await until(shown, f"{person.name} sees page {page}", 15)


async def play(it: KindRoom) -> str:
    """Slides on everybody's stage, and a poll whose results are shown; the material's id."""
    material = await put_in(it)
    await it.tool("slides")
    await it.therapist.at(f"slides-show-{material}").click()
    for person in (it.therapist, *it.clients):
        await on_page(person, 0)
    await it.therapist.at("slides-next").click()
    for person in (it.therapist, *it.clients):
        await on_page(person, 1)
    await it.tool("polls")
    await ask(it, "When is it hardest?", "Evenings", "Weekends")
    for number, client in enumerate(it.clients):
        await client.at(f"choice-{number % 2}").check()
        await client.at("poll-send").click()
    await it.therapist.page.get_by_test_id("poll-answered").filter(has_text=str(len(it.clients))).wait_for()
    await it.therapist.at("poll-show").click()
    return material


async def ask(it: KindRoom, question: str, *choices: str) -> None:
    await it.therapist.at("poll-question").fill(question)
    for place, choice in enumerate(choices):
        await it.therapist.at(f"poll-choice-{place}").fill(choice)
    await it.therapist.at("poll-ask").click()


async def test_a_workshop(tmp_path: Path) -> None:
    """Put in, present, follow and leave the presenter, poll, quiz, questions, topic in the record, rows in the end."""
    async with kind_room(tmp_path, "workshop", clients=2) as it:
        bob, dora = it.clients
        looks = Looks()
        material = await play(it)

        await looks.look(it.therapist, "a poll, leading", narrow=False)
        await looks.look(bob, "a poll")
        # The poll was anonymous: everybody sees the result that is shown, and no frame says who chose what.
        for client in it.clients:
            await client.at("poll-results").wait_for()
            await client.at("tool-polls-close").click()
        assert not [frame for frame in it.therapist.frames if '"tool":"polls"' in frame and '"member":' in frame]

        await looks.look(bob, "slides")
        # Bob reads on by himself and comes back; Dora follows, by the therapist's keyboard.
        await bob.at("slides-next").click()
        await on_page(bob, 2)
        await it.therapist.page.locator("h1").first.evaluate("() => document.activeElement.blur()")
        await it.therapist.page.keyboard.press("ArrowRight")
        await it.therapist.page.keyboard.press("ArrowRight")
        await on_page(dora, 3)
        await on_page(bob, 2)
        await bob.at("slides-follow").click()
        await on_page(bob, 3)
        assert "Practice" in str(await bob.at("slide").get_attribute("alt"))

        await it.tool("slides")
        await looks.look(it.therapist, "slides, presenting", narrow=False)

        # Nobody but whoever is in the session is given a page.
        url = next(one for one in bob.urls if re.search(r"/slides/[^/]+/0$", one))
        stranger = await it.crowd.person(4, "Stranger")
        refused = await stranger.context.request.get(url)
        assert refused.status == 401

        # A quiz that was prepared with the material: Bob is right, Dora is not, and each sees their own alone.
        await it.tool("quiz")
        await it.therapist.page.locator("[data-testid^=quiz-start-]").first.click()
        for client, choice in ((bob, 0), (dora, 1)):
            await client.at(f"choice-{choice}").check()
            await client.at("quiz-check").click()
            await client.at("quiz-told").wait_for()
        assert await bob.at("quiz-told").get_attribute("data-right") == "true"
        assert await dora.at("quiz-told").get_attribute("data-right") is None
        assert "1 of 1" in await bob.at("quiz-score").inner_text()
        await looks.look(dora, "a quiz")
        assert await bob.at("quiz-group").count() == 0
        await it.therapist.at("quiz-show").click()
        await dora.at("quiz-group").wait_for()
        await it.therapist.at("quiz-away").click()

        # Dora asks without her name; Bob has the same question and never learns whose it is; the therapist does.
        await it.tool("questions")
        await it.therapist.at("questions-open").click()
        await dora.at("question-text").fill("How long does it last?")
        await dora.at("question-anonymous").check()
        await dora.at("question-send").click()
        await bob.at("question-vote").click()
        await looks.look(dora, "questions")
        row = it.therapist.at("question")
        await row.filter(has_text="1 other").wait_for()
        assert dora.name in await row.inner_text()
        assert dora.name not in await bob.at("question").inner_text()
        await it.therapist.at("question-now").click()
        await bob.at("question").filter(has_text="Answered now").wait_for()

        office = await it.crowd.another_tab(it.therapist)
        await office.page.goto(f"{it.server.base}/#/materials")
        await office.page.locator(".first-page").wait_for()
        await looks.look(office, "materials")
        await office.page.close()
        assert looks.faults == []

        rows = await it.end()
        assert {row["client"] for row in rows} == {it.person(client.name) for client in it.clients}
        assert all(row["kind"] == "workshop" and row["milliseconds"] > 0 for row in rows)

        # What it was about stands on the session's page, and begins the note.
        page = it.therapist.page
        await page.goto(f"{it.server.base}/#/session/{it.session}")
        await page.get_by_test_id("made-topic").filter(has_text="Coping skills").wait_for()
        note = page.locator("[data-section=group]")
        await note.locator("textarea[data-field=topic]").wait_for()
        assert await note.locator("textarea[data-field=topic]").input_value() == "Urge surfing"
        assert await note.locator("textarea[data-field=curriculum]").input_value() == "Coping skills"

        # It was given out: who was there finds it on their own page, and nobody else does.
        carol = await it.crowd.person(5, it.clinic.clients[4]["alias"])
        for client in (bob, carol):
            await it.own_page(client)
        async with bob.page.expect_download() as kept:
            await bob.at(f"handout-{material}").click()
        sheets = pypdf.PdfReader(await (await kept.value).path()).pages
        assert [title in sheet.extract_text() for title, sheet in zip(TITLES, sheets, strict=True)] == [True] * 4
        await looks.look(bob, "one's own page with a handout")
        assert looks.faults == []
        assert await carol.at("handouts").count() == 0
        answer = await carol.context.request.get(f"{it.server.base}/api/me/handouts/{it.session}/{material}")
        assert answer.status == 404
