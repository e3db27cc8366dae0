"""A server with its embedded store under load, for the tests that kill it: `-m tests.store.writer FOLDER BINARY RUN`.

Prints `store PID` when it is up, and one line for each answer, only after it has it: `ack ROOM VERSION OP`. The test
that reads these lines is the witness: what it has read was acknowledged, whatever became of this process.
"""

import asyncio
import sys
from pathlib import Path

from telehealth.core.ids import SessionId
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.engines import engine_of
from telehealth.store.ports import Appended, Unavailable
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring
from tests.store.records import P, assigned, opened
from tests.support.redis import KEY

ROOMS = 8


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def produce(store: Store, room: SessionId, run: str) -> None:
    """Append to one room for ever; ask again with the same operation until there is an answer."""
    version = len(await store.logs.read(P, room))
    number = 0
    while True:
        op = f"{run}-{room}-{number}"
        events = [assigned(op)] if version else [opened(room), assigned(op)]
        try:
            answer = await store.logs.append(P, room, version, events, op=op, actor="system")
        except Unavailable:
            say("refused", op)
            continue
        if not isinstance(answer, Appended):
            say("conflict", room, version, answer.version)
            return
        version = answer.version
        say("ack", room, version, op)
        number += 1


async def main(folder: Path, binary: Path, run: str) -> None:
    server = EmbeddedRedis(folder, engine_of(binary))
    await server.start()
    say("store", server.pid)
    store = await Store.connect(server.url, Keyring.from_text(KEY))
    async with asyncio.TaskGroup() as group:
        for number in range(ROOMS):
            group.create_task(produce(store, SessionId(f"room{number}"), run))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
