"""What clients agree to in writing: versioned texts, signatures, and what somebody has still to sign.

A text of a kind has versions, each in several languages; a version never changes once published. A signature names the
version, the language and the hash of the very words that were shown, so anybody can make them again (`shown`) and
compare. Whether a new version makes older signatures stale is a rule of the kind (`Renewal`); a kind of which a clinic
has published no text is asked of nobody.

Kinds that let the record leave (`Rule.discloses`) make a `disclosure.Consent` with the same id (`consent_of`): the
signature says what was read, the consent decides. Must not touch: clocks, files, requests.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .disclosure import TPO, Consent, ConsentKind, Matter, Purpose
from .ids import Millis, PersonId, ProgrammeId
from .toml import Table

DAY: Millis = 24 * 60 * 60_000
FALLBACK = "en"
"""The language in which every text exists."""
MAX_BODY = 20_000


class Kind(StrEnum):
    """What is agreed to. DOMAIN 4.1: distinct kinds, never substitutable."""

    TELEHEALTH = "telehealth"
    GROUP = "group"
    """Confidentiality among the members of a group."""
    TPO = "tpo"
    """Treatment, payment and health care operations (42 CFR 2.31(a)(4)(ii))."""
    COUNSELLING = "counselling_notes"
    """SUD counselling notes, to one recipient (2.31(b))."""
    COURT = "court"
    """Reports to one element of the justice system (2.35)."""
    FAMILY = "family"
    """That a named person takes part in family sessions."""


class Renewal(StrEnum):
    """What a new version does to signatures under older ones."""

    EVERY = "every_version"
    MARKED = "marked_version"
    """Only a version that was published as one to be signed anew makes them stale."""
    NEVER = "never"
    """What was signed holds as it was signed, until it is revoked or runs out."""


class Lack(StrEnum):
    """Why something is asked for."""

    MISSING = "missing"
    """Never signed."""
    REVOKED = "revoked"
    STALE = "stale"
    """Signed once, under a text that counts no more or too long ago: still a consent on file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind is handled. From a data file."""

    kind: Kind
    renewal: Renewal
    days: int
    """For how long a signature counts; 0 without an end."""
    at_the_door: bool
    """Asked for before a session."""
    holds: bool
    """Without it on file a client is held in the waiting room."""
    not_for: tuple[str, ...]
    """Kinds of session for which it is neither asked nor held."""
    discloses: ConsentKind | None
    needs: tuple[str, ...]
    """What a text of it has to say, as the places that are filled in (`{recipient}`)."""


@dataclass(frozen=True, slots=True)
class AgreementText:
    """One version of one kind in one language."""

    kind: Kind
    version: int
    language: str
    title: str
    body: str
    """Paragraphs with an empty line between them; `{places}` are filled in when it is shown."""
    hash: str
    """Of title and body as published, places unfilled."""
    published: Millis
    published_by: PersonId
    good_from: int
    """The lowest version under which a signature still counts."""


class How(StrEnum):
    """How somebody said yes."""

    BROWSER = "browser"
    PAPER = "paper"
    """On paper, which a member of staff has seen and filed."""
    SPOKEN = "spoken"
    """To a member of staff, who wrote it down (26 TAC 564.911 knows verbal consent to telehealth)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody agreed. Sealed whole; only its revocation stands beside it."""

    id: str
    client: PersonId
    kind: Kind
    version: int
    language: str
    hash: str
    """Of title and body as they were shown, places filled in."""
    typed_name: str
    at: Millis
    by: PersonId
    """The client, or the member of staff who witnessed it."""
    how: How
    values: tuple[tuple[str, str], ...]
    """What was filled in, so that the very text can be shown again."""
    offer: str = ""
    """The offer that was accepted; empty where there was none."""
    revoked: Millis | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A consent that staff have prepared for a client to read and to sign or not: to whom, what, for what, how long."""

    id: str
    client: PersonId
    kind: Kind
    recipient: str
    """Its code (disclosure.RECIPIENT)."""
    recipient_name: str
    purposes: tuple[Purpose, ...]
    covers: tuple[Matter, ...]
    expires: Millis | None
    expires_event: str
    at: Millis
    by: PersonId
    withdrawn: Millis | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    kind: Kind
    why: Lack


SpokenKinds = frozenset({Kind.TELEHEALTH, Kind.GROUP})
"""What may be agreed to by word of mouth; 42 CFR 2.31 wants writing for every disclosure."""


