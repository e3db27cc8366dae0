"""`python -m bench.export.server REDIS_URL KEY`: the HTTP side of the server, as `telehealth serve` has it.

Its own process, so that its CPU and its memory are the exporter's and nobody else's. One route is added: `POST /join`
appends to the log of a live room, as a join does, in the very process and on the very event loop that exports. Prints
the port, ends with stdin.
"""

import asyncio
import gc
import os
import sys

import uvloop
from aiohttp import web as http

from telehealth import packs
from telehealth.clock import Clock
from telehealth.core.events import ClockStepped
from telehealth.core.ids import SessionId
from telehealth.edge import agreement, web
from telehealth.store.ports import Appended
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring

from .fill import FIRST, P


async def serve(url: str, key: str) -> None:
    store = await Store.connect(url, Keyring.from_text(key))
    app = web.build(
        store,
        Clock(),
        public_url="http://127.0.0.1:1",
        zone="America/New_York",
        agreement=agreement.latest(),
        policies=packs.load().policies,
        programme="bench",
    )
    live, joined = SessionId(f"live-{os.getpid()}"), 0

    async def join(_: http.Request) -> http.Response:
        nonlocal joined
        event = ClockStepped(FIRST + joined, 0)
        done = await store.logs.append(P, live, joined, [event], op=f"op-{joined}", actor="bench")
        assert isinstance(done, Appended)
        joined = done.version
        return http.Response(status=204)

    app.router.add_post("/join", join)
    runner = web.runner(app)
    await runner.setup()
    gc.collect()
    gc.freeze()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()
    await store.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve(sys.argv[1], sys.argv[2]))
