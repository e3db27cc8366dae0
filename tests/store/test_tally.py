"""The tally: at any time what the rows say, whoever counts, and whatever staff said of them since."""

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from telehealth.core.attendance import Row, Status
from telehealth.core.corrections import Correction, Excuse, effective
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.marks import Mark, by_time, mark_of
from telehealth.store import keys
from telehealth.store.ports import Appended, Heard
from telehealth.store.redis_store import Store
from telehealth.store.tally import RECENT
from tests.store.records import EIGHT, HOUR, P, ended, opened, row

pytestmark = pytest.mark.asyncio
CHICAGO, APIA = ZoneInfo("America/Chicago"), ZoneInfo("Pacific/Apia")
DAY = 24 * HOUR
STATUSES = [Status.PRESENT, Status.LATE, Status.NO_SHOW, Status.ABSENT]


async def _held(store: Store, name: str, start: int, statuses: dict[str, Status]) -> list[Row]:
    session = SessionId(name)
    rows = [
        replace(row(client, session, start), status=status, attended_ms=0 if status is Status.NO_SHOW else HOUR)
        for client, status in statuses.items()
    ]
    asked = store.logs.append(P, session, 0, [opened(session), ended()], op="op-end", actor="system", rows=rows)
    assert await asked == Appended(2)
    return rows


async def _all_that_is_tallied(store: Store, clients: list[PersonId]) -> dict[str, object]:
    return {
        "of": {who: await store.tally.of(P, who) for who in clients},
        "recent": await store.tally.recent(P, clients),
        "came": await store.tally.came(P, clients),
        "held": await store.tally.held(P, date(2026, 1, 1), date(2028, 12, 31)),
    }


async def test_the_tally_is_what_the_rows_say(store: Store) -> None:
    """Over the end of a year, counted in between and all at once, with corrections and excuses, by an obvious model."""
    rng = random.Random(11)
    clients = [PersonId(f"client{number}") for number in range(4)]
    rows: list[Row] = []
    said: dict[SessionId, list[Correction | Excuse]] = defaultdict(list)
    for number in range(40):
        some = {who: rng.choice(STATUSES) for who in rng.sample(clients, rng.randint(1, 4))}
        rows += await _held(store, f"s{number:02}", EIGHT + number * DAY, some)
        if number % 7 == 3:
            assert await store.tally.count(P, CHICAGO, 99)
        if number % 5 == 4:
            one = rng.choice(rows)
            what: Correction | Excuse = (
                Excuse(one.session, one.client, True, "sick", PersonId("a"), number)
                if one.status in {Status.NO_SHOW, Status.ABSENT}
                else Correction(one.session, one.client, rng.choice([0, 30]), "left", PersonId("a"), number)
            )
            heard = (await store.corrections.of(P, [one.session])).get(one.session, Heard((), None, 0, "", True, ""))
            assert await store.corrections.say(P, what, heard)
            said[one.session].append(what)
    assert await store.tally.count(P, CHICAGO, 99)

    marks: dict[PersonId, list[Mark]] = defaultdict(list)
    for one in rows:
        marks[one.client].append(mark_of(effective(one, said[one.session]), CHICAGO))
    for ours in marks.values():
        ours.sort(key=by_time)
    now = await _all_that_is_tallied(store, clients)
    assert now["of"] == marks
    assert now["recent"] == {who: ours[-RECENT:] for who, ours in marks.items()}
    assert now["came"] == {who: sorted({m.day for m in ours if m.came}) for who, ours in marks.items()}
    held = await store.tally.held(P, date(2026, 12, 1), date(2027, 1, 3))
    every = [m for ours in marks.values() for m in ours if date(2026, 12, 1) <= m.day <= date(2027, 1, 3)]
    assert [one.session for one in held] == sorted({m.session for m in every})
    assert sum(one.came for one in held) == sum(m.came for m in every)
    assert sum(one.missed + one.excused for one in held) == sum(not m.came for m in every)
    since = date(2026, 12, 20)
    assert await store.tally.of(P, clients[0], since) == [m for m in marks[clients[0]] if m.day >= since]
    await store.tally.begin_anew(P)
    assert await store.tally.of(P, clients[0]) == []
    assert await store.tally.count(P, CHICAGO, 99)
    assert await _all_that_is_tallied(store, clients) == now


async def test_two_who_count_at_once_count_once(store: Store) -> None:
    """Nodes that begin at the same place: one writes, the other goes on from where that one came to."""
    for number in range(12):
        await _held(store, f"s{number:02}", EIGHT + number * DAY, {"bob": STATUSES[number % 4]})
    assert await asyncio.gather(*(store.tally.count(P, CHICAGO, 99) for _ in range(4))) == [True] * 4
    assert len(await store.tally.of(P, PersonId("bob"))) == 12
    assert len((await store.tally.came(P, [PersonId("bob")]))[PersonId("bob")]) == 6


async def test_another_zone_counts_anew(store: Store) -> None:
    """Days are the facility's: under another zone nothing of the old days stays."""
    await _held(store, "s", EIGHT, {"bob": Status.PRESENT})
    assert await store.tally.count(P, CHICAGO, 99)
    assert [m.day for m in await store.tally.of(P, PersonId("bob"))] == [date(2026, 11, 24)]
    assert await store.tally.count(P, APIA, 99)
    assert [m.day for m in await store.tally.of(P, PersonId("bob"))] == [date(2026, 11, 25)]
    assert await store.tally.came(P, [PersonId("bob")]) == {PersonId("bob"): [date(2026, 11, 25)]}
    assert await store.tally.held(P, date(2026, 11, 24), date(2026, 11, 24)) == []
    assert await store.tally.recent(P, []) == await store.tally.came(P, []) == {}


async def test_it_says_when_it_is_behind(store: Store) -> None:
    """With no batch to count nothing is said to be complete; what is no attendance moves it on, too."""
    await _held(store, "s", EIGHT, {"bob": Status.PRESENT})
    assert not await store.tally.count(P, CHICAGO, 0)
    assert not await store.tally.count(P, CHICAGO, 1)
    assert await store.tally.count(P, CHICAGO, 1)
    last = await store.attendance.last_change(P)
    assert (await store._client.call("GET", keys.tally(P))).decode().endswith(last)
