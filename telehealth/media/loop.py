"""The packet loop: one UDP port per worker, read in bursts, what was read handled to its end before the next wait.

The same port number takes ICE-TCP connections (`tcp.py`), whose frames come the same way.

Owns the sockets, and the way from a datagram to its peer: the first byte says STUN, DTLS or SRTP (RFC 7983), the source
address says whose. Nothing on this path awaits, decodes or raises; what it cannot use is counted and gone. Follow a
packet from here: `Peer.unprotect` -> `Traffic.rtp` -> `Layer.receive` -> for each receiver `Slot.send` ->
`Downlink.send` -> the socket again; packets of one picture go on as a run, by the `send_run` of both.
"""

import asyncio
import ipaddress
import logging
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from .counts import Counts
from .ice import IceLite
from .layer import gathering
from .peer import SRTP_ERRORS, STREAMS, Address, Certificate, Inbox, Peer, Way
from .tcp import SEND_BUFFER, Connections

BURST = 64
"""Datagrams read before other work gets its turn."""
DATAGRAM = 2048
PORT_TRIES = 20
"""When the system chooses: a UDP port is free, and the same number for TCP nearly always."""
SOCKET_BUFFER = 8 << 20
"""Asked for, not insisted on: the system gives at most net.core.rmem_max and wmem_max."""

log = logging.getLogger(__name__)


