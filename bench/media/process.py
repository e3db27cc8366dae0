"""What a process costs, seen from outside."""

import time
from pathlib import Path

_SCHEDULED = 2
"""CPUCLOCK_SCHED, of the whole process (CPUCLOCK_PERTHREAD would be 4)."""


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, those that have ended, too.

    This is the kernel's CPU clock of the process (clock_getcpuclockid(3)). /proc/PID/stat says the same in ticks of
    10 ms, which is too coarse for a room of two.
    """
    return time.clock_gettime(~pid << 3 | _SCHEDULED)


def memory(pid: int) -> tuple[float, float]:
    """Resident and proportional set size, in MiB."""
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = line.split()
        found[name] = int(size) / 1024
    return found["Rss:"], found["Pss:"]
