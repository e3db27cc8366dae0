"""Who looked at what: the audit entries of reading names, check-ins and notes.

An open page asks again every few seconds; that is one reading, not hundreds. The first look is written before
anything is answered, and the same look of the same person is written again after `AGAIN`.
"""

from telehealth.clock import Clock
from telehealth.core.ids import Millis, SessionId
from telehealth.core.records import WebSession
from telehealth.store import ports

AGAIN: Millis = 5 * 60_000
_REMEMBERED = 2000
"""Looks that are kept in mind; when there are more, the old ones are forgotten."""


class Readings:
    """Writes each reading to the audit log once."""

    def __init__(self, audit: ports.Audit, clock: Clock) -> None:
        self._audit, self._clock = audit, clock
        self._last: dict[tuple[str, str, str], Millis] = {}

    async def write(self, me: WebSession, action: str, session: SessionId) -> None:
        """Raises `Unavailable`: what cannot be recorded is not shown."""
        look = (me.person, action, session)
        now = self._clock.now()
        if now - self._last.get(look, -AGAIN) < AGAIN:
            return
        await self._audit.write(me.programme, me.person, action, session)
        if len(self._last) >= _REMEMBERED:
            self._last = {known: at for known, at in self._last.items() if now - at < AGAIN}
        self._last[look] = now
