"""A meeting of alumni, hosted by one of them: no waiting room, no staff, no names, no note; and its attendance."""

import secrets
from pathlib import Path

import pytest

from telehealth.core import records as rec
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.roles import Role
from tests.support.browser import people
from tests.support.log import open_log
from tests.support.server import running
from tests.support.wait import until
from tests.whole.clinic import Clinic, clinic_of
from tests.whole.evening import everybody_sees_everybody, open_link
from tests.whole.kinds import KindRoom, give_kind

pytestmark = pytest.mark.whole


async def hosting(clinic: Clinic, place: int) -> str:
    """A link by which one of the clients hosts the meeting."""
    token = secrets.token_urlsafe(24)
    async with open_log(clinic.server.folder) as store:
        programme = ProgrammeId(clinic.programme)
        session = await store.sessions.get(programme, SessionId(clinic.group))
        assert session is not None
        who = PersonId(clinic.clients[place]["person"])
        await store.access.put_link(token, rec.JoinLink(programme, who, Role.PEER_HOST, session.id, None, session.ends))
    return f"{clinic.server.base}/j#{token}"


async def play(it: KindRoom) -> None:
    """The host shows the card with tonight's thought."""
    await it.tool("cards")
    await it.therapist.page.get_by_role("button", name="Show the first card to everybody").click()
    for _ in range(3):
        await it.therapist.page.get_by_role("button", name="Next card").click()


@pytest.mark.asyncio
async def test_a_meeting_that_a_peer_hosts(tmp_path: Path) -> None:
    """Two come before the host and wait; they come in with the host, and a third at once. The host leads with the
    cards, learns no legal name, and ends it. Attendance is kept; the host, who served, has no row."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        await give_kind(server, clinic, "alumni", 4)
        host, sky, max_, ash = [
            await crowd.person(place, clinic.clients[place]["alias"], phone=place > 0) for place in range(4)
        ]
        await open_link(sky, clinic.group_link(1))
        await open_link(max_, clinic.group_link(2))
        await open_link(host, await hosting(clinic, 0), "call")
        await sky.at("call").wait_for()
        await max_.at("call").wait_for()
        await open_link(ash, clinic.group_link(3), "call")
        await everybody_sees_everybody([host, sky, max_, ash])
        names = [client["legal_name"] for client in clinic.clients]
        for person in (host, sky, max_, ash):
            own = clinic.clients[person.number]["legal_name"]
            assert not [name for name in names if name != own and name in "".join(person.frames)], person.name
        assert await host.at("notes-open").count() == 0
        await host.at("tools").click()
        await host.at("tools-cards").click()
        await host.page.get_by_role("button", name="Show the first card to everybody").click()

        async def all_read() -> bool:
            return all(["Welcome" in await one.at("card").inner_text() for one in (sky, max_, ash)])

        await until(all_read, "everybody sees the first card")
        await host.at("peer-host").click()
        await host.at("end").click()
        await host.at("end-confirm").click()
        await sky.at("ended").wait_for()
        rows = await clinic.attended(clinic.group)
        assert {row["client"] for row in rows} == {clinic.clients[place]["person"] for place in (1, 2, 3)}
        assert all(row["kind"] == "alumni" for row in rows)
