from collections.abc import Callable
from logging import Logger
from typing import Any

import engineio

from . import exceptions as exceptions
from . import packet as packet

class AsyncServer:
    eio: engineio.AsyncServer
    def __init__(
        self,
        *,
        async_mode: str,
        serializer: type[packet.Packet],
        cors_allowed_origins: list[str],
        transports: list[str],
        async_handlers: bool,
        logger: Logger,
        engineio_logger: Logger,
        ping_interval: float,
        ping_timeout: float,
        max_http_buffer_size: int,
        http_compression: bool,
        allow_upgrades: bool,
    ) -> None: ...
    def on(self, event: str, handler: Callable[..., Any]) -> Any: ...
    def attach(self, app: Any, socketio_path: str) -> None: ...
    async def disconnect(self, sid: str) -> None: ...
    async def shutdown(self) -> None: ...
    def _engineio_server_class(self) -> type[engineio.AsyncServer]: ...

class AsyncClient:
    connected: bool
    sid: str
    def __init__(
        self,
        *,
        reconnection: bool = ...,
        logger: Logger | bool = ...,
        engineio_logger: Logger | bool = ...,
        http_session: Any = ...,
    ) -> None: ...
    def on(self, event: str, handler: Callable[..., Any]) -> Any: ...
    async def connect(
        self,
        url: str,
        *,
        headers: dict[str, str] = ...,
        auth: object = ...,
        transports: list[str] = ...,
        socketio_path: str = ...,
        wait_timeout: float = ...,
    ) -> None: ...
    async def emit(self, event: str, data: object = ..., callback: Callable[..., Any] | None = ...) -> None: ...
    async def call(self, event: str, data: object = ..., timeout: float = ...) -> Any: ...
    async def disconnect(self) -> None: ...
    async def wait(self) -> None: ...
