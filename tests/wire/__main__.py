"""`python -m tests.wire` writes the examples of tests/wire/ into docs/protocol.md, section by section.

A section `### `name`` that has no example yet gets its own at the end. What is not between ```json marks stays.
"""

import json
import re
from pathlib import Path
from typing import Any

from tests.wire.test_wire import HERE, example

MANUAL = Path(HERE).parents[1] / "docs" / "protocol.md"
WIDTH = 150
BLOCK = re.compile(r"```json\n.*?```\n?", re.DOTALL)


def laid_out(value: Any, indent: str = "", lead: int = 0) -> str:
    """JSON on one line where it fits, else a line for each that does not, and the short ones side by side."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + lead + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + "  "
    if isinstance(value, list):
        parts = [laid_out(one, inner) for one in value]
    else:
        parts = [f"{json.dumps(k)}: {laid_out(v, inner, len(k) + 4)}" for k, v in value.items()]
    lines = [""]
    for part in parts:
        short = "\n" not in part and "\n" not in lines[-1] and len(inner) + len(lines[-1]) + len(part) + 3 <= WIDTH
        if lines[-1] and short:
            lines[-1] += f" {part},"
        elif lines[-1]:
            lines.append(f"{part},")
        else:
            lines[-1] = f"{part},"
    lines[-1] = lines[-1].removesuffix(",")
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    return opening + "\n" + "\n".join(inner + one for one in lines) + f"\n{indent}{closing}"


def written(manual: str) -> str:
    for path in sorted(HERE.glob("*.json")):
        section = re.compile(rf"^(### `{path.stem}`\n)(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
        blocks = "".join(f"```json\n{laid_out(body)}\n```\n" for body in example(path.stem).values())

        def again(found: re.Match[str], blocks: str = blocks) -> str:
            prose = BLOCK.sub("", found[2]).strip()
            return f"{found[1]}\n{prose}\n\n{blocks}\n"

        manual = section.sub(again, manual)
    return manual.rstrip() + "\n"


if __name__ == "__main__":
    MANUAL.write_text(written(MANUAL.read_text()))
