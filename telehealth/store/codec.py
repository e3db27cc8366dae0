"""Events and attendance rows as flat stream fields, and back. Written values are readable for ever.

An entry has `v` (the version of this codec that wrote it), for events `t` (the event's name), and one field per
attribute. Numbers are decimal, truth is 1 or 0, a tuple of ids is JSON, what is None is left out of an event. Fields
that a later version added are ignored, so that a step back to an older release still reads the log; what an older
version lacks has its default. `hash`, which `rooms.py` adds to an event's entry, is the chain's (core/chain.py).

2: media that flows, side room, breaks, steps of the clock, `inferred`; rows with what is made of them.
3: whom a missing consent held, and who waived it.
4: whom a host held apart from the group.
5: calls for help, marks of risk, leave to go, alarms and the steps that were taken; whether a page closed itself.
6: by which rules a kind of session is held, who waits and who sees whom; clients for whom staff no longer wait.
6: whoever was held back or took a moment; quiet mode, who is shown large, who was asked to unmute, who leads.
6: breakout rooms, and who speaks to all of them.
6: who looks at somebody that waits.
One example of each event stands in tests/store/examples/events-vN.json and is read by the tests for ever: when a
class changes, add version N+1 here and convert the older fields before `_built`; never edit an old example.

Rows keep every column in every entry, in one order: a stream node then stores the names once (127 bytes a row).
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

import msgspec

from telehealth.core.attendance import Row
from telehealth.core.events import Event
from telehealth.core.evidence import Interval

VERSION = 6

_EVENTS: dict[str, type[Any]] = {cls.__name__: cls for cls in typing.get_args(Event)}


class Unreadable(Exception):
    """A record was written by a later release, or is damaged. The message holds no content."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    name: str
    is_tuple: bool
    may_be_none: bool


def _fields(cls: type[Any]) -> tuple[_Field, ...]:
    hints = typing.get_type_hints(cls)
    return tuple(_field(f.name, hints[f.name]) for f in dataclasses.fields(cls))


def _field(name: str, hint: Any) -> _Field:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    options = typing.get_args(hint) if union else (hint,)
    return _Field(name, any(typing.get_origin(o) is tuple for o in options), type(None) in options)


_SHAPES: dict[type[Any], tuple[_Field, ...]] = {cls: _fields(cls) for cls in (*_EVENTS.values(), Row)}
_NOT_STORED = {"programme", "final"}
"""Columns of a row that its key already says: the programme, and that only final rows are stored."""
_COLUMNS = tuple(f for f in _SHAPES[Row] if f.name not in _NOT_STORED)


def event_fields(event: Event) -> dict[str, str]:
    """The entry that records `event`."""
    cls = type(event)
    out = {"v": str(VERSION), "t": cls.__name__}
    for field in _SHAPES[cls]:
        value = getattr(event, field.name)
        if value is not None:
            out[field.name] = _flat(value)
    return out


def event_from(fields: Mapping[bytes, bytes]) -> Event:
    """The event that an entry records."""
    name = fields.get(b"t", b"").decode()
    cls = _EVENTS.get(name)
    if cls is None:
        raise Unreadable("The log holds an event that this release does not know. Run the release that wrote it.")
    return typing.cast(Event, _built(cls, _SHAPES[cls], fields, {}))


def row_fields(row: Row) -> dict[str, str]:
    """The entry that records a final row."""
    out = {"v": str(VERSION)}
    for field in _COLUMNS:
        value = getattr(row, field.name)
        if field.name == "intervals":
            out[field.name] = ",".join(_interval(i) for i in row.intervals)
        else:
            out[field.name] = "" if value is None else _flat(value)
    return out


def row_from(programme: str, fields: Mapping[bytes, bytes]) -> Row:
    """The row that an entry records."""
    present = {name: value for name, value in fields.items() if value or name in (b"policy", b"kind")}
    spans = present.pop(b"intervals", b"").decode()
    try:
        intervals = [_interval_from(span) for span in spans.split(",") if span]
    except ValueError:
        raise Unreadable("An attendance row is damaged.") from None
    known = {"programme": programme, "final": True, "intervals": intervals}
    if b"attended_ms" not in fields:  # version 1: there were no breaks
        present[b"attended_ms"] = fields.get(b"milliseconds", b"")
    return typing.cast(Row, _built(Row, _SHAPES[Row], present, known))


def _built(cls: type[Any], shape: tuple[_Field, ...], fields: Mapping[bytes, bytes], known: dict[str, Any]) -> Any:
    values: dict[str, Any] = dict(known)
    for field in shape:
        raw = fields.get(field.name.encode())
        if field.name in known:
            continue
        if raw is None:
            if field.may_be_none:
                values[field.name] = None
        elif field.is_tuple:
            values[field.name] = msgspec.json.decode(raw)
        else:
            values[field.name] = raw.decode()
    try:
        return msgspec.convert(values, cls, strict=False)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise Unreadable(f"A stored {cls.__name__} is damaged or was written by a later release.") from None


def _flat(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return msgspec.json.encode(value).decode()
    return str(value)


def _interval(interval: Interval) -> str:
    end = "" if interval.end is None else str(interval.end)
    return f"{interval.start}-{end}-{interval.ended_by}{'-i' if interval.inferred else ''}"


def _interval_from(span: str) -> Interval:
    start, end, ended_by, *inferred = span.split("-")
    if inferred not in ([], ["i"]):
        raise ValueError("not an interval")
    return Interval(int(start), int(end) if end else None, ended_by, bool(inferred))
