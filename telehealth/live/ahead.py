"""Plans the messages that are due before sessions, for all programmes, and queues them; `reminders.py` sends them.

Every node does it; what it queues has a name that all nodes make alike, so that each message is one record. A look goes
over the sessions of the days ahead without opening anything sealed, and passes by those that it has looked at since
they last changed and of which nothing more is due yet. Only for the others the people of the roster are read: at first,
when something is due, and once an hour, because wishes and zones change. So a look costs what there is to do, and not
what there is.

Must not touch: what is due (`core/ahead.py`), texts, addresses.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from telehealth.clock import Clock
from telehealth.core import ahead as rule
from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.records import Person, Session
from telehealth.core.sendings import Channel
from telehealth.store import ports

PAGE = 200
LOOK_AGAIN: Millis = 60 * rule.MINUTE


@dataclass(frozen=True, slots=True)
class _Known:
    """A session as it was when it was last looked at, and when to look again."""

    session: Session
    again: Millis


class Planner:
    """Of one node."""

    def __init__(
        self,
        programmes: ports.ProgrammeRecords,
        sessions: ports.Sessions,
        people: ports.People,
        sendings: ports.Sendings,
        clock: Clock,
        ahead: rule.Ahead,
        ways: Collection[Channel],
    ) -> None:
        self._programmes, self._sessions, self._people, self._sendings = programmes, sessions, people, sendings
        self._clock, self._ahead, self._ways = clock, ahead, ways
        self._known: dict[tuple[ProgrammeId, SessionId], _Known] = {}

    async def plan(self) -> None:
        """Queue what is due now."""
        if not (self._ahead.minutes or self._ahead.cancelled):
            return
        now = self._clock.now()
        seen: dict[tuple[ProgrammeId, SessionId], _Known] = {}
        for programme in await self._programmes.all():
            after: tuple[Millis, str] = (now, "")
            while page := await self._sessions.starting(programme, now, now + self._ahead.reaches, after, PAGE):
                after = page[-1]
                for session in (await self._sessions.schedules(programme, [name for _, name in page])).values():
                    place = (programme, session.id)
                    known = self._known.get(place)
                    if known is None or known.session != session or known.again <= now:
                        known = _Known(session, await self._look(session, now))
                    seen[place] = known
        self._known = seen

    async def _look(self, session: Session, now: Millis) -> Millis:
        """Queue what is due about one session; when to look at it again."""
        people = await self._people.get(session.programme, session.roster)
        zones = {client: zone_of(people.get(client), session) for client in session.roster}
        plan = rule.plan(self._ahead, session, now, people=people, zones=zones, ways=self._ways)
        for sending in plan.sendings:
            await self._sendings.queue(sending)
        return min(now + LOOK_AGAIN, plan.again or now + LOOK_AGAIN)


def zone_of(person: Person | None, session: Session) -> tzinfo:
    """By whose clock somebody lives: their own, or the facility's."""
    return (_zone(person.zone) if person and person.zone else None) or ZoneInfo(session.zone)


@cache
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None  # a name of a later edition of the time zone database than this machine has
