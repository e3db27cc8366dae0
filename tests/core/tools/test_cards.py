"""Cards of a meeting's format, and what every tool has to keep to."""

import msgspec
import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.tools import cards
from telehealth.core.tools.cards import CardsClose, CardsSeen, CardsShow
from telehealth.core.tools.table import TOOLS, tool_of
from telehealth.core.tools.tool import LARGEST

from .people import CLIENTS, HOST, acted, moment


def test_a_leader_turns_the_cards_for_everybody() -> None:
    """What a leader shows is what everybody sees; putting them away hides them; a client turns none."""
    tool = cards.TOOL
    shown = acted(tool, tool.first, HOST, CardsShow(format="plain", card=2)).state
    assert tool.seen(shown, CLIENTS[0]) == CardsSeen(open=True, format="plain", card=2)
    away = acted(tool, shown, HOST, CardsClose()).state
    assert tool.seen(away, HOST) == CardsSeen(open=False, format="plain", card=2)
    assert tool.act(shown, CLIENTS[0], CardsClose(), moment()) == Refusal(Code.NOT_ALLOWED)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_what_every_tool_keeps_to(tool: object) -> None:
    """Moves and views are tagged with the tool's name; its first state is small and comes back from JSON equal."""
    found = TOOLS[tool.name]  # type: ignore[attr-defined]  # parametrized
    for move in found.moves:
        assert str(move.__struct_config__.tag).startswith(f"{found.name}.")
        assert move.__struct_config__.tag_field == "do"
    assert found.seen_as.__struct_config__.tag == found.name
    encoded = msgspec.json.encode(found.first)
    assert len(encoded) < LARGEST // 8
    assert msgspec.json.decode(encoded, type=type(found.first)) == found.first


def test_a_move_knows_its_tool() -> None:
    """The tag says whose move it is."""
    assert tool_of(CardsClose()) is cards.TOOL
