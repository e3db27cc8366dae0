"""The pages of this node that are in one room, and what each is told. `core.audience` chooses what that may be.

A page is in the room from when it was let in until its member goes on in another socket, leaves, is sent away, or is
found lost; then it hears why and is let go. Must not touch: the log, the inbox.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from telehealth.core.audience import Card, card, view
from telehealth.core.chat import reads
from telehealth.core.circles import hears
from telehealth.core.ids import ConnectionId, MemberNumber, PersonId
from telehealth.core.kind_rules import NO_KINDS, KindRules
from telehealth.core.room import Room, Standing
from telehealth.live.line import InSlot, Line, Said
from telehealth.live.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Here:
    """A page, and whose it is."""

    line: Line
    member: MemberNumber


class Pages:
    """By connection. Iterating gives a snapshot."""

    def __init__(self, rules: KindRules = NO_KINDS) -> None:
        self._here: dict[ConnectionId, Here] = {}
        self._rules = rules

    def __iter__(self) -> Iterator[Here]:
        return iter(list(self._here.values()))

    def __contains__(self, connection: ConnectionId) -> bool:
        return connection in self._here

    def get(self, connection: ConnectionId) -> Here | None:
        return self._here.get(connection)

    def let_in(self, line: Line, member: MemberNumber) -> None:
        self._here[line.connection] = Here(line, member)

    def let_go(self, connection: ConnectionId) -> None:
        self._here.pop(connection, None)

    def tell(self, room: Room, cards: Mapping[PersonId, Card]) -> None:
        """The room as each may see it now, whole; and good-bye to those who are not in it any more."""
        for here in self:
            member = room.members[here.member]
            if room.ended or member.standing is Standing.REMOVED:
                here.line.room(view(room, here.member, cards, self._rules))
                here.line.bye("ended" if room.ended else "removed")
            elif member.connection == here.line.connection:
                here.line.room(view(room, here.member, cards, self._rules))
                continue
            elif member.connection is not None and member.tab != here.line.tab:
                here.line.bye("other_tab")
            elif member.connection is not None:
                here.line.close()
            # Else they left, or another node found them lost: the page hears "not_in_room" at its next beat.
            self.let_go(here.line.connection)

    def tell_chat(self, room: Room, said: Said, cards: Mapping[PersonId, Card]) -> None:
        for here in self:
            present = room.members[here.member].connection == here.line.connection
            if present and reads(room, here.member, said.to, said.readers):
                here.line.chat(said, alias_of(room, said.sender, cards))

    def tell_slots(self, room: Room, tab: str, version: int, slots: Sequence[InSlot]) -> None:
        """Whether seated or not: the worker fills nobody's slots who is not, and may have heard of it before this node
        did. What is held back here would be missing until the next change."""
        for here in self:
            if here.line.tab == tab and room.members[here.member].connection == here.line.connection:
                here.line.slots(room.media_epoch, version, slots)

    def tell_speaking(self, room: Room, members: Sequence[int]) -> None:
        """For those who are in the room, not for those who wait; of those only whom they hear."""
        for here in self._seated(room):
            me = room.members[here.member]
            here.line.speaking([n for n in members if (m := room.members.get(MemberNumber(n))) and hears(room, me, m)])

    def tell_tools(
        self, room: Room, box: Toolbox, offered: Sequence[str], whom: Collection[MemberNumber] | None, only: str | None
    ) -> None:
        """What each of `whom` (everybody) sees of one tool, or of all."""
        for here in self._seated(room):
            if whom is None or here.member in whom:
                for told in box.told(room, room.members[here.member], offered, only):
                    here.line.tool(told)

    def _seated(self, room: Room) -> Iterator[Here]:
        for here in self:
            member = room.members[here.member]
            if member.standing is Standing.SEATED and member.connection == here.line.connection:
                yield here


def alias_of(room: Room, member: MemberNumber, cards: Mapping[PersonId, Card]) -> str:
    """How a member of the room is called by the others."""
    return card(cards, room.members[member].person).alias
