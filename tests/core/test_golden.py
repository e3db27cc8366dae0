"""Logs and rows as releases have written them: the same events under the same policy give the same bytes for ever.

`NAME.log.jsonl` is a log as it is stored, one entry a line; `NAME.POLICY.vN.jsonl` is what version N of the derivation
made of it when it was new. A file is never changed: whoever adds a version adds files.
"""

import json
from pathlib import Path

import pytest

from telehealth.core.attendance import VERSION, as_bytes, rows
from telehealth.core.events import Event
from telehealth.packs import load
from telehealth.store.codec import event_from

GOLDEN = Path(__file__).parent / "golden"
ROWS = sorted(GOLDEN.glob("*.v*.jsonl"))


def log_of(name: str) -> list[Event]:
    lines = (GOLDEN / f"{name}.log.jsonl").read_text("utf-8").splitlines()
    return [event_from({k.encode(): v.encode() for k, v in json.loads(line).items()}) for line in lines]


@pytest.mark.parametrize("path", ROWS, ids=lambda path: path.name)
def test_rows_are_what_they_were(path: Path) -> None:
    """Byte for byte, whatever this release has learnt since."""
    name, policy_name, version, _ = path.name.split(".")
    policy = load().policies["/".join(policy_name.rsplit("-", 1))]
    made = rows(log_of(name), policy, until=None)
    assert b"".join(as_bytes(row, int(version[1:])) + b"\n" for row in made) == path.read_bytes()


def test_there_is_a_golden_file_of_every_log_and_version() -> None:
    """Each log is held to every version that its release or a later one wrote, the present one included."""
    for log in GOLDEN.glob("*.log.jsonl"):
        name = log.name.split(".")[0]
        versions = {path.name.split(".")[2] for path in ROWS if path.name.startswith(f"{name}.")}
        first = int(json.loads(log.read_text("utf-8").splitlines()[0])["v"])
        assert versions == {f"v{number}" for number in range(first, VERSION + 1)}
