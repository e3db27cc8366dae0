"""FHIR R4: every resource that is handed out is valid, labelled, one client's alone, and in the ledger.

`fhir.resources` has R4B; for these resources R4B is R4 (DOMAIN 7.1).
"""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.operationoutcome import OperationOutcome

from telehealth.core.ids import SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint

from .clinic import ALICE, BOB, CAROL, DAN, MAIN, MINUTE, Answer, Clinic, Evening

pytestmark = pytest.mark.asyncio


async def _ended(clinic: Clinic, name: str = "session-before", minute: int = 0) -> None:
    starts = clinic.starts - (1000 - minute) * MINUTE
    session = replace(clinic.session(), id=SessionId(name), starts=starts, ends=starts + 180 * MINUTE)
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.leaves(CAROL, 60.5)
    await evening.seats(CAROL, minute=90)
    await evening.ends(180)


async def _key(clinic: Clinic, profile: str = "attendance", recipient: str = "ehr") -> str:
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile, recipient=recipient)
    await clinic.store.access.put_api_key(key)
    return text


async def _ask(clinic: Clinic, key: str, path: str, method: str = "GET", body: Any = None, **headers: str) -> Answer:
    return await clinic.browser().ask(method, path, body, Authorization=f"Bearer {key}", **headers)


def _lines(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.raw.splitlines()]


async def _manifest(clinic: Clinic, key: str, path: str) -> dict[str, Any]:
    async with asyncio.timeout(15):
        while (answer := await _ask(clinic, key, path)).status == 202:
            assert answer.headers["Retry-After"]
            assert "counted" in answer.headers["X-Progress"]
            await asyncio.sleep(0.05)
    assert answer.status == 200, answer.raw
    return dict(answer.json)


