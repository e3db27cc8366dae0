"""Devices that come and go in the middle of a session, and lids that are closed: real tracks, real sending."""

import asyncio
import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import until
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, fetch, sign_in
from tests.whole.traffic import connections, count_offers, offers

pytestmark = pytest.mark.whole

PLUGS = (Path(__file__).parents[1] / "support/plugs.js").read_text()
FIRST, SECOND = "Fake Audio Input 1", "Fake Audio Input 2"
DEFAULT = "Fake Default Audio Input"
SLEEP = 21.0
"""Seconds: longer than the socket's patience with its ping (10 + 8), or nobody has noticed anything."""


@pytest.mark.asyncio
async def test_devices_change_in_the_middle_of_a_session(tmp_path: Path) -> None:
    """Another microphone, one pulled out and put in again, another default, one taken by a call, a dead one: each goes
    on sending (or says that it does not) without an offer, and the person reads what happened."""
    async with running(tmp_path / "data") as server, people(script=PLUGS) as crowd:
        clinic = clinic_of(server)
        therapist, sky = await crowd.person(0, "Therapist", phone=False), await crowd.person(1, "Sky", phone=False)
        await count_offers(sky)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)))
        await _sends(sky, DEFAULT)
        before = await offers(sky), await connections(sky)
        member = await sky.member()

        # By hand, in the dialog.
        await sky.at("devices-open").click()
        await sky.page.get_by_label("Microphone", exact=True).select_option(label=FIRST)
        await _sends(sky, FIRST)
        if await sky.page.get_by_label("Speaker", exact=True).count():
            await sky.page.get_by_label("Speaker", exact=True).select_option(label="Fake Audio Output 1")
            await until(partial(_plays_on_another_speaker, sky), "every voice plays on the chosen speaker")
        await sky.page.keyboard.press("Escape")

        # A headset whose battery is empty, and full again.
        await sky.page.evaluate("label => __plugs.pull(label)", FIRST)
        await _sends(sky, DEFAULT)
        await _reads(sky, "device-news", DEFAULT)
        await sky.page.evaluate("label => __plugs.plug(label)", FIRST)
        await _sends(sky, FIRST)
        await _reads(sky, "device-news", "is back")

        # The system has another default: whoever chose none follows it.
        await sky.at("devices-open").click()
        await sky.page.get_by_label("Microphone", exact=True).select_option(value="")
        await _sends(sky, DEFAULT)
        await sky.page.keyboard.press("Escape")
        track = (await _sent(sky))["microphone"]["id"]
        await sky.page.evaluate("__plugs.makeDefault('a headset')")
        await _reads(sky, "device-news", "changed over")
        assert (await _sent(sky))["microphone"]["id"] != track

        # Another app has the microphone: the truth is told to the person and to the room, and taken back afterwards.
        await sky.page.evaluate("__plugs.take('audio')")
        await sky.at("taken-microphone").wait_for()
        assert await sky.at("mic").get_attribute("aria-pressed") == "false"
        await until(partial(_shows_muted, therapist, member), "the room sees that the microphone is off")
        await sky.page.evaluate("__plugs.giveBack('audio')")
        await sky.at("taken-microphone").wait_for(state="detached")
        assert await sky.at("mic").get_attribute("aria-pressed") == "true"
        await _sends(sky, DEFAULT)

        # A phone call is over, and the track is live, unmuted and dead.
        track = (await _sent(sky))["microphone"]["id"]
        await sky.page.evaluate("__plugs.deafen()")

        async def fetched_anew() -> bool:
            return bool((await _sent(sky))["microphone"]["id"] != track)

        await until(fetched_anew, "a track without a sound is fetched anew", 15)
        await _sends(sky, DEFAULT)
        assert not await sky.at("muted-by-host").count(), "nobody muted anybody"
        assert (await offers(sky), await connections(sky)) == before


@pytest.mark.asyncio
async def test_a_lid_is_closed_and_opened(tmp_path: Path) -> None:
    """Pages that stood still for a while, with their clocks and their sockets, see and hear each other again within
    seconds of waking, in the same seats, and the record has no minute that nobody can prove."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist, sky = await crowd.person(0, "Therapist", phone=False), await crowd.person(1, "Sky")
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)))
        numbers = await everybody_sees_everybody([therapist, sky])
        pages = await crowd.renderers()
        for page in pages:
            os.kill(page, signal.SIGSTOP)
        try:
            await asyncio.sleep(SLEEP)
        finally:
            for page in pages:
                os.kill(page, signal.SIGCONT)
        assert await everybody_sees_everybody([therapist, sky], 12) == numbers

        async def recorded() -> bool:
            # Faces and voices come back before the sockets do, and a page that has slept shows what it knew before.
            shown = await fetch(therapist, f"/api/staff/sessions/{clinic.group}/presence")
            stays = {one["alias"]: one["stays"] for one in shown["body"]["clients"]}
            return len(stays["Sky"]) == 2

        await until(recorded, "the record has Sky's return", 20)
        await therapist.at("end").click()
        await therapist.at("end-confirm").click()
        await sky.at("ended").wait_for()
        (row,) = await clinic.attended(clinic.group)
        spans = [(one["start"], one["end"]) for one in row["intervals"]]
        assert len(spans) == 2, spans
        assert (spans[1][0] - spans[0][1]) / 1000 > SLEEP - 6, "time asleep is not counted"


async def _sent(person: Person) -> dict[str, Any]:
    return dict(await person.page.evaluate("__sends()"))


async def _sends(person: Person, label: str) -> None:
    """The sender has this device's track, and packets go out with sound in them."""
    first = await _sent(person)

    async def flows() -> bool:
        now = (await _sent(person))["microphone"]
        more = now["packets"] > first["microphone"]["packets"] and now["energy"] != first["microphone"]["energy"]
        return bool(now["label"] == label and more)

    try:
        await until(flows, f"{person.name} sends from {label}")
    except AssertionError as error:
        raise AssertionError(
            f"{error}; sends {await _sent(person)}, asked {await person.page.evaluate('__plugs.asked')}"
        ) from None


async def _reads(person: Person, test_id: str, words: str) -> None:
    async def there() -> bool:
        found = person.at(test_id)
        return bool(await found.count() and words in await found.inner_text())

    await until(there, f"{person.name} reads “{words}”")


async def _plays_on_another_speaker(person: Person) -> bool:
    sinks = await person.page.evaluate("[...document.querySelectorAll('audio')].map(one => one.sinkId)")
    return bool(sinks) and all(sinks)


async def _shows_muted(viewer: Person, member: int) -> bool:
    return "microphone off" in await viewer.at(f"tile-{member}").inner_text()
