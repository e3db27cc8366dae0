"""Relapse-prevention plans in Redis: drafts that nobody overwrites unseen, versions and signatures that stay."""

import msgspec
import pytest
from redis.asyncio import Redis

from telehealth.core.ids import PersonId
from telehealth.core.plans import EMPTY, Draft, Kept, Line, Signed, Version
from telehealth.store import keys
from telehealth.store.plans import AGAIN
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Broken

from .records import BOB, EIGHT, P

pytestmark = pytest.mark.asyncio

ALICE = PersonId("alice")
DRAFT = Draft((Line("a", "signs", "canary: bad sleep"),), ("op1",))
VERSION = Version(1, EIGHT, ALICE, "form/1", DRAFT.lines)
SIGNED = Signed(1, EIGHT + 1, BOB, "Bob Canary", "d" * 64)
BESIDE = Signed(1, EIGHT + 2, ALICE, "Alice", "d" * 64)


async def actions(raw: Redis) -> list[str]:
    return [fields[b"action"].decode() for _, fields in await raw.xrange(keys.audit(P))]


async def test_a_draft_is_saved_over_what_was_seen(store: Store, raw: Redis) -> None:
    """Whoever saw an older revision is told so, and the audit log has an entry for each writer and period."""
    assert await store.plans.draft(P, BOB) == (0, EMPTY)
    assert await store.plans.save(P, BOB, DRAFT, 0, EIGHT, actor=BOB)
    assert not await store.plans.save(P, BOB, EMPTY, 0, EIGHT, actor=ALICE)
    assert await store.plans.draft(P, BOB) == (1, DRAFT)
    more = msgspec.structs.replace(DRAFT, done=("op1", "op2"))
    for seen, (actor, at) in enumerate([(BOB, EIGHT + 1), (ALICE, EIGHT + 2), (ALICE, EIGHT + 2 + AGAIN)], 1):
        assert await store.plans.save(P, BOB, more, seen, at, actor=actor)
    assert await actions(raw) == ["plan.written"] * 3
    assert b"canary" not in repr(await raw.hgetall(keys.plans(P, BOB))).encode()


async def test_an_older_draft_does_not_open_in_the_place_of_a_newer_one(store: Store, raw: Redis) -> None:
    """What is sealed to one revision is no other's."""
    await store.plans.save(P, BOB, DRAFT, 0, EIGHT, actor=BOB)
    old = await raw.hget(keys.plans(P, BOB), "draft")
    await store.plans.save(P, BOB, EMPTY, 1, EIGHT, actor=BOB)
    await raw.hset(keys.plans(P, BOB), "draft", old)
    with pytest.raises(Broken):
        await store.plans.draft(P, BOB)


async def test_versions_and_signatures_stay(store: Store, raw: Redis) -> None:
    """Each is written once, with its audit entry; a version and its signature together or not at all."""
    assert await store.plans.keep(P, BOB, Kept(VERSION, SIGNED), actor=BOB)
    assert not await store.plans.keep(P, BOB, Kept(VERSION), actor=ALICE)
    assert not await store.plans.keep(P, BOB, Kept(replace_number(2), SIGNED), actor=BOB)
    assert await store.plans.keep(P, BOB, Kept(None, BESIDE), actor=ALICE)
    plan = await store.plans.of(P, BOB)
    assert (plan.versions, plan.signed, plan.countersigned) == ((VERSION,), (SIGNED,), (BESIDE,))
    assert (plan.revision, plan.draft) == (0, EMPTY)
    assert await actions(raw) == ["plan.version", "plan.signed", "plan.countersigned"]
    assert (await store.plans.of(P, ALICE)).versions == ()


def replace_number(number: int) -> Version:
    return msgspec.structs.replace(VERSION, number=number)
