"""`python -m telehealth.edge.wire` writes web/src/wire.ts: the signalling wire in TypeScript.

Everything comes from the definitions that the server itself parses and sends with (`edge/messages.py`, and of `core`
what those carry), docstrings included, so the two languages cannot drift apart: `--check` (and a test) fails while the
file is not what would be written. Nothing here runs in the server.

What a page sends may leave out whatever has a default; what the server sends is always complete.
"""

import argparse
import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as shape

from telehealth.core.audience import AtTheDoor, Participant, Profile, RoomView, StepView, You
from telehealth.core.circles import Apart
from telehealth.core.events import Outcome, Quiet, Risk
from telehealth.core.refusals import Code
from telehealth.core.roles import Action, Role
from telehealth.core.room import Standing
from telehealth.core.tools.table import AnyMove, AnyNews, AnySeen
from telehealth.core.tools.tool import Move
from telehealth.edge import messages as wire

TARGET = Path(__file__).parents[2] / "web" / "src" / "wire.ts"

HEAD = """\
/**
 * The signalling wire. Written by `python -m telehealth.edge.wire` from telehealth/edge/messages.py:
 * change that, not this. Times are UTC milliseconds.
 */
"""

ENUMS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("RefusalCode", Code),
    ("Standing", Standing),
    ("Role", Role),
    ("Action", Action),
    ("Apart", Apart),
    ("Risk", Risk),
    ("Quiet", Quiet),
    ("Outcome", Outcome),
)
NARROWED: dict[tuple[type, str], str] = {
    **{(kind, "role"): "Role" for kind in (You, Participant, AtTheDoor)},
    (You, "standing"): "Standing",
    (You, "may"): "readonly Action[]",
    (You, "apart"): "Apart",
    (Profile, "layout"): '"circle" | "pair" | "stage" | "calm"',
    (Profile, "camera"): '"expected" | "optional" | "off"',
    (Profile, "media"): '"voice" | "music"',
    (Profile, "sees"): '"everyone" | "hosts"',
    (Participant, "apart"): "Apart | null",
    (Participant, "risk"): "Risk | null",
    (AtTheDoor, "risk"): "Risk",
    (RoomView, "quiet"): "Quiet",
    (StepView, "outcome"): "Outcome",
    (wire.Refused, "code"): "RefusalCode",
    (wire.Refused, "ok"): "false",
    **{
        (kind, "ok"): "true"
        for kind in (wire.JoinAnswer, wire.OfferAnswer, wire.RememberedAnswer, wire.BeatAnswer, wire.Done)
    },
}
"""Fields whose values are fewer than their Python type says (msgspec has no literal booleans)."""

LEAVE_OUT = (wire.Ask, wire.ViewTile, wire.ToolTold, Move)
"""What may be sent without the fields that have a default."""

Fielded = shape.StructType | shape.DataclassType


def module() -> str:
    """The text of web/src/wire.ts."""
    parts = [HEAD]
    parts.extend(_union(name, [member.value for member in kind], kind.__doc__) for name, kind in ENUMS)
    parts.append(f"export const MAX_MESSAGE = {wire.MAX_MESSAGE};\n")
    asks = list(wire.ASKS.values())
    answers: list[type[msgspec.Struct]] = [*wire.ANSWERS.values(), wire.Done, wire.Refused]
    for kind in _reachable([*asks, *answers, *wire.TELLS.values()]):
        parts.append(_interface(kind, may_leave_out=issubclass(kind.cls, LEAVE_OUT)))
    parts.append(_alias("Move", AnyMove, "What a page may ask of a tool."))
    parts.append(_alias("Seen", AnySeen, "What a page may see of one."))
    parts.append(_alias("News", AnyNews, "What a page may be told instead of all of it."))
    parts.append(_events(asks))
    return "\n".join(parts)


def _union(name: str, values: list[str], doc: str | None) -> str:
    body = "".join(f'\n  | "{value}"' for value in values)
    return f"{_comment(doc)}export type {name} ={body};\n"


def _alias(name: str, of: Any, doc: str) -> str:
    return (
        f"/** {doc} */\nexport type {name} =\n  | "
        + "\n  | ".join(one.__name__ for one in get_args(of) or (of,))
        + ";\n"
    )


