"""One media worker as a process: it runs a `Worker`, and keeps its lease in Redis while it lives.

It owns the lease, which is all that a worker has to do with Redis: nodes find the worker by it and go by its load. It
needs no key and reads no record. A lease that cannot be renewed (Redis is away) is no reason to stop: media goes on,
and the lease is back with Redis.

An administrator may ask it to drain (no new room comes), and to let the rooms that it has go, too (`telehealth media
drain`): each renewal of the lease brings that back.

SIGTERM ends it: at once where a node supervises it and ends, too. On a machine of its own it drains, and ends with its
last room; those that are there when its time is over are moved by their nodes. A second signal, or Ctrl-C, ends it at
once. In the end the lease goes first, so that no new room comes; its peers are told.
"""

import asyncio
import gc
import logging
import secrets
import signal
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from telehealth.core.records import WorkerLease
from telehealth.media.loop import SOCKET_BUFFER
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
MOVE_WITHIN = 5.0
"""Seconds that nodes have to move the last rooms of a worker that drained: they look at the leases every second."""
BUFFERS = (
    "the system gives UDP sockets buffers of %d KiB instead of %d; bursts of video may be lost. Raise its limits: "
    "sysctl -w net.core.rmem_max=%d; sysctl -w net.core.wmem_max=%d"
)
SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's limit for the path of a unix socket is 108."""


class CannotStart(Exception):
    """One sentence for the operator."""


async def run(settings: Settings, index: int, *, supervised: bool) -> None:
    """Run worker number `index` of this machine until SIGTERM or SIGINT."""
    if not settings.redis_url:
        raise CannotStart("A media worker needs REDIS_URL: nodes find it by its lease there.")
    if len(settings.media_secret) < 32:
        raise CannotStart("A media worker needs TELEHEALTH_MEDIA_SECRET of at least 32 characters, as its nodes have.")
    end = _End(settings.media_drain, drains=not supervised)
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, end.at_once)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.ask)
    name = secrets.token_hex(8)  # never begins with a dash: it is a word of `telehealth media drain`
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as last:
        control = _tcp(settings.media_control, index) or f"unix:{_socket(settings.data, name, last)}"
        port = settings.media_port + index if settings.media_port else 0
        worker = Worker(
            WorkerConfig(
                name,
                control,
                settings.media_secret,
                settings.media_host,
                port,
                settings.media_addresses,
                settings.media_most_rooms,
                settings.media_most_peers,
            )
        )
        try:
            await worker.start()
        except OSError as error:
            raise CannotStart(
                f"A socket of media worker {index} (UDP and TCP port {port}) is taken: {error.strerror}."
            ) from None
        last.push_async_callback(_close, worker)
        gc.collect()
        gc.freeze()  # what is loaded stays: to look through it took the collector more than 20 ms, while packets waited
        client = Client(settings.redis_url)
        last.push_async_callback(client.close)
        log.info("media worker %s serves UDP port %d", name, worker.port)
        if worker.buffers_missing and index == 0:
            given = SOCKET_BUFFER - worker.buffers_missing
            log.warning(BUFFERS, given >> 10, SOCKET_BUFFER >> 10, SOCKET_BUFFER, SOCKET_BUFFER)
        await _renew_until(end, Workers(client), name, worker)


class _End:
    """When the process has to end, as signals ask for it."""

    def __init__(self, drain: float, *, drains: bool) -> None:
        self.now = asyncio.Event()
        self.asked = asyncio.Event()
        """Ask for a look at once: something has changed."""
        self._drain = drain if drains else 0.0
        self._moving: float | None = None
        """When rooms that are still there have to move."""

    def ask(self) -> None:
        """SIGTERM."""
        if self._moving is not None or not self._drain:
            self.now.set()
        else:
            self._moving = time.monotonic() + self._drain
        self.asked.set()

    def at_once(self) -> None:
        """SIGINT."""
        self.now.set()
        self.asked.set()

    @property
    def draining(self) -> bool:
        return self._moving is not None

    @property
    def leaving(self) -> bool:
        return self._moving is not None and time.monotonic() >= self._moving

    def over(self, rooms: int) -> bool:
        """Whether to end, with so many rooms left."""
        moved = self._moving is not None and (not rooms or time.monotonic() >= self._moving + MOVE_WITHIN)
        return moved or self.now.is_set()


async def _renew_until(end: _End, leases: Workers, name: str, worker: Worker) -> None:
    lost = False
    asked = ""
    while not end.over(worker.status()[0]):
        drains = end.draining or bool(asked)
        if drains is not worker.draining:
            worker.draining = drains
            log.info("media worker %s drains" if drains else "media worker %s takes rooms again", name)
        rooms, peers, load = worker.status()
        leaving = end.leaving or asked == "move"
        lease = WorkerLease(name, worker.control, rooms, peers, load, worker.draining, worker.full, leaving)
        heard = asked
        try:
            heard = await leases.renew(lease, seconds=LEASE)
            if lost:
                log.info("the lease of media worker %s is renewed again", name)
            lost = False
        except Unavailable:
            if not lost:
                log.warning("the lease of media worker %s cannot be renewed; media goes on", name)
            lost = True
        if heard != asked:
            asked = heard
            continue  # the nodes must know it soon
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEW_EVERY):
                await end.asked.wait()
        end.asked.clear()
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
