"""Child processes are replaced when they die, and gone when they should be. Real processes, no media."""

import asyncio
import os
import signal
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from telehealth.supervisor import Children
from tests.support.processes import ended
from tests.support.wait import until

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]
STUBBORN = [
    sys.executable,
    "-c",
    "import pathlib, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path('deaf').touch()\n"
    "while True: signal.pause()",
]


@asynccontextmanager
async def running(count: int, command: list[str]) -> AsyncIterator[Children]:
    """Children, stopped at the end."""
    children = Children(count, command, os.environ)
    await children.start()
    try:
        yield children
    finally:
        await children.stop()


@pytest.mark.asyncio
async def test_a_child_that_dies_is_replaced() -> None:
    """`kill -9` of one child brings a new one; the other is left alone."""
    async with running(2, SLEEPER) as children:
        first, second = children.pids
        os.kill(first, signal.SIGKILL)

        async def replaced() -> bool:
            return len(children.pids) == 2 and first not in children.pids

        await until(replaced, "the child is replaced")
        assert second in children.pids


@pytest.mark.asyncio
async def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that ignores SIGTERM is gone within the time that a node has to stop."""
    monkeypatch.chdir(tmp_path)
    async with running(1, STUBBORN) as children:
        (pid,) = children.pids

        async def deaf() -> bool:
            return (tmp_path / "deaf").exists()

        await until(deaf, "the child ignores SIGTERM")
        began = time.monotonic()
    assert ended(pid)
    assert time.monotonic() - began < 4


@pytest.mark.asyncio
async def test_children_end_with_their_parent_even_if_it_is_killed() -> None:
    """A process that called `end_with` gets SIGTERM when its parent is killed with -9."""
    child = "from telehealth.supervisor import end_with; import sys, signal; end_with(int(sys.argv[1])); signal.pause()"
    parent = textwrap.dedent(
        f"""
        import os, subprocess, sys, signal
        child = subprocess.Popen([sys.executable, "-c", {child!r}, str(os.getpid())])
        print(child.pid, flush=True)
        signal.pause()
        """
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    process.kill()
    await process.wait()

    async def gone() -> bool:
        return ended(pid)

    await until(gone, "the child ends with its parent")
