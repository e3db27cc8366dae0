"""What is asked of a room, in the imperative. Each is stamped with server time (`at`, UTC ms) when it arrives.

`by` is the connection that asks; `decide` finds the person through it, so that nobody can speak for another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .events import Flow, Outcome, Quiet, Risk, Waiver
from .ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, SessionId, TabId, WorkerId
from .roles import Role


@dataclass(frozen=True, slots=True)
class Open:
    """Make the room of a session. Asked once, by whoever comes first; asking again changes nothing."""

    at: Millis
    programme: ProgrammeId
    session: SessionId
    kind: str
    starts: Millis
    ends: Millis
    capacity: int
    expected: tuple[PersonId, ...]
    """The roster: clients who are expected."""
    grace: Millis
    """How long a seat is kept for somebody whose connection was lost."""
    policy: str
    """Name and version of the attendance policy that will judge the session, such as `iop-default/1`."""
    rules: str = ""
    """As in `events.Opened`, and what follows too."""
    waiting: bool = True
    sees: str = "everyone"


@dataclass(frozen=True, slots=True)
class Enter:
    """A person's page connects: to the waiting room, back to its seat, or straight in (staff)."""

    at: Millis
    person: PersonId
    role: Role
    connection: ConnectionId
    tab: TabId
    last_seen: Millis | None = None
    """Last proof of life of this person's earlier connection, where there was one. `None` is "none since the log's
    last": the time since then will not count, so whoever has not seen the proofs reads the stored ones first."""
    microphone: bool = False
    camera: bool = False
    held: bool = False
    """A client without a consent on file (core/agreements.py)."""


@dataclass(frozen=True, slots=True)
class LoseConnection:
    """A socket is gone. `last_seen` is the last proof that the person was there."""

    at: Millis
    connection: ConnectionId
    last_seen: Millis
    closed: bool = False
    """The page itself said that it was going."""


@dataclass(frozen=True, slots=True)
class Leave:
    at: Millis
    by: ConnectionId


@dataclass(frozen=True, slots=True)
class Admit:
    at: Millis
    by: ConnectionId
    members: tuple[MemberNumber, ...] | None
    """Who; `None` admits everybody who waits."""
    seen: Mapping[MemberNumber, Millis] = field(default_factory=dict)
    """As in `Remove`: without it, whoever went with another node would be present without ever having been seated."""
    gone: frozenset[MemberNumber] = frozenset()
    """As in `Remove`."""
    held: frozenset[MemberNumber] = frozenset()
    """Who of those who wait has no consent on file now, as the store says when it is asked."""


@dataclass(frozen=True, slots=True)
class WaiveConsent:
    """Let somebody be admitted in this session who has no consent on file, and say why."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    reason: Waiver


@dataclass(frozen=True, slots=True)
class Remove:
    at: Millis
    by: ConnectionId
    member: MemberNumber
    seen: Mapping[MemberNumber, Millis] = field(default_factory=dict)
    """Last proofs of life that the asker's node knows of. A connected member who is not in it counts as present."""
    gone: frozenset[MemberNumber] = frozenset()
    """Of those in `seen`, whoever has a page on no node that is known of, as after a crash: they count to their proof
    however fresh it is, since a server that is back within `room.GAP` would credit them with its own restart."""


@dataclass(frozen=True, slots=True)
class HoldBack:
    """Send somebody from their seat to the waiting room."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    seen: Mapping[MemberNumber, Millis] = field(default_factory=dict)
    """As in `Remove`."""
    gone: frozenset[MemberNumber] = frozenset()
    """As in `Remove`."""


@dataclass(frozen=True, slots=True)
class LookIn:
    """Look at somebody who waits before letting them in, or stop looking."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    on: bool


@dataclass(frozen=True, slots=True)
class AllowBack:
    """Let a removed person come back (to the waiting room)."""

    at: Millis
    by: ConnectionId
    member: MemberNumber


@dataclass(frozen=True, slots=True)
class MuteOthers:
    at: Millis
    by: ConnectionId
    member: MemberNumber | None
    """Whom; `None` mutes every seated person who is not staff."""


@dataclass(frozen=True, slots=True)
class SetMedia:
    """What the asker sends from now on. Everybody may mute themselves; nobody can unmute another."""

    at: Millis
    by: ConnectionId
    microphone: bool
    camera: bool
    screen: bool


@dataclass(frozen=True, slots=True)
class SetHand:
    at: Millis
    by: ConnectionId
    raised: bool


@dataclass(frozen=True, slots=True)
class SetLock:
    at: Millis
    by: ConnectionId
    locked: bool


@dataclass(frozen=True, slots=True)
class StartBreak:
    """A break for the whole group begins."""

    at: Millis
    by: ConnectionId


@dataclass(frozen=True, slots=True)
class EndBreak:
    at: Millis
    by: ConnectionId


@dataclass(frozen=True, slots=True)
class MoveAside:
    """Take these members into the side room."""

    at: Millis
    by: ConnectionId
    members: tuple[MemberNumber, ...]


@dataclass(frozen=True, slots=True)
class MoveBack:
    """Bring them back to the group. Everybody may go back by themselves."""

    at: Millis
    by: ConnectionId
    members: tuple[MemberNumber, ...]


@dataclass(frozen=True, slots=True)
class OpenBreakouts:
    """Part the group into breakout rooms. Who goes where comes along, however it was found; the others stay."""

    at: Millis
    by: ConnectionId
    rooms: int
    placed: tuple[tuple[MemberNumber, int], ...]
    length: Millis | None = None
    """After which everybody comes back by itself; `None` is when a host says so."""


