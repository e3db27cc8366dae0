"""What is looked for in a note before it is signed, on the server and nowhere else: no text leaves for it.

Somebody else's name in a client's section or in the shared one is refused until somebody says why it stands there.
A section that is nearly another's, or nearly the client's last one, is a question whose answer is kept. Session times
have no place in a counselling note (DOMAIN 3.1). Every finding says where. Must not touch: the store.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .ids import PersonId
from .names import Forms, named
from .note_policy import NotePolicy
from .note_records import Content
from .similar import Print, Prints, longest, percent

_CLOCK = re.compile(
    r"""(?<![\w.])(?:
        (?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?[ap]\.?m\b\.?)?(?![\w%])(?!\.\d)  # 17:30, 5.30 pm, 17h30
      | (?:1[0-2]|0?[1-9])\s?[ap]\.?m\b\.?                                 # 5pm, 5 p.m.
      | (?:1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s?o['\u2019]?clock\b
      | (?:at|until|till|from|by)\s(?:noon|midnight)\b
      | a\slas?\s(?:1[0-2]|[1-9]|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|an?|half\san?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty"
    r"|forty-five|fifty|sixty|ninety|una?|dos|tres|media|treinta|cuarenta|sesenta)"
)
_LENGTH = re.compile(
    rf"(?<![\w.])(?:{_NUMBER}[\s-]?(?:minutes?|mins?|hours?|hrs?|minutos?|horas?)|\d+(?:[.,]\d+)?\s?h)(?![\w])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person has to look at."""

    id: str
    """The same for the same finding, wherever in the section it stands."""
    rule: str
    """name | similar | clock_time"""
    refuses: bool
    """Whether it ought not to be there; otherwise it may well be right, and is asked."""
    about: PersonId | None
    """Whose section; None is the group's."""
    field: str
    start: int
    """In characters of the field."""
    end: int
    subject: PersonId | None = None
    """Whose name, or whose section is alike: the client's own is their last one."""
    kind: str = ""
    """Of a name: legal_name | alias | initials. Of a likeness: session | last_note."""
    matched: str = ""
    percent: int = 0


def name_findings(sections: Mapping[PersonId | None, Content], known: Forms) -> list[Finding]:
    """Names of others in each section. A client's own name is theirs, also where somebody else has it, too."""
    found: list[Finding] = []
    for about, content in sections.items():
        others = known if about is None else _without(known, about)
        for field, text in content.fields:
            for one in named(text, others):
                matched = text[one.start : one.end]
                found.append(
                    Finding(
                        _id("name", about, one.person, matched.casefold()),
                        "name",
                        not one.doubtful,
                        about,
                        field,
                        one.start,
                        one.end,
                        one.person,
                        one.kind,
                        matched,
                    )
                )
    return found


def _without(known: Forms, person: PersonId) -> Forms:
    own = known.of(person)
    return Forms(
        {word: ways for word, ways in known.words.items() if word not in own},
        {letters: ways for letters, ways in known.initials.items() if letters not in own},
        tuple((name, form) for name, form in known.spaceless if form.person != person),
        known.abbreviations,
    )


def similar_findings(
    sections: Mapping[PersonId, Content],
    beside: Mapping[PersonId, Content],
    last: Mapping[PersonId, Content],
    known: Forms,
    policy: NotePolicy,
) -> list[Finding]:
    """Each client's section that is nearly another's of the session, or nearly the client's last one.

    `beside` are sections that are signed already. Of several that are alike the likest is told.
    """
    made = Prints(known.words)
    prints = {about: made.of(content.fields) for about, content in {**beside, **sections}.items()}
    found: list[Finding] = []
    for about in sections:
        mine = prints[about]
        alike = [(_alike(mine, other, policy), who) for who, other in prints.items() if who != about]
        share, who = max(alike, default=(0, about))
        if share:
            found.append(_similar(about, mine, prints[who], who, "session", share))
        if about in last:
            before = made.of(last[about].fields)
            share = _alike(mine, before, policy)
            if share:
                found.append(_similar(about, mine, before, about, "last_note", share))
    return found


def _alike(one: Print, other: Print, policy: NotePolicy) -> int:
    """The share from the policy's threshold on, else 0."""
    if min(len(one.words), len(other.words)) < policy.similar_words:
        return 100 if one.words and one.words == other.words else 0
    share = percent(one, other)
    return share if share >= policy.similar_percent else 0


def _similar(about: PersonId, mine: Print, other: Print, who: PersonId, kind: str, share: int) -> Finding:
    field, start, end = longest(mine, other)
    return Finding(_id("similar", about, who, kind), "similar", False, about, field, start, end, who, kind, "", share)


def clock_times(about: PersonId | None, fields: Iterable[tuple[str, str]]) -> list[Finding]:
    """Times of day and lengths in hours or minutes. They belong to the progress note: a counselling note that has one
    would be part of the record (45 CFR 164.501)."""
    found: list[Finding] = []
    for field, text in fields:
        for start, end in _apart(sorted(m.span() for rule in (_CLOCK, _LENGTH) for m in rule.finditer(text))):
            matched = text[start:end]
            name = _id("clock_time", about, None, matched.casefold())
            found.append(Finding(name, "clock_time", True, about, field, start, end, matched=matched))
    return found


def _apart(spans: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    until = -1
    for start, end in spans:
        if start >= until:
            until = end
            yield start, end


def _id(rule: str, about: PersonId | None, subject: PersonId | None, what: str) -> str:
    return hashlib.sha256("\n".join((rule, about or "", subject or "", what)).encode()).hexdigest()[:16]
