"""Lists that a clinic may change: what a client may need, and why an episode ends. Read once from TOML, with words.

The codes go into records and stay there for ever, so a code is only ever added; the words may be mended. A clinic's own
file of the same name, in the folder `lists` of its folder of rule packs, stands in the place of the one that ships.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeVar

import msgspec

NEEDS, REASONS = "needs.toml", "discharge-reasons.toml"


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    label: Mapping[str, str]
    language: bool = False
    """Whether a language follows the code, after a colon."""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    label: Mapping[str, str]
    teds: int | None = None


class _Needs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    need: tuple[Need, ...]


class _Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: tuple[Reason, ...]


T = TypeVar("T", _Needs, _Reasons)


@dataclass(frozen=True, slots=True)
class Words:
    """Both lists."""

    needs: tuple[Need, ...]
    reasons: tuple[Reason, ...]

    @property
    def need_codes(self) -> frozenset[str]:
        """As core/person_rules.py asks for them."""
        return frozenset(f"{one.code}:" if one.language else one.code for one in self.needs)

    @property
    def reason_codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.reasons)


def load(folder: Path | None = None) -> Words:
    """Raises `ValueError` naming the file that cannot be used."""
    return Words(_read(NEEDS, folder, _Needs).need, _read(REASONS, folder, _Reasons).reason)


def _read(name: str, folder: Path | None, kind: type[T]) -> T:
    own = folder / "lists" / name if folder is not None else None
    text = own.read_text("utf-8") if own is not None and own.is_file() else _shipped(name)
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{name}: {error}") from None


def _shipped(name: str) -> str:
    return (resources.files("telehealth") / "data" / name).read_text("utf-8")
