"""The waiting room over real sockets and two nodes: words at the door, and a look before somebody is let in."""

import pytest

from telehealth.core import events as did
from telehealth.core.chat import SHORT
from tests.support.signal import Clinic, Node, node_of, seated


@pytest.mark.asyncio
async def test_words_at_the_door_stay_there(clinic: Clinic, node: Node) -> None:
    """Whoever waits and the host read each other, on whichever node and after a lost line; nobody else reads a word."""
    async with node_of(clinic) as other:
        alice, bob = await seated(clinic, node, "bob")
        dora, emil = clinic.person("dora"), clinic.person("emil")
        await dora.join(other)
        await emil.join(node)
        await dora.do("chat", to="staff", text="I am in the\u202e car")
        await alice.sees(lambda a: a.lines == [("Dora", "I am in the car")], "reads it")
        me = dora.room["you"]["member"]
        await alice.do("chat", to=f"member:{me}", text="Take your time")
        await dora.sees(lambda d: d.lines[-1] == ("Alice", "Take your time"), "reads the answer")
        assert await dora.refused("chat", to="all", text="hello") == "not_allowed"
        assert await dora.refused("chat", to="staff", text="x" * (SHORT + 1)) == "too_large"
        await dora.drop()
        answer = await dora.join(other)
        assert [line["text"] for line in answer["chat"]] == ["I am in the car", "Take your time"]
        await alice.do("chat", to="all", text="for the group")
        await bob.sees(lambda b: b.lines == [("Alice", "for the group")], "reads what is for all, and nothing else")
        await alice.do("hold_back", member=bob.room["you"]["member"])
        await bob.sees(lambda b: b.standing == "waiting", "is outside")
        assert [line["text"] for line in (await bob.join())["chat"]] == []
        await alice.do("leave")
        await dora.sees(lambda d: not d.room["host_here"], "is told that nobody is there")
        assert await dora.refused("chat", to="staff", text="hello?") == "nobody_here"
        assert emil.lines == []


@pytest.mark.asyncio
async def test_whoever_is_looked_at_is_told_before_anything_flows(clinic: Clinic, node: Node) -> None:
    """The event is in the log and on both pages; no other client's page changes; the minutes begin at the admission."""
    alice, bob = await seated(clinic, node, "bob")
    dora, emil = clinic.person("dora"), clinic.person("emil")
    await dora.join(node, microphone=True, camera=True)
    await emil.join(node)
    me = dora.room["you"]["member"]
    await alice.sees(lambda a: len(a.room["waiting"]) == 2, "sees both wait")
    assert [(one["microphone"], one["camera"]) for one in alice.room["waiting"]] == [(True, True), (False, False)]
    assert await bob.refused("look_in", member=me, on=True) == "not_allowed"
    await alice.do("look_in", member=me, on=True)
    look = {"member": alice.room["you"]["member"], "alias": "Alice", "microphone": False, "camera": False}
    await dora.sees(lambda d: d.room["look"] == look, "is told who looks in")
    await alice.sees(lambda a: a.room["look"]["alias"] == "Dora", "looks at her")
    await bob.sees(lambda b: not b.room["members"][0]["near"], "sees that the host has stepped away")
    for person in (bob, emil):
        assert person.room["look"] is None
        assert "Dora" not in "".join(person.frames)
    await alice.do("admit", members=[me])
    await dora.sees(lambda d: d.standing == "seated" and d.room["look"] is None, "is let in")
    log = await clinic.log()
    seat = next(event for event in log if isinstance(event, did.Seated) and event.member == me)
    assert [type(event) for event in log if isinstance(event, did.LookedIn | did.LookEnded)] == [did.LookedIn]
    assert log.index(seat) > next(at for at, event in enumerate(log) if isinstance(event, did.LookedIn))
