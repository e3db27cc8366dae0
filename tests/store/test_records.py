"""People, logins, sessions, check-ins, leases and the audit log on real servers."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from telehealth.core import audit_chain
from telehealth.core import records as rec
from telehealth.core.ids import PersonId, SessionId
from telehealth.store import keys
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from telehealth.store.sealed import BadKey, Broken
from tests.store.records import BOB, EIGHT, HOUR, P, S, check_in, login, person, session
from tests.support.redis import KEY, connected
from tests.support.wait import until

pytestmark = pytest.mark.asyncio


async def test_people_come_back(store: Store) -> None:
    """A person is found by id, a changed one as changed, an unknown one not at all."""
    await store.people.put(P, person())
    changed = rec.Person(BOB, True, "New Name", "New", "", "")
    assert await store.people.get(P, [BOB, PersonId("nobody")]) == {BOB: person()}
    await store.people.put(P, changed)
    assert await store.people.get(P, [BOB]) == {BOB: changed}
    assert await store.people.get(P, []) == {}


async def test_how_to_write_to_a_person_comes_back(store: Store, raw: Redis) -> None:
    """Their language and whether they want to be reminded; whoever was kept before either was known, does."""
    carol = rec.Person(
        PersonId("person-carol"), False, "Carol", "Carol", "c@example.org", language="es", reminders=False
    )
    await store.people.put(P, carol)
    assert (await store.people.get(P, [carol.id]))[carol.id] == carol
    kept = await raw.hgetall(keys.person(P, carol.id))
    assert b"es" not in kept.values()
    assert b"no" not in kept.values()
    await raw.hdel(keys.person(P, carol.id), "language", "reminders")
    assert (await store.people.get(P, [carol.id]))[carol.id] == replace(carol, language="", reminders=True)


async def test_a_login_is_found_by_any_spelling_of_its_name(store: Store) -> None:
    """Sign-in names are compared without case and spaces; what is stored is the name as it was given."""
    await store.people.put_login(login("Alice.Counsellor"))
    found = await store.people.login(" alice.COUNSELLOR ")
    assert found == login("Alice.Counsellor")
    assert await store.people.login("bob") is None


async def test_sealed_fields_cannot_be_moved(store: Store, raw: Redis) -> None:
    """Exchanging two people's sealed names in Redis makes both unreadable instead of wrong (E2)."""
    carol = PersonId("person-carol")
    await store.people.put(P, person())
    await store.people.put(P, rec.Person(carol, False, "Carol", "Carol"))
    one = await raw.hget(keys.person(P, BOB), "legal_name")
    await raw.hset(keys.person(P, carol), "legal_name", one)
    with pytest.raises(Broken):
        await store.people.get(P, [carol])
    sealed = await raw.hget(keys.person(P, BOB), "alias")
    await raw.hset(keys.person(P, BOB), "legal_name", sealed)
    with pytest.raises(Broken):
        await store.people.get(P, [BOB])


async def test_sessions_are_found_by_overlap(store: Store) -> None:
    """A time range finds each session that overlaps it, long ones too, by start; touching is not overlapping."""
    early = session(SessionId("early"), EIGHT - 3 * HOUR, 10 * HOUR)
    evening = session(S, EIGHT)
    late = session(SessionId("late"), EIGHT + HOUR)
    for one in (late, evening, early):
        await store.sessions.put(one)
    assert await store.sessions.between(P, EIGHT, EIGHT + HOUR) == [early, evening]
    assert await store.sessions.between(P, EIGHT + HOUR, EIGHT + 2 * HOUR) == [early, late]
    assert await store.sessions.between(P, EIGHT + 8 * HOUR, EIGHT + 9 * HOUR) == []
    assert await store.sessions.get(P, S) == evening
    assert await store.sessions.get(P, SessionId("none")) is None


async def test_a_session_that_moves_is_found_where_it_is(store: Store) -> None:
    """A session that gets another time or another series is no longer found at the old ones."""
    await store.sessions.put(session(S, EIGHT, series="tuesdays"))
    moved = session(S, EIGHT + 24 * HOUR, series="wednesdays")
    await store.sessions.put(moved)
    assert await store.sessions.between(P, EIGHT, EIGHT + HOUR) == []
    assert await store.sessions.of_series(P, "tuesdays", 0, EIGHT + 99 * HOUR) == []
    assert await store.sessions.of_series(P, "wednesdays", EIGHT, EIGHT + 99 * HOUR) == [moved]


