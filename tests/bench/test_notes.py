"""Notes under fire: two editors lose nothing when the network is cut and processes die; the lints are quick enough."""

import asyncio
from pathlib import Path

import uvloop

from bench.notes import histories, linting, saving


def test_two_editors_lose_nothing_whatever_breaks(tmp_path: Path) -> None:
    """Random histories with cuts in mid-save and kill -9 of server and Redis (1,000 of them in `make bench-notes`)."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        context = histories.world(tmp_path)
        world = runner.run(context.__aenter__())
        try:
            histories.play(runner, world, count=15, seed=20_261_124, kills=7)
        finally:
            runner.run(context.__aexit__(None, None, None))
        assert world.told.acknowledged > 0
        assert world.told.cuts > 0


def test_every_planted_name_is_found_in_twenty_notes() -> None:
    """A whole name, one part, an alias, and initials of two kinds, in each of twenty clients' notes of 4 KiB."""
    sections, known, planted = linting.clinic()
    found = linting.name_findings(sections, known)
    assert len(planted) == 100
    assert linting.missed(found, planted) == 0


def test_authors_who_type_are_saved(tmp_path: Path) -> None:
    """The benchmark's load really saves, on the server process: ten authors, for a moment."""
    seen = asyncio.run(saving.measure(tmp_path, 1.2, authors=10, warm_up=0.2))
    assert seen["saves"] >= 10
    assert 0 < seen["save_p50_ms"] <= seen["save_p99_ms"]
