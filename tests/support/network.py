"""The network between one browser page and the media workers: it takes UDP and TCP, and a test can block or move it.

The page's SDP answer is rewritten to lead here (identity.js). A path takes UDP and TCP on one port number, as a worker
does. For loss, delay and rates there is `relay.py`, which carries UDP only.
"""

import asyncio
import socket
from typing import cast


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, path: "Path", outward: bool) -> None:
        self._path, self._outward = path, outward

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._path.forward(data, addr, self._outward)


class _Stream(asyncio.Protocol):
    """One side of a TCP connection; the other is `beyond`."""

    def __init__(self, path: "Path", beyond: "_Stream | None" = None) -> None:
        self._path = path
        self._beyond = beyond
        self._outward = beyond is not None
        self._early = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._path.streams.add(self)
        if self._path.is_cut:
            self.abort()
        elif self._beyond is None:
            self._path.lead_on(self)
        else:
            self._beyond.meet(self)

    def meet(self, beyond: "_Stream") -> None:
        self._beyond = beyond
        beyond.write(self._early)

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self._beyond is None:
            self._early += data
        else:
            if self._outward:
                self._path.answered_at.add(self._transport.get_extra_info("sockname")[0])  # type: ignore[union-attr]
            self._beyond.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._path.streams.discard(self)
        if self._beyond is not None:
            self._beyond.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


class Path:
    """One worker port as one page sees it."""

    def __init__(self, network: "Network", worker_port: int) -> None:
        self._network, self._worker = network, ("127.0.0.1", worker_port)
        self._page: tuple[str, int] | None = None
        self._leading: set[asyncio.Task[None]] = set()
        self.is_cut = False
        self.port = 0
        self.streams: set[_Stream] = set()
        self.answered_at: set[str] = set()

    @property
    def carries_udp(self) -> bool:
        return not (self.is_cut or self._network.blocks_udp)

    async def open(self) -> "Path":
        loop = asyncio.get_running_loop()
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        here, there = ("127.0.0.1", self.port), (self._network.source, 0)
        self._server = await loop.create_server(lambda: _Stream(self), sock=listening)
        self._inner, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self, True), local_addr=here)
        self._outer, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self, False), local_addr=there)
        return self

    def forward(self, data: bytes, addr: tuple[str, int], outward: bool) -> None:
        if not self.carries_udp:
            return
        if outward:
            self._page = addr
            self._outer.sendto(data, self._worker)
        elif self._page is not None:
            self.answered_at.add(self._outer.get_extra_info("sockname")[0])
            self._inner.sendto(data, self._page)

    def lead_on(self, stream: _Stream) -> None:
        """Connect a page's TCP connection to the worker."""
        task = asyncio.create_task(self._lead_on(stream))
        self._leading.add(task)
        task.add_done_callback(self._leading.discard)

    async def _lead_on(self, stream: _Stream) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(
                lambda: _Stream(self, stream), *self._worker, local_addr=(self._network.source, 0)
            )
        except OSError:
            stream.abort()

    def cut(self) -> None:
        """Carry nothing more: this path is gone for good."""
        self.is_cut = True
        for stream in list(self.streams):
            stream.abort()

    def close(self) -> None:
        self.cut()
        self._server.close()
        self._inner.close()
        self._outer.close()


class Network:
    """All media paths of one page. `source`: the address from which the worker sees the page come."""

    def __init__(self, source: str = "127.0.0.1") -> None:
        self.source = source
        self.blocks_udp = False
        """As many a hospital's and hotel's network does."""
        self._paths: dict[int, Path] = {}
        self._left: list[Path] = []
        self._making = asyncio.Lock()
        self._closed = False

    async def port_for(self, worker_port: int) -> int:
        """The port here that leads to a worker's port."""
        async with self._making:
            if self._closed:
                return 9  # a page may still ask while it is being closed
            if worker_port not in self._paths:
                self._paths[worker_port] = await Path(self, worker_port).open()
        return self._paths[worker_port].port

    @property
    def seen_as(self) -> set[str]:
        """The addresses to which the workers' media came back."""
        return {source for path in (*self._paths.values(), *self._left) for source in path.answered_at}

    def move(self) -> None:
        """As from Wi-Fi to mobile: what there was carries nothing any more, and the next answer leads another way."""
        for path in self._paths.values():
            path.cut()
            self._left.append(path)
        self._paths.clear()

    def close(self) -> None:
        self._closed = True
        for path in (*self._paths.values(), *self._left):
            path.close()
