"""A TOML table read key by key, so that whoever wrote it is told which key is wrong, and of any that means nothing.

Every method takes a key away and raises `ValueError` with a sentence that names it; `done` complains of what is left.
Must not touch: files.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from .ids import Millis

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KIND = re.compile(r"[a-z]+(_[a-z]+)*")
CODE = re.compile(r"[0-9A-Z]{2}")
_NONE = object()


class Table:
    """`what` begins every complaint, such as "units pack"."""

    def __init__(self, mapping: Mapping[str, object], what: str) -> None:
        self._left = dict(mapping)
        self.what = what

    def wrong(self, sentence: str) -> ValueError:
        return ValueError(f"{self.what}: {sentence}")

    def has(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, default: object = _NONE) -> object:
        if key not in self._left and default is _NONE:
            raise self.wrong(f"missing {key}")
        return self._left.pop(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key, _NONE if default is None else default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"{key} must be text")
        return value

    def name(self, key: str) -> str:
        value = self.text(key)
        if not NAME.fullmatch(value):
            raise self.wrong(f"{key} must be lower-case words joined by hyphens")
        return value

    def choice(self, key: str, among: Sequence[str]) -> str:
        value = self.text(key)
        if value not in among:
            raise self.wrong(f"{key} must be one of {', '.join(among)}")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(f"{key} must be a whole number from {least} to {most}")
        return value

    def wholes(self, key: str, least: int, most: int) -> tuple[int, ...]:
        values = self.take(key)
        if (
            not isinstance(values, list)
            or not values
            or any(not isinstance(v, int) or isinstance(v, bool) or not least <= v <= most for v in values)
        ):
            raise self.wrong(f"{key} must be a list of whole numbers from {least} to {most}")
        return tuple(values)

    def texts(self, key: str, count: int) -> tuple[str, ...]:
        values = self.take(key)
        if not isinstance(values, list) or len(values) != count or not all(isinstance(v, str) and v for v in values):
            raise self.wrong(f"{key} must be a list of {count} texts")
        return tuple(values)

    def yes(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false")
        return value

    def day(self, key: str) -> date | None:
        """A date, or None where the key is not given."""
        value = self.take(key, None)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.wrong(f"{key} must be a date, such as 2026-01-01")
        return value

    def days(self, key: str) -> frozenset[date]:
        values = self.take(key, [])
        if not isinstance(values, list) or any(not isinstance(v, date) or isinstance(v, datetime) for v in values):
            raise self.wrong(f"{key} must be a list of dates")
        return frozenset(values)

    def kinds(self, key: str) -> tuple[str, ...]:
        values = self.take(key)
        if (
            not isinstance(values, list)
            or not values
            or any(not isinstance(v, str) or not KIND.fullmatch(v) for v in values)
        ):
            raise self.wrong(f"{key} must be a list of kinds of session, such as group_therapy")
        return tuple(values)

    def codes(self, key: str) -> tuple[str, ...]:
        """Modifiers of a claim; none where the key is not given."""
        values = self.take(key, [])
        if not isinstance(values, list) or any(not isinstance(v, str) or not CODE.fullmatch(v) for v in values):
            raise self.wrong(f"{key} must be a list of modifiers of two letters or digits, such as HQ")
        return tuple(values)

    def names(self, key: str) -> tuple[str, ...]:
        """Names such as `rounds`; none where the key is not given."""
        values = self.take(key, [])
        if not isinstance(values, list) or any(not isinstance(v, str) or not KIND.fullmatch(v) for v in values):
            raise self.wrong(f"{key} must be a list of names, such as rounds")
        return tuple(values)

    def minute(self, key: str) -> int:
        """A time of day, as minutes after midnight."""
        value = self.take(key)
        if not isinstance(value, time):
            raise self.wrong(f"{key} must be a time of day, such as 21:00:00")
        return value.hour * 60 + value.minute

    def moment(self, key: str) -> Millis:
        """A date and time without an offset; the tests of packs live in UTC."""
        value = self.take(key)
        if not isinstance(value, datetime) or value.tzinfo is not None:
            raise self.wrong(f"{key} must be a local date and time, without an offset")
        return round(value.replace(tzinfo=UTC).timestamp() * 1000)

    def table(self, key: str) -> "Table":
        value = self.take(key)
        if not isinstance(value, dict):
            raise self.wrong(f"{key} must be a table")
        return Table(value, f"{self.what}, {key}")

    def tables(self, key: str) -> list["Table"]:
        """The `[[key]]` tables; none where there are none."""
        values = self.take(key, [])
        if not isinstance(values, list) or any(not isinstance(v, dict) for v in values):
            raise self.wrong(f"{key} must be tables, [[{key}]]")
        return [Table(value, f"{self.what}, {key} {number}") for number, value in enumerate(values, 1)]

    def rest(self) -> dict[str, "Table"]:
        """Every key that is left, each a table named by a kind of session."""
        for key in self._left:
            if not KIND.fullmatch(key):
                raise self.wrong(f"{key} is no kind of session")
        return {key: self.table(key) for key in list(self._left)}

    def remaining(self) -> Mapping[str, object]:
        """All that is left, for a reader of its own."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        if self._left:
            raise self.wrong(f"unknown {', '.join(sorted(self._left))}")
