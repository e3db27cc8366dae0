"""A longer way to the server: a TCP proxy on loopback that holds each byte back for half of the round trip.

Media has its own (tests/support/relay.py). Both carry everything in order and lose nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK = 64 * 1024


@asynccontextmanager
async def longer(port: int, delay: float) -> AsyncIterator[int]:
    """The port of a proxy to `port`; `delay` seconds each way."""
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(_carry(source, sink, delay))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()

    def send(data: bytes) -> None:
        if sink.is_closing():
            return
        if data:
            sink.write(data)
        else:
            sink.close()

    try:
        while data := await source.read(CHUNK):
            loop.call_later(delay, send, data)
    except ConnectionError:
        pass
    loop.call_later(delay, send, b"")
