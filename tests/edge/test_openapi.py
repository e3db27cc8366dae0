"""The API's description is true: it is well-formed OpenAPI 3.1, and what the server answers fits it."""

import json
import random
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest

from telehealth.core.attendance import Status
from telehealth.core.disclosure import Ground, GroundKind
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.attendance import ATTENDANCE
from telehealth.edge.profiles import PROFILES
from telehealth.edge.web import ROUTES

from .clinic import BOB, CAROL, MAIN, MINUTE, Clinic, Evening

pytestmark = pytest.mark.asyncio
PARAMETERS = ATTENDANCE.parameters


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        found = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return found + [ref for value in node.values() for ref in _references(value)]
    return [ref for value in node for ref in _references(value)] if isinstance(node, list) else []


def _schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


async def test_the_document_is_well_formed(clinic: Clinic) -> None:
    """Anybody may read it; every reference leads somewhere, and every schema is JSON Schema 2020-12."""
    answer = await clinic.browser().get("/api/v1/openapi.json")
    document = answer.json
    assert answer.status == 200
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    assert document["servers"] == [{"url": "http://127.0.0.1:1"}]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description") or "enum" in schema
    for reference in _references(document):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    for operation in document["paths"]["/api/v1/attendance"].values():
        assert operation["responses"]["200"]["content"]
        for parameter in operation["parameters"]:
            assert set(parameter) == {"name", "in", "required", "description", "schema"}
            jsonschema.Draft202012Validator.check_schema(parameter["schema"])
    (name,) = document["security"][0]
    assert document["components"]["securitySchemes"][name]["scheme"] == "bearer"


async def test_every_parameter_and_column_is_described(clinic: Clinic) -> None:
    """What the server takes is what the document says, and each column has a sentence."""
    document = (await clinic.browser().get("/api/v1/openapi.json")).json
    operation = document["paths"]["/api/v1/attendance"]["get"]
    assert tuple(p["name"] for p in operation["parameters"]) == PARAMETERS
    status = next(p for p in operation["parameters"] if p["name"] == "status")
    assert status["schema"]["enum"] == list(Status)
    for name, schema in document["components"]["schemas"]["AttendanceRow"]["properties"].items():
        assert "description" in json.dumps(schema), name


async def test_answers_fit_the_document(clinic: Clinic) -> None:
    """Rows of an ended and of a live session, and a refusal, are valid against the published schemas."""
    ended = replace(clinic.session(), id="session-before", starts=clinic.starts - 400 * MINUTE)
    await clinic.store.sessions.put(ended)
    before, live = Evening(clinic.store, ended), Evening(clinic.store, clinic.session())
    await before.opens()
    await before.seats(BOB, CAROL)
    await before.ends()
    await live.opens()
    await live.seats(BOB)
    text, key = mint(MAIN, (READ_ATTENDANCE,), "test", clinic.clock.now())
    await clinic.store.access.put_api_key(key)
    http = clinic.browser()
    document = (await http.get("/api/v1/openapi.json")).json
    path = f"/api/v1/attendance?from={clinic.starts - 10**9}&to={clinic.starts + 10**9}"
    page = (await http.get(path, Authorization=f"Bearer {text}")).json
    assert len(page["rows"]) == 6
    jsonschema.validate(page, _schema(document, "AttendancePage"), cls=jsonschema.Draft202012Validator)
    lines = (await http.get(path + "&format=ndjson", Authorization=f"Bearer {text}")).raw.splitlines()
    for line in lines:
        jsonschema.validate(json.loads(line), _schema(document, "AttendanceRow"), cls=jsonschema.Draft202012Validator)
    for refused in (await http.get(path), await http.get("/api/v1/attendance?x=1", Authorization=f"Bearer {text}")):
        jsonschema.validate(refused.json, _schema(document, "Error"), cls=jsonschema.Draft202012Validator)


async def test_every_route_and_no_other_is_described(clinic: Clinic) -> None:
    """The document has each method and path below /api/v1."""
    document = (await clinic.browser().get("/api/v1/openapi.json")).json
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(method, path) for method, path, _ in ROUTES if path.startswith("/api/v1/")}
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


async def test_rows_of_every_profile_fit_the_document(clinic: Clinic) -> None:
    """Each profile's rows are valid against its own schema, and have all of its columns."""
    ended = replace(clinic.session(), id="session-before", starts=clinic.starts - 400 * MINUTE)
    await clinic.store.sessions.put(ended)
    evening = Evening(clinic.store, ended)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.ends()
    document = (await clinic.browser().get("/api/v1/openapi.json")).json
    path = f"/api/v1/attendance?from={clinic.starts - 10**9}&to={clinic.starts + 10**9}"
    for profile in PROFILES.values():
        aim = min(profile.purposes)
        kind = GroundKind.SERVICE_ORGANISATION
        await clinic.store.consents.put_ground(
            Ground(f"g-{profile.name}", MAIN, kind, profile.name, (aim,), "x", 1, None), actor="system"
        )
        text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile.name, recipient=profile.name, purpose=aim)
        await clinic.store.access.put_api_key(key)
        page = (await clinic.browser().get(path, Authorization=f"Bearer {text}")).json
        assert len(page["rows"]) == 3
        schema = _schema(document, f"{profile.name.capitalize()}Row")
        for row in page["rows"]:
            jsonschema.validate(row, schema, cls=jsonschema.Draft202012Validator)
            assert list(row) == [column.name for column in profile.columns]


async def test_whatever_is_asked_the_answer_is_one_that_is_described(clinic: Clinic) -> None:
    """Two hundred questions made of good and senseless values: a described status, and a body that fits it."""
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, recipient="acme")
    await clinic.store.access.put_api_key(key)
    http, rng = clinic.browser(), random.Random(4)
    document = (await http.get("/api/v1/openapi.json")).json
    responses = document["paths"]["/api/v1/attendance"]["get"]["responses"]
    values = [
        "",
        "0",
        "1",
        "2026-11-01",
        "2026-11-30",
        "json",
        "csv",
        "0-0",
        "present",
        "attendance",
        "client",
        "\u0663",
    ]
    values += ["minutes,client", BOB, MAIN, "a" * 300, "-1", "1e9", "%00", "2026-11-01T00:00:00Z", "\u202e", "' OR 1=1"]
    good = {"from": "2026-11-01", "to": "2026-11-30"}
    for _ in range(200):
        asked = {**good, **{rng.choice(PARAMETERS): rng.choice(values) for _ in range(rng.randrange(4))}}
        answer = await http.get(f"/api/v1/attendance?{urlencode(asked)}", Authorization=f"Bearer {text}")
        assert str(answer.status) in responses, (asked, answer.raw)
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            jsonschema.validate(answer.json, _schema(document, "Error"), cls=jsonschema.Draft202012Validator)
