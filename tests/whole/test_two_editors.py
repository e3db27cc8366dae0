"""Two people write one note, and one of them loses the network: no word is lost, and nobody overwrites silently."""

from pathlib import Path

import pytest

from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.clinic import Clinic, clinic_of
from tests.whole.evening import count_is, fetch, sign_in

pytestmark = pytest.mark.whole

A_MINUTE = 60_000
"""Milliseconds by the page's own clock, which the test turns forward."""


@pytest.mark.asyncio
async def test_two_editors_of_one_note_lose_nothing(tmp_path: Path) -> None:
    """A conflict shows both texts and waits for a choice; an offline minute's words are saved by themselves later."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        first = await crowd.person(0, "first editor", phone=False)
        second = await crowd.person(1, "second editor", phone=False)
        await first.page.clock.install()
        for editor in (first, second):
            await sign_in(editor, server)
            await editor.at(f"open-room-{clinic.group}").wait_for()
            await editor.page.goto(f"{server.base}/#/session/{clinic.group}")
            await editor.at("note-group").wait_for()

        # Both begin from an empty note; the first one's words are saved.
        await first.at("note-group").fill("First: grounding exercise.")
        await until(lambda: _stored(first, clinic, "First: grounding exercise."), "the first text is saved as typed")
        await second.at("note-group").fill("Second: role play.")
        conflict = second.at("note-conflict")
        await conflict.wait_for()
        assert "First: grounding exercise." in await conflict.inner_text()
        assert "Second: role play." in await conflict.inner_text()

        # Until somebody has chosen, nothing of either is changed, whatever is typed on.
        await second.at("note-group").press_sequentially(" More.")
        await holds(
            lambda: _stored(second, clinic, "First: grounding exercise."), "an undecided conflict changed the note"
        )
        both = "First: grounding exercise.\n\nSecond: role play. More."
        await second.at("conflict-both").click()
        await until(lambda: _stored(second, clinic, both), "both texts are saved together")
        assert await conflict.count() == 0

        # The first one's page takes over what it did not write, and nothing is in conflict.
        await first.page.clock.fast_forward(A_MINUTE)
        await until(lambda: _shows(first, both), "the first editor sees both texts")

        # A minute without network: kept, told, and saved by itself when it is back.
        status = first.at("note-status-group")
        await first.context.set_offline(True)
        later = f"{both}\n\nWritten on the train."
        await first.at("note-group").fill(later)
        await until(lambda: _says(first, "offline"), "the page says that it keeps the text")
        await first.page.clock.fast_forward(A_MINUTE)
        await until(lambda: _says(first, "offline"), "the page still says so after a minute")
        assert "not saved" in await status.inner_text()
        assert await first.at("note-group").input_value() == later
        await first.context.set_offline(False)
        await until(lambda: _stored(second, clinic, later), "the text is saved without anybody's doing", 20)
        await until(lambda: _says(first, "saved"), "and the page says so")
        assert await count_is(first.at("note-conflict"), 0)


async def _stored(person: Person, clinic: Clinic, text: str) -> bool:
    answer = await fetch(person, f"/api/staff/sessions/{clinic.group}/notes/group")
    return bool(answer["body"]["text"] == text)


async def _shows(person: Person, text: str) -> bool:
    return bool(await person.at("note-group").input_value() == text)


async def _says(person: Person, phase: str) -> bool:
    return bool(await person.at("note-status-group").get_attribute("data-phase") == phase)
