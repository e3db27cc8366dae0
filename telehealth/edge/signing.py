"""One agreement, shown to one client and signed: the text with its places filled in, and the signature of just that.

Whoever signs sends back the hash of what they were shown. If it is not the hash of what would be shown now (another
version, another name on the record), nothing is signed and the page shows the new text: nobody agrees to words that
they have not seen. Used by the check-in gate, the client's own page, and staff who witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from telehealth.core.agreements import (
    AgreementText,
    How,
    Kind,
    Lacking,
    Offer,
    Rule,
    Signature,
    at_the_door,
    consent_of,
    digest,
    lacking,
    shown,
)
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.records import Person
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from .agreement_book import in_language
from .answers import Refused
from .bodies import Out
from .site import Site


class TextShown(Out, frozen=True):
    """A text as one client sees it."""

    kind: str
    version: int
    language: str
    languages: list[str]
    title: str
    body: str
    hash: str
    offer: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text before one client, ready to be signed."""

    rule: Rule
    text: AgreementText
    offer: Offer | None
    title: str
    body: str
    values: dict[str, str]
    languages: tuple[str, ...]

    @property
    def hash(self) -> str:
        return digest(self.title, self.body)

    def out(self) -> TextShown:
        return TextShown(
            kind=self.text.kind,
            version=self.text.version,
            language=self.text.language,
            languages=list(self.languages),
            title=self.title,
            body=self.body,
            hash=self.hash,
            offer=self.offer.id if self.offer else "",
        )


async def wanted(site: Site, programme: ProgrammeId, client: PersonId, session_kind: str) -> tuple[Lacking, ...]:
    """What this client is asked to sign before a session of this kind."""
    texts, signed = await site.store.agreements.standing(programme, [client])
    return lacking(texts, signed[client], at_the_door(site.book.rules.values(), session_kind), site.clock.now())


def sheet(
    site: Site, person: Person, texts: Sequence[AgreementText], language: str, offer: Offer | None = None
) -> Sheet:
    """The text in this language, or in English, as this client is shown it."""
    text = in_language(texts, language)
    values = site.book.values(text.language, person.legal_name, site.office, offer, site.zone)
    title, body = shown(text, values)
    return Sheet(site.book.rules[text.kind], text, offer, title, body, values, tuple(one.language for one in texts))


async def sign(
    site: Site,
    programme: ProgrammeId,
    person: Person,
    kind: Kind,
    language: str,
    seen: str,
    typed_name: str,
    by: PersonId,
    how: How = How.BROWSER,
    offer: Offer | None = None,
) -> Signature:
    """Sign the current text of a kind, if `seen` is the hash of it. Raises `Refused`."""
    texts = await site.store.agreements.texts(programme, kind)
    if not texts:
        raise Refused(Code.NO_SUCH_THING)
    one = sheet(site, person, texts, language, offer)
    if one.hash != seen:
        raise Refused(Code.STALE)
    signature = Signature(
        id=fresh_id(),
        client=person.id,
        kind=kind,
        version=one.text.version,
        language=one.text.language,
        hash=one.hash,
        typed_name=typed_name.strip(),
        at=site.clock.now(),
        by=by,
        how=how,
        values=tuple(sorted(one.values.items())),
        offer=offer.id if offer else "",
    )
    consent = None
    if one.rule.discloses is not None:
        consent = consent_of(signature, one.rule, offer, programme, site.office)
    try:
        done = await site.store.agreements.sign(programme, signature, consent, actor=by)
    except ValueError:  # an offer that ran out before it was signed
        done = False
    if not done:
        raise Refused(Code.STALE)
    return signature


async def signed_text(site: Site, programme: ProgrammeId, client: PersonId, name: str) -> tuple[Signature, TextShown]:
    """A signature of this client, and the very text that they signed. Raises `Refused`."""
    _, signed = await site.store.agreements.standing(programme, [client])
    found = next((one for one in signed[client] if one.id == name), None)
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    texts = await site.store.agreements.texts(programme, found.kind, found.version)
    title, body = shown(in_language(texts, found.language), dict(found.values))
    return found, TextShown(
        kind=found.kind,
        version=found.version,
        language=found.language,
        languages=[found.language],
        title=title,
        body=body,
        hash=digest(title, body),
        offer=found.offer,
    )
