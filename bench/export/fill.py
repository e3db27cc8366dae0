"""A clinic of ten years: so many attendance rows, stored as `append.lua` stores them, with every index.

Sessions of ten clients, spread evenly over 120 months; a client stays for three months. Rows are written in pipelines,
because ten thousand evenings take too long to live through; what is written is the same, byte for byte.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from telehealth.core import records as rec
from telehealth.core.attendance import Modality, Row, Status
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.evidence import Interval
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.store import keys
from telehealth.store.client import Arg, Client
from telehealth.store.codec import row_fields
from telehealth.store.redis_store import Store
from telehealth.store.rooms import month_of

T = TypeVar("T")
P = ProgrammeId("bench")
CLIENTS, MONTHS, STAY = 10, 120, 3
FIRST = int(datetime(2016, 1, 4, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
HOUR = 60 * MINUTE
MONTH = 30 * 24 * HOUR


def _id(*what: object) -> str:
    """An id like those that `mint.py` draws, and the same in every run."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:24]


def _session(number: int, sessions: int) -> tuple[rec.Session, list[Row]]:
    starts = FIRST + number * (MONTHS * MONTH // sessions)
    episode = number * MONTHS // sessions // STAY
    groups = max(1, sessions // MONTHS // 12)  # a group meets three times a week
    group = number % groups
    session = SessionId(_id("session", number))
    clients = [PersonId(_id("client", episode, group, seat)) for seat in range(CLIENTS)]
    therapist = PersonId(_id("therapist", group))
    record = rec.Session(
        session, P, None, "group_therapy", "", starts, starts + 3 * HOUR, "America/New_York", 12, (therapist,), ()
    )
    return record, [_row(session, client, starts, seat, therapist) for seat, client in enumerate(clients)]


def _row(session: SessionId, client: PersonId, starts: int, seat: int, therapist: PersonId) -> Row:
    joined, left = starts + 61_003 * (seat + 1), starts + 3 * HOUR - 1_017 * seat
    spans: tuple[Interval, ...] = (Interval(joined, left, "ended"),)
    if seat % 3 == 0:
        gap = joined + HOUR + seat * 7_013
        spans = (Interval(joined, gap, "gap"), Interval(gap + 42_000, left, "ended"))
    present = sum((span.end or 0) - span.start for span in spans)
    return Row(
        programme=P,
        session=session,
        client=client,
        kind="group_therapy",
        scheduled_start=starts,
        scheduled_end=starts + 3 * HOUR,
        session_start=starts + 12_345,
        session_end=starts + 3 * HOUR,
        first_join=joined,
        last_leave=left,
        intervals=spans,
        milliseconds=present,
        minutes=present // MINUTE,
        status=Status.LATE if seat == CLIENTS - 1 else Status.PRESENT,
        policy="iop-default/1",
        group_size_clients=CLIENTS,
        final=True,
        attended_ms=present - 15 * MINUTE,
        break_ms=15 * MINUTE,
        audio_video_ms=present - 20 * MINUTE,
        audio_only_ms=5 * MINUTE,
        modality=Modality.AUDIO_VIDEO,
        group_size_persons=CLIENTS,
        facilitators=(therapist,),
        head=hashlib.sha256(session.encode()).hexdigest(),
    )


async def fill(store: Store, client: Client, count: int) -> list[PersonId]:
    """The rows with their indexes; whose they are."""
    sessions = count // CLIENTS
    people: set[PersonId] = set()
    await store.audit.write(P, "bench", "filled", str(count))
    for number in range(sessions):
        _, rows = _session(number, sessions)
        people.update(row.client for row in rows)
        await _store(client, rows)
    return sorted(people)


async def open_to_all(store: Store, people: Sequence[PersonId], count: int) -> str:
    """The schedule and everybody's consent, which are no part of a row's memory; an API key that reads all."""
    sessions = count // CLIENTS
    for some in _some(people, 25):
        await asyncio.gather(*(store.consents.put(_consent(person), actor="bench") for person in some))
    for numbers in _some(range(sessions), 25):
        await asyncio.gather(*(store.sessions.put(_session(number, sessions)[0]) for number in numbers))
    text, key = mint(P, (READ_ATTENDANCE,), "bench", 1, recipient="bench")
    await store.access.put_api_key(key)
    return text


async def _store(client: Client, rows: list[Row]) -> None:
    session = rows[0].session
    month = month_of(rows[0].scheduled_start)
    commands: list[list[Arg]] = []
    for row in rows:
        entry: list[Arg] = [part for pair in row_fields(row).items() for part in pair]
        commands.append(["XADD", keys.attendance(P, month), "*", *entry])
        commands.append(["SADD", keys.months_of_client(P, row.client), month.replace("-", "")])
    ids = [answer for answer in await client.calls(commands) if isinstance(answer, bytes)]
    where = f"{month} {ids[0].decode()} {ids[-1].decode()}"
    change: list[Arg] = ["session", session, "client", "", "why", "session.closed"]
    await client.calls(
        [
            ["HSET", keys.rows(P), session, where],
            ["XADD", keys.changes(P), "*", *change],
            ["SADD", keys.months(P), month],
        ]
    )


def _consent(person: PersonId) -> Consent:
    return Consent(
        id=f"tpo-{person}",
        programme=P,
        client=person,
        kind=ConsentKind.TPO,
        discloser="the programme",
        description="attendance and billing records",
        recipient="",
        purposes=(Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS),
        expires=None,
        expires_event="end of treatment",
        signed_by="the client",
        signed=1,
        revocation_told=True,
    )


def _some(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]
