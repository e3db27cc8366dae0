"""Changing the key: everything that is sealed under an older key is sealed anew under the first, while servers run.

It walks all keys of the store by SCAN, goes by the list of sealed places, and replaces each value only if it is still
the one that was read, so whatever is written meanwhile stays. How far it has got stands in Redis: a rotation that was
killed goes on there. What a walk missed (a write under the old key, a cursor that outlived a restart of Redis) the next
one finds: they are repeated until a full count of every value in the store finds nothing under another key, which is
also the proof. That count does not go by the list: a sealed value in a place that the list does not know is a fault.

A login moves to its new blind index, and that of names is built anew once all else is done; papers are signed anew if
their signature holds; a chain of corrections is linked anew if it holds, and left alone if it does not. No text leaves
this file, nor does any message hold one.
"""

import asyncio
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from telehealth.core import chain
from telehealth.core.ids import ProgrammeId
from telehealth.core.papers import as_bytes
from telehealth.core.records import StaffLogin

from . import keys
from .client import Arg, Client
from .names import Names
from .papers import PURPOSE as PAPER
from .person_keys import PersonKeys, Ring
from .ports import SignedPaper
from .sealed import Broken, Keyring, Personal, key_of, needs_secret
from .sealed_places import FAMILIES, KEY_CHECK, Family, Place, Type, family_of

BATCH = 400
"""Keys that one SCAN is asked for."""
_ENTRIES = 200
"""Entries of a stream that are read and written at once."""
_AT_ONCE = 16
"""Streams that are copied at the same time."""
_TRIES, _WALKS = 5, 4
_COPY = ":resealing"
_APARTS = ("", *dict.fromkeys(family.apart for family in FAMILIES if family.apart))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has got."""

    walk: int
    share: float
    resealed: int
    """Values, in this run."""
    rate: float
    """Values a second."""


@dataclass(slots=True)
class Census:
    """Every value in the store that is sealed, counted by key."""

    current: int = 0
    older: Counter[str] = field(default_factory=Counter)
    """By the key's id, in hexadecimal."""
    unknown: int = 0
    """Under a key that nobody gave."""
    unlisted: list[str] = field(default_factory=list)
    """Names of keys that hold something sealed and stand in no family."""
    check: bool = False
    """Whether the value by which a server knows its key is still under an older one. It is the last to go."""

    @property
    def done(self) -> bool:
        return not (self.older or self.unknown or self.unlisted or self.check)


