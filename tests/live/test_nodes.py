"""Two nodes on one store serve one room, and nobody can tell."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from telehealth.core import events as did
from telehealth.core.room import replay
from tests.support.signal import Clinic, Node, node_of, seated


@pytest_asyncio.fixture
async def other(clinic: Clinic) -> AsyncIterator[Node]:
    """A second node."""
    async with node_of(clinic) as made:
        yield made


@pytest.mark.asyncio
async def test_two_nodes_serve_one_room(clinic: Clinic, node: Node, other: Node) -> None:
    """Waiting, admission, chat, a raised hand and removal cross from node to node."""
    alice, bob, dora = clinic.person("alice"), clinic.person("bob"), clinic.person("dora")
    await alice.join(node)
    await bob.join(other)
    await dora.join(node)
    await alice.sees(lambda a: len(a.room["waiting"]) == 2, "sees both wait")
    await alice.do("admit")
    for person in (alice, bob, dora):
        await person.sees(lambda p: [alias for _, alias in p.seats] == ["Alice", "Bob", "Dora"], "sees the circle")
    await bob.do("chat", to="all", text="from over there")
    for person in (alice, bob, dora):
        await person.sees(lambda p: p.lines == [("Bob", "from over there")], "reads it")
    await bob.do("hand", raised=True)
    await dora.sees(lambda d: [bool(m["hand"]) for m in d.room["members"]] == [False, True, False], "sees the hand")
    await alice.do("remove", member=bob.room["you"]["member"])
    await bob.sees(lambda b: b.byes == ["removed"] and not b.connected, "is sent away by his own node")


@pytest.mark.asyncio
async def test_the_log_decides_between_two_nodes(clinic: Clinic, node: Node, other: Node) -> None:
    """Commands that race on two nodes are all done once, and both nodes end with the state that the log makes."""
    alice, bob = await seated(clinic, node, "bob")
    carl, dora = clinic.person("carl"), clinic.person("dora")
    await carl.join(other)
    await dora.join(other)
    await carl.do("admit")
    await dora.sees(lambda d: d.standing == "seated", "is seated")

    async def wave(person_name: str) -> None:
        person = {"bob": bob, "dora": dora}[person_name]
        for raised in (True, False) * 8:
            await person.do("hand", raised=raised)

    await asyncio.gather(wave("bob"), wave("dora"), alice.do("lock", locked=True), carl.do("mute"))
    events = await clinic.log()
    assert sum(isinstance(event, did.HandChanged) for event in events) == 32
    truth = replay(events)
    for person in (alice, bob, carl, dora):
        await person.sees(lambda p: p.room["version"] == truth.version, "has the last version")
    rooms = [one.rooms.live(clinic.session) for one in (node, other)]
    assert [room.room for room in rooms if room] == [truth, truth]


@pytest.mark.asyncio
async def test_a_client_goes_on_at_another_node(clinic: Clinic, node: Node, other: Node) -> None:
    """Who reconnects to another node keeps the seat; the socket that the first one still holds is let go."""
    alice, bob = await seated(clinic, node, "bob")
    again = clinic.person("bob", browser=bob.browser)
    answer = await again.join(other)
    assert answer["room"]["you"] == {**answer["room"]["you"], "standing": "seated", "seat": 2}
    await bob.sees(lambda b: b.byes == ["other_tab"] and not b.connected, "is told")
    await again.do("chat", to="staff", text="still here")
    await alice.sees(lambda a: a.lines == [("Bob", "still here")], "reads it")