def digest(title: str, body: str) -> str:
    """SHA-256 of a text as it is shown."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()


def shown(text: AgreementText, values: Mapping[str, str]) -> tuple[str, str]:
    """Title and body with the places filled in. In one pass: what is filled in is never taken for a place."""
    return _filled(text.title, values), _filled(text.body, values)


def _filled(text: str, values: Mapping[str, str]) -> str:
    out: list[str] = []
    rest = text
    while True:
        before, brace, after = rest.partition("{")
        name, end, following = after.partition("}")
        if not brace or not end:
            return "".join([*out, rest])
        if name in values:
            out += [before, values[name]]
            rest = following
        else:
            out += [before, brace]
            rest = after


def unfit(rule: Rule, languages: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """What keeps these titles and bodies, by language, from being published as one version; empty if nothing does."""
    wrong = [] if FALLBACK in languages else [f"language:{FALLBACK}"]
    for language, (title, body) in sorted(languages.items()):
        if not title.strip() or not body.strip():
            wrong.append(f"empty:{language}")
        wrong += [f"place:{language}:{place}" for place in rule.needs if f"{{{place}}}" not in body]
    return tuple(wrong)


def published(
    rule: Rule,
    before: AgreementText | None,
    languages: Mapping[str, tuple[str, str]],
    *,
    sign_anew: bool,
    at: Millis,
    by: PersonId,
) -> tuple[AgreementText, ...]:
    """The next version of a kind after `before`."""
    version = before.version + 1 if before else 1
    anew = rule.renewal is Renewal.EVERY or (rule.renewal is Renewal.MARKED and sign_anew)
    good_from = version if anew or before is None else before.good_from
    return tuple(
        AgreementText(rule.kind, version, language, title, body, digest(title, body), at, by, good_from)
        for language, (title, body) in sorted(languages.items())
    )


def lacking(
    texts: Mapping[Kind, AgreementText], signatures: Iterable[Signature], rules: Iterable[Rule], at: Millis
) -> tuple[Lacking, ...]:
    """What has to be signed, of `rules`, by whoever signed `signatures`. `texts` are the current ones."""
    signed = list(signatures)
    found: list[Lacking] = []
    for rule in rules:
        text = texts.get(rule.kind)
        why = None if text is None else _lack(rule, text, [one for one in signed if one.kind is rule.kind], at)
        if why is not None:
            found.append(Lacking(rule.kind, why))
    return tuple(found)


def _lack(rule: Rule, text: AgreementText, signed: list[Signature], at: Millis) -> Lack | None:
    if not signed:
        return Lack.MISSING
    standing = [one for one in signed if one.revoked is None]
    if not standing:
        return Lack.REVOKED
    good = any(
        (rule.renewal is Renewal.NEVER or one.version >= text.good_from)
        and (not rule.days or at < one.at + rule.days * DAY)
        for one in standing
    )
    return None if good else Lack.STALE


def at_the_door(rules: Iterable[Rule], session_kind: str) -> tuple[Rule, ...]:
    """What is asked for before a session of this kind."""
    return tuple(rule for rule in rules if rule.at_the_door and session_kind not in rule.not_for)


def held(
    texts: Mapping[Kind, AgreementText],
    signatures: Iterable[Signature],
    rules: Iterable[Rule],
    session_kind: str,
    at: Millis,
) -> bool:
    """Whether a client is held in the waiting room of such a session: nothing on file, or all of it revoked. What is
    only stale is asked for, and holds nobody."""
    binding = [rule for rule in at_the_door(rules, session_kind) if rule.holds]
    return any(one.why is not Lack.STALE for one in lacking(texts, signatures, binding, at))


def holds_family(
    texts: Mapping[Kind, AgreementText], signatures: Iterable[Signature], rules: Iterable[Rule], at: Millis
) -> bool:
    """Whether a family member is held, because the client for whose benefit they come has not agreed that family takes
    part (42 CFR 2.31). `signatures` are the client's. Nobody is held for a text that the clinic has not published."""
    family = [rule for rule in rules if rule.kind is Kind.FAMILY]
    return any(one.why is not Lack.STALE for one in lacking(texts, signatures, family, at))


def consent_of(
    signature: Signature, rule: Rule, offer: Offer | None, programme: ProgrammeId, discloser: str
) -> Consent:
    """The consent to disclose that a signature makes. Without an offer: to the class of those who treat, pay and
    operate, for all future uses."""
    assert rule.discloses is not None
    everything = rule.discloses is ConsentKind.TPO and offer is None
    covers = (Matter.ATTENDANCE, Matter.NOTES) if offer is None else offer.covers
    return Consent(
        id=signature.id,
        programme=programme,
        client=signature.client,
        kind=rule.discloses,
        discloser=discloser,
        description=f"{', '.join(covers)}; {signature.kind} version {signature.version}",
        recipient="" if offer is None else offer.recipient,
        purposes=tuple(sorted(TPO)) if offer is None else offer.purposes,
        expires=None if offer is None else offer.expires,
        expires_event="none" if everything else "" if offer is None else offer.expires_event,
        signed_by=signature.typed_name,
        signed=signature.at,
        revocation_told=True,
        covers=covers,
    )


def rule_of(table: Table) -> Rule:
    """A rule as its file says it. Raises `ValueError`."""
    renewal = Renewal(table.choice("renewal", list(Renewal)))
    discloses = table.choice("discloses", ["", *ConsentKind]) if table.has("discloses") else ""
    rule = Rule(
        Kind(table.choice("kind", list(Kind))),
        renewal,
        table.whole("days", 0, 3660),
        table.yes("at_the_door"),
        table.yes("holds"),
        table.kinds("not_for") if table.has("not_for") else (),
        ConsentKind(discloses) if discloses else None,
        table.kinds("needs") if table.has("needs") else (),
    )
    table.done()
    return rule
