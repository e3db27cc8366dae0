"""FHIR of signed notes: valid resources, labelled, one client's alone, related as addendum and correction are."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.composition import Composition
from fhir.resources.R4B.documentreference import DocumentReference

from telehealth.core.disclosure import Purpose
from telehealth.core.ids import SessionId

from .clinic import ALICE, BOB, CAROL, MAIN, Clinic, running
from .signed import ADDED, CORRECTED, NAME, OF_OTHERS, SHARED, TEXTS, ask, audited_by, evening, key, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
MODELS = {"DocumentReference": DocumentReference, "Composition": Composition}
LABELS = ["R", "42CFRPart2", "SUD", "ETH", "NORDSCLCD"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    folder: Path = tmp_path_factory.mktemp("fhir-notes")
    async with running(folder) as clinic:
        await evening(clinic)
        await evening(clinic, SessionId("session-signed-2"), 800, lapse=False)
        await opened(clinic, BOB)
        yield clinic


def _found(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    Bundle.model_validate(bundle)
    return [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"]


@pytest.mark.parametrize("kind", MODELS)
async def test_a_note_is_a_valid_labelled_document(clinic: Clinic, kind: str) -> None:
    """The note, its addendum and its correction; with type, author, attester, encounter and labels, and no other
    client's name, id or text; each can be read by its id."""
    some = await key(clinic)
    answer = await ask(clinic, some, f"/fhir/{kind}?patient={BOB}&period=ge2020-01-01")
    found = _found(answer.json)
    assert len(found) == 4  # one of the other evening
    for resource in found:
        MODELS[kind].model_validate(resource)
        assert [label["code"] for label in resource["meta"]["security"]] == LABELS
        assert resource["type"]["coding"][0] | {"display": ""} == {
            "system": "http://loinc.org",
            "code": "11506-3",
            "display": "",
        }
        assert resource["subject"]["identifier"]["value"] == BOB
        assert resource["author"][0]["identifier"]["value"] == ALICE
        assert "42 CFR part 2 prohibits" in resource["text"]["div"]
        assert (await ask(clinic, some, f"/fhir/{kind}/{resource['id']}")).json == resource
    _, note, addendum, correction = found
    for word in (*OF_OTHERS, NAME, "Evening group"):
        assert word not in answer.raw.decode(), word
    assert [one["code"] for one in (*addendum["relatesTo"], *correction["relatesTo"])] == ["appends", "replaces"]
    assert addendum["id"].startswith("i1-")
    assert correction["id"].startswith("i2-")
    assert note["id"] in json.dumps(addendum["relatesTo"])
    assert note["id"] in json.dumps(correction["relatesTo"])


async def test_a_document_reference_carries_the_text(clinic: Clinic) -> None:
    """Plain text inside, the Composition by its address; the original is superseded and stays readable."""
    some = await key(clinic)
    _, note, addendum, correction = _found((await ask(clinic, some, "/fhir/DocumentReference")).json)
    assert [one["status"] for one in (note, addendum, correction)] == ["superseded", "current", "current"]
    assert [one["docStatus"] for one in (note, addendum, correction)] == ["amended", "final", "final"]
    texts = [base64.b64decode(one["content"][0]["attachment"]["data"]).decode() for one in (note, addendum, correction)]
    assert SHARED in texts[0]
    assert TEXTS[BOB] in texts[0]
    assert "Minutes: 179" in texts[0]
    assert ADDED in texts[1]
    assert SHARED not in texts[1]
    assert SHARED in texts[2]
    assert CORRECTED in texts[2]
    assert TEXTS[BOB] not in texts[2]
    assert "Reason: it was twice" in texts[2]
    where = note["content"][1]["attachment"]["url"].removeprefix("http://127.0.0.1:1")
    assert (await ask(clinic, some, where)).json["resourceType"] == "Composition"
    assert note["context"]["encounter"][0]["reference"] == f"Encounter/{note['id']}"
    assert (await ask(clinic, some, f"/fhir/Encounter/{note['id']}")).status == 200


async def test_a_composition_says_who_signed(clinic: Clinic) -> None:
    """The attester with time; sections for facts, the group, the client and the signatures, with their SHA-256; text
    that looks like markup is text."""
    _, note, _, correction = _found((await ask(clinic, await key(clinic), "/fhir/Composition")).json)
    assert (note["status"], correction["status"]) == ("amended", "final")
    assert [(one["mode"], one["party"]["identifier"]["value"]) for one in note["attester"]] == [("professional", ALICE)]
    assert [section["title"] for section in note["section"]] == [
        "Session and attendance",
        "Shared with the group",
        "About this client",
        "Signatures",
    ]
    assert "&lt;b&gt;said &amp; done&lt;/b&gt;" in note["section"][1]["text"]["div"]
    assert "SHA-256" in note["section"][3]["text"]["div"]


