"""Order in a session, as people click it: the queue of hands, quiet, one question, a moment, the waiting room, and a
host who is gone for a while; and what of all that stands in the attendance rows."""

from pathlib import Path

import pytest

from telehealth.core import events as did
from tests.support.browser import Person
from tests.support.wait import holds, until
from tests.whole.axe import Looks
from tests.whole.clinic import come_in
from tests.whole.evening import members_of, open_link
from tests.whole.kinds import kind_room
from tests.whole.test_apart import choose, perceives_only

pytestmark = pytest.mark.whole


async def _pressed(person: Person, button: str, pressed: bool) -> None:
    await person.page.locator(f"[data-testid={button}][aria-pressed={str(pressed).lower()}]").wait_for()


async def _hands_and_quiet(looks: Looks, therapist: Person, one: Person, other: Person, member: int) -> None:
    """Whoever is next is asked, and unmutes by themself; in quiet nobody does who is not asked."""
    await therapist.at("quiet").click()
    await one.at("quiet-on").wait_for()
    await _pressed(one, "mic", False)
    await one.at("mic").click()
    await _pressed(one, "mic", False)
    await one.at("hand").click()
    await therapist.at("hands").wait_for()
    await looks.look(therapist, "hands in quiet", narrow=False)
    await therapist.page.keyboard.press("Alt+Shift+KeyN")
    await one.at("asked-yes").wait_for()
    await looks.look(one, "asked to speak")
    await one.at("asked-yes").click()
    await _pressed(one, "mic", True)
    await therapist.at("hands").wait_for(state="detached")
    assert await other.at("asked").count() == 0
    await therapist.at("quiet-end").click()
    await one.at("quiet-on").wait_for(state="detached")
    await choose(therapist, member, "call-on")
    await other.at("asked-no").click()
    await other.at("asked").wait_for(state="detached")


async def _still_with_us(looks: Looks, therapist: Person, one: Person, other: Person, member: int) -> None:
    """Only the one who is asked sees the question, and the host the answer."""
    await choose(therapist, member, "still-ask")
    await one.at("still-here").wait_for()
    await looks.look(one, "still with us")
    await one.at("still-here").click()
    await therapist.page.locator(f"[data-testid=still-{member}][data-answered]").wait_for()
    assert await other.at("still").count() == 0
    await therapist.at("still-clear").click()
    await therapist.at("still-answers").wait_for(state="detached")


async def _a_moment(therapist: Person, one: Person, other: Person, person: str) -> None:
    """Nothing is seen or heard either way, and staff alone learn why."""
    other.frames.clear()
    await one.at("moment").click()
    await one.at("moment-view").wait_for()
    await therapist.at(f"person-{person}").get_by_text("needs a moment").wait_for()
    await therapist.at("moments").get_by_text(one.name).wait_for()
    await until(lambda: perceives_only(other, {0}), "nothing of them is left on the other's page")
    assert '"moment":1' not in "".join(other.frames)
    await one.at("moment-back").click()
    await one.at("call").wait_for()
    await _pressed(one, "mic", False)


async def _held_back(therapist: Person, one: Person, other: Person, member: int) -> None:
    """From the seat to the waiting room and back to the same seat, when the host means them."""
    await choose(therapist, member, "hold-back")
    await one.at("waiting").get_by_text("wait here for a moment").wait_for()
    await until(lambda: perceives_only(other, {0}), "nothing of them is left on the other's page")
    await therapist.at(f"admit-{member}").click()
    await one.at("call").wait_for()
    assert await one.member() == member


@pytest.mark.asyncio
async def test_a_host_keeps_order_and_is_gone_for_a_while(tmp_path: Path) -> None:
    """Real clicks on real pages; the session goes on without its host, and the rows tell of the waiting room alone."""
    async with kind_room(tmp_path, "group_therapy", clients=3, admitted=False) as it:
        therapist, (one, other, late) = it.therapist, it.clients
        await come_in(therapist, (one, it.clinic.group_link(0)), (other, it.clinic.group_link(1)))
        numbers = await members_of([therapist, one, other])
        member, looks = numbers[one.name], Looks()
        await _hands_and_quiet(looks, therapist, one, other, numbers[other.name])
        await _still_with_us(looks, therapist, one, other, member)
        await _a_moment(therapist, one, other, it.person(one.name))
        await _held_back(therapist, one, other, member)

        # The therapist's network is gone; somebody comes meanwhile.
        await therapist.network(False)
        await one.at("host-away").wait_for(timeout=30_000)
        await open_link(late, it.clinic.group_link(2))
        await late.at("waiting").get_by_text("as soon as somebody is back").wait_for()

        async def goes_on() -> bool:
            return await one.at("call").count() == 1 and await other.at("call").count() == 1

        await holds(goes_on, "the session goes on without its host")
        await therapist.network(True)
        await one.at("host-away").wait_for(state="detached", timeout=30_000)
        await late.at("waiting").get_by_text("as soon as somebody is back").wait_for(state="detached")
        await therapist.at("admit-all").click()
        await late.at("call").wait_for()

        assert looks.faults == []
        rows = {row["client"]: row for row in await it.end()}
        stays = {name: rows[it.person(name)]["intervals"] for name in (one.name, other.name, late.name)}
        assert [stay["ended_by"] for stay in stays[one.name]] == ["held_back", "ended"]
        assert [stay["ended_by"] for stay in stays[other.name]] == ["ended"]
        assert [stay["ended_by"] for stay in stays[late.name]] == ["ended"]
        log = await it.clinic.log(it.session)
        for kind in (did.HeldBack, did.MomentTaken, did.MomentEnded, did.QuietChanged, did.UnmuteAsked):
            assert any(isinstance(event, kind) for event in log), kind
        assert not any(isinstance(event, did.Left) and event.why is did.Why.LEFT for event in log)
