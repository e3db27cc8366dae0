"""`telehealth export` against the real server: whole, gone on with after a break, and refused in one sentence."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth import fetch
from telehealth.core.ids import SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from tests.edge.clinic import BOB, CAROL, MAIN, MINUTE, Clinic, Evening, running

pytestmark = pytest.mark.asyncio
DAY = 24 * 60 * MINUTE
SESSIONS = 4


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic that has held four sessions, two clients and one absence each."""
    async with running(tmp_path / "clinic") as clinic:
        for number in range(SESSIONS):
            starts = clinic.starts - (SESSIONS - number) * DAY
            session = replace(clinic.session(), id=SessionId(f"s-{number}"), starts=starts, ends=starts + 180 * MINUTE)
            await clinic.store.sessions.put(session)
            evening = Evening(clinic.store, session)
            await evening.opens()
            await evening.seats(BOB, CAROL)
            await evening.ends()
        yield clinic


async def _key(clinic: Clinic) -> str:
    text, key = mint(MAIN, (READ_ATTENDANCE,), "billing", clinic.clock.now())
    await clinic.store.access.put_api_key(replace(key, recipient="payer"))
    return text


async def _telehealth(clinic: Clinic, key: str, *words: str) -> tuple[int, bytes, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telehealth", "export", "--url", clinic.url, *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("TELEHEALTH_")},
    )
    out, err = await process.communicate(key.encode() + b"\n")
    return process.returncode or 0, out, err.decode()


async def test_a_file_is_whole_and_private(clinic: Clinic, tmp_path: Path) -> None:
    """Every row once, header once, readable by its owner only, and nothing left beside it; -o decides the form."""
    key, file = await _key(clinic), tmp_path / "rows.csv"
    words = ("--from", "2020-01-01", "--to", "2100-01-01")
    code, out, err = await _telehealth(clinic, key, *words, "-o", str(file))
    assert (code, out, err) == (0, b"", "12 rows.\n")
    lines = file.read_text().splitlines()
    assert len(lines) == 13
    assert lines[0].startswith("programme,session,client")
    assert file.stat().st_mode & 0o077 == 0
    assert [name for name in os.listdir(tmp_path) if name.startswith("rows")] == ["rows.csv"]
    code, out, _ = await _telehealth(clinic, key, *words, "--format", "ndjson")
    assert (code, len([json.loads(line) for line in out.splitlines()])) == (0, 12)


async def test_a_wrong_key_or_profile_is_one_sentence(clinic: Clinic, tmp_path: Path) -> None:
    """And no file."""
    words = ("--from", "2020-01-01", "--to", "2100-01-01", "-o", str(tmp_path / "rows.csv"))
    for key, more in (("thk_no_key", ()), (await _key(clinic), ("--profile", "billing"))):
        code, _, err = await _telehealth(clinic, key, *words, *more)
        assert code == 1
        assert err.startswith("telehealth: ")
        assert err.count("\n") == 1
    assert not (tmp_path / "rows.csv").exists()


@pytest.mark.parametrize("form", ["csv", "ndjson"])
async def test_it_goes_on_where_it_stopped(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Stopped after each page in turn, with rubbish behind the last whole one: the file is that of a run in one go."""
    monkeypatch.setattr(fetch, "PAGE", 5)
    wanted = fetch.Wanted(clinic.url, "2020-01-01", "2100-01-01", form)
    key, file = await _key(clinic), tmp_path / "rows"
    seen: list[fetch.Progress] = []

    class Stopped(Exception):
        pass

    def stop(progress: fetch.Progress) -> None:
        seen.append(replace(progress))
        raise Stopped

    for _ in range(2):
        with pytest.raises(Stopped):
            await asyncio.to_thread(fetch.to_file, wanted, key, file, stop)
        with (tmp_path / "rows.part").open("ab") as part:
            part.write(b"half a ro")
        assert not file.exists()
    done = await asyncio.to_thread(fetch.to_file, wanted, key, file, seen.append)
    assert [progress.rows for progress in seen[:2]] == [5, 10]
    assert (done.rows, done.share, done.omitted) == (12, 1.0, False)
    assert all(progress.share is not None and 0 < progress.share < 1 for progress in seen[:2])
    with (tmp_path / "whole").open("wb") as out:
        await asyncio.to_thread(fetch.to_stream, wanted, key, out, lambda progress: None)
    assert file.read_bytes() == (tmp_path / "whole").read_bytes()


async def test_another_export_begins_anew(clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier run left behind is used only for the very same question."""
    monkeypatch.setattr(fetch, "PAGE", 5)
    key, file = await _key(clinic), tmp_path / "rows"
    first = fetch.Wanted(clinic.url, "2020-01-01", "2100-01-01", "csv")

    def stop(progress: fetch.Progress) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await asyncio.to_thread(fetch.to_file, first, key, file, stop)
    done = await asyncio.to_thread(fetch.to_file, replace(first, end="2099-01-01"), key, file, lambda progress: None)
    assert (done.rows, len(file.read_text().splitlines())) == (12, 13)