async def test_a_bundle_of_encounters_is_valid_and_labelled(clinic: Clinic) -> None:
    """One Encounter a client who came, with intervals, labels and the notice; whoever never came has none."""
    await _ended(clinic)
    live = Evening(clinic.store, clinic.session())
    await live.opens()
    await live.seats(BOB)
    answer = await _ask(clinic, await _key(clinic), "/fhir/Encounter")
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    bundle = answer.json
    Bundle.model_validate(bundle)
    matches = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"]
    assert [(e["subject"]["identifier"]["value"], e["status"]) for e in matches] == [
        (BOB, "finished"),
        (CAROL, "finished"),
        (BOB, "in-progress"),
    ]
    for resource in matches:
        Encounter.model_validate(resource)
        labels = {(label["system"].rsplit("/", 1)[1], label["code"]) for label in resource["meta"]["security"]}
        assert labels == {
            ("v3-Confidentiality", "R"),
            ("v3-ActCode", "42CFRPart2"),
            ("v3-ActCode", "SUD"),
            ("v3-ActCode", "ETH"),
            ("v3-ActCode", "NORDSCLCD"),
        }
        assert resource["class"]["code"] == "VR"
        assert "42 CFR part 2 prohibits" in resource["text"]["div"]
        assert resource["participant"][0]["individual"]["identifier"]["value"] == ALICE
    carol = matches[1]
    assert [step["status"] for step in carol["statusHistory"]] == ["in-progress", "onleave", "in-progress", "finished"]
    assert carol["length"] == {"value": 149, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"}
    assert all(entry["fullUrl"] for entry in bundle["entry"])  # HAPI's validator asks for it: `make check-fhir`
    told = bundle["entry"][-1]["resource"]
    OperationOutcome.model_validate(told)
    assert told["issue"][0]["diagnostics"].startswith("This record which has been disclosed to you")
    for word in ("Quillfeather", "Vantongeren", "Evening group", "session-before"):
        assert word not in answer.raw.decode()
    for resource in matches:
        assert sum(client in json.dumps(resource) for client in (BOB, CAROL, DAN)) == 1


async def test_single_reads_and_refusals(clinic: Clinic) -> None:
    """A resource is read by its id, with its version as ETag; what may not be read is not there."""
    await _ended(clinic)
    key = await _key(clinic)
    entries = (await _ask(clinic, key, f"/fhir/Encounter?patient={BOB}")).json["entry"]
    wanted = entries[0]["resource"]
    read = await _ask(clinic, key, f"/fhir/Encounter/{wanted['id']}")
    assert (read.json, read.headers["ETag"]) == (wanted, 'W/"1"')
    now = clinic.clock.now()
    await clinic.store.consents.revoke(MAIN, BOB, f"tpo-{BOB}", now, actor=ALICE)
    other = await _key(clinic, recipient="other")
    billing = await _key(clinic, "billing")
    for asked, path, status in (
        (key, f"/fhir/Encounter/{wanted['id']}", 404),
        (other, f"/fhir/Encounter/{wanted['id']}", 404),
        (key, "/fhir/Encounter/0", 404),
        (billing, "/fhir/Encounter", 403),
        ("thk_", "/fhir/Encounter", 401),
        (key, "/fhir/Encounter?colour=red", 400),
        (key, "/fhir/Encounter?_count=0", 400),
        (key, "/fhir/Encounter?date=ge2026-13-01", 400),
    ):
        refused = await _ask(clinic, asked, path)
        assert refused.status == status, path
        OperationOutcome.model_validate(refused.json)
    suppressed = (await _ask(clinic, key, "/fhir/Encounter")).json["entry"][-1]["resource"]["issue"]
    assert suppressed[1]["code"] == "suppressed"
    assert suppressed[1]["diagnostics"].startswith("1 clients")


async def test_a_search_is_paged_without_gap(clinic: Clinic) -> None:
    """`next` leads through all, each once; `date` narrows by the scheduled start."""
    for number in range(3):
        await _ended(clinic, f"session-{number}", number)
    key = await _key(clinic)
    path, seen = "/fhir/Encounter?_count=2", list[str]()
    while path:
        bundle = (await _ask(clinic, key, path)).json
        seen += [entry["resource"]["id"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        path = following[0].removeprefix("http://127.0.0.1:1") if following else ""
    assert len(seen) == len(set(seen)) == 6
    at = clinic.starts - 999 * MINUTE
    narrowed = (await _ask(clinic, key, f"/fhir/Encounter?date=ge{at}&date=lt{at + 1}")).json["entry"]
    assert len(narrowed) == 3


async def test_bulk_export(clinic: Clinic) -> None:
    """Kick-off, polling, manifest, file, the count of who was left out, `_since`, and deletion."""
    await _ended(clinic)
    key = await _key(clinic)
    assert (await _ask(clinic, key, "/fhir/$export")).status == 400
    begun = await _ask(clinic, key, "/fhir/$export", Prefer="respond-async")
    assert begun.status == 202
    job = begun.headers["Content-Location"].removeprefix("http://127.0.0.1:1")
    manifest = await _manifest(clinic, key, job)
    assert manifest["requiresAccessToken"] is True
    (output,) = manifest["output"]
    assert (output["type"], output["count"]) == ("Encounter", 2)
    assert await clinic.store.ledger.of(MAIN, BOB) == []  # counting discloses nothing
    answer = await _ask(clinic, key, output["url"].removeprefix("http://127.0.0.1:1"))
    assert answer.headers["Content-Type"] == "application/fhir+ndjson"
    for resource in _lines(answer):
        Encounter.model_validate(resource)
    assert len(_lines(answer)) == 2
    assert len(await clinic.store.ledger.of(MAIN, BOB)) == 1
    told = await _ask(clinic, key, manifest["error"][0]["url"].removeprefix("http://127.0.0.1:1"))
    OperationOutcome.model_validate(_lines(told)[0])
    assert (await _ask(clinic, await _key(clinic, recipient="other"), job)).status == 404

    await _ended(clinic, "session-later", 1)
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "_since", "valueInstant": manifest["transactionTime"]}],
    }
    later = await _ask(clinic, key, "/fhir/$export", "POST", parameters, Prefer="respond-async")
    following = await _manifest(clinic, key, later.headers["Content-Location"].removeprefix("http://127.0.0.1:1"))
    assert following["output"][0]["count"] in (2, 4)  # at least what is new; what was at the very same millisecond, too
    assert (await _ask(clinic, key, job, "DELETE")).status == 202
    assert (await _ask(clinic, key, job)).status == 404


async def test_a_revocation_counts_for_a_file_that_was_promised(clinic: Clinic) -> None:
    """The file is read when it is fetched: who has revoked since the manifest is not in it."""
    await _ended(clinic)
    key = await _key(clinic)
    begun = await _ask(clinic, key, "/fhir/Patient/$export", Prefer="respond-async")
    manifest = await _manifest(clinic, key, begun.headers["Content-Location"].removeprefix("http://127.0.0.1:1"))
    await clinic.store.consents.revoke(MAIN, BOB, f"tpo-{BOB}", clinic.clock.now(), actor=ALICE)
    answer = await _ask(clinic, key, manifest["output"][0]["url"].removeprefix("http://127.0.0.1:1"))
    assert [resource["subject"]["identifier"]["value"] for resource in _lines(answer)] == [CAROL]


async def test_the_capability_statement_is_valid(clinic: Clinic) -> None:
    """Anybody may read what the server can do."""
    answer = await clinic.browser().get("/fhir/metadata")
    CapabilityStatement.model_validate(answer.json)
    assert answer.json["fhirVersion"] == "4.0.1"
