"""Calendar feeds: what of the schedule stands in the calendar of a client or a member of staff, and under what words.

A feed is read by a calendar program and kept by whoever runs that program, so it says what a stranger may see: that
there is an appointment, when, and that one does not take place. No name, kind, programme, place or roster; staff see no
more in their calendar, but their entries lead to the page of the session, which asks who they are.

A feed is opened by a token in its address, because calendar programs have no other way. It opens these entries and
nothing else, and ends when somebody revokes it. Must not touch: tokens, the format (edge/calendar.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .ids import Millis, PersonId, ProgrammeId, SessionId
from .records import Session
from .series import SUPERSEDED

DAY: Millis = 24 * 60 * 60_000
BACK: Millis = 30 * DAY
AHEAD: Millis = 70 * DAY
"""Sessions are planned eight weeks ahead; a little more costs nothing."""
MOST = 10
"""Feeds of one person that are not revoked: a telephone, a laptop, and some that were forgotten."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A way into one person's calendar. Only the SHA-256 of the token is stored, as the record's name."""

    programme: ProgrammeId
    person: PersonId
    staff: bool
    """Whether it shows what they lead, and not what they are expected in."""
    created: Millis
    by: str
    """Who made it: a person's id."""
    revoked: Millis | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment."""

    session: SessionId
    starts: Millis
    ends: Millis
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    calendar: str
    """The name of the whole."""
    note: str
    """Below a client's appointment."""


_WORDS = {
    "en": Words("Appointment", "Appointments", "Join with the link that you were given."),
    "es": Words("Cita", "Citas", "Únase con el enlace que le dieron."),
}


def words(language: str) -> Words:
    """In this language, or in English."""
    return _WORDS.get(language, _WORDS["en"])


def entries(feed: Feed, sessions: Iterable[Session]) -> list[Entry]:
    """What the feed shows, in order. What was moved to another day stands there only."""
    mine = (s for s in sessions if s.cancelled != SUPERSEDED and feed.person in _whose(feed, s))
    found = [Entry(s.id, s.starts, s.ends, bool(s.cancelled)) for s in mine]
    return sorted(found, key=lambda one: (one.starts, one.session))


def _whose(feed: Feed, session: Session) -> tuple[PersonId, ...]:
    return (*session.facilitators, *session.cofacilitators) if feed.staff else session.roster
