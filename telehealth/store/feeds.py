"""Calendar feeds, and the addresses by which a client ends messages. Tokens are stored as hashes only.

A feed's token is made by whoever asks for it. The token of an opt-out is made here, the same each time for one person
and channel, because it stands in every message: an HMAC under the root key, which nobody can make who does not have it.
It goes on opening what it opened after a change of the key, because its hash is kept.
"""

from dataclasses import replace

import msgspec

from telehealth.core.feeds import Feed
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.sendings import Channel

from . import keys
from .client import Client
from .feed_ports import OptOut
from .programmes import Programmes
from .sealed import Keyring


class Feeds:
    """feed_ports.Feeds on Redis."""

    def __init__(self, client: Client, programmes: Programmes) -> None:
        self._client = client
        self._programmes = programmes

    async def put(self, token: str, feed: Feed) -> None:
        await self._programmes.register(feed.programme)
        name = keys.hashed(token)
        await self._client.call("SADD", keys.feeds_of(feed.programme, feed.person), name)
        await self._client.call("HSET", keys.feed(name), "record", msgspec.json.encode(feed))

    async def feed(self, token: str) -> tuple[str, Feed] | None:
        name = keys.hashed(token)
        feed = await self.by_name(name)
        return (name, feed) if feed else None

    async def by_name(self, name: str) -> Feed | None:
        (feed,) = await self._named([name])
        return feed

    async def of(self, programme: ProgrammeId, person: PersonId) -> dict[str, Feed]:
        raw = await self._client.call("SMEMBERS", keys.feeds_of(programme, person))
        names = sorted(name.decode() for name in raw)
        found = {name: feed for name, feed in zip(names, await self._named(names), strict=True) if feed}
        return dict(sorted(found.items(), key=lambda item: (item[1].created, item[0])))

    async def revoke(self, programme: ProgrammeId, name: str, at: Millis) -> bool:
        feed = await self.by_name(name)
        if feed is None or feed.programme != programme:
            return False
        return bool(await self._client.script("stamp", [keys.feed(name)], ["revoked", at, 1]))

    async def _named(self, names: list[str]) -> list[Feed | None]:
        found = await self._client.calls([("HMGET", keys.feed(name), "record", "revoked") for name in names])
        return [
            replace(msgspec.json.decode(record, type=Feed), revoked=int(revoked) if revoked else None)
            if record
            else None
            for record, revoked in found
        ]


class OptOuts:
    """feed_ports.OptOuts on Redis."""

    def __init__(self, client: Client, keyring: Keyring) -> None:
        self._client = client
        self._keyring = keyring

    async def token(self, programme: ProgrammeId, person: PersonId, channel: Channel) -> str:
        token = self._keyring.blind("opt-out", f"{programme} {person} {channel}")[0]
        record = msgspec.json.encode(OptOut(programme, person, channel))
        await self._client.call("SET", keys.stop(token), record, "NX")
        return token

    async def of(self, token: str) -> OptOut | None:
        raw = await self._client.call("GET", keys.stop(token))
        return msgspec.json.decode(raw, type=OptOut) if raw else None
