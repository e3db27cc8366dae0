"""The guards around python-socketio and python-engineio, and the only place that knows how they work inside.

Each was measured or read in the source of 5.18/4.15 (a comment says which trap it closes): an outgoing queue without a
bound, sockets that are never freed, compression that every browser offers, exceptions outside of every `try`, reserved
event names that a client may send. What a page sends reaches `signalling.py` as a name and one body, whatever it was:
unreadable things come as `UNREADABLE`, and what is too large as `TOO_LARGE`, with their acknowledgement id where
there is one. Names of private members: AsyncServer._async, WebSocket._sock.

Must not touch: rooms, the store, what messages mean.
"""

import asyncio
import json
import logging
import re
import socket
from collections.abc import Callable
from typing import Any

import engineio
import msgspec
import socketio
from aiohttp import WSMsgType, web
from engineio.async_drivers.aiohttp import WebSocket
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio import packet

from telehealth.edge.messages import MAX_MESSAGE

PATH = "signal"
PING_INTERVAL, PING_TIMEOUT = 10.0, 8.0
"""Seconds. The defaults notice a dead phone after up to 45."""
QUEUED = 256
"""Packets that may wait for a page that does not read; then it is dropped."""
HARD_LIMIT = 4 * MAX_MESSAGE
"""Bytes. What is larger than MAX_MESSAGE is refused; what is larger than this closes the socket unread."""
USER_TIMEOUT = 20_000
"""Milliseconds that sent bytes may stay unacknowledged by the peer's TCP (RFC 5482)."""
SEND_BUFFER = 128 * 1024
FLUSH = 2.0
"""Seconds that a page has for taking its last packets and closing by itself."""
ADMIT_WITHIN = 5.0
"""Seconds that a socket has for saying who it is."""

UNREADABLE, TOO_LARGE = "", "\0too_large"
CHANNEL = "telehealth.channel"

_READABLE = re.compile(r"4[012](?!/)|3(?:probe)?$|1$")
"""Engine.io message with a socket.io CONNECT, DISCONNECT or EVENT of the one namespace; pong; close. Anything else is
not sent by our pages, and some of it (a base64 or non-numeric type) raises outside of every `try` in engineio."""
_EVENT_ID = re.compile(r"2([0-9]{1,18})\[")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

silent = logging.getLogger(f"{__name__}.libraries")
"""Both libraries log packets with their content at INFO, and origins and tracebacks at ERROR."""
silent.setLevel(logging.CRITICAL + 1)


class Outgoing(asyncio.Queue[EnginePacket | None]):
    """engineio's queue has no bound and its writer no timeout: a page that does not read grows it for ever."""

    def __init__(self) -> None:
        super().__init__(QUEUED)
        self.overflow: Callable[[], None] | None = None
        self._over = False

    async def put(self, item: EnginePacket | None) -> None:
        self.put_nowait(item)

    def put_nowait(self, item: EnginePacket | None) -> None:
        if self._over:
            return
        if self.full():
            self._over = True
            while not self.empty():
                self.get_nowait()
            super().put_nowait(None)  # ends the writer
            if self.overflow:
                self.overflow()
        else:
            super().put_nowait(item)


class Channel:
    """One WebSocket: sending without waiting, and closing so that it is really gone."""

    def __init__(self, transport: asyncio.Transport, outgoing: Outgoing) -> None:
        self._transport = transport
        self._outgoing = outgoing
        self.closed_by_peer = False
        """The peer sent a close frame: it was there until then."""
        self._impatient = asyncio.get_running_loop().call_later(ADMIT_WITHIN, self.abort)

    def admitted(self, dropped: Callable[[], None]) -> None:
        """It has said who it is. `dropped` is called if it does not read what it is told and is dropped for that."""
        self._impatient.cancel()

        def overflow() -> None:
            dropped()
            self.abort()

        self._outgoing.overflow = overflow

    def send(self, name: str, body: msgspec.Struct) -> None:
        """Tell the page. Never waits; if too much waits already, the page is dropped."""
        text = msgspec.json.encode([name, body]).decode()
        self._outgoing.put_nowait(EnginePacket(MESSAGE, f"{packet.EVENT}{text}"))

    def close(self, *, for_good: bool) -> None:
        """Flush, then close. `for_good`: the client library must not reconnect by itself (a socket.io DISCONNECT)."""
        if for_good:
            self._outgoing.put_nowait(EnginePacket(MESSAGE, str(packet.DISCONNECT)))
        self._outgoing.put_nowait(None)  # the writer sends what waits, then closes
        self.soon_gone()

    def soon_gone(self) -> None:
        """Cut the connection unless it is closed in a moment. After a ping timeout engineio waits for a peer that
        keeps its TCP open for ever."""
        self._impatient.cancel()
        self._impatient = asyncio.get_running_loop().call_later(FLUSH, self.abort)

    def abort(self) -> None:
        self._impatient.cancel()
        self._transport.abort()

    def gone(self) -> None:
        """The socket's handler has ended."""
        self._impatient.cancel()


