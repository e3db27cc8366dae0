"""The node's side of the media RPC: `Workers`, a line to each media worker.

Owns: connecting and reconnecting with back-off, remembering what each worker was last told (plans, views, who listens)
and telling it again after a broken line, and noticing that a worker is gone. Decides nothing about rooms.

The one idea: everything but an offer is a value that may be sent again without harm, so callers say what should be and
never ask whether the line is up. An offer is a question: it is answered, refused, or raises `WorkerGone`.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar, assert_never

import msgspec

from . import control, rpc

LOST_AFTER = 1.0
"""Seconds without a line to a worker before it counts as lost."""
SILENT_AFTER = 4.0
"""A worker that answers no ping for this long is stuck and its line is cut; a loaded machine stalls one for 1 s."""
PING_EVERY = 1.0
ANSWER_WITHIN = 5.0
FIGURES_WITHIN = 1.0
FIRST_BACKOFF, LAST_BACKOFF = 0.05, 0.4

log = logging.getLogger(__name__)

ToldCallback = Callable[[str, rpc.Told], None]
LostCallback = Callable[[str], None]
A = TypeVar("A", rpc.Reply, rpc.Figures)


class WorkerGone(Exception):
    """The worker is not connected, or went away before it answered."""


class OfferRefused(Exception):
    """The worker answered with a refusal code: no_such_peer, malformed or no_media."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Workers:
    """Lines to media workers, by worker id.

    `told(worker, message)` is called for everything that a worker tells; `lost(worker)` once when a worker is gone,
    after which it is forgotten until the next `connect`. Both are plain callbacks and must not block.
    """

    def __init__(self, secret: str, told: ToldCallback, lost: LostCallback) -> None:
        self._secret = secret
        self._told = told
        self._lost = lost
        self._lines: dict[str, _Line] = {}

    async def connect(self, worker: str, address: str) -> None:
        """Make sure that there is a line to this worker. Raises `WorkerGone` when it cannot be reached now."""
        line = self._lines.get(worker)
        if line is None:
            line = self._lines[worker] = _Line(worker, address, self._secret, self._told, self._gone)
        await line.ready()

    def connected(self, worker: str) -> bool:
        """Whether the line to this worker is up now."""
        line = self._lines.get(worker)
        return line is not None and line.up

    def plan(self, worker: str, plan: rpc.Plan) -> None:
        """Tell a worker what a room should be. Remembered, and told again when the line comes back."""
        if line := self._lines.get(worker):
            line.plan(plan)

    def listen(self, worker: str, room: str, tab: str) -> None:
        """This node speaks for the peer from now on."""
        if line := self._lines.get(worker):
            line.listen(room, tab)

    def view(self, worker: str, room: str, tab: str, tiles: Sequence[rpc.Tile], saving: bool = False) -> None:
        """What the page of this peer shows."""
        if line := self._lines.get(worker):
            line.view(room, tab, tiles, saving)

    async def offer(self, worker: str, room: str, tab: str, sdp: str) -> str:
        """The answer to a page's offer. Raises `OfferRefused` or `WorkerGone`."""
        line = self._lines.get(worker)
        if line is None:
            raise WorkerGone(worker)
        return await line.offer(room, tab, sdp)

    async def figures(self) -> dict[str, rpc.Figures]:
        """What the workers that answer have counted, by worker."""
        lines = [(worker, line) for worker, line in self._lines.items() if line.up]
        answers = await asyncio.gather(*(line.figures() for _, line in lines), return_exceptions=True)
        found = {}
        for (worker, _), answer in zip(lines, answers, strict=True):
            if isinstance(answer, rpc.Figures):
                found[worker] = answer
            elif not isinstance(answer, WorkerGone):
                raise answer
        return found

    async def forget(self, worker: str) -> None:
        """Close the line to one worker without calling `lost`."""
        if line := self._lines.pop(worker, None):
            await line.close()

    async def close(self) -> None:
        """Close all lines; `lost` is not called."""
        lines = list(self._lines.values())
        self._lines.clear()
        for line in lines:
            await line.close()

    def _gone(self, worker: str) -> None:
        if self._lines.pop(worker, None) is not None:
            self._lost(worker)


