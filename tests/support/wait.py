"""Waiting for a condition, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]], what: str, within: float = 10.0) -> T:
    """The first true answer of `look`, asked every 50 ms; an assertion that says `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        seen = await look()
        if seen:
            return seen
        assert time.monotonic() < deadline, f"after {within} s still not: {what} (last seen: {seen!r})"
        await asyncio.sleep(0.05)


async def holds(look: Callable[[], Awaitable[bool]], what: str, window: float = 1.5) -> None:
    """Assert that `look` is true all through `window` seconds (for "hears nothing")."""
    deadline = time.monotonic() + window
    while time.monotonic() < deadline:
        assert await look(), what
        await asyncio.sleep(0.05)
