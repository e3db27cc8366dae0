"""Who comes and goes costs those present nothing, and what nobody hears or sees is not sent at all."""

from functools import partial
from pathlib import Path

import pytest

from telehealth import packs
from telehealth.core import attendance
from telehealth.core.events import BreakBegan, BreakEnded
from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, is_back, others, sign_in, silent, tile_gone
from tests.whole.traffic import Traffic, connections, count_offers, offers, traffic

pytestmark = pytest.mark.whole


@pytest.mark.asyncio
async def test_comings_and_goings_renegotiate_nothing_and_silence_is_silent(tmp_path: Path) -> None:
    """Those present exchange no offer when others join or leave; a muted person and a hidden picture are 0 packets."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky, max_, ash = [await crowd.person(i, name) for i, name in ((1, "Sky"), (2, "Max"), (3, "Ash"))]
        present = [therapist, sky, max_]
        for person in present:
            await count_offers(person)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)), (max_, clinic.group_link(2)))
        numbers = await everybody_sees_everybody(present)
        before = [(await offers(p), await connections(p)) for p in present]

        # Somebody comes, is seen and heard by all, leaves, and comes again.
        await come_in(therapist, (ash, clinic.group_link(3)))
        numbers = await everybody_sees_everybody([*present, ash])
        await ash.at("leave").click()
        await ash.at("leave-confirm").click()
        await ash.at("left").wait_for()
        for person in present:
            await until(partial(tile_gone, person, numbers["Ash"]), f"{person.name} sees that Ash is gone")
        assert [(await offers(p), await connections(p)) for p in present] == before

        # A break is told to everybody and recorded; it moves nobody.
        await therapist.at("break").click()
        for person in present:
            await person.at("on-break").wait_for()
        await therapist.at("break").click()
        for person in present:
            await person.at("on-break").wait_for(state="detached")
        log = await clinic.log(clinic.group)
        (began,) = [event for event in log if isinstance(event, BreakBegan)]
        (over,) = [event for event in log if isinstance(event, BreakEnded)]
        rows = attendance.rows(log, packs.load().policies["iop-default/1"], until=over.at)
        assert sorted(row.break_ms for row in rows if row.intervals) == [0, *2 * [over.at - began.at]]  # Ash had left
        assert all(row.attended_ms == row.milliseconds - row.break_ms for row in rows)
        assert [(await offers(p), await connections(p)) for p in present] == before

        # Muted is silent on the wire, not only in the ears.
        await max_.at("mic").click()
        await silent(sky, numbers["Max"])
        muted = await traffic(max_)
        assert muted.audio_sent > 0

        async def sends_pictures_only() -> bool:
            return (await traffic(max_)).audio_sent == muted.audio_sent

        await holds(sends_pictures_only, "a muted person sent audio")
        assert (await traffic(max_)).video_sent > muted.video_sent

        # On a phone the chat lies over the pictures: none of them is sent there, and the voices go on.
        await sky.at("chat-open").click()
        last = await _still(sky)

        async def no_pictures() -> bool:
            return (await traffic(sky)).video_received == last.video_received

        await holds(no_pictures, "a hidden picture was sent")
        assert (await traffic(sky)).audio_received > last.audio_received
        await sky.at("chat-open").click()

        async def seen_again() -> bool:
            now = await sky.perceives()
            return all(now.pictures.get(f"{m}/camera") == n for m, n in others(numbers, sky, present).items())

        await until(seen_again, "the pictures are back")
        assert await is_back(sky, numbers["Max"])
        assert [(await offers(p), await connections(p)) for p in present] == before


async def _still(person: Person) -> Traffic:
    """The traffic once no picture has arrived between two looks."""
    seen: list[Traffic] = []

    async def still() -> Traffic | None:
        seen.append(await traffic(person))
        return seen[-1] if len(seen) > 4 and seen[-1].video_received == seen[-5].video_received else None

    found = await until(still, "no pictures arrive")
    assert found is not None
    return found
