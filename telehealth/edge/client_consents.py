"""A client's consents, for the staff who know them: what is signed, what is lacking, what was offered and by whom.

Staff record what a client said or signed on paper (a witnessed signature names both), and what a client took back by
telling them. They prepare consents that name a recipient, for the client to sign or not in their own page. Counselling
notes, courts and all other disclosures are in writing: nobody records a spoken yes to those.
"""

from datetime import date
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta

from telehealth.core.access_table import RecordAction
from telehealth.core.agreements import How, Kind, Offer, Signature, SpokenKinds, consent_of, lacking
from telehealth.core.disclosure import RECIPIENT, Consent, ConsentKind, Matter, Purpose, missing
from telehealth.core.ids import PersonId
from telehealth.core.records import Person, WebSession
from telehealth.core.refusals import Code
from telehealth.mint import fresh_id

from . import signing
from .answers import Refused, answer, body
from .bodies import In, Line, Nothing, Out
from .days import start_of
from .gate import Hash, Language
from .own_acts import signed_text
from .own_facts import OwnConsent
from .signing import TextShown
from .site import SITE, Site
from .staff import ID, allowed_client

_PURPOSES = {ConsentKind.COURT: (Purpose.COURT,), ConsentKind.NAMED: (Purpose.TREATMENT,)}
"""What a kind's consents are always for; of the others staff say it."""


class SignatureOut(Out, frozen=True):
    id: str
    kind: str
    version: int
    language: str
    at: int
    typed_name: str
    by: str
    how: str
    revoked: int | None
    recipient: str
    hash: str


class OfferOut(Out, frozen=True):
    id: str
    kind: str
    recipient: str
    recipient_name: str
    purposes: list[str]
    covers: list[str]
    expires: int | None
    expires_event: str
    at: int
    by: str


class Standing(Out, frozen=True):
    """How a client stands to one kind: nothing is lacking, or why it is."""

    kind: str
    published: int
    """The current version; 0 if the clinic has none."""
    lack: str
    """missing | revoked | stale, or empty"""
    holds: bool
    discloses: bool
    needs_offer: bool
    spoken: bool
    text: TextShown | None
    """As this client would be shown it; none where an offer fills it in first."""


class ClientConsents(Out, frozen=True):
    kinds: list[Standing]
    signatures: list[SignatureOut]
    offers: list[OfferOut]
    consents: list[OwnConsent]
    """Recorded in another way: on the command line, or with a certificate."""
    names: dict[str, str]
    """Of the staff who are named."""
    pin: bool
    passkeys: int


class Witnessed(In, frozen=True):
    kind: Kind
    language: Language
    hash: Hash
    typed_name: Line
    how: Literal["paper", "spoken"]
    offer: Annotated[str, Meta(max_length=64)] = ""


class NewOffer(In, frozen=True):
    kind: Kind
    recipient: Annotated[str, Meta(max_length=63)]
    recipient_name: Line
    purposes: tuple[Purpose, ...] = ()
    covers: tuple[Matter, ...] = ()
    until: Annotated[str, Meta(pattern=r"\A([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")] = ""
    """The last day on which it counts; without one, an event ends it."""
    until_event: Annotated[str, Meta(max_length=120)] = ""


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/consents"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.CONSENT)
    await site.store.audit.write(me.programme, me.person, "consents.read", client)
    return await _all(site, me, await _person(site, me, client))


