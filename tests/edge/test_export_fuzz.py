"""The export API asked by schemathesis: what its description allows, and what it does not, against the real server.

Each operation is asked with good and with bad data made from its description. The answer must be one that is described
(status, media type, headers, body), no good question may be refused as malformed, no bad one accepted, and no method,
key or signature that is not described may open anything.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
import schemathesis.checks
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from telehealth.edge import openapi

EXAMPLES = 50
"""Of each operation, besides those that try each boundary once."""

config = SchemathesisConfig.from_dict({"generation": {"deterministic": True, "database": "none"}})
schema = schemathesis.openapi.from_dict(openapi.document("http://127.0.0.1:1"), config=config)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    words = [sys.executable, "-m", "tests.edge.asked", str(tmp_path_factory.mktemp("clinic"))]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked: dict[str, Any] = json.loads(process.stdout.readline())
        yield asked
        process.stdin.close()
        assert process.wait(20) == 0


UNSAID = {
    "from": "needed unless `changed_since` is there; and no month has a 31st only because another one has",
    "to": "the same; and it must be later than `from`",
    "changed_since": "no month has a 31st only because another one has",
    "cursor": "sealed: it must be one that was handed out for this very question, and no feed has one",
    "columns": "each only once, and only those of the key's own profile",
    "minutes": "either a correction or an excuse; and no longer than the session was",
}
"""What no schema of single parameters can say, and why: here a 400 that names one of them is right."""
RANGE = {"from": "2020-01-01", "to": "2030-12-31"}


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_one_that_is_described(case: schemathesis.Case, clinic: dict[str, Any]) -> None:
    """Good and bad questions to each operation: the server never fails, and does nothing that is not described."""
    with requests.Session() as asker:
        if case.operation.method == "post":  # a person's answer: signed in, in a browser
            asker.cookies.update(clinic["cookies"])
            asker.headers["X-CSRF"] = clinic["csrf"]
        else:
            key = clinic["notes_key" if case.path == "/api/v1/notes" else "key"]
            asker.headers["Authorization"] = f"Bearer {key}"
        answer = case.call(base_url=clinic["url"], session=asker)
        unsaid = answer.status_code == 400 and answer.json().get("parameter") in UNSAID
        excluded = [schemathesis.checks.positive_data_acceptance] if unsaid else []
        case.validate_response(answer, excluded_checks=excluded, transport_kwargs={"session": asker})
        if case.meta.generation.mode == schemathesis.GenerationMode.POSITIVE and case.operation.method == "get":
            others = {*UNSAID, "profile", "programme"}  # of which the key opens one each
            sure = {name: value for name, value in (case.query or {}).items() if name not in others}
            case.query = sure | (RANGE if any(one.name == "from" for one in case.operation.query) else {})
            case.call_and_validate(base_url=clinic["url"], session=asker)
