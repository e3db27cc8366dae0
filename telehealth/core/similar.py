"""How alike two sections are, once the names in them are taken away: the copied note with another name in it.

Texts are compared by their runs of three words (Dice's coefficient), with names and pronouns made equal. Reviewers and
payers compare in such a way, too (DOMAIN 3.4); from which share on is the clinic's to say. Must not touch: names.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .names import folded

_WORD = re.compile(r"[^\W_]+")
_SOMEBODY = re.compile(r"he|she|they|him|her|them|his|hers|theirs?|(?:him|her|them)sel(?:f|ves)|ella?|client|patient")
_RUN = 3


@dataclass(frozen=True, slots=True)
class Print:
    """What of a section is compared."""

    words: tuple[str, ...]
    places: tuple[tuple[str, int, int], ...]
    """Of each word: its field, start and end."""
    runs: frozenset[tuple[str, ...]]


def imprint(fields: Sequence[tuple[str, str]], names: Collection[str]) -> Print:
    """Of the texts of a section. `names` are words, folded, that stand for somebody."""
    words: list[str] = []
    places: list[tuple[str, int, int]] = []
    for name, text in fields:
        for match in _WORD.finditer(text):
            word = folded(match[0])
            words.append("#" if word in names or _SOMEBODY.fullmatch(word) else word)
            places.append((name, match.start(), match.end()))
    return Print(tuple(words), tuple(places), frozenset(zip(words, words[1:], words[2:], strict=False)))


def percent(one: Print, other: Print) -> int:
    """0 to 100. Sections of one or two words are alike only if they are equal."""
    if not one.runs or not other.runs:
        return 100 if one.words and one.words == other.words else 0
    return 200 * len(one.runs & other.runs) // (len(one.runs) + len(other.runs))


def longest(one: Print, other: Print) -> tuple[str, int, int]:
    """Where in `one` the longest stretch stands that `other` has, too: field, start and end. It lies in one field."""
    best, begin = (0, 0), 0
    for number in range(len(one.words)):
        shared = one.words[number : number + _RUN] in other.runs
        if not shared or one.places[number][0] != one.places[begin][0]:
            begin = number if shared else number + 1
        if shared and number - begin >= best[1] - best[0]:
            best = (begin, number + 1)
    begin, end = best
    last = begin
    while last + 1 < min(end + _RUN - 1, len(one.words)) and one.places[last + 1][0] == one.places[begin][0]:
        last += 1
    field, start, _ = one.places[begin]
    return field, start, one.places[last][2]
