"""Join links: whether one opens a session now, and which session of a series it opens.

A link is not consumed by opening it, since mail scanners open links, too; it is bounded instead: to one person, to one
session or series, and to the time around the session. Admission by a human is the real gate. Expired, revoked and
wrong-time links must look alike from outside, so the answer is yes or no and never a reason.

A client's standing link is bound to neither: it opens whatever of theirs is on or begins soon, for as long as they have
a place in it, and tells when the next one is while nothing is (`upcoming`). Family, interpreters and whoever hosts a
meeting of peers have none for that: such links are bound to one session (`may_come_as`).

Must not touch: tokens. Whoever asks has found the record by a token's hash already.
"""

from collections.abc import Collection, Iterable
from datetime import date

from .episodes import Episode
from .ids import Millis, PersonId, SessionId
from .records import JoinLink, Session
from .roles import ATTENDS, Role

OPENS_BEFORE: Millis = 24 * 60 * 60_000
"""How long before the start a link can be used: to try the devices the evening before."""
CLOSES_AFTER: Millis = 2 * 60 * 60_000
"""How long after the scheduled end, for sessions that run late."""
SOON: Millis = 60 * 60_000
"""How long before the start a standing link leads in. Before that it says when: a day of waiting room helps nobody."""
STANDS: Millis = 366 * 24 * 60 * 60_000
"""How long a standing link can be used. It is renewed on the staff pages."""
WITH_FAMILY = frozenset({"family", "multi_family"})
"""Kinds of session to which a guest may be asked (DOMAIN 1.6)."""
OF_PEERS = frozenset({"aftercare", "alumni", "mutual_help"})
"""Kinds of session that one of the clients may host."""


def standing(link: JoinLink) -> bool:
    """Whether it is a client's standing link."""
    return link.session is None and link.series is None and link.role in ATTENDS


def alive(link: JoinLink, now: Millis) -> bool:
    """Whether it could open anything at all."""
    return link.revoked is None and now < link.expires


def usable(link: JoinLink, session: Session, now: Millis) -> bool:
    """Whether `link` opens `session` at `now`."""
    if not alive(link, now) or link.programme != session.programme or session.cancelled:
        return False
    before = SOON if standing(link) else OPENS_BEFORE
    return _opens(link, session) and session.starts - before <= now < session.ends + CLOSES_AFTER


def _opens(link: JoinLink, session: Session) -> bool:
    if link.session is not None:
        return link.session == session.id
    # A link to more than one session must not outlive the client's place in the group.
    expected = link.role not in ATTENDS or link.person in session.roster
    return expected and (standing(link) or (link.series is not None and link.series == session.series))


def now_or_next(
    link: JoinLink, sessions: Iterable[Session], now: Millis, over: Collection[SessionId] = ()
) -> Session | None:
    """The session that `link` opens at `now`: the one that goes on or comes next, else the one that has just ended.
    `over` are those that are known to have ended."""
    mine = sorted((s for s in sessions if usable(link, s, now) and s.id not in over), key=lambda s: (s.starts, s.id))
    return next((s for s in mine if now < s.ends), mine[-1] if mine else None)


def may_drop_in(link: JoinLink, session: Session, track: str, mine: Iterable[Episode], day: date, now: Millis) -> bool:
    """Whether a client's standing link leads into a session that is open to its whole track (`KindRule.drop_in`) and on
    whose roster they are not: while they are enrolled in the track (`track` is the group's), and it is on or begins
    soon."""
    if (
        not standing(link)
        or not alive(link, now)
        or link.programme != session.programme
        or session.cancelled
        or not track
    ):
        return False
    here = any(episode.track == track and episode.covers(day) for episode in mine)
    return here and session.starts - SOON <= now < session.ends


def upcoming(client: PersonId, sessions: Iterable[Session], now: Millis) -> Session | None:
    """The client's next session."""
    mine = (s for s in sessions if client in s.roster and not s.cancelled and s.starts > now)
    return min(mine, key=lambda s: (s.starts, s.id), default=None)


def may_come_as(role: Role, session: Session, client: PersonId) -> bool:
    """Whether a link to this session may be made for somebody who comes for this client's benefit: family to family
    sessions, an interpreter to any; or for the client themself, to host their peers."""
    if client not in session.roster or session.cancelled:
        return False
    if role is Role.COLLATERAL:
        return session.kind in WITH_FAMILY
    return role is Role.INTERPRETER or (role is Role.PEER_HOST and session.kind in OF_PEERS)
