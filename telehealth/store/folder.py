"""The data folder of the embedded store: who may use it, and what must be in it.

Two locks. OWNER is held by the server alone, LOCK by the server and its child, which inherits the descriptor. OWNER
taken: another server lives, and this one is refused at once; but a server that is killed while it starts a child leaves
OWNER to that child for the moment between fork and exec. Only LOCK taken: an orphaned store, to be ended first.
(Two stores in one folder interleave their logs; Redis itself does not stop them.)
ENGINE says what wrote the folder, and the marker that its store must hold: so a folder never comes up empty unseen.
"""

import fcntl
import hashlib
import os
import stat
import tempfile
from pathlib import Path

PATH_LIMIT = 100
"""Bytes of a socket's path; the kernel's limit is 108."""


class CannotStart(Exception):
    """The embedded store cannot start; the sentence says why and what to do."""


class Taken(CannotStart):
    """The folder has a server."""

    def __init__(self, pid: str) -> None:
        super().__init__(
            f"The data folder is in use by another server (process {pid or 'unknown'}). "
            "Stop that one first, or give this one its own folder."
        )
        self.by_the_dead = pid.isdecimal() and not _alive(int(pid))
        """That server has ended. A child that it was about to start holds the lock until the kernel has ended it."""


class DataFolder:
    """One folder, private to this user, and the locks on it that this process holds."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.socket = socket_path(self.path)
        self.lock = -1
        """The descriptor that the child inherits."""
        self._owner = -1

    def claim(self) -> None:
        """Become the one server of this folder, or raise `Taken` that names the one there is."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        if self.socket.parent != self.path:
            self.socket.parent.mkdir(mode=0o700, exist_ok=True)
            self.socket = socket_path(self.path)  # looks whose it is
        owner = _open(self.path / "OWNER")
        if not _locked(owner):
            pid = os.read(owner, 20).decode("ascii", "replace").strip()
            os.close(owner)
            raise Taken(pid)
        os.ftruncate(owner, 0)
        os.write(owner, f"{os.getpid()}\n".encode())
        self._owner = owner
        self.lock = _open(self.path / "LOCK")

    def free_of_orphans(self) -> bool:
        """Whether no earlier store is still running here. Once true, it stays so until `release`."""
        return _locked(self.lock)

    def tidy(self) -> None:
        """Remove the socket of a child that has ended."""
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.path and self.socket.parent.is_dir():
            self.socket.parent.rmdir()

    def release(self) -> None:
        """Let go of the folder, after the child has ended."""
        for descriptor in (self.lock, self._owner):
            if descriptor >= 0:
                os.close(descriptor)
        self.lock = self._owner = -1

    def stamp(self) -> tuple[str | None, str]:
        """Which engine wrote the folder (None: a new one), and the marker that its store must hold."""
        try:
            written_by, marker = (self.path / "ENGINE").read_text("ascii").splitlines()
        except FileNotFoundError:
            return None, ""
        except ValueError:
            raise CannotStart("The file ENGINE in the data folder is damaged. Restore it from a backup.") from None
        return written_by, marker

    def write_stamp(self, engine: str, marker: str) -> None:
        """Note durably that `engine` writes here now."""
        draft = self.path / "ENGINE.new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{engine}\n{marker}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.path / "ENGINE")
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def socket_path(folder: Path) -> Path:
    """In the folder, unless its path is too long: then in a private one with the same short name every time."""
    inside = folder / "store.sock"
    if len(os.fsencode(inside)) <= PATH_LIMIT:
        return inside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"telehealth-{os.getuid()}-{name}"
    if os.path.lexists(short) and not _private(short):
        raise CannotStart("The short folder for the store's socket belongs to somebody else. Use a shorter data path.")
    return short / "store.sock"


def _private(folder: Path) -> bool:
    """A real folder of this user that nobody else can enter."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _locked(descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
