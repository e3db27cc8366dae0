"""A real SMS gateway's HTTP door on loopback, with real TLS where a test asks for it, that keeps what it is given."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.mail import server_context

HANG_UP = -1


@dataclass
class Inbox:
    """What arrived, and how the gateway answers. A list of answers is used up; then all is well."""

    url: str = ""
    got: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """Statuses; HANG_UP breaks the connection when the message has been read."""
    holding: asyncio.Event | None = None
    """Set to hold the answer back until somebody sets the event."""

    async def post(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.headers.append(dict(request.headers))
        if self.holding is not None:
            await self.holding.wait()
        status = self.answers.pop(0) if self.answers else 201
        if status == HANG_UP:
            assert request.transport is not None
            request.transport.abort()
            status = 500
        headers = {"Location": str(request.url)} if 300 <= status < 400 else {}
        return web.json_response({"said": "+12175550100 is no good"}, status=status, headers=headers)


@asynccontextmanager
async def answering(*, tls: bool = False) -> AsyncIterator[Inbox]:
    """A gateway on a free port of loopback; its certificate is for 127.0.0.1, by the authority of `mail.trust`."""
    inbox = Inbox()
    app = web.Application()
    app.router.add_post("/v1/messages", inbox.post)
    runner = web.AppRunner(app, access_log=None, logger=logging.getLogger("gateway.of.somebody.else"))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context() if tls else None).start()
        port = runner.addresses[0][1]
        inbox.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/v1/messages"
        yield inbox
    finally:
        await runner.cleanup()
