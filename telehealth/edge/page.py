"""One page's signalling connection: who it belongs to, how much it may send, and how it is told things.

It is the `Line` through which a room talks to the page: core values go in, wire messages go out, nothing waits.
Must not touch: the store, rules.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from telehealth.core.audience import RoomView
from telehealth.core.ids import ConnectionId, SessionId, TabId
from telehealth.core.records import WebSession
from telehealth.core.tools.table import AnyNews, AnySeen
from telehealth.edge import messages as wire
from telehealth.edge.bucket import Bucket
from telehealth.edge.sockets import Channel
from telehealth.live.line import InSlot, Said, Why
from telehealth.live.toolbox import ToolTold

RATE, BURST = 20.0, 60.0
"""Messages a second. A page beats once a second and sends a few more when somebody clicks."""
CHAT_RATE, CHAT_BURST = 5.0, 10.0
STRIKES = 3
"""Refusals for speed before the page is sent away; forgiven when it has been quiet."""
MALFORMED = 20
"""Messages that are no messages before the page is sent away."""


class Page:
    """A live.Line over one socket."""

    def __init__(self, connection: ConnectionId, channel: Channel, cookie: str, web: WebSession, now: float) -> None:
        self.connection = connection
        self.channel = channel
        self.cookie = cookie
        self.web = web
        self.tab = TabId("")
        """Of the page that joined; empty before."""
        self.session: SessionId | None = None
        """The session that it has joined or tried to."""
        self.said_bye: Why | None = None
        self._all = Bucket(RATE, BURST, now)
        self._chat = Bucket(CHAT_RATE, CHAT_BURST, now)
        self._strikes = 0
        self._malformed = 0
        self._answering = False
        self._seen: dict[str, object] = {}
        """What it was last told of each tool."""
        self._joining = False

    # --- limits

    def may_send(self, name: str, now: float) -> bool:
        """Whether this message comes slowly enough."""
        if self._all.full(now):
            self._strikes = 0
        if self._all.take(now) and (name != "chat" or self._chat.take(now)):
            return True
        self._strikes += 1
        return False

    def count_malformed(self) -> None:
        self._malformed += 1

    @property
    def persists(self) -> bool:
        """Whether it has been too fast or too broken too often."""
        return self._strikes >= STRIKES or self._malformed >= MALFORMED

    # --- what the room tells it

    def room(self, view: RoomView) -> None:
        self._tell(wire.RoomTold(room=view))

    def chat(self, said: Said, alias: str) -> None:
        self._tell(wire.ChatTold(line=chat_line(said, alias)))

    def slots(self, epoch: int, version: int, slots: Sequence[InSlot]) -> None:
        told = [wire.Slot(mid=s.mid, member=s.member, source=s.source, paused=s.paused) for s in slots]
        self._tell(wire.Slots(epoch=epoch, version=version, slots=told))

    def speaking(self, members: Sequence[int]) -> None:
        self._tell(wire.Speaking(members=list(members)))

    @contextmanager
    def joining(self) -> Iterator[None]:
        """While a `join` is answered, with tools as they are at its end: what is new of them before would be news to a
        page that knows nothing yet, and of a higher version than what it is answered."""
        self._joining = True
        try:
            yield
        finally:
            self._joining = False

    def tool(self, told: ToolTold) -> None:
        """Unless it knows that already: of 35 answers to a poll, 34 change nothing on somebody's page."""
        if self._joining:
            return
        if told.news is not None:
            self._seen.pop(told.tool, None)
        elif told.tool in self._seen and self._seen[told.tool] == told.seen:
            return
        else:
            self._seen[told.tool] = told.seen
        self._tell(tool_told(told))

    def answered(self, tools: Iterable[ToolTold]) -> list[wire.ToolTold]:
        """The same in the answer to a `join`."""
        told = list(tools)
        self._seen |= {one.tool: one.seen for one in told}
        return list(map(tool_told, told))

    def bye(self, why: Why) -> None:
        if self.said_bye is None:
            self.said_bye = why
            self._tell(wire.Bye(why=why))
            if not self._answering:
                self._close()

    def close(self) -> None:
        self.channel.close(for_good=True)

    def begin_answer(self) -> None:
        """A message of this page is being answered: a good-bye meanwhile (who ends a session is in it) closes the
        socket only after the answer."""
        self._answering = True

    def end_answer(self) -> None:
        """The answer is sent within this turn of the event loop."""
        self._answering = False
        if self.said_bye is not None:
            asyncio.get_running_loop().call_soon(self._close)

    def _close(self) -> None:
        self.channel.close(for_good=self.said_bye != "restart")

    def _tell(self, message: wire.Tell) -> None:
        self.channel.send(str(message.__struct_config__.tag), message)


def chat_line(said: Said, alias: str) -> wire.ChatLine:
    return wire.ChatLine(id=said.id, sender=said.sender, alias=alias, to=said.to, text=said.text, at=said.at)


def tool_told(told: ToolTold) -> wire.ToolTold:
    seen, news = cast("AnySeen | None", told.seen), cast("AnyNews | None", told.news)
    return wire.ToolTold(tool=told.tool, version=told.version, seen=seen, news=news)
