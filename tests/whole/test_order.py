"""Order in a session, as people click it: the queue of hands, quiet, one question, a moment, the waiting room, and a
host who is gone for a while; and what of all that stands in the attendance rows."""

from dataclasses import replace
from pathlib import Path

import pytest

from telehealth.core import events as did
from telehealth.core.access_table import StaffRole
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Person as Record
from telehealth.core.records import StaffLogin
from telehealth.edge.passwords import hash_password
from tests.support.browser import Person
from tests.support.log import open_log
from tests.support.wait import holds, until
from tests.whole.axe import Looks
from tests.whole.clinic import come_in, enter_as_staff
from tests.whole.evening import members_of, open_link
from tests.whole.kinds import KindRoom, kind_room
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


NAME, PASSWORD = "morgan", "a password of the second host"


async def _second_host(it: KindRoom) -> Person:
    """A colleague who helps to lead the session, at a laptop and in the room."""
    morgan, programme = PersonId("id-of-morgan"), ProgrammeId(it.clinic.programme)
    async with open_log(it.server.folder) as store:
        await store.people.put(programme, Record(morgan, True, "Morgan Ashgrove-Whitcombe", "Morgan"))
        login = StaffLogin(morgan, programme, NAME, hash_password(PASSWORD), staff_role=StaffRole.FACILITATOR)
        await store.people.put_login(login)
        session = await store.sessions.get(programme, SessionId(it.session))
        assert session is not None
        await store.sessions.put(replace(session, cofacilitators=(morgan,)))
    host = await it.crowd.person(4, "Morgan", phone=False)
    await host.page.goto(it.server.demo.staff_url)
    await host.at("staff-name").fill(NAME)
    await host.at("staff-password").fill(PASSWORD)
    await host.at("staff-sign-in").click()
    await host.at(f"open-room-{it.session}").wait_for()
    await enter_as_staff(host, it.clinic, it.session)
    return host


@pytest.mark.asyncio
async def test_a_host_hands_over_and_another_time_is_lost(tmp_path: Path) -> None:
    """Handed over, the lead is with the colleague: the first host goes, the session does not, and people are let in.
    Lost, it is with nobody: nothing ends, whoever comes can still be let in, and one click takes it."""
    patience = {"TELEHEALTH_GRACE": "5"}
    async with kind_room(tmp_path, "group_therapy", clients=3, admitted=False, environment=patience) as it:
        therapist, (one, other, late), looks = it.therapist, it.clients, Looks()
        second = await _second_host(it)
        member = await second.member()
        await come_in(therapist, (one, it.clinic.group_link(0)))
        assert await second.at("end").count() == 0

        await choose_more(therapist, f"lead-{member}")
        await looks.look(therapist, "handing over")
        await therapist.at("hand-over-confirm").click()
        await second.at("lead").get_by_text("You lead the session.").wait_for()
        await therapist.at("lead").get_by_text("Morgan leads the session.").wait_for()
        await second.at("end").wait_for()
        await looks.look(therapist, "who handed over")
        await looks.look(second, "who leads now")
        await therapist.at("leave").click()
        await therapist.at("leave-confirm").click()
        await therapist.at("left").wait_for()
        await come_in(second, (other, it.clinic.group_link(1)))
        assert await one.at("call").count() == 1
        assert await one.at("host-away").count() == 0

        await therapist.at("over-back").click()
        await therapist.at("take-lead").click()
        await therapist.at("lead").get_by_text("You lead the session.").wait_for()
        await second.at("end").wait_for(state="detached")

        await therapist.page.close()
        await second.at("lead").get_by_text("Nobody leads the session at the moment.").wait_for(timeout=30_000)
        await looks.look(second, "nobody leads")
        await come_in(second, (late, it.clinic.group_link(2)))
        await second.at("take-lead").click()
        await second.at("lead").get_by_text("You lead the session.").wait_for()

        async def goes_on() -> bool:
            return await one.at("call").count() == 1 and await other.at("call").count() == 1

        await holds(goes_on, "the session goes on without its first host")
        await second.at("end").click()
        await second.at("end-confirm").click()
        await second.at("ended").wait_for()
        assert looks.faults == []
        log = await it.clinic.log(it.session)
        passed = [(event.member, event.by) for event in log if isinstance(event, did.LeadPassed)]
        first = next(by for _, by in passed if by != member)
        assert passed == [(member, first), (first, first), (member, member)]
        assert isinstance(log[-1], did.Ended)
        assert log[-1].by == member
        assert [row["minutes"] is not None for row in await it.clinic.attended(it.session)] == [True] * 3


async def choose_more(host: Person, item: str) -> None:
    """From the menu for the whole room."""
    await host.at("host-more").click()
    await host.at(item).click()
