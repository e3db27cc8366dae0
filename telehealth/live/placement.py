"""Which media worker should carry a room: a rule on leases. Pure.

A worker's CPU load says the most, but says it late and only for what flows already; so it counts in coarse steps, and
between workers of about the same load the one with fewer people is chosen. Rooms fill up after they have been placed:
each counts as `EXPECTED` people at least, also those that this node placed and no lease tells of yet.
"""

from collections.abc import Mapping, Sequence
from zlib import crc32

from telehealth.core.ids import SessionId
from telehealth.core.records import WorkerLease

EXPECTED = 6
"""People in a room, at least, when it has filled."""
LOAD_STEP = 0.2
"""Share of a core; smaller differences are noise beside what a room will cost."""


def open_to_rooms(lease: WorkerLease) -> bool:
    return not (lease.draining or lease.full or lease.leaving)


def choose(
    session: SessionId, leases: Sequence[WorkerLease], placed: Mapping[str, int], but: str | None = None
) -> WorkerLease | None:
    """The worker for a room, or None if none takes one. `placed`: rooms of this node by worker. `but`: not this one."""
    candidates = [lease for lease in leases if open_to_rooms(lease) and lease.worker != but]

    def cost(lease: WorkerLease) -> tuple[int, int, float, int]:
        people = max(lease.peers, EXPECTED * max(lease.rooms, placed.get(lease.worker, 0)))
        # The hash only breaks ties, so that nodes that place at the same time choose alike.
        return int(lease.load / LOAD_STEP), people, lease.load, crc32(f"{session} {lease.worker}".encode())

    return min(candidates, key=cost, default=None)
