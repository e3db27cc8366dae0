"""What a client does in their own page: sign, revoke, keep passkeys, change the PIN, take a certificate along.

Revoking counts at once: the consent of the same id ends in the same step, and with it the version by which a running
export is judged (`ports.Ledger.write`). A certificate is a letter of attendance (papers.py) under a consent that the
client signs with it: to whoever presents its code, for a year; when it is revoked, the code is confirmed to nobody.
"""

from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta

from telehealth.core import own_page
from telehealth.core.agreements import Kind
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.ids import Millis
from telehealth.core.refusals import Code
from telehealth.core.roles import ATTENDS
from telehealth.mint import fresh_id

from . import papers, signing
from .answers import Refused, answer, body
from .bodies import LINE, In, Line, Nothing, Out
from .gate import Hash, Language
from .own import TRIES, Pin, owner, owner_and_person, passkeys, slow_down
from .own_passkeys import MOST
from .signing import TextShown
from .site import SITE
from .staff import ID

YEAR: Millis = 366 * 24 * 60 * 60_000
HOLDER = "certificate-holder"
"""The recipient of a certificate's consent: the class of those to whom the client hands its code (2.31(a)(4))."""
_Day = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class NewSignature(In, frozen=True):
    kind: Kind
    language: Language
    hash: Hash
    typed_name: Line
    offer: Annotated[str, Meta(max_length=64)] = ""


class NewPin(In, frozen=True):
    old: Pin
    new: Pin


class NewPasskey(In, frozen=True):
    asked: Annotated[str, Meta(max_length=64)]
    credential: dict[str, Any]
    label: Annotated[str, Meta(max_length=60, pattern=LINE)]


class NewCertificate(In, frozen=True, rename={"start": "from", "end": "to"}):
    start: _Day
    end: _Day
    typed_name: Line


class Signed(Out, frozen=True):
    id: str


class SignedText(TextShown, frozen=True, kw_only=True):
    """What was signed, word for word, and by whom."""

    typed_name: str
    at: int
    how: str
    revoked: int | None


async def sign(request: web.Request) -> web.StreamResponse:
    """POST /api/me/agreements"""
    site = request.app[SITE]
    me, person = await owner_and_person(request)
    asked = await body(request, NewSignature)
    offers = {one.id: one for one in await site.store.agreements.offers(me.programme, me.person)}
    offer = offers.get(asked.offer)
    discloses = site.book.rules[asked.kind].discloses is not None
    # A consent to disclose names its recipient by an offer; only the class wording of TPO needs none.
    if (asked.offer and offer is None) or (offer is not None and offer.kind is not asked.kind):
        raise Refused(Code.STALE)
    if discloses and offer is None and asked.kind is not Kind.TPO:
        raise Refused(Code.NO_SUCH_THING)
    done = await signing.sign(
        site,
        me.programme,
        person,
        asked.kind,
        asked.language,
        asked.hash,
        asked.typed_name,
        by=me.person,
        offer=offer,
    )
    return answer(Signed(id=done.id), status=201)


async def read(request: web.Request) -> web.StreamResponse:
    """GET /api/me/agreements/{signature}"""
    me = await owner(request)
    return answer(await signed_text(request, me.programme, me.person))


async def revoke(request: web.Request) -> web.StreamResponse:
    """DELETE /api/me/agreements/{signature}"""
    site = request.app[SITE]
    me = await owner(request)
    name = request.match_info["signature"]
    known = ID.fullmatch(name) and await site.store.agreements.revoke(
        me.programme, me.person, name, site.clock.now(), actor=me.person
    )
    if not known:
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(status=204)


async def revoke_consent(request: web.Request) -> web.StreamResponse:
    """DELETE /api/me/consents/{consent}: one that was not signed under a text, such as a certificate's."""
    site = request.app[SITE]
    me = await owner(request)
    name = request.match_info["consent"]
    if not ID.fullmatch(name) or not await site.store.consents.revoke(
        me.programme, me.person, name, site.clock.now(), actor=me.person
    ):
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(status=204)


async def withdraw(request: web.Request) -> web.StreamResponse:
    """DELETE /api/me/offers/{offer}: no, thank you."""
    site = request.app[SITE]
    me = await owner(request)
    name = request.match_info["offer"]
    if not ID.fullmatch(name) or not await site.store.agreements.withdraw(
        me.programme, me.person, name, site.clock.now(), actor=me.person
    ):
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(status=204)


