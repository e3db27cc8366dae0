"""What an export says beside the stored row: the facility's day, the notice, the recipient's name of the session.

Looked up a page at a time, for all its sessions in one go, and forgotten soon after: rows of a session stand together.
Values are bytes in the form in which a row's own fields are stored (formats.py writes both alike).
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.records import Session

from .days import day_at
from .site import Site

KEPT = 500
"""Sessions that are remembered."""


class Facts:
    """For one export."""

    def __init__(
        self, site: Site, programme: ProgrammeId, name: Callable[[SessionId], str], *, export: str, notice: str
    ) -> None:
        self._site = site
        self._programme = programme
        self._name = name
        self._everywhere = {"programme": programme.encode(), "export": export.encode(), "notice": notice.encode()}
        self._sessions: OrderedDict[bytes, Session | None] = OrderedDict()
        self._facts: OrderedDict[tuple[bytes, bool], Mapping[str, bytes]] = OrderedDict()

    async def load(self, sessions: Sequence[bytes]) -> None:
        """Afterwards `session` and `of` answer for these."""
        missing = [session for session in sessions if session not in self._sessions]
        if missing:
            ids = [SessionId(session.decode()) for session in missing]
            found = await self._site.store.sessions.many(self._programme, ids)
            self._sessions.update((session.encode(), found.get(session)) for session in ids)
        while len(self._sessions) > KEPT:
            self._sessions.popitem(last=False)

    def session(self, session: bytes) -> Session | None:
        """The schedule's record, if there is one."""
        return self._sessions[session]

    def name(self, session: bytes) -> str:
        """What the recipient calls it."""
        return self._name(SessionId(session.decode()))

    def of(self, session: bytes, start: Millis, hosts: bytes, *, final: bool) -> Mapping[str, bytes]:
        """What is the same for all rows of a session; one object for all of them."""
        known = self._facts.get((session, final))
        if known is None:
            known = self._facts[session, final] = self._made(session, start, hosts, final=final)
            while len(self._facts) > KEPT:
                self._facts.popitem(last=False)
        return known

    def _made(self, session: bytes, start: Millis, hosts: bytes, *, final: bool) -> Mapping[str, bytes]:
        record = self._sessions[session]
        zone = self._site.zone if record is None else ZoneInfo(record.zone)
        day = day_at(start, zone)
        first, _, others = hosts[1:-1].partition(b",")  # a JSON list of ids
        return {
            **self._everywhere,
            "session": self.name(session).encode(),
            "zone": zone.key.encode(),
            "day": day.isoformat().encode(),
            "year": b"%d" % day.year,
            "final": b"1" if final else b"0",
            "facilitator": first.strip(b'"'),
            "cofacilitators": b"[%b]" % others if others else b"",
        }
