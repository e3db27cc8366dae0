"""Text messages through the clinic's gateway: one HTTP request for each, as the gateway wants it.

Gateways differ in where they are, how one signs in and what their JSON is called, and in nothing else that matters
here; so address, one header and the shape of the body are settings. The body is JSON in which `{to}`, `{text}` and
`{id}` stand inside texts: they are filled in after it was read, so no number and no text can change its shape.

As with mail, the border is the moment at which the request is handed over. Before it nothing can have gone out, and
there may be another try; after it only an answer says what became of it: one that never comes, or one of a gateway that
failed in the middle (500, 502, 504), leaves the message in doubt, and it is not sent again. The answer's words are
never read. TLS is not a matter of luck: https with a checked certificate, and http only to this very machine.
"""

import asyncio
import json
import re
import ssl
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from telehealth.core.phones import e164
from telehealth.core.sendings import Fault

from .port import GIVE_UP, Message

_CONNECT = 10.0
"""Seconds until there is a connection."""
PLACES = ("{to}", "{text}")
"""What a body must have a place for."""
_PLACE = re.compile(r"\{(?:to|text|id)\}")
_BUSY = frozenset({408, 425, 429, 503})
_NOT_US = frozenset({401, 403, 407})
_IN_THE_MIDDLE = frozenset({500, 502, 504})
"""RFC 9110 says of these that the server met a fault while it worked on it, and not that it did nothing."""


class Wrong(ValueError):
    """A setting that describes no gateway; the text is the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where messages go, and how."""

    url: str = field(repr=False)
    """Some have the account's number in it."""
    header: tuple[str, str] = field(repr=False)
    """The header by which we sign in; its name is empty if there is none."""
    body: Any
    """The JSON that is sent, with places to fill in."""


def gateway(url: str, auth: str, body: str) -> Gateway:
    """From the settings. Raises `Wrong`."""
    name, colon, value = auth.partition(":")
    if auth and (not colon or not name.strip().replace("-", "").isalnum() or not value.strip()):
        raise Wrong('must be a header, such as "Authorization: Bearer ..."')
    try:
        shape = json.loads(body)
    except ValueError:
        raise Wrong("must be JSON") from None
    if not isinstance(shape, dict) or not all(place in body for place in PLACES):
        raise Wrong(f"must be a JSON object in which {' and '.join(PLACES)} stand")
    return Gateway(url, (name.strip(), value.strip()), shape)


class Sms:
    """port.Notifier by text message."""

    via = "sms"

    def __init__(self, gateway: Gateway, trust: ssl.SSLContext | None = None) -> None:
        self._gateway = gateway
        self._trust = trust or ssl.create_default_context()

    async def send(self, message: Message) -> Fault | None:
        number = e164(message.to)
        if not number:
            return Fault.BAD_ADDRESS
        body = _filled(self._gateway.body, {"{to}": number, "{text}": message.body, "{id}": message.id})
        handed_over = asyncio.Event()
        try:
            async with asyncio.timeout(GIVE_UP), self._session(handed_over) as http:
                return await self._post(http, body, message.id)
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            return Fault.NOT_SECURE
        except (aiohttp.ClientError, OSError):  # TimeoutError is an OSError
            return Fault.UNANSWERED if handed_over.is_set() else Fault.UNREACHABLE

    def _session(self, handed_over: asyncio.Event) -> aiohttp.ClientSession:
        """A connection of its own for each message, as mails have: one that broke spoils no other."""
        trace = aiohttp.TraceConfig()

        async def headers_go(*_: Any) -> None:
            handed_over.set()

        trace.on_request_headers_sent.append(headers_go)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._trust, force_close=True),
            timeout=aiohttp.ClientTimeout(total=GIVE_UP, sock_connect=_CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
            trust_env=False,
        )

    async def _post(self, http: aiohttp.ClientSession, body: Any, name: str) -> Fault | None:
        # A gateway that knows this header drops a repeat; we send none that it might have had.
        headers = {"Accept": "application/json", "Idempotency-Key": name}
        if self._gateway.header[0]:
            headers |= dict([self._gateway.header])
        # A redirect would hand the number and our key to somebody whom nobody named.
        async with http.post(self._gateway.url, json=body, headers=headers, allow_redirects=False) as answer:
            return _by_status(answer.status)


def _by_status(status: int) -> Fault | None:
    if 200 <= status < 300:
        return None
    if status in _NOT_US:
        return Fault.SIGN_IN
    if status in _BUSY:
        return Fault.BUSY
    if status in _IN_THE_MIDDLE:
        return Fault.UNANSWERED
    return Fault.REFUSED if 400 <= status < 500 else Fault.UNREACHABLE


def _filled(shape: Any, values: dict[str, str]) -> Any:
    """The same shape with its texts filled in, in one pass: what is filled in is not filled again."""
    match shape:
        case str():
            return _PLACE.sub(lambda found: values[found.group()], shape)
        case list():
            return [_filled(one, values) for one in shape]
        case dict():
            return {name: _filled(one, values) for name, one in shape.items()}
        case _:
            return shape
