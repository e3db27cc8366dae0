"""Agreements: which text counts, who has still to sign, whom the waiting room holds, and what a signature opens."""

import tomllib
from dataclasses import replace
from importlib import resources

import pytest

from telehealth.core.agreements import (
    DAY,
    AgreementText,
    How,
    Kind,
    Lack,
    Lacking,
    Offer,
    Renewal,
    Rule,
    Signature,
    at_the_door,
    consent_of,
    digest,
    held,
    holds_family,
    lacking,
    published,
    rule_of,
    shown,
    unfit,
)
from telehealth.core.disclosure import ConsentKind, Lawful, Matter, Purpose, Why, judge, missing
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.toml import Table

BOB, ALICE, MAIN = PersonId("bob"), PersonId("alice"), ProgrammeId("main")
FILE = resources.files("telehealth").joinpath("data", "agreements", "kinds.toml")
RULES = {rule.kind: rule for rule in (rule_of(Table(one, "kind")) for one in tomllib.loads(FILE.read_text())["kind"])}
WORDS = {"en": ("Title", "Body for {name}"), "es": ("Titulo", "Texto para {name}")}


def text(kind: Kind, version: int = 1, good_from: int = 1) -> AgreementText:
    return AgreementText(kind, version, "en", "T", "B", digest("T", "B"), 0, ALICE, good_from)


def signed(kind: Kind, version: int = 1, at: int = 1000, revoked: int | None = None) -> Signature:
    return Signature(
        f"s-{kind}", BOB, kind, version, "en", digest("T", "B"), "Bob", at, BOB, How.BROWSER, (), revoked=revoked
    )


def test_there_is_one_rule_of_each_kind() -> None:
    """The file that ships says how each kind is handled, and nothing of another."""
    assert list(RULES) == list(Kind)


def test_a_version_follows_the_one_before() -> None:
    """The first is 1; whether older signatures still count is a matter of the kind and of how it is published."""
    rule = replace(RULES[Kind.TELEHEALTH], renewal=Renewal.MARKED)
    first = published(rule, None, WORDS, sign_anew=False, at=5, by=ALICE)
    assert [(one.language, one.version, one.good_from) for one in first] == [("en", 1, 1), ("es", 1, 1)]
    assert first[0].hash == digest("Title", "Body for {name}")
    plain = published(rule, first[0], WORDS, sign_anew=False, at=6, by=ALICE)[0]
    assert (plain.version, plain.good_from) == (2, 1)
    assert published(rule, plain, WORDS, sign_anew=True, at=7, by=ALICE)[0].good_from == 3
    every = published(RULES[Kind.GROUP], plain, WORDS, sign_anew=False, at=7, by=ALICE)[0]
    assert (every.version, every.good_from) == (3, 3)
    never = published(RULES[Kind.TPO], plain, WORDS, sign_anew=True, at=7, by=ALICE)[0]
    assert (never.version, never.good_from) == (3, 1)


def test_what_may_not_be_published() -> None:
    """English is there, no text is empty, and every place that the kind needs is in each language."""
    rule = RULES[Kind.TPO]
    whole = "{name} {clinic} {revocation}"
    assert unfit(rule, {"en": ("T", whole)}) == ()
    assert unfit(rule, {"es": ("T", whole), "fr": (" ", "{name} {clinic}")}) == (
        "language:en",
        "empty:fr",
        "place:fr:revocation",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello {name}.", "Hello {clinic}."),
        ("{name}{name}", "{clinic}{clinic}"),
        ("{other} and { and {name", "{other} and { and {name"),
        ("{{name}}", "{{clinic}}"),
        ("plain", "plain"),
    ],
)
def test_places_are_filled_once(body: str, expected: str) -> None:
    """What is filled in is never read for places, and braces that are no place stay as they are."""
    assert shown(replace(text(Kind.TPO), body=body), {"name": "{clinic}", "clinic": "X"})[1] == expected


