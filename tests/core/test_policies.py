"""Attendance policies: what a clinic may write, and what is refused with a sentence."""

from pathlib import Path

import pytest

from telehealth.core.attendance import Policy
from telehealth.core.policies import parse
from telehealth.packs import DEFAULT, load

GOOD: dict[str, object] = {
    "name": "county-a",
    "version": 3,
    "late_after_minutes": 7.5,
    "left_early_minutes": 0,
    "absent_below_percent": 50,
    "present_from_percent": 100,
}


def test_a_policy_is_read_from_a_mapping() -> None:
    """Minutes become milliseconds and percent become shares."""
    assert parse(GOOD) == Policy("county-a", 3, 450_000, 0, 0.5, 1.0)
    assert parse(GOOD).id == "county-a/3"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "County A"}, "name must be"),
        ({"name": ""}, "name must be"),
        ({"name": "a/b"}, "name must be"),
        ({"name": 7}, "name must be"),
        ({"version": 0}, "version must be"),
        ({"version": True}, "version must be"),
        ({"version": "1"}, "version must be"),
        ({"late_after_minutes": -1}, "late_after_minutes must be"),
        ({"late_after_minutes": True}, "late_after_minutes must be"),
        ({"late_after_minutes": "10"}, "late_after_minutes must be"),
        ({"left_early_minutes": 1441}, "left_early_minutes must be"),
        ({"absent_below_percent": float("nan")}, "absent_below_percent must be"),
        ({"present_from_percent": 101}, "present_from_percent must be"),
        ({"absent_below_percent": 80, "present_from_percent": 75}, "must not be less"),
        ({"late_after": 10}, "unknown late_after"),
    ],
)
def test_a_wrong_policy_is_refused_by_the_name_of_its_key(change: dict[str, object], says: str) -> None:
    """Whoever edits the file learns which line to mend."""
    with pytest.raises(ValueError, match=says):
        parse({**GOOD, **change})


@pytest.mark.parametrize("key", sorted(GOOD))
def test_nothing_is_assumed_for_a_missing_key(key: str) -> None:
    """A number that nobody wrote would judge people by accident."""
    with pytest.raises(ValueError, match=f"missing {key}"):
        parse({k: v for k, v in GOOD.items() if k != key})


def test_the_shipped_policy_is_there() -> None:
    """The default that the server names exists and parses."""
    assert load().policies[DEFAULT] == Policy("iop-default", 1, 600_000, 600_000, 0.25, 0.75, 0.1)


def test_a_clinic_adds_its_own_files(tmp_path: Path) -> None:
    """Its policies stand beside the shipped ones; other files in the folder are left alone."""
    (tmp_path / "readme.txt").write_text("not a policy")
    (tmp_path / "county.toml").write_text(_toml(GOOD))
    assert sorted(load(tmp_path).policies) == ["county-a/3", DEFAULT]


def test_a_version_means_one_thing_for_ever(tmp_path: Path) -> None:
    """A file that gives an id other numbers is refused, and a file that cannot be read is named."""
    (tmp_path / "mine.toml").write_text(_toml({**GOOD, "name": "iop-default", "version": 1}))
    with pytest.raises(ValueError, match=r"mine.toml: iop-default/1 exists with other rules"):
        load(tmp_path)
    (tmp_path / "mine.toml").write_text("name = ")
    with pytest.raises(ValueError, match=r"mine.toml: "):
        load(tmp_path)


def _toml(policy: dict[str, object]) -> str:
    return "\n".join(f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in policy.items())
