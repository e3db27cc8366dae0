"""Redis hangs, and Redis dies: live media goes on, new things are "not now", and nothing that was confirmed is lost."""

import os
import signal
from pathlib import Path

import aiohttp
import pytest

from telehealth.core.events import ConnectionLost, HandChanged, MediaAssigned
from tests.support.browser import Person, people, sees_and_hears
from tests.support.processes import embedded_store
from tests.support.server import Server, running
from tests.support.wait import holds, until
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import count_is, everybody_sees_everybody, open_link, others, sign_in
from tests.whole.traffic import connections, traffic

pytestmark = pytest.mark.whole

BUSY = "The server is busy"
"""How "not now" begins for people."""


@pytest.mark.asyncio
async def test_a_session_outlives_a_hanging_and_a_dying_redis(tmp_path: Path) -> None:
    """While Redis is away, pictures and voices go on and whoever asks is told so; then all is as it was confirmed."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky, max_, ash = [await crowd.person(i, name) for i, name in ((1, "Sky"), (2, "Max"), (3, "Ash"))]
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)))
        present = [therapist, sky]
        numbers = await everybody_sees_everybody(present)
        await sky.at("chat-open").click()
        await _say(sky, "Before it hung.")
        await therapist.at("chat-open").click()
        await therapist.page.get_by_text("Before it hung.").wait_for()
        await open_link(ash, clinic.group_link(3))
        await max_.page.goto(clinic.group_link(2))
        assert await _ready(server) == (200, [])
        confirmed = await clinic.log(clinic.group)

        # Redis hangs.
        store = embedded_store(server.pid)
        assert store is not None
        os.kill(store, signal.SIGSTOP)
        try:
            await until(lambda: _hangs(server), "readiness says what is missing", 15)
            await _media_goes_on(present)
            await sky.at("chat-input").fill("While it hung.")
            await sky.at("chat-send").click()
            await _told_not_now(sky)
            assert await sky.at("chat-input").input_value() == "While it hung.", "what was refused must not vanish"
            await therapist.at("host-more").click()
            await therapist.at("lock").click()
            await _told_not_now(therapist)
            await max_.at("join-begin").click()
            await max_.page.get_by_role("alert").get_by_text(BUSY).wait_for()
            assert await ash.at("waiting").is_visible()
            await sees_and_hears(therapist, others(numbers, therapist, present))
        finally:
            os.kill(store, signal.SIGCONT)
        await until(lambda: _is_ready(server), "the server is ready again", 15)
        await until(lambda: _sent_again(sky, therapist, "While it hung."), "what was refused is sent at last", 15)
        await sky.at("chat-open").click()
        await max_.at("join-begin").click()
        await max_.at("check-continue").wait_for()
        await therapist.at("admit-all").click()
        await ash.at("call").wait_for()
        present.append(ash)
        numbers = await everybody_sees_everybody(present)
        log = await clinic.log(clinic.group)
        assert log[: len(confirmed)] == confirmed
        assert not [event for event in log if isinstance(event, ConnectionLost)], "nobody was away"
        assert len([event for event in log if isinstance(event, MediaAssigned)]) == 1, "no room may move for that"

        # Redis dies.
        await ash.at("hand").click()
        await therapist.at(f"tile-{numbers['Ash']}").locator("[data-hand]").wait_for()
        before = [(await traffic(p)).frames for p in present]
        confirmed = await clinic.log(clinic.group)
        assert any(isinstance(event, HandChanged) for event in confirmed), "what the others see is in the log"
        os.kill(store, signal.SIGKILL)

        async def another() -> bool:
            return embedded_store(server.pid) not in (None, store)

        await until(another, "a new store runs")
        await until(lambda: _is_ready(server), "the server is ready again", 15)
        assert (await clinic.log(clinic.group))[: len(confirmed)] == confirmed
        assert all([(await traffic(p)).frames > was for p, was in zip(present, before, strict=True)])
        assert [await connections(p) for p in present] == [1, 1, 1]
        await ash.at("hand").click()
        await until(
            lambda: count_is(therapist.at(f"tile-{numbers['Ash']}").locator("[data-hand]"), 0), "the hand is down", 15
        )

        for row in await clinic.attended(clinic.group):
            assert len(row["intervals"]) == 1, "the outages left a gap"

        # What was said is still there for a page that comes back.
        await sky.page.reload()
        await sky.at("call").wait_for()
        assert await sky.member() == numbers["Sky"]
        await sky.at("chat-open").click()
        await sky.page.get_by_text("Before it hung.").wait_for()


async def _say(person: Person, text: str) -> None:
    await person.at("chat-input").fill(text)
    await person.at("chat-send").click()


async def _sent_again(person: Person, reader: Person, text: str) -> bool:
    """A person who is refused tries again, as long as their words are still in the entry."""
    if await person.at("chat-input").input_value() == text:
        await person.at("chat-send").click()
    return bool(await reader.page.get_by_text(text).count())


async def _told_not_now(person: Person) -> None:
    await person.page.get_by_role("alert").get_by_text(BUSY).first.wait_for()


async def _media_goes_on(present: list[Person]) -> None:
    """Pictures and voices keep arriving at everybody all through a while."""
    for person in present:
        now = await traffic(person)

        async def more(person: Person = person, before: int = now.audio_received) -> bool:
            return (await traffic(person)).audio_received > before

        await until(more, f"voices go on for {person.name}", 3)
    therapist, *_ = present
    now = await traffic(therapist)

    async def pictures() -> bool:
        return (await traffic(therapist)).frames > now.frames + 10

    await until(pictures, "pictures go on", 5)

    async def up() -> bool:
        return not await therapist.at("reconnecting").count()

    await holds(up, "signalling stays up while Redis hangs")


async def _ready(server: Server) -> tuple[int, list[str]]:
    async with aiohttp.ClientSession() as http, http.get(f"{server.base}/readyz") as answer:
        return answer.status, (await answer.json())["missing"]


async def _hangs(server: Server) -> bool:
    status, missing = await _ready(server)
    return status == 503 and "redis" in missing


async def _is_ready(server: Server) -> bool:
    return await _ready(server) == (200, [])
