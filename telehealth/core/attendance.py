"""Attendance: a fold over a room's events. Raw intervals first; minutes and status only under a named policy.

An interval begins when a client is seated or returns, and ends at the last proof that they were there: never at the
time when somebody noticed their absence. Waiting counts nothing. A person's minutes are the union of their intervals,
so two tabs never count twice. A collateral or a member of staff gets no row.

No interval needs to be cut to the session: only a seated host can seat a client, and `Left` stands before `Ended`, so
every interval lies between the session's start and its end. A session that no host ever entered did not take place;
it has no rows once it has closed, because nobody missed it.

Must not touch: clocks, names. `policies.py` reads what `_judge` goes by; `store` keeps the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import events as did
from .ids import MemberNumber, Millis, PersonId, ProgrammeId, SessionId
from .roles import ATTENDS
from .room import replay


class Status(StrEnum):
    """DOMAIN 2.2. `excused` and corrections are people's part and come later."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    PARTIAL = "partial"
    ABSENT = "absent"
    NO_SHOW = "no_show"
    IN_SESSION = "in_session"
    """The session is still going on: not judged yet."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Proven presence, [start, end) in UTC ms. `end` is None while it lasts."""

    start: Millis
    end: Millis | None
    ended_by: str = ""
    """left | lost | removed | ended | gap; empty while it lasts. `lost` became a `gap` if the client came back to the
    seat in time; whoever was lost when the session ended, or was removed meanwhile, had been `lost` before."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How raw time is judged. From a data file that a clinic can change; name and version stay on every row."""

    name: str
    version: int
    late_after: Millis
    """Later than this after the start is `late`."""
    left_early_before: Millis
    """Leaving more than this before the end is `left_early`."""
    absent_below: float
    """Less than this share of the session's length is `absent` (0 to 1)."""
    present_from: float
    """At least this share is needed not to be `partial` (0 to 1)."""

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Row:
    """One client's attendance of one session, ready to be stored or exported."""

    programme: ProgrammeId
    session: SessionId
    client: PersonId
    kind: str
    scheduled_start: Millis
    scheduled_end: Millis
    session_start: Millis | None
    """When the first host was seated."""
    session_end: Millis | None
    first_join: Millis | None
    last_leave: Millis | None
    """The end of the last interval; `None` while it lasts."""
    intervals: tuple[Interval, ...]
    milliseconds: Millis
    """Union of the intervals."""
    minutes: int
    """Whole minutes of it, rounded down."""
    status: Status
    policy: str
    group_size_clients: int
    """Distinct clients who were present at any time."""
    final: bool
    """Whether the session has ended."""


def intervals(events: Iterable[did.Event]) -> dict[PersonId, tuple[Interval, ...]]:
    """The proven presence of each client who was ever seated, in order of time; intervals never overlap."""
    clients: dict[MemberNumber, PersonId] = {}
    kept: dict[PersonId, list[Interval]] = {}
    seated: dict[MemberNumber, list[Interval]] = {}
    for event in events:
        match event:
            case did.Entered(member=member, person=person) if event.role in ATTENDS:
                clients[member] = person
            case did.Seated(member=member) if member in clients:
                seated[member] = kept.setdefault(clients[member], [])
                seated[member].append(Interval(event.at, None))
            case did.ConnectionLost(member=member) if member in seated:
                _close(seated[member], event.last_seen, event.at, "lost")
            case did.Returned(member=member) if member in seated:
                _close(seated[member], event.last_seen, event.at, "gap")
                _go_on(seated[member], event.at)
            case did.Left(member=member) if member in seated:
                _close(seated.pop(member), event.last_seen, event.at, event.why)
            case did.Removed(member=member) if member in seated:
                _close(seated.pop(member), event.last_seen, event.at, "removed")
            case _:
                pass
    return {person: tuple(spans) for person, spans in kept.items()}


def _close(spans: list[Interval], proof: Millis, at: Millis, why: str) -> None:
    """End the last interval at `proof`. One that a lost connection has ended can only gain by a later proof."""
    last = spans[-1]
    if last.end is None:
        spans[-1] = Interval(last.start, min(max(proof, last.start), at), str(why))
    else:
        spans[-1] = Interval(last.start, min(max(proof, last.end), at), "gap" if why == "gap" else last.ended_by)


def _go_on(spans: list[Interval], at: Millis) -> None:
    """Present again. Where media proved presence up to this moment there was no gap, and the interval lasts on."""
    last = spans[-1]
    if last.end == at:
        spans[-1] = Interval(last.start, None)
    else:
        spans.append(Interval(at, None))


def union_ms(spans: Iterable[Interval], until: Millis) -> Millis:
    """The time that the intervals cover, each moment once; those that last are measured to `until`."""
    total = 0
    reached = 0
    for start, end in sorted((s.start, until if s.end is None else s.end) for s in spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def rows(events: Sequence[did.Event], policy: Policy, *, until: Millis | None) -> tuple[Row, ...]:
    """A row for each client who was expected or seated, by client id.

    `until` is the time to which the open intervals of a live session are measured; `None` is its last event. It means
    nothing once the session has ended.
    """
    room = replay(events)
    opened = room.opened
    if opened is None or (room.ended and room.began is None):
        return ()
    present = intervals(events)
    ended = room.last_at if room.ended else None
    measured_to = room.last_at if until is None else until
    out: list[Row] = []
    for client in sorted({*opened.expected, *present}):
        spans = present.get(client, ())
        covered = union_ms(spans, measured_to)
        out.append(
            Row(
                programme=opened.programme,
                session=opened.session,
                client=client,
                kind=opened.kind,
                scheduled_start=opened.starts,
                scheduled_end=opened.ends,
                session_start=room.began,
                session_end=ended,
                first_join=spans[0].start if spans else None,
                last_leave=spans[-1].end if spans else None,
                intervals=spans,
                milliseconds=covered,
                minutes=covered // 60_000,
                status=Status.IN_SESSION
                if room.began is None or ended is None
                else _judge(policy, spans, covered, _window(opened, room.began, ended)),
                policy=policy.id,
                group_size_clients=len(present),
                final=room.ended,
            )
        )
    return tuple(out)


def _window(opened: did.Opened, began: Millis, ended: Millis) -> tuple[Millis, Millis]:
    """What a client could have attended: the part of the schedule in which the session took place.

    Nobody is late because the host was, and nobody leaves early by going at the scheduled end. A session held wholly
    outside its schedule is judged by its own times.
    """
    start, end = max(opened.starts, began), min(opened.ends, ended)
    return (start, end) if start < end else (began, ended)


def _judge(policy: Policy, spans: Sequence[Interval], covered: Millis, window: tuple[Millis, Millis]) -> Status:
    """The first that fits, in this order: no_show, absent, partial, left_early, late, present.

    How much was attended goes before when, since it decides what may be billed; of the two times leaving goes first,
    since it is the one that somebody may have to follow up. The raw times on the row still tell both.
    """
    if not spans:
        return Status.NO_SHOW
    start, end = window
    length = end - start
    last = spans[-1].end
    assert last is not None  # `Left` stands before `Ended`
    if covered < policy.absent_below * length:
        return Status.ABSENT
    if covered < policy.present_from * length:
        return Status.PARTIAL
    if last < end - policy.left_early_before:
        return Status.LEFT_EARLY
    if spans[0].start > start + policy.late_after:
        return Status.LATE
    return Status.PRESENT
