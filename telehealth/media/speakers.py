"""Who speaks, from the audio level that each packet carries (RFC 6464).

Pure: `now` in seconds is an argument. Levels here are dBov: 0 is loudest, -127 is silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SILENCE = -50.0
"""Below this is breathing and room noise."""
RISES_OVER = 0.15
"""Seconds of the average while a voice gets louder: a first syllable is noticed, a click is not."""
FALLS_OVER = 0.3
"""The same while it gets quieter; a microphone of which nothing came for so long has fallen silent."""
HOLD = 0.8
"""Seconds for which somebody still counts as speaking after a pause between words."""
LEAD = 6.0
"""dB by which another must be louder to be told as the loudest."""
FLOOR = -70.0
"""What is quieter than this counts as this. From digital silence, -127, a voice took 0.37 s to be noticed, and a quiet
one of -40 dBov 0.62 s; from here 0.08 and 0.16 s."""
PACKET = 0.02
"""Seconds that a packet stands for after a gap."""


@dataclass(slots=True)
class Voice:
    level: float = FLOOR
    """Average of the last moments."""
    heard: float = float("-inf")
    """Time of the last packet."""
    spoke: float = float("-inf")
    """When the average was last above silence."""


QUIET = Voice()


class Speakers:
    """The voices of one room, by member number."""

    __slots__ = ("_voices",)

    def __init__(self) -> None:
        self._voices: dict[int, Voice] = {}

    def heard(self, member: int, level: int, now: float) -> None:
        """A packet of this member's microphone came with an audio level of `level` below 0 dBov."""
        voice = self._voices.get(member)
        if voice is None:
            voice = self._voices[member] = Voice()
        passed = now - voice.heard
        if passed > FALLS_OVER:
            voice.level, passed = FLOOR, PACKET
        change = max(-level, FLOOR) - voice.level
        voice.level += change * min(1.0, passed / (RISES_OVER if change > 0 else FALLS_OVER))
        voice.heard = now
        if voice.level > SILENCE:
            voice.spoke = now

    def voice(self, member: int) -> Voice:
        return self._voices.get(member, QUIET)

    def keep(self, members: Iterable[int]) -> None:
        """Forget everybody else."""
        here = set(members)
        for member in [member for member in self._voices if member not in here]:
            del self._voices[member]

    def settle(self, now: float) -> None:
        """Whoever sends nothing (muted, or silence not sent) has fallen silent."""
        for voice in self._voices.values():
            if now - voice.heard > FALLS_OVER:
                voice.level = FLOOR

    def speaking(self, now: float, first: Sequence[int] = ()) -> list[int]:
        """Who speaks now, loudest first; whoever is `first` already stays so until another is clearly louder."""
        current = [
            (voice.level + (LEAD if member in first else 0), member)
            for member, voice in self._voices.items()
            if now - voice.spoke < HOLD
        ]
        return [member for _, member in sorted(current, key=lambda pair: (-pair[0], pair[1]))]
