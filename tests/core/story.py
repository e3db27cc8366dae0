"""A session told step by step: people by name, times as on a clock, every step through `decide` and `apply`.

Alice leads, Ben leads with her, Olive observes; Bob, Carol and Dan are clients; Fay is a family member; Ida interprets;
Pete is a peer who hosts. Their ids and
legal names are such that one of them in the wrong place is easily found.
"""

from collections.abc import Collection

from hypothesis import Phase, settings

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.attendance import Policy, Row, rows
from telehealth.core.audience import Card, RoomView, view
from telehealth.core.decide import Decision, decide
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, SessionId, TabId
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.room import EMPTY, Member, Room, apply

FIXED = settings(derandomize=True, deadline=None, database=None, print_blob=True, phases=(Phase.generate, Phase.shrink))
"""Every run looks at the same histories; a failure here is one for everybody."""

ALICE, BEN, OLIVE = PersonId("id-alice-9f1"), PersonId("id-ben-2c7"), PersonId("id-olive-e40")
BOB, CAROL, DAN = PersonId("id-bob-77a"), PersonId("id-carol-31d"), PersonId("id-dan-b58")
FAY = PersonId("id-fay-6e2")
IDA, PETE = PersonId("id-ida-f03"), PersonId("id-pete-8d4")

ROLES: dict[PersonId, Role] = {
    ALICE: Role.FACILITATOR,
    BEN: Role.COFACILITATOR,
    OLIVE: Role.OBSERVER,
    BOB: Role.CLIENT,
    CAROL: Role.CLIENT,
    DAN: Role.CLIENT,
    FAY: Role.COLLATERAL,
    IDA: Role.INTERPRETER,
    PETE: Role.PEER_HOST,
}
CARDS: dict[PersonId, Card] = {
    ALICE: Card("Alice", "Alicia Thornbury LCDC"),
    BEN: Card("Ben", "Benedict Okonkwo-Hale"),
    OLIVE: Card("Olive", "Olivia Pemberwick"),
    BOB: Card("Bob", "Robert Quillfeather"),
    CAROL: Card("Carol", "Caroline Vantongeren"),
    DAN: Card("Dan", "Daniel Marchetti-Ruiz"),
    FAY: Card("Fay", "Fabienne Quillfeather"),
    IDA: Card("Ida", "Ildiko Marchbanks"),
    PETE: Card("Pete", "Petronius Hallowell"),
}
GRACE: Millis = 60_000
POLICY = Policy("test", 1, late_after=600_000, left_early_before=600_000, absent_below=0.25, present_from=0.75)
_MIDNIGHT: Millis = 1_790_000_000_000


def clock(text: str) -> Millis:
    """The time of "18:05", "18:05:30" or "18:05:30.250" on the evening of the story."""
    hours, minutes, seconds = (*text.split(":"), "0")[:3]
    return _MIDNIGHT + int(hours) * 3_600_000 + int(minutes) * 60_000 + round(float(seconds) * 1000)


