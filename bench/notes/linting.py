"""The lints on the notes of twenty clients, 4 KiB each, with a name, an alias and initials planted in every one."""

import random
import time

from telehealth import packs
from telehealth.core.ids import PersonId
from telehealth.core.names import Forms, forms
from telehealth.core.note_lints import Finding, name_findings, similar_findings
from telehealth.core.note_records import Content, free

from .saving import section

PEOPLE = (
    "Robert Quillfeather, Caroline Vantongeren, Daniel Marchetti, Eva O'Brien, José Straße, Zoë Kowalska, "
    "Mary-Jane Nguyen, William May, Grace Hope, Søren Dahl-Jensen, Li Wu, Anne Brook, Malik Haddad, Ruth Klein, "
    "Omar Diaz, Iris Park, Ben Ali, Tara Singh, Hugo Roy, Yara Costa"
)
ROUNDS = 15


def clinic() -> tuple[dict[PersonId | None, Content], Forms, list[tuple[PersonId, PersonId, int, int]]]:
    """Twenty sections, the names of their clients, and what was planted: in whose section, whom it names, where."""
    rng, policy = random.Random(7), packs.load().note_policy
    people = [PersonId(f"client-{number}") for number in range(20)]
    names = {who: (name, f"{name.split()[0]}y") for who, name in zip(people, PEOPLE.split(", "), strict=True)}
    sections: dict[PersonId | None, Content] = {}
    planted: list[tuple[PersonId, PersonId, int, int]] = []
    for number, about in enumerate(people):
        other = people[(number + 7) % 20]
        legal, alias = names[other]
        first, last = legal.split()
        text = ""
        for form in (legal, last.upper(), f"{alias}'s", f"{first[0]}.{last[0]}.", f"{first[0]}{last[0]}"):
            text += section(rng)[: 4096 // 6] + " "
            planted.append((about, other, len(text), len(text) + len(form.removesuffix("'s"))))
            text += form + " "
        sections[about] = free(text + section(rng)[: 4096 - len(text)])
    return sections, forms(names, policy.words, policy.abbreviations), planted


def missed(found: list[Finding], planted: list[tuple[PersonId, PersonId, int, int]]) -> int:
    """How many planted names no finding stands over."""
    return sum(
        not any((one.about, one.subject) == (about, who) and one.start <= start and end <= one.end for one in found)
        for about, who, start, end in planted
    )


def measure() -> dict[str, float]:
    """The best of some rounds, since the machine's other work only adds; and how many planted names were missed."""
    policy = packs.load().note_policy
    sections, known, planted = clinic()
    clients = {about: content for about, content in sections.items() if about is not None}
    took: list[float] = []
    found: list[Finding] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = name_findings({**sections, None: free("Topic: coping.")}, known)
        similar_findings(clients, {}, clients, known, policy)
        took.append((time.perf_counter() - began) * 1000)
    names = min(_names(sections, known) for _ in range(ROUNDS))
    return {
        "lint_ms": round(min(took), 1),
        "lint_names_ms": round(names, 1),
        "lint_planted": len(planted),
        "lint_missed": missed(found, planted),
    }


def _names(sections: dict[PersonId | None, Content], known: Forms) -> float:
    began = time.perf_counter()
    name_findings(sections, known)
    return (time.perf_counter() - began) * 1000
