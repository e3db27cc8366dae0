"""Leases of media workers: a key each that runs out by itself, and the set of their names.

A lease is not a clinical record and decides no attendance: where Redis's clock steps, a worker flaps for one renewal.
"""

import msgspec

from telehealth.core import records as rec

from . import keys
from .client import Client


class Workers:
    """ports.Workers on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def renew(self, lease: rec.WorkerLease, *, seconds: float) -> str:
        record = msgspec.json.encode(lease)
        *_, asked = await self._client.calls(
            [
                ("SADD", keys.WORKERS, lease.worker),
                ("SET", keys.worker(lease.worker), record, "PX", max(1, int(seconds * 1000))),
                ("HGET", keys.WORKERS_ASKED, lease.worker),
            ]
        )
        return "" if asked is None else asked.decode()

    async def ask(self, worker: str, what: str) -> None:
        command = ("HSET", keys.WORKERS_ASKED, worker, what) if what else ("HDEL", keys.WORKERS_ASKED, worker)
        await self._client.call(*command)

    async def release(self, worker: str) -> None:
        await self._client.calls(
            [("DEL", keys.worker(worker)), ("SREM", keys.WORKERS, worker), ("HDEL", keys.WORKERS_ASKED, worker)]
        )

    async def alive(self) -> list[rec.WorkerLease]:
        names = sorted(name.decode() for name in await self._client.call("SMEMBERS", keys.WORKERS))
        found = await self._client.calls([("GET", keys.worker(name)) for name in names])
        gone = [name for name, raw in zip(names, found, strict=True) if raw is None]
        if gone:  # one that renews just now puts its name back with the next renewal
            await self._client.calls([("SREM", keys.WORKERS, *gone), ("HDEL", keys.WORKERS_ASKED, *gone)])
        return [msgspec.json.decode(raw, type=rec.WorkerLease) for raw in found if raw is not None]
