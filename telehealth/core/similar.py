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
    shared = {
        place
        for number in range(len(one.words))
        if one.words[number : number + _RUN] in other.runs
        for place in range(number, number + _RUN)
    }
    begin, best = 0, (0, 0)
    for number, (field, _, _) in enumerate(one.places):
        if number not in shared or field != one.places[begin][0]:
            begin = number if number in shared else number + 1
        if number in shared and number - begin > best[1] - best[0]:
            best = (begin, number)
    first, last = best
    if not shared:  # too short for runs, and equal as a whole
        last = sum(field == one.places[0][0] for field, _, _ in one.places) - 1
    return one.places[first][0], one.places[first][1], one.places[last][2]
