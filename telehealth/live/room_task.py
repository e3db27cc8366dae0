"""The loop that owns one live room on one node: take a command, decide, append, apply, tell.

Everything that concerns the room goes through one inbox and is done in order: what pages ask, what other nodes
appended (a follower posts it), and the clock. So no state here needs a lock. `record.py` decides, appends and applies;
nobody is told before it is durable, because `_happened` is called with what the store has confirmed and nothing else.
An unexpected exception is a bug, not a refusal: the task ends loudly and `rooms.py` opens another from the log.

Must not touch: sockets, Redis, aiortc. Rules are in `core`; here is only their order.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from telehealth.clock import Clock
from telehealth.core import attendance
from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.audience import UNKNOWN, Card, RoomView, profile, view
from telehealth.core.circles import gathering
from telehealth.core.crisis import NO_PLAN, CrisisPlan
from telehealth.core.decide import next_deadline
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.kind_rules import NO_KINDS, KindRules
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import PARTICIPANTS, Action, may
from telehealth.core.room import GAP, Member, Room, Standing
from telehealth.core.scales import NO_SCALES, ScaleRules
from telehealth.core.tools.tool import Move
from telehealth.live import chat
from telehealth.live.consents import Held, nobody
from telehealth.live.flows import Flows
from telehealth.live.inbox import Inbox
from telehealth.live.line import InSlot, Line, Said
from telehealth.live.media import Media
from telehealth.live.pages import Pages, alias_of
from telehealth.live.proofs import Proofs
from telehealth.live.record import Record
from telehealth.live.stopping import stop
from telehealth.live.toolbox import Toolbox, ToolTold
from telehealth.store.ports import Passing, People, RoomLogs, Unavailable
from telehealth.store.tool_ports import News, Tools

log = logging.getLogger(__name__)

FOLLOW_WAIT = 5.0
FOLLOW_AGAIN = 0.5
"""Seconds: how long the follower waits for the log, and before it tries again when the store is away."""
REMEMBERED = 256
"""Answers kept, to answer a repeated command as the first time."""
CLOCK_STEP: Millis = 1_000
"""How far the wall clock may step away before it is an event."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a room keeps time, in milliseconds."""

    beat: Millis = 2_000
    """Between two writes of proofs, each followed by `TimePassed`. Less than `core.room.GAP`, so that somebody who goes
    on at another node has no gap; and it is what a killed node costs each client of proven time, at most."""
    settle: Millis = 10_000
    """How long nobody is declared lost after this node opened a running room or missed the store: the proofs of other
    nodes need a beat to come back, and pages some seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a page that entered is answered with: the room, and the chat that it missed, with the writers' aliases."""

    room: RoomView
    chat: tuple[tuple[Said, str], ...]


