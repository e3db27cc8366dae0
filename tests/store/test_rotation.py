"""Changing the key while servers run: everything opens under the new one alone, whatever happens meanwhile."""

import ast
import asyncio
import base64
import os
import signal
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from redis.asyncio import Redis

from telehealth.core import records as rec
from telehealth.core.agreements import How, Offer, Signature
from telehealth.core.agreements import Kind as Agreed
from telehealth.core.break_glass import Glass, Opening, Review
from telehealth.core.closed_days import ClosedDays, OwnDay
from telehealth.core.corrections import Attestation, Correction
from telehealth.core.counselling import CounsellingNote
from telehealth.core.coverage import Care
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.emergencies import Emergency
from telehealth.core.episodes import Episode
from telehealth.core.goals import Goal
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.materials import Material, PageSize
from telehealth.core.outreach import How as Tried
from telehealth.core.outreach import Outcome, Outreach
from telehealth.core.papers import Kind, Paper
from telehealth.core.phrases import Phrase
from telehealth.core.plans import Draft, Kept, Line, Signed, Version
from telehealth.core.retention import Hold
from telehealth.core.tracks import Track
from telehealth.store import keys
from telehealth.store.agreement_ports import Passkey
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.ports import Heard
from telehealth.store.redis_store import Store
from telehealth.store.rotation import Census, Progress
from telehealth.store.sealed import BadKey, Keyring
from telehealth.store.sealed_places import FAMILIES, SEALED_OUTSIDE
from telehealth.store.tool_ports import ToBeKept, ToolState
from tests.support.redis import KEY, connected
from tests.support.wait import until

from .records import BOB, EIGHT, HOUR, P, S, check_in, group, login, note, noted, opened, person, session

pytestmark = pytest.mark.asyncio

NEW = base64.b64encode(b"n" * 32).decode()
ROOT = Path(__file__).parents[2]
STORE = ROOT / "telehealth" / "store"
ALICE = PersonId("person-alice")
COUNSEL = CounsellingNote(S, ALICE, BOB, 0, "counsel 0", EIGHT)
OPENING = Opening("glass1", P, BOB, ALICE, "found unconscious", EIGHT, EIGHT + HOUR)
REVIEW = Review(BOB, EIGHT + 1, "rightly", True)
PAPER = Paper("paper1", Kind.LETTER, P, EIGHT, "UTC", "office", (), name="Bob", client=BOB)
SIGNATURE = Signature("sig1", BOB, Agreed.GROUP, 1, "en", "0" * 64, "Bob", EIGHT, BOB, How.BROWSER, ())
OFFER = Offer("offer1", BOB, Agreed.COURT, "court", "Court", (Purpose.COURT,), (), None, "end", EIGHT, ALICE)
OUTREACH = Outreach("out1", BOB, EIGHT, ALICE, Tried.CALL, Outcome.REACHED, EIGHT, "called Bob")
MATERIAL = Material("mat1", "Urge surfing", "Coping", "en", (PageSize(16, 9),), 300_000, 5, EIGHT, ALICE)
PDF = bytes(range(250)) * 1_200
EMERGENCY = Emergency("emergency1", BOB, S, "Paramedic", "County", ALICE, EIGHT, "Bob fell", EIGHT, ALICE)
CORRECTION = Correction(S, BOB, 50, "phoned in", ALICE, EIGHT)


def nothing(progress: Progress) -> None:
    """Nobody looks."""


