"""What a room needs of one page's signalling socket: `Line`. The edge gives it; rooms only ever talk to this.

Nothing here waits: a page that does not read is the edge's trouble (it drops the page), never the room's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from telehealth.core.audience import RoomView
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, TabId
from telehealth.live.toolbox import ToolTold

Why = Literal["other_tab", "removed", "ended", "signed_out", "too_many", "restart"]
"""Why the server says good-bye to a page."""


@dataclass(frozen=True, slots=True)
class Said:
    """One chat message. `readers` was decided when it was said; nobody is added afterwards."""

    id: str
    sender: MemberNumber
    to: str
    text: str
    at: Millis
    readers: frozenset[MemberNumber]


Source = Literal["microphone", "camera", "screen"]
Paused = Literal["network", "saving"]


@dataclass(frozen=True, slots=True)
class InSlot:
    """What flows in one receive slot."""

    mid: str
    member: int | None
    source: Source | None
    paused: Paused | None = None
    """Why its pictures do not flow now."""


class Line(Protocol):
    """One page, as its room sees it."""

    @property
    def connection(self) -> ConnectionId: ...
    @property
    def tab(self) -> TabId: ...
    def room(self, view: RoomView) -> None: ...
    def chat(self, said: Said, alias: str) -> None: ...
    def slots(self, epoch: int, version: int, slots: Sequence[InSlot]) -> None: ...
    def speaking(self, members: Sequence[int]) -> None: ...
    def tool(self, told: ToolTold) -> None: ...
    def bye(self, why: Why) -> None:
        """Say why, then close for good."""
        ...

    def close(self) -> None:
        """Close without a word: its page already talks through another socket."""
        ...
