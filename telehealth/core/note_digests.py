"""Digests of signed notes: what each signature covers, as one hash that anybody can make again.

The signed text has one, and each thing that was done to it later has one that covers the one before. Every part is
preceded by its length, so that nothing can be moved across a border of two parts. Must not touch: how it is stored.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from .note_records import TEXT, Answer, Content, Facts, Later, NoteSection


def digest(section: NoteSection, answered: Sequence[str] | None = None) -> str:
    """SHA-256 (hex) of what a signature covers: text, picked goals, facts, answers, authorship, signature and place.

    `answered`: the digests of the answers, where those themselves are not there.
    """
    who = ("group" if section.about is None else "person", section.about or "")
    when = (str(section.revision), section.author, str(section.saved), str(section.signed_by), str(section.signed))
    if section.form == 1:
        return _hash("note-section-1", section.session, *who, *when, dict(section.content.fields).get(TEXT, ""))
    return _hash(
        "note-section-2",
        section.session,
        *who,
        *when,
        section.supervisor or "",
        str(section.days_late),
        _canonical(section.content),
        facts_digest(section.facts),
        *(map(answer_digest, section.answers) if answered is None else answered),
    )


def answer_digest(answer: Answer) -> str:
    """SHA-256 (hex) of one answer to a lint. Only this is part of what is signed, because the answer itself may name
    another client: the signature can be checked by somebody who must not read it."""
    return hashlib.sha256(_canonical(answer).encode()).hexdigest()


def later_digest(
    section: NoteSection, number: int, later: Later, before: str, answered: Sequence[str] | None = None
) -> str:
    """SHA-256 (hex) of a later entry, its place and the digest before it."""
    return _hash(
        "note-later-1",
        section.session,
        "group" if section.about is None else "person",
        section.about or "",
        str(number),
        _canonical(replace(later, digest="", answers=())),
        *(map(answer_digest, later.answers) if answered is None else answered),
        before,
    )


def answers_of(section: NoteSection) -> tuple[tuple[str, ...], ...]:
    """The digests of all answers: those of the signed text, then those of each later entry."""
    given = (section.answers, *(one.answers for one in section.later))
    return tuple(tuple(map(answer_digest, answers)) for answers in given)


def sound(section: NoteSection, answered: Sequence[Sequence[str]] | None = None) -> bool:
    """Whether every digest of a signed section is that of what stands there, with these answers (`answers_of`)."""
    before, given = section.digest, answers_of(section) if answered is None else answered
    if len(given) != 1 + len(section.later):
        return False
    if before != digest(replace(section, revision=section.revision - len(section.later)), given[0]):
        return False
    for number, one in enumerate(section.later, 1):
        if one.digest != later_digest(section, number, one, before, given[number]):
            return False
        before = one.digest
    return True


def _canonical(value: Content | Answer | Later) -> str:
    return json.dumps(asdict(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _hash(*parts: str) -> str:
    """Each part is preceded by its length, so that no two lists of parts share a form."""
    return hashlib.sha256(b"".join(b"%d:%s" % (len(p), p) for p in (part.encode() for part in parts))).hexdigest()


def head(section: NoteSection) -> str:
    """The digest of the last thing that was signed: the next one covers it."""
    return section.later[-1].digest if section.later else section.digest


def facts_digest(facts: Facts | None) -> str:
    """SHA-256 (hex) of the facts, which the signature under the section covers."""
    text = json.dumps(None if facts is None else asdict(facts), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
