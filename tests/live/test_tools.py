"""Tools of a room over real nodes: who may use them, who is told, and how long they last."""

import asyncio

import msgspec
import pytest

from telehealth.core.ids import PersonId
from telehealth.edge import messages as wire
from telehealth.edge.page import Page
from telehealth.edge.signalling import Signalling
from telehealth.store import keys
from tests.support.signal import Clinic, Node, P, Person, node_of


def card(person: Person) -> int | None:
    """Which card the person's page shows."""
    told = [one for one in person.heard("tool") if one["tool"] == "cards"]
    if not told or not told[-1]["seen"]["open"]:
        return None
    return int(told[-1]["seen"]["card"])


async def in_aftercare(
    clinic: Clinic, node: Node, other: Node, kind: str = "aftercare"
) -> tuple[Person, Person, Person]:
    """Alice and Bob in a session of a kind that has tools; Dora waits."""
    await clinic.add_session(clinic.session, kind=kind)
    alice, bob, dora = clinic.person("alice"), clinic.person("bob"), clinic.person("dora")
    await alice.join(node)
    await bob.join(other)
    await alice.sees(lambda a: len(a.room["waiting"]) == 1, "sees Bob wait")
    await alice.do("admit")
    await bob.sees(lambda b: b.standing == "seated", "is seated")
    await dora.join(node)
    return alice, bob, dora


@pytest.mark.asyncio
async def test_a_tool_is_the_same_on_all_nodes_and_for_whoever_comes_later(clinic: Clinic, node: Node) -> None:
    """What a host shows is seen at another node, by nobody who waits, by whoever is admitted, and after a restart."""
    async with node_of(clinic) as other:
        alice, bob, dora = await in_aftercare(clinic, node, other)
        assert alice.room["profile"]["tools"][0] == "cards"
        await alice.do("use", move={"do": "cards.show", "format": "plain", "card": 1})
        for person in (alice, bob):
            await person.sees(lambda p: card(p) == 1, "sees the card")
        assert not dora.heard("tool")
        assert await bob.refused("use", move={"do": "cards.close"}) == "not_allowed"
        await alice.do("admit")
        await dora.sees(lambda d: card(d) == 1, "sees the card once admitted")
    async with node_of(clinic) as third:
        again = bob.again()
        answer = await again.join(third)
        assert [(told["tool"], told["seen"]["card"]) for told in answer["tools"]] == [("cards", 1)]


@pytest.mark.asyncio
async def test_hosts_on_two_nodes_move_one_tool(clinic: Clinic, node: Node) -> None:
    """Moves that race on two nodes are all made, in one order, and all pages end with the same card."""
    async with node_of(clinic) as other:
        alice, bob, _ = await in_aftercare(clinic, node, other)
        carl = clinic.person("carl")
        await carl.join(other)

        async def turn(who: Person, cards: range) -> None:
            for number in cards:
                await who.do("use", move={"do": "cards.show", "format": "plain", "card": number})

        await asyncio.gather(turn(alice, range(10)), turn(carl, range(20, 30)))
        last = (await clinic.store.tools.read(P, clinic.session))["cards"]
        assert last.version == 20
        shown = msgspec.json.decode(last.state)["card"]
        for person in (alice, bob, carl):
            await person.sees(lambda p: card(p) == shown, "ends with the same card")


@pytest.mark.asyncio
async def test_what_is_not_offered_or_not_allowed_is_refused(clinic: Clinic, node: Node) -> None:
    """A kind of session without the tool, a page that waits, and a move that is none are refused by name."""
    alice, bob = clinic.person("alice"), clinic.person("bob")
    await alice.join(node)
    await bob.join(node)
    show = {"do": "cards.show", "format": "plain", "card": 0}
    assert await alice.refused("use", move=show) == "no_such_thing"
    assert await bob.refused("use", move=show) == "not_in_room"
    assert await alice.refused("use", move={**show, "format": "<b>"}) == "malformed"
    assert await alice.refused("use", move={"do": "levitate"}) == "malformed"