class RoomTask:
    """One live room on this node. `await open()` first; it ends by itself after the session has ended."""

    def __init__(
        self,
        programme: ProgrammeId,
        session: SessionId,
        logs: RoomLogs,
        people: People,
        clock: Clock,
        media: Media,
        tools: Tools,
        policy_of: Callable[[str], attendance.Policy],
        timing: Timing,
        held: Held = nobody,
        crisis: CrisisPlan = NO_PLAN,
        kinds: KindRules = NO_KINDS,
        scales: ScaleRules = NO_SCALES,
    ) -> None:
        self.programme = programme
        self.session = session
        self.pages = Pages(kinds)
        self._kinds = kinds
        self._logs = logs
        self._people = people
        self._clock = clock
        self._media = media
        self._timing = timing
        self._held = held
        self._crisis = crisis
        self._inbox = Inbox(self._missed_the_store)
        self._record = Record(logs, programme, session, policy_of, self._happened)
        self._cards: dict[PersonId, Card] = {}
        self._answers: OrderedDict[tuple[PersonId, str], Refusal | None] = OrderedDict()
        self._chat = chat.Chat()
        self._box = Toolbox(tools, programme, session, scales)
        self._proofs = Proofs()
        self._flows = Flows()
        self._clock_noted: Millis = 0
        self._act_after: Millis = 0
        self._next_beat: Millis = 0
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._follower: asyncio.Task[None] | None = None

    # --- opening, running, ending

    async def open(self, ended: Callable[["RoomTask", BaseException | None], None]) -> None:
        """Read the log and begin. Raises `Unavailable`, or whatever an event that cannot be applied raises.

        `ended` is called once, when the task is over: with the bug, if there was one.
        """
        await self._record.open()
        for passing in await self._logs.recent(self.programme, self.session):
            self._chat.take(passing)
        await self._box.open()
        await self._learn_cards()
        self._next_beat = self._clock.now() + self._timing.beat
        if self.room.version:
            self._act_after = self._clock.now() + self._timing.settle
        self._arm()
        self._task = asyncio.create_task(self._run(), name=f"room {self.session}")
        self._task.add_done_callback(lambda task: ended(self, None if task.cancelled() else task.exception()))

    @property
    def room(self) -> Room:
        """The state: a snapshot that anybody may read."""
        return self._record.room

    @property
    def closed(self) -> bool:
        """No more commands are taken."""
        return self._inbox.closed

    async def _run(self) -> None:
        self._follower = asyncio.create_task(self._follow(), name=f"follow {self.session}")
        self._follower.add_done_callback(self._follower_ended)
        try:
            over = False
            while not over:
                step = await self._inbox.next()
                await step()
                self._arm()
                over = self.room.ended and self._inbox.empty()
        finally:
            self._inbox.close()
            if self._timer:
                self._timer.cancel()
            await stop(self._follower)

    async def _follow(self) -> None:
        """Post what other nodes append, and what passes."""
        after, passing_after, news_after = self.room.version, self._chat.position, ""
        while True:
            after = max(after, self.room.version)
            try:
                events, passing, news = await self._logs.follow(
                    self.programme, self.session, after, passing_after, FOLLOW_WAIT, news_after
                )
            except Unavailable:
                self._missed_the_store()
                await asyncio.sleep(FOLLOW_AGAIN)
                continue
            if events or passing or news:
                self._inbox.post(partial(self._followed, after, events, passing, news))
                after += len(events)
                passing_after = passing[-1].id if passing else passing_after
                news_after = news[-1].id if news else news_after

    def _follower_ended(self, follower: asyncio.Task[None]) -> None:
        """A bug there ends the room task, as one here does."""

        async def step() -> None:
            await follower

        if not follower.cancelled():
            self._inbox.post(step)

    async def _followed(
        self, after: int, events: Sequence[did.Event], passing: Sequence[Passing], news: Sequence[News]
    ) -> None:
        await self._record.follow(after, events)
        for one in passing:
            if said := self._chat.take(one):
                self.pages.tell_chat(self.room, said, self._cards)
        for told in news:
            if tool := self._box.take(told):
                self.pages.tell_tools(self.room, self._box, self._offered, None, tool)

    @property
    def _offered(self) -> tuple[str, ...]:
        """The tools of this kind of session."""
        return () if self.room.opened is None else profile(self.room, self._kinds).tools

    def adopt(self, line: Line) -> bool:
        """Take over a page of the task that this one replaces. False if it is nobody's any more."""
        member = self.room.by_connection(line.connection)
        if member is None:
            return False
        self.pages.let_in(line, member.number)
        self._flows.watch(member.number, self._clock.now())
        line.room(view(self.room, member.number, self._cards, self._kinds))
        for told in self.tools(line.connection):  # what happened while there was no task would be missing for ever
            line.tool(told)
        return True

    async def close(self) -> None:
        """Leave the room to the other nodes or to the next start, with all that is known written down."""
        try:
            async with asyncio.timeout(3):
                await self._inbox.ask(self._write_proofs)
                for here in self.pages:
                    await self.lose(here.line.connection, clean=False)
        except TimeoutError:
            log.warning("room %s was closed before its last proofs were written", self.session)
        self._inbox.close()
        for task in (self._follower, self._task):  # in this order: the other waits for the follower at its end
            if task:
                await stop(task)

    # --- what pages ask

    async def enter(
        self, command: ask.Enter, line: Line, opening: ask.Open, op: str, chat_after: str
    ) -> Entry | Refusal:
        """Let a page in, where the rules allow it, and answer with the room as it may see it."""

        async def work() -> Entry | Refusal:
            self._cards.update(await self._cards_of([command.person]))
            asked = replace(await self._with_last_seen(command), held=await self._lacks_consent(command, opening))
            refusal = await self._record.obey(asked, op, command.person, opening)
            if refusal:
                return refusal
            member = self.room.by_connection(command.connection)
            if member is None:  # taken over within the same moment
                return Refusal(Code.NOT_IN_ROOM)
            self.pages.let_in(line, member.number)
            await self._open_the_door(member, op)
            self._proofs.note(member.number, command.at)
            self._flows.watch(member.number, command.at)
            self._media.listen(self.room, self.session, member.tab)
            missed = self._chat.missed(self.room, member.number, chat_after)
            return Entry(
                view(self.room, member.number, self._cards, self._kinds),
                tuple((said, alias_of(self.room, said.sender, self._cards)) for said in missed),
            )

        return await self._inbox.ask(work)

    async def _open_the_door(self, host: Member, op: str) -> None:
        """Where nobody waits to be let in (`Opened.waiting`), those who came before a host come in with the first."""
        opened = self.room.opened
        if opened is None or opened.waiting or host.connection is None or host.standing is not Standing.SEATED:
            return
        if may(host.role, Action.ADMIT) and self.room.standing(Standing.WAITING):
            everybody = ask.Admit(self._clock.now(), host.connection, None)
            known = await self._with_consents(await self._with_proofs(everybody))
            await self._record.obey(known, f"{op}.door", host.person)

    async def do(self, command: ask.Command, connection: ConnectionId, op: str) -> Refusal | None:
        """Obey one member's command; a repeated `op` is answered as the first time."""

        async def work() -> Refusal | None:
            here = self.pages.get(connection)
            if here is None:
                return Refusal(Code.NOT_IN_ROOM)
            asked = (self.room.members[here.member].person, op)
            if asked in self._answers:
                return self._answers[asked]
            if isinstance(command, ask.TakeStep) and not self._crisis.knows(command.step):
                return Refusal(Code.NO_SUCH_THING)
            known = await self._with_consents(await self._with_proofs(self._with_patience(command)))
            answer = await self._record.obey(known, f"{connection}.{op}", asked[0])
            # Somebody may sign in the moment after an admission was refused, and it may be asked for again.
            if answer not in (Refusal(Code.NOT_NOW), Refusal(Code.CONSENT_MISSING)):
                self._answers[asked] = answer
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
            return answer

        return await self._inbox.ask(work)

    async def say(self, connection: ConnectionId, to: str, text: str, op: str) -> Refusal | None:
        """Pass a message on to those who may read it now. It is told when it comes back from the ring, on all nodes."""
        at = self._clock.now()

        async def work() -> Refusal | None:
            member = self.room.by_connection(connection)
            if member is None:
                return Refusal(Code.NOT_IN_ROOM)
            body = chat.body(self.room, member.number, to, text, at)
            if isinstance(body, Refusal):
                return body
            await self._logs.pass_on(self.programme, self.session, body, op=f"{member.person}.{op}")
            return None

        return await self._inbox.ask(work)

    def tools(self, connection: ConnectionId) -> tuple[ToolTold, ...]:
        """What a page sees of each tool now."""
        member = self.room.by_connection(connection)
        return () if member is None else tuple(self._box.told(self.room, member, self._offered))

    async def use(self, connection: ConnectionId, move: Move, op: str) -> Refusal | None:
        """Make a move of a tool. It is told when it comes back from the store, on all nodes."""
        at = self._clock.now()

        async def work() -> Refusal | None:
            member = self.room.by_connection(connection)
            if member is None:
                return Refusal(Code.NOT_IN_ROOM)
            return await self._box.use(self.room, member, move, at, op, self._offered)

        return await self._inbox.ask(work)

    async def lose(self, connection: ConnectionId, *, clean: bool) -> None:
        """A socket is gone. Only a clean close proves that its page was there until now."""
        at = self._clock.now()

        async def work() -> None:
            here = self.pages.get(connection)
            self.pages.let_go(connection)
            member = self.room.by_connection(connection)
            if here is None or member is None:
                return
            last_seen = self._proofs.of(member.number) or member.last_seen
            # A page that has slept closes its socket when it wakes: that proves nothing of the time before.
            if clean and at - last_seen <= GAP:
                self._proofs.note(member.number, at)
                last_seen = at
            # Where that cannot be written now, a beat finds the member lost and dates it with the same proof.
            await self._record.obey(ask.LoseConnection(at, connection, last_seen, clean), secrets.token_urlsafe(12))

        await self._inbox.ask(work)

    async def assign(self, command: ask.AssignMedia) -> Refusal | None:
        """Put the room's media on a worker; refused as stale where another node was faster."""
        return await self._inbox.ask(partial(self._record.obey, command, secrets.token_urlsafe(12)))

    def beat(self, connection: ConnectionId) -> bool:
        """Proof of life from a page. False if its connection is not (any more) in the room."""
        return connection in self.pages and self._proofs.beat(self.room, connection, self._clock.now())

    async def offer(self, connection: ConnectionId, sdp: str) -> tuple[str, int] | Refusal:
        """The media worker's answer to a page's offer, and the media epoch that it belongs to. Not in the inbox: it
        changes nothing here, and a slow worker may not hold up the room."""
        member = self.room.by_connection(connection)
        if member is None:
            return Refusal(Code.NOT_IN_ROOM)
        epoch = self.room.media_epoch
        answer = await self._media.offer(self.room, self.session, member.tab, sdp)
        return answer if isinstance(answer, Refusal) else (answer, epoch)

    def look(self, connection: ConnectionId, tiles: Sequence[tuple[int, int]], saving: bool = False) -> Refusal | None:
        """What a page shows, largest first: (member, width); and whether it saves data."""
        member = self.room.by_connection(connection)
        if member is None:
            return Refusal(Code.NOT_IN_ROOM)
        self._media.view(self.room, self.session, member.tab, tiles, saving)
        return None

    # --- what the media worker tells

    def media_again(self) -> None:
        """The line to the room's worker is up: tell it everything, and hear from it."""
        self._media.tell(self.room, self.session)
        for here in self.pages:
            self._media.listen(self.room, self.session, here.line.tab)

    def media_proofs(self, ages: Mapping[str, Millis], cameras: Collection[str]) -> None:
        """How long ago the last packet of each tab came, and the tabs whose camera flows."""
        now = self._clock.now()
        self._proofs.media(self.room, ages, now)
        self._flows.told(self.room, ages, cameras, now)

    def slots(self, tab: str, version: int, slots: Sequence[InSlot]) -> None:
        self.pages.tell_slots(self.room, tab, version, slots)

    def speaking(self, members: Sequence[int]) -> None:
        self.pages.tell_speaking(self.room, members)

    # --- what has happened

    async def _happened(self, before: Room, events: Sequence[did.Event]) -> None:
        """The state has changed, and the record has it: tell whom it concerns."""
        for event in events:
            if isinstance(event, did.Entered | did.Seated | did.Returned | did.ConnectionReplaced):
                self._proofs.note(event.member, event.at)
        await self._learn_cards()
        self.pages.tell(self.room, self._cards)
        if moved := _moved(before, self.room):
            self.pages.tell_tools(self.room, self._box, self._offered, moved, None)
        self._media.changed(before, self.room, self.session)
        if self.room.ended:
            self._chat.clear()

    # --- names

    async def _cards_of(self, persons: Sequence[PersonId]) -> dict[PersonId, Card]:
        people = await self._people.get(self.programme, persons)
        return {person: Card(who.alias, who.legal_name) for person, who in people.items()}

    async def _learn_cards(self) -> None:
        """The names of people who came in through other nodes. While the store is away they are shown as guests."""
        missing = [m.person for m in self.room.members.values() if m.person not in self._cards]
        if missing:
            try:
                self._cards.update(dict.fromkeys(missing, UNKNOWN) | await self._cards_of(missing))
            except Unavailable:
                self._missed_the_store()

    # --- consents

    async def _lacks_consent(self, command: ask.Enter, opening: ask.Open) -> bool:
        if command.role not in PARTICIPANTS:
            return False
        held = await self._held(self.programme, opening.kind, [command.person], command.at)
        return bool(held)

    async def _with_consents(self, command: ask.Command) -> ask.Command:
        """Whom a missing consent holds now, of those who wait: what was signed or revoked since they came counts."""
        if not isinstance(command, ask.Admit) or self.room.opened is None:
            return command
        waiting = {m.person: m.number for m in self.room.standing(Standing.WAITING) if m.role in PARTICIPANTS}
        if not waiting:
            return command
        held = await self._held(self.programme, self.room.opened.kind, list(waiting), command.at)
        return replace(command, held=frozenset(waiting[person] for person in held))

    def _with_patience(self, command: ask.Command) -> ask.Command:
        """How long the clinic's plan lets somebody be gone whom staff look after."""
        if not isinstance(command, ask.MarkRisk):
            return command
        return replace(command, patience=self._crisis.patience.get(command.risk, 0))

    # --- proofs and time

    async def _with_last_seen(self, command: ask.Enter) -> ask.Enter:
        """For somebody who is already here: until when their earlier connection was proven."""
        known = self.room.by_person(command.person)
        if known is None or not known.here:
            return command
        seen = self._proofs.merged(await self._logs.last_seen(self.programme, self.session))
        return replace(command, last_seen=seen.get(known.number, known.last_seen))

    async def _with_proofs(self, command: ask.Command) -> ask.Command:
        """What seats somebody or sends them away goes by their proofs.

        Pages of other nodes have proofs here that are up to a beat old: such a page counts as present, unless its last
        proof is older than that. Until the room has settled after a start there may be no such node: whoever is not
        here is gone, and counts as far as they are proven.
        """
        if not isinstance(command, ask.Admit | ask.Remove | ask.HoldBack | ask.End):
            return command
        mine = {here.member for here in self.pages}
        concerned = [m for m in self.room.members.values() if m.here]
        if isinstance(command, ask.Admit):  # whoever waits here is there as long as the socket is
            concerned = [m for m in self.room.standing(Standing.WAITING) if m.number not in mine]
            if not concerned:
                return command
        stored = self._proofs.merged(await self._logs.last_seen(self.programme, self.session))
        seen = {m.number: max(m.last_seen, stored.get(m.number, 0)) for m in concerned}
        if command.at < self._act_after:
            return replace(command, seen=seen, gone=frozenset(seen.keys() - mine))
        old = command.at - self._timing.beat - GAP
        return replace(command, seen={m: at for m, at in seen.items() if m in mine or at < old})

    async def _write_proofs(self) -> None:
        proofs = self._proofs.unwritten()
        if proofs:
            await self._logs.seen(self.programme, self.session, proofs)
            self._proofs.written(proofs)

    def _missed_the_store(self) -> None:
        self._act_after = self._clock.now() + self._timing.settle

    def _arm(self) -> None:
        """One timer: the next beat, or earlier if a seat's grace is over before."""
        now = self._clock.now()
        due = self._next_beat
        deadline = next_deadline(self.room, self._proofs.merged({}))
        if deadline is not None and now < deadline < due:
            due = deadline
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0, due - now) / 1000, self._inbox.post, self._tick)

    async def _tick(self) -> None:
        now = self._clock.now()
        due = now >= self._next_beat
        if due:
            self._next_beat = now + self._timing.beat
        if self._inbox.away:
            return
        try:
            if due:
                await self._write_proofs()
                await self._learn_cards()
            if now >= self._act_after and self.room.opened is not None:
                seen = self._proofs.merged(await self._logs.last_seen(self.programme, self.session))
                await self._record.obey(ask.TimePassed(now, seen), secrets.token_urlsafe(12))
            if due and self.room.opened is not None:
                await self._note_evidence(now)
        except Unavailable:
            self._inbox.miss()

    async def _note_evidence(self, now: Millis) -> None:
        """What flows from the pages here, where it has changed, and a step of the wall clock."""
        flows = self._flows.now((here.member for here in self.pages), now)
        await self._record.obey(ask.SeeMedia(now, flows), secrets.token_urlsafe(12))
        offset = self._clock.offset()
        if abs(offset - self._clock_noted) > CLOCK_STEP:
            await self._record.obey(ask.NoteClock(now, offset), secrets.token_urlsafe(12))
            self._clock_noted = offset


def _moved(before: Room, after: Room) -> set[MemberNumber]:
    """Who has been seated, or is among others now."""
    return {
        number
        for number, now in after.members.items()
        if now.standing is Standing.SEATED
        and (
            (was := before.members.get(number)) is None
            or was.standing is not now.standing
            or gathering(before, was) != gathering(after, now)
        )
    }
