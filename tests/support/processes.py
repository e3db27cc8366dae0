"""Looking at processes from outside, through /proc."""

import os
from pathlib import Path


def ended(pid: int) -> bool:
    """Whether a process runs no more. One whose parent has not yet asked for its exit status has ended, too."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return status.rpartition(")")[2].split()[0] in "ZX"


def tree_of(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(int(status.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, []))
    return found


def media_workers(pid: int) -> list[int]:
    """The media workers of the server that runs as process `pid`."""
    return [child for child in tree_of(pid) if "media" in Path(f"/proc/{child}/cmdline").read_text().split("\0")]


def udp_ports(pid: int) -> set[int]:
    """The IPv4 UDP ports that a process has open."""
    ours = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()}
    found = set()
    for line in Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if f"socket:[{fields[9]}]" in ours:
            found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def embedded_store(pid: int) -> int | None:
    """The embedded Redis (or Valkey) of the server that runs as process `pid`; None while there is none."""
    names = {child: Path(f"/proc/{child}/comm").read_text().strip() for child in tree_of(pid)}
    return next((child for child, name in names.items() if name in ("redis-server", "valkey-server")), None)