def test_what_is_lacking() -> None:
    """Nothing where no text is; never signed, revoked, or signed under a text or a day that counts no more."""
    rule = RULES[Kind.TELEHEALTH]
    texts = {Kind.TELEHEALTH: text(Kind.TELEHEALTH, 3, good_from=2)}

    def why(*signatures: Signature, at: int = 2000) -> Lack | None:
        found = lacking(texts, signatures, [rule], at)
        return found[0].why if found else None

    assert lacking({}, [], RULES.values(), 0) == ()
    assert why() is Lack.MISSING
    assert why(signed(Kind.GROUP)) is Lack.MISSING
    assert why(signed(Kind.TELEHEALTH, 2)) is None
    assert why(signed(Kind.TELEHEALTH, 1)) is Lack.STALE
    assert why(signed(Kind.TELEHEALTH, 2, revoked=1500)) is Lack.REVOKED
    assert why(signed(Kind.TELEHEALTH, 2, revoked=1500), signed(Kind.TELEHEALTH, 2)) is None
    assert why(signed(Kind.TELEHEALTH, 3), at=1000 + 365 * DAY) is Lack.STALE
    assert why(signed(Kind.TELEHEALTH, 3), at=999 + 365 * DAY) is None
    never = {Kind.TPO: text(Kind.TPO, 9, good_from=9)}
    assert lacking(never, [signed(Kind.TPO)], [RULES[Kind.TPO]], 2000) == ()
    assert lacking(never, [], [RULES[Kind.TPO]], 2000) == (Lacking(Kind.TPO, Lack.MISSING),)


def test_who_is_held() -> None:
    """A client with nothing on file, or all of it revoked; not one whose signature is only stale, nor where the kind
    does not apply, nor where the clinic has published nothing."""
    texts = {kind: text(kind, 2, good_from=2) for kind in Kind}
    both = [signed(Kind.TELEHEALTH), signed(Kind.GROUP)]
    rules = tuple(RULES.values())
    assert held(texts, [], rules, "group_therapy", 2000)
    assert held(texts, both[:1], rules, "group_therapy", 2000)
    assert not held(texts, both[:1], rules, "individual", 2000)
    assert not held(texts, both, rules, "group_therapy", 2000)
    assert held(texts, [both[0], replace(both[1], revoked=1)], rules, "group_therapy", 2000)
    assert not held({}, [], rules, "group_therapy", 2000)
    assert not held(texts, [], [replace(rule, holds=False) for rule in rules], "group_therapy", 2000)
    assert [rule.kind for rule in at_the_door(rules, "crisis")] == [Kind.TELEHEALTH]


def test_who_of_the_family_is_held() -> None:
    """Whoever comes for a client who has not agreed to it, once the clinic asks for that; a revoked yes is a no."""
    asked = {Kind.FAMILY: text(Kind.FAMILY)}
    rules = tuple(RULES.values())
    assert not holds_family({}, [], rules, 2000)
    assert holds_family(asked, [], rules, 2000)
    assert holds_family(asked, [signed(Kind.FAMILY, revoked=1500)], rules, 2000)
    assert not holds_family(asked, [signed(Kind.FAMILY)], rules, 2000)


def test_a_signature_of_tpo_is_a_whole_consent() -> None:
    """Without an offer it opens the record to the class of those who treat, pay and operate, with all of 2.31(a)."""
    consent = consent_of(signed(Kind.TPO), RULES[Kind.TPO], None, MAIN, "The clinic")
    assert missing(consent) == ()
    assert (consent.kind, consent.recipient, consent.signed_by) == (ConsentKind.TPO, "", "Bob")
    assert isinstance(judge("any-payer", Purpose.PAYMENT, [consent], (), 2000, Matter.NOTES), Lawful)
    assert judge("any-court", Purpose.COURT, [consent], (), 2000) is Why.OTHER_PURPOSE


def test_a_signature_under_an_offer_opens_what_was_offered() -> None:
    """To this recipient, for these purposes, of this part of the record, until its date."""
    offer = Offer(
        "o", BOB, Kind.COURT, "county-court", "County Court", (Purpose.COURT,), (Matter.ATTENDANCE,), 9000, "", 1, ALICE
    )
    consent = consent_of(signed(Kind.COURT), RULES[Kind.COURT], offer, MAIN, "The clinic")
    assert missing(consent) == ()
    assert isinstance(judge("county-court", Purpose.COURT, [consent], (), 2000), Lawful)
    assert judge("county-court", Purpose.COURT, [consent], (), 9000) is Why.EXPIRED
    assert judge("county-court", Purpose.COURT, [consent], (), 2000, Matter.NOTES) is Why.OTHER_MATTER
    until = replace(offer, expires=None, expires_event="end of treatment")
    assert consent_of(signed(Kind.COURT), RULES[Kind.COURT], until, MAIN, "C").expires_event == "end of treatment"


def test_a_rule_that_is_wrong_is_complained_of() -> None:
    """An unknown key or a missing one stops the reading with its name."""
    whole = {"kind": "tpo", "renewal": "never", "days": 0, "at_the_door": False, "holds": False}
    assert rule_of(Table(whole, "kind")) == Rule(Kind.TPO, Renewal.NEVER, 0, False, False, (), None, ())
    with pytest.raises(ValueError, match="unknown colour"):
        rule_of(Table({**whole, "colour": "red"}, "kind"))
