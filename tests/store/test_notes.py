"""Notes on real servers: nobody overwrites unseen, every revision stays, no older text can be slipped in."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from redis.asyncio import Redis

from telehealth.core.goals import Goal
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.note_records import Answer, Content, Facts, Later, LaterKind, NoteSection, NoteState, free
from telehealth.store import keys
from telehealth.store.ports import NoteAct
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Broken, Keyring
from tests.store.records import BOB, CANARIES, EIGHT, HOUR, P, S, note, noted
from tests.support.redis import KEY

pytestmark = pytest.mark.asyncio

SIGNER = PersonId("staff9")


async def save(
    store: Store, text: str, seen: int, *, about: PersonId | None = BOB, op: str = "", session: SessionId = S
) -> NoteSection | None:
    """A draft over the revision that its writer saw."""
    written = replace(note(text, about, seen + 1), session=session)
    found = await store.notes.write(P, [written], noted(), op=op)
    return found[0] if found else None


async def test_a_note_is_saved_over_what_its_writer_saw(store: Store) -> None:
    """Each save over the current revision makes the next; one over an older or a later one changes nothing."""
    assert await store.notes.get(P, S, BOB) is None
    assert await save(store, "one", 0) == note("one")
    second = await save(store, "two", 1)
    for seen in (0, 1, 3):
        assert await save(store, "lost", seen) is None
    assert await store.notes.get(P, S, BOB) == second == note("two", revision=2)


async def test_of_two_writers_one_is_told(store: Store) -> None:
    """Of 20 saves over one revision exactly one is written."""
    saved = await asyncio.gather(*(save(store, f"text {n}", 0) for n in range(20)))
    (winner,) = (found for found in saved if found)
    assert await store.notes.get(P, S, BOB) == winner
    assert len(await store.notes.revisions(P, S, BOB)) == 1


async def test_a_repeated_save_is_answered_as_the_first_time(store: Store) -> None:
    """Also after somebody else has saved since; but not where it says something else, which was never written."""
    first = await save(store, "one", 0, op="op-1")
    assert await save(store, "one", 0, op="op-1") == first
    await save(store, "two", 1, op="op-2")
    assert await save(store, "one", 0, op="op-1") == first
    assert await save(store, "other", 0, op="op-1") is None
    assert [one.text for one in await store.notes.revisions(P, S, BOB)] == ["one", "two"]
    assert await store.notes.written(P, S, BOB, 1, "op-1") == first
    assert await store.notes.written(P, S, BOB, 1, "op-2") is None
    assert await store.notes.written(P, S, BOB, 3, "op-3") is None


async def test_every_revision_stays_readable(store: Store, raw: Redis) -> None:
    """All that was ever saved is there, with its author and time, and each save is in the audit log."""
    for number in range(3):
        author, at = PersonId(f"staff{number}"), EIGHT + number
        written = replace(note(f"text {number}", revision=number + 1), author=author, saved=at)
        await store.notes.write(P, [written], NoteAct("note.saved", author, at))
    revisions = await store.notes.revisions(P, S, BOB)
    assert [(r.revision, r.text, r.author, r.saved) for r in revisions] == [
        (n + 1, f"text {n}", f"staff{n}", EIGHT + n) for n in range(3)
    ]
    entries = [fields for _, fields in await raw.xrange(keys.audit(P))]
    assert [(e[b"actor"], e[b"action"], e[b"subject"], e[b"version"]) for e in entries] == [
        (b"staff%d" % n, b"note.saved", b"sess1/person-bob", b"%d" % (n + 1)) for n in range(3)
    ]


FULL = Facts("group_therapy", "America/Chicago", EIGHT, EIGHT + HOUR, 5, 3, (SIGNER,), EIGHT, EIGHT + HOUR, 55)


def signed(about: PersonId | None = BOB, supervisor: PersonId | None = None) -> NoteSection:
    """The second revision of a section, with all that a signature adds."""
    return replace(
        note(about=about, revision=2),
        state=NoteState.COSIGN_PENDING if supervisor else NoteState.SIGNED,
        content=Content("dap/1", (("data", "Spoke."), ("plan", "On.")), ("goal-1",)),
        signed=EIGHT + 2 * HOUR,
        signed_by=SIGNER,
        digest="d" * 64,
        supervisor=supervisor,
        days_late=2,
        facts=FULL,
        answers=(Answer("f" * 16, "name", "data", PersonId("carol"), "Carol", "her sister", SIGNER, EIGHT),),
    )


async def test_signing_writes_all_sections_or_none(store: Store, raw: Redis) -> None:
    """Everything that a signature adds is kept; one section that somebody changed meanwhile stops all of them."""
    act = NoteAct("note.signed", SIGNER, EIGHT + 2 * HOUR)
    await save(store, "group", 0, about=None)
    assert await store.notes.write(P, [signed(None), signed()], act) is None
    assert (await store.notes.get(P, S, None)) == note("group", None)
    await save(store, "Bob", 0)
    both = [signed(None), signed()]
    assert await store.notes.write(P, both, act, op="sign") == both
    assert await store.notes.write(P, both, act, op="sign") == both
    assert await store.notes.of_session(P, S) == both
    assert await store.latest_time() == EIGHT + 2 * HOUR
    entries = [fields for _, fields in await raw.xrange(keys.audit(P))][2:]
    assert [(e[b"action"], e[b"subject"]) for e in entries] == [
        (b"note.overridden", b"sess1/group"),
        (b"note.signed", b"sess1/group"),
        (b"note.overridden", b"sess1/person-bob"),
        (b"note.signed", b"sess1/person-bob"),
    ]
    changes = [fields for _, fields in await raw.xrange(keys.changes(P))]
    assert [(c[b"client"], c[b"why"]) for c in changes] == [(b"", b"note.signed"), (BOB.encode(), b"note.signed")]


async def test_what_waits_for_a_co_signature_is_not_signed_yet(store: Store) -> None:
    """It stands in the queue until the supervisor has signed, and no claim is supported by it meanwhile."""
    boss = PersonId("staff-boss")
    await save(store, "Bob", 0)
    waiting = signed(supervisor=boss)
    await store.notes.write(P, [waiting], NoteAct("note.signed", SIGNER, EIGHT + 2 * HOUR))
    assert await store.notes.waiting(P) == [waiting]
    assert await store.notes.signed(P, [S]) == {S: {BOB: None}}
    at = EIGHT + 3 * HOUR
    cosignature = Later(LaterKind.COSIGNATURE, boss, at, covers=(0,), digest="e" * 64)
    done = replace(waiting, revision=3, state=NoteState.COSIGNED, later=(cosignature,))
    await store.notes.write(P, [done], NoteAct("note.cosigned", boss, at))
    assert await store.notes.waiting(P) == []
    assert await store.notes.signed(P, [S]) == {S: {BOB: at}}
    assert await store.notes.get(P, S, BOB) == done


async def test_a_section_of_an_older_release_reads_as_free_text(store: Store, raw: Redis) -> None:
    """It has a sealed `text`, and neither a body nor a word of co-signatures."""
    keyring = Keyring.from_text(KEY)
    fields = {
        "revision": 2, "op": "x", "state": "signed", "author": "a", "saved": 1, "signed": 7, "signed_by": "b",
        "digest": "d",
        "text": keyring.seal(P, "note", f"{S}/{BOB}", "text", 2, "As it was."),
    }  # fmt: skip
    await raw.hset(keys.note(P, S, BOB), mapping=fields)
    await raw.sadd(keys.notes(P, S), BOB)
    (found,) = await store.notes.of_session(P, S)
    assert (found.content, found.state, found.form) == (free("As it was."), NoteState.SIGNED, 1)
    assert await store.notes.signed(P, [S]) == {S: {BOB: 7}}


async def test_the_sections_of_a_session(store: Store) -> None:
    """All sections of a session are found, the group's and each client's, and no other session's."""
    for about in (None, BOB, PersonId("carol")):
        await save(store, "text", 0, about=about)
    await save(store, "other", 0, session=SessionId("other"))
    found = await store.notes.of_session(P, S)
    assert {section.about for section in found} == {None, BOB, "carol"}
    assert all(section.text == "text" for section in found)