def _reachable(roots: list[type[msgspec.Struct]]) -> Iterator[Fielded]:
    """Every structure that a message carries, the carried before the carrier."""
    seen: set[type] = set()

    def visit(kind: shape.Type) -> Iterator[Fielded]:
        match kind:
            case shape.Metadata(type=inner):
                yield from visit(inner)
            case shape.UnionType(types=types):
                for one in types:
                    yield from visit(one)
            case shape.ListType(item_type=item) | shape.VarTupleType(item_type=item):
                yield from visit(item)
            case shape.StructType() | shape.DataclassType():
                if kind.cls not in seen:
                    seen.add(kind.cls)
                    for field in kind.fields:
                        yield from visit(field.type)
                    yield kind
            case _:
                pass

    for root in roots:
        yield from visit(shape.type_info(root))


def _interface(kind: Fielded, *, may_leave_out: bool) -> str:
    docs = _field_docs(kind.cls)
    lines = []
    asked = issubclass(kind.cls, wire.Ask)  # its name is the event's
    if isinstance(kind, shape.StructType) and kind.tag is not None and not asked:
        lines.append(f'  readonly {kind.tag_field}: "{kind.tag}";\n')
    for field in kind.fields:
        optional = "?" if may_leave_out and not field.required else ""
        typed = NARROWED.get((kind.cls, field.name)) or _type(field.type)
        lines.append(f"{_comment(docs.get(field.name), '  ')}  readonly {field.encode_name}{optional}: {typed};\n")
    name = kind.cls.__name__
    if not lines:
        return f"{_comment(kind.cls.__doc__)}export type {name} = Record<string, never>;\n"
    return f"{_comment(kind.cls.__doc__)}export interface {name} {{\n{''.join(lines)}}}\n"


def _type(kind: shape.Type) -> str:
    match kind:
        case shape.Metadata(type=inner):
            return _type(inner)
        case shape.StrType():
            return "string"
        case shape.IntType():
            return "number"
        case shape.BoolType():
            return "boolean"
        case shape.NoneType():
            return "null"
        case shape.LiteralType(values=values):
            return " | ".join(f'"{value}"' for value in values)
        case shape.EnumType(cls=cls):
            return " | ".join(f'"{member.value}"' for member in cls)
        case shape.DictType(value_type=value):
            return f"Readonly<Record<string, {_type(value)}>>"
        case shape.ListType(item_type=item) | shape.VarTupleType(item_type=item):
            one = _type(item)
            return f"readonly ({one})[]" if "|" in one else f"readonly {one}[]"
        case shape.UnionType(types=types):
            return " | ".join(_type(member) for member in types)
        case shape.StructType(cls=cls) | shape.DataclassType(cls=cls):
            return cls.__name__
        case _:
            raise TypeError(f"no TypeScript for {type(kind).__name__}")


def _field_docs(cls: type) -> dict[str, str]:
    """The string under each field, which Python itself forgets."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101
    docs = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                docs[name] = text
    return docs


def _comment(doc: str | None, indent: str = "") -> str:
    if not doc:
        return ""
    lines = [line.strip() for line in inspect.cleandoc(doc).splitlines()]
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"


def _events(asks: list[type[wire.AnyAsk]]) -> str:
    """The maps that socket.io-client is typed with."""
    out = [
        "export type Ask =" + "".join(f"\n  | {kind.__name__}" for kind in asks) + ";\n\n",
        "/** What each message is acknowledged with, unless it is `Refused`. */\nexport interface Answers {\n",
        *(f"  {name}: {wire.ANSWERS.get(kind, wire.Done).__name__};\n" for name, kind in wire.ASKS.items()),
        "}\n\n/** What a page sends: name, body, and how it is acknowledged. */\n",
        "export interface ClientToServerEvents {\n",
        *(
            f"  {name}: (body: {kind.__name__}, answer: (answer: Answers[{name!r}] | Refused) => void) => void;\n"
            for name, kind in wire.ASKS.items()
        ),
        "}\n\n/** What the server tells a page. */\nexport interface ServerToClientEvents {\n",
        *(f"  {name}: (body: {kind.__name__}) => void;\n" for name, kind in wire.TELLS.items()),
        "}\n",
    ]
    return "".join(out).replace("'", '"')


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m telehealth.edge.wire", description="Write web/src/wire.ts.")
    parser.add_argument("--check", action="store_true", help="only say whether the file is fresh (exit code 1 if not)")
    check = parser.parse_args().check
    text = module()
    if check:
        fresh = TARGET.is_file() and TARGET.read_text() == text
        sys.stdout.write("" if fresh else f"{TARGET.name} is out of date: run python -m telehealth.edge.wire\n")
        return 0 if fresh else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
