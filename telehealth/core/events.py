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


class Flow(StrEnum):
    """What of a member's media reaches the server. A muted microphone changes nothing: who listens takes part."""

    AUDIO_VIDEO = "audio_video"
    """Packets of a camera that is switched on come in."""
    AUDIO_ONLY = "audio_only"
    """The media connection is proven, and no picture comes over it."""
    NONE = "none"
    """Nothing proves a media connection."""


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
    rules: str = ""
    """Name and version of the pack that says how the kind is held (core/kind_rules.py); empty in older logs."""
    waiting: bool = True
    """Whether clients wait to be let in."""
    sees: str = "everyone"
    """Whom clients see and hear: everyone | hosts (and whoever has the floor)."""


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
    held: bool = False
    """No consent of theirs was on file when they came (core/agreements.py)."""


class Waiver(StrEnum):
    """Why somebody was let in without a consent on file. Codes, because no text may stand in a log."""

    SPOKEN = "spoken"
    """They agreed by word of mouth; it will be signed."""
    PAPER = "paper"
    """They signed on paper, which is not recorded yet."""
    URGENT = "urgent"
    """They need care now."""


@dataclass(frozen=True, slots=True)
class ConsentWaived:
    """A host takes it on them that this member may be admitted without a consent on file, in this session."""

    at: Millis
    member: MemberNumber
    by: MemberNumber
    reason: Waiver


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
    inferred: bool = False
    """Nobody saw the connection end (the server crashed, or the network fell silent): it was found by its proofs."""
    closed: bool = False
    """The page itself said that it was going: closed, or loaded anew."""


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
    inferred: bool = False
    """As in `ConnectionLost`."""


@dataclass(frozen=True, slots=True)
class Removed:
    at: Millis
    member: MemberNumber
    last_seen: Millis
    by: MemberNumber
    inferred: bool = False
    """As in `ConnectionLost`."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """From the seat to the waiting room: presence ends, as with `Removed`, and seat and number are kept."""

    at: Millis
    member: MemberNumber
    last_seen: Millis
    by: MemberNumber
    inferred: bool = False
    """As in `ConnectionLost`."""


@dataclass(frozen=True, slots=True)
class LookedIn:
    """A host looks at somebody who waits, who is told so. Waiting goes on: no presence begins."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class LookEnded:
    """The host has stopped looking. Where either of the two goes, or is let in, it is over without this."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class AllowedBack:
    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MediaChanged:
    """What a member has switched on from now on."""

    at: Millis
    member: MemberNumber
    microphone: bool
    camera: bool
    screen: bool
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MediaFlowed:
    """What reached the server of a seated member's media since `since`. Recorded once it has lasted some seconds, so
    `since` lies before `at`. A member's flow is `NONE` until the first of these after each `Entered`."""

    at: Millis
    member: MemberNumber
    flow: Flow
    since: Millis


@dataclass(frozen=True, slots=True)
class MovedAside:
    """Into the side room. Presence goes on; it is not the group's time."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MovedBack:
    """Back with the group. Whoever leaves the session from the side room is not moved back first."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class PrivacyHeld:
    """Somebody walked into this client's room: the group is hidden from them, and they from the group. Presence goes
    on, and counts: nobody loses time for being walked in on."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class PrivacyReleased:
    """With the others again. Whoever leaves while held is not released first."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MomentTaken:
    """A client steps away from the others by themself: nothing is heard or seen either way. Presence goes on, and
    counts."""

    at: Millis
    member: MemberNumber


@dataclass(frozen=True, slots=True)
class MomentEnded:
    """With the others again. Whoever leaves in such a moment does not end it first."""

    at: Millis
    member: MemberNumber


class Risk(StrEnum):
    """How closely staff look after somebody in this session."""

    NONE = "none"
    WATCH = "watch"
    AT_RISK = "at_risk"


class Drop(StrEnum):
    """How somebody went whom staff look after. Whoever has leave to go, or is sent away, does not drop."""

    NETWORK = "network"
    """Their connection fell silent."""
    CLOSED = "closed"
    """Their page was closed."""
    LEFT = "left"
    """They pressed the button to leave."""


class Outcome(StrEnum):
    """What came of a step."""

    REACHED = "reached"
    """Somebody spoke with the client, or with a person who is with them."""
    NO_ANSWER = "no_answer"
    DONE = "done"
    SKIPPED = "skipped"


class Closed(StrEnum):
    """How an alarm ended."""

    RETURNED = "returned"
    """They came back by themselves."""
    STAFF = "staff"
    """Staff said that nothing more has to be done."""
    OVER = "over"
    """The room closed by itself, without a host."""


@dataclass(frozen=True, slots=True)
class HelpCalled:
    """A client asked for help without a word to the group."""

    at: Millis
    member: MemberNumber