async def change_pin(request: web.Request) -> web.StreamResponse:
    """PUT /api/me/pin"""
    site = request.app[SITE]
    me, person = await owner_and_person(request)
    asked = await body(request, NewPin)
    await slow_down(site, "own-pin", me, TRIES)
    door = await site.store.own_doors.get(me.programme, me.person)
    if not await site.passwords.matches(door.pin_hash or None, asked.old):
        raise Refused(Code.NOT_ALLOWED)
    if own_page.too_easy(asked.new, person):
        raise Refused(Code.MALFORMED, parameter="new")
    hashed = await site.passwords.hash(asked.new)
    await site.store.own_doors.set_pin(me.programme, me.person, hashed, site.clock.now(), first=False, actor=me.person)
    return web.Response(status=204)


async def ask_passkey(request: web.Request) -> web.StreamResponse:
    """POST /api/me/passkeys/begin"""
    site = request.app[SITE]
    me, person = await owner_and_person(request)
    await body(request, Nothing)
    door = await site.store.own_doors.get(me.programme, me.person)
    if len(door.passkeys) >= MOST:
        raise Refused(Code.TOO_MANY, 409)
    return answer(await passkeys(site).ask_new(me.programme, me.person, person.alias, door.passkeys))


async def add_passkey(request: web.Request) -> web.StreamResponse:
    """POST /api/me/passkeys"""
    site = request.app[SITE]
    me = await owner(request)
    asked = await body(request, NewPasskey)
    made = await passkeys(site).made(
        me.person, asked.asked, asked.credential, asked.label.strip() or "-", site.clock.now()
    )
    await site.store.own_doors.add_passkey(me.programme, me.person, made)
    return answer(Signed(id=made.id), status=201)


async def drop_passkey(request: web.Request) -> web.StreamResponse:
    """DELETE /api/me/passkeys/{passkey}"""
    site = request.app[SITE]
    me = await owner(request)
    if not await site.store.own_doors.drop_passkey(
        me.programme, me.person, request.match_info["passkey"], site.clock.now()
    ):
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(status=204)


async def certificate(request: web.Request) -> web.StreamResponse:
    """POST /api/me/certificate"""
    site = request.app[SITE]
    me, person = await owner_and_person(request)
    asked = await body(request, NewCertificate)
    if me.role not in ATTENDS:
        raise Refused(Code.NOT_ALLOWED)
    start, end = papers.range_of(site, asked.start, asked.end)
    now = site.clock.now()
    _, consents, _ = await site.store.consents.of(me.programme, [me.person])
    if not any(_confirms(one, now) for one in consents[me.person]):
        consent = Consent(
            id=fresh_id(),
            programme=me.programme,
            client=me.person,
            kind=ConsentKind.NAMED,
            discloser=site.office,
            description="days and minutes of attendance, confirmed to whoever presents the code of a certificate",
            recipient=HOLDER,
            purposes=(Purpose.OPERATIONS,),
            expires=now + YEAR,
            expires_event="",
            signed_by=asked.typed_name.strip(),
            signed=now,
            revocation_told=True,
        )
        await site.store.consents.put(consent, actor=me.person)
    return await papers.letter_about(site, me, person, asked.start, asked.end, start, end, HOLDER, Purpose.OPERATIONS)


async def signed_text(request: web.Request, programme: Any, client: Any) -> SignedText:
    """The signature that the path names, with its text. Raises `Refused`."""
    name = request.match_info["signature"]
    if not ID.fullmatch(name):
        raise Refused(Code.NO_SUCH_THING)
    found, text = await signing.signed_text(request.app[SITE], programme, client, name)
    return SignedText(
        kind=text.kind,
        version=text.version,
        language=text.language,
        languages=text.languages,
        title=text.title,
        body=text.body,
        hash=text.hash,
        offer=text.offer,
        typed_name=found.typed_name,
        at=found.at,
        how=found.how,
        revoked=found.revoked,
    )


def _confirms(consent: Consent, now: Millis) -> bool:
    """Whether it lets a certificate be confirmed, for some months yet."""
    return (
        consent.recipient == HOLDER
        and consent.revoked is None
        and consent.expires is not None
        and now + YEAR // 2 < consent.expires
    )
