"""GET /api/v1/openapi.json: the export API in OpenAPI 3.1, made from the very tables that answer.

Schemas of rows come from the columns in `profiles.py` and `session_columns.py`, parameters from each `Resource`; only
paths and sentences are said here.
"""

from dataclasses import replace
from typing import Any

import msgspec
from aiohttp import web

from telehealth.core.refusals import Code

from .answers import answer
from .attendance import ATTENDANCE
from .corrections import Corrections, SaidOut, Say
from .coverage import ClientCoverage, LastDay, NewCoverage, NewLevel
from .days import DAY, MILLIS, MOMENT
from .disclosures import Accounting, ExportEnd
from .note_out import NoteOut
from .notes_v1 import FORMATS as NOTE_FORMATS
from .notes_v1 import NOTES
from .profiles import PROFILES, schema
from .schedule import ONE, SAID, SCHEDULE
from .site import SITE
from .words import CHANGES, FORMATS, LARGEST_PAGE, PAGE, PLACE, Resource

VERSION = "1.0.0"
"""Of this API. It grows by fields and parameters; what would break a reader becomes /api/v2."""
_REF = "#/components/schemas/{name}"


class Error(msgspec.Struct, frozen=True):
    """Why not (RFC 9457). `code` is stable; `parameter` names what was not understood, `field` the column."""

    type: str
    title: str
    status: int
    code: Code
    message: str
    parameter: str = ""
    field: str = ""


_DAY_OR_INSTANT = (
    "A facility day (2026-11-24), an ISO 8601 instant with an offset (2026-11-24T18:00:00Z) or UTC milliseconds. "
)
_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
_WHEN = "Not needed with `changed_since`."
_INSTANT: dict[str, Any] = {"type": "string", "pattern": f"^({DAY}|{MOMENT}|{MILLIS})$", "examples": ["2026-11-24"]}
_PLACE = _INSTANT | {"pattern": f"^({DAY}|{MOMENT}|{MILLIS}|{PLACE})$", "examples": ["0-0"]}


