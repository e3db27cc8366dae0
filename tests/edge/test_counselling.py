"""Counselling notes and quick phrases over HTTP: their author's and nobody else's, in no export, without times."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from telehealth.core.disclosure import ConsentKind, Ground, GroundKind, Matter, Purpose
from telehealth.edge.api_keys import READ_ATTENDANCE, READ_NOTES, mint
from telehealth.edge.profiles import PROFILES

from .clinic import ALICE, BEN, BOB, CAROL, GROUP, MAIN, Answer, Browser, Clinic, Evening, consent, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTES = f"/api/staff/sessions/{GROUP}/counselling"
SECRET = "canary-note: the dream about the lake"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One clinic for all of them: Alice and Ben lead a group that has ended."""
    async with running(tmp_path_factory.mktemp("counselling")) as clinic:
        await clinic.store.sessions.put(replace(clinic.session(), cofacilitators=(BEN,)))
        evening = Evening(clinic.store, clinic.session())
        await evening.opens()
        await evening.seats(BOB, CAROL)
        await evening.ends()
        yield clinic


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(clinic: Clinic) -> tuple[Browser, Browser]:
    """Alice's browser and Ben's, signed in once: sign-ins are counted."""
    return await clinic.staff(ALICE), await clinic.staff(BEN)


async def _put(browser: Browser, about: str, text: str, tag: str) -> Answer:
    return await browser.ask("PUT", f"{NOTES}/{about}", {"text": text}, If_Match=tag)


async def test_a_note_is_its_author_s(clinic: Clinic, pair: tuple[Browser, Browser]) -> None:
    """Saved as progress notes are; the other facilitator has a note of their own there, and never sees this one, nor
    does it show among the progress notes."""
    alice, ben = pair
    saved = await _put(alice, BOB, SECRET, '"0"')
    assert (saved.status, saved.headers["ETag"]) == (200, '"1"')
    assert (await alice.get(f"{NOTES}/{BOB}")).json["text"] == SECRET
    stale = await _put(alice, BOB, "lost", '"0"')
    assert (stale.status, stale.code, stale.json["current"]["text"]) == (412, "stale", SECRET)
    assert (await ben.get(NOTES)).json == {"notes": []}
    assert (await ben.get(f"{NOTES}/{BOB}")).json["revision"] == 0
    assert (await _put(ben, BOB, "mine", '"0"')).json["author"] == BEN
    assert [note["text"] for note in (await alice.get(NOTES)).json["notes"]] == [SECRET]
    assert SECRET not in (await alice.get(f"/api/staff/sessions/{GROUP}/notes")).raw.decode()
    assert (await alice.ask("PUT", f"{NOTES}/{BOB}", {"text": "x"})).status == 428
    assert (await _put(alice, "id-nobody", "x", '"0"')).code == "no_such_thing"
    audited = await clinic.audited()
    assert (ALICE, "counselling.saved", f"{GROUP}/{BOB}") in audited
    assert (ALICE, "counselling.read", GROUP) in audited


async def test_times_are_refused(clinic: Clinic, pair: tuple[Browser, Browser]) -> None:
    """Start and stop times cannot be put there: nothing is saved, and the page is told where they stand."""
    alice, _ = pair
    answer = await _put(alice, CAROL, "began at 18:05, quiet", '"0"')
    assert (answer.status, answer.code, answer.json["why"], answer.json["places"]) == (
        409,
        "not_allowed",
        "times",
        [[9, 14]],
    )
    assert "18:05" not in answer.raw.decode()
    assert (await alice.get(f"{NOTES}/{CAROL}")).json["revision"] == 0


async def test_signed_is_signed(clinic: Clinic, pair: tuple[Browser, Browser]) -> None:
    """Signing signs the author's own; a signed note stays as it is; whoever has none has nothing to sign."""
    alice, _ = pair
    await _put(alice, "group", "canary-note: rivalry", '"0"')
    signed = (await alice.ask("POST", f"{NOTES}/sign", {})).json["notes"]
    assert {note["about"]: note["state"] for note in signed} == {BOB: "signed", None: "signed"}
    assert all(len(note["digest"]) == 64 for note in signed)
    assert (await _put(alice, BOB, "more", '"2"')).code == "already_signed"
    assert (await alice.ask("POST", f"{NOTES}/sign", {})).code == "already_signed"
    assert [note.signed is None for note in await clinic.store.counselling.of_session(MAIN, GROUP, BEN)] == [True]


