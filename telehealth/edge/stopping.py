"""How clients end messages themselves: one click in a mail, or STOP in answer to a text message.

Neither asks who they are, because a wish to be left alone needs no proof and is bound to be heeded at once. The token
of a mail's address ends the e-mails of one client and opens nothing. A GET changes nothing, since mail scanners follow
links: a mail program posts (RFC 8058), and so does the page at /stop, on a click. What an SMS gateway hands on is only
read for the one word; nothing of it is kept, and no answer tells whether somebody has that number here.
"""

import base64
import binascii
import hmac

import msgspec
from aiohttp import hdrs, web

from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.phones import e164, stops
from telehealth.core.refusals import Code
from telehealth.core.sendings import Channel, Wish, channels, wish, without

from .address import counter, remote
from .answers import Refused, answer
from .bodies import Out
from .site import SITE, Site

TRIES, PERIOD = 60, 60
INCOMING = 600
"""Messages that a gateway may hand on in `PERIOD` seconds."""
_FROM = ("from", "From", "sender", "msisdn", "phone")
_TEXT = ("text", "Body", "body", "message", "content")
"""What gateways call the number and the text."""
_CHANGES = 5
"""How often a record may change under our hands before we say "not now"."""


class Stopped(Out, frozen=True):
    channel: str
    """email | sms: what has ended."""
    left: str
    """The channel on which messages still go to them; empty if on none."""


async def stop(request: web.Request) -> web.StreamResponse:
    """POST /api/stop/{token}"""
    site = request.app[SITE]
    if not await site.store.access.allow(counter("stop", remote(request)), TRIES, PERIOD):
        raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(PERIOD)})
    found = await site.store.opt_outs.of(request.match_info["token"])
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    left = await _opt_out(site, found.programme, found.person, found.channel)
    return answer(Stopped(channel=found.channel, left="" if left is Wish.NONE else str(left)))


async def _opt_out(site: Site, programme: ProgrammeId, who: PersonId, channel: Channel) -> Wish:
    """Heed the wish; what is left of the others. A second time changes nothing."""
    for _ in range(_CHANGES):
        person = (await site.store.people.get(programme, [who])).get(who)
        if person is None:
            return Wish.NONE
        after = without(person, channel)
        if after == person:
            return wish(person)
        if await site.store.people.change(programme, after, actor=who, at=site.clock.now()) is not None:
            await site.store.audit.write(programme, who, "reminders.stopped", channel)
            return wish(after)
    raise Refused(Code.NOT_NOW)


async def incoming(request: web.Request) -> web.StreamResponse:
    """POST /api/sms/incoming"""
    site = request.app[SITE]
    if not site.sms_secret:
        raise Refused(Code.NO_SUCH_THING)
    if not await site.store.access.allow(counter("sms", remote(request)), INCOMING, PERIOD):
        raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(PERIOD)})
    if not _signed_in(request, site.sms_secret):
        raise Refused(Code.NOT_SIGNED_IN)
    sender, text = await _message(request)
    number = e164(sender)
    if number and stops(text):
        for programme in await site.store.programmes.all():
            for who in await _at(site, programme, number):
                await _opt_out(site, programme, who, Channel.SMS)
    return web.Response(status=204)


def _signed_in(request: web.Request, secret: str) -> bool:
    """By a bearer token, or as basic authentication, which is all that some gateways can do."""
    kind, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if kind.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    elif kind.lower() != "bearer":
        given = ""
    return hmac.compare_digest(given.encode(), secret.encode())


async def _message(request: web.Request) -> tuple[str, str]:
    """Number and text, from JSON or a form. Raises `Refused`."""
    try:
        if request.content_type == "application/json":
            told = msgspec.json.decode(await request.read(), type=dict[str, object])
        else:
            told = dict(await request.post())
    except (ValueError, RecursionError):
        raise Refused(Code.MALFORMED) from None
    return _first(told, _FROM), _first(told, _TEXT)


def _first(told: dict[str, object], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := told.get(name), str)), "")


async def _at(site: Site, programme: ProgrammeId, number: str) -> list[PersonId]:
    """Clients with this number who get text messages. All are looked at: an index of numbers could be guessed, and this
    happens a few times a week."""
    found: list[PersonId] = []
    ids = sorted(await site.store.people.clients(programme))
    for first in range(0, len(ids), 200):
        people = await site.store.people.get(programme, ids[first : first + 200])
        found += [
            one.id
            for one in people.values()
            if Channel.SMS in channels(one, {Channel.SMS}) and e164(one.phone) == number
        ]
    return found
