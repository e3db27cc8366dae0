"""People and enrolment in the store: a log of every change, an index without names, versions that stay."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from redis.asyncio import Redis

from telehealth.core import episodes as rule
from telehealth.core import records as rec
from telehealth.core.episodes import Episode
from telehealth.core.ids import PersonId
from telehealth.core.people import EmergencyContact
from telehealth.core.records import SignedInAs, WebSession
from telehealth.core.roles import Role
from telehealth.core.tracks import USUAL, Track
from telehealth.store import keys
from telehealth.store.redis_store import Store
from tests.support.redis import connected

from .records import BOB, CANARIES, EIGHT, P, login, person

pytestmark = pytest.mark.asyncio

ALICE, BEN = PersonId("person-alice"), PersonId("person-ben")
WHOLE = replace(
    person(),
    birth_date=date(1990, 2, 28),
    zone="America/Chicago",
    pronouns="he/him",
    needs=("captions", "interpreter:es"),
    emergency=(EmergencyContact("home", "17 Canary Lane", "Carla Canarycontact", "sister", "+1 555 0100 888"),),
    mrn="canary-0017",
    active=True,
)
STAY = Episode("epi1", BOB, "day", date(2026, 11, 2), None, "", ALICE, EIGHT, ALICE)


async def test_each_change_is_an_event_with_what_was_there_before(store: Store) -> None:
    """Who, when, which fields, and the record as it became; a change that says nothing new is none."""
    first = await store.people.change(P, WHOLE, actor=ALICE, at=EIGHT)
    assert first == WHOLE
    assert first.revision == 1
    assert (await store.people.get(P, [BOB]))[BOB] == WHOLE
    second = await store.people.change(P, replace(first, alias="Rob", phone=""), actor=BEN, at=EIGHT + 1)
    assert second is not None
    assert await store.people.change(P, second, actor=BEN, at=EIGHT + 2) == second
    kept = await store.people.history(P, BOB)
    assert [(one.change.actor, one.change.at, one.change.what) for one in kept] == [
        (ALICE, EIGHT, "added"),
        (BEN, EIGHT + 1, "changed"),
    ]
    assert kept[1].change.fields == ("alias", "phone")
    assert [one.person for one in kept] == [first, second]
    assert [one.person.revision for one in kept] == [1, 2]


async def test_whoever_was_slower_is_told(store: Store) -> None:
    """A change from an older revision writes nothing; a repeat of the same one gets its first answer; of many at once
    exactly one is first."""
    first = await store.people.change(P, WHOLE, actor=ALICE, at=EIGHT, op="op-1")
    assert first is not None
    assert await store.people.change(P, WHOLE, actor=ALICE, at=EIGHT, op="op-1") == first
    assert await store.people.change(P, replace(WHOLE, alias="B"), actor=BEN, at=EIGHT, op="op-2") is None
    tries = [replace(first, alias=f"Rob {number}") for number in range(8)]
    done = await asyncio.gather(*(store.people.change(P, one, actor=BEN, at=EIGHT) for one in tries))
    assert sum(one is not None for one in done) == 1
    assert len(await store.people.history(P, BOB)) == 2


async def test_people_are_found_by_the_beginnings_of_their_names(store: Store) -> None:
    """Of any word of the legal name, the alias or the record number, whatever the marks and case; no more by a name
    that they had; nobody by one letter; staff and supporters, too."""
    jose = rec.Person(PersonId("p-jose"), False, "José Núñez", "Pepe")
    aunt = rec.Person(PersonId("p-aunt"), False, "Joan Canarybird", "Joan", collateral_of=BOB)
    nurse = rec.Person(PersonId("p-nurse"), True, "Josephine Lee", "Jo")
    await store.people.change_all(P, [WHOLE, jose, aunt, nurse], actor=ALICE, at=EIGHT)
    assert await store.people.search(P, "jo") == ["p-aunt", "p-jose", "p-nurse"]
    assert await store.people.search(P, "JOSÉ nun") == ["p-jose"]
    assert await store.people.search(P, "canaryb") == ["p-aunt", BOB]
    assert await store.people.search(P, "rob canarybird") == [BOB]
    assert await store.people.search(P, "canary-0017") == [BOB]
    assert await store.people.search(P, "j") == []
    assert await store.people.search(P, "canarybirds") == []
    now = (await store.people.get(P, [BOB]))[BOB]
    await store.people.change(P, replace(now, legal_name="Robert Other", alias="Rob"), actor=ALICE, at=EIGHT)
    assert await store.people.search(P, "canarybird") == ["p-aunt"]
    assert await store.people.search(P, "oth") == [BOB]
    assert await store.people.clients(P) == {BOB, "p-jose"}
    assert await store.people.staff(P) == {"p-nurse"}
    assert await store.people.collaterals(P, BOB) == ["p-aunt"]
    assert list(await store.people.ordered(P)) == ["p-jose", BOB]
    now = (await store.people.get(P, [BOB]))[BOB]
    await store.people.change(P, replace(now, legal_name="Aaron First"), actor=ALICE, at=EIGHT)
    assert list(await store.people.ordered(P)) == [BOB, "p-jose"]


async def test_no_name_is_in_a_key_and_none_in_clear(store: Store, raw: Redis) -> None:
    """Nothing of a record, its log, its index or a sign-in can be read in the store."""
    await store.people.change(P, WHOLE, actor=ALICE, at=EIGHT)
    await store.people.put_login(login())
    await store.episodes.put(P, [replace(STAY, reason="")], what="admitted", actor=ALICE, at=EIGHT)
    seen: list[bytes] = []
    for name in await raw.keys("*"):
        seen.append(name)
        seen.append(await raw.dump(name))
    blob = b"\n".join(seen).lower()
    for word in (*CANARIES, "canary-0017", "canary", "captions", "chicago"):
        assert word.lower().encode() not in blob


async def test_an_older_store_is_indexed_when_it_is_asked(store: Store, raw: Redis, shared: str) -> None:
    """People and logins that a release wrote which knew neither lists nor index are found all the same, and a change of
    such a record is kept."""
    await store.people.put(P, person())
    await store.people.put_login(login())
    for name in await raw.keys("*"):
        if any(part in name for part in (b":names:", b":people:", b":log", b":login-names")):
            await raw.delete(name)
    await raw.hdel(keys.person(P, BOB), "revision", "details", "npi")
    async with connected(shared) as newer:
        assert await newer.people.search(P, "canaryb") == [BOB]
        assert await newer.people.clients(P) == {BOB}
        assert (await newer.people.logins(P, [login().person]))[login().person] == login()
        known = (await newer.people.get(P, [BOB]))[BOB]
        assert known == person()
        assert await newer.people.change(P, replace(known, alias="Rob"), actor=ALICE, at=EIGHT) is not None
        assert [one.change.what for one in await newer.people.history(P, BOB)] == ["changed"]


async def test_whoever_left_is_signed_out(store: Store) -> None:
    """A member of staff who is not active any more has no web session from then on, and has it again if that was a
    mistake."""
    alice = rec.Person(ALICE, True, "Alicia Canary", "Alice")
    await store.people.change(P, alice, actor="system", at=EIGHT)
    me = WebSession(SignedInAs.STAFF, P, ALICE, Role.FACILITATOR, "csrf", EIGHT * 2)
    await store.access.put_web_session("token-of-alice", me)
    assert await store.access.web_session("token-of-alice") == me
    now = (await store.people.get(P, [ALICE]))[ALICE]
    gone = await store.people.change(P, replace(now, active=False), actor="system", at=EIGHT)
    assert await store.access.web_session("token-of-alice") is None
    assert gone is not None
    await store.people.change(P, replace(gone, active=True), actor="system", at=EIGHT)
    assert await store.access.web_session("token-of-alice") == me
    kept = await store.people.history(P, ALICE)
    assert [one.change.what for one in kept] == ["added", "inactive", "active"]


async def test_every_version_of_an_episode_stays(store: Store, raw: Redis) -> None:
    """What is known is the last one of each; the history has all, with their authors; whoever had not seen the last
    change writes nothing."""
    assert await store.episodes.put(P, [STAY], what="admitted", actor=ALICE, at=EIGHT, seen=0)
    ended = rule.discharge(STAY, date(2026, 11, 20), "transferred")
    fresh = replace(STAY, id="epi2", track="evening", admitted=date(2026, 11, 21), counsellor=BEN, after="epi1")
    assert not await store.episodes.put(P, [ended, fresh], what="moved", actor=BEN, at=EIGHT + 1, seen=0)
    assert await store.episodes.put(P, [ended, fresh], what="moved", actor=BEN, at=EIGHT + 1, seen=1)
    assert (await store.episodes.of(P, [BOB, ALICE])) == {BOB: (ended, fresh), ALICE: ()}
    outlines = await store.episodes.outlines(P, [BOB, ALICE])
    assert [(one.track, one.discharged, one.counsellor, one.reason) for one in outlines[BOB]] == [
        ("day", date(2026, 11, 20), ALICE, ""),
        ("evening", None, BEN, ""),
    ]
    assert ALICE not in outlines
    await raw.delete(keys.outlines(P))
    assert await store.episodes.outlines(P, [BOB, ALICE]) == outlines, "drawn anew of what is sealed"
    assert await raw.hexists(keys.outlines(P), BOB)
    assert await store.episodes.outlines(P, []) == {}
    history = await store.episodes.history(P, BOB)
    assert [(one.what, one.actor, one.episode) for one in history] == [
        ("admitted", ALICE, STAY),
        ("moved", BEN, ended),
        ("moved", BEN, fresh),
    ]


async def test_the_caseload_follows_the_counsellor(store: Store) -> None:
    """Admission puts a client on it, a move to another counsellor moves them, discharge takes them off; each with its
    audit entry. Whoever is not discharged is enrolled."""
    await store.episodes.put(P, [STAY], what="admitted", actor=ALICE, at=EIGHT)
    assert (await store.care.of(P, ALICE))[0] == {BOB}
    assert await store.episodes.enrolled(P) == {BOB}
    now = replace(STAY, counsellor=BEN)
    await store.episodes.put(P, [now], what="counsellor", actor=ALICE, at=EIGHT)
    assert await store.care.sizes(P, [ALICE, BEN]) == [0, 1]
    done = rule.discharge(now, date(2026, 11, 20), "completed")
    await store.episodes.put(P, [done], what="discharged", actor=ALICE, at=EIGHT)
    assert await store.care.sizes(P, [ALICE, BEN]) == [0, 0]
    assert await store.episodes.enrolled(P) == frozenset()
    entries = [entry async for entry in store.audit.entries(P)]
    told = [(fields[b"action"], fields[b"subject"]) for _, fields in entries]
    assert told == [
        (b"episode.admitted", b"person-bob epi1"),
        (b"caseload.begun", b"person-alice person-bob"),
        (b"episode.counsellor", b"person-bob epi1"),
        (b"caseload.begun", b"person-ben person-bob"),
        (b"caseload.ended", b"person-alice person-bob"),
        (b"episode.discharged", b"person-bob epi1"),
        (b"caseload.ended", b"person-ben person-bob"),
    ]


async def test_tracks_are_the_usual_ones_until_one_is_put(store: Store) -> None:
    """Beside them, or in the place of one."""
    assert await store.tracks.all(P) == USUAL
    night, day = Track("night", "Night"), Track("day", "Mornings", open=False)
    for track in (night, day):
        await store.tracks.put(P, track, actor=ALICE, at=EIGHT)
    assert await store.tracks.all(P) == (day, *USUAL[1:], night)