class GuardedSocket(WebSocket):
    """engineio's aiohttp driver with our limits, and without compression: secrets beside text that others write."""

    _channel: Channel

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        request: web.Request = environ["aiohttp.request"]
        self._sock = web.WebSocketResponse(max_msg_size=HARD_LIMIT, compress=False)
        await self._sock.prepare(request)
        transport = request.transport
        if transport is None:  # gone meanwhile
            return self._sock
        _limit_tcp(transport)
        engine: engineio.AsyncSocket = self.handler.__self__  # type: ignore[attr-defined]  # a bound method
        assert isinstance(engine.queue, Outgoing)  # noqa: S101  made by Engine.create_queue
        self._channel = environ[CHANNEL] = Channel(transport, engine.queue)
        self.environ = environ
        try:
            await self.handler(self)
        finally:
            self._channel.gone()
        return self._sock

    async def wait(self) -> str:
        message = await self._sock.receive()
        if message.type is WSMsgType.TEXT:
            text: str = message.data
            return text if _READABLE.match(text) else f'4{packet.EVENT}["{UNREADABLE}"]'
        if message.type is WSMsgType.BINARY:  # nothing of ours is binary
            return f'4{packet.EVENT}["{UNREADABLE}"]'
        self._channel.closed_by_peer = message.type is WSMsgType.CLOSE
        raise OSError


class Wire(packet.Packet):
    """A socket.io packet that is always one of: CONNECT, DISCONNECT, or an EVENT with a name and at most one body."""

    def decode(self, encoded_packet: str) -> int:
        if len(encoded_packet) > MAX_MESSAGE or len(encoded_packet.encode()) > MAX_MESSAGE:
            found = _EVENT_ID.match(encoded_packet)
            self._is_event(TOO_LARGE, int(found[1]) if found else None)
            return 0
        try:
            attachments = super().decode(encoded_packet)
            if _SURROGATE.search(encoded_packet):  # half a pair is valid JSON, and breaks whatever writes it as UTF-8
                json.dumps(self.data, ensure_ascii=False).encode()
        except (ValueError, TypeError, RecursionError):
            attachments = -1
        if attachments or (self.packet_type == packet.EVENT and not _is_call(self.data)):
            self._is_event(UNREADABLE, self.id)
        return 0

    def _is_event(self, name: str, number: int | None) -> None:
        self.packet_type, self.namespace, self.id, self.data = packet.EVENT, None, number, [name]


def _is_call(data: object) -> bool:
    """A name that is not one of the library's own (a client may send those, too), and at most one body."""
    match data:
        case [str(name), *bodies]:
            return len(bodies) <= 1 and name not in ("connect", "disconnect", "connect_error", "*")
        case _:
            return False


class Engine(engineio.AsyncServer):
    """engineio's server with a bounded queue and the guarded driver."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._async = {**self._async, "websocket": GuardedSocket}

    def create_queue(self) -> Outgoing:
        return Outgoing()


class Server(socketio.AsyncServer):
    """python-socketio's server with all guards on. `origins` is an explicit list; an empty one would let all in."""

    def __init__(self, origins: list[str]) -> None:
        if not origins or "*" in origins:
            raise ValueError("the origins that may open signalling must be listed")
        super().__init__(
            async_mode="aiohttp",
            serializer=Wire,
            cors_allowed_origins=origins,
            transports=["websocket"],
            # In the order in which they were sent, and the server stops reading a page whose handler is busy.
            async_handlers=False,
            logger=silent,
            engineio_logger=silent,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            max_http_buffer_size=HARD_LIMIT,
            http_compression=False,
            allow_upgrades=False,
        )

    def _engineio_server_class(self) -> type[engineio.AsyncServer]:
        return Engine


def _limit_tcp(transport: asyncio.Transport) -> None:
    """A peer that is gone, or whose window stays shut, may hold at most SEND_BUFFER for USER_TIMEOUT."""
    tcp = transport.get_extra_info("socket")
    if tcp is None or tcp.family not in (socket.AF_INET, socket.AF_INET6):
        return
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT)
