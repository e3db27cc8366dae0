"""GET /api/v1/openapi.json: the export API in OpenAPI 3.1, made from the very tables that answer.

Schemas of rows come from the columns in `profiles.py`; only paths and parameters are said here.
"""

from typing import Any

import msgspec
from aiohttp import web

from telehealth.core.attendance import Status
from telehealth.core.refusals import Code

from .answers import answer
from .attendance import CHANGES, FORMATS, LARGEST_PAGE, PAGE
from .corrections import Corrections, SaidOut, Say
from .disclosures import Accounting, ExportEnd
from .profiles import PROFILES, schema
from .site import SITE

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


def _parameter(name: str, description: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
_WHEN = "Not needed with `changed_since`."
_PARAMETERS = [
    _parameter("from", _DAY_OR_INSTANT + f"Sessions scheduled to start then or later. {_WHEN}", {"type": "string"}),
    _parameter(
        "to",
        _DAY_OR_INSTANT + f"Sessions scheduled to start before then; a day is meant whole. {_WHEN}",
        {"type": "string"},
    ),
    _parameter(
        "changed_since",
        "The feed of changes: the rows, as they are now, of every session that ended and every row that was corrected "
        "or whose note was signed after this place, in the order of the changes. `0-0` is the beginning; then the "
        "`next` of the last answer, which is never null here; or a day or an instant. At least once, without a gap.",
        {"type": "string"},
    ),
    _parameter("format", "The form of the answer.", {"type": "string", "enum": list(FORMATS), "default": "json"}),
    _parameter("profile", "The key's own profile, or nothing.", {"type": "string", "enum": list(PROFILES)}),
    _parameter("columns", "Only these columns of the profile, in this order, with commas.", {"type": "string"}),
    _parameter("programme", "The key's own programme, or nothing.", _ID),
    _parameter("session", "Rows of this session only, by the id that the rows have.", _ID),
    _parameter("client", "Rows of this client only.", _ID),
    _parameter("series", "Rows of this series (group) only.", _ID),
    _parameter("facilitator", "Rows of sessions that this person led or was to lead.", _ID),
    _parameter(
        "status", "Rows whose status counts as this one.", {"type": "string", "enum": [s.value for s in Status]}
    ),
    _parameter("cursor", "Go on exactly after an earlier page: its `next` or `X-Next-Cursor`.", {"type": "string"}),
    _parameter(
        "limit",
        f"Rows in a page; with `changed_since`, changes ({CHANGES} unless told otherwise). JSON has {PAGE} rows unless "
        "told otherwise; CSV and NDJSON stream every row without it.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    ),
    _parameter("bom", "1 puts a byte order mark before CSV, for spreadsheets.", {"type": "string", "enum": ["0", "1"]}),
]
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


def _page() -> dict[str, Any]:
    rows = {"type": "array", "items": {"anyOf": [{"$ref": _REF.format(name=_row(name))} for name in PROFILES]}}
    return {
        "type": "object",
        "description": "Up to `limit` rows.",
        "required": ["rows", "next", "omitted_clients", "export", "notice"],
        "properties": {
            "rows": rows,
            "next": {
                "type": ["string", "null"],
                "description": "The cursor of the next page; null after the last row.",
            },
            "more": {"type": "boolean", "description": "With `changed_since`: ask again at once."},
            "omitted_clients": {"type": "integer", "description": "Clients left out for want of a basis. Not named."},
            "export": {"type": "string", "description": "This export, as the ledger and the audit log name it."},
            "notice": {
                "type": "object",
                "description": "42 CFR 2.32(a)(1).",
                "properties": {"version": {"type": "string"}, "text": {"type": "string"}},
            },
        },
    }


def _row(profile: str) -> str:
    return f"{profile.capitalize()}Row"


def _error(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Error")}}},
    }


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": f"Id of the {name}.", "schema": _ID}


def _json(name: str, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}}


def _operation(name: str, summary: str, security: list[str], good: dict[str, Any], **more: Any) -> dict[str, Any]:
    refusals = {
        "400": _error("The question or the body is not understood."),
        "401": _error("Nobody is signed in, or the key is wrong, expired or revoked."),
        "403": _error("Not allowed."),
        "404": _error("There is nothing here for whoever asks."),
        "409": _error("Not yet: the session has not ended."),
        "412": _error("Somebody said something meanwhile: try again."),
        "429": _error("Too fast. Wait."),
        "503": _error("The record cannot be read or written at the moment."),
    }
    return {
        "operationId": name,
        "summary": summary,
        "security": [{scheme: []} for scheme in security],
        "responses": {**good, **refusals},
        **more,
    }


_SAY = {"required": True, "content": {"application/json": {"schema": {"$ref": _REF.format(name="Say")}}}}
_OF_SESSION = _parameter("session", "The session.", _ID, required=True)
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
    "/api/v1/corrections": {
        "get": _operation(
            "corrections",
            "What was said of a session's attendance",
            ["staff"],
            {"200": _json("Corrections", "Oldest first.")},
            parameters=[_OF_SESSION],
        ),
        "post": _operation(
            "correct",
            "Correct a client's minutes, or excuse an absence",
            ["staff"],
            {"201": _json("SaidOut", "What was kept. The raw row stays.")},
            requestBody=_SAY,
        ),
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
    told = [Error, ExportEnd, Accounting, Corrections, Say, SaidOut]
    _, schemas = msgspec.json.schema_components(told, ref_template=_REF)
    schemas |= {_row(name): schema(profile) for name, profile in PROFILES.items()} | {"AttendancePage": _page()}
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
                "get": {
                    "operationId": "exportAttendance",
                    "summary": "Attendance rows of a range of time",
                    "parameters": _PARAMETERS,
                    "responses": {
                        "200": {
                            "description": "The rows, in the order in which their sessions ended; those of sessions "
                            "that go on come last. CSV is RFC 4180; a cell that begins with = + - @ is preceded "
                            "by an apostrophe, and `intervals` is START/END/WHY in UTC milliseconds, joined by "
                            "semicolons, with /i where the end was inferred.",
                            "headers": _HEADERS,
                            "content": {
                                "application/json": {"schema": {"$ref": _REF.format(name="AttendancePage")}},
                                "text/csv": {"schema": {"type": "string"}},
                                "application/x-ndjson": {"schema": {"$ref": _REF.format(name=_row("attendance"))}},
                            },
                        },
                        "304": {"description": "The rows are those of the ETag that was sent."},
                        "400": _error("A parameter is unknown, missing or not understood."),
                        "401": _error("No key, or one that is wrong, expired or revoked."),
                        "403": _error(
                            "The key lacks the scope attendance:read, or its purpose does not go with its profile."
                        ),
                        "404": _error("Another programme than the key's."),
                        "429": _error("Too many wrong keys, or too many exports. Wait."),
                        "503": _error("The record cannot be read at the moment. Try again in a few seconds."),
                    },
                }
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