async def fill(store: Store) -> None:
    """One of everything that is sealed."""
    await store.people.put(P, person())
    await store.people.put_login(login())
    await store.series.put(group(), [], if_revision=0, actor=ALICE, at=EIGHT)
    await store.series.put_closed_days(P, ClosedDays((OwnDay(date(2026, 12, 24), "x"),)), actor=ALICE, at=EIGHT)
    stay = Episode("epi1", BOB, "day", date(2026, 1, 1), None, "", ALICE, EIGHT, ALICE)
    await store.episodes.put(P, [stay], what="admitted", actor=ALICE, at=EIGHT)
    await store.tracks.put(P, Track("night", "Night"), actor=ALICE, at=EIGHT)
    await store.sessions.put(session())
    await store.sessions.put_check_in(P, check_in())
    for number in range(3):
        await store.notes.write(P, [note(f"note {number}", revision=number + 1)], noted())
        await store.counselling.save(P, replace(COUNSEL, text=f"counsel {number}"), if_revision=number)
    await store.phrases.put(P, Phrase("phrase-1", ALICE, None, "label", "a phrase", EIGHT))
    await store.break_glass.open(OPENING)
    await store.break_glass.review(Glass(OPENING), REVIEW)
    await store.materials.add(P, MATERIAL, PDF, [b"\x01\xff page"], ["A craving rises"])
    await store.goals.add(P, Goal("goal1", BOB, "call a friend", date(2026, 1, 1), ALICE, EIGHT))
    assert await store.plans.save(P, BOB, Draft((Line("a", "signs", "bad sleep"),), ("op",)), 0, EIGHT, actor=BOB)
    version = Version(1, EIGHT, ALICE, "form/1", (Line("a", "signs", "bad sleep"),))
    assert await store.plans.keep(P, BOB, Kept(version, Signed(1, EIGHT, BOB, "Bob", "d" * 64)), actor=BOB)
    assert await store.plans.keep(P, BOB, Kept(None, Signed(1, EIGHT, ALICE, "Alice", "d" * 64)), actor=ALICE)
    await store.consents.put(
        Consent(
            id="consent1",
            programme=P,
            client=BOB,
            kind=ConsentKind.TPO,
            discloser="the programme",
            description="attendance",
            recipient="",
            purposes=(Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS),
            expires=None,
            expires_event="end of treatment",
            signed_by="Bob",
            signed=EIGHT,
            revocation_told=True,
        ),
        actor="system",
    )
    await store.emergencies.put(P, EMERGENCY, session())
    await store.coverages.put(
        P, Care("care1", BOB, date(2026, 1, 1), None, "asam-2-1-adult/1", EIGHT, ALICE), actor="system"
    )
    await store.webhooks.put(rec.Webhook("hook1", P, "https://example.org/", "whsec_x", ("note.signed",), "ehr", EIGHT))
    await store.corrections.say(P, CORRECTION, Heard())
    heard = (await store.corrections.of(P, [S]))[S]
    await store.corrections.say(P, Attestation(S, ALICE, EIGHT, "d" * 64), heard)
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    await store.logs.pass_on(P, S, {"text": "hello"}, op="chat-1")
    kept = [ToBeKept(BOB, "check_in", b'{"words":"canary"}')]
    await store.tools.write(P, S, ToolState("cards", 1, b"{}"), EIGHT, kept, op="tool-1", lasting=b"{}")
    await store.papers.put("code1", PAPER)
    await store.engagement.put(P, OUTREACH, actor=ALICE)
    await store.holds.add(Hold("hold1", P, None, "a claim", "system", EIGHT))
    await store.agreements.sign(P, SIGNATURE, None, actor=BOB)
    await store.agreements.offer(P, OFFER)
    await store.own_doors.set_pin(P, BOB, "$argon2id$canary", EIGHT, first=True, actor=BOB)
    await store.own_doors.add_passkey(P, BOB, Passkey("key1", "data", "phone", EIGHT))


async def read(store: Store) -> dict[str, object]:
    """The same, read back."""
    pseudonym = await store.pseudonyms.of(P, "acme")
    signed = await store.papers.of("code1")
    return {
        "person": await store.people.get(P, [BOB]),
        "changes": await store.people.history(P, BOB),
        "found": (await store.people.search(P, "canaryb"), await store.people.search(P, "nobody")),
        "logins": await store.people.logins(P, [login().person]),
        "episodes": await store.episodes.history(P, BOB),
        "tracks": await store.tracks.all(P),
        "login": await store.people.login("canary.COUNSELLOR"),
        "session": await store.sessions.get(P, S),
        "group": await store.series.all(P),
        "closed days": await store.series.closed_days(P),
        "check-in": await store.sessions.check_ins(P, S),
        "note": await store.notes.revisions(P, S, BOB),
        "counselling": await store.counselling.revisions(P, S, ALICE, BOB),
        "counsel": await store.counselling.of_session(P, S, ALICE),
        "engagement": await store.engagement.of(P, [BOB], texts=True),
        "holds": await store.holds.all(P),
        "current": await store.notes.get(P, S, BOB),
        "phrases": await store.phrases.of(P, ALICE),
        "glass": await store.break_glass.all(P),
        "materials": (await store.materials.all(P), await store.materials.texts(P, "mat1")),
        "pages": (await store.materials.page(P, "mat1", 0), await store.materials.pdf(P, MATERIAL)),
        "goals": await store.goals.of(P, [BOB]),
        "plan": await store.plans.of(P, BOB),
        "consents": (await store.consents.of(P, [BOB]))[1],
        "emergencies": await store.emergencies.of(P, BOB),
        "care": await store.coverages.of(P, [BOB]),
        "hooks": await store.webhooks.all(),
        "said": [(h.said, h.attestation, h.count, h.whole) for h in (await store.corrections.of(P, [S])).values()],
        "ring": await store.logs.recent(P, S),
        "tools": (await store.tools.read(P, S), await store.tools.made(P, S), await store.tools.kept(P, [BOB])),
        "news": (await store.logs.follow(P, S, 1, "", 0))[2],
        "paper": signed.paper if signed else None,
        "pseudonym": pseudonym(S),
        "signed": (await store.agreements.standing(P, [BOB]))[1],
        "offered": await store.agreements.offers(P, BOB),
        "door": await store.own_doors.get(P, BOB),
    }


