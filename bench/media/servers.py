"""The two servers, each as the process that production runs, on loopback, with a folder of its own.

Ours is `telehealth media` on uvloop, with the Redis for its lease beside it. Janus is Debian's binary with its default
configuration: only the addresses are set, and only the VideoRoom plugin and the WebSocket API are loaded.
"""

import asyncio
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from telehealth.store.embedded import EmbeddedRedis

READY_WITHIN = 15.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    kind: str
    address: str
    """Of its control socket (ours) or its API (Janus)."""
    secret: str
    pid: int


class CannotRun(Exception):
    """One sentence."""


def janus_version() -> str:
    """Raises `CannotRun` when it is not installed."""
    if shutil.which("janus") is None or not _janus_folder().is_dir():
        raise CannotRun("This benchmark needs Debian's Janus beside it: apt-get install janus")
    said = subprocess.run(["janus", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\((\d+\.\d+\.\d+)\)", said.stdout)
    return found[1] if found else "unknown"


@asynccontextmanager
async def ours(folder: Path, core: int | None) -> AsyncIterator[Server]:
    """One media worker; `core` keeps it on one."""
    redis = EmbeddedRedis(folder / "redis")
    url = await redis.start()
    secret = secrets.token_urlsafe(32)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TELEHEALTH_")},
        "REDIS_URL": url,
        "TELEHEALTH_MEDIA_SECRET": secret,
        "TELEHEALTH_DATA": str(folder),
        "TELEHEALTH_MEDIA_HOST": "127.0.0.1",
        "TELEHEALTH_MEDIA_ADDRESSES": "127.0.0.1",
        "TELEHEALTH_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "telehealth", "media", "--parent", str(os.getpid())]
    try:
        with _running(command, environment, core) as pid:
            control = await _until(lambda: next(folder.glob("media-*.sock"), None))
            yield Server("ours", f"unix:{control}", secret, pid)
    finally:
        await redis.stop()


@asynccontextmanager
async def janus(folder: Path, core: int | None) -> AsyncIterator[Server]:
    """One Janus; `core` keeps all its threads on one."""
    port = _free_port()
    for kind, name in (("plugins", "libjanus_videoroom.so"), ("transports", "libjanus_websockets.so")):
        (folder / kind).mkdir()
        (folder / kind / name).symlink_to(_janus_folder() / kind / name)
    for kind in ("events", "loggers"):
        (folder / kind).mkdir()
    folders = "\n".join(
        f'  {kind}_folder = "{folder / kind}"' for kind in ("plugins", "transports", "events", "loggers")
    )
    (folder / "janus.jcfg").write_text(
        f'general: {{\n  configs_folder = "{folder}"\n{folders}\n}}\nnat: {{\n  ice_enforce_list = "127.0.0.1"\n}}\n'
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{\n  ws = true\n  ws_port = {port}\n  ws_ip = "127.0.0.1"\n}}\n'
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: {\n}\n")
    command = ["janus", "--config", str(folder / "janus.jcfg"), "--configs-folder", str(folder)]
    with _running(command, dict(os.environ), core) as pid:
        await _until(lambda: _answers(port))
        yield Server("janus", f"ws://127.0.0.1:{port}", "", pid)


def _janus_folder() -> Path:
    return next(iter(sorted(Path("/usr/lib").glob("*/janus"))), Path("/usr/lib/janus"))


@contextmanager
def _running(command: list[str], environment: dict[str, str], core: int | None) -> Iterator[int]:
    """The child's pid; it is ended at the end. Affinity is inherited, so every thread of it has it."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    finally:
        os.sched_setaffinity(0, before)
    try:
        yield child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


async def _until(look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + READY_WITHIN
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise CannotRun("A server did not start.")
        await asyncio.sleep(0.05)
    return seen


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
