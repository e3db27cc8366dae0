"""A UDP relay on loopback between one browser page and a media worker, which a test can cut, slow down and make lossy.

The page's SDP answer is rewritten to lead here (identity.js), so what is cut is the real media path. What is lost is
decided by a seeded generator, in the order in which packets come; a rate has a queue before it, as a home router's.
"""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

IP_AND_UDP = 28


@dataclass
class Direction:
    """One way through the relay. May be changed at any time."""

    loss: float = 0.0
    """Share of packets."""
    delay: float = 0.0
    """Seconds."""
    rate: float | None = None
    """Bits a second."""
    queue: float = 0.3
    """Seconds of packets at that rate that may wait; more are dropped."""
    passed: int = 0
    dropped: int = 0
    kinds: Counter[int] = field(default_factory=Counter)
    """Packets by their RTP payload type, which SRTP leaves readable; those that are dropped, too."""
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    _busy: float = 0.0

    def carry(self, data: bytes, send: Callable[[], None]) -> None:
        """Send a packet now, later or never."""
        if data[0] >> 6 == 2 and not 192 <= data[1] < 224:  # RFC 7983, RFC 5761
            self.kinds[data[1] & 0x7F] += 1
        size = len(data)
        loop = asyncio.get_running_loop()
        now = due = loop.time()
        if self.loss and self.chance.random() < self.loss:
            self.dropped += 1
            return
        if self.rate:
            due = max(now, self._busy)
            if due - now > self.queue:
                self.dropped += 1
                return
            due = self._busy = due + (size + IP_AND_UDP) * 8 / self.rate
        self.passed += 1
        due += self.delay
        if due > now:
            loop.call_at(due, send)
        else:
            send()


class Path:
    """One worker port as one page sees it. Each address of the page has a socket of its own towards the worker, as
    behind a home router: what answers one never goes to another."""

    def __init__(self, relay: "Relay", worker_port: int) -> None:
        self._relay, self._worker = relay, ("127.0.0.1", worker_port)
        self._inner = _opened()
        self._outer: dict[tuple[str, int], socket.socket] = {}
        asyncio.get_running_loop().add_reader(self._inner, self._from_page)
        self.port = int(self._inner.getsockname()[1])

    def close(self) -> None:
        for opened in (self._inner, *self._outer.values()):
            asyncio.get_running_loop().remove_reader(opened)
            opened.close()

    def _from_page(self) -> None:
        for data, page in _read(self._inner):
            outer = self._outer.get(page)
            if outer is None:
                outer = self._outer[page] = _opened()
                asyncio.get_running_loop().add_reader(outer, self._from_worker, outer, page)
            if not self._relay.is_cut:
                self._relay.up.carry(data, partial(self._send, outer, data, self._worker))

    def _from_worker(self, outer: socket.socket, page: tuple[str, int]) -> None:
        for data, _ in _read(outer):
            if not self._relay.is_cut:
                self._relay.down.carry(data, partial(self._send, self._inner, data, page))

    def _send(self, through: socket.socket, data: bytes, to: tuple[str, int]) -> None:
        if not self._relay.is_cut and through.fileno() >= 0:
            with suppress(OSError):
                through.sendto(data, to)


def _opened() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    opened.bind(("127.0.0.1", 0))
    return opened


def _read(opened: socket.socket) -> Iterator[tuple[bytes, tuple[str, int]]]:
    with suppress(OSError):  # nothing more to read, or an ICMP error for something sent
        while True:
            yield opened.recvfrom(2048)


class Relay:
    """All media paths of one page."""

    def __init__(self) -> None:
        self.is_cut = False
        self.up, self.down = Direction(), Direction()
        """From the page, and to it."""
        self._paths: dict[int, Path] = {}

    async def port_for(self, worker_port: int) -> int:
        """The relay's port that leads to a worker's port."""
        if worker_port not in self._paths:
            self._paths[worker_port] = Path(self, worker_port)
        return self._paths[worker_port].port

    def close(self) -> None:
        for path in self._paths.values():
            path.close()