class Story:
    """One session from 18:00 to 21:00, opened at 17:30."""

    def __init__(
        self,
        *,
        capacity: int = 8,
        expected: tuple[PersonId, ...] = (BOB, CAROL, DAN),
        sees: str = "everyone",
        waiting: bool = True,
    ) -> None:
        self.room: Room = EMPTY
        self.log: list[did.Event] = []
        self.now = clock("17:30")
        self._sockets = 0
        self.ask(
            ask.Open(
                self.now,
                ProgrammeId("p1"),
                SessionId("s1"),
                "group_therapy",
                clock("18:00"),
                clock("21:00"),
                capacity,
                expected,
                GRACE,
                POLICY.id,
                sees=sees,
                waiting=waiting,
            )
        )

    def at(self, time: str) -> "Story":
        """It is now `time`."""
        self.now = clock(time)
        return self

    def ask(self, command: ask.Command) -> Decision:
        """Decide, and let what was decided happen."""
        decision = decide(self.room, command)
        for event in () if isinstance(decision, Refusal) else decision:
            self.room = apply(self.room, event)
            self.log.append(event)
        return decision

    def member(self, person: PersonId) -> Member:
        """The person as the room knows them."""
        found = self.room.by_person(person)
        assert found is not None, f"{person} never came"
        return found

    def socket(self, person: PersonId) -> ConnectionId:
        """The person's present socket, or one that means nothing."""
        member = self.room.by_person(person)
        return (member and member.connection) or ConnectionId("no-socket")

    def enter(
        self, *people: PersonId, tab: str = "", seen: str | None = None, camera: bool = True, held: bool = False
    ) -> Decision:
        """Their pages connect, each with a new socket; the tab is the person's usual one unless another is named."""
        decision: Decision = ()
        for person in people:
            self._sockets += 1
            decision = self.ask(
                ask.Enter(
                    self.now,
                    person,
                    ROLES[person],
                    ConnectionId(f"socket-{self._sockets}"),
                    TabId(tab or f"tab-of-{person}"),
                    clock(seen) if seen else None,
                    True,
                    camera,
                    held,
                )
            )
        return decision

    def admit(self, *people: PersonId, by: PersonId = ALICE, seen: dict[PersonId, str] | None = None) -> Decision:
        """`by` admits these people, or everybody who waits."""
        numbers = tuple(self.member(person).number for person in people)
        return self.ask(ask.Admit(self.now, self.socket(by), numbers or None, self.proofs(seen or {})))

    def begin(self, *people: PersonId) -> "Story":
        """Alice comes at 17:55; these people at 18:00, admitted at once."""
        self.at("17:55").enter(ALICE)
        self.at("18:00").enter(*people)
        self.admit()
        return self

    def lose(self, person: PersonId, *, seen: str) -> Decision:
        """The person's socket is gone; they were last proven at `seen`."""
        return self.ask(ask.LoseConnection(self.now, self.socket(person), clock(seen)))

    def leave(self, person: PersonId) -> Decision:
        return self.ask(ask.Leave(self.now, self.socket(person)))

    def remove(self, person: PersonId, by: PersonId = ALICE, seen: dict[PersonId, str] | None = None) -> Decision:
        return self.ask(ask.Remove(self.now, self.socket(by), self.member(person).number, self.proofs(seen or {})))

    def end(
        self, by: PersonId = ALICE, seen: dict[PersonId, str] | None = None, gone: Collection[PersonId] = ()
    ) -> Decision:
        nowhere = frozenset(self.member(person).number for person in gone)
        return self.ask(ask.End(self.now, self.socket(by), self.proofs(seen or {}), nowhere))

    def begins_break(self, by: PersonId = ALICE) -> Decision:
        return self.ask(ask.StartBreak(self.now, self.socket(by)))

    def ends_break(self, by: PersonId = ALICE) -> Decision:
        return self.ask(ask.EndBreak(self.now, self.socket(by)))

    def aside(self, *people: PersonId, by: PersonId = ALICE) -> Decision:
        """`by` takes them into the side room."""
        numbers = tuple(self.member(person).number for person in people)
        return self.ask(ask.MoveAside(self.now, self.socket(by), numbers))

    def back(self, *people: PersonId, by: PersonId = ALICE) -> Decision:
        numbers = tuple(self.member(person).number for person in people)
        return self.ask(ask.MoveBack(self.now, self.socket(by), numbers))

    def flows(self, person: PersonId, flow: did.Flow, since: str) -> Decision:
        """The worker's proofs say that this flows from the person since then."""
        return self.ask(ask.SeeMedia(self.now, {self.member(person).number: ask.Flowing(flow, clock(since))}))

    def time_passes(self, seen: dict[PersonId, str] | None = None) -> Decision:
        """The clock is looked at; `seen` says when whom was last proven, and everybody else is alive and well."""
        alive = {m.number: self.now for m in self.room.members.values() if m.connection}
        return self.ask(ask.TimePassed(self.now, {**alive, **self.proofs(seen or {})}))

    def proofs(self, seen: dict[PersonId, str]) -> dict[MemberNumber, Millis]:
        return {self.member(person).number: clock(time) for person, time in seen.items()}

    def view(self, person: PersonId) -> RoomView:
        return view(self.room, self.member(person).number, CARDS)

    def rows(self) -> dict[PersonId, Row]:
        """Attendance as of now."""
        return {row.client: row for row in rows(self.log, POLICY, until=self.now)}

    def stays(self, person: PersonId) -> list[tuple[Millis, Millis | None, str]]:
        """The person's intervals."""
        return [(span.start, span.end, span.ended_by) for span in self.rows()[person].intervals]


def refused(decision: Decision) -> Code | None:
    """The code of a refusal; `None` where the answer was yes."""
    return decision.code if isinstance(decision, Refusal) else None