class PacketLoop:
    """The sockets of one worker and the peers behind them."""

    def __init__(self, bind: Sequence[str], port: int, advertised: Sequence[str]) -> None:
        """Opens the sockets; raises OSError when the port is taken. `port` 0 lets the system choose."""
        self.counts = Counts()
        self.certificate = Certificate()
        self.ice = IceLite(self.counts)
        self.connections = Connections(self.ice, self.counts, self._deliver_frame)
        self._sockets: list[socket.socket] = []
        self._listening: list[socket.socket] = []
        self._closing: set[asyncio.Task[None]] = set()
        for left in reversed(range(1 if port else PORT_TRIES)):
            try:
                self.port = self._open(bind, port)
                break
            except OSError:
                self._close_sockets()
                if not left:
                    raise
        self.candidates = [(host, self.port) for host in (advertised or _reachable(bind))]

    @property
    def buffers(self) -> int:
        """Bytes of the smallest buffer that the system gave to a socket, at most what was asked for."""
        options = (socket.SO_RCVBUF, socket.SO_SNDBUF)
        # The system keeps as much again for its own bookkeeping and reports the sum (socket(7)).
        return min(
            SOCKET_BUFFER, *(opened.getsockopt(socket.SOL_SOCKET, o) // 2 for opened in self._sockets for o in options)
        )

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        for opened in self._sockets:
            loop.add_reader(opened.fileno(), partial(self._readable, opened))
        await self.connections.listen(self._listening)

    async def close(self) -> None:
        """Stop reading and wait for peers that are being dismissed."""
        if self._closing:
            await asyncio.wait(self._closing)
        await self.connections.close()
        loop = asyncio.get_running_loop()
        for opened in self._sockets:
            loop.remove_reader(opened.fileno())
        self._close_sockets()

    def admit(self, fingerprint: str, inbox: Inbox, changed: Callable[[Peer], None]) -> Peer:
        """A peer that may prove itself from now on."""
        peer = Peer(self.certificate, fingerprint, inbox, changed, self.counts, time.monotonic())
        self.ice.add(peer)
        return peer

    def dismiss(self, peer: Peer) -> None:
        """Forget a peer at once and say goodbye to it."""
        self.ice.remove(peer)
        task = asyncio.create_task(peer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _readable(self, opened: socket.socket) -> None:
        receive, way = opened.recvfrom, Way(opened.sendto, opened.sendmsg)
        for _ in range(BURST):
            try:
                data, address = receive(DATAGRAM)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:  # an ICMP error for something we sent; the socket is fine
                continue
            self.deliver(data, address, way)
        self.forward()

    def _deliver_frame(self, data: bytes, address: Address, way: Way) -> None:
        self.deliver(data, address, way)
        self.forward()

    def forward(self) -> None:
        """Pass on what has gathered of pictures whose last packet has not come. Never raises."""
        while gathering:
            try:
                gathering.pop().forward()
            except Exception:
                self._fault("packets could not be forwarded")

    def deliver(self, data: bytes, address: Address, way: Way) -> None:
        """One datagram. Never raises."""
        try:
            self._deliver(data, address, way)
        except Exception:
            # A bug of ours must cost one packet, not the sessions of everybody on this worker.
            self._fault("a datagram could not be handled")

    def _fault(self, what: str) -> None:
        self.counts.faults += 1
        if self.counts.faults <= 10:
            log.exception(what)

    def _deliver(self, data: bytes, address: Address, way: Way) -> None:
        first = data[0] if data else 0xFF
        now = time.monotonic()
        if first < 4:
            self.ice.receive(data, address, way, now)
            return
        peer = self.ice.by_address.get(address)
        if peer is None:
            self.counts.unknown += 1
        elif 127 < first < 192 and len(data) >= 12:
            self._srtp(data, peer, now)
        elif 19 < first < 64:
            peer.receive_dtls(data)
        else:
            self.counts.garbage += 1

    def _srtp(self, data: bytes, peer: Peer, now: float) -> None:
        unprotect, control = peer.unprotect, 191 < data[1] < 224  # RFC 5761 section 4
        if control:
            unprotect = peer.unprotect_rtcp
        if unprotect is None:
            self.counts.garbage += 1
            return
        stream = data[4:8] if control else data[8:12]
        if stream not in peer.streams and len(peer.streams) >= STREAMS:
            self.counts.surplus += 1
            return
        try:
            clear = unprotect(data)
        except SRTP_ERRORS:
            self.counts.bad_srtp += 1
            return
        self.counts.received_bytes += len(data)
        peer.streams.add(stream)
        peer.seen = now
        if control:
            peer.inbox.rtcp(clear, now)
        else:
            peer.inbox.rtp(clear, now)

    def _open(self, bind: Sequence[str], port: int) -> int:
        """Open all sockets on one port number."""
        for host in bind:
            self._sockets.append(_udp(host, port))
            port = self._sockets[0].getsockname()[1]
            self._listening.append(_tcp(host, port))
        return port

    def _close_sockets(self) -> None:
        for opened in (*self._sockets, *self._listening):
            opened.close()
        self._sockets.clear()
        self._listening.clear()


def _udp(host: str, port: int) -> socket.socket:
    options = [(socket.SOL_SOCKET, option, SOCKET_BUFFER) for option in (socket.SO_RCVBUF, socket.SO_SNDBUF)]
    return _bound(host, port, socket.SOCK_DGRAM, options)


def _tcp(host: str, port: int) -> socket.socket:
    """A listening socket; connections inherit its options."""
    options = [
        (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1),
        (socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    ]
    return _bound(host, port, socket.SOCK_STREAM, options)


def _bound(host: str, port: int, kind: socket.SocketKind, options: Sequence[tuple[int, int, int]]) -> socket.socket:
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    opened = socket.socket(family, kind)
    try:
        opened.setblocking(False)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # so that 0.0.0.0 and :: can share the port
        for option in options:
            opened.setsockopt(*option)
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened


def _reachable(bind: Sequence[str]) -> list[str]:
    """Where pages can reach us when nobody said: the bound addresses, a wildcard replaced by this machine's own."""
    found: list[str] = []
    for host in bind:
        address = ipaddress.ip_address(host)
        if not address.is_unspecified:
            found.append(host)
            continue
        # No packet is sent: connecting a datagram socket only asks the routing table for the source address.
        # The targets are documentation addresses (RFC 5737, RFC 3849).
        target = "192.0.2.1" if address.version == 4 else "2001:db8::1"
        with (
            suppress(OSError),
            socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_DGRAM) as asking,
        ):
            asking.connect((target, 9))
            found.append(asking.getsockname()[0])
        found.append("::1" if address.version == 6 else "127.0.0.1")
    return list(dict.fromkeys(found))
