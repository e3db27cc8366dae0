"""GET /fhir/metadata: what this FHIR server can do, in its own words (CapabilityStatement)."""

from aiohttp import web

from ..site import SITE
from . import answers


async def show(request: web.Request) -> web.StreamResponse:
    """GET /fhir/metadata"""
    base = request.app[SITE].public_url
    coding = {
        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
        "code": "SMART-on-FHIR",
        "display": "SMART-on-FHIR",
    }
    search = [
        {"name": "date", "type": "date", "documentation": "Of the scheduled start: eq, ge, gt, le, lt."},
        {"name": "patient", "type": "reference", "documentation": "The client's id."},
        {"name": "identifier", "type": "token", "documentation": "The session, as this recipient knows it."},
    ]
    encounter = {
        "type": "Encounter",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "searchParam": search,
    }
    of_notes = [
        {"name": "patient", "type": "reference", "documentation": "The client's id."},
        {"name": "encounter", "type": "reference", "documentation": "Of one client in one session."},
        {"name": "period", "type": "date", "documentation": "Of the session's scheduled start."},
    ]
    of_references = [
        *of_notes,
        {"name": "identifier", "type": "token", "documentation": "The session, as this recipient knows it."},
    ]
    notes = [
        {
            "type": kind,
            "documentation": "Signed progress notes, with addenda and corrections as documents of their own.",
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "no-version",
            "searchParam": params,
        }
        for kind, params in (("DocumentReference", of_references), ("Composition", of_notes))
    ]
    schedule = [
        {
            "type": kind,
            "documentation": said,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "no-version",
            **({"searchParam": params} if params else {}),
        }
        for kind, said, params in (
            ("Appointment", "One client in one session, to come or past.", search),
            (
                "Group",
                "A standing group, with those members whose record may be told.",
                [{"name": "member", "type": "reference", "documentation": "The client's id: only they are listed."}],
            ),
            ("Schedule", "A standing group's staff and how far ahead it is planned.", []),
        )
    ]
    people = [
        {
            "type": kind,
            "documentation": said,
            "interaction": [{"code": "read"}],
            "versioning": "no-version",
        }
        for kind, said in (
            ("Patient", "Whose record it is: for keys that read notes."),
            ("Practitioner", "Staff: name, NPI and credential."),
        )
    ]
    operation = {"name": "export", "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"}
    return answers.answer(
        {
            "resourceType": "CapabilityStatement",
            "text": answers.narrative(
                "Encounters of group sessions, the schedule, and signed notes: read and search; bulk export."
            ),
            "status": "active",
            "date": "2026-11-24",
            "kind": "instance",
            "software": {"name": "telehealth"},
            "implementation": {"description": "Attendance and notes of group sessions", "url": f"{base}/fhir"},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json"],
            "rest": [
                {
                    "mode": "server",
                    "security": {"service": [{"coding": [coding]}]},
                    "resource": [encounter, *people, *notes, *schedule],
                    "operation": [operation],
                }
            ],
        }
    )
