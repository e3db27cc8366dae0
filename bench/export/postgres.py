"""PostgreSQL with the same rows, in a temporary cluster on a unix socket: how fast `COPY ... TO STDOUT CSV` is here."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telehealth.edge.profiles import ATTENDANCE, Form

_NUMBERS = (Form.AT, Form.WHOLE, Form.MINUTES)


def programs() -> Path | None:
    """The folder of the newest PostgreSQL, if there is one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


@contextmanager
def running(binaries: Path) -> Iterator[list[str]]:
    """A cluster; the words that begin a `psql` command on it. PostgreSQL does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    prefix = []
    if os.geteuid() == 0:
        someone = pwd.getpwnam("postgres")
        os.chown(folder, someone.pw_uid, someone.pw_gid)
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"

    def run(*words: str) -> None:
        subprocess.run([*prefix, *words], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "bench")
        control = [str(binaries / "pg_ctl"), "-D", str(data), "-w"]
        options = f"-k {folder} -c listen_addresses= -c max_wal_size=4GB"
        run(*control, "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield [*prefix, str(binaries / "psql"), "-h", str(folder), "-U", "bench", "-d", "postgres", "-q"]
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def load(psql: list[str], rows: Path) -> None:
    """A table of the profile's columns, from our own CSV."""
    columns = ", ".join(
        f'"{c.name}" {"bigint" if c.form in _NUMBERS else "boolean" if c.form is Form.TRUTH else "text"}'
        for c in ATTENDANCE
    )
    words = [*psql, "-c", f"CREATE TABLE attendance ({columns})", "-c", "COPY attendance FROM STDIN CSV HEADER"]
    with rows.open("rb") as file:
        subprocess.run([*words, "-c", "ANALYZE attendance"], check=True, stdin=file)


def copy_seconds(psql: list[str]) -> float:
    """Wall seconds of one COPY of all rows into nothing."""
    began = time.perf_counter()
    subprocess.run([*psql, "-c", "COPY attendance TO STDOUT CSV"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
