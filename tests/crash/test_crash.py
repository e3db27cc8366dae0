"""A short crash test: as `make test-crash`, with a few kills."""

from pathlib import Path

import pytest

from tests.crash.storm import Storm


@pytest.mark.asyncio
async def test_what_was_confirmed_outlives_every_kill(tmp_path: Path) -> None:
    """Server, media workers and Redis are killed while people come and go; the record agrees with their diary."""
    report = await Storm(tmp_path, seed=85, kills=6, rooms=3, grace=5, longest=1.0).run()
    print(*report.lines(), sep="\n")
    assert report.faults == []
    assert report.kills.total() == 6
