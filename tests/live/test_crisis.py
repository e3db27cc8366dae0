"""A client at risk who is gone: staff's pages hear of it within seconds, whatever way the network ends."""

import time

import pytest

from telehealth.core import events as did
from tests.support.signal import Clinic, Node, seated

WITHIN = 5.0
"""Seconds from the moment in which the client's network ends."""


@pytest.mark.asyncio
async def test_staff_are_alarmed_about_a_client_at_risk_within_five_seconds(clinic: Clinic, node: Node) -> None:
    """One socket ends, another falls silent: both are told to staff in time, with a word for how, and to no client."""
    alice, bob, dora, emil = await seated(clinic, node, "bob", "dora", "emil")
    for member in (2, 3):
        await alice.do("risk", member=member, risk="at_risk")
    await dora.beat_once()
    gone = time.monotonic()
    await bob.drop()
    await alice.sees(lambda a: {one["member"] for one in a.room["alerts"]} == {2, 3}, "hears of both", WITHIN + 1)
    assert time.monotonic() - gone < WITHIN
    assert {one["why"] for one in alice.room["alerts"]} == {"network"}
    await dora.beat_again()
    await alice.sees(lambda a: [one["member"] for one in a.room["alerts"]] == [2], "hears that one is back")
    assert emil.room["alerts"] == []
    told = "".join(emil.frames)
    assert not [word for word in ("at_risk", '"network"') if word in told]
    assert [e.how for e in await clinic.log() if isinstance(e, did.AlarmClosed)] == [did.Closed.RETURNED]


@pytest.mark.asyncio
async def test_a_call_for_help_goes_to_staff_and_to_nobody_else(clinic: Clinic, node: Node) -> None:
    """The host hears of it, the caller hears that it was seen, and what others are sent holds no word of it."""
    alice, bob, dora = await seated(clinic, node, "bob", "dora")
    await bob.do("help")
    await alice.sees(lambda a: [one["why"] for one in a.room["alerts"]] == ["help"], "hears the call")
    await alice.do("answer_help", member=2)
    await bob.sees(lambda b: b.room["you"]["noted"] == "answered", "hears that it was seen")
    assert await alice.refused("step", member=2, step="no-such-step", outcome="done") == "no_such_thing"
    assert await bob.refused("risk", member=3, risk="at_risk") == "not_allowed"
    told = "".join(dora.frames)
    assert '"noted":"called"' not in told
    assert '"why":"help"' not in told


@pytest.mark.asyncio
async def test_staff_are_alarmed_about_a_marked_client_who_waits(clinic: Clinic, node: Node) -> None:
    """A mark is shown at the door, and a connection that ends there is told to staff as soon as one from a seat."""
    alice, _ = await seated(clinic, node, "bob")
    dora = clinic.person("dora")
    await dora.join(node)
    await alice.sees(lambda a: [one["member"] for one in a.room["waiting"]] == [3], "sees who waits")
    await alice.do("risk", member=3, risk="at_risk")
    await alice.sees(lambda a: a.room["waiting"][0]["risk"] == "at_risk", "sees the mark")
    gone = time.monotonic()
    await dora.drop()
    await alice.sees(lambda a: [one["member"] for one in a.room["alerts"]] == [3], "hears of it", WITHIN + 1)
    assert time.monotonic() - gone < WITHIN
    assert "at_risk" not in "".join(dora.frames)
