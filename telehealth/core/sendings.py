"""Messages to clients: what was meant to be sent, how far it has got, and every step that may follow.

A sending is one message to one client about one session: a late nudge, one that a member of staff asked for, a reminder
before the session (core/ahead.py). What it is never changes; its `Progress` does, and only as the functions here say::

            claimed              accepted                 at most one message: from SENDING nobody goes back to
    QUEUED ---------> SENDING ------------> SENT          QUEUED but whoever holds the claim and *knows* that nothing
      ^  |               |  '-------------> FAILED        went out. A claim that runs out (its node died) or a server
      |  | not needed    |                                that took the text and never answered leave UNKNOWN: it is
      |  v               | known not to have gone out     not sent again, and staff see that nobody knows.
      | WITHDRAWN        v
      '----------- again later, or GAVE_UP when that would be too late

The name of a sending is made of whom, which session and which step it is for, so that two nodes that plan the same
mean one record. Must not touch: addresses, texts, clocks. Addresses are looked up when a message is sent.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from .ids import Millis, PersonId, ProgrammeId, SessionId
from .records import Person

CLAIM: Millis = 60_000
"""How long one try may take before it counts as lost. A notifier gives up well before."""
PAUSES: tuple[Millis, ...] = (10_000, 30_000, 60_000, 120_000, 300_000, 900_000)
"""Before the second try, the third and so on; the last one goes on."""


class Why(StrEnum):
    """What a message is about; also which text it has."""

    LATE = "late"
    """Expected and not there; the step is the minute of the timetable."""
    ASKED = "asked"
    """The same, because a member of staff said so; the step counts these."""
    BEFORE = "before"
    """They have a session soon; the step is how many minutes before it."""
    CANCELLED = "cancelled"
    """A session that they were expected in does not take place."""


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class Wish(StrEnum):
    """By what a client wants to be written to."""

    EMAIL = "email"
    SMS = "sms"
    BOTH = "both"
    NONE = "none"


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """It was refused for good."""
    GAVE_UP = "gave_up"
    """It could not be sent for so long that it would have come too late."""
    WITHDRAWN = "withdrawn"
    """It was not needed any more: `reason` says why."""
    UNKNOWN = "unknown"
    """It may have gone out or not."""


OVER = frozenset(State) - {State.QUEUED, State.SENDING}


class Fault(StrEnum):
    """Classes of errors: all that is kept of one, since the words of a mail server quote addresses."""

    UNREACHABLE = "unreachable"
    """No connection, or it broke before the message was handed over."""
    NOT_SECURE = "not_secure"
    """No TLS, or a certificate that is not the server's."""
    SIGN_IN = "sign_in"
    """The server did not take our name and password."""
    BUSY = "busy"
    """The server asks to be tried again later (4xx)."""
    REFUSED = "refused"
    """The server refuses for good (5xx): mostly an address or a number that does not exist."""
    BAD_ADDRESS = "bad_address"
    """What is on file is no address."""
    UNANSWERED = "unanswered"
    """The message was handed over and the server has not said what became of it."""
    INTERRUPTED = "interrupted"
    """The node ended while it sent."""


