"""Backup and restore: the whole store of one instant in an encrypted file, and a new store from such a file.

It owns the order of steps. A backup is a draft until it is whole, and then takes its name. A restore reads the archive
to its end before it touches anything, goes into an empty store only, marks that store as unfinished while it writes
(no server opens it, and a second restore begins anew), and reads all of it back before it takes the mark away.
The key that seals the record is not in the archive: whoever has the archive and its secret still reads no name.
"""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from telehealth.clock import Clock
from telehealth.core.ids import Millis, ProgrammeId
from telehealth.disclosing import Impossible
from telehealth.retaining import FILE, noted
from telehealth.settings import Settings
from telehealth.store import keys
from telehealth.store.archive import BadArchive, Secret, Writer, records
from telehealth.store.client import Client
from telehealth.store.copying import Filling, Item, Tally, Unknown, contents, foreign, names, packed
from telehealth.store.embedded import CannotStart, EmbeddedRedis
from telehealth.store.outside import UnsafeRedis, check
from telehealth.store.redis_store import Store, opens_with
from telehealth.store.sealed import BadKey, Keyring
from telehealth.store.snapshot import NoSnapshot, snapshot

Told = Callable[[int], None]
"""Is told how many values are done."""


class Head(msgspec.Struct, frozen=True, tag="head"):
    """The first record of an archive."""

    made: Millis
    release: str
    programmes: list[str]


class Foot(msgspec.Struct, frozen=True, tag="foot"):
    """The last one."""

    keys: dict[str, int]
    values: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself, and what was found to be so."""

    head: Head
    foot: Foot
    bytes: int = 0


async def make(settings: Settings, store: Store, url: str, file: Path, secret: Secret, told: Told) -> Manifest:
    """Write the store of this instant into `file`. Raises `Impossible`."""
    _free(file)
    programme = ProgrammeId(settings.programme)
    await store.audit.write(programme, "system", "backup.begun", "")
    draft = file.with_name(file.name + ".part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            async with snapshot(url, settings.data / "backup.tmp") as copy:
                manifest = await _write(copy, Writer(target, secret), told)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(file)
        _settle(file)
    except (NoSnapshot, Unknown) as error:
        raise Impossible(str(error)) from None
    except OSError as error:
        raise Impossible(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)
    await store.audit.write(programme, "system", "backup.made", manifest.foot.digest)
    return manifest


def _free(file: Path) -> None:
    if file.exists():
        raise Impossible(f"{file} exists already; a backup replaces no file.")


async def _write(copy: Client, archive: Writer, told: Told) -> Manifest:
    programmes = sorted(name.decode() for name in await copy.call("SMEMBERS", keys.PROGRAMMES))
    head, tally = Head(Clock().now(), version("telehealth"), programmes), Tally()
    archive.record(msgspec.json.encode(head))
    async for item in contents(copy):
        archive.record(packed(item))
        tally.add(item)
        told(tally.values)
    foot = Foot(dict(sorted(tally.keys.items())), tally.values, tally.digest)
    archive.record(msgspec.json.encode(foot))
    archive.close()
    return Manifest(head, foot, archive.bytes)


def examine(file: Path, secret: Secret, keyring: Keyring | None, told: Told) -> Manifest:
    """Read an archive to its end, count it and hash it; with a keyring, see that it opens what is in it."""
    try:
        with file.open("rb") as source:
            return _examined(records(source, secret), keyring, told, file.stat().st_size)
    except BadArchive as error:
        raise Impossible(str(error)) from None
    except OSError as error:
        raise Impossible(f"{file} cannot be read: {error.strerror}.") from None


def _examined(found: Any, keyring: Keyring | None, told: Told, size: int) -> Manifest:
    head, tally, held = msgspec.json.decode(next(found), type=Head), Tally(), b""
    for record in found:
        if held:
            item = msgspec.msgpack.decode(held, type=Item)
            tally.add(item)
            told(tally.values)
            check = item.content[0] if item.name == keys.KEY_CHECK.encode() else b""
            if check and keyring is not None and not opens_with(keyring, check):
                raise Impossible(
                    "The key does not open what is in this archive. Give the key that the store was kept with "
                    "(TELEHEALTH_KEY, or the key file in the data folder)."
                )
        held = record
    foot = msgspec.json.decode(held, type=Foot)
    if (dict(tally.keys), tally.values, tally.digest) != (foot.keys, foot.values, foot.digest):
        raise Impossible("The archive does not hold what it says of itself.")
    return Manifest(head, foot, size)


async def restore(settings: Settings, file: Path, secret: Secret, told: Told) -> Manifest:
    """A new store from `file`. Raises `Impossible`, before anything is written if it can be known then."""
    keyring = keyring_of(settings)
    manifest = examine(file, secret, keyring, told)
    async with _empty(settings) as client:
        await client.call("SET", keys.RESTORING, manifest.foot.digest)
        wanted, filling, now = Tally(), Filling(client), Clock().now()
        with file.open("rb") as source:
            last = b""
            for number, record in enumerate(records(source, secret)):
                if number > 1:
                    item = msgspec.msgpack.decode(last, type=Item)
                    if not item.drops or item.drops > now + _SOON:
                        await filling.put(item)
                        wanted.add(item)
                        told(wanted.values)
                last = record
        await filling.flush()
        found = Tally()
        async for item in contents(client):
            found.add(item)
        if (found.keys, found.values, found.digest) != (wanted.keys, wanted.values, wanted.digest):
            raise Impossible("What was written does not read back the same; the store was left marked as unfinished.")
        await client.call("DEL", keys.RESTORING)
        store = Store(client, keyring)
        await store.audit.write(ProgrammeId(settings.programme), "system", "backup.restored", manifest.foot.digest)
        await _erase_again(settings, store)
    return manifest


async def _erase_again(settings: Settings, store: Store) -> None:
    """Whom this data folder's list of erasures names, and who came back with an older archive."""
    for programme, people in noted(settings.data / FILE).items():
        back = sorted(set(people) - (await store.erasure.erased(programme)).keys())
        for person in back:
            said, _ = await store.holds.all(programme)
            at = Clock().now()
            await store.erasure.destroy(programme, person, at, actor="system", why="restored", holds=said)
        if back:
            await store.erasure.sweep(programme, back)
            await store.erasure.forget_log()