async def test_check_ins_come_back(store: Store) -> None:
    """What a client confirmed is read by session, the latest answer winning."""
    await store.sessions.put_check_in(P, check_in())
    await store.sessions.put_check_in(P, check_in())
    assert await store.sessions.check_ins(P, S) == {BOB: check_in()}
    assert await store.sessions.check_ins(P, SessionId("none")) == {}


async def test_a_lease_runs_out(store: Store) -> None:
    """A worker is alive while it renews, gone when it stops or says so."""
    one, two = (rec.WorkerLease(name, "unix:/x", 1, 2, 0.5, False) for name in ("w1", "w2"))
    await store.workers.renew(one, seconds=60)
    await store.workers.renew(two, seconds=0.3)
    assert await store.workers.alive() == [one, two]

    async def only_one() -> bool:
        return await store.workers.alive() == [one]

    await until(only_one, "the lease that is not renewed runs out", within=5)
    await store.workers.renew(two, seconds=60)
    await store.workers.release("w1")
    assert await store.workers.alive() == [two]


async def test_a_worker_hears_what_is_asked_of_it_when_it_renews(store: Store) -> None:
    """Until it is asked for something else, or ends: nothing waits for another worker of that name."""
    one = rec.WorkerLease("w1", "unix:/x", 1, 2, 0.5, False)
    assert await store.workers.renew(one, seconds=60) == ""
    for asked in ("drain", "move", ""):
        await store.workers.ask("w1", asked)
        assert await store.workers.renew(one, seconds=60) == asked
    await store.workers.ask("w1", "drain")
    await store.workers.release("w1")
    assert await store.workers.renew(one, seconds=0.1) == ""
    await store.workers.ask("w1", "drain")

    async def gone() -> bool:
        return await store.workers.alive() == []

    await until(gone, "the lease runs out", within=5)
    assert await store.workers.renew(one, seconds=60) == ""


async def test_the_audit_log_only_grows(store: Store, raw: Redis) -> None:
    """Each entry is written once, in order, and nothing of the log expires."""
    for number in range(3):
        await store.audit.write(P, "person-alice", "notes.read", f"sess{number}")
    entries = await raw.xrange(keys.audit(P))
    assert [fields[b"subject"] for _, fields in entries] == [b"sess0", b"sess1", b"sess2"]
    linked = {b"n": b"1", b"hash": entries[0][1][b"hash"]}
    assert entries[0][1] == {b"actor": b"person-alice", b"action": b"notes.read", b"subject": b"sess0", **linked}
    found = audit_chain.walk([entry async for entry in store.audit.entries(P)])
    assert (found.entries, found.broken, found.head) == (3, None, entries[2][1][b"hash"].decode())
    assert await raw.ttl(keys.audit(P)) == -1


async def test_a_wrong_key_is_refused_before_anything_is_sealed_with_it(redis: EmbeddedRedis) -> None:
    """A store that was begun with one key does not open with another; nothing becomes half readable."""
    async with connected(redis.url) as store:
        await store.people.put(P, person())
    with pytest.raises(BadKey, match="does not open"):
        async with connected(redis.url, "b" * 43 + "="):
            pass
    async with connected(redis.url, KEY) as store:
        assert await store.people.get(P, [BOB]) == {BOB: person()}


async def test_readiness_is_a_write(store: Store, raw: Redis) -> None:
    """`ping_write` leaves its mark, so a store that only reads is not ready."""
    await store.ping_write()
    assert await raw.exists(keys.WRITE_CHECK) == 1


async def test_an_empty_store_has_no_time(store: Store) -> None:
    """The clock's floor of a new store is 0."""
    assert await store.latest_time() == 0


async def test_sessions_by_person(store: Store, raw: Redis) -> None:
    """Whoever is expected or leads finds theirs and no other, also those that were kept before there was an index."""
    mine = replace(session(), roster=(BOB,))
    await store.sessions.put(mine)
    await raw.delete(keys.sessions_of(P, BOB), keys.sessions_indexed(P))
    whole = (0, mine.ends + 99 * HOUR)
    assert await store.sessions.of_person(P, BOB, *whole) == [mine]
    for leader in mine.facilitators:
        assert await store.sessions.of_person(P, leader, *whole) == [mine]
    moved = replace(mine, starts=mine.starts + HOUR, ends=mine.ends + HOUR)
    await store.sessions.put(moved)
    assert await store.sessions.of_person(P, BOB, mine.starts, mine.starts + 1) == []
    assert await store.sessions.of_person(P, BOB, *whole) == [moved]
    await store.sessions.put(replace(moved, roster=()))
    assert await store.sessions.of_person(P, BOB, *whole) == []
