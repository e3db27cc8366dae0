"""What a receiver's path is spent on: a pure rule.

Sound comes first and is never weighed here: the caller takes it off the estimate. What remains is spent along one
list of steps in order of importance, as far as it reaches: the smallest picture of each shared screen, of whoever
speaks, of each camera by the size of its tile; then screens up to their largest, then everybody one step after
another, whoever speaks first. Because the list does not depend on the budget, more budget never takes anything away.

Down at once, up slowly: what does not fit is given up in the same call; one step up per camera and second, and only
into a budget that is clearly larger, so that an estimate that swings a little changes nothing. What was paused stays
so for a while.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from .slots import Flow

HEADROOM = 0.85
"""Share of the budget up to which steps up go; the rest is what estimates and encoders swing by."""
UP_EVERY = 1.0
"""Seconds between two steps up."""
PAUSED_FOR = 5.0
"""Seconds after a picture was paused before any comes back: one that comes and goes is worse than none."""


class Step(NamedTuple):
    """One way to receive a source."""

    level: int
    """Rises with size and frame rate; the same way has the same level whatever it costs at the moment."""
    bits: float


class Wish(NamedTuple):
    """A picture that a page shows."""

    flow: Flow
    width: int
    """Of its tile."""
    speaks: bool
    steps: tuple[Step, ...]
    """What there is and the tile has use for, least first; never empty."""


class Granted(NamedTuple):
    """What a page receives."""

    levels: Mapping[Flow, int | None]
    """Of each picture that it shows; None is paused."""
    widths: Mapping[Flow, int]
    risen: float
    """When one last rose."""
    paused: float
    """When one was last paused."""


NOTHING = Granted({}, {}, float("-inf"), float("-inf"))


def allocate(wishes: Sequence[Wish], budget: float, before: Granted, now: float) -> Granted:
    """Spend `budget` bits a second on `wishes`, given in the order of their tiles' importance."""
    may_rise = now - before.risen >= UP_EVERY
    carried = _carried(wishes, budget, before, may_rise)
    most, safe = _spend(carried, budget), _spend(carried, HEADROOM * budget)
    levels: dict[Flow, int | None] = dict.fromkeys((wish.flow for wish in wishes), None)
    may_return = now - before.paused >= PAUSED_FOR
    rose = False
    for wish in carried:
        flow = wish.flow
        if flow not in before.levels:  # just appeared: nothing to be slow about
            levels[flow] = safe[flow]
            continue
        held = _smaller(before.levels[flow], most[flow])
        held = None if held is None else _at_most(wish, held)
        if held is not None and wish.width > before.widths[flow] and _above(safe[flow], held):
            held = safe[flow]  # somebody made the tile larger, and waits
        elif may_rise and _above(safe[flow], held) and (held is not None or may_return):
            held, rose = _next(wish, held), True
        levels[flow] = held
    paused = any(level is None and before.levels.get(flow) is not None for flow, level in levels.items())
    widths = {wish.flow: wish.width for wish in wishes}
    return Granted(levels, widths, now if rose else before.risen, now if paused else before.paused)


def wanted(wishes: Sequence[Wish]) -> float:
    """Bits a second of everything at its largest."""
    return sum(wish.steps[-1].bits for wish in wishes)


def _carried(wishes: Sequence[Wish], budget: float, before: Granted, may_rise: bool) -> list[Wish]:
    """All but the screens that do not fit: those must not cost the faces, too."""
    carried, used = [], 0.0
    for wish in wishes:
        if _is_screen(wish):
            shown = before.levels.get(wish.flow) is not None
            limit = budget if shown else HEADROOM * budget
            if used + wish.steps[0].bits > limit or not (shown or may_rise or wish.flow not in before.levels):
                continue
            used += wish.steps[0].bits
        carried.append(wish)
    return carried


def _spend(wishes: Sequence[Wish], budget: float) -> dict[Flow, int | None]:
    levels: dict[Flow, int | None] = dict.fromkeys((wish.flow for wish in wishes), None)
    left = budget
    for wish, at in _in_order(wishes):
        cost = wish.steps[at].bits - (wish.steps[at - 1].bits if at else 0.0)
        if cost > left:
            break
        left -= max(0.0, cost)
        levels[wish.flow] = wish.steps[at].level
    return levels


def _in_order(wishes: Sequence[Wish]) -> Iterator[tuple[Wish, int]]:
    screens = [wish for wish in wishes if _is_screen(wish)]
    cameras = [wish for wish in wishes if not _is_screen(wish)]
    cameras.sort(key=lambda wish: not wish.speaks)
    for wish in screens + cameras:
        yield wish, 0
    for wish in screens:
        for at in range(1, len(wish.steps)):
            yield wish, at
    for at in range(1, max((len(wish.steps) for wish in cameras), default=0)):
        for wish in cameras:
            if at < len(wish.steps):
                yield wish, at


def _is_screen(wish: Wish) -> bool:
    return wish.flow.source == "screen"


def _at_most(wish: Wish, level: int) -> int:
    """The highest step that there is up to `level`; the lowest where there is none."""
    return max((step.level for step in wish.steps if step.level <= level), default=wish.steps[0].level)


def _next(wish: Wish, level: int | None) -> int:
    return min((step.level for step in wish.steps if _above(step.level, level)), default=wish.steps[-1].level)


def _above(one: int | None, other: int | None) -> bool:
    return one is not None and (other is None or one > other)


def _smaller(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else min(one, other)