@pytest.mark.asyncio
async def test_tools_end_with_the_session(clinic: Clinic, node: Node) -> None:
    """Nothing of a passing tool is left in the store when the session has ended."""
    alice, _, _ = await in_aftercare(clinic, node, node)
    await alice.do("use", move={"do": "cards.show", "format": "plain", "card": 1})
    assert await clinic.store.tools.read(P, clinic.session)
    await alice.do("end")
    assert await clinic.store.tools.read(P, clinic.session) == {}
    assert await clinic.store.tools.made(P, clinic.session) == {}


@pytest.mark.asyncio
async def test_a_page_that_has_seen_the_board_is_told_what_is_new(clinic: Clinic, node: Node) -> None:
    """Marks arrive one by one at both nodes; whoever comes later, and a change of the rules, is told whole."""
    async with node_of(clinic) as other:
        alice, bob, dora = await in_aftercare(clinic, node, other, kind="holistic")

        async def draw(who: Person, colour: str) -> None:
            mark = {"form": "line", "colour": colour, "width": 2, "at": "AAAABBBB", "text": ""}
            await who.do("use", move={"do": "board.draw", "marks": [mark]})

        await alice.do("use", move={"do": "board.open", "prompt": "A safe place"})
        await bob.sees(lambda b: b.heard("tool"), "sees the board")
        await draw(alice, "sea")
        await draw(bob, "sun")
        for person in (alice, bob):
            await person.sees(lambda p: len(p.heard("tool")) == 3, "sees both marks")
            whole, *news = person.heard("tool")
            assert (whole["seen"]["marks"], [told["seen"] for told in news]) == ([], [None, None])
            assert [[mark["colour"] for mark in told["news"]["marks"]] for told in news] == [["sea"], ["sun"]]
        assert [told["news"]["marks"][0]["by"] is None for told in bob.heard("tool")[1:]] == [True, False]
        await alice.do("admit")
        await dora.sees(lambda d: d.heard("tool"), "is told the board once admitted")
        assert [mark["colour"] for mark in dora.heard("tool")[-1]["seen"]["marks"]] == ["sea", "sun"]
        await alice.do("use", move={"do": "board.rules", "locked": True, "names": True})
        await bob.sees(lambda b: len(b.heard("tool")) == 4, "sees who drew what")
        assert all(mark["by"] for mark in bob.heard("tool")[-1]["seen"]["marks"])


@pytest.mark.asyncio
async def test_the_side_room_is_empty_for_the_next_guest(clinic: Clinic, node: Node) -> None:
    """What a host and one client drew there is told to nobody whom the host takes aside after them."""
    alice, bob, dora = await in_aftercare(clinic, node, node, kind="holistic")
    await alice.do("admit")
    await dora.sees(lambda d: d.standing == "seated", "is seated")
    me, first, second = (person.room["you"]["member"] for person in (alice, bob, dora))
    await alice.do("aside", members=[me, first], on=True)
    await alice.do("use", move={"do": "board.open", "prompt": "What nobody may know"})
    await bob.sees(lambda b: [told for told in b.heard("tool") if told["seen"]], "sees the board")
    await alice.do("aside", members=[first], on=False)
    await bob.sees(lambda b: b.heard("tool")[-1]["seen"] is None, "sees it no more")
    await alice.do("aside", members=[second], on=True)
    await dora.sees(lambda d: d.room["you"]["apart"] == "aside", "is aside")
    await alice.do("use", move={"do": "board.open", "prompt": "Something else"})
    await dora.sees(lambda d: [told for told in d.heard("tool") if told["seen"]], "sees a board")
    assert {told["seen"]["prompt"] for told in dora.heard("tool") if told["seen"]} == {"Something else"}


