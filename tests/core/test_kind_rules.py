"""Kinds of session as data: what ships is whole, and a file that is not is refused."""

import pytest

from telehealth import packs
from telehealth.core.kind_rules import OTHER, KindRules
from telehealth.core.kinds import KINDS
from telehealth.core.packs import parse

PLAIN = {
    "capacity": 8,
    "waiting": True,
    "drop_in": False,
    "sees": "everyone",
    "camera": "off",
    "media": "voice",
    "layout": "circle",
    "notes": True,
    "billing": True,
}


def pack(**kinds: object) -> dict[str, object]:
    test = {"kind": "family", "sees": "everyone"}
    return {"pack": "kinds", "name": "own", "version": 2, "source": "us", "test": [test], **kinds}


def test_every_kind_ships_with_rules() -> None:
    """Each kind of the glossary has a rule, and whatever nobody named is held like a plain one."""
    rules = packs.load().kinds
    assert tuple(rules.kinds) == KINDS
    assert rules.of("painting") is OTHER
    assert rules.of("alumni").waiting is False
    assert rules.of("workshop").sees == "hosts"


def test_a_pack_says_every_key_of_each_kind() -> None:
    """A clinic's own pack is read; one that leaves something out, or names no kind, is refused."""
    rule = parse(pack(family=PLAIN)).rule
    assert isinstance(rule, KindRules)
    assert rule.of("family").capacity == 8
    for wrong in (pack(), pack(family={**PLAIN, "sees": "nobody"}), pack(family={**PLAIN, "colour": "red"})):
        with pytest.raises(ValueError, match=r"kind|sees|colour"):
            parse(wrong)
    for tools in ("rounds", ["Rounds!"], [1]):
        with pytest.raises(ValueError, match="list of names"):
            parse(pack(family={**PLAIN, "tools": tools}))


def test_the_usual_code_goes_by_whether_the_client_was_there() -> None:
    """Of a family session; other kinds have no such hint."""
    rules = packs.load().kinds
    assert (rules.of("family").code_hint(True), rules.of("family").code_hint(False)) == ("90847 HR", "90846 HS")
    assert rules.of("group_therapy").code_hint(True) == ""
