"""A media worker: the packet loop, its rooms, and the control socket on which nodes say what should be.

One process runs one `Worker`. It knows no Redis: whoever runs it renews its lease from `status()`. A worker outlives
the nodes that speak to it: when a node goes, media flows on, and a room that no node has spoken for in `ORPHANED`
seconds is closed. Garbage on a control connection closes that connection and nothing else.
"""

import asyncio
import hmac
import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import assert_never

import msgspec

from . import control, figures, rpc, sdp
from .counts import Counts
from .loop import SOCKET_BUFFER, PacketLoop
from .room import MediaRoom

FEEDBACK_EVERY = 0.1
FEEDBACKS_PER_REPORT = 10
BEATS = 5
"""Between two feedbacks of a room: rooms take turns, since packets wait while one has its beat."""
ORPHANED = 60.0
"""Seconds for which a room lives without any node: a node's restart takes a few."""
GREETING_WITHIN = 5.0
LOAD_OVER = 5
"""Seconds over which the load is averaged."""
FULL_LOAD = 0.85
"""Share of a core: beyond it packets begin to wait for each other."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What one worker needs to know."""

    worker: str
    """Its id, new for every run."""
    control: str
    """Where nodes reach it: `unix:/path` or `tcp:host:port` (port 0: the system chooses)."""
    secret: str
    """The first line that a node must say."""
    bind: tuple[str, ...] = ("0.0.0.0",)  # noqa: S104  # pages come from anywhere; what proves nothing gets no answer
    """Addresses of the UDP sockets, all on one port."""
    port: int = 0
    """0 lets the system choose."""
    advertised: tuple[str, ...] = ()
    """The addresses at which pages reach this machine; empty finds the machine's own."""
    most_rooms: int = 100
    most_peers: int = 200
    """Above either, no new room is taken; those that are here may grow."""


