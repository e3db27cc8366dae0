"""What ships about agreements: the rule of each kind, the proposed texts, and how codes are said in each language.

Files under `telehealth/data/agreements/`: `kinds.toml`, and a folder for each language with a text for each kind (its
first line is the title) and `places.toml`. The texts are proposals: nobody is asked for one until a clinic has
published its own (`core/agreements.py`). What is filled in is kept with the signature, so later words change nothing.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from importlib import resources
from importlib.resources.abc import Traversable

from telehealth.core.agreements import FALLBACK, AgreementText, Kind, Offer, Rule, rule_of
from telehealth.core.disclosure import Matter, Purpose
from telehealth.core.toml import Table

from .days import day_at


@dataclass(frozen=True, slots=True)
class Places:
    """How one language says what is filled in."""

    revocation: str
    until_date: str
    until_event: str
    until_never: str
    day: str
    months: tuple[str, ...]
    both: str
    matters: Mapping[str, str]
    purposes: Mapping[str, str]

    def said(self, day: date) -> str:
        month = self.months[day.month - 1]
        return self.day.format(day=day.day, month=month, year=day.year)

    def listed(self, words: Sequence[str]) -> str:
        return self.both.join(words)


@dataclass(frozen=True, slots=True)
class Book:
    rules: Mapping[Kind, Rule]
    proposals: Mapping[Kind, Mapping[str, tuple[str, str]]]
    """By kind and language: title and body."""
    places: Mapping[str, Places]

    def values(self, language: str, name: str, clinic: str, offer: Offer | None, zone: tzinfo) -> dict[str, str]:
        """What is filled in for this client. Of an offer without a purpose or a matter, the usual ones."""
        words = self.places.get(language) or self.places[FALLBACK]
        matters = (Matter.ATTENDANCE, Matter.NOTES) if offer is None else offer.covers
        purposes = (Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS) if offer is None else offer.purposes
        until = words.until_never
        if offer is not None and offer.expires is not None:
            # The end is the first moment at which it counts no more: the day before is the last.
            last = day_at(offer.expires, zone) - timedelta(days=1)
            until = words.until_date.format(day=words.said(last))
        elif offer is not None:
            until = words.until_event.format(event=offer.expires_event)
        return {
            "name": name,
            "clinic": clinic,
            "recipient": "" if offer is None else offer.recipient_name,
            "purposes": words.listed([words.purposes[one] for one in purposes]),
            "matters": words.listed([words.matters[one] for one in matters]),
            "until": until,
            "revocation": words.revocation,
        }


def load() -> Book:
    """Raises `ValueError` naming the file that is wrong."""
    folder = resources.files("telehealth").joinpath("data", "agreements")
    languages = {place.name: place for place in folder.iterdir() if place.is_dir() and len(place.name) == 2}
    whole = Table(tomllib.loads(folder.joinpath("kinds.toml").read_text(encoding="utf-8")), "kinds.toml")
    whole.text("source")
    whole.text("unverified")
    rules = [rule_of(one) for one in whole.tables("kind")]
    whole.done()
    return Book(
        {rule.kind: rule for rule in rules},
        {
            rule.kind: {name: _text(place.joinpath(f"{rule.kind}.txt")) for name, place in sorted(languages.items())}
            for rule in rules
        },
        {name: _places(place.joinpath("places.toml")) for name, place in sorted(languages.items())},
    )


def in_language(texts: Sequence[AgreementText], language: str) -> AgreementText:
    """Of one version: the text in this language, or in English, which is always there."""
    found = {text.language: text for text in texts}
    return found.get(language) or found[FALLBACK]


def _text(file: Traversable) -> tuple[str, str]:
    title, _, body = file.read_text(encoding="utf-8").strip().partition("\n")
    return title, body.strip()


def _places(file: Traversable) -> Places:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    return Places(
        said["revocation"],
        said["until_date"],
        said["until_event"],
        said["until_never"],
        said["day"],
        tuple(said["months"]),
        said["and"],
        {matter: said["matters"][matter] for matter in Matter},
        {purpose: said["purposes"][purpose] for purpose in Purpose if purpose is not Purpose.LEGAL},
    )
