"""Messages before a session: whom a timetable reminds when, and who is told that a session does not take place.

A reminder has a moment of its own for each client, because quiet hours go by the client's clock. One that would fall
into them waits until they end, if that is early enough before the session, and else goes out just before they begin.
It counts until the next one is due, so that a server that was away, or a session that was made or moved a moment ago,
leads to one message and not to all of them. The start is part of a reminder's name: a session that is moved is
reminded of anew, and no message is about a time that has changed (`unwanted`, asked again right before it goes out).

Of a cancellation clients are told once, from some days before the session on. Must not touch: texts, addresses, rooms.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from .ids import Millis, PersonId
from .records import Person, Session
from .sendings import Channel, Quiet, Reach, Sending, Why, channels, name_of, reach
from .series import SUPERSEDED

MINUTE: Millis = 60_000
DAY: Millis = 24 * 60 * MINUTE
BEFORE_QUIET: Millis = 15 * MINUTE
"""How long before quiet hours begin a message goes out that would be too late after them: a restart takes seconds."""
BEFOREHAND = frozenset({Why.BEFORE, Why.CANCELLED})


@dataclass(frozen=True, slots=True)
class Ahead:
    """A timetable of messages before sessions."""

    id: str
    minutes: tuple[int, ...]
    """How long before the start clients are reminded; each is shorter than the one before it."""
    least: int = 15
    """So many minutes before the start and later nobody is reminded."""
    cancelled: int = 0
    """From how many minutes before the start on clients are told that it does not take place; 0 tells nobody."""
    quiet: Quiet | None = None

    @property
    def reaches(self) -> Millis:
        """How far ahead of now there may be a session about which something is due: quiet hours may bring a message
        forward by less than a day."""
        return max((*self.minutes, self.cancelled), default=0) * MINUTE + DAY


NOTHING_AHEAD = Ahead("none", ())


@dataclass(frozen=True, slots=True)
class Moment:
    """When a message is due."""

    why: Why
    step: int
    at: Millis
    until: Millis
    """From when on it would come too late, or the next one takes its place."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due now, and when there may be something more, if nothing changes until then."""

    sendings: tuple[Sending, ...]
    again: Millis | None


def moments(ahead: Ahead, session: Session, zone: tzinfo) -> Iterator[Moment]:
    """All that is ever due about a session as it stands, by the clock of a client who lives in `zone`."""
    if session.cancelled:
        # Of one that stands on another day now nobody is told: they are reminded of that one.
        if ahead.cancelled and session.cancelled != SUPERSEDED:
            at = _aloud(ahead, session.starts - ahead.cancelled * MINUTE, session.starts, zone)
            yield Moment(Why.CANCELLED, 0, at, session.starts)
        return
    last = session.starts - ahead.least * MINUTE
    times = [_aloud(ahead, session.starts - step * MINUTE, last, zone) for step in ahead.minutes]
    for step, at, until in zip(ahead.minutes, times, (*times[1:], last), strict=True):
        if at < until:
            yield Moment(Why.BEFORE, step, at, until)


def _aloud(ahead: Ahead, at: Millis, last: Millis, zone: tzinfo) -> Millis:
    """The moment, or another one outside of quiet hours."""
    if ahead.quiet is None or not ahead.quiet.holds(at, zone):
        return at
    over = ahead.quiet.over(at, zone)
    return over if over < last else ahead.quiet.began(at, zone) - BEFORE_QUIET


def plan(
    ahead: Ahead,
    session: Session,
    now: Millis,
    *,
    people: Mapping[PersonId, Person],
    zones: Mapping[PersonId, tzinfo],
    ways: Collection[Channel],
) -> Plan:
    """What is due at `now` about one session. `zones` has each of the roster."""
    due: list[Sending] = []
    later: list[Millis] = []
    for client in session.roster:
        quiet = quiet_until(ahead, now, zones[client])
        for moment in moments(ahead, session, zones[client]):
            if now < moment.at:
                later.append(moment.at)
            elif now >= moment.until:
                continue
            elif quiet is not None:
                later.append(quiet)
            else:
                due += (_sending(session, client, moment, now, by) for by in channels(people.get(client), ways))
    return Plan(tuple(due), min(later, default=None))


def told_of_cancelling(
    ahead: Ahead,
    session: Session,
    now: Millis,
    *,
    people: Mapping[PersonId, Person],
    zones: Mapping[PersonId, tzinfo],
    ways: Collection[Channel],
) -> tuple[PersonId, ...]:
    """Who of the roster gets a message if the session is cancelled now and nothing else changes: everybody else has to
    be told by somebody."""
    cancelled = replace(session, cancelled="other")
    found: list[PersonId] = []
    for client in session.roster:
        for moment in moments(ahead, cancelled, zones[client]):
            due = max(now, moment.at)
            due = quiet_until(ahead, due, zones[client]) or due
            if due < moment.until and channels(people.get(client), ways):
                found.append(client)
    return tuple(found)


def unwanted(sending: Sending, session: Session | None, person: Person | None) -> str:
    """Why a client must not be told this now, as a code; empty if they may be."""
    if session is None or sending.client not in session.roster:
        return "not_expected"
    if session.starts != sending.about:
        return "moved"
    if bool(session.cancelled) is not (sending.why is Why.CANCELLED):
        return "cancelled" if session.cancelled else "takes_place"
    reached = reach(person, {sending.channel})
    return "" if reached is Reach.YES else str(reached)


def quiet_until(ahead: Ahead, now: Millis, zone: tzinfo) -> Millis | None:
    """The end of the quiet hours that hold now: a message that was put off must not go out in them."""
    if ahead.quiet is None or not ahead.quiet.holds(now, zone):
        return None
    return ahead.quiet.over(now, zone)


def _sending(session: Session, client: PersonId, moment: Moment, now: Millis, channel: Channel) -> Sending:
    why, step, starts = moment.why, moment.step, session.starts
    name = name_of(session.id, client, why, step, channel, starts)
    return Sending(name, session.programme, session.id, client, why, step, channel, now, moment.until, "system", starts)
