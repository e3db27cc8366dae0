"""Ending a background task, for certain.

redis-py sends with `asyncio.wait_for`, which in Python 3.11 swallows a cancellation that arrives as the sending
completes (python/cpython#81839): the task then goes on as if nothing had been said, and whoever awaits it hangs. So it
is said again until the task has ended.
"""

import asyncio
from typing import Any


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel, and wait until they have ended. What they raised is not looked at."""
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=0.2)
