"""Erasing a person: nothing about them opens, in any place where something sealed stands, and others are untouched."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from telehealth.core.feeds import Feed
from telehealth.core.ids import PersonId
from telehealth.core.records import ERASED
from telehealth.core.retention import Hold, Kept
from telehealth.core.sendings import Channel
from telehealth.store import keys
from telehealth.store.agreement_ports import OwnDoor
from telehealth.store.ports import Appended
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Erased, Keyring, key_of, needs_secret
from telehealth.store.sealed_places import FAMILIES, Type, family_of
from tests.support.redis import KEY

from .records import BOB, CANARIES, EIGHT, P, S, ended, link, note, noted, person, row, web_session
from .test_rotation import fill

pytestmark = pytest.mark.asyncio
RING = Keyring.from_text(KEY)
RINGS = {apart: RING.apart(apart) if apart else RING for apart in {family.apart for family in FAMILIES}}
STAYS = {"said", "break-glass", "ring", "login", "login-names", "group"}
"""Reasons of corrections and openings belong to what others did; a ring ends with its room; logins are of
staff; the group has no members."""


async def opened(raw: Redis) -> dict[str, list[str]]:
    """Every text in the store that opens with the root key alone, by family, and how many need a secret."""
    found: dict[str, list[str]] = {}
    for name in await raw.keys("*"):
        listed = family_of(name.decode())
        if listed is None:
            continue
        family, match = listed
        entries: list[dict[bytes, bytes]]
        if family.type is Type.HASH:
            entries = [await raw.hgetall(name)]
        elif family.type is Type.STREAM:
            entries = [{**fields, b"id": place} for place, fields in await raw.xrange(name)]
        else:
            entries = [{b"": await raw.get(name)}]
        for fields in entries:
            for label, value in fields.items():
                if key_of(value) is None:
                    continue
                if needs_secret(value):
                    found.setdefault(family.name, []).append("")
                    continue
                plain = RINGS[family.apart].unseal_bytes(*family.place(match, label.decode(), fields), value)
                found.setdefault(family.name, []).append(plain.decode(errors="replace"))  # a picture is no text
    return found


async def test_nothing_about_them_opens(store: Store, raw: Redis) -> None:
    """Of one of everything that is sealed: no text with a name of theirs is left that the root key opens, nothing is
    left that needs a secret of theirs, and what is asked for is answered, without an exception."""
    await fill(store)
    carol = PersonId("person-carol")
    await store.people.put(P, replace(person(), id=carol, legal_name="Carol Other", alias="Carol", email="", phone=""))
    await store.notes.write(P, [note("about carol", about=carol)], noted())
    for name in ("email", "alias"):  # as an older release sealed it
        await raw.hset(keys.person(P, BOB), name, RING.seal(P, "person", BOB, name, 0, CANARIES[1]))
    assert not await store.erasure.destroy(P, BOB, EIGHT, actor="system", why="request", holds=0)
    assert await store.erasure.destroy(P, BOB, EIGHT, actor="system", why="request", holds=1)
    assert await store.erasure.destroy(P, BOB, EIGHT + 1, actor="system", why="request", holds=1)
    for after in ("the secret is gone", "all is gone"):
        one = (await store.people.get(P, [BOB]))[BOB]
        assert (one.legal_name, one.email, one.active) == (ERASED, "", False), after
        section = await store.notes.get(P, S, BOB)
        assert section is not None
        assert "note" not in repr(section.content)
        assert (await store.notes.get(P, S, carol)) is not None
        assert await store.sessions.check_ins(P, S) == {}
        assert await store.goals.of(P, [BOB]) == {BOB: ()}
        assert (await store.plans.of(P, BOB)).shown == ()
        assert (await store.plans.draft(P, BOB))[1].lines == ()
        assert (await store.consents.of(P, [BOB]))[1] == {BOB: []}
        assert await store.emergencies.of(P, BOB) == []
        assert (await store.coverages.of(P, [BOB]))[BOB].cares == ()
        assert await store.episodes.of(P, [BOB]) == {BOB: ()}
        counsel = await store.counselling.get(P, S, PersonId("person-alice"), BOB)
        assert counsel is not None
        assert counsel.text == ERASED
        assert await store.people.search(P, "canarybird") == []
        if after == "the secret is gone":
            assert (await store.erasure.sweep(P, [BOB]))["note"] == 1
    assert set(await store.erasure.sweep(P, [BOB])) <= {"title"}
    left = await opened(raw)
    words = re.compile("canary|robert|bob", re.IGNORECASE)
    for family, texts in left.items():
        if family not in STAYS:
            assert not [text for text in texts if words.search(text)], family
    assert set(left) & {"goals", "plans", "consents", "coverage", "episodes", "check-in", "signed", "own-door"} == set()
    assert (await store.people.get(P, [carol]))[carol].legal_name == "Carol Other"
    assert await store.people.search(P, "carol") == [carol]
    assert BOB not in await store.people.clients(P)
    assert await store.episodes.outlines(P, [BOB]) == {}
    with pytest.raises(Erased):
        await store.people.put(P, person())
    with pytest.raises(ValueError, match="erased"):
        await store.erasure.sweep(P, [carol])
    entries = [fields[b"action"] for _, fields in await raw.xrange(keys.audit(P))]
    assert entries.count(b"person.erased") == 1


async def test_the_log_forgets(store: Store, raw: Redis) -> None:
    """Redis's own log is written anew: the secret that was destroyed is in it no more."""
    await store.people.put(P, person())
    folder = (await raw.config_get("dir"))["dir"]
    secret = await raw.hget(keys.person_keys(P), BOB)
    await store.erasure.destroy(P, BOB, EIGHT, actor="system", why="request", holds=0)
    assert secret in _logs(folder)
    assert await store.erasure.forget_log()
    assert secret not in _logs(folder)


