"""A full workshop: 35 people on two nodes follow the slides and answer at once, and the room holds."""

import asyncio
from typing import Any

import msgspec
import pytest

from telehealth.core import records as rec
from telehealth.core.ids import PersonId
from tests.support.signal import Clinic, Node, P, Person, node_of

FULL = 35


def told(person: Person, tool: str) -> Any:
    """What the person's page was last told of a tool."""
    found = [one["seen"] for one in person.heard("tool") if one["tool"] == tool]
    return found[-1] if found else {}


async def workshop(clinic: Clinic, *nodes: Node) -> tuple[Person, list[Person]]:
    """Alice and 35 clients, half of them on each node, all seated."""
    names = [f"c{number}" for number in range(FULL)]
    await clinic.add_session(
        clinic.session, kind="workshop", capacity=FULL, roster=tuple(PersonId(f"person-{who}") for who in names)
    )
    for who in names:
        await clinic.store.people.put(P, rec.Person(PersonId(f"person-{who}"), False, f"Client {who}", who, "", ""))
        await clinic.check_in(who)
    alice = clinic.person("alice")
    await alice.join(nodes[0])
    clients = [clinic.person(who) for who in names]
    await asyncio.gather(*(one.join(nodes[number % len(nodes)]) for number, one in enumerate(clients)))
    await alice.sees(lambda a: len(a.room["waiting"]) == FULL, "sees all 35 wait")
    await alice.do("admit")
    await asyncio.gather(*(one.sees(lambda c: c.standing == "seated", "is seated") for one in clients))
    return alice, clients


async def follows(person: Person, page: int) -> None:
    await person.sees(lambda p: told(p, "slides").get("page") == page, f"is on page {page}")


@pytest.mark.asyncio
async def test_a_full_workshop_follows_and_answers_at_once(clinic: Clinic, node: Node) -> None:
    """Every page of the slides reaches all 35; 35 answers to a poll, given in the same moment on
    two nodes, are all counted, once each; nobody is told of the answers of others; a client sees hosts and no client.
    """
    async with node_of(clinic) as other:
        alice, clients = await workshop(clinic, node, other)
        assert {one["role"] for one in clients[0].room["members"] if not one["you"]} == {"facilitator"}
        await alice.do("use", move={"do": "slides.open", "material": "m1", "title": "Urge surfing", "pages": 9})
        for page in range(1, 5):
            await alice.do("use", move={"do": "slides.turn", "page": page})
            await asyncio.gather(*(follows(one, page) for one in clients))

        await alice.do("use", move={"do": "polls.start", "question": "Hardest?", "choices": ["Evenings", "Weekends"]})
        await asyncio.gather(*(one.sees(lambda c: bool(told(c, "polls").get("polls")), "is asked") for one in clients))
        (poll,) = told(alice, "polls")["polls"]
        before = len(clients[0].heard("tool"))
        await asyncio.gather(
            *(
                one.do("use", move={"do": "polls.answer", "poll": poll["id"], "choices": [number % 2]})
                for number, one in enumerate(clients)
            )
        )
        state = msgspec.json.decode((await clinic.store.tools.read(P, clinic.session))["polls"].state)
        assert state["polls"][0]["counts"] == [18, 17]
        assert len(state["polls"][0]["answered"]) == FULL
        await alice.sees(lambda a: told(a, "polls")["polls"][0]["total"] == FULL, "sees all answers")
        assert len(clients[0].heard("tool")) - before == 1, "told of their own answer, and of no other"
        assert (
            await clients[0].refused(
                "use",
                move={"do": "polls.answer", "poll": poll["id"], "choices": [1]},
            )
            == "not_allowed"
        )

        await alice.do("use", move={"do": "polls.show", "poll": poll["id"], "shown": True})
        await asyncio.gather(
            *(one.sees(lambda c: told(c, "polls")["polls"][0]["counts"] == [18, 17], "sees results") for one in clients)
        )
        await alice.do("end")
        assert msgspec.json.decode((await clinic.store.tools.made(P, clinic.session))["polls"]) == {
            "polls": [
                {"question": "Hardest?", "choices": ["Evenings", "Weekends"], "counts": [18, 17], "answered": FULL}
            ]
        }
        assert await clinic.store.tools.read(P, clinic.session) == {}