async def test_everything_opens_under_the_new_key_alone(store: Store, raw: Redis, shared: str) -> None:
    """One of each family, with its revisions, chains, signatures and blind index; the proof counts none left; the old
    key alone opens the store no more, and the new one alone opens all of it."""
    await fill(store)
    before = await read(store)
    families = {name for name in (f.name for f in FAMILIES) if name not in await _absent(raw)}
    assert families == {family.name for family in FAMILIES}, "fill one of each family"
    async with connected(shared, f"{NEW} {KEY}") as rotating:
        assert await read(rotating) == before
        assert not (await rotating.rotation.count()).done
        census = await rotating.rotation.run(nothing)
        assert census.done, (census, rotating.rotation.left)
        assert rotating.rotation.left == []
        assert await raw.exists(keys.ROTATION) == 0
        buckets = {name.split(b":")[2] for name in await raw.keys("*:names:*")}
        assert buckets == {b"built", Keyring.from_text(NEW).primary.hex().encode()}, "no index of the old key is left"
    async with connected(shared, NEW) as alone:
        assert await read(alone) == before
        assert (await alone.rotation.count()).current == census.current
        heard = (await alone.corrections.of(P, [S]))[S]
        assert await alone.corrections.say(P, replace(CORRECTION, minutes=51), heard)
        assert (await alone.corrections.of(P, [S]))[S].whole
    with pytest.raises(BadKey):
        async with connected(shared, KEY):
            pass
    actions = [entry[b"action"] for _, entry in await raw.xrange(keys.audit(P))]
    assert b"corrections.relinked" in actions


async def _absent(raw: Redis) -> set[str]:
    names = [name.decode() for name in await raw.keys("*")]
    return {f.name for f in FAMILIES if not any(f.pattern.fullmatch(name) for name in names)}


async def test_what_does_not_open_or_is_not_listed_is_said(store: Store, raw: Redis, shared: str) -> None:
    """A value of another place, one under a key that nobody gave, a broken chain and a place that the list does not
    know: each is left as it is and named, and the store is not said to be done."""
    await fill(store)
    moved = await raw.hget(keys.person(P, BOB), "alias")
    await raw.hset(keys.person(P, BOB), "legal_name", moved)
    said = await raw.xrange(keys.said(P, S))
    await raw.delete(keys.said(P, S))
    for place, fields in said:
        await raw.xadd(keys.said(P, S), {**fields, b"v": b"9"}, id=place)
    stranger = Keyring(b"s" * 32).seal(P, "x", "x", "x", 0, "x")
    await raw.set("elsewhere", stranger)
    await raw.hset(keys.check_ins(P, SessionId("other")), "person-x", stranger)
    async with connected(shared, f"{NEW} {KEY}") as rotating:
        census = await rotating.rotation.run(nothing)
        assert not census.done
        assert census.unlisted == ["elsewhere"]
        assert (census.unknown, sum(census.older.values())) == (1, 3)
        assert set(rotating.rotation.left) == {"person: a value does not open", "said: its chain does not hold"}
    assert await raw.hget(keys.person(P, BOB), "legal_name") == moved
    async with connected(shared, f"{KEY}") as old:  # the check is the last to go
        assert await old.people.login("canary.counsellor") is None


