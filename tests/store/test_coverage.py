"""Who pays: kept sealed, ended once, and told of in the feed of changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from redis.asyncio import Redis

from telehealth.core.coverage import Care, Coverage, History, ProgrammeFacts
from telehealth.core.ids import PersonId
from telehealth.store import keys
from telehealth.store.redis_store import Store
from tests.store.records import BOB, CANARIES, EIGHT, HOUR, P, S, ended, opened, row

pytestmark = pytest.mark.asyncio
DAY = datetime.fromtimestamp(EIGHT / 1000, UTC).date()
CAROL = PersonId("person-carol")
COVERAGE = Coverage("c1", BOB, DAY, None, "county", EIGHT, "alice", CANARIES[0], CANARIES[4], CANARIES[8], 12)
CARE = Care("l1", BOB, DAY, None, "asam-2-1-adult/1", EIGHT, "alice")


async def test_a_history_is_added_to_and_ended(own_store: Store) -> None:
    """What is there is never replaced; the first end stands; each step is in the audit log with the client's id."""
    store = own_store
    assert await store.coverages.of(P, [BOB]) == {BOB: History()}
    await store.coverages.put(P, COVERAGE, actor="alice")
    await store.coverages.put(P, replace(COVERAGE, member="other"), actor="mallory")
    await store.coverages.put(P, CARE, actor="alice")
    later = replace(COVERAGE, id="c0", effective_from=DAY + timedelta(days=9))
    await store.coverages.put(P, later, actor="alice")
    assert await store.coverages.of(P, [BOB, CAROL]) == {BOB: History((COVERAGE, later), (CARE,)), CAROL: History()}
    assert await store.coverages.end(P, BOB, "c1", DAY, EIGHT, actor="alice")
    assert await store.coverages.end(P, BOB, "c1", DAY + timedelta(days=1), EIGHT, actor="alice")
    assert await store.coverages.end(P, BOB, "l1", DAY, EIGHT, actor="alice")
    assert not await store.coverages.end(P, BOB, "none", DAY, EIGHT, actor="alice")
    assert not await store.coverages.end(P, CAROL, "c1", DAY, EIGHT, actor="alice")
    history = (await store.coverages.of(P, [BOB]))[BOB]
    assert history == History((replace(COVERAGE, effective_to=DAY), later), (replace(CARE, effective_to=DAY),))
    entries = await store._client.call("XRANGE", keys.audit(P), "-", "+")  # type: ignore[attr-defined]
    actions = [flat[flat.index(b"action") + 1] for _, flat in entries]
    assert actions == [b"coverage.set", b"care.set", b"coverage.set", b"coverage.ended", b"care.ended"]


async def test_nothing_of_it_can_be_read_in_redis(own_store: Store, own_raw: Redis) -> None:
    """Names, numbers and the payer's code are sealed."""
    await own_store.coverages.put(P, COVERAGE, actor="alice")
    raw = b"".join(part for pair in (await own_raw.hgetall(keys.coverage(P, BOB))).items() for part in pair)
    for text in (COVERAGE.payer_name, COVERAGE.member, COVERAGE.authorization, "county"):
        assert text.encode() not in raw


async def test_what_cannot_be_is_not_kept(own_store: Store) -> None:
    """The store names the field and keeps nothing."""
    with pytest.raises(ValueError, match="payer"):
        await own_store.coverages.put(P, replace(COVERAGE, payer=""), actor="alice")
    assert await own_store.coverages.of(P, [BOB]) == {BOB: History()}


async def test_the_rows_that_it_concerns_are_told_of(own_store: Store) -> None:
    """Those of the client from the first day on, by a change each; those before, and others', are not."""
    store = own_store
    await store.logs.append(P, S, 0, [opened(), ended(EIGHT + HOUR)], op="op-1", actor=BOB, rows=[row(), row(CAROL)])
    place = await store.attendance.last_change(P)
    await store.coverages.put(P, replace(COVERAGE, id="late", effective_from=DAY + timedelta(days=3)), actor="alice")
    assert await store.attendance.changes(P, place, 10) == []
    await store.coverages.put(P, COVERAGE, actor="alice")
    (told,) = await store.attendance.changes(P, place, 10)
    assert (told.session, told.client, told.why) == (S, BOB, "attendance.changed")
    await store.coverages.end(P, BOB, "c1", date(2026, 1, 1), EIGHT, actor="alice")
    assert len(await store.attendance.changes(P, place, 10)) == 2


async def test_facts_of_a_programme(own_store: Store) -> None:
    """None until some are put; then the last that were."""
    assert await own_store.programmes.facts(P) == ProgrammeFacts()
    await own_store.programmes.put_facts(P, ProgrammeFacts("1234567893", "texas-564-901/1"))
    assert await own_store.programmes.facts(P) == ProgrammeFacts("1234567893", "texas-564-901/1")
