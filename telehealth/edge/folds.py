"""Rooms as their logs make them, kept: asking again reads only what came since.

Every look asks the log, so what is told is as true as a fold of the whole; an ended room never changes and is not
asked for. Ids and times are kept, never a name. Must not touch: what anybody may learn of a room.
"""

from collections import OrderedDict
from typing import Final

from aiohttp import web

from telehealth.core.ids import ProgrammeId, SessionId
from telehealth.core.room import EMPTY, Room, replay
from telehealth.store import ports

ROOMS: Final = 1_000
"""That are remembered."""


class Folds:
    """The rooms that somebody asked about last."""

    def __init__(self, logs: ports.RoomLogs) -> None:
        self._logs = logs
        self._rooms: OrderedDict[tuple[ProgrammeId, SessionId], Room] = OrderedDict()

    async def room(self, programme: ProgrammeId, session: SessionId) -> Room:
        """The room as it is now. Raises `ports.Unavailable`."""
        kept = self._rooms.get((programme, session), EMPTY)
        if not kept.ended:
            kept = replay(await self._logs.read(programme, session, kept.version), kept)
        if kept.opened is not None:
            self._rooms[programme, session] = kept
            self._rooms.move_to_end((programme, session))
            while len(self._rooms) > ROOMS:
                self._rooms.popitem(last=False)
        return kept


FOLDS = web.AppKey("folds", Folds)
