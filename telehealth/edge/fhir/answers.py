"""FHIR's own forms of an answer: its media type, OperationOutcomes, and what was left out, as a count."""

import html
from typing import Any

import msgspec
from aiohttp import web

from ..answers import Refused, refusal_text

JSON = "application/fhir+json"
NDJSON = "application/fhir+ndjson"
_ISSUE = {400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 406: "not-supported", 429: "throttled"}


def answer(resource: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(resource), status=status, headers=headers, content_type=JSON, charset="utf-8"
    )


def narrative(text: str, status: str = "generated") -> dict[str, str]:
    """The part of a resource that a person reads: each should have one (dom-6)."""
    return {"status": status, "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{html.escape(text)}</div>'}


def outcome(*issues: tuple[str, str, str]) -> dict[str, Any]:
    """severity, code and what happened, for each issue."""
    return {
        "resourceType": "OperationOutcome",
        "text": narrative(" ".join(text for _, _, text in issues)),
        "issue": [{"severity": severity, "code": code, "diagnostics": text} for severity, code, text in issues],
    }


def refusal(refused: Refused) -> web.Response:
    parameter = refused.more.get("parameter")
    text = refusal_text(refused) + (f" (parameter: {parameter})" if parameter else "")
    issue = _ISSUE.get(refused.status, "exception" if refused.status >= 500 else "processing")
    return answer(outcome(("error", issue, text)), status=refused.status, headers=refused.headers)


def left_out(clients: int, notice: str) -> dict[str, Any]:
    """What goes with every set of resources: the notice of 42 CFR 2.32, and how many clients are not in it."""
    issues = [("information", "informational", notice)]
    if clients:
        issues.append(("warning", "suppressed", f"{clients} clients are left out for want of a basis of disclosure."))
    return outcome(*issues)
