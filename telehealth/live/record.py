"""One node's copy of one room's log: its events, the state that they make, and how it grows.

A decision is appended only if the log has not grown since; otherwise what was missed is read, applied, and the command
is decided again. When it is not known whether an append was done (the store did not answer), the log is read before
anything else is decided, and whoever repeats the operation has the same append tried again: the store answers one that
was done with its first answer. `applied` is awaited after every change of the state, with the state before it: events
are applied, and so told, only when the store has confirmed them or they were read from it.

Used by one room task, one call at a time. Must not touch: pages, media, the clock.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from telehealth.core import attendance
from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.decide import Decision, decide
from telehealth.core.ids import ProgrammeId, SessionId
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import EMPTY, Room, apply, replay
from telehealth.store.ports import Appended, Conflict, RoomLogs, Unavailable

DECIDE_AGAIN = 20
"""How often a command is decided anew because other nodes were faster, before its asker is told "not now"."""
UNANSWERED = 32


class Record:
    """`room` is a snapshot that anybody may read."""

    def __init__(
        self,
        logs: RoomLogs,
        programme: ProgrammeId,
        session: SessionId,
        policy_of: Callable[[str], attendance.Policy],
        applied: Callable[[Room, Sequence[did.Event]], Awaitable[None]],
    ) -> None:
        self.room: Room = EMPTY
        self._logs = logs
        self._programme = programme
        self._session = session
        self._policy_of = policy_of
        self._applied = applied
        self._events: list[did.Event] = []
        self._unsure = False
        self._unanswered: OrderedDict[str, tuple[int, tuple[did.Event, ...]]] = OrderedDict()
        """Appends of which it is not known whether they were done, by operation: at what version, and what."""

    async def open(self) -> None:
        """Read the whole log. Raises `Unavailable`, or whatever an event that cannot be applied raises."""
        self._events = await self._logs.read(self._programme, self._session)
        self.room = replay(self._events)

    async def obey(
        self, command: ask.Command, op: str, actor: str = "system", opening: ask.Open | None = None
    ) -> Refusal | None:
        """Decide, append, apply. Raises `Unavailable`; then nothing was applied.

        A room is opened by the first who may enter it, with `opening` in the same append: a refused visitor leaves
        no trace.
        """
        if op in self._unanswered and isinstance(await self._append(op, actor, *self._unanswered[op]), Appended):
            await self.catch_up()
            return None
        if self._unsure:
            await self.catch_up()
            self._unsure = False
        for _ in range(DECIDE_AGAIN):
            decision = self._decide(command, opening)
            if isinstance(decision, Refusal):
                return decision
            if not decision:
                return None
            done = await self._append(op, actor, self.room.version, decision)
            if isinstance(done, Appended) and done.version == self.room.version + len(decision):
                await self._apply(decision)
                return None
            await self.catch_up()
            if isinstance(done, Appended):
                return None  # the answer to an earlier attempt, which is in the log
        return Refusal(Code.NOT_NOW)

    async def _append(self, op: str, actor: str, version: int, decision: tuple[did.Event, ...]) -> Appended | Conflict:
        try:
            done = await self._logs.append(
                self._programme,
                self._session,
                version,
                decision,
                op=op,
                actor=actor,
                rows=self._rows(version, decision),
            )
        except Unavailable:
            self._unsure = True
            self._unanswered[op] = version, decision
            if len(self._unanswered) > UNANSWERED:
                self._unanswered.popitem(last=False)
            raise
        self._unanswered.pop(op, None)
        return done

    async def follow(self, after: int, events: Sequence[did.Event]) -> None:
        """Take in events that were read after version `after`; those that are known already are passed over."""
        await self._apply(events[self.room.version - after :])

    async def catch_up(self) -> None:
        """Read and apply what is new. Raises `Unavailable`."""
        await self._apply(await self._logs.read(self._programme, self._session, self.room.version))

    def _decide(self, command: ask.Command, opening: ask.Open | None) -> Decision:
        if opening is None or self.room.opened is not None:
            return decide(self.room, command)
        opened = decide(self.room, opening)
        assert not isinstance(opened, Refusal)  # noqa: S101  opening is never refused
        then = decide(replay(opened, self.room), command)
        return then if isinstance(then, Refusal) else (*opened, *then)

    def _rows(self, version: int, decision: Sequence[did.Event]) -> tuple[attendance.Row, ...]:
        """The final attendance, where these events end the session."""
        if not any(isinstance(event, did.Ended) for event in decision):
            return ()
        assert self.room.opened is not None  # noqa: S101  only an opened room ends
        events = [*self._events[:version], *decision]
        return attendance.rows(events, self._policy_of(self.room.opened.policy), until=None)

    async def _apply(self, events: Sequence[did.Event]) -> None:
        if not events:
            return
        before = self.room
        for event in events:
            self.room = apply(self.room, event)
            self._events.append(event)
        await self._applied(before, events)
