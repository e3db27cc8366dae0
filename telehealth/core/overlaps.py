"""Who was in two places at once: a client in two sessions, or somebody who led two billable sessions (DOMAIN 10, 20).

Both rows are marked, for a person to look at. A client's time is their proven presence; a host's is the session, since
whoever signs for a session answers for all of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from .attendance import Row
from .ids import Millis, PersonId, SessionId
from .spans import Span, both, merged


@dataclass(frozen=True, slots=True)
class Overlaps:
    """The other sessions, by who was in them: (session, person) -> sessions, in order of their ids."""

    clients: dict[tuple[SessionId, PersonId], tuple[SessionId, ...]]
    facilitators: dict[tuple[SessionId, PersonId], tuple[SessionId, ...]]

    def of(self, row: Row) -> bool:
        """Whether this row is concerned, by its client or by one of its hosts."""
        return self.of_client(row) or self.of_facilitator(row)

    def of_client(self, row: Row) -> bool:
        return (row.session, row.client) in self.clients

    def of_facilitator(self, row: Row) -> bool:
        return any((row.session, host) in self.facilitators for host in row.facilitators)


def as_of(row: Row, now: Millis) -> Row:
    """A row of a session that goes on, as if it ended now: so it can be compared with the others."""
    if row.final:
        return row
    ended = tuple(replace(span, end=now) if span.end is None else span for span in row.intervals)
    return replace(row, intervals=ended, session_end=now)


def overlaps(rows: Iterable[Row], billable_kinds: frozenset[str]) -> Overlaps:
    """Of final rows, and of others only as they were at one moment (`as_of`)."""
    present: dict[PersonId, dict[SessionId, list[Span]]] = {}
    led: dict[PersonId, dict[SessionId, list[Span]]] = {}
    for row in rows:
        spans = [(span.start, span.end) for span in row.intervals if span.end is not None]
        present.setdefault(row.client, {})[row.session] = merged(spans)
        if row.kind in billable_kinds and row.session_start is not None and row.session_end is not None:
            for host in row.facilitators:
                led.setdefault(host, {})[row.session] = merged([(row.session_start, row.session_end)])
    return Overlaps(_at_once(present), _at_once(led))


def _at_once(
    found: dict[PersonId, dict[SessionId, list[Span]]],
) -> dict[tuple[SessionId, PersonId], tuple[SessionId, ...]]:
    out: dict[tuple[SessionId, PersonId], set[SessionId]] = {}
    for person, sessions in found.items():
        for one, other in combinations(sorted(sessions), 2):
            if both(sessions[one], sessions[other]):
                out.setdefault((one, person), set()).add(other)
                out.setdefault((other, person), set()).add(one)
    return {key: tuple(sorted(others)) for key, others in sorted(out.items())}
