"""The child processes of a node: kept running while it runs, gone when it is gone.

It owns starting, restarting and stopping them, and the promise that none outlives its parent, however the parent ends:
the kernel sends each child SIGTERM at that moment (PR_SET_PDEATHSIG). It knows nothing of media or Redis; the embedded
Redis, whose folder needs more care, has a supervisor of its own in store/embedded.py.

Two traps. PDEATHSIG follows the *thread* that forked, so children are started from the main thread only. And a child
gets a session of its own, because Ctrl-C goes to the whole foreground group: the parent alone hears it and stops the
others in order.
"""

import asyncio
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds between a child's death and its restart; doubled at each death until it has lived for HEALTHY seconds."""
HEALTHY = 30.0
STOP_WITHIN = 2.0
"""Seconds after SIGTERM until SIGKILL; a node has to be gone 5 s after Ctrl-C."""

log = logging.getLogger(__name__)


def end_with(parent: int) -> None:
    """Let this process get SIGTERM when process `parent` ends. Exits at once if it has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(1)


class Children:
    """`count` processes of one command each; `{index}` in a word of the command becomes the number of the child."""

    def __init__(self, count: int, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._count, self._command, self._environment = count, tuple(command), dict(environment)
        self._running: dict[int, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [process.pid for process in self._running.values()]

    async def start(self) -> None:
        """Start all of them."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children end with the thread that forked them: start them from the main thread")
        for index in range(self._count):
            await self._spawn(index)
            self._keepers.append(asyncio.create_task(self._keep(index), name=f"keep child {index}"))

    async def stop(self) -> None:
        """End all of them: SIGTERM, then SIGKILL."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        _signal(self._running.values(), signal.SIGTERM)
        waiting = [asyncio.create_task(process.wait()) for process in self._running.values()]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=STOP_WITHIN)
            if late:
                log.warning("%d children did not stop in time and are killed", len(late))
                _signal(self._running.values(), signal.SIGKILL)
                await asyncio.wait(late)
        self._running.clear()

    async def _spawn(self, index: int) -> None:
        words = [word.replace("{index}", str(index)) for word in self._command]
        self._running[index] = await asyncio.create_subprocess_exec(
            *words,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            start_new_session=True,
        )

    async def _keep(self, index: int) -> None:
        pause = FIRST_PAUSE
        while True:
            born = time.monotonic()
            code = await self._running[index].wait()
            pause = FIRST_PAUSE if time.monotonic() - born > HEALTHY else min(2 * pause, LONGEST_PAUSE)
            log.warning("child %d ended (%d); restarting it in %.1f s", index, code, pause)
            del self._running[index]
            await asyncio.sleep(pause)
            while True:
                try:
                    await self._spawn(index)
                    break
                except OSError as error:  # out of memory or processes: others may end
                    log.error("child %d cannot be started (errno %d)", index, error.errno)
                    await asyncio.sleep(LONGEST_PAUSE)


def _signal(processes: Iterable[asyncio.subprocess.Process], number: signal.Signals) -> None:
    for process in processes:
        if process.returncode is None:
            process.send_signal(number)
