"""The order of a room over real sockets: who is told what, who may ask for it, and a session that outlives its host."""

import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.core import events as did
from telehealth.core import records as rec
from telehealth.core.ids import PersonId
from telehealth.core.roles import Role, StaffRole
from tests.support.signal import HOUR, Clinic, Node, P, Person, clinic_in, node_of, seated


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """One session on a Redis of its own."""
    async with clinic_in(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def node(clinic: Clinic) -> AsyncIterator[Node]:
    """A node that serves it, and gives a seat up a second and a half after its page is gone."""
    async with node_of(clinic, grace=1_500) as made:
        yield made


def number(person: Person) -> int:
    return int(person.room["you"]["member"])


async def browser(clinic: Clinic, who: str, role: Role, employed: StaffRole | None = None) -> tuple[str, str]:
    """Somebody signed in as something else than the clinic of the tests has them."""
    cookie, csrf = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    kind = rec.SignedInAs.STAFF if employed else rec.SignedInAs.CLIENT
    now = clinic.clock.now()
    web = rec.WebSession(kind, P, PersonId(f"person-{who}"), role, csrf, now + HOUR, clinic.session)
    web = replace(web, longest=now + HOUR, staff_role=employed)
    await clinic.store.access.put_web_session(cookie, web)
    return cookie, csrf


@pytest.mark.asyncio
async def test_a_host_keeps_order_and_clients_do_not(clinic: Clinic, node: Node) -> None:
    """Quiet, the floor, one large picture, the waiting room, a moment: told to whom it concerns, denied to others."""
    alice, bob, dora = await seated(clinic, node, "bob", "dora")
    for name, body in {
        "quiet": {"mode": "quiet"},
        "spotlight": {"member": number(bob)},
        "ask_unmute": {"member": number(dora), "on": True},
        "lower_hands": {},
        "hold_back": {"member": number(dora)},
        "lead": {"member": number(bob)},
    }.items():
        assert await bob.refused(name, **body) in ("not_allowed", "no_such_member"), name
    assert await alice.refused("moment", on=True) == "not_allowed"

    await alice.do("quiet", mode="quiet")
    await bob.sees(lambda p: p.room["you"]["hushed"] and not p.room["you"]["microphone"], "is muted")
    assert await bob.refused("media", microphone=True, camera=True, screen=False) == "quiet"
    assert await bob.refused("chat", to="all", text="May I?") == "quiet"
    await bob.do("chat", to="staff", text="May I?")
    await bob.do("hand", raised=True)
    await alice.do("ask_unmute", member=number(bob), on=True)
    await bob.sees(lambda p: p.room["you"]["asked"] and not p.room["you"]["hand"], "is asked to speak")
    await bob.do("media", microphone=True, camera=True, screen=False)
    await alice.do("quiet", mode="")

    await alice.do("spotlight", member=number(dora))
    await bob.sees(lambda p: p.room["spotlight"] == number(dora), "sees Dora large")
    await dora.do("moment", on=True)
    await dora.sees(lambda p: p.room["you"]["apart"] == "moment" and len(p.room["members"]) == 1, "is by herself")
    await bob.sees(lambda p: p.room["spotlight"] is None, "sees nobody large")
    await alice.sees(lambda p: any(m["moment"] for m in p.room["members"]), "knows of it")
    assert '"moment":1' not in "".join(bob.frames)
    await dora.do("moment", on=False)

    await alice.do("hold_back", member=number(dora))
    await dora.sees(lambda p: p.standing == "waiting" and p.room["you"]["held_back"], "waits again")
    await alice.do("admit")
    await alice.do("admit", members=[number(dora)])
    await dora.sees(lambda p: p.standing == "seated" and not p.room["you"]["held_back"], "is back")
    kinds = [type(event) for event in await clinic.log()]
    assert kinds.count(did.HeldBack) == 1
    assert kinds.count(did.QuietChanged) == 2


@pytest.mark.asyncio
async def test_only_whoever_is_asked_sees_that_they_are_asked(clinic: Clinic, node: Node) -> None:
    """ "Still with us?" reaches one page; the host alone sees the answer, and no event tells of either."""
    alice, bob, dora = await seated(clinic, node, "bob", "dora")
    before = len(await clinic.log())
    await alice.do("use", move={"do": "presence.ask", "members": [number(bob)]})

    def open_(person: Person) -> bool:
        return any(told["seen"] and told["seen"]["open"] for told in person.heard("tool"))

    def answered(person: Person) -> bool:
        seen = [told["seen"] for told in person.heard("tool") if told["seen"]]
        return bool(seen) and all(row["answered"] for row in seen[-1]["asked"])

    await bob.sees(open_, "is asked")
    await bob.do("use", move={"do": "presence.here"})
    await alice.sees(answered, "sees that Bob is there")
    assert not any(told["seen"] for told in dora.heard("tool"))
    assert len(await clinic.log()) == before


@pytest.mark.asyncio
async def test_a_session_goes_on_without_its_host_and_is_taken_over(clinic: Clinic, node: Node) -> None:
    """Admissions pause and everybody is told; a co-facilitator takes the lead once the seat is given up."""
    alice, bob = await seated(clinic, node, "bob")
    dora = clinic.person("dora")
    await dora.join(node)
    assert not dora.room["paused"]
    await alice.drop()
    for person in (bob, dora):
        await person.sees(lambda p: p.room["paused"], "is told that there is no host")
    carl = clinic.person("carl")
    await carl.join(node)
    await dora.sees(lambda p: not p.room["paused"], "is told that there is one again")
    await carl.sees(lambda p: "Alice" not in json.dumps(p.room["members"]), "sees that Alice's seat is given up")
    assert await carl.refused("end") == "not_allowed"
    await carl.do("lead", member=number(carl))
    await carl.sees(lambda p: "end" in p.room["you"]["may"] and p.room["lead"] == number(carl), "leads")
    await carl.do("admit")
    await carl.do("use", move={"do": "goodbye.begin", "seconds": 60})
    await carl.do("end")
    log = await clinic.log()
    (bobs,) = {e.member for e in log if isinstance(e, did.Entered) and e.person == "person-bob"}
    (left,) = [e for e in log if isinstance(e, did.Left) and e.member == bobs]
    assert (left.why, left.inferred) == (did.Why.ENDED, False)
    assert next(e for e in log if isinstance(e, did.LeadPassed)).by == number(carl)


@pytest.mark.asyncio
async def test_an_observer_an_interpreter_and_a_peer_who_hosts_come_as_what_they_are(
    clinic: Clinic, node: Node
) -> None:
    """Whoever is employed as an observer or a peer is no host, whatever the session says; others by their link."""
    alice, bob = await seated(clinic, node, "bob")
    for employed, role in ((StaffRole.OBSERVER, "observer"), (StaffRole.PEER, "peer_host")):
        other = clinic.person("carl", browser=await browser(clinic, "carl", Role.FACILITATOR, employed))
        assert (await other.join(node))["room"]["you"]["role"] == role
        await bob.sees(lambda p, role=role: role in json.dumps(p.room["members"]), f"sees that a {role} is here")
        assert await other.refused("waive", member=number(bob), reason="spoken") == "not_allowed"
        if role == "peer_host":
            fay = clinic.person("fay")
            await fay.join(node)
            await other.sees(lambda p: len(p.room["waiting"]) == 1, "sees who waits")
            assert "Legalname" not in "".join(other.frames)
            await other.do("admit")
        await other.do("leave")
        await other.close()
    ida = clinic.person("emil", browser=await browser(clinic, "emil", Role.INTERPRETER))
    assert (await ida.join(node, microphone=True))["room"]["you"]["role"] == "interpreter"
    await alice.do("admit")
    await ida.sees(lambda p: p.standing == "seated", "is seated")
    await alice.do("quiet", mode="quiet")
    await ida.sees(lambda p: p.room["quiet"] == "quiet", "hears that it is quiet")
    assert ida.room["you"]["microphone"]
