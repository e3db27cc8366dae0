"""The tools of one room on one node: makes moves, keeps states, says who is told what.

A move is decided on the state that was last written, by this node or another, and written at once; pages are told when
the news comes back from the store, in the same order on all nodes. Must not touch: the room's log, sockets. Rules are
in `core/tools`.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from telehealth.core.circles import gathering
from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.order import rights
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Action
from telehealth.core.room import Member, Room, Standing
from telehealth.core.scales import NO_SCALES, ScaleRules
from telehealth.core.tools.table import TOOLS, tool_of
from telehealth.core.tools.tool import LARGEST, Acted, Actor, Moment, Move, News, Seen, Tool
from telehealth.store import tool_ports
from telehealth.store.sealed import Erased
from telehealth.store.tool_ports import ToBeKept, Tools, ToolState

log = logging.getLogger(__name__)

TRIES = 20
"""Moves of other nodes that may come first before the asker is told to try again."""


@dataclass(frozen=True, slots=True)
class ToolTold:
    """What one page sees of one tool now."""

    tool: str
    version: int
    seen: Seen | None
    news: News | None = None
    """Instead of `seen`, for whoever was told what was there before."""


class Toolbox:
    """`open()` first."""

    def __init__(
        self, store: Tools, programme: ProgrammeId, session: SessionId, scales: ScaleRules = NO_SCALES
    ) -> None:
        self._store = store
        self._scales = scales
        self._programme = programme
        self._session = session
        self._now: dict[str, tuple[int, msgspec.Struct]] = {}
        self._shown: dict[str, tuple[int, msgspec.Struct]] = {}
        """What the pages have been told."""
        self._before: dict[str, msgspec.Struct] = {}
        """What they had been told before that."""
        self.position = ""
        """Of the last news that was taken in."""

    async def open(self) -> None:
        """Read what stands there, before any page is told of it. Raises `Unavailable`."""
        await self._read()
        self._shown = dict(self._now)

    async def _read(self) -> None:
        for state in (await self._store.read(self._programme, self._session)).values():
            self._take(state)

    def take(self, news: tool_ports.News) -> str | None:
        """A tool's new state; its name, if that is news here."""
        self.position = news.id
        self._take(news.now)
        name = news.now.tool
        shown = self._shown.get(name)
        if name not in self._now or (shown and self._version(name) <= shown[0]):
            return None
        if shown:
            self._before[name] = shown[1]
        self._shown[name] = self._now[name]
        return name

    def _take(self, state: ToolState) -> None:
        tool = TOOLS.get(state.tool)
        if tool is None or state.version <= self._version(state.tool):
            return
        try:
            self._now[state.tool] = state.version, msgspec.json.decode(state.state, type=type(tool.first))
        except msgspec.ValidationError:
            log.warning("the state of tool %s was written by another release", state.tool)

    def _version(self, tool: str) -> int:
        return self._now[tool][0] if tool in self._now else 0

    async def use(
        self, room: Room, me: Member, move: Move, at: Millis, op: str, offered: Iterable[str]
    ) -> Refusal | None:
        """Make a move, or say why not. A repeated `op` is answered as the first time. Raises `Unavailable`."""
        tool = tool_of(move)
        if me.standing is not Standing.SEATED:
            return Refusal(Code.NOT_IN_ROOM)
        if tool.name not in offered:
            return Refusal(Code.NO_SUCH_THING)
        once = _blind(tool.name, me, op)
        moment = Moment(at, tuple(_actors(room)), self._scales)
        for _ in range(TRIES):
            version, state = self._now.get(tool.name, (0, tool.first))
            acted = tool.act(state, _actor(room, me), move, moment)
            if isinstance(acted, Refusal):  # also of what this very move has changed, if its answer was lost
                return None if await self._store.done(self._programme, self._session, once) else acted
            if acted.state == state and not acted.kept:
                return None
            encoded = msgspec.json.encode(acted.state)
            if len(encoded) > LARGEST:
                return Refusal(Code.TOO_LARGE)
            try:
                if await self._write(tool, ToolState(tool.name, version + 1, encoded), acted, at, once):
                    return None
            except Erased:  # somebody whose record is gone still sits there: nothing can be kept of them
                return Refusal(Code.NOT_ALLOWED)
            await self._read()
        return Refusal(Code.NOT_NOW)

    async def _write(self, tool: Tool, new: ToolState, acted: Acted, at: Millis, once: str) -> bool:
        kept = [ToBeKept(one.person, one.what, msgspec.json.encode(one.body)) for one in acted.kept]
        return await self._store.write(
            self._programme, self._session, new, at, kept, op=once, lasting=_lasting(tool, new, acted)
        )

    def told(self, room: Room, me: Member, offered: Iterable[str], only: str | None = None) -> Iterator[ToolTold]:
        """What somebody who is seated sees of the tools that were ever used here."""
        if me.standing is not Standing.SEATED or me.private:
            return
        for name in offered:
            if name in self._now and only in (None, name):
                version, state = self._now[name]
                tool, before = TOOLS[name], self._before.get(name) if only else None
                actor = _actor(room, me)
                if before and tool.news and (news := tool.news(before, state, actor)):
                    yield ToolTold(name, version, None, news)
                else:
                    yield ToolTold(name, version, tool.seen(state, actor))


def _blind(tool: str, me: Member, op: str) -> str:
    """The operation's name in the store. It stands there beside the version that it made, and must not tell who
    answered an anonymous poll: what a page calls its operations is random, and kept nowhere."""
    return hashlib.sha256(f"{tool} {me.person} {op}".encode()).hexdigest()[:32]


def _lasting(tool: Tool, new: ToolState, acted: Acted) -> bytes | None:
    if not tool.lasting:
        return None
    return new.state if tool.record is None else msgspec.json.encode(tool.record(acted.state))


def _actor(room: Room, m: Member) -> Actor:
    may = rights(room, m)
    return Actor(m.number, m.person, m.role, gathering(room, m), Action.TOOLS in may, Action.END in may)


def _actors(room: Room) -> Iterator[Actor]:
    seated = room.standing(Standing.SEATED)
    return (_actor(room, m) for m in sorted(seated, key=lambda m: m.seat or 0))
