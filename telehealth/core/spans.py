"""Arithmetic of time: spans [start, end) in ms, as sorted lists in which none touches another.

`merged` makes such a list of anything; the others take and give such lists. So a moment is counted once, whoever
claims it, and nothing is ever negative.
"""

from collections.abc import Iterable, Sequence

from .ids import Millis

Span = tuple[Millis, Millis]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Each moment once, in order; what is empty or backwards is left out."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def both(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """What lies in the two."""
    return merged((max(a, c), min(b, d)) for a, b in one for c, d in other)


def without(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """What lies in `one` and not in `other`."""
    out: list[Span] = []
    for start, end in one:
        at = start
        for a, b in other:
            if b > at and a < end:
                out.append((at, a))
                at = b
        out.append((at, end))
    return merged(out)


def length(spans: Iterable[Span]) -> Millis:
    """The sum of merged spans."""
    return sum(end - start for start, end in spans)
