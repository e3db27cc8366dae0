"""docs/attendance.md says what the program does: nothing that a biller or an auditor meets is missing from it."""

import dataclasses
import hashlib
import re
import tomllib
import typing
from pathlib import Path

import pytest

from telehealth.core.attendance import Modality, Row, Status
from telehealth.core.billable import Reason
from telehealth.core.chain import GENESIS, link
from telehealth.core.events import Event
from telehealth.core.packs import parse
from telehealth.core.units import FUNCTIONS, units
from telehealth.edge.formats import CLAIM
from telehealth.edge.profiles import BILLING
from telehealth.packs import load

TEXT = (Path(__file__).parents[2] / "docs" / "attendance.md").read_text("utf-8")
NOT_EVIDENCE = {"Opened", "HandChanged", "LockChanged", "MediaAssigned"}
"""Events that change no attendance and tell an auditor nothing of it."""


def test_every_column_is_defined() -> None:
    """Each field of a row stands in the first cell of the table of columns, and no other does."""
    table = TEXT.split("## Columns")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert named == {field.name for field in dataclasses.fields(Row)}


def test_every_column_of_a_claim_is_defined() -> None:
    """What the profile `billing` adds to the stored row stands in the table of claims."""
    table = TEXT.split("## A claim")[1].split("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE))))
    sources = {*CLAIM, "facility_npi", "facilitator_npi"}
    assert named == {column.name for column in BILLING if column.source in sources}


ELSEWHERE = {"level_of_care", "format", "curriculum", "plan_form", "scales"}
"""Kinds of packs by which nothing is counted."""
KINDS = (Path(__file__).parents[2] / "docs" / "kinds.md").read_text()


@pytest.mark.parametrize("name", [one.name for one in load().all.values() if one.kind in ELSEWHERE - {"level_of_care"}])
def test_every_pack_of_a_tool_is_explained(name: str) -> None:
    """What a tool goes by is mentioned by its name where the kinds of session are."""
    assert name in KINDS


@pytest.mark.parametrize(
    "word",
    [
        *Status,
        *Modality,
        *Reason,
        *FUNCTIONS,
        *(kind.__name__ for kind in typing.get_args(Event) if kind.__name__ not in NOT_EVIDENCE),
        *(pack.id for pack in load().all.values() if pack.kind not in ELSEWHERE),
    ],
)
def test_every_word_is_explained(word: str) -> None:
    """Each status, modality, reason, unit function, piece of evidence and shipped pack is mentioned by its name."""
    assert f"`{word}`" in TEXT


def test_the_table_of_units_is_right() -> None:
    """Every cell is what the shipped rule gives."""
    lines = [
        line.strip("| \n").split(" | ") for line in TEXT.split("## Units")[1].splitlines() if line.startswith("| ")
    ]
    head = next(line for line in lines if line[0] == "minutes")
    rules = load().unit_rules
    rows = [line for line in lines if line[0].strip("`") in rules]
    assert {row[0].strip("`") for row in rows} == set(rules)
    for row in rows:
        for minutes, cell in zip(head[1:], row[1:], strict=True):
            assert units(int(minutes), rules[row[0].strip("`")]) == int(cell)


def test_the_example_pack_is_one() -> None:
    """What a clinic would copy is read, and passes its own test."""
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert parse(tomllib.loads(example)).kind == "payers"


def test_the_hash_is_what_the_manual_says() -> None:
    """Somebody who follows the manual by hand comes to the same hash."""
    assert "`000…0002:at,1:7,1:t,5:Ended,`" in TEXT
    by_hand = hashlib.sha256((GENESIS + "2:at,1:7,1:t,5:Ended,").encode()).hexdigest()
    assert link(GENESIS, {b"t": b"Ended", b"at": b"7"}) == by_hand
