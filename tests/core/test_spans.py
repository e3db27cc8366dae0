"""Arithmetic of time, against plain sets of moments."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core.spans import Span, both, length, merged, without

from .story import FIXED

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def moments(spans: Sequence[Span]) -> set[int]:
    return {moment for start, end in spans for moment in range(start, end)}


@settings(FIXED, max_examples=300)
@given(SPANS, SPANS)
def test_spans_are_sets_of_moments(one: list[Span], other: list[Span]) -> None:
    """Each operation gives exactly the moments that a set would have, sorted, disjoint and not touching."""
    a, b = merged(one), merged(other)
    assert moments(a) == moments(one)
    operations: list[tuple[Callable[[Sequence[Span], Sequence[Span]], list[Span]], set[int]]] = [
        (both, moments(a) & moments(b)),
        (without, moments(a) - moments(b)),
    ]
    for operation, wanted in operations:
        found = operation(a, b)
        assert moments(found) == wanted
        assert length(found) == len(wanted)
        assert found == merged(found)


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [([], []), ([(5, 5), (9, 3)], []), ([(3, 4), (1, 3)], [(1, 4)]), ([(1, 9), (2, 3)], [(1, 9)])],
)
def test_what_is_merged(spans: list[Span], wanted: list[Span]) -> None:
    """Empty and backward spans vanish; those that touch become one."""
    assert merged(spans) == wanted