async def test_writers_are_never_overwritten(store: Store, shared: str) -> None:
    """People are renamed, notes go on and corrections are made while the key is changed, by a server with the new key
    in front: every last write is there, no revision is lost, and every chain holds."""
    await fill(store)
    for number in range(60):
        await store.people.put(P, replace(person(), id=PersonId(f"p{number}")))
    ended = asyncio.Event()
    last: dict[str, int] = {}

    async def write(server: Store) -> None:
        turn = 0
        revision = 3
        while not ended.is_set() or turn < 3:
            turn += 1
            who = PersonId(f"p{turn % 60}")
            await server.people.put(P, replace(person(), id=who, legal_name=f"Renamed {turn}"))
            last[who] = turn
            revision += 1
            assert await server.notes.write(P, [note(f"turn {turn}", revision=revision)], noted())
            heard = (await server.corrections.of(P, [S]))[S]
            await server.corrections.say(P, replace(CORRECTION, minutes=turn % 60), heard)

    async with connected(shared, f"{NEW} {KEY}") as server, connected(shared, f"{NEW} {KEY}") as rotating:
        writing = asyncio.create_task(write(server))
        census = await rotating.rotation.run(nothing, batch=10)
        ended.set()
        await writing
        census = await rotating.rotation.run(nothing)
        assert census.done, (census, rotating.rotation.left)
    async with connected(shared, NEW) as alone:
        people = await alone.people.get(P, [PersonId(who) for who in last])
        assert {who: int(one.legal_name.split()[1]) for who, one in people.items()} == last
        revisions = await alone.notes.revisions(P, S, BOB)
        assert [one.revision for one in revisions] == list(range(1, len(revisions) + 1))
        assert (await alone.corrections.of(P, [S]))[S].whole


async def test_a_killed_rotation_goes_on(redis: EmbeddedRedis) -> None:
    """kill -9 in the middle, twice: the next one goes on from there, and all of it is read in the end."""
    people = [replace(person(), id=PersonId(f"p{number}")) for number in range(300)]
    async with connected(redis.url) as store:
        await fill(store)
        await asyncio.gather(*(store.people.put(P, one) for one in people))
        before = await read(store)
    seen: list[int] = []
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.store.rotator",
            redis.url,
            f"{NEW} {KEY}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(30):
                for _ in range(4):
                    process.stdin.write(b"go on\n")
                    line = await process.stdout.readline()
                    seen.append(int(line))
        finally:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()
    assert seen[4] > seen[0], "the second did not begin anew"
    async with connected(redis.url, f"{NEW} {KEY}") as rotating:
        shares: list[Progress] = []
        assert not (await rotating.rotation.count()).done
        census = await rotating.rotation.run(shares.append)
        assert census.done, (census, rotating.rotation.left)
        assert shares[-1].share == 1.0
    async with connected(redis.url, NEW) as alone:
        assert await read(alone) == before
        assert await alone.people.get(P, [one.id for one in people]) == {one.id: one for one in people}
        assert len(await alone.people.search(P, "robert canarybird")) == 301


async def test_every_file_that_seals_is_in_the_list() -> None:
    """Whoever seals one more kind of field finds this test: the kinds that a file of the store names when it seals are
    those that the list has for it, and the files are the same."""
    listed = Counter({family.sealed_in for family in FAMILIES})
    sealing: dict[str, list[ast.Call]] = {}
    for path in sorted(STORE.glob("*.py")):
        calls = [
            call
            for call in ast.walk(ast.parse(path.read_text()))
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("seal", "seal_bytes")
        ]
        if calls and path.stem not in ("rotation", "sealed", "erasure", "bulk"):
            sealing[path.stem] = calls
    assert set(sealing) - SEALED_OUTSIDE == set(listed)
    text = (STORE / "sealed_places.py").read_text()
    for name, calls in sealing.items():
        for call in calls:
            named = [arg.value for arg in call.args[1:2] if isinstance(arg, ast.Constant)]
            if name not in SEALED_OUTSIDE and not any(isinstance(arg, ast.Starred) for arg in call.args):
                for kind in named:
                    assert f'"{kind}"' in text, f"{name}.py seals a {kind!r} that the list does not know"


async def test_an_unsettled_store_has_nothing_to_do(store: Store) -> None:
    """With one key everything is under it already, and a rotation only says so."""
    await fill(store)
    census = await store.rotation.run(nothing)
    assert census.done
    assert isinstance(census, Census)

    async def done() -> bool:
        return (await store.rotation.count()).done

    await until(done, "the count says the same")
