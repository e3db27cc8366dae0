"""The lag of our worker's event loop, from outside: how long its control socket takes to answer a ping.

An answer waits for whatever the loop is doing, so the answer's time is the loop's lag and a fraction of a millisecond.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from telehealth.media import control, rpc

from .servers import Server

EVERY = 0.005


class Lag:
    """Pings, one after the other."""

    def __init__(self) -> None:
        self._seen: list[float] = []

    def clear(self) -> None:
        self._seen.clear()

    def p99(self) -> float:
        """Seconds."""
        seen = sorted(self._seen)
        return seen[int(0.99 * (len(seen) - 1))] if seen else float("inf")

    @classmethod
    @asynccontextmanager
    async def of(cls, server: Server) -> AsyncIterator["Lag"]:
        lag = cls()
        reader, writer = await control.dial(server.address)
        control.write_line(writer, server.secret.encode())

        async def ping() -> None:
            question = msgspec.json.encode(rpc.Ping(id=0))
            while True:
                asked = time.monotonic()
                control.write_line(writer, question)
                if await control.read_line(reader) is None:
                    return
                lag._seen.append(time.monotonic() - asked)
                await asyncio.sleep(EVERY)

        pinging = asyncio.create_task(ping())
        try:
            yield lag
        finally:
            pinging.cancel()
            writer.transport.abort()
