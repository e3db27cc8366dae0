"""ICE-TCP (RFC 6544), the passive side, for networks that let no UDP through: each datagram behind its length in two
bytes (RFC 4571), on the port number of the UDP socket.

Owns the connections and what each may cost. A stranger must prove itself by its first packet, and soon; whatever is
not a frame closes that connection and nothing else. To the rest of the worker a connection is one more address: who is
behind it, and whether it is used, is decided by `ice.py` as for UDP, so a page may move from one to the other.
TCP delivers late instead of losing, which would turn a slow network into a growing delay. `Backlog` is the rule against
that: what would wait too long is lost here, video to the end of its frame and voices last.
"""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from typing import cast

from .counts import Counts
from .ice import IceLite
from .peer import Address, Buffer, Peer, Way

FRAME = 2048
"""The longest frame; SRTP and DTLS stay below 1500 bytes."""
GREETING = 548
"""The longest first frame. A page's binding request has about 100 bytes; RFC 8489 section 6.1 wants them below this."""
READ = 16 * 1024
PROVEN_WITHIN = 5.0
"""Seconds that a connection has to prove itself."""
STRANGERS = 128
"""Connections that have not proved themselves yet. One more closes the oldest: a real page needs only a round trip."""
CONNECTIONS = 512
"""All of them, at the usual limit of 1024 open files. Browsers keep a spare one for each address that we advertise;
when there are too many, spare ones are closed first."""
SEND_BUFFER = 128 * 1024
"""Given to the system per connection. What waits there can no longer be left out, so it must not grow by itself."""
LIMIT, LIMIT_TIME = 256 * 1024, 1.0
"""Bytes that may wait in a connection, and seconds that the oldest of them may wait ..."""
VIDEO_SHARE = 0.75
"""... of which video may use this part: the rest holds two seconds of six voices."""

Deliver = Callable[[bytes, Address, Way], None]


class Backlog:
    """What one connection still has to send, and what may be added to it. Pure."""

    def __init__(self) -> None:
        self._ends: deque[tuple[float, int]] = deque()
        """When each waiting packet came, and which byte of the stream is its end."""
        self._written = 0
        self._cut: dict[bytes, bytes] = {}
        """By SSRC, the timestamp of the frame that is being left out."""

    def takes(self, data: bytes, waiting: int, voices: frozenset[int], now: float) -> bool:
        """Whether to send a packet while `waiting` bytes are not on their way yet."""
        ends = self._ends
        sent = self._written - waiting
        while ends and ends[0][1] <= sent:
            ends.popleft()
        used = max(waiting / LIMIT, (now - ends[0][0]) / LIMIT_TIME) if ends else 0.0
        video = data[0] & 0xC0 == 0x80 and not 191 < data[1] < 224 and data[1] & 0x7F not in voices
        if video:
            frame, stream = data[4:8], data[8:12]
            if self._cut.get(stream) == frame:
                return False
            if used >= VIDEO_SHARE:
                self._cut[stream] = frame
                return False
        elif used >= 1:
            return False
        self._written += len(data) + 2
        ends.append((now, self._written))
        return True


class TooSlow(BlockingIOError):
    """This packet would have waited too long."""


