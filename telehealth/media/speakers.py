"""Who speaks, from the audio level that each packet carries (RFC 6464).

Pure: `now` in seconds is an argument. Levels here are dBov: 0 is loudest, -127 is silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SILENCE = -50.0
"""Below this is breathing and room noise."""
AVERAGE_OVER = 0.3
HOLD = 0.8
"""Seconds for which somebody still counts as speaking after a pause between words."""
LEAD = 6.0
"""dB by which another must be louder to be told as the loudest."""
FLOOR = -127.0


@dataclass(slots=True)
class Voice:
    level: float = FLOOR
    """Average over the last 300 ms."""
    heard: float = float("-inf")
    """Time of the last packet."""
    spoke: float = float("-inf")
    """When the average was last above silence."""
    began: float = float("inf")
    """Since when it has been above silence."""


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
        weight = min(1.0, (now - voice.heard) / AVERAGE_OVER)
        voice.level += (-level - voice.level) * weight
        voice.heard = now
        if voice.level > SILENCE:
            voice.spoke = now
            voice.began = min(voice.began, now)
        else:
            voice.began = float("inf")

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
            if now - voice.heard > AVERAGE_OVER:
                voice.level = FLOOR
                voice.began = float("inf")

    def speaking(self, now: float, first: Sequence[int] = ()) -> list[int]:
        """Who speaks now, loudest first; whoever is `first` already stays so until another is clearly louder."""
        current = [
            (voice.level + (LEAD if member in first else 0), member)
            for member, voice in self._voices.items()
            if now - voice.spoke < HOLD
        ]
        return [member for _, member in sorted(current, key=lambda pair: (-pair[0], pair[1]))]
