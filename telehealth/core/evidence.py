"""What a log proves, client by client, as raw spans of time: presence, media, side room, and the breaks of all.

Nothing is judged here and nothing is subtracted. Presence begins when a client is seated or returns, and ends at the
last proof that they were there: never at the time when somebody noticed their absence. Waiting counts nothing. What
lasts is measured to `until`.

No interval needs to be cut to the session: only a seated host can seat a client, and `Left` stands before `Ended`, so
every interval lies between the session's start and its end. Must not touch: clocks, names, policies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import events as did
from .ids import MemberNumber, Millis, PersonId
from .roles import ATTENDS, PARTICIPANTS, Action, may
from .spans import Span, merged


@dataclass(frozen=True, slots=True)
class Interval:
    """Proven presence, [start, end) in UTC ms. `end` is None while it lasts."""

    start: Millis
    end: Millis | None
    ended_by: str = ""
    """left | lost | removed | held_back | ended | gap; empty while it lasts. `lost` became a `gap` if the client came
    back to the seat in time; whoever was lost when the session ended, or was sent away meanwhile, had been `lost`."""
    inferred: bool = False
    """Nobody saw the end; it is the last proof that was kept (a crash, or a network that fell silent)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that attendance is made of."""

    presence: dict[PersonId, tuple[Interval, ...]]
    """The proven presence of each client who was ever seated, in order of time; intervals never overlap."""
    media: dict[PersonId, dict[did.Flow, list[Span]]]
    """When what reached the server of each client's media. Empty where the log records no media of anybody."""
    aside: dict[PersonId, list[Span]]
    breaks: list[Span]
    hosts: tuple[PersonId, ...]
    """Whoever led, in the order in which they were first seated."""
    persons: int
    """Distinct clients and collaterals who were seated."""


def intervals(events: Iterable[did.Event]) -> dict[PersonId, tuple[Interval, ...]]:
    """The proven presence of each client who was ever seated, in order of time; intervals never overlap."""
    clients: dict[MemberNumber, PersonId] = {}
    kept: dict[PersonId, list[Interval]] = {}
    seated: dict[MemberNumber, list[Interval]] = {}
    for event in events:
        match event:
            case did.Entered(member=member, person=person) if event.role in ATTENDS:
                clients[member] = person
            case did.Entered(member=member):
                clients.pop(member, None)  # a client who comes again to host, or to interpret, is there for others
            case did.Seated(member=member) if member in clients:
                seated[member] = kept.setdefault(clients[member], [])
                seated[member].append(Interval(event.at, None))
            case did.ConnectionLost(member=member) if member in seated:
                _close(seated[member], event.last_seen, event.at, "lost", event.inferred)
            case did.Returned(member=member) if member in seated:
                _close(seated[member], event.last_seen, event.at, "gap", False)
                _go_on(seated[member], event.at)
            case did.Left(member=member) if member in seated:
                _close(seated.pop(member), event.last_seen, event.at, event.why, event.inferred)
            case did.Removed(member=member) if member in seated:
                _close(seated.pop(member), event.last_seen, event.at, "removed", event.inferred)
            case did.HeldBack(member=member) if member in seated:
                _close(seated.pop(member), event.last_seen, event.at, "held_back", event.inferred)
            case _:
                pass
    return {person: tuple(spans) for person, spans in kept.items()}


def _close(spans: list[Interval], proof: Millis, at: Millis, why: str, inferred: bool) -> None:
    """End the last interval at `proof`. One that a lost connection has ended can only gain by a later proof."""
    last = spans[-1]
    if last.end is None:
        spans[-1] = Interval(last.start, min(max(proof, last.start), at), str(why), inferred)
    else:
        end, why = min(max(proof, last.end), at), "gap" if why == "gap" else last.ended_by
        spans[-1] = Interval(last.start, end, why, last.inferred)


def _go_on(spans: list[Interval], at: Millis) -> None:
    """Present again. Where media proved presence up to this moment there was no gap, and the interval lasts on."""
    last = spans[-1]
    if last.end == at:
        spans[-1] = Interval(last.start, None)
    else:
        spans.append(Interval(at, None))


@dataclass(slots=True)
class _Switch:
    """Something that is one of several things at a time, such as a member's flow: when it was which."""

    is_now: did.Flow | bool
    since: Millis
    was: list[tuple[did.Flow | bool, Span]] = field(default_factory=list)

    def set(self, value: did.Flow | bool, at: Millis) -> None:
        at = max(at, self.since)
        self.was.append((self.is_now, (self.since, at)))
        self.is_now, self.since = value, at

    def spans(self, value: did.Flow | bool) -> list[Span]:
        return merged(span for then, span in self.was if then == value)


def evidence(events: Sequence[did.Event], until: Millis) -> Evidence:
    """All that the log proves, with what lasts measured to `until`."""
    people: dict[MemberNumber, did.Entered] = {}
    clients: dict[MemberNumber, PersonId] = {}
    hosts: dict[PersonId, None] = {}
    group: set[MemberNumber] = set()
    flows: dict[MemberNumber, _Switch] = {}
    aside: dict[MemberNumber, _Switch] = {}
    pause = _Switch(False, 0)
    recorded = False
    for event in events:
        match event:
            case did.Entered(member=member):
                people[member] = event
                if event.role in ATTENDS:
                    clients[member] = event.person
                flows.setdefault(member, _Switch(did.Flow.NONE, event.at)).set(did.Flow.NONE, event.at)
                aside.setdefault(member, _Switch(False, event.at)).set(False, event.at)
            case did.Seated(member=member):
                if may(people[member].role, Action.ADMIT):
                    hosts[people[member].person] = None
                if people[member].role in PARTICIPANTS:
                    group.add(member)
            case did.MediaFlowed(member=member):
                recorded = True
                flows[member].set(event.flow, event.since)
            case did.MovedAside(member=member) | did.MovedBack(member=member):
                aside[member].set(isinstance(event, did.MovedAside), event.at)
            case did.Left(member=member) | did.Removed(member=member) | did.HeldBack(member=member):
                flows[member].set(did.Flow.NONE, event.at)
                aside[member].set(False, event.at)
            case did.BreakBegan() | did.BreakEnded():
                pause.set(isinstance(event, did.BreakBegan), event.at)
            case _:
                pass
    for switch in (*flows.values(), *aside.values(), pause):
        switch.set(switch.is_now, until)
    return Evidence(
        intervals(events),
        {p: {flow: flows[m].spans(flow) for flow in did.Flow} for m, p in clients.items()} if recorded else {},
        {p: aside[m].spans(True) for m, p in clients.items()},
        pause.spans(True),
        tuple(hosts),
        len(group),
    )
