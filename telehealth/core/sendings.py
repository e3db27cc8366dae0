"""Messages to clients: what was meant to be sent, how far it has got, and every step that may follow.

A sending is one message to one client about one session: a late nudge, one that a member of staff asked for, later a
reminder before the session. What it is never changes; its `Progress` does, and only as the functions here say::

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
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
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


class Channel(StrEnum):
    EMAIL = "email"


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
    """The server refuses for good (5xx): mostly an address that does not exist."""
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
    """Which notifier had it: `log` or `smtp`."""
    holder: str = ""
    """Who claimed it: a node's try, by a name of its own."""
    reason: str = ""
    """Why it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A sending with its progress."""

    sending: Sending
    progress: Progress


def name_of(session: SessionId, client: PersonId, why: Why, step: int, channel: Channel) -> str:
    """The same for whoever plans it: 96 bits of a hash over ids that are random."""
    return hashlib.sha256("\n".join((session, client, why, str(step), channel)).encode()).hexdigest()[:24]


class Reach(StrEnum):
    """Whether a client may be written to."""

    YES = "yes"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"


def reach(person: Person | None) -> Reach:
    """By e-mail, unless they asked not to be."""
    if person is None or not person.email.strip():
        return Reach.NO_ADDRESS
    return Reach.YES if person.reminders else Reach.OPTED_OUT


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


def expired(progress: Progress, now: Millis) -> Progress:
    """It waited too long."""
    return replace(progress, state=State.GAVE_UP, at=now, next=0)
