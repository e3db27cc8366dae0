"""What tests write into notes, and the places where it must never be found: log, exceptions, metrics, Redis, processes.

The suite listens all the time (tests/conftest.py); each clinic of the HTTP tests and each real server of the stories is
searched when it ends. A test that writes a note writes one of these words into it.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis

WORDS = (
    "canary-note",
    "canary craving",
    "coping with cravings",
    "named two triggers",
    "grounding exercise",
    "Second: role play",
    "Topic: sleep",
)
"""In the notes, phrases, reasons and comments of tests and stories."""


def said_in(text: str) -> str:
    """The first of the words that stands in a text, or nothing."""
    return next((word for word in WORDS if word in text), "")


class Ear(logging.Handler):
    """Hears every record that anything logs, with its exception's text, whatever our own format leaves out."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep where something was said."""
        word = said_in(self.format(record))
        if word:
            self.heard.append(f"{record.name} said {word!r}")


def in_processes(pids: Iterable[int]) -> list[str]:
    """Whoever of these has it in its command line or its environment."""
    found: list[str] = []
    for pid in pids:
        for file in ("cmdline", "environ"):
            try:
                text = (Path("/proc") / str(pid) / file).read_bytes().decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if said_in(text):
                found.append(f"{file} of {pid}")
    return found


async def in_redis(raw: Redis) -> list[str]:
    """The keys whose name or value holds it: events, audit entries, indexes, everything."""
    names = cast("list[bytes]", await raw.keys("*"))
    asks = raw.pipeline(transaction=False)
    for name in names:
        asks.type(name)
    reads = raw.pipeline(transaction=False)
    for name, kind in zip(names, await asks.execute(), strict=True):
        match kind:
            case b"hash":
                reads.hgetall(name)
            case b"set":
                reads.smembers(name)
            case b"zset":
                reads.zrange(name, 0, -1)
            case b"stream":
                reads.xrange(name)
            case _:
                reads.get(name)
    held: list[Any] = await reads.execute()
    return [name.decode() for name, value in zip(names, held, strict=True) if said_in(f"{name!r} {value!r}")]
