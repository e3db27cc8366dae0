"""Events and rows as flat fields: nothing is lost, old examples stay readable, later additions do no harm."""

import dataclasses
import json
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.attendance import Row
from telehealth.core.events import Event
from telehealth.store import codec
from tests.store.records import row

EXAMPLES = Path(__file__).parent / "examples"
KINDS = typing.get_args(Event)


def as_read(fields: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in fields.items()}


def said(record: object, example: str) -> str:
    """The record as its example writes it: what was added later is not in there, and has its default."""
    shown = []
    for field in dataclasses.fields(record):
        if f"{field.name}=" in example:
            shown.append(f"{field.name}={getattr(record, field.name)!r}")
        else:
            assert getattr(record, field.name) == field.default
    return f"{type(record).__name__}({', '.join(shown)})"


ids = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
st.register_type_strategy(str, ids)


@given(st.one_of([st.from_type(kind) for kind in KINDS]))
def test_every_event_survives(event: Event) -> None:
    """Whatever an event holds comes back equal, of the same type."""
    fields = codec.event_fields(event)
    assert codec.event_from(as_read(fields)) == event
    assert all(isinstance(value, str) for value in fields.values())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("events-v*.json")), ids=lambda path: path.stem)
def test_events_of_every_version_stay_readable(path: Path) -> None:
    """Each entry that a release has ever written is still read, and means what it meant."""
    for example in json.loads(path.read_text("utf-8")):
        event = codec.event_from(as_read(example["entry"]))
        assert said(event, example["means"]) == example["means"]


def test_there_is_an_example_of_every_event_of_this_version() -> None:
    """The examples of the present version hold each kind of event once, as it is written now."""
    path = EXAMPLES / f"events-v{codec.VERSION}.json"
    entries = [example["entry"] for example in json.loads(path.read_text("utf-8"))]
    assert [entry["t"] for entry in entries] == [kind.__name__ for kind in KINDS]
    for entry in entries:
        assert codec.event_fields(codec.event_from(as_read(entry))) == entry


def test_fields_of_later_versions_are_ignored() -> None:
    """A step back to this release reads what a later one wrote, less what it does not know."""
    (first, *_) = json.loads((EXAMPLES / "events-v1.json").read_text("utf-8"))
    later = as_read({**first["entry"], "v": "9", "mood": "unknown here"})
    assert said(codec.event_from(later), first["means"]) == first["means"]


def test_what_cannot_be_read_says_so_without_content() -> None:
    """An unknown kind of event or a damaged number is an error that shows nothing of the record."""
    for entry in ({"t": "Levitated", "at": "1"}, {}, {"t": "Ended", "at": "canary"}, {"t": "Seated", "at": "1"}):
        with pytest.raises(codec.Unreadable) as caught:
            codec.event_from(as_read(entry))
        assert "canary" not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("rows-v*.json")), ids=lambda path: path.stem)
def test_rows_of_every_version_stay_readable(path: Path) -> None:
    """Each stored row that a release has ever written is still read, and means what it meant."""
    for example in json.loads(path.read_text("utf-8")):
        found = codec.row_from("main", as_read(example["entry"]))
        assert {name: repr(getattr(found, name)) for name in example["means"]} == example["means"]


def test_the_present_version_of_a_row_is_written_as_its_example() -> None:
    """The example of this version holds every column as it is written now."""
    (example,) = json.loads((EXAMPLES / f"rows-v{codec.VERSION}.json").read_text("utf-8"))
    assert codec.row_fields(codec.row_from("main", as_read(example["entry"]))) == example["entry"]


@pytest.mark.parametrize("missing", ["session_start", "session_end", "first_join", "last_leave"])
def test_rows_survive(missing: str) -> None:
    """A row comes back equal, with and without the times that it may lack."""
    for full in (row(), dataclasses.replace(row(), **{missing: None}), dataclasses.replace(row(), intervals=())):
        assert codec.row_from(full.programme, as_read(codec.row_fields(full))) == full


def test_rows_have_the_same_columns_in_the_same_order() -> None:
    """A stream node stores the column names once only if all its entries have them alike."""
    empty = dataclasses.replace(row(), session_start=None, first_join=None, last_leave=None, intervals=())
    assert list(codec.row_fields(empty)) == list(codec.row_fields(row()))
    stored = set(codec.row_fields(row())) - {"v"}
    assert stored == {field.name for field in dataclasses.fields(Row)} - {"programme", "final"}


def test_a_damaged_row_says_so() -> None:
    """A row that cannot be read is an error, not a wrong row."""
    for name, value in (
        ("minutes", "many"),
        ("intervals", "1-2"),
        ("intervals", "x-2-left"),
        ("intervals", "1-2-left-x"),
        ("status", "fine"),
    ):
        with pytest.raises(codec.Unreadable):
            codec.row_from("prog1", as_read({**codec.row_fields(row()), name: value}))
