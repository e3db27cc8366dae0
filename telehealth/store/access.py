"""Join links, signed-in browsers, API keys, and the counter that slows guessing down.

Tokens are stored as hashes only. A record that can be revoked is a hash with the record and its stamps beside it, so
that revoking is one field and never races with another write. Indexes are written before what they name (supersets).
"""

import time
from dataclasses import replace

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Client
from .programmes import Programmes
from .sealed import Keyring

_KEPT_AFTER = 24 * 60 * 60 * 1000
"""How long Redis keeps a browser's record beyond its end, in ms. Its `expires` decides; this only tidies up."""


class Access:
    """ports.Access on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def put_link(self, token: str, link: rec.JoinLink) -> None:
        await self._programmes.register(link.programme)
        name = keys.hashed(token)
        await self._client.call("SADD", keys.links_of(link.programme, link.person), name)
        await self._client.call("HSET", keys.link(name), "record", msgspec.json.encode(link))

    async def link(self, token: str) -> tuple[str, rec.JoinLink] | None:
        name = keys.hashed(token)
        link = await self.link_by_name(name)
        return (name, link) if link else None

    async def link_by_name(self, name: str) -> rec.JoinLink | None:
        (link,) = await self._links([name])
        return link

    async def links_of(self, programme: ProgrammeId, person: PersonId) -> dict[str, rec.JoinLink]:
        raw = await self._client.call("SMEMBERS", keys.links_of(programme, person))
        names = sorted(name.decode() for name in raw)
        return {name: link for name, link in zip(names, await self._links(names), strict=True) if link}

    async def revoke_link(self, programme: ProgrammeId, name: str, at: Millis) -> None:
        link = await self.link_by_name(name)
        if link and link.programme == programme:
            await self._client.script("stamp", [keys.link(name)], ["revoked", at, 1])

    async def put_web_session(self, token: str, session: rec.WebSession) -> None:
        await self._client.call("SET", keys.web_session(token), msgspec.json.encode(session), "PX", _kept(session))

    async def renew_web_session(self, token: str, session: rec.WebSession) -> bool:
        record = msgspec.json.encode(session)
        return bool(await self._client.call("SET", keys.web_session(token), record, "XX", "PX", _kept(session)))

    async def web_session(self, token: str) -> rec.WebSession | None:
        raw = await self._client.call("GET", keys.web_session(token))
        session = msgspec.json.decode(raw, type=rec.WebSession) if raw else None
        if session is not None and session.kind is rec.SignedInAs.STAFF:
            left = keys.people(session.programme, "left")
            if await self._client.call("SISMEMBER", left, session.person):
                return None
        return session

    async def drop_web_session(self, token: str) -> None:
        await self._client.call("DEL", keys.web_session(token))

    async def put_api_key(self, key: rec.ApiKey) -> None:
        await self._programmes.register(key.programme)
        await self._client.call("SADD", keys.api_keys(key.programme), key.id)
        await self._client.call("HSET", keys.api_key(key.id), "record", msgspec.json.encode(key))

    async def api_key(self, key_id: str) -> rec.ApiKey | None:
        (key,) = await self._api_keys([key_id])
        return key

    async def api_keys(self, programme: ProgrammeId) -> list[rec.ApiKey]:
        raw = await self._client.call("SMEMBERS", keys.api_keys(programme))
        found = await self._api_keys([name.decode() for name in raw])
        return sorted((key for key in found if key), key=lambda key: (key.created, key.id))

    async def revoke_api_key(self, key_id: str, at: Millis) -> bool:
        return bool(await self._client.script("stamp", [keys.api_key(key_id)], ["revoked", at, 1]))

    async def touch_api_key(self, key_id: str, at: Millis) -> None:
        await self._client.script("stamp", [keys.api_key(key_id)], ["last_used", at, 0])

    async def put_token(self, token: str, key_id: str, seconds: int) -> None:
        await self._client.call("SET", keys.token(token), key_id, "EX", seconds)

    async def token(self, token: str) -> str | None:
        raw = await self._client.call("GET", keys.token(token))
        return raw.decode() if raw else None

    async def once(self, name: str, seconds: int) -> bool:
        """A repeat after a lost answer is refused, which only errs towards caution."""
        mark = keys.once(self._keyring.blind("once", name)[0])
        return bool(await self._client.call("SET", mark, 1, "NX", "EX", seconds))

    async def allow(self, name: str, limit: int, per_seconds: int) -> bool:
        """A repeat after a lost answer may count twice, which only errs towards caution."""
        counter = keys.allow(self._keyring.blind("allow", name)[0])
        count: int = await self._client.script("allow", [counter], [per_seconds])
        return count <= limit

    async def _links(self, names: list[str]) -> list[rec.JoinLink | None]:
        found = await self._client.calls([("HMGET", keys.link(name), "record", "revoked") for name in names])
        return [
            replace(msgspec.json.decode(record, type=rec.JoinLink), revoked=_stamp(revoked)) if record else None
            for record, revoked in found
        ]

    async def _api_keys(self, ids: list[str]) -> list[rec.ApiKey | None]:
        asked = [("HMGET", keys.api_key(key_id), "record", "revoked", "last_used") for key_id in ids]
        return [
            replace(msgspec.json.decode(record, type=rec.ApiKey), revoked=_stamp(revoked), last_used=_stamp(last_used))
            if record
            else None
            for record, revoked, last_used in await self._client.calls(asked)
        ]


def _kept(session: rec.WebSession) -> int:
    return max(0, session.expires - time.time_ns() // 1_000_000) + _KEPT_AFTER


def _stamp(raw: bytes | None) -> Millis | None:
    return int(raw) if raw else None
