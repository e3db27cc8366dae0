"""Every key of a store as plain records, and back into another one: what an archive holds.

A record names its key, its type, when Redis drops it, and its content by the commands that every engine since 7.0
knows, never by Redis's own dump format: so what Redis 7.0 wrote is restored on Valkey, and the other way round. Streams
come in pieces, with their ids, counters and last id. What belongs to a running server, a machine or a browser is left
out: leases, markers, signed-in browsers and tokens.
The digest is the sum of each record's SHA-256: the same for the same content, whatever the order of keys.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from . import keys
from .client import Arg, Client

PAGE = 200
"""Keys, or entries of a stream, at once."""
_PIECE = 1_000
_WRITES, _BYTES = 500, 1 << 20
_READS: dict[bytes, tuple[str, tuple[Arg, ...]]] = {
    b"string": ("GET", ()),
    b"hash": ("HGETALL", ()),
    b"set": ("SMEMBERS", ()),
    b"zset": ("ZRANGE", (0, -1, "WITHSCORES")),
    b"stream": ("XRANGE", ("-", "+", "COUNT", PAGE)),
}
_LEFT_OUT = ("store:", "{workers}:", "web:", "token:", "once:", "allow:")


class Item(msgspec.Struct, frozen=True, array_like=True):
    """A key, or a piece of a stream."""

    name: bytes
    type: str
    """string | hash | set | zset | stream | last: what a stream has beside its entries."""
    drops: int
    """When Redis drops it, in ms; 0: never."""
    content: list[Any]


class Unknown(Exception):
    """The store holds a kind of value that an archive does not."""


@dataclass(slots=True)
class Tally:
    """What was read or written."""

    keys: Counter[str] = field(default_factory=Counter)
    """By type."""
    values: int = 0
    """Fields, members and entries."""
    sum: int = 0

    def add(self, item: Item) -> None:
        if item.type == "last":
            self.keys["stream"] += 1
        elif item.type != "stream":
            self.keys[item.type] += 1
        self.values += len(item.content) // (2 if item.type in ("hash", "zset") else 1) if item.type != "last" else 0
        self.sum = (self.sum + int.from_bytes(sha256(packed(item)).digest())) % (1 << 256)

    @property
    def digest(self) -> str:
        return f"{self.sum:064x}"


def packed(item: Item) -> bytes:
    return msgspec.msgpack.encode(item)


def kept(name: bytes) -> bool:
    """Whether a key belongs into an archive."""
    return name == keys.KEY_CHECK.encode() or not name.startswith(tuple(part.encode() for part in _LEFT_OUT))


def foreign(name: bytes) -> bool:
    """Whether a key shows that a store is not new."""
    return kept(name) and name != keys.KEY_CHECK.encode()


async def names(client: Client) -> AsyncIterator[list[bytes]]:
    """All keys, each once."""
    cursor, seen = b"0", set[bytes]()
    while True:
        cursor, found = await client.call("SCAN", cursor, "COUNT", PAGE)
        fresh = [name for name in dict.fromkeys(found) if name not in seen]
        seen.update(fresh)
        yield fresh
        if cursor == b"0":
            return


async def contents(client: Client) -> AsyncIterator[Item]:
    """Everything that belongs into an archive. Consistent only if nobody writes (snapshot.py)."""
    async for found in names(client):
        wanted = [name for name in found if kept(name)]
        asked: list[tuple[Arg, ...]] = []
        for name in wanted:
            asked += [("TYPE", name), ("PEXPIRETIME", name)]
        told = await client.calls(asked)
        known = [(name, kind, max(0, int(at))) for name, kind, at in zip(wanted, told[::2], told[1::2], strict=True)]
        if any(kind not in _READS for _, kind, _ in known):
            raise Unknown("The store holds something that is none of this server's.")
        reads: list[tuple[Arg, ...]] = [(_READS[kind][0], name, *_READS[kind][1]) for name, kind, _ in known]
        for (name, kind, drops), content in zip(known, await client.calls(reads), strict=True):
            if kind == b"stream":
                async for item in _stream(client, name, drops, content):
                    yield item
            else:
                yield Item(name, kind.decode(), drops, _sorted(kind, content))


def _sorted(kind: bytes, content: Any) -> list[Any]:
    """In one order, whatever the engine's: sets by member, hashes by field."""
    if kind == b"string":
        return [content]
    if kind == b"set":
        return sorted(content)
    if kind == b"hash":
        pairs = sorted(zip(content[::2], content[1::2], strict=True))
        return [part for pair in pairs for part in pair]
    return list(content)


async def _stream(client: Client, name: bytes, drops: int, page: list[Any]) -> AsyncIterator[Item]:
    while page:
        yield Item(name, "stream", drops, page)
        after = b"(" + page[-1][0]
        page = await client.call("XRANGE", name, after, "+", "COUNT", PAGE) if len(page) == PAGE else []
    flat = await client.call("XINFO", "STREAM", name)
    told = dict(zip(flat[::2], flat[1::2], strict=True))
    last = [told[b"last-generated-id"], told[b"entries-added"], told[b"max-deleted-entry-id"]]
    yield Item(name, "last", drops, last)


class Filling:
    """Records into a store, in pipelines."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting: list[tuple[Arg, ...]] = []
        self._bytes = 0

    async def put(self, item: Item) -> None:
        for command in _commands(item):
            self._waiting.append(command)
            self._bytes += sum(len(part) for part in command if isinstance(part, bytes))
            if len(self._waiting) >= _WRITES or self._bytes >= _BYTES:
                await self.flush()

    async def flush(self) -> None:
        await self._client.calls(self._waiting)
        self._waiting, self._bytes = [], 0


def _commands(item: Item) -> Iterator[tuple[Arg, ...]]:
    name, content = item.name, item.content
    match item.type:
        case "string":
            yield ("SET", name, content[0])
        case "hash":
            yield from (("HSET", name, *some) for some in _pieces(content))
        case "set":
            yield from (("SADD", name, *some) for some in _pieces(content))
        case "zset":
            pairs = zip(content[1::2], content[::2], strict=True)
            turned = [part for pair in pairs for part in pair]
            yield from (("ZADD", name, *some) for some in _pieces(turned))
        case "stream":
            yield from (("XADD", name, place, *flat) for place, flat in content)
        case "last":
            last, added, gone = content
            if added and gone == last:  # it may be empty by now: a stream is made by its first entry only
                yield ("EVAL", _EMPTY, 1, name, last)
            yield ("XSETID", name, last, "ENTRIESADDED", added, "MAXDELETEDID", gone)
    if item.drops:
        yield ("PEXPIREAT", name, item.drops)


_EMPTY = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('XADD', KEYS[1], ARGV[1], 'none', '')
return redis.call('XDEL', KEYS[1], ARGV[1])
"""


def _pieces(content: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(content), _PIECE):
        yield content[first : first + _PIECE]