_SOON: Millis = 60 * 60_000
"""What Redis would drop within so many ms, it may drop before it is read back."""


def keyring_of(settings: Settings) -> Keyring:
    """The one that is there: a restore makes no key."""
    if not settings.key and not settings.key_file.exists():
        raise Impossible("The key is missing: put it into the data folder (mode 0600), or into TELEHEALTH_KEY.")
    try:
        return Keyring.load(settings.key, settings.key_file)
    except BadKey as error:
        raise Impossible(str(error)) from None


@asynccontextmanager
async def _empty(settings: Settings) -> AsyncIterator[Client]:
    """The store to restore into: the outside one, or the embedded one, which is started for it."""
    own = None if settings.redis_url else EmbeddedRedis(settings.redis_folder)
    try:
        if own is not None:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            await own.start()
        else:
            await check(settings.redis_url or "", allow_unsafe=settings.redis_unsafe)
        client = Client(settings.redis_url or (own.url if own else ""))
        try:
            await _vacate(client)
            yield client
        finally:
            await client.close()
    except (CannotStart, UnsafeRedis) as error:
        raise Impossible(str(error)) from None
    finally:
        if own is not None:
            await own.stop()


async def _vacate(client: Client) -> None:
    """Nothing may be there but what a new store has, or what a restore that was broken off has left."""
    if await client.call("EXISTS", keys.RESTORING):
        marker = await client.call("GET", keys.MARKER)
        await client.call("FLUSHDB")
        if marker is not None:
            await client.call("SET", keys.MARKER, marker)
        return
    async for some in names(client):
        if any(foreign(name) for name in some):
            raise Impossible("This store is not empty. A restore goes into an empty one only: move the old one away.")
    await client.call("DEL", keys.KEY_CHECK)


def _settle(file: Path) -> None:
    """Make the name of a file durable."""
    folder = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
