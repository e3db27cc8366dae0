"""Finds, opens and retires the room tasks of this node; what the edge asks of rooms goes through here.

A room has at most one task here. It is opened from the log by whoever needs it first, and for every open room at
start and later on (a room whose node has died still has to date its members' ends). It goes when its session has
ended. A task that ends by a bug is opened again from the log, and its pages stay.

Must not touch: sockets, rules.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, assert_never, cast

from telehealth.clock import Clock
from telehealth.core import commands as ask
from telehealth.core import records as rec
from telehealth.core.attendance import Policy
from telehealth.core.crisis import NO_PLAN, CrisisPlan
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.kind_rules import NO_KINDS, KindRules
from telehealth.core.refusals import Refusal
from telehealth.core.roles import Role
from telehealth.core.room import EMPTY
from telehealth.core.scales import NO_SCALES, ScaleRules
from telehealth.live.consents import Held, nobody
from telehealth.live.earlier import last_breakouts
from telehealth.live.line import InSlot, Line, Source
from telehealth.live.media import Media
from telehealth.live.room_task import Entry, RoomTask, Timing
from telehealth.live.stopping import stop
from telehealth.media import rpc
from telehealth.media.client import Workers
from telehealth.store import ports
from telehealth.store.tool_ports import Tools

log = logging.getLogger(__name__)

LOOK_FOR_ROOMS = 15.0
"""Seconds between two looks for open rooms that have no task here."""


class Store(Protocol):
    """What rooms need of the store."""

    @property
    def logs(self) -> ports.RoomLogs: ...
    @property
    def people(self) -> ports.People: ...
    @property
    def tools(self) -> Tools: ...
    @property
    def workers(self) -> ports.Workers: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What a room is opened with, besides its session's record."""

    grace: Millis = 60_000
    """How long the seat of somebody whose connection was lost is kept."""
    policy: str = "iop-default/1"
    """The attendance policy of new sessions."""


