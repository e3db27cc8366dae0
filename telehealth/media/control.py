"""The media RPC's line: where a control socket is, and JSON documents one per line over it.

Owns the framing and its limits; knows nothing of rooms. Both ends use it: `media.worker` listens, `media.client`
connects. The connecting side sends the shared secret as the first line, so that another process of the machine (or
of the network, with `tcp:`) cannot steer a worker. Anything that is not what is expected closes that one connection.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress

LINE_LIMIT = 1 << 20
"""Bytes of one document. An offer is at most 256 KiB on the signalling socket; JSON at most doubles its line ends."""
OUTGOING_LIMIT = 8 << 20
"""A reader that leaves this much unread is cut off instead of growing our memory."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class BadAddress(ValueError):
    """Neither `unix:/path` nor `tcp:host:port`."""


def _split(control: str) -> tuple[str, str]:
    scheme, _, rest = control.partition(":")
    if scheme not in ("unix", "tcp") or not rest:
        raise BadAddress("a control address is unix:/path or tcp:host:port")
    return scheme, rest


def _host_port(rest: str) -> tuple[str, int]:
    host, _, port = rest.rpartition(":")
    if not host or not port.isdigit():
        raise BadAddress("a control address is unix:/path or tcp:host:port")
    return host.strip("[]"), int(port)


async def dial(control: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to a control socket. Raises OSError when nobody listens there."""
    scheme, rest = _split(control)
    if scheme == "unix":
        return await asyncio.open_unix_connection(rest, limit=LINE_LIMIT)
    host, port = _host_port(rest)
    return await asyncio.open_connection(host, port, limit=LINE_LIMIT)


async def listen(control: str, handler: Handler) -> tuple[asyncio.Server, str]:
    """Serve a control socket. Returns the server and the address to dial (`tcp:host:0` gets its real port)."""
    scheme, rest = _split(control)
    if scheme == "unix":
        with suppress(FileNotFoundError):
            os.unlink(rest)
        before = os.umask(0o177)  # the socket file must never be open to others, not even between bind and chmod
        try:
            server = await asyncio.start_unix_server(handler, rest, limit=LINE_LIMIT)
        finally:
            os.umask(before)
        return server, control
    host, port = _host_port(rest)
    server = await asyncio.start_server(handler, host, port, limit=LINE_LIMIT)
    return server, f"tcp:{host}:{server.sockets[0].getsockname()[1]}"


async def read_line(reader: asyncio.StreamReader) -> bytes | None:
    """The next document, or None when the line is closed, cut off inside a document, or longer than allowed."""
    try:
        line = await reader.readline()
    except (ValueError, ConnectionError):  # readline raises ValueError for a line above the limit
        return None
    return line[:-1] if line.endswith(b"\n") else None


def write_line(writer: asyncio.StreamWriter, document: bytes) -> bool:
    """Queue one document; False (and the line is cut) when the other end does not read."""
    transport = writer.transport
    if transport.is_closing():
        return False
    if transport.get_write_buffer_size() > OUTGOING_LIMIT:
        transport.abort()
        return False
    writer.write(document + b"\n")
    return True
