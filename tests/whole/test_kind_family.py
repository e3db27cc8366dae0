"""A family session in real pages: a mother by a link of her own, a moment alone, and a row for the client only."""

import secrets
from pathlib import Path

import pytest

from telehealth.core import records as rec
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.roles import Role
from telehealth.mint import fresh_id
from tests.support.browser import Person
from tests.support.log import open_log
from tests.support.wait import until
from tests.whole.clinic import come_in
from tests.whole.evening import everybody_sees_everybody, fetch
from tests.whole.kinds import KindRoom, kind_room
from tests.whole.test_apart import choose, perceives_only

pytestmark = pytest.mark.whole


async def supporter(it: KindRoom, number: int, alias: str, relationship: str) -> Person:
    """Somebody of the client's family, in the room by a link to this one session."""
    client = PersonId(it.person(it.clients[0].name))
    guest, token = PersonId(fresh_id()), secrets.token_urlsafe(24)
    async with open_log(it.server.folder) as store:
        programme = ProgrammeId(it.clinic.programme)
        named = rec.Person(guest, False, f"{alias} Fernwhistle", alias, collateral_of=client, relationship=relationship)
        await store.people.put(programme, named)
        session = await store.sessions.get(programme, SessionId(it.session))
        assert session is not None
        await store.access.put_link(
            token, rec.JoinLink(programme, guest, Role.COLLATERAL, session.id, None, session.ends)
        )
    person = await it.crowd.person(number, alias)
    await come_in(it.therapist, (person, f"{it.server.base}/j#{token}"))
    return person


async def play(it: KindRoom) -> None:
    """Client, mother and brother are together."""
    await supporter(it, 2, "Rosa", "mother")
    await supporter(it, 3, "Theo", "brother")


@pytest.mark.asyncio
async def test_a_family_session(tmp_path: Path) -> None:
    """The mother sees and hears the client but while they are alone with the therapist; the client's row tells of both,
    and gives the usual code of a session in which they were there."""
    async with kind_room(tmp_path, "family", clients=1) as it:
        client, therapist = it.clients[0], it.therapist
        mother = await supporter(it, 2, "Rosa", "mother")
        detail = (await fetch(therapist, f"/api/staff/sessions/{it.session}"))["body"]
        assert [(one["name"], one["relationship"]) for one in detail["guests"]] == [("Rosa Fernwhistle", "mother")]
        numbers = await everybody_sees_everybody([therapist, client, mother])
        await choose(therapist, numbers[client.name], "aside")
        await until(lambda: perceives_only(mother, set()), "the mother sees and hears nobody meanwhile")
        await until(lambda: perceives_only(client, {0}), "the client sees the therapist alone")
        await client.at("aside-back").click()
        await therapist.at("aside-back").click()
        await everybody_sees_everybody([therapist, client, mother])
        shown = await fetch(therapist, f"/api/staff/sessions/{it.session}/presence")
        (told,) = [one for one in shown["body"]["clients"] if one["person"] == it.person(client.name)]
        assert (told["code_hint"], len(told["aside"])) == ("90847 HR", 1)
        rows = await it.end()
        assert [row["client"] for row in rows] == [it.person(client.name)]
        assert rows[0]["group_size_clients"] == 1
