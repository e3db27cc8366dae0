"""What a group's last meeting tells this one: who was in which breakout room, out of that session's own log.

Nothing is kept for it: ids only, from records that are there anyway, and gone with them. Must not touch: names.
"""

from telehealth.core.breakouts import remembered
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.room import replay
from telehealth.store import ports

FAR: Millis = 120 * 24 * 60 * 60_000
"""How long ago a meeting may be."""
MEETINGS = 6
"""How many are looked at, the last one first: most have no breakout rooms."""


async def last_breakouts(
    sessions: ports.Sessions, logs: ports.RoomLogs, programme: ProgrammeId, session: SessionId
) -> dict[PersonId, int]:
    """The assignment of the last meeting of this session's group that had breakout rooms; empty if there is none."""
    this = await sessions.get(programme, session)
    if this is None or this.series is None:
        return {}
    earlier = await sessions.of_series(programme, this.series, this.starts - FAR, this.starts)
    held = [one for one in earlier if one.starts < this.starts and not one.cancelled]
    for one in sorted(held, key=lambda each: each.starts, reverse=True)[:MEETINGS]:
        if before := remembered(replay(await logs.read(programme, one.id))):
            return before
    return {}