@dataclass(frozen=True, slots=True)
class PlaceMembers:
    """Move members to a breakout room or to the main one (0). Everybody may return to the main room by themselves."""

    at: Millis
    by: ConnectionId
    placed: tuple[tuple[MemberNumber, int], ...]


@dataclass(frozen=True, slots=True)
class ExtendBreakouts:
    """Give them this much more time; where it is over or was not limited, this much from now."""

    at: Millis
    by: ConnectionId
    more: Millis


@dataclass(frozen=True, slots=True)
class CloseBreakouts:
    """Everybody back at once."""

    at: Millis
    by: ConnectionId


@dataclass(frozen=True, slots=True)
class Announce:
    """Be heard in all rooms, or only in one's own again."""

    at: Millis
    by: ConnectionId
    on: bool


@dataclass(frozen=True, slots=True)
class WantHost:
    """Ask for a host to come to the asker's room, or take that back."""

    at: Millis
    by: ConnectionId
    on: bool


@dataclass(frozen=True, slots=True)
class HoldPrivacy:
    """Hide the group from one client and them from the group, or let them be together again."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    on: bool


@dataclass(frozen=True, slots=True)
class SetMoment:
    """Step away from everybody for a moment, or come back."""

    at: Millis
    by: ConnectionId
    on: bool


@dataclass(frozen=True, slots=True)
class SetSpotlight:
    """Show one person large to everybody; `None` is nobody."""

    at: Millis
    by: ConnectionId
    member: MemberNumber | None


@dataclass(frozen=True, slots=True)
class SetQuiet:
    at: Millis
    by: ConnectionId
    mode: Quiet


@dataclass(frozen=True, slots=True)
class AskUnmute:
    """Ask somebody to unmute, which lowers their hand; or no longer. Whoever is asked may say "not now" themself."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    on: bool


@dataclass(frozen=True, slots=True)
class LowerHands:
    at: Millis
    by: ConnectionId
    member: MemberNumber | None
    """Whose; `None` lowers all."""


@dataclass(frozen=True, slots=True)
class PassLead:
    """Hand the lead over to `member`, or, of oneself, take over where nobody leads."""

    at: Millis
    by: ConnectionId
    member: MemberNumber


@dataclass(frozen=True, slots=True)
class CallHelp:
    """Ask staff for help, without a word to anybody else."""

    at: Millis
    by: ConnectionId


@dataclass(frozen=True, slots=True)
class AnswerHelp:
    at: Millis
    by: ConnectionId
    member: MemberNumber


@dataclass(frozen=True, slots=True)
class MarkRisk:
    """Say how closely staff look after somebody in this session."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    risk: Risk
    patience: Millis = 0
    """By the clinic's plan (core/crisis.py); put in by whoever knows it."""


@dataclass(frozen=True, slots=True)
class ApproveLeave:
    """Agree that this client goes now, or take it back."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    approved: bool


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """Wait no longer for an expected client whom nobody has seen, or wait for them again."""

    at: Millis
    by: ConnectionId
    client: PersonId
    marked: bool


@dataclass(frozen=True, slots=True)
class TakeStep:
    """Write down a step of the crisis plan, and what came of it."""

    at: Millis
    by: ConnectionId
    member: MemberNumber
    step: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class CloseAlarm:
    """Nothing more has to be done about somebody who went without leave."""

    at: Millis
    by: ConnectionId
    member: MemberNumber


@dataclass(frozen=True, slots=True)
class End:
    at: Millis
    by: ConnectionId
    seen: Mapping[MemberNumber, Millis] = field(default_factory=dict)
    """As in `Remove`: without it, whoever vanished seconds ago unnoticed would be credited up to the end."""
    gone: frozenset[MemberNumber] = frozenset()
    """As in `Remove`."""


@dataclass(frozen=True, slots=True)
class AssignMedia:
    """Put the room's media on a worker. Refused as stale unless `after_epoch` is still the room's media epoch."""

    at: Millis
    worker: WorkerId
    after_epoch: int


@dataclass(frozen=True, slots=True)
class Flowing:
    """What flows from a member, and since when."""

    flow: Flow
    since: Millis


@dataclass(frozen=True, slots=True)
class SeeMedia:
    """What the asker's node knows to flow from its members. Who is not named, or not seated, is left as they are."""

    at: Millis
    flows: Mapping[MemberNumber, Flowing]


@dataclass(frozen=True, slots=True)
class NoteClock:
    """The asker's node found its wall clock stepped away; asked once for each step."""

    at: Millis
    offset: Millis


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock reached `at`. `seen` holds the last proof of life of each member that the asker knows of."""

    at: Millis
    seen: Mapping[MemberNumber, Millis]


Command = (
    Open
    | Enter
    | LoseConnection
    | Leave
    | Admit
    | WaiveConsent
    | Remove
    | HoldBack
    | LookIn
    | AllowBack
    | MuteOthers
    | SetMedia
    | SetHand
    | SetLock
    | StartBreak
    | EndBreak
    | MoveAside
    | MoveBack
    | OpenBreakouts
    | PlaceMembers
    | ExtendBreakouts
    | CloseBreakouts
    | Announce
    | WantHost
    | HoldPrivacy
    | SetMoment
    | SetSpotlight
    | SetQuiet
    | AskUnmute
    | LowerHands
    | PassLead
    | CallHelp
    | AnswerHelp
    | MarkRisk
    | ApproveLeave
    | MarkNoShow
    | TakeStep
    | CloseAlarm
    | End
    | AssignMedia
    | SeeMedia
    | NoteClock
    | TimePassed
)
