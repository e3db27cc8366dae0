"""From rounds to figures: a flat map from name to number, the table that is printed, and what is kept of each round."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Rounds = Mapping[int, Sequence[Mapping[str, Any]]]
MEASURED = (
    ("cpu_per_packet", "us", 1e6),
    ("delay_p50", "ms", 1e3),
    ("delay_p99", "ms", 1e3),
    ("pss", "mib", 1.0),
    ("rss", "mib", 1.0),
)
NAMES = {"pss": "memory_pss", "rss": "memory_rss"}


def of(rounds: Rounds, ramps: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, float]:
    """Medians; a ratio is ours to Janus's, below 1 is better, except for `rooms_per_core_ratio`."""
    found: dict[str, float] = {}
    for people, seen in rounds.items():
        for field, unit, scale in MEASURED:
            name = NAMES.get(field, field)
            for kind in ("ours", "janus"):
                found[f"{name}_{kind}_{unit}_{people}"] = median(one[kind][field] for one in seen) * scale
            found[f"{name}_ratio_{people}"] = median(one["ours"][field] / one["janus"][field] for one in seen)
    if all(ramps.values()):
        carried = {kind: median(one["rooms"] for one in seen) for kind, seen in ramps.items()}
        for kind, rooms in carried.items():
            found[f"rooms_per_core_{kind}"] = rooms
        found["rooms_per_core_ratio"] = carried["ours"] / max(1, carried["janus"])
    return {name: round(value, 4) for name, value in found.items()}


def rounded(rounds: Rounds) -> dict[str, list[Any]]:
    """Every round as it was seen, for who wants to judge the medians."""
    return {
        str(people): [
            {kind: {name: float(f"{value:.5g}") for name, value in one[kind].items()} for kind in one} for one in seen
        ]
        for people, seen in rounds.items()
    }


def table(found: Mapping[str, float], sizes: Sequence[int]) -> str:
    """What is printed, in Markdown."""
    rows = [
        "| people | CPU per packet, µs: ours / Janus / ratio | delay p50, ms | delay p99, ms | memory (PSS), MiB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for people in sizes:
        cells = [
            " / ".join(
                f"{found[f'{NAMES.get(field, field)}_{column}_{people}']:.{digits}f}"
                for column, digits in ((f"ours_{unit}", 2), (f"janus_{unit}", 2), ("ratio", 2))
            )
            for field, unit, _ in MEASURED[:4]
        ]
        rows.append(f"| {people} | " + " | ".join(cells) + " |")
    if "rooms_per_core_ratio" in found:
        rows += [
            "",
            f"Rooms of 10 that one core carries: ours {found['rooms_per_core_ours']:g}, "
            f"Janus {found['rooms_per_core_janus']:g}, ratio {found['rooms_per_core_ratio']:.2f}",
        ]
    return "\n".join(rows)