def _parameter(name: str, description: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _words(resource: Resource) -> list[dict[str, Any]]:
    """The parameters of a resource, in its order."""
    profiles = {"type": "string", "enum": list(resource.columns)}
    about: dict[str, tuple[str, dict[str, Any]]] = {
        "from": (_DAY_OR_INSTANT + f"Sessions scheduled to start then or later. {_WHEN}", _INSTANT),
        "to": (
            _DAY_OR_INSTANT + f"Sessions scheduled to start before then; a day is meant whole. {_WHEN}",
            _INSTANT,
        ),
        "changed_since": (
            "The feed of changes: what is asked for, as it is now, of every session that was planned, opened or ended, "
            "and every row that was corrected or whose note was signed after this place, in the order of the changes. "
            "`0-0` is the beginning; then the `next` of the last answer, which is never null here; or a day or an "
            "instant. At least once, without a gap.",
            _PLACE,
        ),
        "format": ("The form of the answer.", {"type": "string", "enum": list(FORMATS), "default": "json"}),
        "profile": ("The key's own profile, or nothing.", profiles),
        "columns": (
            "Only these columns of the profile, in this order, with commas.",
            {"type": "string", "pattern": "^[a-z0-9_]+(,[a-z0-9_]+)*$"},
        ),
        "programme": ("The key's own programme, or nothing.", _ID),
        "session": ("Of this session only, by the id that the rows have.", _ID),
        "client": ("Rows of this client only.", _ID),
        "series": ("Of this series (group) only.", _ID),
        "kind": ("Of sessions of this service kind, such as group_therapy.", _ID),
        "facilitator": ("Of sessions that this person led or was to lead.", _ID),
        "status": (
            "Rows whose status counts as this one.",
            {"type": "string", "enum": list(resource.statuses)},
        ),
        "cursor": (
            "Go on exactly after an earlier page: its `next` or `X-Next-Cursor`. Good for the same question only (but "
            "for `format`, `limit` and `bom`).",
            {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        ),
        "limit": (
            f"Rows in a page; with `changed_since`, changes ({CHANGES} unless told otherwise). JSON has {PAGE} rows "
            "unless told otherwise; CSV and NDJSON stream every row without it.",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
        ),
        "bom": ("1 puts a byte order mark before CSV, for spreadsheets.", {"type": "string", "enum": ["0", "1"]}),
    }
    return [_parameter(name, *about[name]) for name in resource.parameters]


def _note_words() -> list[dict[str, Any]]:
    """Those of notes: no CSV, and the range may be left out."""
    words = {word["name"]: word for word in _words(NOTES)}
    words["format"]["schema"]["enum"] = list(NOTE_FORMATS)
    words["client"]["description"] = "Notes of this client only. Staff give this or `session`."
    for name in ("from", "to"):
        words[name]["description"] = words[name]["description"].replace(_WHEN, "Need not be given.")
    return list(words.values())


_TEXT = {"type": "string"}
_HEADERS = {
    "X-Next-Cursor": {"description": "In pages: where to go on.", "schema": _TEXT},
    "X-Export-Id": {"description": "This export, as the ledger and the audit log name it.", "schema": _TEXT},
    "X-Omitted-Clients": {
        "description": "In pages: how many clients were left out for want of a basis. (Of a stream: GET "
        "/api/v1/exports/{export} afterwards.)",
        "schema": _TEXT,
    },
    "X-Part2-Notice": {"description": "The notice of 42 CFR 2.32(a)(2).", "schema": _TEXT},
    "ETag": {"description": "In pages: of the rows. With If-None-Match the answer may be 304.", "schema": _TEXT},
}


def _page(resource: Resource) -> dict[str, Any]:
    row = {"anyOf": [{"$ref": _REF.format(name=_row(name, resource))} for name in resource.columns]}
    return {
        "type": "object",
        "description": "Up to `limit` rows.",
        "required": ["rows", "next", "omitted_clients", "export", "notice"],
        "properties": {
            "rows": {"type": "array", "items": row},
            "next": {
                "type": ["string", "null"],
                "description": "The cursor of the next page; null after the last row.",
            },
            "more": {"type": "boolean", "description": "With `changed_since`: ask again at once."},
            **_WITH_IT,
        },
    }


_WITH_IT = {
    "omitted_clients": {"type": "integer", "description": "Clients left out for want of a basis. Not named."},
    "export": {"type": "string", "description": "This export, as the ledger and the audit log name it."},
    "notice": {
        "type": "object",
        "description": "42 CFR 2.32(a)(1).",
        "properties": {"version": {"type": "string"}, "text": {"type": "string"}},
    },
}


def _single(resource: Resource) -> dict[str, Any]:
    row = {"anyOf": [{"$ref": _REF.format(name=_row(name, resource))} for name in resource.columns]}
    return {
        "type": "object",
        "description": "One row.",
        "required": ["row", "omitted_clients", "export", "notice"],
        "properties": {"row": row, **_WITH_IT},
    }


def _row(profile: str, resource: Resource) -> str:
    """Rows of attendance are called after their profile alone."""
    return f"{profile.capitalize()}{'' if resource is ATTENDANCE else resource.name.capitalize()}Row"


def _error(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Error")}}},
    }


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": f"Id of the {name}.", "schema": _ID}


def _json(name: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}}


_REFUSALS = {
    "400": _error("The question or the body is not understood; `parameter` and `field` name what."),
    "401": _error("Nobody is signed in, or the key is wrong, expired or revoked."),
    "403": _error(
        "Not allowed: the key lacks the scope, or its purpose or profile does not go with what is asked for."
    ),
    "404": _error("There is nothing here for whoever asks."),
    "409": _error("Not yet: the session has not ended."),
    "412": _error("Somebody said something meanwhile: try again."),
    "429": _error("Too fast. `Retry-After` says when to come back."),
    "503": _error("The record cannot be read or written at the moment. Try again in a few seconds."),
}


def _operation(name: str, summary: str, security: list[str], good: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{scheme: []} for scheme in security],
        "responses": {**good, **_REFUSALS},
        **more,
    }


