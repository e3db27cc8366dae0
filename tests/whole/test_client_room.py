"""What a client needs of their room: in within a minute, a moment to themself, looks that help, a way out at once."""

import time
from functools import partial
from pathlib import Path

import pytest

from telehealth.core.events import Left, MomentEnded, MomentTaken
from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.axe import Looks
from tests.whole.clinic import Clinic, clinic_of, enter_as_staff
from tests.whole.evening import count_is, everybody_sees_everybody, open_link, sign_in, silent
from tests.whole.traffic import traffic

pytestmark = pytest.mark.whole

KEY, TAP, THINK = 0.28, 1.1, 1.35
"""Seconds of the keystroke-level model (Card, Moran and Newell 1980): a key of a casual typist, a tap, a thought before
each thing that one does."""
TYPED = "1 Example Street, Springfield" + "A Friend" + "217-555-0100" + "217-555-0101"


def by_hand(typed: int, taps: int, things: int) -> float:
    return typed * KEY + taps * TAP + things * THINK


@pytest.mark.asyncio
async def test_a_client_comes_in_takes_a_moment_and_is_gone_at_once(tmp_path: Path) -> None:
    """In under a minute the first time and under ten seconds the next; a moment hides and mutes a client from all;
    Escape three times, or the button, leaves a calendar on the screen, nothing behind it and "left" in the record."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic, looks = clinic_of(server), Looks()
        therapist, sky = await crowd.person(0, "Therapist", phone=False), await crowd.person(1, "Sky")
        max_ = await crowd.person(2, "Max")
        await sky.context.grant_permissions(["camera", "microphone"])
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)

        # The first time: what the page takes, and what a hand needs for all that it asks.
        began = time.monotonic()
        await open_link(sky, clinic.group_link(1))
        first = time.monotonic() - began + by_hand(len(TYPED), taps=11, things=9)
        # Escape three times, from the waiting room.
        for _ in range(3):
            await sky.page.keyboard.press("Escape")
        await _is_away(sky, clinic)

        # The next time: nothing to type, and no mirror to look into. Two ticks and a button are added by hand, because
        # for this session the questions are answered already.
        began = time.monotonic()
        await sky.page.goto(clinic.group_link(1))
        await sky.at("join-begin").click()
        await sky.at("waiting").wait_for()
        again = time.monotonic() - began + by_hand(0, taps=4, things=2)
        assert first < 60, f"{first:.1f} s"
        assert again < 10, f"{again:.1f} s"
        await sky.at("devices-open").click()
        await looks.look(sky, "devices, in the waiting room")
        await sky.page.keyboard.press("Escape")

        await open_link(max_, clinic.group_link(2))
        await therapist.at("admit-all").click()
        await sky.at("call").wait_for()
        await max_.at("call").wait_for()
        numbers = await everybody_sees_everybody([therapist, sky, max_])

        await _comfort(looks, sky)
        await _moment(looks, therapist, sky, max_, numbers["Sky"])

        # The button, from the room: nothing is left on the screen, in the tab or in its history.
        await sky.at("quick-exit").click()
        await _is_away(sky, clinic, times=2)
        await looks.look(sky, "the calendar")
        log = await clinic.log(clinic.group)
        assert [type(event) for event in log if isinstance(event, (MomentTaken, MomentEnded))] == [
            MomentTaken,
            MomentEnded,
        ]
        assert not looks.faults, "\n".join(looks.faults)


async def _comfort(looks: Looks, client: Person) -> None:
    """Every look that can be chosen is axe's to see; what is not shown is not sent."""
    await client.at("comfort-open").click()
    await client.at("comfort").wait_for()
    await client.at("caption-choice").wait_for()
    await looks.look(client, "comfort")
    for name in ("contrast", "outlines", "still"):
        await client.at(name).check()
    await client.at("text-3").check()
    await looks.look(client, "comfort, with all of it")
    await client.at("show-staff").check()
    await client.at("hide-self").check()
    await client.page.keyboard.press("Escape")
    tiles = client.page.locator("[data-testid^=tile-]")
    await until(partial(count_is, tiles, 1), "only the therapist is shown")
    await looks.look(client, "the therapist alone, in the largest text and high contrast")
    await client.page.reload()
    await client.at("call").wait_for()
    await until(partial(count_is, tiles, 1), "a reload keeps what was chosen")
    await client.at("comfort-open").click()
    for name in ("contrast", "outlines", "still"):
        await client.at(name).uncheck()
    await client.at("text-0").check()
    await client.at("hide-self").uncheck()
    await client.at("show-speaker").check()
    await client.page.keyboard.press("Escape")
    await client.page.locator(".stage[data-screen]").wait_for()
    await looks.look(client, "who speaks, large")
    await client.at("comfort-open").click()
    await client.at("show-everyone").check()
    await client.page.keyboard.press("Escape")
    await until(partial(count_is, tiles, 3), "everybody is shown again")


async def _moment(looks: Looks, therapist: Person, client: Person, other: Person, member: int) -> None:
    await client.at("moment").click()
    await client.at("moment-view").wait_for()
    await looks.look(client, "a moment")
    await silent(other, member)
    sent = await traffic(client)

    async def sends_nothing() -> bool:
        now = await traffic(client)
        return (now.audio_sent, now.video_sent) == (sent.audio_sent, sent.video_sent)

    await holds(sends_nothing, "somebody sent sound or pictures in a moment of their own")
    await client.at("moment-write").fill("I need a minute.")
    await client.page.keyboard.press("Enter")
    await therapist.at("chat-open").click()
    await therapist.page.get_by_text("I need a minute.").wait_for()
    assert not any("I need a minute." in frame for frame in other.frames), "a message to the therapist went to a client"
    await client.at("moment-back").click()
    await client.at("call").wait_for()
    assert await client.at("mic").get_attribute("aria-pressed") == "false"
    assert await client.at("camera").get_attribute("aria-pressed") == "false"


async def _is_away(client: Person, clinic: Clinic, times: int = 1) -> None:
    await client.page.wait_for_url("**/calendar")
    await client.page.get_by_role("table").wait_for()
    assert await client.page.title() == "Calendar"
    assert await client.page.evaluate("[sessionStorage.length, location.hash]") == [0, ""]

    async def recorded() -> bool:
        log = await clinic.log(clinic.group)
        return sum(isinstance(event, Left) and not event.inferred for event in log) == times

    await until(recorded, "the record says that they left")
