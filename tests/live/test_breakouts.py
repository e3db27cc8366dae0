"""Breakout rooms over real sockets: the clock that ends them, and who was where when the group last met."""

import secrets
from pathlib import Path

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.ids import SeriesId, SessionId
from telehealth.core.refusals import Refusal
from tests.support.signal import HOUR, Clinic, Node, Person, clinic_in, node_of, seated


def places(*rooms: int) -> list[dict[str, int]]:
    """The second member in the first of these rooms, and so on."""
    return [{"member": member, "room": room} for member, room in enumerate(rooms, 2)]


async def together(*people: Person, breakout: int) -> None:
    for person in people:
        await person.sees(lambda p: p.room["you"]["breakout"] == breakout, f"is in room {breakout}")


@pytest.mark.asyncio
async def test_their_time_is_over_by_itself(tmp_path: Path) -> None:
    """Every host has gone and every page hears of the end all the same, in one step, soon after it was due."""
    async with clinic_in(tmp_path) as clinic, node_of(clinic) as node:
        alice, bob, dora = await seated(clinic, node, "bob", "dora")
        task = node.rooms.live(clinic.session)
        assert task is not None
        me = next(m for m in task.room.members.values() if m.connection is not None)
        assert me.connection is not None
        opening = ask.OpenBreakouts(clinic.clock.now(), me.connection, 2, ((me.number, 1),), 900)
        assert not isinstance(await task.do(opening, me.connection, alice.op()), Refusal)
        await alice.do("place", placed=places(1, 2))
        await together(bob, breakout=1)
        await together(dora, breakout=2)
        assert [one["alias"] for one in dora.room["members"]] == ["Dora"]
        await alice.do("leave")
        await together(bob, dora, breakout=0)
        await bob.sees(lambda b: b.room["breakouts"] is None, "is told that they are over")
        (closed,) = [event for event in await clinic.log() if isinstance(event, did.BreakoutsClosed)]
        assert closed.by is None
        assert 0 <= closed.at - (opening.at + 900) < 500


async def meeting(clinic: Clinic, node: Node, session: SessionId) -> list[Person]:
    """Alice and two clients in a session of the group."""
    people = [clinic.person(who) for who in ("alice", "bob", "dora")]
    for person in people:
        person.session = session
        person.browser = await clinic.sign_in(person.who, session)
        if person.who != "alice":
            await clinic.check_in(person.who, session)
        assert (await person.join(node))["ok"]
    await people[0].do("admit")
    for person in people:
        await person.sees(lambda p: p.standing == "seated", "is seated")
    return people


@pytest.mark.asyncio
async def test_as_last_time(tmp_path: Path) -> None:
    """The last meeting of the group says who was where, then the session itself does; a client may not ask."""
    async with clinic_in(tmp_path) as clinic, node_of(clinic) as node:
        group = SeriesId("g-" + secrets.token_urlsafe(6))
        first, second = (SessionId("s-" + secrets.token_urlsafe(6)) for _ in range(2))
        now = clinic.clock.now()
        await clinic.add_session(first, series=group, starts=now - HOUR // 2)
        await clinic.add_session(second, series=group, starts=now - HOUR // 4)
        alice, bob, _ = await meeting(clinic, node, first)
        nothing = {"ok": True, "source": "", "placed": []}
        assert await alice.ask("remembered", op=alice.op()) == nothing
        assert await bob.refused("remembered") == "not_allowed"
        await alice.do("breakouts", rooms=2, placed=places(1, 2))
        await alice.do("end")

        alice, _, _ = await meeting(clinic, node, second)
        assert await alice.ask("remembered", op=alice.op()) == {"ok": True, "source": "meeting", "placed": places(1, 2)}
        await alice.do("breakouts", rooms=2, placed=places(2, 2))
        await alice.do("recall")
        assert await alice.ask("remembered", op=alice.op()) == {"ok": True, "source": "session", "placed": places(2, 2)}
        await alice.do("end")