def _listing(name: str, summary: str, order: str, resource: Resource, security: list[str]) -> dict[str, Any]:
    """An operation that hands out rows in pages and streams."""
    page: dict[str, Any] = {"$ref": _REF.format(name=f"{resource.name.capitalize()}Page")}
    rows: dict[str, Any] = {"anyOf": [{"$ref": _REF.format(name=_row(n, resource))} for n in resource.columns]}
    if resource is SAID:  # staff who are signed in are answered with all that was said of one session
        page = {"anyOf": [page, {"$ref": _REF.format(name="Corrections")}]}
    good = {
        "200": {
            "description": f"{order} CSV is RFC 4180; a cell that begins with = + - @ is preceded by an apostrophe.",
            "headers": _HEADERS,
            "content": {
                "application/json": {"schema": page},
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": rows},
            },
        },
        "304": {"description": "The rows are those of the ETag that was sent."},
    }
    return _operation(name, summary, security, good, parameters=_words(resource))


def _sent(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}}


def _notes() -> dict[str, Any]:
    """Signed progress notes, which no column can hold."""
    note = {"$ref": _REF.format(name="NoteOut")}
    content = {"application/json": {"schema": {"$ref": _REF.format(name="NotesPage")}}}
    good = {
        "200": {
            "description": "By scheduled start of the session, then client.",
            "headers": _HEADERS,
            "content": {**content, "application/x-ndjson": {"schema": note}},
        },
        "304": {"description": "The notes are those of the ETag that was sent."},
    }
    about = (
        "A key of the profile `notes`, and a basis of the client's that opens notes. Of each client the shared section "
        "and their own, as signed, with what was added or corrected later, labelled. No drafts, and never a SUD "
        "counselling note (42 CFR 2.11)."
    )
    return _operation(
        "notes",
        "Signed progress notes of a client, a session or a range of time",
        ["apiKey", "staff"],
        good,
        description=about,
        parameters=_note_words(),
    )


def _notes_page() -> dict[str, Any]:
    page = _page(NOTES)
    page["properties"]["rows"]["items"] = {"$ref": _REF.format(name="NoteOut")}
    return page