def _logs(folder: str) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(folder).glob("appendonlydir/*.aof")))


async def test_holds(store: Store) -> None:
    """Added and released, once; a reason is sealed."""
    hold = Hold("h1", P, BOB, "a canary claim", "system", EIGHT)
    await store.holds.add(hold)
    assert await store.holds.all(P) == (1, [hold])
    assert not await store.holds.release(P, "h2", EIGHT, actor="system")
    assert await store.holds.release(P, "h1", EIGHT + 5, actor="system")
    assert await store.holds.release(P, "h1", EIGHT + 9, actor="system")
    assert await store.holds.all(P) == (2, [replace(hold, released=EIGHT + 5)])


async def test_a_session_whose_period_is_over(store: Store, raw: Redis) -> None:
    """Check-ins, notes and the session each go by themselves, once, and leave nothing with its name but the audit."""
    await fill(store)
    await store.access.put_link("token", link())
    asked = store.logs.append(P, S, 1, [ended()], op="op-end", actor="system", rows=[row()])
    assert await asked == Appended(2)
    for kept in (Kept.CHECK_IN, Kept.NOTES, Kept.SESSION):
        assert await store.erasure.remove(P, S, kept, actor="system"), kept
        assert not await store.erasure.remove(P, S, kept, actor="system"), kept
    left = [name for name in await raw.keys("*") if S.encode() in name]
    assert left == []
    assert await store.attendance.rows_of(P, S) == []
    assert await store.sessions.between(P, 0, 10**15) == []


async def test_no_door_of_theirs_is_left(store: Store, raw: Redis) -> None:
    """Of engagement, signatures, offers, feeds, links and doors nothing opens once the secret is gone, and no key is
    left after the sweep; what others have stays."""
    await fill(store)
    carol = PersonId("person-carol")
    for who, kept in ((BOB, "bob"), (carol, "carol")):
        await store.access.put_link(f"token-{kept}", replace(link(), person=who))
        await store.feeds.put(f"feed-{kept}", Feed(P, who, False, EIGHT, "system"))
        await store.access.put_web_session(f"web-{kept}", replace(web_session(10**14), person=who))
        await store.opt_outs.token(P, who, Channel.EMAIL)
    theirs = re.compile(rf"\{{{P}\}}:(engagement|signed|offered|feeds|links|own-door):{BOB}")
    ways = ("link:*", "feed:*", "stop:*", "web:*")
    assert len([name for name in await raw.keys("*") if theirs.fullmatch(name.decode())]) == 6
    assert [len(await raw.keys(way)) for way in ways] == [2, 2, 2, 2]
    assert await store.erasure.destroy(P, BOB, EIGHT, actor="system", why="request", holds=1)
    for swept in (False, True):
        if swept:
            assert (await store.erasure.sweep(P, [BOB]))["way in"] == 4
        assert not [one for one in (await store.engagement.of(P, [BOB], texts=True))[BOB].outreach if one.note]
        assert (await store.agreements.standing(P, [BOB]))[1].get(BOB, []) == []
        assert await store.agreements.offers(P, BOB) == []
        assert await store.own_doors.get(P, BOB) == OwnDoor("", ())
    assert [name for name in await raw.keys("*") if theirs.fullmatch(name.decode())] == []
    assert [len(await raw.keys(way)) for way in ways] == [1, 1, 1, 1]
    assert await store.access.link("token-bob") is None
    assert await store.feeds.feed("feed-bob") is None
    assert await store.access.web_session("web-bob") is None
    assert list(await store.access.links_of(P, carol))
    assert list(await store.feeds.of(P, carol))
