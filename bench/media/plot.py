"""The results as one SVG: CPU per packet and delay against the number of people. Written by hand; no library needed."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN = 360, 260, 48
LOOKS = {"ours": ("#0b6e4f", ""), "janus": ("#b3541e", "6 3")}
NAMES = {"ours": "telehealth", "janus": "Janus"}
PANELS = (
    ("CPU per forwarded packet, µs", "cpu_per_packet", "us"),
    ("Added delay, p50, ms", "delay_p50", "ms"),
    ("Added delay, p99, ms", "delay_p99", "ms"),
    ("Memory (PSS), MiB", "memory_pss", "mib"),
)


def draw(found: Mapping[str, float], sizes: Sequence[int]) -> str:
    """Four small plots, two by two."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {2 * HEIGHT}" '
        'font-family="sans-serif" font-size="11" role="img">',
        "<title>Our media worker against Janus, by people in one room</title>",
        f'<rect width="{2 * WIDTH}" height="{2 * HEIGHT}" fill="#fff"/>',
    ]
    for at, (title, name, unit) in enumerate(PANELS):
        lines = {kind: [(size, found[f"{name}_{kind}_{unit}_{size}"]) for size in sizes] for kind in LOOKS}
        parts.append(f'<g transform="translate({at % 2 * WIDTH},{at // 2 * HEIGHT})">')
        parts += _panel(title, lines)
        parts.append("</g>")
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _panel(title: str, lines: Mapping[str, Sequence[tuple[int, float]]]) -> list[str]:
    most = _above(max(value for line in lines.values() for _, value in line))
    widest = max(size for line in lines.values() for size, _ in line)

    def x(size: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * size / widest

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / most

    drawn = [f'<text x="{MARGIN}" y="24" font-size="13" font-weight="bold">{escape(title)}</text>']
    for step in range(5):
        value = most * step / 4
        drawn += [
            f'<path d="M{MARGIN} {y(value):.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>',
            f'<text x="{MARGIN - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>',
        ]
    for size, _ in next(iter(lines.values())):
        drawn.append(f'<text x="{x(size):.1f}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{size}</text>')
    drawn.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">people in the room</text>')
    for at, (kind, line) in enumerate(lines.items()):
        colour, dashes = LOOKS[kind]
        path = "M" + "L".join(f"{x(size):.1f} {y(value):.1f}" for size, value in line)
        drawn.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        drawn += [f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for size, value in line]
        drawn.append(
            f'<text x="{WIDTH - MARGIN}" y="{24 + 14 * at}" text-anchor="end" fill="{colour}">{NAMES[kind]}</text>'
        )
    return drawn


def _above(value: float) -> float:
    """A round number not below `value`."""
    scale = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    while scale > value:
        scale /= 10
    return next(step * scale for step in (1, 2, 4, 5, 8, 10, 20) if step * scale >= value)
