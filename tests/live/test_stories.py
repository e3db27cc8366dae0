"""What happens in a session, told through real sockets on a real store."""

import pytest

from telehealth.core import events as did
from tests.support.signal import Clinic, Node, P, seated


@pytest.mark.asyncio
async def test_a_client_waits_alone_and_is_admitted(clinic: Clinic, node: Node) -> None:
    """A waiting client sees nobody; staff see who waits with the legal name; admission seats them."""
    alice, bob = clinic.person("alice"), clinic.person("bob")
    await alice.join(node)
    answer = await bob.join(node)
    assert answer["room"]["you"]["standing"] == "waiting"
    assert answer["room"]["members"] == []
    assert answer["room"]["waiting"] == []
    waiting = await alice.sees(lambda a: a.room["waiting"], "sees who waits")
    assert [(w["alias"], w["legal_name"]) for w in waiting] == [("Bob", "Bob Legalname-bob")]
    await alice.do("admit", members=[waiting[0]["member"]])
    await bob.sees(lambda b: b.standing == "seated", "is seated")
    await bob.sees(lambda b: b.seats == [(1, "Alice"), (2, "Bob")], "sees both")


@pytest.mark.asyncio
async def test_everybody_sees_the_same_seats_and_a_removed_client_stays_out(clinic: Clinic, node: Node) -> None:
    """Remove, the closed door after it, allow back, lock and end are told to all whom they concern."""
    alice, bob, dora = await seated(clinic, node, "bob", "dora")
    for person in (alice, bob, dora):
        await person.sees(lambda p: p.seats == [(1, "Alice"), (2, "Bob"), (3, "Dora")], "sees the circle")
    await alice.do("remove", member=bob.room["you"]["member"])
    await bob.sees(lambda b: b.byes == ["removed"], "is told")
    await bob.sees(lambda b: not b.connected, "is disconnected")
    await dora.sees(lambda d: d.seats == [(1, "Alice"), (3, "Dora")], "sees Bob gone")
    again = clinic.person("bob", browser=bob.browser)
    assert (await again.join(node))["code"] == "removed"
    await alice.do("allow_back", member=bob.room["you"]["member"])
    assert (await again.join())["ok"]
    assert again.standing == "waiting"
    await alice.do("lock", locked=True)
    late = clinic.person("emil")
    assert (await late.join(node))["code"] == "locked"
    assert await dora.refused("end") == "not_allowed"
    await alice.do("end")
    for person in (alice, dora, again):
        await person.sees(lambda p: p.byes == ["ended"], "is told that it ended")
    rows = [row async for _, row in clinic.store.attendance.closed(P, 0, 2**45)]
    assert {row.client for row in rows} == {"person-bob", "person-dora", "person-emil", "person-fay"}
    assert (await late.join())["code"] == "ended"


@pytest.mark.asyncio
async def test_a_dropped_client_is_back_in_the_same_seat(clinic: Clinic, node: Node) -> None:
    """Whose network drops is shown as reconnecting and returns without the waiting room; the log has the gap."""
    alice, bob = await seated(clinic, node, "bob")
    seat = bob.room["you"]["seat"]
    await bob.drop()
    await alice.sees(lambda a: [m["reconnecting"] for m in a.room["members"]] == [False, True], "sees him lost")
    answer = await bob.join(node)
    assert answer["room"]["you"]["seat"] == seat
    assert answer["room"]["you"]["standing"] == "seated"
    events = [e for e in await clinic.log() if isinstance(e, did.ConnectionLost | did.Returned)]
    assert [type(e) for e in events] == [did.ConnectionLost, did.Returned]


@pytest.mark.asyncio
async def test_a_second_tab_takes_the_seat_over(clinic: Clinic, node: Node) -> None:
    """The same person in another tab goes on without a gap, and the first tab is told so."""
    _, bob = await seated(clinic, node, "bob")
    other = clinic.person("bob", browser=bob.browser)
    answer = await other.join(node)
    assert answer["room"]["you"]["standing"] == "seated"
    await bob.sees(lambda b: b.byes == ["other_tab"], "is told")
    await bob.sees(lambda b: not b.connected, "is disconnected")
    assert not [e for e in await clinic.log() if isinstance(e, did.ConnectionLost)]


@pytest.mark.asyncio
async def test_chat_reaches_those_who_may_read_it_and_nobody_later(clinic: Clinic, node: Node) -> None:
    """Chat to all and to staff; who comes back gets what they missed, who comes later gets nothing of before."""
    alice, bob, dora = await seated(clinic, node, "bob", "dora")
    await bob.do("chat", to="all", text="hello all")
    await bob.do("chat", to="staff", text="a word to you")
    for person in (alice, bob):
        await person.sees(lambda p: p.lines == [("Bob", "hello all"), ("Bob", "a word to you")], "reads both")
    await dora.sees(lambda d: d.lines == [("Bob", "hello all")], "reads what is for all")
    assert await dora.refused("chat", to="member:2", text="psst") == "not_allowed"
    last = dora.heard("chat_line")[-1]["line"]["id"]
    await dora.drop()
    await bob.do("chat", to="all", text="while you were away")
    await bob.sees(lambda b: len(b.lines) == 3, "reads it")
    answer = await dora.join(node, chat_after=last)
    assert [line["text"] for line in answer["chat"]] == ["while you were away"]
    emil = clinic.person("emil")
    assert (await emil.join(node))["chat"] == []
    await alice.do("admit")
    await emil.sees(lambda e: e.standing == "seated", "is seated")
    assert (await emil.join())["chat"] == []
    op = bob.op()
    for _ in range(2):
        assert await bob.ask("chat", to="all", text="once", op=op) == {"ok": True}
    await bob.do("chat", to="all", text="after")
    await emil.sees(lambda e: [text for _, text in e.lines] == ["once", "after"], "reads it once")
