"""The child process of the embedded store: its settings, its birth, and its end with its parent.

The kernel ends the child when its parent dies (PR_SET_PDEATHSIG). That follows the parent *thread*, so the child must
be started from the main thread: one that was started from a pool thread ended with it.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from .engines import Engine
from .folder import CannotStart, DataFolder
from .repair import FOLDER

STOPPING = 2.5
"""Seconds for a child to end when asked; then it is killed, which loses nothing that was acknowledged."""
LOG_LIMIT = 5_000_000
"""Bytes of store.log after which a start begins a new one (the last one is kept)."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """One run of the store's program."""

    def __init__(self, engine: Engine, folder: DataFolder, *, of_a_copy: bool = False) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise CannotStart("The store must be started from the main thread: its end is tied to that thread.")
        parent = os.getpid()
        output = _log(folder.path)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own choice of program, no shell
                [str(engine.binary), *_settings(folder, of_a_copy=of_a_copy)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(folder.lock,),
                umask=0o077,  # Redis would write its log readable by everybody
                start_new_session=True,  # Ctrl-C is for the parent, which ends its children in order
                preexec_fn=lambda: _die_with(parent),
            )
        except OSError as error:
            raise CannotStart(f"The store's program could not be started: {error.strerror}.") from None
        finally:
            os.close(output)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    async def ended(self, within: float) -> bool:
        """Wait until it has ended, `within` so many seconds."""
        deadline = time.monotonic() + within
        while self.status is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True

    async def end(self) -> None:
        """Ask it to end, and insist."""
        if self.status is None:
            self._process.send_signal(signal.SIGTERM)
        if not await self.ended(STOPPING):
            self._process.kill()
            self._process.wait(5)


def _settings(folder: DataFolder, *, of_a_copy: bool) -> list[str]:
    """Of the record, or of a copy that is read once (snapshot.py): that one comes from `dump.rdb`."""
    settings = {
        "port": "0",
        "unixsocket": str(folder.socket),
        "unixsocketperm": "700",
        "dir": str(folder.path),
        "daemonize": "no",
        "appendonly": "yes",
        "appendfsync": "always",  # everysec lost acknowledged writes on a plain kill, without any power cut
        "no-appendfsync-on-rewrite": "no",
        "appenddirname": FOLDER,
        "aof-use-rdb-preamble": "no",  # a log of commands is readable by every engine, RDB is not
        "aof-load-truncated": "no",  # repair.py looks first, and keeps a copy
        "save": "",
        "maxmemory-policy": "noeviction",
        # A node of a stream holds the names of the columns once; of 4 KiB, for 10 rows, that is 85 bytes a row more.
        "stream-node-max-bytes": "32768",
        "slowlog-log-slower-than": "-1",  # it would keep the arguments of commands
        "repl-diskless-sync-delay": "0",  # a backup asks for what a replica gets, and waits for no second one
    }
    if of_a_copy:
        settings["appendonly"] = "no"
    return [word for name, value in settings.items() for word in (f"--{name}", value)]


def _log(folder: Path) -> int:
    path = folder / "store.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(folder / "store.log.1")
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _die_with(parent: int) -> None:
    """In the child, before it becomes the store: end when the parent does, also if it has just done so."""
    if _LIBC is not None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the server's handler would only note it, and exec forgets notes
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