FOR_GOOD = frozenset({Fault.REFUSED, Fault.BAD_ADDRESS})
IN_DOUBT = frozenset({Fault.UNANSWERED, Fault.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent. Ids, codes and times."""

    id: str
    programme: ProgrammeId
    session: SessionId
    client: PersonId
    why: Why
    step: int
    channel: Channel
    queued: Millis
    expires: Millis
    """From when on it would come too late."""
    by: str
    """The person who asked for it, or "system"."""
    about: Millis = 0
    """When the session was to begin, for what is sent beforehand: it may be moved since."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has got."""

    state: State = State.QUEUED
    at: Millis = 0
    """When this state began."""
    next: Millis = 0
    """While it is queued: not before. While it is sent: when the claim runs out."""
    tries: int = 0
    fault: Fault | None = None
    """Of the latest try."""
    via: str = ""
    """Which notifier had it: `log`, `smtp` or `sms`."""
    holder: str = ""
    """Who claimed it: a node's try, by a name of its own."""
    reason: str = ""
    """Why it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A sending with its progress."""

    sending: Sending
    progress: Progress


def name_of(session: SessionId, client: PersonId, why: Why, step: int, channel: Channel, about: Millis = 0) -> str:
    """The same for whoever plans it: 96 bits of a hash over ids that are random. A session that is moved is another."""
    told = (session, client, why, str(step), channel, *((str(about),) if about else ()))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:24]


class Reach(StrEnum):
    """Whether a client may be written to."""

    YES = "yes"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"


BY_MAIL = frozenset({Channel.EMAIL})
_WISHED: Mapping[Wish, frozenset[Channel]] = {
    Wish.EMAIL: BY_MAIL,
    Wish.SMS: frozenset({Channel.SMS}),
    Wish.BOTH: frozenset(Channel),
    Wish.NONE: frozenset(),
}


def wish(person: Person) -> Wish:
    """What they asked for; by e-mail if they asked for nothing."""
    if not person.reminders:
        return Wish.NONE
    return Wish(person.channel) if person.channel else Wish.EMAIL


def wishing(person: Person, wished: Wish) -> Person:
    """The person, who asks for this from now on. Which channel it was before they asked for none stays known."""
    if wished is Wish.NONE:
        return replace(person, reminders=False)
    return replace(person, reminders=True, channel=str(wished))


def without(person: Person, channel: Channel) -> Person:
    """The person, who asks for nothing on this channel any more."""
    left = _WISHED[wish(person)] - {channel}
    return wishing(person, Wish(next(iter(left))) if left else Wish.NONE)


def address(person: Person, channel: Channel) -> str:
    """Where a message goes; empty if nothing is on file."""
    return (person.email if channel is Channel.EMAIL else person.phone).strip()


def channels(person: Person | None, ways: Collection[Channel] = BY_MAIL) -> tuple[Channel, ...]:
    """On which channels a message goes to them: those that they wish and have an address for, as far as there are."""
    if person is None:
        return ()
    wished = _WISHED[wish(person)]
    return tuple(channel for channel in Channel if channel in wished and channel in ways and address(person, channel))


def reach(person: Person | None, ways: Collection[Channel] = BY_MAIL) -> Reach:
    """Unless they asked not to be."""
    if channels(person, ways):
        return Reach.YES
    return Reach.NO_ADDRESS if person is None or wish(person) is not Wish.NONE else Reach.OPTED_OUT


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which nothing is sent by itself, as minutes after midnight; they may span it."""

    begins: int
    ends: int

    def holds(self, at: Millis, zone: tzinfo) -> bool:
        local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
        minute = local.hour * 60 + local.minute
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    def over(self, at: Millis, zone: tzinfo) -> Millis:
        """When the quiet hours end that hold at a moment."""
        return min(end for end in self._turns(self.ends, at, zone) if end > at)

    def began(self, at: Millis, zone: tzinfo) -> Millis:
        """When the quiet hours began that hold at a moment."""
        return max(begin for begin in self._turns(self.begins, at, zone) if begin <= at)

    def _turns(self, minute: int, at: Millis, zone: tzinfo) -> list[Millis]:
        """The moments around one at which the local clock shows a time of day, or jumps over it."""
        today = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()
        shown = time(minute // 60, minute % 60)
        days = (today - timedelta(days=1), today, today + timedelta(days=1))
        return [_turn(datetime.combine(day, shown, zone)) for day in days]


def _turn(local: datetime) -> Millis:
    """When the clock of a zone shows a time; if it is put forward over it and never does, when that happens."""
    late, early = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if early < late and late.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        after = late.astimezone(local.tzinfo).utcoffset()
        while (late - timedelta(minutes=1)).astimezone(local.tzinfo).utcoffset() == after:
            late -= timedelta(minutes=1)
    return round(late.timestamp() * 1000)


def claimed(progress: Progress, holder: str, via: str, now: Millis) -> Progress | None:
    """The claim of one try, if it may be made now."""
    if progress.state is not State.QUEUED or progress.next > now:
        return None
    return replace(
        progress, state=State.SENDING, at=now, next=now + CLAIM, tries=progress.tries + 1, via=via, holder=holder
    )


def lapsed(progress: Progress, now: Millis) -> Progress | None:
    """What a claim becomes whose holder was not heard of in time."""
    if progress.state is not State.SENDING or progress.next > now:
        return None
    return replace(progress, state=State.UNKNOWN, at=now, next=0, fault=Fault.INTERRUPTED)


def settled(sending: Sending, progress: Progress, fault: Fault | None, now: Millis) -> Progress:
    """What a try has come to, as its holder knows; `fault` is None if the message was accepted."""
    at = replace(progress, at=now, next=0, fault=fault, holder="")
    if fault is None:
        return replace(at, state=State.SENT)
    if fault in IN_DOUBT:
        return replace(at, state=State.UNKNOWN)
    if fault in FOR_GOOD:
        return replace(at, state=State.FAILED)
    again = now + PAUSES[min(progress.tries, len(PAUSES)) - 1]
    if again >= sending.expires:
        return replace(at, state=State.GAVE_UP)
    return replace(at, state=State.QUEUED, next=again)


def withdrawn(progress: Progress, reason: str, now: Millis) -> Progress:
    """It is not sent, and why."""
    return replace(progress, state=State.WITHDRAWN, at=now, next=0, reason=reason)


def put_off(progress: Progress, until: Millis, now: Millis) -> Progress:
    """It waits for the end of the quiet hours."""
    return replace(progress, at=now, next=until)


def expired(progress: Progress, now: Millis) -> Progress:
    """It waited too long."""
    return replace(progress, state=State.GAVE_UP, at=now, next=0)
