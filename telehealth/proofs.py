"""What an auditor asks of the record from the command line: does it hold, and what would other rules make of it?

`verify` follows the hash chain of every log, the audit log's among them, and holds the stored rows against theirs;
`replay` judges stored rows again under another pack. Both only read. Lines hold ids, times and codes, so they may be
sent to somebody.
"""

from dataclasses import dataclass, field
from datetime import tzinfo

from telehealth.core import attendance, audit_chain, chain, compare
from telehealth.core.attendance import Row
from telehealth.core.events import Event, Opened
from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.packs import Pack
from telehealth.packs import Packs
from telehealth.store.codec import Unreadable
from telehealth.store.redis_store import Store

EVER: tuple[Millis, Millis] = (0, 253_402_300_799_999)
"""To the end of the year 9999."""


@dataclass(slots=True)
class Verified:
    """What was walked, and every fault as one sentence."""

    sessions: int = 0
    entries: int = 0
    rows: int = 0
    unlinked: int = 0
    """Entries that were written before there was a chain."""
    audited: int = 0
    """Entries of the audit log."""
    faults: list[str] = field(default_factory=list)


async def verify(store: Store, programme: ProgrammeId, packs: Packs, session: SessionId | None = None) -> Verified:
    """Walk one session or all of the programme, its stored rows included."""
    found = Verified()
    kept: dict[SessionId, list[Row]] = {}
    last = "the first"
    try:
        async for place, row in store.attendance.closed(programme, *EVER):
            last = place
            if session is None or row.session == session:
                kept.setdefault(row.session, []).append(row)
    except Unreadable:
        found.faults.append(f"an attendance row after {last} cannot be read; later rows were not looked at")
    names = {session} if session is not None else {*kept, *await _sessions(store, programme)}
    for name in sorted(names):
        await _verify(store, programme, packs, name, kept.get(name, []), found)
    if session is None:
        audited = audit_chain.walk([entry async for entry in store.audit.entries(programme)])
        found.audited = audited.entries
        found.unlinked += audited.unlinked
        if audited.broken is not None:
            found.faults.append(f"audit log: entry {audited.broken} does not follow from what stands before it")
    return found


async def _sessions(store: Store, programme: ProgrammeId) -> set[SessionId]:
    scheduled = await store.sessions.between(programme, *EVER)
    return {s.id for s in scheduled} | {s for p, s in await store.logs.open_rooms() if p == programme}


async def _verify(
    store: Store, programme: ProgrammeId, packs: Packs, session: SessionId, rows: list[Row], found: Verified
) -> None:
    walked = chain.walk([entry async for entry in store.logs.entries(programme, session)])
    found.entries += walked.entries
    found.unlinked += walked.unlinked
    found.rows += len(rows)
    found.sessions += bool(walked.entries or rows)
    if walked.broken is not None:
        found.faults.append(f"session {session}: {_where(walked.broken)} does not follow from what stands before it")
        return
    if rows and not walked.entries:
        found.faults.append(f"session {session}: there are attendance rows, and no log")
        return
    try:
        events = await store.logs.read(programme, session)
    except Unreadable:
        found.faults.append(f"session {session}: the log holds something that cannot be read")
        return
    if events and not _is_its_own(events, programme, session):
        found.faults.append(f"session {session}: the log is that of another session")
        return
    for row in rows:
        if row.head and row.head != walked.head:
            found.faults.append(f"session {session}, client {row.client}: the row was made from another log")
        elif not _follows(row, events, packs):
            found.faults.append(f"session {session}, client {row.client}: the row is not what the log says")


def _where(version: int) -> str:
    return f"entry {version}" if version > 0 else "an entry that no server has written"


def _is_its_own(events: list[Event], programme: ProgrammeId, session: SessionId) -> bool:
    first = events[0]
    return isinstance(first, Opened) and (first.programme, first.session) == (programme, session)


def _follows(row: Row, events: list[Event], packs: Packs) -> bool:
    """Whether the log makes this row, as the version that wrote it did. A row without a head is of version 1."""
    policy = packs.policies.get(row.policy)
    if policy is None:
        return True  # it cannot be judged without the clinic's own pack
    version = attendance.VERSION if row.head else 1
    made = {r.client: r for r in attendance.rows(events, policy, until=None)}
    again = made.get(row.client)
    return again is not None and attendance.as_bytes(row, version) == attendance.as_bytes(again, version)


async def replay(
    store: Store, programme: ProgrammeId, start: Millis, end: Millis, zone: tzinfo, pack: Pack, against: Pack | None
) -> tuple[int, list[compare.Change]]:
    """How many stored rows there are, and what `pack` says of them that `against`, or the rows themselves, do not.

    Raises `ValueError` for a pack that says nothing about rows.
    """
    rows = [row async for _, row in store.attendance.closed(programme, start, end)]
    logs = {session: await store.logs.read(programme, session) for session in sorted({row.session for row in rows})}
    after = compare.judged(pack, rows, logs.__getitem__, zone)
    if against is not None:
        before = compare.judged(against, rows, logs.__getitem__, zone)
    else:
        before = compare.recorded(rows) if pack.kind == "attendance" else {}
    return len(rows), compare.changes(before, after)
