"""Which media worker carries which room, and the lines to the workers.

The worker of a room is an event in its log (`MediaAssigned`), so all nodes agree and the faster of two nodes wins; this
file only proposes. Every second, and at once when a room first needs media or a worker is lost, it reads which workers
are alive, keeps a line to each, and proposes the least loaded one for every room that has none that can be reached.

A lease that runs out is no reason to move a room while this node still talks to its worker: when Redis was away for a
while every lease has run out, and no picture may stop for that. Must not touch: SDP, packets, rules.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from telehealth.clock import Clock
from telehealth.core import commands as ask
from telehealth.core.ids import SessionId, TabId, WorkerId
from telehealth.core.plan import plan
from telehealth.core.records import WorkerLease
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import Room
from telehealth.live import placement
from telehealth.live.stopping import stop
from telehealth.media import rpc
from telehealth.media.client import OfferRefused, WorkerGone, Workers
from telehealth.store import ports

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks at the leases."""

REFUSALS = {"malformed": Code.MALFORMED}
"""What a worker's refusal code means to a page; everything else is "no media now", which a page tries again."""


class Placed(Protocol):
    """A room, as placing sees it."""

    @property
    def session(self) -> SessionId: ...
    @property
    def room(self) -> Room: ...
    async def assign(self, command: ask.AssignMedia) -> Refusal | None: ...
    def media_again(self) -> None:
        """The line to the room's worker is up: tell it what it should be."""
        ...


class Media:
    """The media side of all rooms of this node. `workers` calls `lost` here when a worker is gone."""

    def __init__(
        self, leases: ports.Workers, clock: Clock, workers: Workers, rooms: Callable[[], Iterable[Placed]]
    ) -> None:
        self._leases = leases
        self._clock = clock
        self._workers = workers
        self._rooms = rooms
        self._refused: dict[SessionId, str] = {}
        """Rooms whose worker said that it does not take them."""
        self._known: set[str] = set()
        """Workers that this node has a line to."""
        self._look = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="media placement")

    async def close(self) -> None:
        if self._task:
            await stop(self._task)

    def wake(self) -> None:
        """Look at once."""
        self._look.set()

    def lost(self, worker: str) -> None:
        """The line to a worker is gone."""
        self._known.discard(worker)
        log.warning("media worker %s is lost", worker)
        self.wake()

    def refused(self, worker: str, session: SessionId) -> None:
        """A worker does not take a room: it was full, or drains, before its lease said so."""
        if self._refused.get(session) != worker:
            self._refused[session] = worker
            self.wake()

    async def figures(self) -> dict[str, rpc.Figures]:
        """What each worker that this node reaches has counted."""
        return await self._workers.figures()

    # --- what rooms say

    def changed(self, before: Room, room: Room, session: SessionId) -> None:
        """Tell the room's worker what should be, and a worker that it has left that nothing should be."""
        if before.worker is not None and before.worker != room.worker:
            self._workers.plan(
                before.worker, rpc.Plan(room=session, version=room.version, epoch=room.media_epoch, peers=[])
            )
        self.tell(room, session)
        if room.worker not in self._known and _needs_media(room):
            self.wake()

    def tell(self, room: Room, session: SessionId) -> None:
        """Send the whole plan to the room's worker."""
        if room.worker is not None:
            self._workers.plan(
                room.worker,
                rpc.Plan(room=session, version=room.version, epoch=room.media_epoch, peers=planned(room)),
            )

    def listen(self, room: Room, session: SessionId, tab: TabId) -> None:
        """This node's page speaks for the peer `tab` from now on."""
        if room.worker is not None:
            self._workers.listen(room.worker, session, tab)

    def view(self, room: Room, session: SessionId, tab: TabId, tiles: Sequence[tuple[int, int]], saving: bool) -> None:
        """What a page shows: (member, width), largest first."""
        if room.worker is not None:
            self._workers.view(room.worker, session, tab, [rpc.Tile(member, width) for member, width in tiles], saving)

    async def offer(self, room: Room, session: SessionId, tab: TabId, sdp: str) -> str | Refusal:
        """The worker's answer to a page's offer."""
        if room.worker is None or room.worker not in self._known:
            self.wake()
            return Refusal(Code.NO_MEDIA)
        try:
            answer = await self._workers.offer(room.worker, session, tab, sdp)
            self._refused.pop(session, None)
            return answer
        except WorkerGone:
            return Refusal(Code.NO_MEDIA)
        except OfferRefused as refused:
            return Refusal(REFUSALS.get(refused.code, Code.NO_MEDIA))

    # --- placing

    async def _run(self) -> None:
        while True:
            try:
                await self._place(await self._leases.alive())
            except ports.Unavailable:
                pass
            except Exception:  # a bug here may not leave all rooms without media for ever
                log.exception("media workers could not be looked at")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._look.wait()
            self._look.clear()

    async def _place(self, alive: Sequence[WorkerLease]) -> None:
        await asyncio.gather(*(self._connect(lease) for lease in alive if lease.worker not in self._known))
        reached = [lease for lease in alive if lease.worker in self._known]
        leaving = {lease.worker for lease in reached if lease.leaving}
        rooms = [room for room in self._rooms() if _needs_media(room.room)]
        placed = Counter(str(room.room.worker) for room in rooms)
        self._refused = {room.session: self._refused[room.session] for room in rooms if room.session in self._refused}
        assigned = []
        for room in rooms:
            worker, refused = room.room.worker, self._refused.get(room.session)
            if worker in self._known and worker not in leaving and worker != refused:
                continue
            chosen = placement.choose(room.session, reached, placed, but=refused)
            if chosen is None:
                if worker == refused:
                    self.tell(room.room, room.session)  # there may be space in it now
                continue
            self._refused.pop(room.session, None)
            placed[chosen.worker] += 1
            command = ask.AssignMedia(self._clock.now(), WorkerId(chosen.worker), room.room.media_epoch)
            assigned.append(room.assign(command))
        await asyncio.gather(*assigned)

    async def _connect(self, lease: WorkerLease) -> None:
        try:
            await self._workers.connect(lease.worker, lease.control)
        except WorkerGone:
            return
        self._known.add(lease.worker)
        for room in self._rooms():
            if room.room.worker == lease.worker:
                room.media_again()


def planned(room: Room) -> list[rpc.PlanPeer]:
    """The room's plan, as the worker is told it."""
    return [
        rpc.PlanPeer(
            tab=p.tab,
            member=p.member,
            seated=p.seated,
            microphone=p.microphone,
            camera=p.camera,
            screen=p.screen,
            staff=p.staff,
            circle=p.circle,
            announces=p.announces,
            apart=p.apart,
            reserved=p.reserved,
            works=p.works,
        )
        for p in plan(room).peers
    ]


def _needs_media(room: Room) -> bool:
    return not room.ended and any(member.here for member in room.members.values())
