"""Webhooks reach a real receiver: signed, in order, again until answered, also after a restart, and never inside."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web

from telehealth.core.ids import SessionId
from telehealth.core.records import Webhook
from telehealth.edge import webhooks
from telehealth.edge.webhooks import EVENTS, Parts, checked, new_secret, sending
from telehealth.store import keys
from tests.support.wait import until

from .clinic import ALICE, BOB, CAROL, DAN, MAIN, MINUTE, Clinic, Evening

pytestmark = pytest.mark.asyncio


@dataclass
class Receiver:
    """Another system's endpoint."""

    url: str = ""
    status: int = 200
    location: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, headers={"Location": self.location} if self.location else None)

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()


def _sending(clinic: Clinic, *, loopback: bool = True) -> AbstractAsyncContextManager[None]:
    store = clinic.store
    parts = Parts(store.webhooks, store.attendance, store.pseudonyms, store.audit)
    return sending(parts, clinic.clock, loopback=loopback)


async def _arrive(receiver: Receiver, count: int) -> None:
    async def there() -> bool:
        return len(receiver.got) >= count

    await until(there, f"{count} deliveries arrive")
    assert len(receiver.got) == count


async def _hook(clinic: Clinic, url: str, events: tuple[str, ...] = EVENTS) -> Webhook:
    hook = Webhook("hook-1", MAIN, url, new_secret(), events, "ehr", 1)
    await clinic.store.webhooks.put(hook)
    return hook


async def _ended(clinic: Clinic, name: str) -> None:
    starts = clinic.starts - 1000 * MINUTE
    session = replace(clinic.session(), id=SessionId(name), starts=starts, ends=starts + 180 * MINUTE)
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.ends(180)


async def test_what_changed_is_told_signed_and_without_a_client(clinic: Clinic) -> None:
    """The three events in order, each with a signature that the receiver can check, and nobody's id or name in it."""
    async with receiving() as receiver, _sending(clinic):
        hook = await _hook(clinic, receiver.url)
        await _ended(clinic, "session-a")
        alice = await clinic.staff(ALICE)
        said = {"session": "session-a", "client": DAN, "reason": "canary-note: ill", "excused": True}
        assert (await alice.ask("POST", "/api/v1/corrections", said)).status == 201
        for about in ("group", BOB, CAROL):
            path = f"/api/staff/sessions/session-a/notes/{about}"
            await alice.ask("PUT", path, {"text": f"canary-note {len(about)}"}, If_Match='"0"')
        assert (await alice.ask("POST", "/api/staff/sessions/session-a/attest", {})).status == 201
        assert (await alice.signs("session-a")).status == 200
        await _arrive(receiver, 6)
    assert receiver.types == ["session.closed", *["attendance.changed"] * 2, *["note.signed"] * 3]
    name = await clinic.store.pseudonyms.of(MAIN, "ehr")
    for headers, body in receiver.got:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        secret = base64.b64decode(hook.secret.removeprefix("whsec_"))
        mac = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{mac}"
        assert set(json.loads(body)) == {"type", "timestamp", "data"}
        assert json.loads(body)["data"] == {"session": name(SessionId("session-a"))}
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 6


async def test_what_is_not_answered_is_sent_again_after_a_restart(clinic: Clinic) -> None:
    """What was refused is tried again later, by another process, too, under the same id; then comes the next."""
    async with receiving() as receiver:
        receiver.status = 500
        hook = await _hook(clinic, receiver.url)
        async with _sending(clinic):
            await _ended(clinic, "session-a")
            await _ended(clinic, "session-b")
            await _arrive(receiver, 1)

            async def noted() -> bool:
                return (await clinic.store.webhooks.delivery(hook)).tries == 1

            await until(noted, "the try is noted")
        receiver.status = 204
        clinic.clock.ahead += 60_000
        await clinic.store._client.call("DEL", keys.webhook_lease(MAIN, hook.id))  # type: ignore[attr-defined]
        async with _sending(clinic):
            await _arrive(receiver, 3)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert ids[0] == ids[1] != ids[2]
    delivery = await clinic.store.webhooks.delivery(hook)
    assert (delivery.place, delivery.tries) == (await clinic.store.attendance.last_change(MAIN), 0)


async def test_an_endpoint_that_never_answers_is_given_up(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three days the audit log says so, and the endpoint goes on with the next event."""
    async with receiving() as receiver:
        receiver.status = 503
        hook = await _hook(clinic, receiver.url)
        monkeypatch.setattr(webhooks, "_LOOK_EVERY", 0.05)
        async with _sending(clinic):
            await _ended(clinic, "session-a")
            await _arrive(receiver, 1)
            clinic.clock.ahead += webhooks.GIVE_UP + 60_000

            async def given_up() -> bool:
                return any(action == "webhook.given_up" for _, action, _ in await clinic.audited())

            await until(given_up, "it is given up")
        assert (await clinic.store.webhooks.delivery(hook)).tries == 0


async def test_nothing_inside_is_reached(clinic: Clinic) -> None:
    """No http, no private, loopback, link-local or mapped address, no name that leads to one, and no redirect."""
    for url in (
        "http://example.org/hook",
        "https://10.0.0.1/hook",
        "https://192.168.1.1/hook",
        "https://127.0.0.1/hook",
        "https://169.254.169.254/latest",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://[fd00::1]/hook",
        "https://user:word@example.org/",
        "ftp://example.org/",
        "https://",
    ):
        with pytest.raises(ValueError, match="endpoint"):
            checked(url, loopback=False)
    assert checked("https://records.example.org/hook", loopback=False)
    with pytest.raises(OSError, match="outside"):
        await webhooks._Outside(loopback=False).resolve("localhost", 443)
    async with receiving() as receiver, receiving() as elsewhere:
        await _hook(clinic, receiver.url)
        receiver.status, receiver.location = 307, elsewhere.url
        async with _sending(clinic):
            await _ended(clinic, "session-a")
            await _arrive(receiver, 1)
        assert elsewhere.got == []
    async with receiving() as receiver:
        hook = await _hook(clinic, receiver.url)
        async with _sending(clinic, loopback=False):

            async def tried() -> bool:
                return (await clinic.store.webhooks.delivery(hook)).tries > 0

            await until(tried, "it was tried")
        assert receiver.got == []


async def test_an_endpoint_is_sealed_and_told_only_what_it_asked_for(clinic: Clinic) -> None:
    """Address and secret are not readable in Redis; other events pass it by; a removed one is told nothing."""
    async with receiving() as receiver, _sending(clinic):
        hook = await _hook(clinic, receiver.url, ("note.signed",))
        raw = await clinic.store._client.call("HGETALL", keys.webhooks(MAIN))  # type: ignore[attr-defined]
        assert b"127.0.0.1" not in raw[1]
        await _ended(clinic, "session-a")

        async def passed() -> bool:
            return (await clinic.store.webhooks.delivery(hook)).place == await clinic.store.attendance.last_change(MAIN)

        await until(passed, "the event has passed it by")
        assert receiver.got == []
        assert await clinic.store.webhooks.remove(MAIN, hook.id)
        assert await clinic.store.webhooks.all() == []
