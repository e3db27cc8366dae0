"""A UDP relay on loopback between one browser page and a media worker, which a test can cut and mend.

The page's SDP answer is rewritten to lead here (identity.js), so what is cut is the real media path.
"""

import asyncio
from typing import cast


class _Side(asyncio.DatagramProtocol):
    def __init__(self, relay: "Path", outward: bool) -> None:
        self.relay, self.outward = relay, outward

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.relay.forward(data, addr, self.outward)


class Path:
    """One worker port as one page sees it."""

    def __init__(self, relay: "Relay", worker_port: int) -> None:
        self._relay, self._worker = relay, ("127.0.0.1", worker_port)
        self._page: tuple[str, int] | None = None
        self.port = 0

    async def open(self) -> "Path":
        loop = asyncio.get_running_loop()
        inner, _ = await loop.create_datagram_endpoint(lambda: _Side(self, True), local_addr=("127.0.0.1", 0))
        outer, _ = await loop.create_datagram_endpoint(lambda: _Side(self, False), local_addr=("127.0.0.1", 0))
        self._inner = cast(asyncio.DatagramTransport, inner)
        self._outer = cast(asyncio.DatagramTransport, outer)
        self.port = self._inner.get_extra_info("sockname")[1]
        return self

    def forward(self, data: bytes, addr: tuple[str, int], outward: bool) -> None:
        if self._relay.is_cut:
            return
        if outward:
            self._page = addr
            self._outer.sendto(data, self._worker)
        elif self._page is not None:
            self._inner.sendto(data, self._page)

    def close(self) -> None:
        self._inner.close()
        self._outer.close()


class Relay:
    """All media paths of one page."""

    def __init__(self) -> None:
        self.is_cut = False
        self._paths: dict[int, Path] = {}
        self._making = asyncio.Lock()

    async def port_for(self, worker_port: int) -> int:
        """The relay's port that leads to a worker's port."""
        async with self._making:
            if worker_port not in self._paths:
                self._paths[worker_port] = await Path(self, worker_port).open()
        return self._paths[worker_port].port

    def close(self) -> None:
        for path in self._paths.values():
            path.close()
