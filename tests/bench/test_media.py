"""The media benchmark: its load really goes through our worker, and its figures are what the rounds say."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.media import figures, plot, servers
from bench.media.__main__ import generator
from tests.support.wait import until

SIZES = (2, 10)


@pytest.mark.asyncio
async def test_everything_that_is_sent_arrives_and_is_compared(tmp_path: Path) -> None:
    """Three people in a room of the real worker: nothing is missing, nothing is changed, and CPU was used."""
    async with servers.ours(tmp_path, None) as server, generator(server, many=False) as load:
        assert await load.room(3) == "SRTP_AEAD_AES_256_GCM"

        async def whole() -> dict[str, float] | None:
            """A second in which the machine let both processes work; no packet is ever another than was sent."""
            seen = await load.measure(1.0)
            assert seen["differing"] == 0
            arrived = abs(seen["received"] - seen["expected"]) < 0.1 * seen["expected"]
            return seen if arrived and not seen["missing"] else None

        seen = await until(whole, "everything arrives", 30)
    assert seen is not None
    assert seen["sent"] > 200
    assert seen["compared"] > 200
    assert 0 < seen["cpu"] < 1
    assert 0 < seen["delay_p50"] <= seen["delay_p99"]


def seen(cpu: float, delay: float = 0.001) -> dict[str, float]:
    return {"cpu_per_packet": cpu, "delay_p50": delay, "delay_p99": 2 * delay, "pss": 50.0, "rss": 80.0}


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    """Not the ratio of medians: what disturbs one round disturbs both servers in it."""
    rounds = {
        people: [
            {"ours": seen(5e-6), "janus": seen(1e-5)},
            {"ours": seen(3e-5), "janus": seen(6e-5)},
            {"ours": seen(4e-6), "janus": seen(5e-6)},
        ]
        for people in SIZES
    }
    ramps = {"ours": [{"rooms": 9}, {"rooms": 12}, {"rooms": 10}], "janus": [{"rooms": 5}, {"rooms": 4}, {"rooms": 6}]}
    found = figures.of(rounds, ramps)
    assert found["cpu_per_packet_ratio_10"] == 0.5
    assert found["cpu_per_packet_ours_us_10"] == 5.0
    assert found["rooms_per_core_ratio"] == 2.0
    assert "| 10 | 5.00 / 10.00 / 0.50 |" in figures.table(found, SIZES)
    drawn = ElementTree.fromstring(plot.draw(found, SIZES))  # noqa: S314  our own text
    assert drawn.tag.endswith("svg")
