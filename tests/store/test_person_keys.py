"""A secret for each person: what it seals needs it, and nothing is kept of it anywhere else."""

import base64
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from telehealth.core.ids import PersonId
from telehealth.core.records import ERASED
from telehealth.store import keys
from telehealth.store.person_keys import PersonKeys
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Broken, Erased, Keyring, Personal, needs_secret
from tests.support.redis import KEY

from .records import BOB, P, S, note, noted, person

pytestmark = pytest.mark.asyncio
PLACE = (P, "person", "x", "field", 0)
RING = Keyring.from_text(KEY)


async def test_both_are_needed() -> None:
    """Neither the root alone, nor another secret, nor another root opens it; a root that stands second does."""
    mine, other = Personal(RING, b"1" * 32), Personal(RING, b"2" * 32)
    sealed = mine.seal(*PLACE, "text")
    assert mine.unseal(*PLACE, sealed) == "text"
    assert needs_secret(sealed)
    for ring in (RING, other, Personal(Keyring(b"n" * 32), b"1" * 32), Personal(RING, None)):
        with pytest.raises(Broken):
            ring.unseal(*PLACE, sealed)
    with pytest.raises(Broken):
        mine.unseal(P, "person", "x", "other", 0, sealed)
    newer = Keyring(b"n" * 32, base64.b64decode(KEY))
    assert Personal(newer, b"1" * 32).unseal(*PLACE, sealed) == "text"
    with pytest.raises(Erased):
        Personal(RING, None, erased=True).unseal(*PLACE, RING.seal(*PLACE, "old"))
    with pytest.raises(Erased):
        Personal(RING, None).seal(*PLACE, "text")


async def test_what_older_releases_sealed_opens(store: Store, raw: Redis) -> None:
    """Without a secret for the person, under the programme's key alone; the next write gives them one."""
    for name in ("legal_name", "alias", "email", "phone"):
        await raw.hset(keys.person(P, BOB), name, RING.seal(P, "person", BOB, name, 0, name))
    await raw.hset(keys.person(P, BOB), "staff", 0)
    old = (await store.people.get(P, [BOB]))[BOB]
    assert (old.legal_name, old.phone) == ("legal_name", "phone")
    assert not await raw.exists(keys.person_keys(P))
    await store.people.put(P, person())
    assert needs_secret(await raw.hget(keys.person(P, BOB), "legal_name"))
    assert (await store.people.get(P, [BOB]))[BOB].legal_name == person().legal_name


async def test_without_the_secret_nothing_opens(store: Store, raw: Redis) -> None:
    """Whoever is erased reads as that, and is not written to any more; others are as they were."""
    carol = PersonId("person-carol")
    for who in (BOB, carol):
        await store.people.put(P, person() if who == BOB else replace(person(), id=who, legal_name="Carol"))
        await store.notes.write(P, [note(about=who)], noted())
    await raw.hset(keys.erased(P), BOB, 1)
    await raw.hdel(keys.person_keys(P), BOB)
    found = await store.people.get(P, [BOB, carol])
    assert (found[BOB].legal_name, found[BOB].active, found[carol].legal_name) == (ERASED, False, "Carol")
    sections = {one.about: one for one in await store.notes.of_session(P, S)}
    assert (sections[BOB].content == sections[carol].content, len(sections)) == (False, 2)
    with pytest.raises(Erased):
        await store.notes.write(P, [note(about=BOB, revision=2)], noted())
    with pytest.raises(Erased):
        await PersonKeys(store._client, RING).to_seal(P, [BOB])