class Connections:
    """The ICE-TCP side of one worker. `deliver` takes each frame, as it takes each datagram."""

    def __init__(self, ice: IceLite, counts: Counts, deliver: Deliver) -> None:
        self._ice = ice
        self._counts = counts
        self._deliver = deliver
        self._servers: list[asyncio.Server] = []
        self._open: dict[_Connection, None] = {}
        """In the order of arrival."""
        self._strangers: dict[_Connection, None] = {}
        self._numbers = count()
        self._last_gone: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._open)

    @property
    def used(self) -> int:
        """Those through which a page gets its media. Browsers keep others for the case that UDP ends."""
        return sum(one.used for one in self._open)

    async def listen(self, sockets: Sequence[socket.socket]) -> None:
        loop = asyncio.get_running_loop()
        for listening in sockets:
            self._servers.append(await loop.create_server(self._connection, sock=listening))

    def expire(self, now: float) -> None:
        """Close what has not proved itself in time, and what belongs to nobody any more."""
        for connection in [one for one in self._open if one.peer is None]:
            if now - connection.opened > PROVEN_WITHIN:
                connection.abort()

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in list(self._open):
            connection.abort()
        if self._open:
            self._last_gone = asyncio.get_running_loop().create_future()
            await self._last_gone

    def _connection(self) -> "_Connection":
        return _Connection(self, self._ice, self._counts, self._deliver, next(self._numbers))

    def opened(self, connection: "_Connection") -> bool:
        """A stranger is at the door. Whether there is room for it."""
        if len(self._open) >= CONNECTIONS:
            self._counts.tcp_refused += 1
            spare = next((one for one in self._open if one.peer is not None and not one.used), None)
            if spare is None:
                return False
            spare.abort()  # its page uses another path; who comes now may have no other
        self._open[connection] = self._strangers[connection] = None
        if len(self._strangers) > STRANGERS:
            self._counts.tcp_refused += 1
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.abort()
        return True

    def proved(self, connection: "_Connection") -> None:
        self._strangers.pop(connection, None)

    def closed(self, connection: "_Connection") -> None:
        self._open.pop(connection, None)
        self._strangers.pop(connection, None)
        self._ice.forget(connection.address)
        if self._last_gone is not None and not self._open:
            self._last_gone.set_result(None)


class _Connection(asyncio.BufferedProtocol):
    """One page's TCP connection."""

    def __init__(self, connections: Connections, ice: IceLite, counts: Counts, deliver: Deliver, number: int) -> None:
        self.opened = time.monotonic()
        self.address: Address = ("", 0, number)
        """Where it comes from. The number tells it from a UDP address, which has two fields or (IPv6) four."""
        self._connections = connections
        self._ice = ice
        self._counts = counts
        self._deliver = deliver
        self._transport: asyncio.Transport | None = None
        self._known = False
        self._buffer = bytearray(READ)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._backlog = Backlog()
        self._way = Way(self.send)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its class
        if (name := transport.get_extra_info("peername")) is not None:
            self.address = (name[0], name[1], self.address[2])
        if name is None or not self._connections.opened(self):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.closed(self)

    @property
    def peer(self) -> Peer | None:
        return self._ice.by_address.get(self.address)

    @property
    def used(self) -> bool:
        return (peer := self.peer) is not None and peer.address == self.address

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        buffer, at = self._buffer, 0
        while (start := at + 2) <= self._filled:
            length = buffer[at] << 8 | buffer[at + 1]
            if not 0 < length <= FRAME:
                self._counts.tcp_garbage += 1
                self.abort()
                return
            if start + length > self._filled:
                break
            at = start + length
            if not self._take(bytes(self._view[start:at])):
                self._counts.tcp_garbage += 1
                self.abort()
                return
        self._view[: self._filled - at] = bytes(self._view[at : self._filled])
        self._filled -= at

    def _take(self, frame: bytes) -> bool:
        """One packet; False when a stranger sends anything but a valid binding request."""
        if not self._known and (frame[0] > 3 or len(frame) > GREETING):
            return False
        self._deliver(frame, self.address, self._way)
        if not self._known:
            self._known = self.address in self._ice.by_address
            self._connections.proved(self)
        return self._known

    def send(self, data: Buffer, address: Address) -> int:
        """As `sendto` of a socket. Raises OSError when the connection is gone, or too slow for this packet."""
        data = bytes(data)  # what waits here must not change with the packets that follow
        transport = self._transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        peer = self.peer
        voices = peer.voices if peer is not None else frozenset[int]()
        if not self._backlog.takes(data, transport.get_write_buffer_size(), voices, time.monotonic()):
            self._counts.tcp_late += 1
            raise TooSlow
        transport.write(len(data).to_bytes(2, "big") + data)
        return len(data)
