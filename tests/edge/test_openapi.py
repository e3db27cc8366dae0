"""The API's description is true: it is well-formed OpenAPI 3.1, and what the server answers fits it."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from telehealth.core.attendance import Status
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.attendance import PARAMETERS

from .clinic import BOB, CAROL, MAIN, MINUTE, Clinic, Evening

pytestmark = pytest.mark.asyncio


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