class Rotation:
    """On one store, with a keyring whose first key is the new one."""

    def __init__(self, client: Client, keyring: Keyring, names: Names) -> None:
        self._client = client
        self._keyring = keyring
        self._names = names
        self._rings = {apart: keyring.apart(apart) if apart else keyring for apart in _APARTS}
        self._persons = PersonKeys(client, keyring)
        self._secrets: dict[tuple[str, str], bytes | None] = {}
        """Of persons, for one walk: they never change, and what is sealed anew for somebody who was erased meanwhile
        opens for nobody."""
        self._primaries = {ring.primary for ring in self._rings.values()}
        self._known = {key for ring in self._rings.values() for key in ring.ids}
        self._resealed = 0
        self._began = time.monotonic()
        self.left: list[str] = []
        """Why something was left as it was, in this run: kinds of record, never what they say."""

    @property
    def key(self) -> str:
        """The id of the key under which everything is to be, in hexadecimal."""
        return self._keyring.primary.hex()

    async def run(self, told: Callable[[Progress], None], *, batch: int = BATCH) -> Census:
        """Walk until nothing is left under another key, or until walking again does not help."""
        self._began = time.monotonic()
        census = Census()
        for walk in range(1, _WALKS + 1):
            self.left.clear()
            self._secrets.clear()
            await self._walk(walk, told, batch)
            census = await self.count()
            if census.check and not (census.older or census.unknown or census.unlisted):
                await self._check()
                census = await self.count()
            if census.done:
                for programme in await self._client.call("SMEMBERS", keys.PROGRAMMES):
                    await self._names.settle(ProgrammeId(programme.decode()))
                await self._client.call("DEL", keys.ROTATION)
                break
            await self._client.call("HDEL", keys.ROTATION, "cursor")
        return census

    async def count(self) -> Census:
        """Read every value of the store and say under which key it is sealed, if it is."""
        census = Census()
        cursor = "0"
        while True:
            found, names = await self._scan(cursor, BATCH)
            for name, value in [pair async for pair in self._values(names)]:
                key = key_of(value)
                if key is None:
                    continue
                if family_of(name) is None:
                    census.unlisted.append(name)
                elif key in self._primaries:
                    census.current += 1
                elif name == keys.KEY_CHECK and key in self._known:
                    census.check = True
                elif key in self._known:
                    census.older[key.hex()] += 1
                else:
                    census.unknown += 1
            if found == "0":
                return census
            cursor = found

    async def _values(self, names: Sequence[str]) -> AsyncIterator[tuple[str, bytes]]:
        """Every value that these keys hold, streams page by page."""
        types = await self._client.calls([("TYPE", name) for name in names])
        reads = {b"string": "GET", b"hash": "HVALS"}
        plain = [(name, reads[kind]) for name, kind in zip(names, types, strict=True) if kind in reads]
        held = await self._client.calls([(read, name) for name, read in plain])
        for (name, _), value in zip(plain, held, strict=True):
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    yield name, one
        for name, kind in zip(names, types, strict=True):
            if kind == b"stream":
                async for entries in self._entries(name):
                    for _, flat in entries:
                        for one in flat[1::2]:
                            yield name, one

    async def _entries(self, name: str) -> AsyncIterator[list[tuple[bytes, list[bytes]]]]:
        after = "-"
        while page := await self._client.call("XRANGE", name, after, "+", "COUNT", _ENTRIES):
            yield page
            after = f"({page[-1][0].decode()}"

    async def _scan(self, cursor: str, batch: int) -> tuple[str, list[str]]:
        following, names = await self._client.call("SCAN", cursor, "COUNT", batch)
        return following.decode(), [name.decode() for name in dict.fromkeys(names)]

    # --- a walk

    async def _walk(self, walk: int, told: Callable[[Progress], None], batch: int) -> None:
        """From where the last one was broken off, if it was one to this key and Redis is still the same process."""
        run = await self._run_id()
        kept = dict(_pairs(await self._client.call("HGETALL", keys.ROTATION)))
        same = kept.get(b"to") == self._keyring.primary.hex().encode() and kept.get(b"run") == run
        cursor = kept.get(b"cursor", b"0").decode() if same else "0"
        seen = int(kept.get(b"seen", b"0")) if same and cursor != "0" else 0
        total = max(1, await self._client.call("DBSIZE"))
        while True:
            cursor, names = await self._scan(cursor, batch)
            await self._reseal(names)
            seen += len(names)
            state: list[Arg] = ["to", self._keyring.primary.hex(), "run", run, "cursor", cursor, "seen", seen]
            await self._client.call("HSET", keys.ROTATION, *state)
            rate = self._resealed / max(0.001, time.monotonic() - self._began)
            told(Progress(walk, 1.0 if cursor == "0" else min(1.0, seen / total), self._resealed, rate))
            if cursor == "0":
                return

    async def _run_id(self) -> bytes:
        """Of this process of Redis: a cursor of an earlier one means nothing."""
        info: bytes = await self._client.call("INFO", "server")
        return next((line for line in info.split(b"\r\n") if line.startswith(b"run_id:")), b"")

    async def _reseal(self, names: Sequence[str]) -> None:
        copies = [name for name in names if name.endswith(_COPY)]  # of a rotation that was killed
        await self._client.calls([("DEL", name) for name in copies])
        listed = [(name, *found) for name in names if (found := family_of(name))]
        flat = [(name, family, match) for name, family, match in listed if family.type is not Type.STREAM]
        reads: list[tuple[Arg, ...]] = [
            ("HGETALL" if family.type is Type.HASH else "GET", name) for name, family, _ in flat
        ]
        changes: list[tuple[Sequence[str], Sequence[Arg]]] = []
        for (name, family, match), held in zip(flat, await self._client.calls(reads), strict=True):
            if held is None or family.name == "key-check":
                continue
            fields = _pairs(held) if family.type is Type.HASH else {b"": held}
            for label, old in fields.items():
                if not self._older(old):
                    continue
                match family.name:
                    case "login":
                        await self._login(name, old)
                    case _:
                        where = family.place(match, label.decode(), fields)
                        new = await self._anew(family, where, old, _about(family, match, label))
                        if new is not None:
                            changes.append(([name], [label, old, new]))
        if changes:
            self._resealed += sum(await self._client.scripts("reseal", changes))
        streams = [one for one in listed if one[1].type is Type.STREAM]
        for begin in range(0, len(streams), _AT_ONCE):  # together they wait for the disk once
            await asyncio.gather(*(self._stream(*one) for one in streams[begin : begin + _AT_ONCE]))

    def _older(self, value: bytes) -> bool:
        key = key_of(value)
        return key is not None and key in self._known and key not in self._primaries

    async def _anew(self, family: Family, place: Place, old: bytes, about: str) -> bytes | None:
        """The same under the new key; None if it does not open, which is left as it is and said."""
        ring: Ring = self._rings[family.apart]
        if needs_secret(old):
            ring = Personal(self._rings[family.apart], await self._secret(place.programme, about))
        try:
            what = ring.unseal_bytes(*place, old)
        except Broken:
            self.left.append(f"{family.name}: a value does not open")
            return None
        if family.name == "paper":
            what = self._signed_anew(what)
        return ring.seal_bytes(*place, what)

    async def _secret(self, programme: str, who: str) -> bytes | None:
        if (programme, who) not in self._secrets:
            self._secrets[programme, who] = await self._persons.secret(programme, who)
        return self._secrets[programme, who]

    def _signed_anew(self, text: bytes) -> bytes:
        signed = msgspec.json.decode(text, type=SignedPaper)
        purpose, said = f"{PAPER}|{signed.paper.programme}", as_bytes(signed.paper)
        if not self._keyring.signed(purpose, said, bytes.fromhex(signed.signature)):
            return text
        key, signature = self._keyring.sign(purpose, said)
        return msgspec.json.encode(SignedPaper(signed.paper, key, signature.hex()))

    async def _login(self, name: str, old: bytes) -> None:
        """To the name that the new key's blind index gives it. The new one is there before the old one goes."""
        blind = name.removeprefix("login:")
        try:
            text = self._keyring.unseal("", "login", blind, "record", 0, old)
        except Broken:
            self.left.append("login: a value does not open")
            return
        fresh = self._keyring.blind("login", msgspec.json.decode(text, type=StaffLogin).name)[0]
        sealed = self._keyring.seal("", "login", fresh, "record", 0, text)
        await self._client.call("SET", keys.login(fresh), sealed, "NX")
        if fresh != blind:
            self._resealed += await self._client.script("reseal", [name], ["", old, ""])

    async def _stream(self, name: str, family: Family, match: Any) -> None:
        for _ in range(_TRIES):
            done = await self._stream_once(name, family, match)
            if done is not None:
                self._resealed += done
                return
        self.left.append(f"{family.name}: it was written faster than it could be copied")

    async def _stream_once(self, name: str, family: Family, match: Any) -> int | None:
        """How many values were sealed anew; None if something was written meanwhile."""
        copy, first, last, number, changed, head = name + _COPY, b"", b"", 0, 0, chain.GENESIS
        if not await self._any_older(name):
            return 0
        if family.chained:
            walked = await self._chain(name)
            if walked.broken is not None:
                self.left.append(f"{family.name}: its chain does not hold")
                return 0
        await self._client.call("DEL", copy)
        async for entries in self._entries(name):
            adds: list[tuple[Arg, ...]] = []
            for place, flat in entries:
                fields = dict(zip(flat[::2], flat[1::2], strict=True))
                for label, old in list(fields.items()):
                    if self._older(old):
                        where = family.place(match, label.decode(), {**fields, b"id": place})
                        new = await self._anew(family, where, old, _about(family, match, label))
                        if new is None:
                            await self._client.call("DEL", copy)
                            return 0
                        fields[label], changed = new, changed + 1
                if family.chained:
                    head = chain.link(head, fields)
                    if chain.FIELD in fields:
                        fields[chain.FIELD] = head.encode()
                adds.append(("XADD", copy, place, *(part for pair in fields.items() for part in pair)))
                first, last, number = first or place, place, number + 1
            await self._client.calls(adds)
        if not await self._client.script("reseal_stream", [name, copy], [first, last, number]):
            return None
        if family.chained:
            programme, session = ProgrammeId(match[1]), match[2]
            names = [keys.audit(programme), keys.op(programme, secrets.token_urlsafe(12))]
            said = f"{session} {walked.head} {head}"
            await self._client.script("audit", names, ["system", "corrections.relinked", said])
        return changed

    async def _any_older(self, name: str) -> bool:
        async for entries in self._entries(name):
            if any(self._older(value) for _, flat in entries for value in flat[1::2]):
                return True
        return False

    async def _chain(self, name: str) -> chain.Walked:
        entries = [entry async for page in self._entries(name) for entry in page]
        return chain.walk([(int(place.split(b"-")[0]), _pairs(flat)) for place, flat in entries])

    # --- the last step

    async def _check(self) -> None:
        """The value by which a server knows whether its key fits: from now on the old key alone does not."""
        old = await self._client.call("GET", keys.KEY_CHECK)
        if old is not None and self._older(old):
            new = self._keyring.seal(*KEY_CHECK, self._keyring.unseal(*KEY_CHECK, old))
            await self._client.script("reseal", [keys.KEY_CHECK], ["", old, new])


def _about(family: Family, match: re.Match[str], label: bytes) -> str:
    return family.about(match, label.decode()) if family.about else ""


def _pairs(flat: Sequence[bytes]) -> Mapping[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
