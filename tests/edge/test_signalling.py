"""Who may open a socket, who may enter which session, and when they are sent away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.roles import Role
from telehealth.edge.signalling import plain
from tests.support.signal import Clinic, Node, P, clinic_in, node_of, seated


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """One session on a Redis of its own."""
    async with clinic_in(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def node(clinic: Clinic) -> AsyncIterator[Node]:
    """A node that serves it."""
    async with node_of(clinic) as made:
        yield made


@pytest.mark.asyncio
async def test_only_a_signed_in_page_gets_a_socket(clinic: Clinic, node: Node) -> None:
    """A made-up cookie, a cookie without its CSRF token, and a wrong token are all refused alike."""
    cookie, csrf = await clinic.sign_in("bob")
    for browser, auth in (
        (("made-up", csrf), {}),
        ((cookie, ""), {}),
        ((cookie, csrf + "x"), {}),
        ((cookie, csrf), {"csrf": None}),
        ((cookie, csrf), {"csrf": {"a": 1}}),
    ):
        assert await clinic.person("bob", browser=browser).turned_away(node, **auth) == "not_signed_in"
    assert (await clinic.person("bob", browser=(cookie, csrf)).join(node))["ok"]


@pytest.mark.asyncio
async def test_each_may_enter_their_own_session_only(clinic: Clinic, node: Node) -> None:
    """A client enters the session of the link, once checked in; staff enter what they facilitate; others nothing."""
    other = SessionId("another-session")
    await clinic.add_session(other, facilitators=(PersonId("person-carl"),), cofacilitators=())
    bob = clinic.person("bob")
    bob.session = other
    assert (await bob.join(node))["code"] == "not_allowed"
    bob.session = SessionId("no-such-session")
    assert (await bob.join())["code"] == "no_such_thing"
    bob.session = clinic.session
    assert (await bob.join())["ok"]
    stranger = clinic.person("stranger")
    assert (await stranger.join(node))["code"] == "check_in_missing"
    alice = clinic.person("alice")
    alice.session = other
    assert (await alice.join(node))["code"] == "not_allowed"
    carl = clinic.person("carl")
    assert (await carl.join(node))["room"]["you"]["role"] == "cofacilitator"
    assert await clinic.log(other) == []


@pytest.mark.asyncio
async def test_before_joining_nothing_can_be_asked(clinic: Clinic, node: Node) -> None:
    """Every message but `join` is refused until the page is in the room, and again after it left."""
    bob = clinic.person("bob", beats=False)
    await bob.connect(node)
    assert await bob.ask("beat") == {"ok": False, "code": "not_in_room"}
    assert await bob.refused("hand", raised=True) == "not_in_room"
    await bob.join()
    assert await bob.refused("hand", raised=True) == "not_allowed"
    assert (await bob.ask("beat")).keys() == {"ok", "at"}
    await bob.do("leave")
    assert await bob.ask("beat") == {"ok": False, "code": "not_in_room"}


@pytest.mark.asyncio
async def test_a_repeated_command_is_answered_as_the_first_time(clinic: Clinic, node: Node) -> None:
    """The same op twice has one effect and one answer, also after a reconnection."""
    alice, bob = await seated(clinic, node, "bob")
    member = bob.room["you"]["member"]
    op = alice.op()
    assert await alice.ask("remove", op=op, member=member) == {"ok": True}
    assert await alice.ask("remove", op=op, member=member) == {"ok": True}
    await alice.drop()
    await alice.join(node)
    assert await alice.ask("remove", op=op, member=member) == {"ok": True}
    assert await alice.refused("remove", member=member) == "no_such_member"


@pytest.mark.asyncio
async def test_a_revoked_link_ends_the_call(clinic: Clinic, node: Node) -> None:
    """Whose link is revoked hears "signed out", is out of the room at once, and cannot come back."""
    now = clinic.clock.now()
    await clinic.store.access.put_link(
        "a-token", rec.JoinLink(P, PersonId("person-bob"), Role.CLIENT, clinic.session, None, now + 3_600_000)
    )
    found = await clinic.store.access.link("a-token")
    assert found is not None
    alice, dora = await seated(clinic, node, "dora")
    bob = clinic.person("bob", browser=await clinic.sign_in("bob", link=found[0]))
    await bob.join(node)
    await alice.sees(lambda a: a.room["waiting"], "sees him wait")
    await alice.do("admit")
    await dora.sees(lambda d: len(d.seats) == 3, "sees him")
    await clinic.store.access.revoke_link(P, found[0], clinic.clock.now())
    await node.signalling.signed_out(link=found[0])
    await bob.sees(lambda b: b.byes == ["signed_out"] and not b.connected, "is sent away")
    await dora.sees(lambda d: len(d.seats) == 2, "sees him gone")
    assert await clinic.person("bob", browser=bob.browser).turned_away(node) == "not_signed_in"


@pytest.mark.asyncio
async def test_a_browser_that_signed_out_elsewhere_is_found(clinic: Clinic, node: Node) -> None:
    """A cookie that is dropped by another node ends its sockets within some seconds."""
    alice, bob = await seated(clinic, node, "bob")
    assert bob.browser is not None
    await clinic.store.access.drop_web_session(bob.browser[0])
    await bob.sees(lambda b: b.byes == ["signed_out"], "is sent away")
    await alice.sees(lambda a: len(a.seats) == 1, "sees him gone")


@pytest.mark.asyncio
async def test_a_node_that_stops_asks_its_pages_to_come_back(clinic: Clinic) -> None:
    """At a clean stop every page hears "restart", and the next node has everybody in their seats."""
    async with node_of(clinic) as node:
        alice, bob = await seated(clinic, node, "bob")
        await node.stop()
        for person in (alice, bob):
            await person.sees(lambda p: p.byes == ["restart"] and not p.connected, "hears it")
    async with node_of(clinic) as node:
        assert (await bob.again().join(node))["room"]["you"]["seat"] == 2
        assert (await alice.again().join(node))["room"]["you"]["seat"] == 1


def test_chat_text_is_plain() -> None:
    """Control characters and bidirectional overrides are taken out, line breaks stay, letters are composed."""
    assert plain("a\u202eb\x00c\u2067d\n\te\u0301 ") == "abcd\né"
