"""Proofs of life of one room's members, as one node knows them.

Two kinds arrive: signalling beats (by connection) and authenticated media packets (by tab). Both only count for the
member who holds that connection or tab now. They are kept here between two writes to the store; the rules decide
what they are worth. Must not touch: clocks (times are handed in), the log.
"""

from collections.abc import Mapping

from telehealth.core.ids import ConnectionId, MemberNumber, Millis, TabId
from telehealth.core.room import STALE, Room


class Proofs:
    """The last proof of each member, from this node's own sockets and media lines."""

    def __init__(self) -> None:
        self._last: dict[MemberNumber, Millis] = {}
        self._written: dict[MemberNumber, Millis] = {}

    def beat(self, room: Room, connection: ConnectionId, at: Millis) -> bool:
        """Something came from this connection. False if it is nobody's (any more)."""
        member = room.by_connection(connection)
        if member is None:
            return False
        self.note(member.number, at)
        return True

    def media(self, room: Room, ages: Mapping[str, Millis], at: Millis) -> None:
        """How long ago the last media packet of each tab came.

        Whoever has no socket is there as long as their media goes on; not where it begins again after a silence of
        `STALE`: a device that wakes sends before its page comes back, and its sleep would count.
        """
        for member in room.members.values():
            if not member.here or member.tab not in ages:
                continue
            seen = at - ages[TabId(member.tab)]
            known = max(member.last_seen, self._last.get(member.number, 0))
            if member.connection is not None or seen - known <= STALE:
                self.note(member.number, seen)

    def note(self, member: MemberNumber, at: Millis) -> None:
        self._last[member] = max(at, self._last.get(member, 0))

    def of(self, member: MemberNumber) -> Millis | None:
        return self._last.get(member)

    def unwritten(self) -> dict[MemberNumber, Millis]:
        """What has been proven since the last `written`."""
        return {m: at for m, at in self._last.items() if at > self._written.get(m, 0)}

    def written(self, proofs: Mapping[MemberNumber, Millis]) -> None:
        """These are in the store now."""
        self._written.update(proofs)

    def merged(self, stored: Mapping[MemberNumber, Millis]) -> dict[MemberNumber, Millis]:
        """The younger of what is known here and what is stored, for each member."""
        return {m: max(stored.get(m, 0), self._last.get(m, 0)) for m in {*stored, *self._last}}
