import asyncio
from typing import Any

from . import packet as packet

class AsyncServer:
    sockets: dict[str, AsyncSocket]
    max_http_buffer_size: int
    _async: dict[str, Any]
    def create_queue(self) -> asyncio.Queue[packet.Packet | None]: ...

class AsyncSocket:
    sid: str
    server: AsyncServer
    queue: asyncio.Queue[packet.Packet | None]
    closed: bool