@pytest.mark.asyncio
async def test_a_repeated_answer_counts_once_and_names_nobody(clinic: Clinic, node: Node) -> None:
    """A page whose answer to an anonymous poll was done and not acknowledged asks again, here or at another node, and
    is told that it is done; the store's memory of operations, where versions stand, names no person."""
    async with node_of(clinic) as other:
        alice, bob, _ = await in_aftercare(clinic, node, node, kind="multi_family")
        await alice.do("use", move={"do": "polls.start", "question": "Hardest?", "choices": ["Evenings", "Weekends"]})
        answer = {"op": bob.op(), "move": {"do": "polls.answer", "poll": "poll1", "choices": [1]}}
        assert await bob.ask("use", **answer) == {"ok": True}
        assert await bob.ask("use", **answer) == {"ok": True}
        again = bob.again()
        await again.join(other)
        assert await again.ask("use", **answer) == {"ok": True}
        assert await again.refused("use", move=answer["move"]) == "not_allowed"
        await alice.sees(
            lambda a: a.heard("tool") and a.heard("tool")[-1]["seen"]["polls"][0]["counts"] == [0, 1], "counts it once"
        )
    done = await clinic.store._client.call("HKEYS", keys.room(P, clinic.session, "ops"))  # type: ignore[attr-defined]
    moves = [one.decode() for one in done if one.startswith(b"tool:")]
    assert len(moves) == 2
    assert not any("bob" in one or "alice" in one for one in moves)


@pytest.mark.asyncio
async def test_whoever_joins_while_others_draw_has_the_whole_board(
    clinic: Clinic, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mark that is made while a join is being answered is in the answer, and no news to a page that has no board."""
    alice, bob, _ = await in_aftercare(clinic, node, node, kind="holistic")
    await alice.do("use", move={"do": "board.open", "prompt": "A safe place"})
    await bob.sees(lambda b: b.heard("tool"), "sees the board")
    mark = {"form": "line", "colour": "sea", "width": 2, "at": "AAAABBBB", "text": ""}

    async def while_one_draws(self: Signalling, page: Page, offer: str) -> wire.OfferAnswer | None:
        await alice.do("use", move={"do": "board.draw", "marks": [mark]})
        await alice.sees(lambda a: a.heard("tool")[-1].get("news"), "sees the mark")
        return None

    monkeypatch.setattr(Signalling, "_media", while_one_draws)
    again = bob.again()
    answer = await again.join(node)
    assert [len(told["seen"]["marks"]) for told in answer["tools"]] == [1]
    assert (await again.ask("beat"))["ok"]
    assert not [told for told in again.heard("tool") if told.get("news")]


@pytest.mark.asyncio
async def test_half_a_character_does_the_room_no_harm(clinic: Clinic, node: Node) -> None:
    """Half a surrogate pair is valid in JSON and nowhere else: a page that sends one is told so, in any message, and
    the room's task goes on."""
    alice, bob, _ = await in_aftercare(clinic, node, node, kind="multi_family")
    await alice.do("use", move={"do": "questions.open"})
    task = node.rooms.live(clinic.session)
    for message, body in (
        ("use", {"move": {"do": "questions.ask", "text": "half \ud83d"}}),
        ("use", {"move": {"do": "questions.ask", "text": "\udc00\ud83d"}}),
        ("chat", {"to": "all", "text": "half \ud83d"}),
    ):
        assert await bob.refused(message, **body) == "malformed"
    await bob.do("use", move={"do": "questions.ask", "text": "whole \U0001f600"})
    assert node.rooms.live(clinic.session) is task


@pytest.mark.asyncio
async def test_an_answer_of_somebody_who_was_erased_is_refused(clinic: Clinic, node: Node) -> None:
    """Their record can be erased while they sit in a session: what they answer then is kept nowhere, and the room's
    task goes on."""
    alice, bob, _ = await in_aftercare(clinic, node, node, kind="multi_family")
    poll = {"question": "Hardest?", "choices": ["Evenings", "Weekends"], "anonymous": False}
    await alice.do("use", move={"do": "polls.start", **poll})
    task = node.rooms.live(clinic.session)
    assert await clinic.store.erasure.destroy(P, PersonId("person-bob"), 1, actor="compliance", why="asked", holds=0)
    answer = {"do": "polls.answer", "poll": "poll1", "choices": [1]}
    assert await bob.refused("use", move=answer) == "not_allowed"
    await alice.do("use", move={"do": "polls.close"})
    assert node.rooms.live(clinic.session) is task
