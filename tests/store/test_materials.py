"""Materials on real servers: whole or not at all, sealed, and only from the record that was looked at."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from telehealth.core.ids import PersonId
from telehealth.core.materials import Material, PageSize
from telehealth.store import keys
from telehealth.store.materials import PIECE, Materials
from telehealth.store.redis_store import Store

from .records import EIGHT, HOUR, P

pytestmark = pytest.mark.asyncio
ALICE = PersonId("person-alice")
PDF = b"%PDF-1.7 canary " + bytes(range(256)) * 1_500
PAGES = (b"RIFF\x01\x00\x00\xffWEBP one", b"RIFF canary two")
TEXTS = ("A canary craving rises", "")
MATERIAL = Material("mat-1", "Urge surfing", "Coping", "en", (PageSize(16, 9),) * 2, len(PDF), 40, EIGHT, ALICE)


async def test_a_material_comes_back_as_it_was_put(store: Store) -> None:
    """Record, pages, texts and the PDF in its pieces, byte for byte; what is not there is nothing."""
    assert len(PDF) > 2 * PIECE
    assert await store.materials.add(P, MATERIAL, PDF, PAGES, TEXTS)
    assert await store.materials.get(P, "mat-1") == MATERIAL
    assert await store.materials.all(P) == [MATERIAL]
    assert [await store.materials.page(P, "mat-1", number) for number in range(3)] == [*PAGES, None]
    assert await store.materials.texts(P, "mat-1") == TEXTS
    assert await store.materials.pdf(P, MATERIAL) == PDF
    assert await store.materials.get(P, "other") is None
    assert await store.materials.texts(P, "other") == ()
    assert await store.materials.pdf(P, replace(MATERIAL, id="other")) is None


async def test_pieces_of_an_upload_that_broke_off_run_out(store: Store, raw: Redis) -> None:
    """Once the record is written no piece has an end; before that each has, and if one is gone, nothing is listed."""
    assert await store.materials.add(P, MATERIAL, PDF, PAGES, TEXTS)
    names = [name async for name in raw.scan_iter("*:material:*")]
    assert len(names) == 3 + 2 + 1
    assert {await raw.ttl(name) for name in names} == {-1}
    assert not await store.materials.add(P, MATERIAL, PDF, PAGES, TEXTS), "its id is taken"
    assert {await raw.ttl(name) for name in names} == {-1}
    late = replace(MATERIAL, id="late")
    await raw.set(keys.material(P, "late", "texts"), b"x", ex=100)
    pieces = [keys.material(P, "late", part) for part in ("texts", "page:0")]
    own = Materials(store._client, store.rotation._keyring, store._programmes)
    assert not await own._put(P, late, pieces, 0, "material.added", ALICE, EIGHT), "one of them has run out"
    assert await store.materials.get(P, "late") is None


async def test_a_change_starts_from_the_record_that_was_seen(store: Store, raw: Redis) -> None:
    """The next revision is written, with its audit entry; one that started from an older is not."""
    await store.materials.add(P, MATERIAL, PDF, PAGES, TEXTS)
    renamed = replace(MATERIAL, title="Surfing", revision=2)
    assert await store.materials.change(P, renamed, what="changed", actor=ALICE, at=EIGHT + HOUR)
    assert not await store.materials.change(P, renamed, what="changed", actor=ALICE, at=EIGHT + HOUR)
    assert await store.materials.all(P) == [renamed]
    actions = [entry.get(b"action") for _, entry in await raw.xrange(keys.audit(P))]
    assert actions[-2:] == [b"material.added", b"material.changed"]


async def test_nothing_of_a_material_is_readable_in_redis(store: Store, raw: Redis) -> None:
    """No title, no text, no piece of a page or of the PDF, and a rotation finds every value."""
    await store.materials.add(P, MATERIAL, PDF, PAGES, TEXTS)
    for name in [name async for name in raw.scan_iter("*material*")]:
        kind = await raw.type(name)
        held = await (raw.hvals(name) if kind == b"hash" else raw.mget(name))
        for value in held:
            assert b"canary" not in value
            assert b"surfing" not in value
    assert (await store.rotation.count()).unlisted == []
