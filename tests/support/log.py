"""Reading the record of a server that runs with an embedded store: the same door as the server's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring


@asynccontextmanager
async def open_log(folder: Path) -> AsyncIterator[Store]:
    """A second connection to the store of the server whose data is in `folder`."""
    store = await Store.connect(EmbeddedRedis(folder / "redis").url, Keyring.load(None, folder / "key"))
    try:
        yield store
    finally:
        await store.close()
