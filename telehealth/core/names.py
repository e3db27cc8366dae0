"""Names as they stand in texts: which forms a person's name can take, and where in a text one of them occurs.

Letters are compared without case and without marks ("José" is "jose", "Straße" is "strasse"). A name is found whole or
in parts, with a possessive or a plural s, and as initials with or without points. Words of the language that are names,
too ("Will", "May"), and names of two letters count only with a capital; where any word would have one, at the start
of a sentence, they are found as doubtful. So are initials that mean something else in most notes ("AA").

Places are in characters of the text. Must not touch: sections, roles.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .ids import PersonId

_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.[ ]?){1,3}[^\W\d_]\b\.?|(?<!\w)[^\W\d_]{2,4}\b(?![.]\w)")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts without spaces between words: Thai, Lao, Burmese, Japanese, Chinese; Korean puts its endings on the name."""
_SENTENCE_ENDS = re.compile(r"(?:\A|[.!?:;\n\u2022*-])[\s\"'\u201c\u2018(]*\Z")
_PARTICLE = re.compile(r"al|ap|ben|bin|da|das|de|del|della|den|der|di|dos|du|el|ibn|la|las|le|los|san|st|van|von")
_TITLE = re.compile(r"dr|ii|iii|iv|jr|mr|mrs|ms|prof|sr")
"""Parts of names that name nobody by themselves; a particle is one after the first name."""
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """One spelling of a word, however it is accented and written."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which somebody may be named."""

    person: PersonId
    kind: str
    """legal_name | alias | initials"""
    capital: bool = False
    """Counts only with a capital letter."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody is named here."""

    start: int
    end: int
    person: PersonId
    kind: str
    doubtful: bool
    """More likely to be something else: a question, not a refusal."""


@dataclass(frozen=True, slots=True)
class Forms:
    """How a number of people may be named."""

    words: Mapping[str, tuple[Form, ...]]
    initials: Mapping[str, tuple[Form, ...]]
    spaceless: tuple[tuple[str, Form], ...]
    abbreviations: frozenset[str]

    def of(self, person: PersonId) -> frozenset[str]:
        """Every word and every initials of one of them."""
        return frozenset(
            word
            for table in (self.words, self.initials)
            for word, forms in table.items()
            if any(form.person == person for form in forms)
        )


def forms(
    people: Mapping[PersonId, tuple[str, str]], words: Iterable[str] = (), abbreviations: Iterable[str] = ()
) -> Forms:
    """Of each person's legal name and alias. `words` are common words that are names, too."""
    common = frozenset(map(folded, words))
    found: dict[str, dict[tuple[PersonId, str], Form]] = {}
    initials: dict[str, dict[tuple[PersonId, str], Form]] = {}
    spaceless: list[tuple[str, Form]] = []
    for person, (legal_name, alias) in people.items():
        for kind, name in (("legal_name", legal_name), ("alias", alias)):
            form = Form(person, kind)
            for part in name.split():
                if _SPACELESS.search(part):
                    spaceless.append((part, form))
            parts = _parts(name)
            for word in dict.fromkeys(word for part in parts for word in part):
                if len(word) == 1 and len(parts) > 1:
                    continue  # of "James T. Kirk" the T is part of the initials only
                capital = word in common or len(word) < 3
                found.setdefault(word, {}).setdefault((person, kind), Form(person, kind, capital))
            for letters in _initials(parts):
                initials.setdefault(letters, {}).setdefault((person, "initials"), Form(person, "initials", True))
    return Forms(
        {word: tuple(ways.values()) for word, ways in found.items()},
        {letters: tuple(ways.values()) for letters, ways in initials.items()},
        tuple(spaceless),
        frozenset(map(folded, abbreviations)),
    )


def _parts(name: str) -> list[list[str]]:
    """The words of a name, those that are joined by a hyphen together. "O'Brien" is also "obrien"."""
    found: list[list[str]] = []
    for part in name.split():
        if _SPACELESS.search(part):
            continue
        words = [folded(word) for word in _WORD.findall(part)]
        if len(words) == 2 and len(words[0]) == 1 and re.search("['\u2019]", part):
            words = ["".join(words), words[1]]  # O'Brien, D'Angelo: a text may have either
        untold = [_TITLE, _PARTICLE] if found else [_TITLE]  # Ben Ali is called Ben
        words = [word for word in words if len(word) > 1 and not any(rule.fullmatch(word) for rule in untold)]
        single = "" if words else folded("".join(_WORD.findall(part)))
        if words or len(single) == 1:
            found.append(words or [single])
    return found


def _initials(parts: Sequence[Sequence[str]]) -> Iterator[str]:
    if len(parts) < 2:
        return
    letters = [part[0][0] for part in parts]
    yield "".join(letters[:4])
    for last in parts[-1]:  # of Jones-Doe either counts
        yield letters[0] + last[0]
    if len(parts[-1]) > 1:
        yield letters[0] + "".join(word[0] for word in parts[-1])


def named(text: str, known: Forms) -> list[Named]:
    """Everybody of `known` who is named, in order. A name of several words is one finding."""
    found = [*_words(text, known), *_shortened(text, known), *_unspaced(text, known)]
    found.sort(key=lambda one: (one.start, -one.end, one.person, one.kind != "legal_name"))
    merged: list[Named] = []
    last: dict[PersonId, int] = {}
    for one in found:
        place = last.get(one.person)
        before = None if place is None else merged[place]
        if place is not None and before is not None and _joined(text, before, one):
            kind = before.kind if before.kind != "initials" else one.kind
            doubtful = before.doubtful and one.doubtful
            merged[place] = Named(before.start, max(before.end, one.end), one.person, kind, doubtful)
        else:
            last[one.person] = len(merged)
            merged.append(one)
    return merged


def _joined(text: str, before: Named, one: Named) -> bool:
    return one.start <= before.end or (
        one.start - before.end <= 2 and not text[before.end : one.start].strip(" .-'\u2019")
    )


def _words(text: str, known: Forms) -> Iterator[Named]:
    table = known.words
    before = -1
    previous = ""
    for match in _WORD.finditer(text):
        word = match[0]
        plain = folded(word)
        start, end = match.span()
        ways = table.get(plain)
        if ways is None and plain.endswith("s") and word[0].isupper():  # "the Bobs", or Bobs without its apostrophe
            ways = tuple(form for form in table.get(plain[:-1], ()) if not form.capital)
        if before == start - 1 and len(previous) == 1 and text[before] in "'\u2019":
            joined = table.get(previous + plain)  # O'Brien
            if joined:
                ways, start = joined, start - 2
        before, previous = end, plain
        for form in ways or ():
            if not form.capital or word[0].isupper():
                doubtful = (
                    form.capital and len(plain) > 2 and bool(_SENTENCE_ENDS.search(text, max(0, start - 8), start))
                )
                yield Named(start, end, form.person, form.kind, doubtful)


def _shortened(text: str, known: Forms) -> Iterator[Named]:
    if not known.initials:
        return
    for match in _INITIALS.finditer(text):
        letters = match[0].replace(".", "").replace(" ", "")
        plural = len(letters) > 2 and letters[-1] == "s"
        letters = letters[:-1] if plural else letters
        if not letters.isupper():
            continue
        plain = folded(letters)
        for form in known.initials.get(plain, ()):
            yield Named(match.start(), match.end(), form.person, form.kind, plain in known.abbreviations)


def _unspaced(text: str, known: Forms) -> Iterator[Named]:
    for name, form in known.spaceless:
        start = text.find(name)
        while start >= 0:
            yield Named(start, start + len(name), form.person, form.kind, False)
            start = text.find(name, start + len(name))