class Worker:
    """One worker: `start`, then `status` for its lease, `drain` to take no new rooms, `close`."""

    def __init__(self, config: WorkerConfig) -> None:
        self.control = config.control
        """The control address to dial; exact once started."""
        self.draining = False
        self._config = config
        self._rooms: dict[str, MediaRoom] = {}
        self._orphaned: dict[str, float] = {}
        self._nodes: dict[_Node, asyncio.Task[None]] = {}
        self._busy: deque[tuple[float, float]] = deque(maxlen=LOAD_OVER + 1)
        """Empty for the first second: what it costs to come up is no load, yet sent all rooms to other workers."""
        self._lag = figures.Lag(per_second=round(BEATS / FEEDBACK_EVERY))
        self._cost = figures.Cost()

    async def start(self) -> None:
        """Open the sockets. Raises OSError when one is taken."""
        self._loop = PacketLoop(self._config.bind, self._config.port, self._config.advertised)
        try:
            await self._loop.start()
            self._server, self.control = await control.listen(self._config.control, self._serve)
        except OSError:
            await self._loop.close()
            raise
        self._ticking = asyncio.create_task(self._tick(), name="media worker tick")

    @property
    def port(self) -> int:
        """The UDP port."""
        return self._loop.port

    @property
    def buffers_missing(self) -> int:
        """Bytes by which the system's limits keep the socket buffers below what is asked for."""
        return SOCKET_BUFFER - self._loop.buffers

    @property
    def counts(self) -> Counts:
        return self._loop.counts

    def status(self) -> tuple[int, int, float]:
        """Rooms, peers, and the share of one core that this process used over the last seconds."""
        now, used_now = time.monotonic(), time.process_time()
        then, used_then = self._busy[0] if self._busy else (now, used_now)
        load = (used_now - used_then) / max(now - then, 0.1)
        return len(self._rooms), sum(room.peers for room in self._rooms.values()), round(load, 3)

    @property
    def full(self) -> bool:
        """Another room would take something from those that are here."""
        rooms, peers, load = self.status()
        return rooms >= self._config.most_rooms or peers >= self._config.most_peers or load >= FULL_LOAD

    def drain(self) -> None:
        """Take no new rooms; those that are here go on until their plans end."""
        self.draining = True

    def figures(self) -> tuple[dict[str, float], dict[str, float]]:
        """Totals and present values for `rpc.Figures`."""
        rooms, peers, load = self.status()
        totals = figures.of_counts(self._loop.counts) | {"cpu_seconds": time.process_time()}
        values: dict[str, float] = {
            "rooms": rooms,
            "peers": peers,
            "load": load,
            "full": float(self.full),
            "draining": float(self.draining),
            "tcp_connections": len(self._loop.connections),
            "tcp_peers": self._loop.connections.used,
            "socket_buffer_bytes": self._loop.buffers,
            **self._lag.values(),
        }
        if (cost := self._cost.per_packet()) is not None:
            values["cpu_seconds_per_forwarded_packet"] = cost
        values |= dict.fromkeys(figures.OF_ROOMS, 0.0)
        for room in self._rooms.values():
            figures.add_room(values, room)
        return totals, values

    async def close(self) -> None:
        """Say goodbye to all peers and nodes, and close every socket."""
        self._ticking.cancel()
        await asyncio.wait([self._ticking])
        self._server.close()
        for node in self._nodes:
            node.hang_up()
        if self._nodes:
            await asyncio.wait(self._nodes.values())
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()
        await self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        node = _Node(writer)
        if (task := asyncio.current_task()) is not None:
            self._nodes[node] = task
        try:
            async with asyncio.timeout(GREETING_WITHIN):
                greeting = await control.read_line(reader)
            if greeting is None or not hmac.compare_digest(greeting, self._config.secret.encode()):
                return
            decode = msgspec.json.Decoder(rpc.Request).decode
            while (line := await control.read_line(reader)) is not None:
                self._heed(decode(line), node)
        except (TimeoutError, msgspec.MsgspecError, ConnectionError):
            return
        finally:
            node.hang_up()
            self._nodes.pop(node, None)
            for room in self._rooms.values():
                room.forget(node)

    def _heed(self, request: rpc.Request, node: "_Node") -> None:
        now = time.monotonic()
        match request:
            case rpc.Ping():
                node.tell(rpc.Reply(id=request.id))
            case rpc.Stats():
                totals, values = self.figures()
                node.tell(rpc.Figures(id=request.id, totals=totals, values=values))
            case rpc.Plan():
                self._plan(request, node, now)
            case rpc.Offer():
                self._offer(request, node, now)
            case rpc.Listen():
                if room := self._room(request.room, node):
                    room.listen(request.tab, node)
            case rpc.View():
                if room := self._room(request.room, node):
                    room.view(request, now)
            case _:
                assert_never(request)

    def _room(self, name: str, node: "_Node") -> MediaRoom | None:
        room = self._rooms.get(name)
        if room is not None:
            room.listeners.add(node)
        return room

    def _plan(self, plan: rpc.Plan, node: "_Node", now: float) -> None:
        room = self._rooms.get(plan.room)
        if room is None:
            if not plan.peers:
                return
            if self.draining or self.full:
                node.tell(rpc.RoomRefused(room=plan.room))
                return
            room = self._rooms[plan.room] = MediaRoom(plan.room, self._loop)
        room.listeners.add(node)
        room.reconcile(plan, now)
        if room.empty:
            del self._rooms[plan.room]

    def _offer(self, offer: rpc.Offer, node: "_Node", now: float) -> None:
        room = self._room(offer.room, node)
        answer = sdp.Refusal("no_such_peer") if room is None else room.offer(offer.tab, offer.sdp, now)
        if isinstance(answer, sdp.Refusal):
            node.tell(rpc.Reply(id=offer.id, error=answer.code))
        elif room is not None:
            node.tell(rpc.Reply(id=offer.id, sdp=answer))
            room.listen(offer.tab, node)

    async def _tick(self) -> None:
        """Everything that happens by time."""
        loop = asyncio.get_running_loop()
        beat = 0
        due = loop.time()
        while True:
            due = max(due + FEEDBACK_EVERY / BEATS, loop.time())  # a late beat is not followed by a burst of them
            await asyncio.sleep(due - loop.time())
            self._lag.add(loop.time() - due)
            beat += 1
            self._beat(beat, time.monotonic())

    def _beat(self, beat: int, now: float) -> None:
        for turn, room in enumerate(self._rooms.values(), beat):
            feedbacks, others = divmod(turn, BEATS)
            if others:
                continue
            try:
                room.feedback(now)
                if feedbacks % FEEDBACKS_PER_REPORT == 0:
                    room.report(now)
            except Exception:  # a bug that one room meets must not stop the clock of the others
                self._loop.counts.faults += 1
                log.exception("a room's tick failed")
        if beat % (BEATS * FEEDBACKS_PER_REPORT) == 0:
            self._loop.ice.expire(now)
            self._loop.connections.expire(now)
            used = time.process_time()
            self._busy.append((now, used))
            self._cost.add(used, self._loop.counts.forwarded)
            self._close_orphaned(now)

    def _close_orphaned(self, now: float) -> None:
        alone = {name for name, room in self._rooms.items() if not room.listeners}
        self._orphaned = {name: self._orphaned.get(name, now) for name in alone}
        for name, since in self._orphaned.items():
            if now - since > ORPHANED:
                self._rooms.pop(name).close()


class _Node:
    """A connected node."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._encode = msgspec.json.Encoder().encode

    def tell(self, message: rpc.FromWorker) -> None:
        control.write_line(self._writer, self._encode(message))

    def hang_up(self) -> None:
        self._writer.transport.abort()
