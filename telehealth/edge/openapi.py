"""GET /api/v1/openapi.json: the export API in OpenAPI 3.1, made from the very types that answer.

Schemas, limits and descriptions come from the structs in `export.py`; only paths and parameters are said here.
"""

from typing import Any

import msgspec
from aiohttp import web

from telehealth.core.attendance import Status
from telehealth.core.refusals import Code

from .answers import answer
from .attendance import FORMATS, LARGEST_PAGE, PAGE, AttendancePage
from .export import AttendanceRow
from .site import SITE

VERSION = "1.0.0"
"""Of this API. It grows by fields and parameters; what would break a reader becomes /api/v2."""
_REF = "#/components/schemas/{name}"


class Error(msgspec.Struct, frozen=True):
    """Why not. `code` is stable; `message` is one sentence for a person; `parameter` names what was not understood."""

    code: Code
    message: str
    parameter: str = ""


_DAY_OR_INSTANT = (
    "A facility day (2026-11-24), an ISO 8601 instant with an offset (2026-11-24T18:00:00Z) or UTC milliseconds. "
)


def _parameter(name: str, description: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
_PARAMETERS = [
    _parameter(
        "from", _DAY_OR_INSTANT + "Sessions scheduled to start then or later.", {"type": "string"}, required=True
    ),
    _parameter(
        "to",
        _DAY_OR_INSTANT + "Sessions scheduled to start before then; a day is meant whole.",
        {"type": "string"},
        required=True,
    ),
    _parameter("format", "The form of the answer.", {"type": "string", "enum": list(FORMATS), "default": "json"}),
    _parameter("session", "Rows of this session only.", _ID),
    _parameter("client", "Rows of this client only.", _ID),
    _parameter("status", "Rows with this status only.", {"type": "string", "enum": [s.value for s in Status]}),
    _parameter("cursor", "Go on exactly after an earlier page: its `next` or `X-Next-Cursor`.", {"type": "string"}),
    _parameter(
        "limit",
        f"Rows in a page. JSON has {PAGE} unless told otherwise; CSV and NDJSON stream every row without it.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    ),
]
_NEXT = {"X-Next-Cursor": {"description": "With `limit`: where to go on.", "schema": {"type": "string"}}}


def _error(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": _REF.format(name="Error")}}},
    }


def document(public_url: str) -> dict[str, Any]:
    """The description of the API as it is reached at `public_url`."""
    _, schemas = msgspec.json.schema_components([AttendancePage, AttendanceRow, Error], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Attendance export",
            "version": VERSION,
            "description": "One row per client and session: raw intervals, minutes, and the status that a named "
            "policy gives them. Rows hold ids only. Every export is written to the audit log. Read again later what "
            "is not `final`; (session, client) identifies a row.",
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
                            "semicolons.",
                            "headers": _NEXT,
                            "content": {
                                "application/json": {"schema": {"$ref": _REF.format(name="AttendancePage")}},
                                "text/csv": {"schema": {"type": "string"}},
                                "application/x-ndjson": {"schema": {"$ref": _REF.format(name="AttendanceRow")}},
                            },
                        },
                        "400": _error("A parameter is unknown, missing or not understood."),
                        "401": _error("No key, or one that is wrong, expired or revoked."),
                        "403": _error("The key lacks the scope attendance:read."),
                        "429": _error("Too many wrong keys. Wait."),
                        "503": _error("The record cannot be read at the moment. Try again in a few seconds."),
                    },
                }
            }
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "apiKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "thk_ID_SECRET",
                    "description": "Made with `telehealth apikey create`; sent as `Authorization: Bearer thk_...`.",
                }
            },
        },
    }


async def show(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/openapi.json"""
    return answer(document(request.app[SITE].public_url))
