"""Rows of ended sessions: found by month, paged, resumed exactly, also while more are written."""

import random
from dataclasses import replace

import pytest

from telehealth.core.attendance import Row
from telehealth.core.ids import PersonId, SessionId
from telehealth.store import keys
from telehealth.store.attendance import BadCursor
from telehealth.store.ports import Appended
from telehealth.store.redis_store import Store
from tests.store.records import EIGHT, HOUR, P, ended, opened, row

pytestmark = pytest.mark.asyncio
DAY = 24 * HOUR


async def end_session(store: Store, name: str, start: int, clients: int) -> list[Row]:
    """End a session of `clients` clients that was scheduled at `start`."""
    session = SessionId(name)
    rows = [row(f"client{n}", session, start) for n in range(clients)]
    asked = store.logs.append(P, session, 0, [opened(session), ended()], op="op-end", actor="system", rows=rows)
    assert await asked == Appended(2)
    (*_, (_, last)) = [entry async for entry in store.logs.entries(P, session)]
    return [replace(row, head=last[b"hash"].decode()) for row in rows]


async def closed(store: Store, start: int, end: int, after: str = "") -> list[tuple[str, Row]]:
    return [found async for found in store.attendance.closed(P, start, end, after=after)]


async def test_rows_are_found_by_scheduled_start(store: Store) -> None:
    """A range finds the rows of sessions that were scheduled to start in it, over the ends of months and years."""
    starts = [EIGHT, EIGHT + 10 * DAY, EIGHT + 40 * DAY, EIGHT + 400 * DAY]
    rows = [(await end_session(store, f"s{n}", start, 1))[0] for n, start in enumerate(starts)]
    for first in range(4):
        for last in range(first, 4):
            found = await closed(store, starts[first], starts[last] + 1)
            assert [r for _, r in found] == rows[first : last + 1]
            assert [r for _, r in await closed(store, starts[first] + 1, starts[last])] == rows[first + 1 : last]
    assert [r for _, r in await closed(store, 0, 10**18)] == rows
    assert await closed(store, EIGHT, EIGHT) == []
    assert await closed(store, -(10**18), 0) == []


async def test_an_export_that_broke_resumes_exactly(store: Store) -> None:
    """D3: cut at random rows and resumed from the cursor while more is written, nothing is missing or doubled."""
    rng = random.Random(7)
    for number in range(60):
        await end_session(store, f"s{number:03}", EIGHT + number * DAY, 9)
    span = (EIGHT, EIGHT + 1_000 * DAY)
    full = await closed(store, *span)
    assert len(full) == 540
    for number, cut in enumerate([0, 1, 199, 200, 201, *(rng.randrange(540) for _ in range(15))]):
        cursor = full[cut - 1][0] if cut else ""
        head: list[tuple[str, Row]] = []
        async for found in store.attendance.closed(P, *span):
            if len(head) == cut:
                break
            head.append(found)
        await end_session(store, f"later{number}", EIGHT + (200 + number) * DAY, 1)
        tail = await closed(store, *span, after=cursor)
        assert (head + tail)[:540] == full
        assert head + tail == await closed(store, *span)


async def test_a_cursor_that_is_none_is_refused(store: Store) -> None:
    """What a caller makes up as a cursor is one plain error."""
    for cursor in ("x", "2026-13:1-1", "2026-11:", "2026-11:1-1:2", "2026-11:" + "9" * 30 + "-0"):
        with pytest.raises(BadCursor, match="not a cursor"):
            await closed(store, EIGHT, EIGHT + DAY, after=cursor)


async def test_rows_of_one_append_have_one_start(store: Store) -> None:
    """Rows that belong to different months cannot be those of one session."""
    rows = [row(), replace(row(), scheduled_start=EIGHT + 40 * DAY)]
    with pytest.raises(ValueError, match="one scheduled start"):
        await store.logs.append(P, SessionId("s"), 0, [ended()], op="op", actor="system", rows=rows)


async def test_a_client_is_found_in_their_own_months_also_those_of_older_releases(store: Store) -> None:
    """Only the months of a client are read, however their index was written."""
    for number in range(3):
        await end_session(store, f"s{number}", EIGHT + number * 40 * DAY, 1 + number)
    found = store.attendance.pages(P, 0, 10**18, client=PersonId("client2"))
    assert [page.month async for page in found] == ["2027-02"]
    await store._client.call("SADD", keys.older_months_of_client(P, PersonId("client2")), "2026-11")  # type: ignore[attr-defined]
    found = store.attendance.pages(P, 0, 10**18, client=PersonId("client2"))
    assert [page.month async for page in found] == ["2026-11", "2027-02"]
