"""Notes on real servers: nobody overwrites unseen, every revision stays, no older text can be slipped in."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from telehealth.core import records as rec
from telehealth.core.ids import PersonId
from telehealth.store import keys
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Broken
from tests.store.records import BOB, EIGHT, HOUR, P, S, note

pytestmark = pytest.mark.asyncio


async def test_a_note_is_saved_over_what_its_writer_saw(store: Store) -> None:
    """Each save over the current revision makes the next; one over an older or a later one changes nothing."""
    assert await store.notes.get(P, S, BOB) is None
    first = await store.notes.save(P, note("one"), if_revision=0)
    assert first == replace(note("one"), revision=1)
    second = await store.notes.save(P, note("two"), if_revision=1)
    for seen in (0, 1, 3):
        assert await store.notes.save(P, note("lost"), if_revision=seen) is None
    assert await store.notes.get(P, S, BOB) == second == replace(note("two"), revision=2)


async def test_of_two_writers_one_is_told(store: Store) -> None:
    """Of 20 saves over one revision exactly one is written."""
    texts = [f"text {n}" for n in range(20)]
    saved = await asyncio.gather(*(store.notes.save(P, note(text), if_revision=0) for text in texts))
    (winner,) = (found for found in saved if found)
    assert await store.notes.get(P, S, BOB) == winner
    assert len(await store.notes.revisions(P, S, BOB)) == 1


async def test_every_revision_stays_readable(store: Store, raw: Redis) -> None:
    """All that was ever saved is there, with its author and time, and each save is in the audit log."""
    for number in range(3):
        written = replace(note(f"text {number}"), author=PersonId(f"staff{number}"), saved=EIGHT + number)
        await store.notes.save(P, written, if_revision=number)
    revisions = await store.notes.revisions(P, S, BOB)
    assert [(r.revision, r.text, r.author, r.saved) for r in revisions] == [
        (n + 1, f"text {n}", f"staff{n}", EIGHT + n) for n in range(3)
    ]
    entries = [fields for _, fields in await raw.xrange(keys.audit(P))]
    assert [(e[b"actor"], e[b"action"], e[b"subject"], e[b"version"]) for e in entries] == [
        (b"staff%d" % n, b"note.saved", b"sess1/person-bob", b"%d" % (n + 1)) for n in range(3)
    ]


async def test_a_signed_note_keeps_who_and_when(store: Store, raw: Redis) -> None:
    """Signing is a revision with the signer, the time and the digest, and is audited as what it is."""
    signer = PersonId("staff9")
    signed = replace(
        note(), state=rec.NoteState.SIGNED, signed=EIGHT + 2 * HOUR, signed_by=signer, digest="d" * 64, about=None
    )
    assert await store.notes.save(P, signed, if_revision=0) == replace(signed, revision=1)
    assert await store.notes.get(P, S, None) == replace(signed, revision=1)
    ((_, entry),) = await raw.xrange(keys.audit(P))
    assert (entry[b"actor"], entry[b"action"], entry[b"subject"]) == (b"staff9", b"note.signed", b"sess1/group")
    assert await store.latest_time() == EIGHT + 2 * HOUR


async def test_the_sections_of_a_session(store: Store) -> None:
    """All sections of a session are found, the group's and each client's, and no other session's."""
    for about in (None, BOB, PersonId("carol")):
        await store.notes.save(P, note("text", about), if_revision=0)
    await store.notes.save(P, replace(note(), session="other"), if_revision=0)
    found = await store.notes.of_session(P, S)
    assert {section.about for section in found} == {None, BOB, "carol"}
    assert all(section.text == "text" for section in found)


async def test_an_older_text_cannot_be_put_back(store: Store, raw: Redis) -> None:
    """Replaying the sealed text of an older revision in Redis is noticed (E2)."""
    await store.notes.save(P, note("old"), if_revision=0)
    old = await raw.hget(keys.note(P, S, BOB), "text")
    await store.notes.save(P, note("new"), if_revision=1)
    await raw.hset(keys.note(P, S, BOB), "text", old)
    with pytest.raises(Broken):
        await store.notes.get(P, S, BOB)
    with pytest.raises(Broken):
        await store.notes.of_session(P, S)
