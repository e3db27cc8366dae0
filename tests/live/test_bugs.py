"""A bug in a rule ends a room's task loudly and nothing else."""

import logging

import msgspec
import pytest

from telehealth.core import commands as ask
from telehealth.core import decide as rules
from telehealth.core.room import Room
from telehealth.live import record
from telehealth.live.toolbox import Toolbox
from telehealth.store.tool_ports import ToolState
from tests.support.signal import Clinic, Node, P, seated


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


@pytest.mark.asyncio
async def test_what_a_tool_did_meanwhile_is_told_by_the_next_task(
    clinic: Clinic, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another node turns a card between the end of a room's task and its next: pages that stayed are told of it."""
    await clinic.add_session(clinic.session, kind="aftercare")
    alice, bob = await seated(clinic, node, "bob")
    await alice.do("use", move={"do": "cards.show", "format": "plain", "card": 1})
    await bob.sees(lambda b: b.heard("tool"), "sees the card")
    opened = Toolbox.open

    async def turned(self: Toolbox) -> None:
        (now,) = (await clinic.store.tools.read(P, clinic.session)).values()
        card = {**msgspec.json.decode(now.state), "card": 2}
        fresh = ToolState("cards", now.version + 1, msgspec.json.encode(card))
        assert await clinic.store.tools.write(P, clinic.session, fresh, 1, op="elsewhere")
        await opened(self)

    def broken(room: Room, command: ask.Command) -> rules.Decision:
        if isinstance(command, ask.SetHand):
            raise ZeroDivisionError
        return rules.decide(room, command)

    monkeypatch.setattr(Toolbox, "open", turned)
    monkeypatch.setattr(record, "decide", broken)
    assert await alice.refused("hand", raised=True) == "internal"
    await bob.sees(lambda b: b.heard("tool")[-1]["seen"]["card"] == 2, "sees the next card")