class Rooms:
    """All live rooms of this node."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        media_secret: str,
        policies: Mapping[str, Policy],
        rules: Rules = Rules(),
        timing: Timing = Timing(),  # noqa: B008  frozen
        held: Held = nobody,
        crisis: CrisisPlan = NO_PLAN,
        kinds: KindRules = NO_KINDS,
        scales: ScaleRules = NO_SCALES,
    ) -> None:
        self._store = store
        self._clock = clock
        self._policies = policies
        self._rules = rules
        self._timing = timing
        self._held = held
        self._crisis = crisis
        self._kinds = kinds
        self._scales = scales
        self._tasks: dict[SessionId, RoomTask] = {}
        self._opening: dict[SessionId, asyncio.Task[RoomTask]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._closing = False
        self._workers = Workers(media_secret, self._told, lambda worker: self.media.lost(worker))
        self.media = Media(store.workers, clock, self._workers, lambda: list(self._tasks.values()))

    async def start(self) -> None:
        """Open a task for every open room, and go on looking for such rooms."""
        self.media.start()
        with suppress(ports.Unavailable):
            await self.recover()
        self._spawn(self._look_for_rooms(), "look for open rooms")

    async def recover(self) -> None:
        """Open a task for every open room that has none here."""
        for programme, session in await self._store.logs.open_rooms():
            if session not in self._tasks:
                try:
                    await self.find(programme, session)
                except ports.Unavailable:
                    raise
                except Exception:
                    # An event that cannot be applied must not keep the other rooms from opening.
                    log.critical("room %s cannot be opened from its log", session, exc_info=True)

    async def close(self) -> None:
        """Say "restart" to every page and write down what is known."""
        self._closing = True
        await stop(*self._background)
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        tasks = list(self._tasks.values())
        for task in tasks:
            for page in task.pages:
                page.line.bye("restart")
        await asyncio.gather(*(task.close() for task in tasks))
        await self.media.close()
        await self._workers.close()

    # --- for the edge

    def live(self, session: SessionId) -> RoomTask | None:
        """The room's task on this node, if there is one."""
        task = self._tasks.get(session)
        return None if task is None or task.closed else task

    async def enter(
        self,
        session: rec.Session,
        person: PersonId,
        role: Role,
        line: Line,
        op: str,
        *,
        microphone: bool,
        camera: bool,
        chat_after: str,
    ) -> Entry | Refusal:
        """A page comes to the door. Raises `Unavailable` if the room cannot be opened now."""
        at = self._clock.now()
        kind = self._kinds.of(session.kind)
        opening = ask.Open(
            at,
            session.programme,
            session.id,
            session.kind,
            session.starts,
            session.ends,
            session.capacity,
            session.roster,
            self._rules.grace,
            self._rules.policy,
            self._kinds.id,
            kind.waiting,
            kind.sees,
        )
        command = ask.Enter(at, person, role, line.connection, line.tab, None, microphone, camera)
        task = await self.find(session.programme, session.id)
        return await task.enter(command, line, opening, f"{line.connection}.{op}", chat_after)

    async def of_last_meeting(
        self, sessions: ports.Sessions, programme: ProgrammeId, session: SessionId
    ) -> dict[PersonId, int]:
        """Who was in which breakout room when this session's group last had some. Raises `Unavailable`."""
        return await last_breakouts(sessions, self._store.logs, programme, session)

    # --- tasks

    async def find(self, programme: ProgrammeId, session: SessionId) -> RoomTask:
        """The room's task, opened if need be. Raises `Unavailable`."""
        if task := self.live(session):
            return task
        opening = self._opening.get(session)
        if opening is None:
            opening = asyncio.create_task(self._open(programme, session), name=f"open {session}")
            self._opening[session] = opening
            opening.add_done_callback(lambda _: self._opening.pop(session, None))
        return await asyncio.shield(opening)

    async def _open(self, programme: ProgrammeId, session: SessionId) -> RoomTask:
        task = RoomTask(
            programme,
            session,
            self._store.logs,
            self._store.people,
            self._clock,
            self.media,
            self._store.tools,
            self._policy_of,
            self._timing,
            self._held,
            self._crisis,
            self._kinds,
            self._scales,
        )
        await task.open(self._ended)
        self._tasks[session] = task
        self.media.changed(EMPTY, task.room, session)
        return task

    def _policy_of(self, name: str) -> Policy:
        """The policy that a room was opened with; the default one if its file is gone."""
        if name not in self._policies:
            log.error("attendance policy %s does not exist any more; %s is used", name, self._rules.policy)
        return self._policies.get(name) or self._policies[self._rules.policy]

    def _ended(self, task: RoomTask, bug: BaseException | None) -> None:
        """A task is over: its session has ended, or it met a bug."""
        if self._tasks.get(task.session) is task:
            del self._tasks[task.session]
        if bug is not None and not self._closing:
            log.critical("the task of room %s ended by a bug and is opened again", task.session, exc_info=bug)
            self._spawn(self._reopen(task), f"reopen {task.session}")

    async def _reopen(self, ended: RoomTask) -> None:
        """Put another task in the place of one that met a bug. If that fails, its pages come back by themselves."""
        try:
            task = await self.find(ended.programme, ended.session)
        except ports.Unavailable:
            task = None
        except Exception:
            log.critical("room %s cannot be opened from its log", ended.session, exc_info=True)
            task = None
        for page in ended.pages:
            if task is None or not task.adopt(page.line):
                page.line.bye("restart")

    async def _look_for_rooms(self) -> None:
        while True:
            await asyncio.sleep(LOOK_FOR_ROOMS)
            with suppress(ports.Unavailable):
                await self.recover()

    def _spawn(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # --- from the media workers

    def _told(self, worker: str, told: rpc.Told) -> None:
        task = self.live(SessionId(told.room))
        if task is None or task.room.worker != worker:
            return
        match told:
            case rpc.ProofsTold():
                task.media_proofs(told.ages, told.cameras)
            case rpc.SlotsTold():
                task.slots(
                    told.tab,
                    told.version,
                    [InSlot(s.mid, s.member, cast("Source | None", s.source), s.paused) for s in told.slots],
                )
            case rpc.SpeakingTold():
                task.speaking(told.members)
            case rpc.RoomRefused():
                self.media.refused(worker, task.session)
            case rpc.PeerTold():
                pass
            case _:
                assert_never(told)
