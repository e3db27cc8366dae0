"""Messages of this node to clients: plans what the timetables have due, and sends what is queued, whoever queued it.

Every node does this for all programmes; none of them leads. What is planned has a name that all nodes make alike, and
what is sent was claimed by one script, so each message is sent by one of them at most. A claim whose holder died is
written down as unknown. All state is in the store but a copy of each open room, read on from where it was. While Redis
is away nothing is sent and nothing is lost. Right before a message goes out the room is read again: whoever has come
is not told that they are missing, and nobody of a time that has changed.

Must not touch: how a message travels (`notify/`), whether it may be sent (`core/nudges.py`, `core/ahead.py`). What is
due before sessions is planned in `live/ahead.py`.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from telehealth.clock import Clock
from telehealth.core import ahead as beforehand
from telehealth.core import nudges
from telehealth.core import sendings as rule
from telehealth.core.corrections import Excuse
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.messages import Messages, Written, written
from telehealth.core.records import Person, Session
from telehealth.core.room import EMPTY, Room, replay
from telehealth.core.roster import Timetable, expected
from telehealth.core.sendings import Channel, Fault, Tracked
from telehealth.live.ahead import Planner, zone_of
from telehealth.live.stopping import stop
from telehealth.notify.port import Message, Notifier
from telehealth.store import feed_ports, ports

log = logging.getLogger(__name__)

SEND_EVERY = 1.0
PLAN_EVERY = 5
"""Rounds of sending between two of planning."""
AHEAD_EVERY = 30
"""The same of what is due before sessions."""
AT_ONCE = 20
"""Messages under way; a mail server has its own limits."""
END_WITHIN = 2.0
"""Seconds that messages under way get when the node ends; what is left of them is written down as unknown later."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the store is needed."""

    logs: ports.RoomLogs
    people: ports.People
    sessions: ports.Sessions
    corrections: ports.Corrections
    sendings: ports.Sendings
    programmes: ports.ProgrammeRecords
    opt_outs: feed_ports.OptOuts


@dataclass(frozen=True, slots=True)
class Rules:
    """When clients are written to, and in which words."""

    timetable: Timetable
    ahead: beforehand.Ahead
    messages: Messages
    office: str
    public_url: str
    """Where they end these messages."""


