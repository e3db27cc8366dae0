"""A bug in a rule ends a room's task loudly and nothing else."""

import logging

import pytest

from telehealth.core import commands as ask
from telehealth.core import decide as rules
from telehealth.core.room import Room
from telehealth.live import record
from tests.support.signal import Clinic, Node, seated


@pytest.mark.asyncio
async def test_a_bug_in_a_rule_costs_one_command(
    clinic: Clinic, node: Node, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever met the bug is answered "internal"; the room is opened again from its log and nobody is disconnected."""

    def broken(room: Room, command: ask.Command) -> rules.Decision:
        if isinstance(command, ask.SetHand):
            raise ZeroDivisionError
        return rules.decide(room, command)

    alice, bob = await seated(clinic, node, "bob")
    before = node.rooms.live(clinic.session)
    monkeypatch.setattr(record, "decide", broken)
    with caplog.at_level(logging.CRITICAL):
        assert await bob.refused("hand", raised=True) == "internal"
        await bob.sees(lambda _: node.rooms.live(clinic.session) not in (None, before), "has another task")
    assert "ended by a bug" in caplog.text
    await alice.do("lock", locked=True)
    await bob.sees(lambda b: b.room["locked"], "sees it")
    assert bob.connected
    assert bob.byes == []
    assert (await bob.ask("beat"))["ok"]
