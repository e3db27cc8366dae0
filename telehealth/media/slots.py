"""Which source flows in which receive slot of one page: pure rules.

Everything is a value: the slots as they are, what could flow, and out comes the slots as they should be. What stays
keeps its slot, because a switched slot costs a key frame (video) or a first syllable (audio).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .speakers import SILENCE, Voice

LOUDER = 6.0
"""dB by which a voice must exceed the one that it replaces."""
UNDISTURBED = 2.0
"""Nobody is replaced who spoke within this many seconds. So a door that is taken for a voice costs nobody a word, and
a voice need not prove itself for long: 200 ms of proof made the median of a first word 0.48 s late."""


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
        holders = [(by_flow[flow], at) for at, flow in enumerate(slots) if flow and not by_flow[flow].owns]
        if not holders:
            break
        # Of several silent ones whoever has been so for longest; while all speak, the quietest of them.
        oldest, at = min(holders, key=lambda holder: (holder[0].voice.spoke, holder[0].voice.level))
        if candidate.owns or _takes_over(candidate.voice, oldest.voice, now):
            slots[at] = candidate.flow
    return slots


def _takes_over(new: Voice, old: Voice, now: float) -> bool:
    return new.level > max(SILENCE, old.level + LOUDER) and now - old.spoke >= UNDISTURBED


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