async def test_searches(clinic: Clinic) -> None:
    """By session, encounter and client, a page at a time; Carol has agreed to attendance only: counted, not shown."""
    some = await key(clinic)
    everything = (await ask(clinic, some, "/fhir/Composition")).json
    assert everything["entry"][-1]["resource"]["issue"][1]["code"] == "suppressed"
    name = _found(everything)[1]["id"]
    session = name.partition("-")[0]
    for asked, count in (
        (f"encounter=Encounter/{name}", 3),
        (f"encounter:identifier=urn:telehealth:session|{session}", 3),
        ("encounter=Encounter/nothing", 0),
        (f"patient={CAROL}", 0),
        ("period=lt2020-01-01", 0),
    ):
        assert len(_found((await ask(clinic, some, f"/fhir/Composition?{asked}")).json)) == count, asked
    path, seen = "/fhir/DocumentReference?_count=1", list[str]()
    while path:
        bundle = (await ask(clinic, some, path)).json
        seen += [resource["id"] for resource in _found(bundle)]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        path = following[0].removeprefix("http://127.0.0.1:1") if following else ""
    assert len(seen) == len(set(seen)) == 4


async def test_what_may_not_be_read_is_not_there(clinic: Clinic) -> None:
    """Without the profile, without a basis, and what was never written; nothing of it is in the ledger."""
    some, attendance = await key(clinic), await key(clinic, "attendance", aim=Purpose.PAYMENT)
    name = _found((await ask(clinic, some, "/fhir/Composition")).json)[1]["id"]
    of_carol = f"{name.partition('-')[0]}-{CAROL}"
    told = len(await clinic.store.ledger.of(MAIN, BOB))
    for asked, path, status in (
        (attendance, f"/fhir/Composition/{name}", 403),
        (some, f"/fhir/Composition/{of_carol}", 404),
        (some, f"/fhir/Composition/i7-{name}", 404),
        (some, "/fhir/Composition/0", 404),
        (some, "/fhir/Composition?identifier=x", 400),
        (some, "/fhir/DocumentReference?period=never", 400),
        (attendance, "/fhir/$export?_type=Composition", 400),
    ):
        answer = await ask(clinic, asked, path, Prefer="respond-async")
        assert answer.status == status, (path, answer.raw)
    assert len(await clinic.store.ledger.of(MAIN, BOB)) == told
    assert await clinic.store.ledger.of(MAIN, CAROL) == []


async def test_bulk_export_has_the_notes(clinic: Clinic) -> None:
    """Encounters, references and compositions, each counted; `_type` chooses; `_since` has what was signed since."""
    await audited_by(clinic, "state-audit")
    some = await key(clinic, recipient="state-audit", aim=Purpose.AUDIT)
    begun = await ask(clinic, some, "/fhir/$export", Prefer="respond-async")
    manifest = await _manifest(clinic, some, begun.headers["Content-Location"])
    assert {one["type"]: one["count"] for one in manifest["output"]} == {
        "Encounter": 4,
        "DocumentReference": 6,
        "Composition": 6,
    }
    for output in manifest["output"][1:]:
        lines = (await ask(clinic, some, output["url"].removeprefix("http://127.0.0.1:1"))).raw.splitlines()
        assert len(lines) == 6
        for line in lines:
            MODELS[output["type"]].model_validate(json.loads(line))
    asked = f"/fhir/$export?_type=Composition&_since={manifest['transactionTime']}"
    later = await ask(clinic, some, asked, Prefer="respond-async")
    since = await _manifest(clinic, some, later.headers["Content-Location"])
    assert {one["type"] for one in since["output"]} <= {"Composition"}


async def _manifest(clinic: Clinic, some: str, where: str) -> dict[str, Any]:
    async with asyncio.timeout(15):
        while (answer := await ask(clinic, some, where.removeprefix("http://127.0.0.1:1"))).status == 202:
            assert answer.headers["Retry-After"]
            await asyncio.sleep(0.05)
    assert answer.status == 200, answer.raw
    return dict(answer.json)
