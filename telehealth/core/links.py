"""Join links: whether one opens a session now, and which session of a series it opens.

A link is not consumed by opening it, since mail scanners open links, too; it is bounded instead: to one person, to one
session or series, and to the time around the session. Admission by a human is the real gate. Expired, revoked and
wrong-time links must look alike from outside, so the answer is yes or no and never a reason.

Must not touch: tokens. Whoever asks has found the record by a token's hash already.
"""

from collections.abc import Iterable

from .ids import Millis
from .records import JoinLink, Session
from .roles import ATTENDS

OPENS_BEFORE: Millis = 24 * 60 * 60_000
"""How long before the start a link can be used: to try the devices the evening before."""
CLOSES_AFTER: Millis = 2 * 60 * 60_000
"""How long after the scheduled end, for sessions that run late."""


def usable(link: JoinLink, session: Session, now: Millis) -> bool:
    """Whether `link` opens `session` at `now`."""
    if link.revoked is not None or now >= link.expires or link.programme != session.programme:
        return False
    return _opens(link, session) and session.starts - OPENS_BEFORE <= now < session.ends + CLOSES_AFTER


def _opens(link: JoinLink, session: Session) -> bool:
    if link.session is not None:
        return link.session == session.id
    # A standing link must not outlive the client's place in the group.
    expected = link.role not in ATTENDS or link.person in session.roster
    return link.series is not None and link.series == session.series and expected


def now_or_next(link: JoinLink, sessions: Iterable[Session], now: Millis) -> Session | None:
    """The session that `link` opens at `now`: the one that goes on or comes next, else the one that has just ended."""
    mine = sorted((s for s in sessions if usable(link, s, now)), key=lambda s: (s.starts, s.id))
    return next((s for s in mine if now < s.ends), mine[-1] if mine else None)
