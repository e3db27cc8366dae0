"""Every tool that there is. `AnyMove` and `AnySeen` are what the wire is made of."""

from typing import Any

from . import cards
from .tool import Move, Tool

TOOLS: dict[str, Tool] = {tool.name: tool for tool in (cards.TOOL,)}

AnyMove = cards.CardsShow | cards.CardsClose
AnySeen = cards.CardsSeen


def tool_of(move: Move) -> Tool:
    """Whose move it is."""
    name: Any = type(move).__struct_config__.tag
    return TOOLS[str(name).partition(".")[0]]
