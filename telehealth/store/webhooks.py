"""Webhook endpoints, and how far each has got in the feed of changes, which is their outbox.

The change itself wrote the entry, in its own script (append.lua, say.lua, note.lua): nothing that changed can be
missing from the outbox. An endpoint's place is moved on after its delivery was answered, so what was not answered is
sent again, also after a restart. Address and secret are sealed. A lease keeps two nodes from sending at once.
"""

from dataclasses import replace

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import Millis, ProgrammeId

from . import keys
from .client import Client
from .ports import Delivery
from .programmes import Programmes
from .sealed import Keyring


class Webhooks:
    """ports.Webhooks on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def put(self, hook: rec.Webhook) -> None:
        await self._programmes.register(hook.programme)
        text = msgspec.json.encode(hook).decode()
        sealed = self._keyring.seal(hook.programme, "webhook", hook.id, "record", 0, text)
        found = await self._client.call("XREVRANGE", keys.changes(hook.programme), "+", "-", "COUNT", 1)
        place = found[0][0] if found else b"0-0"  # what changed before is not told
        await self._client.calls(
            [
                ("HSETNX", keys.webhook(hook.programme, hook.id), "place", place),
                ("HSET", keys.webhooks(hook.programme), hook.id, sealed),
            ]
        )

    async def remove(self, programme: ProgrammeId, name: str) -> bool:
        gone, _ = await self._client.calls(
            [("HDEL", keys.webhooks(programme), name), ("DEL", keys.webhook(programme, name))]
        )
        return bool(gone)

    async def all(self) -> list[rec.Webhook]:
        programmes = await self._programmes.all()
        found = await self._client.calls([("HGETALL", keys.webhooks(programme)) for programme in programmes])
        hooks: list[rec.Webhook] = []
        for programme, flat in zip(programmes, found, strict=True):
            for name, sealed in zip(flat[::2], flat[1::2], strict=True):
                text = self._keyring.unseal(programme, "webhook", name.decode(), "record", 0, sealed)
                hooks.append(replace(msgspec.json.decode(text, type=rec.Webhook), programme=programme))
        return sorted(hooks, key=lambda hook: (hook.programme, hook.id))

    async def delivery(self, hook: rec.Webhook) -> Delivery:
        flat = await self._client.call("HGETALL", keys.webhook(hook.programme, hook.id))
        kept = {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
        return Delivery(
            kept.get("place", "0-0"), int(kept.get("tries", 0)), int(kept.get("since", 0)), int(kept.get("next", 0))
        )

    async def moved(self, hook: rec.Webhook, delivery: Delivery) -> None:
        fields = ("place", delivery.place, "tries", delivery.tries, "since", delivery.since, "next", delivery.next)
        await self._client.call("HSET", keys.webhook(hook.programme, hook.id), *fields)

    async def lease(self, hook: rec.Webhook, node: str, length: Millis) -> bool:
        name = keys.webhook_lease(hook.programme, hook.id)
        if await self._client.call("SET", name, node, "NX", "PX", length):
            return True
        held: bytes | None = await self._client.call("GET", name)
        if held != node.encode():
            return False
        await self._client.call("PEXPIRE", name, length)
        return True
