"""What flows from each page's media, as one node hears it from the worker: the evidence of how somebody attended.

Once a second the worker tells when each tab's last authenticated packet came, and from which cameras pictures come in.
A change counts once it has lasted some seconds, and is dated with when it began: a picture that stutters is no event.
Only the node that a page is connected to speaks for it, so two nodes never contradict each other.

Must not touch: clocks (times are handed in), the log. The rules decide what is news.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from telehealth.core.commands import Flowing
from telehealth.core.events import Flow
from telehealth.core.ids import MemberNumber, Millis
from telehealth.core.room import Room

LASTS: Millis = 3_000
"""What begins must last so long to be recorded."""
PICTURE_HOLDS: Millis = 4_000
"""A camera without packets for so long is off, whatever its page says: the worker has told of it four times."""
MEDIA_HOLDS: Millis = 8_000
"""Of a muted page come only the consent checks of ICE (RFC 7675), every 5 s or so."""


@dataclass(slots=True)
class _Run:
    """Something that goes on, from its first sign to its last."""

    holds: Millis
    first: Millis
    last: Millis
    before: Millis = 0
    """The last sign of the run before this one."""

    def sign(self, at: Millis) -> None:
        if at - self.last > self.holds:
            self.before, self.first = self.last, at
        self.last = max(self.last, at)

    def goes_on(self, now: Millis) -> bool:
        return now - self.last <= self.holds

    def counts(self, now: Millis) -> bool:
        return self.goes_on(now) and self.last - self.first >= LASTS

    def off_since(self, now: Millis) -> Millis:
        """Since when it was off before it began to count."""
        return self.before if self.goes_on(now) else self.last


class Flows:
    """The media of one room's members, as far as their pages are on this node."""

    def __init__(self) -> None:
        self._watched: dict[MemberNumber, Millis] = {}
        self._media: dict[MemberNumber, _Run] = {}
        self._pictures: dict[MemberNumber, _Run] = {}

    def watch(self, member: MemberNumber, at: Millis) -> None:
        """This node answers for the member's page from now on. What it has not heard yet is not held against them."""
        self._watched[member] = at

    def told(self, room: Room, ages: Mapping[str, Millis], cameras: Collection[str], at: Millis) -> None:
        """How long ago the last packet of each tab came, and the tabs whose camera flows."""
        for member in room.members.values():
            if member.here and member.tab in ages:
                _sign(self._media, MEDIA_HOLDS, member.number, at - ages[member.tab])
                if member.tab in cameras:
                    _sign(self._pictures, PICTURE_HOLDS, member.number, at)

    def now(self, members: Iterable[MemberNumber], at: Millis) -> dict[MemberNumber, Flowing]:
        """What flows from these members. Nothing is said of whom nothing is known for sure."""
        found = {member: self._of(member, at) for member in members}
        return {member: flowing for member, flowing in found.items() if flowing is not None}

    def _of(self, member: MemberNumber, now: Millis) -> Flowing | None:
        picture, media = self._pictures.get(member), self._media.get(member)
        if picture is not None and picture.counts(now):
            return Flowing(Flow.AUDIO_VIDEO, picture.first)
        if media is not None and media.counts(now):
            return Flowing(Flow.AUDIO_ONLY, max(media.first, picture.off_since(now) if picture else 0))
        if (media is None or not media.goes_on(now)) and now - self._watched.get(member, now) > MEDIA_HOLDS:
            return Flowing(Flow.NONE, media.last if media else 0)
        return None


def _sign(runs: dict[MemberNumber, _Run], holds: Millis, member: MemberNumber, at: Millis) -> None:
    if member in runs:
        runs[member].sign(at)
    else:
        runs[member] = _Run(holds, at, at)
