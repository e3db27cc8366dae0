"""What happened in a room, in the past tense. These are the record: appended once, never changed, readable for ever.

Ids and times only: no name, alias, address or text may be put into an event. `at` is server time (UTC ms) and never
decreases within a room. `last_seen` is the last proof of presence; it is what attendance counts, `at` only says when
the server noticed.
"""

from dataclasses import dataclass
from enum import StrEnum

from .ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, Seat, SessionId, TabId, WorkerId
from .roles import Role


class Why(StrEnum):
    """Why somebody is no longer in the room."""

    LEFT = "left"
    LOST = "lost"
    """The connection was lost and did not come back within the grace time."""
    ENDED = "ended"
    """The session was ended for everybody."""


@dataclass(frozen=True, slots=True)
class Opened:
    at: Millis
    programme: ProgrammeId
    session: SessionId
    kind: str
    starts: Millis
    ends: Millis
    capacity: int
    expected: tuple[PersonId, ...]
    grace: Millis
    policy: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A person came to the door: they wait. (Staff are seated by the next event of the same append.)"""

    at: Millis
    member: MemberNumber
    person: PersonId
    role: Role
    connection: ConnectionId
    tab: TabId
    microphone: bool
    camera: bool


@dataclass(frozen=True, slots=True)
class Seated:
    """Presence begins."""

    at: Millis
    member: MemberNumber
    seat: Seat
    by: MemberNumber
    """Who admitted; the member's own number for staff, who admit themselves."""


@dataclass(frozen=True, slots=True)
class ConnectionReplaced:
    """The person goes on in another socket or another tab, without a gap."""

    at: Millis
    member: MemberNumber
    connection: ConnectionId
    tab: TabId


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """Presence is unproven since `last_seen`; the seat is kept for the grace time."""

    at: Millis
    member: MemberNumber
    last_seen: Millis


@dataclass(frozen=True, slots=True)
class Returned:
    """Back within the grace time, in the same seat. Presence begins again at `at`."""

    at: Millis
    member: MemberNumber
    connection: ConnectionId
    tab: TabId
    last_seen: Millis
    """Last proof before the return (media may have gone on while signalling was away)."""


@dataclass(frozen=True, slots=True)
class Left:
    at: Millis
    member: MemberNumber
    last_seen: Millis
    why: Why


@dataclass(frozen=True, slots=True)
class Removed:
    at: Millis
    member: MemberNumber
    last_seen: Millis
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class AllowedBack:
    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MediaChanged:
    """What a member sends from now on."""

    at: Millis
    member: MemberNumber
    microphone: bool
    camera: bool
    screen: bool
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class HandChanged:
    at: Millis
    member: MemberNumber
    raised: bool


@dataclass(frozen=True, slots=True)
class LockChanged:
    at: Millis
    locked: bool
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MediaAssigned:
    """The room's media is on `worker` from now on; every page offers again. `epoch` counts the assignments from 1."""

    at: Millis
    worker: WorkerId
    epoch: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing can happen in this room any more. Everybody's `Left` stands before it, in the same append."""

    at: Millis
    by: MemberNumber | None
    """Who ended it; `None` where the room closed by itself."""


Event = (
    Opened
    | Entered
    | Seated
    | ConnectionReplaced
    | ConnectionLost
    | Returned
    | Left
    | Removed
    | AllowedBack
    | MediaChanged
    | HandChanged
    | LockChanged
    | MediaAssigned
    | Ended
)