async def test_the_last_note_of_a_client(store: Store) -> None:
    """It is the one of another session that was begun last; who has none is left out."""
    carol = PersonId("carol")
    for number, session in enumerate(("first", "second", S)):
        written = replace(note(session, revision=1), session=SessionId(session))
        await store.notes.write(P, [written], NoteAct("note.saved", SIGNER, EIGHT + number))
    await save(store, "only here", 0, about=carol)
    found = await store.notes.last(P, [BOB, carol, PersonId("dan")], S)
    assert {who: one.text for who, one in found.items()} == {BOB: "second"}


async def test_an_older_text_cannot_be_put_back(store: Store, raw: Redis) -> None:
    """Replaying the sealed text of an older revision in Redis is noticed (E2)."""
    await save(store, "old", 0)
    old = await raw.hget(keys.note(P, S, BOB), "body")
    await save(store, "new", 1)
    await raw.hset(keys.note(P, S, BOB), "body", old)
    with pytest.raises(Broken):
        await store.notes.get(P, S, BOB)
    with pytest.raises(Broken):
        await store.notes.of_session(P, S)


async def test_goals_are_added_and_closed_once(store: Store, raw: Redis) -> None:
    """Texts are sealed, a closed goal stays, and only the first close counts."""
    goal = Goal("goal-1", BOB, CANARIES[8], date(2026, 11, 1), SIGNER, EIGHT)
    await store.goals.add(P, goal)
    await store.goals.add(P, replace(goal, text="again"))
    assert await store.goals.of(P, [BOB, PersonId("carol")]) == {BOB: (goal,), PersonId("carol"): ()}
    assert not await store.goals.close(P, BOB, "goal-2", date(2026, 12, 1), EIGHT + 1, actor=SIGNER)
    for day in (1, 2):
        assert await store.goals.close(P, BOB, "goal-1", date(2026, 12, day), EIGHT + day, actor=SIGNER)
    assert await store.goals.of(P, [BOB]) == {BOB: (replace(goal, effective_to=date(2026, 12, 1)),)}
    assert CANARIES[8].encode() not in b"".join(await raw.hvals(keys.goals(P, BOB)))
    entries = [fields for _, fields in await raw.xrange(keys.audit(P))]
    assert [e[b"action"] for e in entries] == [b"goal.added", b"goal.closed"]
