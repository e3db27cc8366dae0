"""The record held against the diary. Every fault is one sentence; none is what the crash test promises.

An end in the record may lie before the truth by what was proven and not yet written when a process died, and never
after it. SLACK is for a last beat that stood in a socket's buffer when its sender vanished: it is dated when the
server, which may be busy, reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from telehealth.core import attendance
from telehealth.core import events as did
from telehealth.core.evidence import Interval
from telehealth.core.ids import Millis
from telehealth.core.room import EMPTY, GAP, STALE, Room, apply
from tests.crash.diary import Connection, Parting, Person

EARLIER_AT_MOST: Millis = 6_000
SLACK: Millis = 1_000
KILLED_WITHIN: Millis = 1_500
"""A connection that broke so soon after a kill of the server was broken by it."""


@dataclass(slots=True)
class Verdict:
    """Counts and faults."""

    joins: int = 0
    leaves: int = 0
    hands: int = 0
    told: int = 0
    ends: int = 0
    inferred: int = 0
    earliest: Millis = 0
    """How far before the truth the worst end is, and how far after it."""
    latest: Millis = 0
    proven: Millis = 0
    true: Millis = 0
    """Presence that is recorded, and that there was: connected, and told to have a seat."""
    faults: list[str] = field(default_factory=list)


def judge(person: Person, log: Sequence[did.Event], row: attendance.Row | None, kills: Sequence[Millis]) -> Verdict:
    """One client's or host's diary against the log of their session. `row` is a client's attendance."""
    states = [EMPTY]
    for event in log:
        states.append(apply(states[-1], event))
    found = Verdict()
    _confirmed(person, log, found)
    _told(person, states, found)
    if row is not None:
        _times(person, row, kills, found)
    return found


def _confirmed(person: Person, log: Sequence[did.Event], found: Verdict) -> None:
    """What was confirmed is in the log, dated between its first asking and its confirmation."""
    numbers = {e.member for e in log if isinstance(e, did.Entered) and e.person == person.person}
    for done in person.confirmed:
        within = [e for e in log if done.asked - SLACK <= e.at <= done.known + SLACK]
        match done.what:
            case "join":
                found.joins += 1
                came = did.Entered | did.Returned | did.ConnectionReplaced
                kept = any(isinstance(e, came) and e.tab == done.tab for e in within)
            case "leave":
                found.leaves += 1
                kept = any(isinstance(e, did.Left) and e.member in numbers for e in within)
            case "raise" | "lower":
                found.hands += 1
                raised = done.what == "raise"
                kept = any(
                    isinstance(e, did.HandChanged) and e.member in numbers and e.raised is raised for e in within
                )
            case "admit" | "end":
                kept = True  # whoever was let in was told so, and has it in their own diary; the rows prove the end
            case _:
                raise AssertionError(f"nobody confirms {done.what}")
        if not kept:
            found.faults.append(f"a confirmed {done.what} is not in the log")


def _told(person: Person, states: Sequence[Room], found: Verdict) -> None:
    """What was told of oneself is what the log makes of that version."""
    for told in person.told:
        found.told += 1
        if told.version >= len(states):
            found.faults.append(f"version {told.version} was told, and the log ends at {len(states) - 1}")
            continue
        member = states[told.version].members.get(told.member)  # type: ignore[call-overload]
        if member is None or member.person != person.person or member.standing != told.standing:
            found.faults.append(f"somebody was told that they are {told.standing}, and the log says otherwise")


def _times(person: Person, row: attendance.Row, kills: Sequence[Millis], found: Verdict) -> None:
    spans = row.intervals
    found.proven = row.milliseconds
    if any(span.end is None for span in spans):
        found.faults.append("an interval is open")
        return
    if sum(span.end - span.start for span in spans if span.end is not None) != row.milliseconds:
        found.faults.append("some time was counted twice")
    there = _connected(person.connections)
    found.true = sum(
        one.ended - one.seated for one in person.connections if one.seated is not None and one.ended is not None
    )
    for span in spans:
        _never_after(span, there, person.connections, found)
    for connection in person.connections:
        assert connection.ended is not None
        if connection.seated is not None:
            _ends_in_time(connection, spans, found)
        if connection.parting is Parting.BROKEN and any(0 <= connection.ended - at <= KILLED_WITHIN for at in kills):
            _says_inferred(connection, person.connections, spans, found)


def _connected(connections: Sequence[Connection]) -> list[tuple[Millis, Millis]]:
    """When a page was connected, with the pauses that are none by the rules."""
    there: list[tuple[Millis, Millis]] = []
    for one in sorted(connections, key=lambda c: c.began):
        assert one.ended is not None
        if there and one.began <= there[-1][1] + GAP:
            there[-1] = there[-1][0], max(there[-1][1], one.ended)
        else:
            there.append((one.began, one.ended))
    return there


def _never_after(
    span: Interval, there: Sequence[tuple[Millis, Millis]], connections: Sequence[Connection], found: Verdict
) -> None:
    """An interval lies within a time in which a page was connected."""
    assert span.end is not None
    found.ends += 1
    found.inferred += span.inferred
    if span.start == span.end and _silent(span.start, connections):
        return
    around = [(start, end) for start, end in there if start - SLACK <= span.start <= end + SLACK]
    if not around:
        nearest = min(there, key=lambda one: abs(one[1] - span.start), default=None)
        found.faults.append(f"an interval {span} begins when nobody was connected; nearest was {nearest}")
        return
    late = span.end - max(end for _, end in around)
    found.latest = max(found.latest, late)
    if late > SLACK:
        found.faults.append(f"an interval ({span.ended_by}) ends {late} ms after the truth")


def _silent(at: Millis, connections: Sequence[Connection]) -> bool:
    """Whether an open socket of theirs was silent: until that is found, a host can let in whoever waits there. No time
    is credited for it."""
    return any(
        one.parting is Parting.SILENT and one.ended is not None and one.ended <= at <= one.ended + STALE + SLACK
        for one in connections
    )


def _ends_in_time(connection: Connection, spans: Sequence[Interval], found: Verdict) -> None:
    """The time in which somebody had a seat is recorded almost to the end of the connection."""
    assert connection.seated is not None
    assert connection.ended is not None
    truth = connection.ended if connection.leaving is None else min(connection.leaving, connection.ended)
    before = [span for span in spans if span.start <= max(truth, connection.seated) + SLACK]
    if not before:
        found.faults.append("somebody was told that they have a seat, and no interval begins before that")
        return
    last = before[-1]
    assert last.end is not None
    early = truth - last.end
    found.earliest = max(found.earliest, early)
    if early > EARLIER_AT_MOST:
        found.faults.append(f"an interval ({last.ended_by}) ends {early} ms before the truth ({connection.parting})")


def _says_inferred(
    broken: Connection, connections: Sequence[Connection], spans: Sequence[Interval], found: Verdict
) -> None:
    """Nobody saw the end of a connection that a crash broke; an interval that ends there has to say so."""
    assert broken.ended is not None
    for span in spans:
        assert span.end is not None
        others = any(one.began <= span.end and broken.began < one.began for one in connections)
        if span.start <= broken.ended and broken.began <= span.end <= broken.ended and not others and not span.inferred:
            found.faults.append(f"an end ({span.ended_by}) that a crash made is not marked as inferred")