async def one(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/clients/{client}/consents/{signature}"""
    me, client = await allowed_client(request, RecordAction.CONSENT)
    return answer(await signed_text(request, me.programme, client))


async def witness(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/consents"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.CONSENT)
    asked = await body(request, Witnessed)
    person = await _person(site, me, client)
    if asked.how == "spoken" and asked.kind not in SpokenKinds:
        raise Refused(Code.MALFORMED, parameter="how")
    offers = {offer.id: offer for offer in await site.store.agreements.offers(me.programme, client)}
    offer = offers.get(asked.offer)
    fits = offer is not None and offer.kind is asked.kind
    if not fits and (asked.offer or _needs_offer(site, asked.kind)):
        raise Refused(Code.NO_SUCH_THING)
    await signing.sign(
        site,
        me.programme,
        person,
        asked.kind,
        asked.language,
        asked.hash,
        asked.typed_name,
        by=me.person,
        how=How(asked.how),
        offer=offer,
    )
    return await _all(site, me, person, 201)


async def revoke(request: web.Request) -> web.StreamResponse:
    """DELETE /api/staff/clients/{client}/consents/{signature}"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.CONSENT)
    name, now = request.match_info["signature"], site.clock.now()
    if not ID.fullmatch(name) or not (
        await site.store.agreements.revoke(me.programme, client, name, now, actor=me.person)
        or await site.store.consents.revoke(me.programme, client, name, now, actor=me.person)
    ):
        raise Refused(Code.NO_SUCH_THING)
    return await _all(site, me, await _person(site, me, client))


async def offer(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/offers"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.CONSENT)
    asked = await body(request, NewOffer)
    person = await _person(site, me, client)
    kind = site.book.rules[asked.kind].discloses
    if kind is None or not RECIPIENT.fullmatch(asked.recipient):
        raise Refused(Code.MALFORMED, parameter="recipient")
    if not await site.store.agreements.texts(me.programme, asked.kind):
        raise Refused(Code.NO_SUCH_THING)
    try:
        last = date.fromisoformat(asked.until) if asked.until else None
    except ValueError:
        raise Refused(Code.MALFORMED, parameter="until") from None
    prepared = Offer(
        fresh_id(),
        client,
        asked.kind,
        asked.recipient,
        asked.recipient_name.strip(),
        _PURPOSES.get(kind, tuple(dict.fromkeys(asked.purposes))),
        tuple(dict.fromkeys(asked.covers)) or (Matter.ATTENDANCE,),
        start_of(date.fromordinal(last.toordinal() + 1), site.zone) if last else None,
        "" if last else asked.until_event.strip(),
        site.clock.now(),
        me.person,
    )
    if wrong := missing(_as_signed(site, me, prepared)):
        raise Refused(Code.MALFORMED, parameter=wrong[0])
    await site.store.agreements.offer(me.programme, prepared)
    return await _all(site, me, person, 201)


async def withdraw(request: web.Request) -> web.StreamResponse:
    """DELETE /api/staff/clients/{client}/offers/{offer}"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.CONSENT)
    name = request.match_info["offer"]
    if not ID.fullmatch(name) or not await site.store.agreements.withdraw(
        me.programme, client, name, site.clock.now(), actor=me.person
    ):
        raise Refused(Code.NO_SUCH_THING)
    return await _all(site, me, await _person(site, me, client))


async def reset(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/door/reset: they forgot their PIN."""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.CONSENT)
    await body(request, Nothing)
    await site.store.own_doors.reset(me.programme, client, site.clock.now(), actor=me.person)
    return await _all(site, me, await _person(site, me, client))


async def _person(site: Site, me: WebSession, client: PersonId) -> Person:
    person = (await site.store.people.get(me.programme, [client])).get(client)
    if person is None or person.staff:
        raise Refused(Code.NO_SUCH_THING)
    return person


def _needs_offer(site: Site, kind: Kind) -> bool:
    """Whether it names a recipient, whom somebody has to fill in first."""
    return site.book.rules[kind].discloses not in (None, ConsentKind.TPO)


def _as_signed(site: Site, me: WebSession, offer: Offer) -> Consent:
    """The consent that would be made if it were signed now: to see whether it would be whole."""
    rule = site.book.rules[offer.kind]
    now = site.clock.now()
    trial = Signature("x", offer.client, offer.kind, 1, "en", "", "x", now, me.person, How.BROWSER, (), offer.id)
    return consent_of(trial, rule, offer, me.programme, site.office)


async def _all(site: Site, me: WebSession, person: Person, status: int = 200) -> web.Response:
    client, now = person.id, site.clock.now()
    texts, signed = await site.store.agreements.standing(me.programme, [client])
    current = await site.store.agreements.current(me.programme)
    signatures = signed[client]
    offers = await site.store.agreements.offers(me.programme, client)
    _, consents, _ = await site.store.consents.of(me.programme, [client])
    door = await site.store.own_doors.get(me.programme, client)
    lacks = {one.kind: one.why for one in lacking(texts, signatures, site.book.rules.values(), now)}
    known = {one.id for one in signatures}
    staff = sorted({*(one.by for one in signatures), *(one.by for one in offers)} - {client})
    people = await site.store.people.names(me.programme, staff)
    return answer(
        ClientConsents(
            kinds=[
                Standing(
                    kind=kind,
                    published=texts[kind].version if kind in texts else 0,
                    lack=lacks.get(kind, ""),
                    holds=rule.holds,
                    discloses=rule.discloses is not None,
                    needs_offer=_needs_offer(site, kind),
                    spoken=kind in SpokenKinds,
                    text=signing.sheet(site, person, current[kind], person.language).out()
                    if kind in current and not _needs_offer(site, kind)
                    else None,
                )
                for kind, rule in site.book.rules.items()
            ],
            signatures=[
                SignatureOut(
                    id=one.id,
                    kind=one.kind,
                    version=one.version,
                    language=one.language,
                    at=one.at,
                    typed_name=one.typed_name,
                    by=one.by,
                    how=one.how,
                    revoked=one.revoked,
                    recipient=dict(one.values).get("recipient", ""),
                    hash=one.hash,
                )
                for one in reversed(signatures)
            ],
            offers=[
                OfferOut(
                    id=one.id,
                    kind=one.kind,
                    recipient=one.recipient,
                    recipient_name=one.recipient_name,
                    purposes=list(one.purposes),
                    covers=list(one.covers),
                    expires=one.expires,
                    expires_event=one.expires_event,
                    at=one.at,
                    by=one.by,
                )
                for one in offers
            ],
            consents=[
                OwnConsent(
                    id=one.id,
                    kind=one.kind,
                    recipient=one.recipient,
                    purposes=list(one.purposes),
                    signed=one.signed,
                    expires=one.expires,
                    revoked=one.revoked,
                )
                for one in consents[client]
                if one.id not in known
            ],
            names={who: legal for who, (legal, _) in people.items()},
            pin=bool(door.pin_hash),
            passkeys=len(door.passkeys),
        ),
        status=status,
    )