_COVERED = _json("ClientCoverage", "All that was recorded of the client, by first day.")
_OTHERS = {
    "/api/v1/exports/{export}": {
        "get": _operation(
            "exportEnd",
            "How one of your own exports ended",
            ["apiKey"],
            {"200": _json("ExportEnd", "What left, and how many clients were left out.")},
            parameters=[_path("export")],
        )
    },
    "/api/v1/clients/{client}/disclosures": {
        "get": _operation(
            "accounting",
            "A client's accounting of disclosures (42 CFR 2.25)",
            ["apiKey", "staff"],
            {"200": _json("Accounting", "Every disclosure, oldest first.")},
            parameters=[_path("client")],
        )
    },
    "/api/v1/clients/{client}/coverage": {
        "get": _operation(
            "coverage",
            "Who pays for a client, and their level of care: every entry",
            ["staff"],
            {"200": _COVERED},
            parameters=[_path("client")],
        ),
        "post": _operation(
            "recordCoverage",
            "Record who pays for a client from a day on",
            ["staff"],
            {"201": _COVERED},
            parameters=[_path("client")],
            requestBody=_sent("NewCoverage"),
        ),
    },
    "/api/v1/clients/{client}/levels": {
        "post": _operation(
            "recordLevel",
            "Record a client's level of care from a day on",
            ["staff"],
            {"201": _COVERED},
            parameters=[_path("client")],
            requestBody=_sent("NewLevel"),
        )
    },
    "/api/v1/clients/{client}/coverage/{entry}/end": {
        "post": _operation(
            "endCoverage",
            "Say the last day of an entry; an entry that has ended keeps its end",
            ["staff"],
            {"200": _COVERED},
            parameters=[_path("client"), _path("entry")],
            requestBody=_sent("LastDay"),
        )
    },
    "/api/v1/corrections": {
        "get": _listing(
            "corrections",
            "What people said of attendance: corrections and excuses",
            "In the order of the sessions, and of what was said. (Signed-in staff ask for one `session`, with no other "
            "parameter.)",
            SAID,
            ["apiKey", "staff"],
        ),
        "post": _operation(
            "correct",
            "Correct a client's minutes, or excuse an absence",
            ["staff"],
            {"201": _json("SaidOut", "What was kept. The raw row stays.")},
            requestBody=_sent("Say"),
        ),
    },
    "/api/v1/notes": {"get": _notes()},
    "/api/v1/sessions": {
        "get": _listing(
            "sessions",
            "Sessions of a range of time",
            "By scheduled start; also those that are to come.",
            SCHEDULE,
            ["apiKey", "staff"],
        )
    },
    "/api/v1/sessions/{session}": {
        "get": _operation(
            "session",
            "One session",
            ["apiKey", "staff"],
            {
                "200": {**_json("Session", "The session."), "headers": _HEADERS},
                "304": {"description": "The row is that of the ETag that was sent."},
            },
            parameters=[_path("session"), *_words(ONE)],
        )
    },
    "/api/v1/openapi.json": {
        "get": {
            "operationId": "openapi",
            "summary": "This document",
            "security": [],
            "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {}}}}},
        }
    },
}


def document(public_url: str) -> dict[str, Any]:
    """The description of the API as it is reached at `public_url`."""
    told = [Error, ExportEnd, Accounting, Corrections, Say, SaidOut, ClientCoverage, NewCoverage, NewLevel, LastDay]
    told.append(NoteOut)
    _, schemas = msgspec.json.schema_components(told, ref_template=_REF)
    for resource in (ATTENDANCE, SCHEDULE, SAID):
        schemas[f"{resource.name.capitalize()}Page"] = _page(resource)
        for name, columns in resource.columns.items():
            schemas[_row(name, resource)] = schema(replace(PROFILES[name], columns=columns))
    schemas["Session"] = _single(ONE)
    schemas["NotesPage"] = _notes_page()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Attendance export",
            "version": VERSION,
            "description": "One row per client and session: raw intervals, minutes, and the status that a named "
            "policy gives them. Rows hold ids only; a key opens one profile of columns, for one recipient and one "
            "purpose, and only of clients for whom there is a basis under 42 CFR part 2. Every export is in the audit "
            "log and, client by client, in the disclosure ledger before it leaves. Session ids are this recipient's "
            "own. Read again later what is not `final`; (session, client) identifies a row.",
        },
        "servers": [{"url": public_url}],
        "security": [{"apiKey": []}],
        "paths": {
            "/api/v1/attendance": {
                "get": _listing(
                    "exportAttendance",
                    "Attendance rows of a range of time",
                    "The rows, in the order in which their sessions ended; those of sessions that go on come last. In "
                    "CSV `intervals` is START/END/WHY in UTC milliseconds, joined by semicolons, with /i where the end "
                    "was inferred.",
                    ATTENDANCE,
                    ["apiKey", "staff"],
                )
            },
            **_OTHERS,
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "apiKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "thk_ID_SECRET",
                    "description": "Made with `telehealth apikey create`; sent as `Authorization: Bearer thk_...`. "
                    "A token of SMART Backend Services (`tha_...`) is sent in the same way.",
                },
                "staff": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "session",
                    "description": "A signed-in member of staff; what changes something carries `X-CSRF`, too.",
                },
            },
        },
    }


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/openapi.json"""
    return answer(document(request.app[SITE].public_url))