class _Line:
    """One worker: its connection, and what it must be told again after a reconnection."""

    def __init__(self, worker: str, address: str, secret: str, told: ToldCallback, gone: Callable[[str], None]) -> None:
        self._worker = worker
        self._address = address
        self._secret = secret.encode()
        self._told = told
        self._gone = gone
        self._writer: asyncio.StreamWriter | None = None
        self._first: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked: dict[int, asyncio.Future[rpc.Answer]] = {}
        self._last_id = 0
        self._heard = 0.0
        self._plans: dict[str, rpc.Plan] = {}
        self._listens: dict[tuple[str, str], rpc.Listen] = {}
        self._views: dict[tuple[str, str], rpc.View] = {}
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(rpc.FromWorker).decode
        self._task = asyncio.create_task(self._run(), name=f"media line to {worker}")

    @property
    def up(self) -> bool:
        return self._writer is not None

    async def ready(self) -> None:
        if not await asyncio.shield(self._first):
            raise WorkerGone(self._worker)

    def plan(self, plan: rpc.Plan) -> None:
        if plan.peers:
            self._plans[plan.room] = plan
        else:
            self._plans.pop(plan.room, None)
        here = {peer.tab for peer in plan.peers}
        for kept in (self._listens, self._views):
            for room, tab in [key for key in kept if key[0] == plan.room and key[1] not in here]:
                kept.pop((room, tab), None)
        self._send(plan)

    def listen(self, room: str, tab: str) -> None:
        listen = self._listens[room, tab] = rpc.Listen(room=room, tab=tab)
        self._send(listen)

    def view(self, room: str, tab: str, tiles: Sequence[rpc.Tile], saving: bool) -> None:
        view = self._views[room, tab] = rpc.View(room=room, tab=tab, tiles=list(tiles), saving=saving)
        self._send(view)

    async def offer(self, room: str, tab: str, sdp: str) -> str:
        if self._writer is None:
            raise WorkerGone(self._worker)
        self._listens[room, tab] = rpc.Listen(room=room, tab=tab)
        reply = await self._ask(lambda number: rpc.Offer(id=number, room=room, tab=tab, sdp=sdp), rpc.Reply)
        if reply.error:
            raise OfferRefused(reply.error)
        return reply.sdp

    async def figures(self) -> rpc.Figures:
        return await self._ask(lambda number: rpc.Stats(id=number), rpc.Figures, FIGURES_WITHIN)

    async def _ask(self, question: Callable[[int], rpc.Request], kind: type[A], within: float = ANSWER_WITHIN) -> A:
        if self._writer is None:
            raise WorkerGone(self._worker)
        self._last_id = number = self._last_id + 1
        asked: asyncio.Future[rpc.Answer] = asyncio.get_running_loop().create_future()
        self._asked[number] = asked
        self._send(question(number))
        try:
            async with asyncio.timeout(within):
                answer = await asked
        except TimeoutError:
            raise WorkerGone(self._worker) from None
        finally:
            del self._asked[number]
        if not isinstance(answer, kind):
            raise WorkerGone(self._worker)
        return answer

    async def close(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._first_result(False)

    def _send(self, request: rpc.Request) -> None:
        if self._writer is not None:
            control.write_line(self._writer, self._encode(request))

    def _first_result(self, reached: bool) -> None:
        if not self._first.done():
            self._first.set_result(reached)

    async def _run(self) -> None:
        """Keep a connection until the worker is gone."""
        loop = asyncio.get_running_loop()
        last_up = loop.time()
        backoff = FIRST_BACKOFF
        while True:
            try:
                async with asyncio.timeout(LOST_AFTER):
                    reader, writer = await control.dial(self._address)
            except (ConnectionRefusedError, FileNotFoundError, control.BadAddress):
                break  # nobody listens there any more: the process is dead, waiting would only cost its rooms a second
            except OSError:  # TimeoutError is one
                if loop.time() - last_up > LOST_AFTER:
                    break
                await asyncio.sleep(backoff)
                backoff = min(2 * backoff, LAST_BACKOFF)
                continue
            if await self._converse(reader, writer):
                backoff = FIRST_BACKOFF
                last_up = loop.time()
            elif loop.time() - last_up > LOST_AFTER:
                break  # it accepts us and hangs up: the secret is wrong, or another program took the port
            await asyncio.sleep(backoff)
            backoff = min(2 * backoff, LAST_BACKOFF)
        self._first_result(False)
        self._gone(self._worker)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One connection, until it ends. Returns whether the worker answered on it at all."""
        self._heard = 0.0
        pings = asyncio.create_task(self._ping(writer))
        try:
            control.write_line(writer, self._secret)
            control.write_line(writer, self._encode(rpc.Ping(id=0)))
            while (line := await control.read_line(reader)) is not None:
                try:
                    message = self._decode(line)
                except msgspec.DecodeError:
                    log.warning("media worker %s sent something that is not in the protocol", self._worker)
                    break
                self._heard = asyncio.get_running_loop().time()
                if self._writer is None:
                    self._writer = writer
                    self._tell_again()
                    self._first_result(True)
                self._heed(message)
            return self._writer is not None
        finally:
            self._writer = None
            for asked in self._asked.values():
                if not asked.done():
                    asked.set_exception(WorkerGone(self._worker))
            pings.cancel()
            writer.transport.abort()
            with suppress(asyncio.CancelledError):
                await pings

    async def _ping(self, writer: asyncio.StreamWriter) -> None:
        """Notice a process that holds its socket open and does nothing."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() - max(began, self._heard) < (SILENT_AFTER if self._heard else LOST_AFTER):
            await asyncio.sleep(PING_EVERY)
            control.write_line(writer, self._encode(rpc.Ping(id=0)))
        writer.transport.abort()

    def _tell_again(self) -> None:
        for again in (self._plans, self._listens, self._views):
            for request in again.values():
                self._send(request)

    def _heed(self, message: rpc.FromWorker) -> None:
        match message:
            case rpc.Reply() | rpc.Figures():
                asked = self._asked.get(message.id)
                if asked is not None and not asked.done():
                    asked.set_result(message)
            case rpc.SlotsTold() | rpc.SpeakingTold() | rpc.ProofsTold() | rpc.PeerTold() | rpc.RoomRefused():
                try:
                    self._told(self._worker, message)
                except Exception:
                    log.exception("what a media worker told could not be handled")
            case _:
                assert_never(message)
