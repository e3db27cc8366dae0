"""Which source flows in which receive slot of one page: pure rules.

Everything is a value: the slots as they are, what could flow, and out comes the slots as they should be. What stays
keeps its slot, because a switched slot costs a key frame (video) or a first syllable (audio).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .speakers import Voice

LOUDER = 6.0
"""dB by which a new voice must exceed the one that it replaces ..."""
FOR = 0.2
"""... having spoken for this many seconds,"""
UNDISTURBED = 2.0
"""and never one that spoke within this many seconds."""


class Flow(NamedTuple):
    """One source of one member."""

    member: int
    source: str


class Heard(NamedTuple):
    """A microphone that could be heard."""

    flow: Flow
    owns: bool
    """Staff: has a slot whoever else speaks."""
    voice: Voice


def audio(held: Sequence[Flow | None], heard: Sequence[Heard], now: float) -> list[Flow | None]:
    """The audio slots. Everybody has one while there are enough; beyond that, those who speak."""
    by_flow = {candidate.flow: candidate for candidate in heard}
    slots = [flow if flow in by_flow else None for flow in held]
    waiting = [candidate for candidate in heard if candidate.flow not in slots]
    waiting.sort(key=lambda candidate: (not candidate.owns, -candidate.voice.level))
    for candidate in waiting:
        if None in slots:
            slots[slots.index(None)] = candidate.flow
            continue
        replaceable = [
            (by_flow[flow].voice.level, at) for at, flow in enumerate(slots) if flow and not by_flow[flow].owns
        ]
        if not replaceable:
            break
        level, at = min(replaceable)
        quietest = slots[at]
        assert quietest is not None  # noqa: S101  # `replaceable` has only slots in use
        if candidate.owns or _takes_over(candidate.voice, by_flow[quietest].voice, level, now):
            slots[at] = candidate.flow
    return slots


def _takes_over(new: Voice, old: Voice, level: float, now: float) -> bool:
    return now - new.began >= FOR and new.level >= level + LOUDER and now - old.spoke >= UNDISTURBED


def video(held: Sequence[Flow | None], wanted: Sequence[Flow]) -> list[Flow | None]:
    """The video slots, for `wanted` in order of importance."""
    chosen = wanted[: len(held)]
    slots: list[Flow | None] = [flow if flow in chosen else None for flow in held]
    for flow in chosen:
        if flow not in slots:
            slots[slots.index(None)] = flow
    return slots


def wanted(
    screens: Sequence[int], cameras: Sequence[int], view: Mapping[int, int] | None, held: Sequence[Flow | None]
) -> list[Flow]:
    """What a page wants to see, most important first: shared screens, then cameras by the width of their tile.

    Before the first view everything counts as visible. A camera that the view does not name, or names with width 0, is
    not visible; a screen is hidden only by naming its member with width 0.
    """
    seen = [Flow(member, "screen") for member in screens if view is None or view.get(member, 1) > 0]
    visible = [Flow(member, "camera") for member in cameras if view is None or view.get(member, 0) > 0]
    # Among tiles of one size those already shown come first, so that a full page does not shuffle.
    visible.sort(key=lambda flow: (-(view or {}).get(flow.member, 0), flow not in held))
    return seen + visible
