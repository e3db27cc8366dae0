"""The waiting room: words at the door, and a look before somebody is let in, by colour and tone; minutes come after."""

from functools import partial
from pathlib import Path

import pytest

from telehealth import packs
from telehealth.core import attendance
from telehealth.core.events import LookedIn, Seated
from tests.support.browser import Person, people, sees_and_hears
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.axe import Looks
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, open_link, others, sign_in
from tests.whole.test_apart import perceives_only

pytestmark = pytest.mark.whole


async def waits(therapist: Person, name: str) -> int:
    """The number of somebody in the list of those who wait."""
    row = therapist.page.locator("[data-testid^=waiting-]", has_text=name)
    await row.wait_for()
    return int(str(await row.get_attribute("data-testid")).removeprefix("waiting-"))


async def reads(person: Person, test_id: str, words: str) -> None:
    await person.at(test_id).get_by_text(words).first.wait_for()


async def _writes(therapist: Person, sky: Person, member: int) -> None:
    """Sky writes from the waiting room; it comes into the inbox beside her row, and the answer stands on her page."""
    await sky.at("door-input").fill("I am in the car, two minutes")
    await sky.at("door-send").click()
    await reads(sky, "door-lines", "I am in the car")
    await therapist.page.locator(f"[data-testid=write-{member}][data-badge='1']").wait_for()
    await therapist.at(f"write-{member}").click()
    await reads(therapist, f"talk-{member}", "in the waiting room")
    await therapist.at("inbox").get_by_text("I am in the car").last.wait_for()
    await therapist.at("talk-input").fill("Take your time, I can see you are here")
    await therapist.at("talk-send").click()
    await reads(sky, "door-lines", "Take your time")
    assert await sky.page.get_by_text("Your therapist can see that you are here").count() == 1


@pytest.mark.asyncio
async def test_a_host_reads_who_waits_and_looks_before_letting_them_in(tmp_path: Path) -> None:
    """Two who wait and one in the group: only the host and the one who is looked at see, hear and read each other, and
    only once that one's page says so; the minutes of a row begin with the admission."""
    looks = Looks()
    async with running(tmp_path / "data", {"TELEHEALTH_CLINIC_PHONE": "217-555-0199"}) as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky, max_, river = [await crowd.person(i, name) for i, name in ((1, "Sky"), (2, "Max"), (3, "River"))]
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (max_, clinic.group_link(2)))
        numbers = await everybody_sees_everybody([therapist, max_])
        await open_link(sky, clinic.group_link(1))
        await open_link(river, clinic.group_link(3))
        assert await sky.at("clinic-phone").get_attribute("href") == "tel:2175550199"
        me = await waits(therapist, "Sky")
        await _writes(therapist, sky, me)
        await sky.at("look").wait_for(state="detached")
        assert await perceives_only(therapist, {2})

        # The look: first the page says so.
        await therapist.at(f"look-{me}").click()
        await sky.at("look").wait_for()
        await reads(sky, "look-said", "is looking in before letting you in")
        await sees_and_hears(therapist, {me: 1})
        await sees_and_hears(sky, {numbers["Therapist"]: 0})
        for other in (max_, river):
            await until(partial(perceives_only, other, set()), f"{other.name} perceives nobody")
            await holds(partial(perceives_only, other, set()), f"{other.name} perceives somebody")
        await looks.look(sky, "the waiting room while a host looks in")
        await looks.look(therapist, "the host's page while they look in", narrow=False)

        # Stopped, nothing flows any more; looked at again and let in, Sky is with the group.
        await therapist.at("look-stop").click()
        await reads(sky, "look-said", "Nobody is looking in any more")
        await until(lambda: perceives_only(sky, set()), "Sky sees and hears nobody")
        await sees_and_hears(therapist, {numbers["Max"]: 2})
        await therapist.at(f"look-{me}").click()
        await sees_and_hears(therapist, {me: 1})
        await therapist.at("look-admit").click()
        await sky.at("call").wait_for()
        numbers["Sky"] = me
        for person in (present := [therapist, max_, sky]):
            await sees_and_hears(person, others(numbers, person, present))

        for other in (max_, river):
            told = "".join(other.frames)
            assert not [word for word in ("in the car", "Take your time", '"look":{') if word in told]
        assert "Sky" not in "".join(river.frames)
        log = await clinic.log(clinic.group)
        seated = next(event for event in log if isinstance(event, Seated) and event.member == me)
        assert [event.member for event in log if isinstance(event, LookedIn)] == [me, me]
        sky_person = next(one["person"] for one in clinic.clients if one["alias"] == "Sky")
        rows = attendance.rows(log, packs.load().policies["iop-default/1"], until=None)
        assert next(row for row in rows if row.client == sky_person).first_join == seated.at
        assert not looks.faults, "\n".join(looks.faults)
