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

    fields: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    """Of all fields, one after the other."""
    runs: frozenset[tuple[str, str, str]]

    def places(self) -> list[tuple[str, int, int]]:
        """Of each word: its field, start and end."""
        return [(name, *match.span()) for name, text in self.fields for match in _WORD.finditer(text)]


class Prints:
    """Makes prints in which the words of `names`, folded, stand for somebody. Knows each word that it has met."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._known: dict[str, str] = {}

    def of(self, fields: Sequence[tuple[str, str]]) -> Print:
        """What of the texts of a section is compared."""
        known = self._known
        raw = [word for _, text in fields for word in _WORD.findall(text)]
        for word in set(raw).difference(known):
            plain = folded(word)
            known[word] = "#" if plain in self._names or _SOMEBODY.fullmatch(plain) else plain
        words = [known[word] for word in raw]
        return Print(tuple(fields), tuple(words), frozenset(zip(words, words[1:], words[2:], strict=False)))


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
    places = one.places()
    begin, best = 0, (0, 0)
    for number, (field, _, _) in enumerate(places):
        if number not in shared or field != places[begin][0]:
            begin = number if number in shared else number + 1
        if number in shared and number - begin > best[1] - best[0]:
            best = (begin, number)
    first, last = best
    if not shared:  # too short for runs, and equal as a whole
        last = sum(field == places[0][0] for field, _, _ in places) - 1
    return places[first][0], places[first][1], places[last][2]
