"""Signed webhooks (Standard Webhooks): tells other systems *that* something changed, never what.

A body holds an event's type, its time, and the session's id as the recipient knows it: no client, not even by id,
since nobody has asked yet whether there is a basis. Whoever wants the rows asks the API (`changed_since`) and goes
through its gate. Each endpoint gets its events in order. One that is not answered with 2xx is sent again, after longer
and longer pauses, for three days; then it is given up, which the audit log says, and the next one has its turn.

An endpoint is an https address that is not inside our own network: names are resolved here, every address of a name
must be a public one, and the connection goes to those very addresses (a second look-up could give another answer).
Redirects are not followed. For tests and trials a setting opens loopback, over http, too.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import logging
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult

from telehealth.clock import Clock
from telehealth.core.ids import Millis
from telehealth.core.records import Webhook
from telehealth.store import ports
from telehealth.store.ports import Change, Delivery, Unavailable

from .days import iso

log = logging.getLogger(__name__)

EVENTS = ("session.closed", "attendance.changed", "note.signed")
PREFIX = "whsec_"
PAUSES: tuple[Millis, ...] = (2_000, 10_000, 60_000, 300_000, 1_800_000, 3_600_000)
"""Before the second try, the third and so on; the last one goes on."""
GIVE_UP: Millis = 3 * 24 * 3_600_000
_LOOK_EVERY = 1.0
_ANSWER_WITHIN = 10.0
_LEASE: Millis = 30_000
_PAGE = 50


def new_secret() -> str:
    """Shown once, to both sides."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, name: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of an HMAC-SHA256 of id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, b"%b.%d.%b" % (name.encode(), timestamp, body), "sha256")
    return "v1," + base64.b64encode(signed).decode()


def checked(url: str, *, loopback: bool) -> str:
    """The address of an endpoint, if it may be one. Raises `ValueError` with a sentence."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username or parts.password or parts.fragment:
        raise ValueError("An endpoint is like https://records.example.org/hooks, without a name or password in it")
    if loopback and parts.scheme == "http" and _address(host) is not None and _may(host, loopback=True):
        return url
    if parts.scheme != "https":
        raise ValueError("An endpoint must be https")
    if _address(host) is not None and not _may(host, loopback=loopback):
        raise ValueError("An endpoint must not be an address of a private network")
    return url


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _may(address: str, *, loopback: bool) -> bool:
    """Whether something of ours may connect there."""
    at = ipaddress.ip_address(address.split("%")[0])
    if isinstance(at, ipaddress.IPv6Address):
        at = at.ipv4_mapped or at.sixtofour or at
    return (at.is_global and not at.is_multicast) or (loopback and at.is_loopback)


class _Outside(AbstractResolver):
    """Resolves names to public addresses only; aiohttp connects to what this gives and looks nothing up again."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=socket.AF_UNSPEC)
        addresses = [(each, str(where[0])) for each, _, _, _, where in found]
        if not addresses or not all(_may(address, loopback=self._loopback) for _, address in addresses):
            raise OSError("not an address outside")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=each, proto=0, flags=socket.AI_NUMERICHOST)
            for each, address in addresses
        ]

    async def close(self) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the store is needed."""

    webhooks: ports.Webhooks
    attendance: ports.Attendance
    pseudonyms: ports.Pseudonyms
    audit: ports.Audit


class Sender:
    """Sends what is due, endpoint by endpoint."""

    def __init__(self, store: Parts, clock: Clock, http: aiohttp.ClientSession, *, loopback: bool) -> None:
        self._store, self._clock, self._http, self._loopback = store, clock, http, loopback
        self._node = secrets.token_hex(8)

    async def run(self) -> None:
        """For ever. While Redis is away nothing is sent and nothing is lost."""
        while True:
            try:
                await self.round()
            except Unavailable:
                log.warning("webhooks wait: the record cannot be read")
            await asyncio.sleep(_LOOK_EVERY)

    async def round(self) -> None:
        """Everything that is due now. A slow endpoint holds up no other."""
        await asyncio.gather(*(self._hook(hook) for hook in await self._store.webhooks.all()))

    async def _hook(self, hook: Webhook) -> None:
        if not await self._store.webhooks.lease(hook, self._node, _LEASE):
            return
        delivery = await self._store.webhooks.delivery(hook)
        if self._clock.now() < delivery.next:
            return
        for change in await self._store.attendance.changes(hook.programme, delivery.place, _PAGE):
            if change.why in hook.events:
                answered = await self._send(hook, change)
                delivery = await self._after(hook, delivery, change, answered=answered)
                if not answered and delivery.tries:
                    return  # in order: the next one waits for this one
            else:
                delivery = Delivery(change.place)
                await self._store.webhooks.moved(hook, delivery)
            if not await self._store.webhooks.lease(hook, self._node, _LEASE):
                return

    async def _after(self, hook: Webhook, before: Delivery, change: Change, *, answered: bool) -> Delivery:
        now = self._clock.now()
        since = before.since or now
        if answered:
            after = Delivery(change.place)
        elif now - since >= GIVE_UP:
            await self._store.audit.write(hook.programme, "system", "webhook.given_up", f"{hook.id} {change.place}")
            after = Delivery(change.place)
        else:
            pause = PAUSES[min(before.tries, len(PAUSES) - 1)]
            after = Delivery(before.place, before.tries + 1, since, now + pause)
        await self._store.webhooks.moved(hook, after)
        return after

    async def _send(self, hook: Webhook, change: Change) -> bool:
        """Whether it was answered with 2xx."""
        name = await self._store.pseudonyms.of(hook.programme, hook.recipient)
        happened = iso(int(change.place.split("-")[0]))
        data = {"session": name(change.session)}
        body = msgspec.json.encode({"type": change.why, "timestamp": happened, "data": data})
        # One id for all tries of one event at one endpoint: the receiver drops what it has had.
        message = "msg_" + hashlib.sha256(f"{hook.id}|{change.place}".encode()).hexdigest()[:32]
        timestamp = self._clock.now() // 1000
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(hook.secret, message, timestamp, body),
        }
        try:
            url = checked(hook.url, loopback=self._loopback)
            async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            log.info("webhook %s was not delivered: %s", hook.id, type(error).__name__)
            return False


@asynccontextmanager
async def sending(store: Parts, clock: Clock, *, loopback: bool) -> AsyncIterator[None]:
    """Send in the background. What is under way at the end is sent again after the next start."""
    connector = aiohttp.TCPConnector(resolver=_Outside(loopback=loopback), limit_per_host=2, use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=_ANSWER_WITHIN)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, cookie_jar=jar, trust_env=False, max_line_size=4096
    ) as http:
        task = asyncio.create_task(Sender(store, clock, http, loopback=loopback).run(), name="webhooks")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
