"""`python -m bench.notes.server REDIS_URL KEY`: the HTTP side of the server, as `telehealth serve` has it, for notes.

A process of its own, to be measured and to be killed. Prints the port, ends with stdin.
"""

import asyncio
import gc
import sys

import uvloop
from aiohttp import web as http

from telehealth import packs
from telehealth.clock import Clock
from telehealth.edge import agreement, web
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring

from .place import PROGRAMME


async def serve(url: str, key: str) -> None:
    store = await Store.connect(url, Keyring.from_text(key))
    rules = packs.load()
    app = web.build(
        store,
        Clock(),
        public_url="http://127.0.0.1:1",
        zone="America/New_York",
        agreement=agreement.latest(),
        policies=rules.policies,
        rules=rules,
        programme=PROGRAMME,
    )
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
