"""Chat: what passes between people in a room and is no record.

Who may read a message is decided once, when it is said, and travels with it through the room's sealed ring, so that
all nodes agree and nobody who comes later reads it. This file keeps one node's copy of the ring, from which pages that
come back are served what they missed. Must not touch: the store; `room_task.py` passes on and takes in.
"""

import logging
from collections import deque
from collections.abc import Mapping

from telehealth.core.chat import chat_audience, reads
from telehealth.core.ids import MemberNumber, Millis
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import Room
from telehealth.live.line import Said
from telehealth.store.ports import Passing

log = logging.getLogger(__name__)

KEPT = 200
"""As many as the ring in the store holds."""


def body(room: Room, sender: MemberNumber, to: str, text: str, at: Millis) -> dict[str, object] | Refusal:
    """What goes into the ring, or why not."""
    readers = chat_audience(room, sender, to, len(text))
    if isinstance(readers, Code):
        return Refusal(readers)
    return {"sender": sender, "to": to, "text": text, "at": at, "readers": sorted(readers.members)}


class Chat:
    """One node's copy of a room's ring."""

    def __init__(self) -> None:
        self.position = ""
        """Of the last that was taken in."""
        self._said: deque[Said] = deque(maxlen=KEPT)

    def take(self, passing: Passing) -> Said | None:
        """Keep what has passed; `None` if it is nothing that can be read."""
        self.position = passing.id
        said = _said(passing.id, passing.body)
        if said is None:
            log.warning("something unknown passed by")
        else:
            self._said.append(said)
        return said

    def missed(self, room: Room, member: MemberNumber, after: str) -> tuple[Said, ...]:
        """What `member` may read now and was said after position `after` (all of it if that is not known any more)."""
        said = list(self._said)
        known = next((i for i, one in enumerate(said) if one.id == after), -1)
        return tuple(one for one in said[known + 1 :] if reads(room, member, one.to, one.readers))

    def clear(self) -> None:
        self._said.clear()


def _said(position: str, fields: Mapping[str, object]) -> Said | None:
    match fields:
        case {"sender": int(sender), "to": str(to), "text": str(text), "at": int(at), "readers": list(readers)}:
            return Said(position, MemberNumber(sender), to, text, at, frozenset(readers))
        case _:
            return None