class Reminders:
    """Of one node."""

    def __init__(self, store: Parts, clock: Clock, notifiers: Mapping[Channel, Notifier], rules: Rules) -> None:
        self._store, self._clock, self._notifiers, self._rules = store, clock, notifiers, rules
        self._ways = frozenset(notifiers)
        self._planner = Planner(
            store.programmes, store.sessions, store.people, store.sendings, clock, rules.ahead, self._ways
        )
        self._node = secrets.token_hex(8)
        self._tries = 0
        self._rooms: dict[SessionId, Room] = {}
        self._free = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """For ever."""
        rounds = 0
        while True:
            try:
                if rounds % PLAN_EVERY == 0:
                    await self.plan()
                if rounds % AHEAD_EVERY == 0:
                    await self.plan_ahead()
                await self.send()
            except ports.Unavailable:
                log.warning("reminders wait: the record cannot be read")
            except Exception:  # whatever one of them met, the others still have to be sent
                log.exception("reminders met a bug")
            rounds += 1
            await asyncio.sleep(SEND_EVERY)

    async def close(self) -> None:
        """Let what is under way come to its end, for a moment."""
        if self._under_way:
            _, left = await asyncio.wait(self._under_way.values(), timeout=END_WITHIN)
            await stop(*left)

    async def plan(self) -> None:
        """Queue what the timetable has due in the rooms that are open."""
        rooms = await self._store.logs.open_rooms()
        ids = {session for _, session in rooms}
        self._rooms = {session: room for session, room in self._rooms.items() if session in ids}
        for programme, session in rooms:
            await self._plan(programme, session)

    async def plan_ahead(self) -> None:
        """Queue what is due before sessions."""
        await self._planner.plan()

    async def _plan(self, programme: ProgrammeId, name: SessionId) -> None:
        room = await self._room(programme, name)
        session = await self._store.sessions.get(programme, name) if expected(room).missing else None
        if session is None:
            return
        for sending in nudges.due(
            self._rules.timetable,
            session,
            room,
            self._clock.now(),
            zone=ZoneInfo(session.zone),
            people=await self._store.people.get(programme, session.roster),
            excused=await excused(self._store.corrections, session),
            before=await self._store.sendings.of(programme, name),
            ways=self._ways,
        ):
            await self._store.sendings.queue(sending)

    async def send(self) -> None:
        """Begin to send what is due. What is slow holds up nothing else."""
        for one in await self._store.sendings.due(self._clock.now(), AT_ONCE):
            name = one.sending.id
            if name not in self._under_way:
                self._under_way[name] = asyncio.create_task(self._guarded(one), name=f"send {name}")

    async def idle(self) -> None:
        """Until nothing is under way."""
        await asyncio.gather(*self._under_way.values())

    async def _guarded(self, one: Tracked) -> None:
        try:
            async with self._free:
                await self._one(one)
        except ports.Unavailable:
            log.warning("what became of message %s could not be written down yet", one.sending.id)
        except Exception:
            log.exception("message %s met a bug", one.sending.id)
        finally:
            self._under_way.pop(one.sending.id, None)

    async def _one(self, one: Tracked) -> None:
        sending, progress, now = one.sending, one.progress, self._clock.now()
        if lapsed := rule.lapsed(progress, now):
            await self._store.sendings.move(sending, progress, lapsed)
            return
        self._tries += 1
        notifier = self._notifiers.get(sending.channel)
        claim = rule.claimed(progress, f"{self._node}.{self._tries}", notifier.via if notifier else "", now)
        if claim is None:
            return
        if now >= sending.expires:
            await self._store.sendings.move(sending, progress, rule.expired(progress, now))
            return
        session, room, person, reason = await self._wanted(one)
        if reason or session is None or person is None or notifier is None:
            after = rule.withdrawn(progress, reason or "no_way", now)
            await self._store.sendings.move(sending, progress, after)
            return
        ahead = sending.why in beforehand.BEFOREHAND
        if ahead and (until := beforehand.quiet_until(self._rules.ahead, now, zone_of(person, session))):
            await self._store.sendings.move(sending, progress, rule.put_off(progress, until, now))
            return
        if await self._store.sendings.move(sending, progress, claim):
            fault = await notifier.send(await self._message(one, session, room, person))
            await self._settle(Tracked(sending, claim), fault)

    async def _wanted(self, one: Tracked) -> tuple[Session | None, Room, Person | None, str]:
        """What the message is about, as it stands now, and why it is not to be sent."""
        sending = one.sending
        session = await self._store.sessions.get(sending.programme, sending.session)
        person = (await self._store.people.get(sending.programme, [sending.client])).get(sending.client)
        if sending.why in beforehand.BEFOREHAND:
            return session, EMPTY, person, beforehand.unwanted(sending, session, person)
        room = await self._room(sending.programme, sending.session)
        let_off = await excused(self._store.corrections, session) if session else frozenset[PersonId]()
        reason = nudges.unwanted(session, room, sending.client, person, let_off, {sending.channel})
        return session, room, person, reason

    async def _message(self, one: Tracked, session: Session, room: Room, person: Person) -> Message:
        sending, rules = one.sending, self._rules
        starts = room.opened.starts if room.opened else session.starts
        to, zone = rule.address(person, sending.channel), zone_of(person, session)

        def text(stop: str = "") -> Written:
            return written(rules.messages, sending.why, person.language, starts, zone, rules.office, stop)

        if sending.channel is Channel.SMS:
            short = text()
            return Message(sending.id, to, "", short.sms, short.language)
        token = await self._store.opt_outs.token(sending.programme, sending.client, sending.channel)
        long = text(f"{rules.public_url}/stop#{token}")
        one_click = f"{rules.public_url}/api/stop/{token}"
        return Message(sending.id, to, long.subject, long.body, long.language, one_click)

    async def _settle(self, claim: Tracked, fault: Fault | None) -> None:
        """Write down the outcome, also over an "unknown" of another node that thought us dead."""
        sending, now = claim.sending, self._clock.now()
        if fault is not None:
            log.info("message %s was not sent: %s", sending.id, fault)
        outcome = rule.settled(sending, claim.progress, fault, now)
        while True:
            try:
                if await self._store.sendings.move(sending, claim.progress, outcome):
                    return
                break
            except ports.Unavailable:
                if self._clock.now() - now > rule.CLAIM:
                    raise
                await asyncio.sleep(SEND_EVERY)
        for one in await self._store.sendings.of(sending.programme, sending.session):
            mine = one.sending.id == sending.id and one.progress.holder == claim.progress.holder
            if mine and one.progress.state is rule.State.UNKNOWN and fault is None:
                await self._store.sendings.move(sending, one.progress, outcome)

    async def _room(self, programme: ProgrammeId, session: SessionId) -> Room:
        """The room as its log says now."""
        known = self._rooms.get(session, EMPTY)
        room = replay(await self._store.logs.read(programme, session, known.version), known)
        if not room.ended:
            self._rooms[session] = room
        return room


async def excused(corrections: ports.Corrections, session: Session) -> frozenset[PersonId]:
    """Clients whose absence somebody accepts, as far as was said."""
    heard = (await corrections.of(session.programme, [session.id])).get(session.id, ports.Heard())
    latest = {said.client: said.excused for said in heard.said if isinstance(said, Excuse)}
    return frozenset(client for client, yes in latest.items() if yes)


@asynccontextmanager
async def reminding(reminders: Reminders) -> AsyncIterator[None]:
    """Plan and send in the background."""
    task = asyncio.create_task(reminders.run(), name="reminders")
    try:
        yield
    finally:
        await stop(task)
        await reminders.close()
