"""The wire is one thing in Python, in TypeScript, in the examples and in the manual."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from telehealth.core.refusals import Code
from telehealth.edge import messages as wire
from telehealth.edge.wire import TARGET, module

HERE = Path(__file__).parent
MANUAL = (HERE.parents[1] / "docs" / "protocol.md").read_text()


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return found


def same(body: object, kind: type[msgspec.Struct]) -> None:
    """The body is exactly what the server would send as `kind`."""
    assert json.loads(msgspec.json.encode(msgspec.convert(body, kind))) == body


@pytest.mark.parametrize("name", wire.ASKS)
def test_what_a_page_asks(name: str) -> None:
    """The example of an ask parses, with nothing left out, and its answer is one that the server gives."""
    asked = example(name)
    assert set(asked) == {"ask", "answer"}
    message = wire.parse(name, asked["ask"])
    shown = msgspec.to_builtins(message)
    assert shown.pop("type") == name
    assert shown == asked["ask"]
    same(asked["answer"], wire.ANSWERS.get(wire.ASKS[name], wire.Done))


@pytest.mark.parametrize("name", wire.TELLS)
def test_what_a_page_is_told(name: str) -> None:
    """The example of a tell is what the server sends."""
    told = example(name)
    assert set(told) == {"tell"}
    same(told["tell"], wire.TELLS[name])


def test_how_a_page_is_refused() -> None:
    """The example of a refusal is what the server sends."""
    same(example("refused")["answer"], wire.Refused)


@pytest.mark.parametrize("name", [*wire.ASKS, *wire.TELLS, "refused"])
def test_the_manual_shows_the_example(name: str) -> None:
    """docs/protocol.md has a section for each message, with the very example of tests/wire/."""
    section = re.search(rf"^### `{name}`\n(.*?)(?=^##)", MANUAL + "\n##", re.MULTILINE | re.DOTALL)
    assert section, f"docs/protocol.md has no section on {name}"
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section[1], re.DOTALL)]
    assert shown == list(example(name).values()), "run python -m tests.wire"


def test_every_refusal_code_is_in_the_manual() -> None:
    """docs/protocol.md lists each refusal code that signalling uses."""
    http_only = {Code.LINK_NOT_VALID, Code.STALE, Code.ALREADY_SIGNED, Code.NOTE_INCOMPLETE, Code.UNREADABLE}
    for code in set(Code) - http_only:
        assert f"| `{code}` |" in MANUAL


def test_the_typescript_is_fresh() -> None:
    """web/src/wire.ts is what `python -m telehealth.edge.wire` writes."""
    assert TARGET.read_text() == module()