@dataclass(frozen=True, slots=True)
class HelpAnswered:
    """A host has seen it and takes care of it."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class RiskMarked:
    at: Millis
    member: MemberNumber
    risk: Risk
    patience: Millis
    """How long they may be gone without leave before staff are alarmed."""
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class LeaveApproved:
    """Staff have agreed that this client goes now, or take it back. It is for this visit."""

    at: Millis
    member: MemberNumber
    approved: bool
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class NoShowMarked:
    """Staff no longer wait for an expected client whom nobody has seen, or wait for them again. It judges nothing: if
    they come after all, it holds no more, and their row says what they attended."""

    at: Millis
    client: PersonId
    marked: bool
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """Somebody whom staff look after is gone without leave."""

    at: Millis
    member: MemberNumber
    why: Drop
    since: Millis
    """The last proof of them: from then on it is not known how they are."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of the clinic's crisis plan was taken. No words: those belong in a note."""

    at: Millis
    member: MemberNumber
    step: str
    """A code of the plan (core/crisis.py)."""
    outcome: Outcome
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class AlarmClosed:
    at: Millis
    member: MemberNumber
    how: Closed
    by: MemberNumber | None
    """The host who closed it; `None` otherwise."""


@dataclass(frozen=True, slots=True)
class BreakBegan:
    """A break of the whole group: presence goes on and is counted apart (9 CCR 9854(a)(2))."""

    at: Millis
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class BreakEnded:
    at: Millis
    by: MemberNumber | None
    """Who ended it; `None` where the room closed by itself."""


@dataclass(frozen=True, slots=True)
class BreakoutsOpened:
    """The group parts into `rooms` breakout rooms; who goes where follows as `MovedTo`. Nobody's time changes by it:
    they are places within the session."""

    at: Millis
    rooms: int
    until: Millis | None
    """When everybody comes back by itself; `None` is when a host says so."""
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class BreakoutsTimed:
    """Their time is another now."""

    at: Millis
    until: Millis
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class MovedTo:
    """Into a breakout room, or back to the main room (0). Whoever is lost or leaves keeps their place."""

    at: Millis
    member: MemberNumber
    breakout: int
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class BreakoutsClosed:
    """Everybody is in the main room again."""

    at: Millis
    by: MemberNumber | None
    """Who recalled them; `None` where their time was over, or the room closed by itself."""


@dataclass(frozen=True, slots=True)
class AnnouncingChanged:
    """A host speaks to all rooms at once, or no more. One at a time: another takes it over."""

    at: Millis
    member: MemberNumber
    on: bool


@dataclass(frozen=True, slots=True)
class HostWanted:
    """Somebody asks for a host to come to their room, or no more. It is over by itself when one comes."""

    at: Millis
    member: MemberNumber
    wanted: bool


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """Somebody set the wall clock of a node. Times in the log go on by the server's own clock, so no length changes;
    a restart of that node adopts the wall clock, but never goes back."""

    at: Millis
    offset: Millis
    """How far the wall clock is ahead of the server's now (negative: behind)."""


class Quiet(StrEnum):
    """Whether participants are kept muted."""

    NOT = ""
    QUIET = "quiet"
    """They cannot unmute, and write to staff only; whoever is asked to unmute may speak."""
    GUIDED = "guided"
    """The same, while one voice leads an exercise."""


@dataclass(frozen=True, slots=True)
class QuietChanged:
    at: Millis
    mode: Quiet
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class SpotlightMoved:
    """This member is shown large to everybody; `None` is nobody. Whoever is gone is so no longer, without an event."""

    at: Millis
    member: MemberNumber | None
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class UnmuteAsked:
    """A host asks this member to unmute (`on`), or that is over: the host took it back, or they said "not now"."""

    at: Millis
    member: MemberNumber
    on: bool
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class LeadPassed:
    """`member` leads the session from now on. `by` is who handed over; the member's own number where they took the lead
    because nobody else led any more, or took it back."""

    at: Millis
    member: MemberNumber
    by: MemberNumber


@dataclass(frozen=True, slots=True)
class HandChanged:
    at: Millis
    member: MemberNumber
    raised: bool
    by: MemberNumber | None = None
    """The host who lowered it; `None` where they raised or lowered it themself."""


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
    | ConsentWaived
    | Seated
    | ConnectionReplaced
    | ConnectionLost
    | Returned
    | Left
    | Removed
    | HeldBack
    | LookedIn
    | LookEnded
    | AllowedBack
    | MediaChanged
    | MediaFlowed
    | MovedAside
    | MovedBack
    | PrivacyHeld
    | PrivacyReleased
    | MomentTaken
    | MomentEnded
    | HelpCalled
    | HelpAnswered
    | RiskMarked
    | LeaveApproved
    | NoShowMarked
    | AlarmRaised
    | StepTaken
    | AlarmClosed
    | BreakBegan
    | BreakEnded
    | BreakoutsOpened
    | BreakoutsTimed
    | MovedTo
    | BreakoutsClosed
    | AnnouncingChanged
    | HostWanted
    | ClockStepped
    | QuietChanged
    | SpotlightMoved
    | UnmuteAsked
    | LeadPassed
    | HandChanged
    | LockChanged
    | MediaAssigned
    | Ended
)