async def test_no_export_has_one(clinic: Clinic, pair: tuple[Browser, Browser]) -> None:
    """Every profile in every form, under a basis for all of them; FHIR read and search; the papers and the feed: the
    text is in none of them, nor is anything that says that there is a note."""
    alice, _ = pair
    await _put(alice, CAROL, SECRET, '"0"')
    now, day = clinic.clock.now(), f"from={clinic.starts - 10**9}&to={clinic.starts + 10**9}"
    asked: list[tuple[Browser, str, str]] = []
    for profile in PROFILES:
        purpose = sorted(PROFILES[profile].purposes)[0]
        ground = Ground(f"g-{profile}", MAIN, GroundKind.AUDIT, "acme", (purpose,), "file 1", now - 1, None)
        await clinic.store.consents.put_ground(replace(ground, covers=tuple(Matter)), actor="system")
        text, key = mint(
            MAIN, (READ_ATTENDANCE, READ_NOTES), "x", 1, profile=profile, recipient="acme", purpose=purpose
        )
        await clinic.store.access.put_api_key(key)
        bearer = f"Bearer {text}"
        asked += [
            (clinic.browser(), f"/api/v1/attendance?{day}&format={form}", bearer) for form in ("csv", "json", "ndjson")
        ]
        asked += [(clinic.browser(), "/api/v1/attendance?changed_since=0-0", bearer)]
        asked += [
            (clinic.browser(), f"/fhir/{kind}", bearer) for kind in ("Encounter", "DocumentReference", "Composition")
        ]
        asked += [(clinic.browser(), f"/api/v1/notes?{day}", bearer)]
    rows = 0
    for browser, path, bearer in asked:
        answer = await browser.get(path, Authorization=bearer)
        assert answer.status in (200, 403), (path, answer.raw)
        rows += answer.raw.count(b"group_therapy")
        for word in ("canary-note", "lake", "counselling", "counseling"):
            assert word not in answer.raw.decode("utf-8", "replace"), path
    assert rows > 0
    for path in (f"/api/v1/corrections?session={GROUP}", f"/api/v1/clients/{CAROL}/disclosures", "/api/staff/hours"):
        answer = await alice.get(path)
        assert answer.status == 200
        assert b"canary-note" not in answer.raw
        assert b"counselling" not in answer.raw


async def test_handing_one_out_takes_its_own_consent(clinic: Clinic, pair: tuple[Browser, Browser]) -> None:
    """The client's consent to everything else does not open it; their own consent to that does, to whom it names, with
    a row in the ledger; a draft, the group's and another author's stay where they are."""
    alice, ben = pair
    to = {"recipient": "acme", "purpose": "treatment"}
    path = f"{NOTES}/{BOB}/disclose"
    refused = await alice.ask("POST", path, to)
    assert (refused.status, refused.code, refused.json["why"]) == (403, "not_allowed", "no_basis")
    own = replace(
        consent(BOB, clinic.starts),
        id="own",
        kind=ConsentKind.COUNSELLING,
        recipient="acme",
        purposes=(Purpose.TREATMENT,),
    )
    await clinic.store.consents.put(own, actor="system")
    given = await alice.ask("POST", path, to)
    assert (given.status, given.json["note"]["text"]) == (201, SECRET)
    assert "42 CFR 2.31(b)" in given.json["scope"]
    assert given.json["notice"]
    (row,) = [one for one in await clinic.store.ledger.of(MAIN, BOB) if one.disclosure.profile == "counselling_note"]
    assert (row.basis, row.disclosure.recipient) == ("consent_counselling_notes:own", "acme")
    assert (await alice.ask("POST", path, {**to, "purpose": "legal"})).json["why"] == "legal_needs_an_order"
    assert (await alice.ask("POST", f"{NOTES}/group/disclose", to)).status == 409
    assert (await ben.ask("POST", path, to)).status == 409


async def test_quick_phrases(clinic: Clinic, pair: tuple[Browser, Browser]) -> None:
    """Kept, offered for a client or for anybody, replaced and dropped; another author's are not there."""
    alice, ben = pair
    there = "/api/staff/phrases"
    both = {"label": "Opening", "text": "canary-note: arrived on time"}
    assert (await alice.ask("PUT", f"{there}/phrase-01", both)).status == 200
    assert (await alice.ask("PUT", f"{there}/phrase-02", {**both, "label": "Bob", "client": BOB})).status == 200
    assert (await alice.ask("PUT", f"{there}/phrase-03", {**both, "client": "id-nobody"})).code == "no_such_thing"
    assert (await alice.ask("PUT", f"{there}/x", both)).code == "no_such_thing"
    shown = (await alice.get(f"{there}?client={BOB}")).json
    assert [one["label"] for one in shown["phrases"]] == ["Bob", "Opening"]
    assert [one["label"] for one in (await alice.get(f"{there}?client={CAROL}")).json["phrases"]] == ["Opening"]
    assert (await ben.get(there)).json == {"phrases": [], "most": 200}
    assert (await ben.ask("DELETE", f"{there}/phrase-01")).status == 404
    assert (await alice.ask("DELETE", f"{there}/phrase-01")).status == 204
    assert [one["id"] for one in (await alice.get(there)).json["phrases"]] == ["phrase-02"]
    assert (ALICE, "phrase.dropped", "phrase-01") in await clinic.audited()
    assert "canary" not in json.dumps(await clinic.audited())
