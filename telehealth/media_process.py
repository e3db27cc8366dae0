"""One media worker as a process: it runs a `Worker`, and keeps its lease in Redis while it lives.

It owns the lease, which is all that a worker has to do with Redis: nodes find the worker by it and go by its load. It
needs no key and reads no record. A lease that cannot be renewed (Redis is away) is no reason to stop: media goes on,
and the lease is back with Redis. SIGTERM ends it: the lease first, so that no new room comes; its peers are told.
"""

import asyncio
import logging
import secrets
import signal
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from telehealth.core.records import WorkerLease
from telehealth.media.worker import Worker, WorkerConfig
from telehealth.settings import Settings
from telehealth.store.client import Client
from telehealth.store.ports import Unavailable
from telehealth.store.workers import Workers

log = logging.getLogger(__name__)

RENEW_EVERY = 1.0
LEASE = 4.0
"""Seconds. Three renewals may fail before nodes count the worker as gone."""
STOP_WITHIN = 1.5
"""Seconds for the end; the supervisor kills after 2."""
SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's limit for the path of a unix socket is 108."""


class CannotStart(Exception):
    """One sentence for the operator."""


async def run(settings: Settings, index: int) -> None:
    """Run worker number `index` of this machine until SIGTERM or SIGINT."""
    if not settings.redis_url:
        raise CannotStart("A media worker needs REDIS_URL: nodes find it by its lease there.")
    if len(settings.media_secret) < 32:
        raise CannotStart("A media worker needs TELEHEALTH_MEDIA_SECRET of at least 32 characters, as its nodes have.")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    name = secrets.token_urlsafe(12)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as last:
        control = _tcp(settings.media_control, index) or f"unix:{_socket(settings.data, name, last)}"
        port = settings.media_port + index if settings.media_port else 0
        worker = Worker(
            WorkerConfig(name, control, settings.media_secret, settings.media_host, port, settings.media_addresses)
        )
        try:
            await worker.start()
        except OSError as error:
            raise CannotStart(
                f"A socket of media worker {index} (UDP port {port}) is taken: {error.strerror}."
            ) from None
        last.push_async_callback(_close, worker)
        client = Client(settings.redis_url)
        last.push_async_callback(client.close)
        log.info("media worker %s serves UDP port %d", name, worker.port)
        await _renew_until(stop, Workers(client), name, worker)


async def _renew_until(stop: asyncio.Event, leases: Workers, name: str, worker: Worker) -> None:
    lost = False
    while not stop.is_set():
        rooms, peers, load = worker.status()
        try:
            await leases.renew(WorkerLease(name, worker.control, rooms, peers, load, worker.draining), seconds=LEASE)
            if lost:
                log.info("the lease of media worker %s is renewed again", name)
            lost = False
        except Unavailable:
            if not lost:
                log.warning("the lease of media worker %s cannot be renewed; media goes on", name)
            lost = True
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEW_EVERY):
                await stop.wait()
    with suppress(Unavailable, TimeoutError):
        async with asyncio.timeout(0.3):  # a Redis that ends with us may be gone already
            await leases.release(name)


async def _close(worker: Worker) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_WITHIN - 0.3):
            await worker.close()


def _tcp(control: str, index: int) -> str:
    """The address of worker `index`, where workers are reached over TCP: each has the next port, as for media."""
    host, _, port = control.rpartition(":")
    return f"{host}:{int(port) + index}" if control else ""


def _socket(data: Path, name: str, last: AsyncExitStack) -> Path:
    """A new place for the control socket, gone at the end. Leftovers of killed workers are swept by `serve`."""
    path = data / f"media-{name}.sock"
    if len(bytes(path)) > SOCKET_PATH_LIMIT:
        path = Path(last.enter_context(tempfile.TemporaryDirectory(prefix="telehealth-"))) / "media.sock"
    last.callback(path.unlink, missing_ok=True)
    return path
