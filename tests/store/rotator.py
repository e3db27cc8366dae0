"""A rotation of keys in a process of its own, for the test that kills it: `-m tests.store.rotator URL KEYS`.

Prints, after each small step, how far the walk is, and waits for a line, so that it can be killed there.
"""

import asyncio
import sys

from telehealth.store.redis_store import Store
from telehealth.store.rotation import Progress
from telehealth.store.sealed import Keyring


def told(progress: Progress) -> None:
    """One line a step, and not a step further until a line comes back: whoever kills it meets it in the middle."""
    sys.stdout.write(f"{round(progress.share * 10_000)}\n")
    sys.stdout.flush()
    sys.stdin.readline()


async def main(url: str, key: str) -> None:
    store = await Store.connect(url, Keyring.from_text(key))
    await store.rotation.run(told, batch=8)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
