"""One inbox: steps are done one after another, in the order in which they came.

Whoever asks waits for the answer. Who has given up is passed over: they were told "not now", so what they asked may
not happen later. Must not touch: what the steps do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telehealth.core.refusals import Code, Refusal
from telehealth.store.ports import Unavailable

T = TypeVar("T")
Step = Callable[[], Awaitable[None]]


AWAY = 1.0
"""Seconds after the store was missed in which nobody is made to wait for it again: what queued up meanwhile is
answered at once, and not one timeout after the other."""


class Inbox:
    """`missed` is called when a step could not be done because the store is away."""

    def __init__(self, missed: Callable[[], None]) -> None:
        self.closed = False
        self._missed = missed
        self._away_until = 0.0
        self._steps: asyncio.Queue[Step] = asyncio.Queue()
        self._waiting: set[asyncio.Future[object]] = set()

    def empty(self) -> bool:
        return self._steps.empty()

    def post(self, step: Step) -> None:
        """Do `step` in its turn; nobody waits for it."""
        self._steps.put_nowait(step)

    @property
    def away(self) -> bool:
        """The store did not answer a moment ago."""
        return asyncio.get_running_loop().time() < self._away_until

    def miss(self) -> None:
        """The store did not answer."""
        self._away_until = asyncio.get_running_loop().time() + AWAY
        self._missed()

    async def next(self) -> Step:
        return await self._steps.get()

    async def ask(self, work: Callable[[], Awaitable[T]]) -> T | Refusal:
        """Do `work` in its turn and wait for its answer: "not now" while the store is away, "internal" for a bug."""
        if self.closed:
            return Refusal(Code.NOT_NOW)
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        async def step() -> None:
            if answer.done():
                return
            result: object = Refusal(Code.NOT_NOW if self.away else Code.INTERNAL)
            try:
                if not self.away:
                    result = await work()
            except Unavailable:
                self.miss()
                result = Refusal(Code.NOT_NOW)
            finally:
                if not answer.done():
                    answer.set_result(result)

        self._waiting.add(answer)
        answer.add_done_callback(self._waiting.discard)
        self._steps.put_nowait(step)
        return await answer  # type: ignore[return-value]  # what `work` gave, or a refusal

    def close(self) -> None:
        """Take no more; whoever still waits is told "not now"."""
        self.closed = True
        for answer in list(self._waiting):
            if not answer.done():
                answer.set_result(Refusal(Code.NOT_NOW))
