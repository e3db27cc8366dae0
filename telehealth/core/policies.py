"""Attendance policies as a clinic writes them: `parse` makes one of the mapping that a TOML file holds.

The numbers are payer-defined (DOMAIN 2.2), so they are data; what they mean is `attendance.judged`. A policy is known
by name and version, which stay on every row: whoever changes a number counts the version up, and rows that were
judged before keep the old one.

Must not touch: files. `telehealth/policies.py` reads them.
"""

import re
from collections.abc import Mapping

from .attendance import Policy

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = frozenset(
    {"name", "version", "late_after_minutes", "left_early_minutes", "absent_below_percent", "present_from_percent"}
)

_MIXED = "mixed_from_percent"
"""May be left out: then any change of modality makes it mixed."""


def parse(mapping: Mapping[str, object]) -> Policy:
    """The policy. Raises `ValueError` with a sentence that names the key that is wrong."""
    missing = sorted(_KEYS - mapping.keys())
    if missing:
        raise ValueError(f"attendance policy: missing {', '.join(missing)}")
    unknown = sorted(mapping.keys() - _KEYS - {_MIXED})
    if unknown:
        raise ValueError(f"attendance policy: unknown {', '.join(unknown)}")
    name = mapping["name"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("attendance policy: name must be lower-case words joined by hyphens, such as iop-default")
    absent_below = _number(mapping, "absent_below_percent", 100)
    present_from = _number(mapping, "present_from_percent", 100)
    if present_from < absent_below:
        raise ValueError("attendance policy: present_from_percent must not be less than absent_below_percent")
    return Policy(
        name=name,
        version=_whole(mapping, "version"),
        late_after=round(_number(mapping, "late_after_minutes", 24 * 60) * 60_000),
        left_early_before=round(_number(mapping, "left_early_minutes", 24 * 60) * 60_000),
        absent_below=absent_below / 100,
        present_from=present_from / 100,
        mixed_from=_number(mapping, _MIXED, 50) / 100 if _MIXED in mapping else 0.0,
    )


def _whole(mapping: Mapping[str, object], key: str) -> int:
    value = mapping[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"attendance policy: {key} must be a whole number from 1")
    return value


def _number(mapping: Mapping[str, object], key: str, most: int) -> float:
    value = mapping[key]
    # The range also refuses what TOML calls nan and inf.
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"attendance policy: {key} must be a number from 0 to {most}")
    return value
