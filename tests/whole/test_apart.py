"""The side room and the hold for privacy, by colour and tone; and what staff do about a client in a crisis."""

import time
from pathlib import Path

import pytest

from telehealth import packs
from telehealth.core import attendance
from telehealth.core.events import AlarmRaised, Entered, MovedAside, MovedBack, PrivacyHeld, PrivacyReleased, StepTaken
from tests.support.browser import Person, people, sees_and_hears
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, fetch, others, sign_in

pytestmark = pytest.mark.whole


async def perceives_only(person: Person, allowed: set[int]) -> bool:
    """No picture and no voice of anybody but `allowed` (their numbers) and of the person themself."""
    now = await person.perceives()
    own = {person.number, None}
    return set(now.pictures.values()) <= allowed | own and set(now.voices.values()) <= allowed | own


async def choose(therapist: Person, member: int, what: str) -> None:
    """One click in the menu of a person's row."""
    await therapist.at(f"person-more-{member}").click()
    await therapist.at(f"{what}-{member}").last.click()


async def _in_a_crisis(therapist: Person, sky: Person, max_: Person, numbers: dict[str, int]) -> None:
    """Sky calls in silence, is marked, is gone: the host is told who, where they are and what to do, Max nothing."""
    me = numbers["Sky"]
    max_.frames.clear()
    await sky.at("help").click()
    await therapist.at(f"alert-{me}-help").wait_for()
    await therapist.at(f"answer-{me}").click()
    await therapist.at(f"alert-{me}-help").wait_for(state="detached")
    await therapist.at(f"safety-{me}").first.click()
    await therapist.at("crisis-card").get_by_text("217-555").first.wait_for()
    await therapist.at("risk-at_risk").click()
    await therapist.page.locator("[data-testid=risk-at_risk][aria-pressed=true]").wait_for()
    await therapist.page.keyboard.press("Escape")
    gone = time.monotonic()
    await sky.page.close()
    await therapist.page.locator(f"[data-testid^=alert-{me}-]").wait_for(timeout=5_000)
    assert time.monotonic() - gone < 5
    await therapist.page.locator(f"[data-testid^=open-{me}-]").click()
    await therapist.at("step-call-client-reached").click()
    await therapist.at("step-call-client").get_by_text("Robin").wait_for()
    await therapist.at("alarm-close").click()
    await _written_down(therapist)
    await therapist.page.locator(f"[data-testid^=alert-{me}-]").wait_for(state="detached")
    told = "".join(max_.frames)
    assert not [word for word in ("at_risk", "call-client", '"help"', '"called"', "217-555") if word in told]


async def _written_down(therapist: Person) -> None:
    """Closing the alarm leads to the incident note, made of the steps; then what medical personnel were told."""
    text = therapist.at("incident-text")
    await text.wait_for()
    assert "Call the client. Reached." in await text.input_value()
    await text.press("Control+End")
    await text.type("\nSafe at home with her sister.")
    await therapist.at("incident-keep").click()
    await therapist.at("after-kept").wait_for()
    await therapist.at("tell-open").click()
    await therapist.at("told-keep").click()
    await therapist.at("told-recipient").locator("xpath=following-sibling::p").wait_for()
    await therapist.at("told-recipient").fill("R. Diaz, paramedic")
    await therapist.at("told-affiliation").fill("County EMS")
    assert "without leave" in await therapist.at("told-nature").input_value()
    await therapist.at("told-keep").click()
    await therapist.at("told").get_by_text("County EMS").wait_for()
    await therapist.page.keyboard.press("Escape")


async def _in_the_record(therapist: Person, clinic: Clinic, client: str) -> None:
    """The draft stands in the client's section, and the disclosure in the client's list."""
    about = (await fetch(therapist, f"/api/staff/sessions/{clinic.group}/notes/{client}"))["body"]
    assert about["state"] == "draft"
    assert about["text"].endswith("Safe at home with her sister.")
    page = await therapist.page.context.new_page()
    await page.goto(f"{clinic.server.base}/#/client/{client}/disclosures")
    shown = page.get_by_test_id("disclosures")
    await shown.get_by_text("R. Diaz, paramedic, County EMS").wait_for()
    await shown.get_by_text("42 CFR 2.51").wait_for()
    await page.close()


@pytest.mark.asyncio
async def test_who_is_apart_sees_and_hears_nobody_of_the_group_and_the_reverse(tmp_path: Path) -> None:
    """A client is held apart and shown again, then taken aside and brought back; minutes aside are their own."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky, max_ = [await crowd.person(i, name) for i, name in ((1, "Sky"), (2, "Max"))]
        present = [therapist, sky, max_]
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)), (max_, clinic.group_link(2)))
        numbers = await everybody_sees_everybody(present)

        # Somebody walks in on Sky.
        await choose(therapist, numbers["Sky"], "privacy")
        await sky.at("held").wait_for()
        assert not [word for word in ("Therapist", "Max", "group") if word in await sky.page.inner_text("body")]
        await until(lambda: perceives_only(sky, set()), "nothing of the group is left on Sky's page")
        await until(lambda: perceives_only(max_, {0}), "nothing of Sky is left on Max's page")
        await sees_and_hears(max_, {numbers["Therapist"]: 0})
        sky.frames.clear()
        await holds(lambda: perceives_only(sky, set()), "Sky sees and hears nobody")
        assert not [frame for frame in sky.frames if '"speaking"' in frame and f"{numbers['Max']}" in frame]
        assert not [frame for frame in max_.frames if "private" in frame]
        await choose(therapist, numbers["Sky"], "privacy")
        for person in present:
            await sees_and_hears(person, others(numbers, person, present))

        # Sky and the therapist step out.
        await choose(therapist, numbers["Sky"], "aside")
        await sky.at("aside").wait_for()
        await sees_and_hears(sky, {numbers["Therapist"]: 0})
        await sees_and_hears(therapist, {numbers["Sky"]: 1})
        await until(lambda: perceives_only(max_, set()), "Max sees and hears nobody")
        await holds(lambda: perceives_only(max_, set()), "Max goes on seeing and hearing nobody")
        assert await perceives_only(sky, {0})
        assert await perceives_only(therapist, {1})
        await therapist.at("aside-back").click()
        for person in present:
            await sees_and_hears(person, others(numbers, person, present))

        await _in_a_crisis(therapist, sky, max_, numbers)

        log = await clinic.log(clinic.group)
        gone = next(event.person for event in log if isinstance(event, Entered) and event.member == numbers["Sky"])
        await _in_the_record(therapist, clinic, gone)
        (alarm,) = [event for event in log if isinstance(event, AlarmRaised)]
        assert alarm.at - alarm.since < 5_000
        assert [event.step for event in log if isinstance(event, StepTaken)] == ["call-client"]
        assert len([event for event in log if isinstance(event, PrivacyHeld | PrivacyReleased)]) == 2
        (out,) = [e for e in log if isinstance(e, MovedAside) and e.member == numbers["Sky"]]
        (back,) = [e for e in log if isinstance(e, MovedBack) and e.member == numbers["Sky"]]
        rows = attendance.rows(log, packs.load().policies["iop-default/1"], until=back.at)
        assert sorted(row.side_room_ms for row in rows if row.intervals) == [0, back.at - out.at]
        assert all(row.attended_ms == row.milliseconds - row.side_room_ms for row in rows)
