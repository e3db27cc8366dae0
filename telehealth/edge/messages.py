"""The signalling wire: every message, its fields and limits. The only place where a dict becomes a typed message.

Direction `Ask`: from a page, always acknowledged with `{"ok": true, ...}` or `{"ok": false, "code": ...}`.
Direction `Tell`: to a page, never acknowledged. Limits are part of the type: what does not fit is `malformed`.
One example of each stands in tests/wire/NAME.json; pytest, the web tests and docs/protocol.md read the same file.
`python -m telehealth.edge.wire` writes web/src/wire.ts from this module.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from telehealth.core.audience import RoomView
from telehealth.core.breakouts import MOST
from telehealth.core.tools.table import AnyMove, AnyNews, AnySeen

MAX_MESSAGE = 256 * 1024
"""Bytes; an offer is 20 to 55 kB."""

Sdp = Annotated[str, Meta(min_length=1, max_length=120_000)]
Tab = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
OpId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
SessionName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Number = Annotated[int, Meta(ge=1, le=10_000)]
Width = Annotated[int, Meta(ge=0, le=8192)]


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A message from a page."""


class Join(Ask, frozen=True, tag="join"):
    """Enter a session: into the waiting room, back to one's seat, or (staff) straight in."""

    session: SessionName
    tab: Tab
    op: OpId
    microphone: bool = False
    camera: bool = False
    chat_after: Annotated[str, Meta(max_length=64)] = ""
    """Position of the last chat message that the page has."""
    offer: Annotated[str, Meta(max_length=120_000)] = ""
    """The page's first SDP offer, which saves it a round trip; empty: it offers by itself, or has its answer."""


class Offer(Ask, frozen=True, tag="offer"):
    """The page's whole SDP offer: first, after a new media epoch, or to restart ICE."""

    sdp: Sdp
    epoch: Annotated[int, Meta(ge=0)]
    """The media epoch that the page knows (0 before the first answer)."""


class ViewTile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    member: Number
    width: Width
    """CSS pixels; 0 is not visible."""


class View(Ask, frozen=True, tag="view"):
    """What the page shows, largest first: decides which video flows in its slots."""

    tiles: Annotated[list[ViewTile], Meta(max_length=50)]
    saving: bool = False
    """The person asks for little data: sound, and of the pictures no more than whoever speaks, at their smallest."""


class SetMedia(Ask, frozen=True, tag="media"):
    """What the page sends from now on."""

    op: OpId
    microphone: bool
    camera: bool
    screen: bool


class SetHand(Ask, frozen=True, tag="hand"):
    op: OpId
    raised: bool


class Chat(Ask, frozen=True, tag="chat"):
    """Write to "all", to "staff", or (staff only) to "member:N". Whoever waits writes to "staff", in 500 characters at
    most; only the hosts read that, and only they and that one person an answer."""

    op: OpId
    to: Annotated[str, Meta(pattern=r"^(all|staff|member:[0-9]{1,5})$")]
    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class Admit(Ask, frozen=True, tag="admit"):
    op: OpId
    members: Annotated[list[Number], Meta(min_length=1, max_length=100)] | None = None
    """None admits everybody who waits."""


class Waive(Ask, frozen=True, tag="waive"):
    """Let somebody be admitted who has no consent on file, and say why. Who waived what stays in the record."""

    op: OpId
    member: Number
    reason: Literal["spoken", "paper", "urgent"]


class Remove(Ask, frozen=True, tag="remove"):
    op: OpId
    member: Number


class HoldBack(Ask, frozen=True, tag="hold_back"):
    """Send somebody from their seat to the waiting room, from where they can be admitted again."""

    op: OpId
    member: Number


class LookIn(Ask, frozen=True, tag="look_in"):
    """See and speak with somebody who waits before letting them in, or stop. They are told before anything flows, and
    nobody else sees or hears the two."""

    op: OpId
    member: Number
    on: bool


class AllowBack(Ask, frozen=True, tag="allow_back"):
    op: OpId
    member: Number


class Mute(Ask, frozen=True, tag="mute"):
    op: OpId
    member: Number | None = None
    """None mutes everybody but staff."""


class Lock(Ask, frozen=True, tag="lock"):
    op: OpId
    locked: bool


class Break(Ask, frozen=True, tag="break"):
    """Begin a break for everybody, or end it. Nobody is moved or muted: the time is counted apart."""

    op: OpId
    on: bool


class Aside(Ask, frozen=True, tag="aside"):
    """Take members into the side room, or bring them back. A client may bring back nobody but themself."""

    op: OpId
    members: Annotated[list[Number], Meta(min_length=1, max_length=20)]
    on: bool


class Placed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    member: Number
    room: Annotated[int, Meta(ge=0, le=MOST)]
    """A breakout room; 0 is the main room."""


class OpenBreakouts(Ask, frozen=True, tag="breakouts"):
    """Part the group into breakout rooms. Who is not placed stays in the main room."""

    op: OpId
    rooms: Annotated[int, Meta(ge=1, le=MOST)]
    placed: Annotated[list[Placed], Meta(max_length=100)]
    minutes: Annotated[int, Meta(ge=1, le=240)] | None = None
    """After which everybody comes back by itself; none: when a host says so."""


class Place(Ask, frozen=True, tag="place"):
    """Move members to a breakout room or to the main room. A client may move nobody but themself, and only back."""

    op: OpId
    placed: Annotated[list[Placed], Meta(min_length=1, max_length=100)]


class MoreTime(Ask, frozen=True, tag="more_time"):
    """More minutes for the breakout rooms; where they had no end, it is this many minutes from now."""

    op: OpId
    minutes: Annotated[int, Meta(ge=1, le=240)]


class Recall(Ask, frozen=True, tag="recall"):
    """Everybody back to the main room, at once."""

    op: OpId


class Announce(Ask, frozen=True, tag="announce"):
    """Be heard in all rooms, or only in one's own again."""

    op: OpId
    on: bool


class WantHost(Ask, frozen=True, tag="want_host"):
    """Ask for a host to come to one's breakout room, or take that back."""

    op: OpId
    on: bool


class Remembered(Ask, frozen=True, tag="remembered"):
    """Who of those present was in which breakout room the last time."""

    op: OpId


class Privacy(Ask, frozen=True, tag="privacy"):
    """Hide the group from one client and the client from the group, or let them be together again."""

    op: OpId
    member: Number
    on: bool


class Moment(Ask, frozen=True, tag="moment"):
    """Step away from everybody for a moment, or come back: nothing is heard or seen either way."""

    op: OpId
    on: bool


class Spotlight(Ask, frozen=True, tag="spotlight"):
    """Show one person large to everybody, or nobody."""

    op: OpId
    member: Number | None


class SetQuiet(Ask, frozen=True, tag="quiet"):
    """Keep participants muted; they write to staff only."""

    op: OpId
    mode: Literal["", "quiet", "guided"]


class AskUnmute(Ask, frozen=True, tag="ask_unmute"):
    """Ask somebody to unmute, which lowers their hand, or no longer. Whoever is asked says "not now" with it, too."""

    op: OpId
    member: Number
    on: bool


class LowerHands(Ask, frozen=True, tag="lower_hands"):
    op: OpId
    member: Number | None = None
    """None lowers all."""


class PassLead(Ask, frozen=True, tag="lead"):
    """Hand the lead over, or (naming oneself) take it where nobody leads any more."""

    op: OpId
    member: Number


class CallHelp(Ask, frozen=True, tag="help"):
    """A client asks for help. Nobody but staff learns of it."""

    op: OpId


class AnswerHelp(Ask, frozen=True, tag="answer_help"):
    """A host has seen a call for help and takes care of it."""

    op: OpId
    member: Number


class MarkRisk(Ask, frozen=True, tag="risk"):
    """How closely staff look after somebody in this session."""

    op: OpId
    member: Number
    risk: Literal["none", "watch", "at_risk"]


class ApproveLeave(Ask, frozen=True, tag="approve_leave"):
    """Somebody may go now without an alarm, or may not after all."""

    op: OpId
    member: Number
    on: bool


class MarkNoShow(Ask, frozen=True, tag="no_show"):
    """Wait no longer for an expected client whom nobody has seen, or wait for them again."""

    op: OpId
    person: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    on: bool


class TakeStep(Ask, frozen=True, tag="step"):
    """A step of the crisis plan was taken."""

    op: OpId
    member: Number
    step: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    outcome: Literal["reached", "no_answer", "done", "skipped"]


class CloseAlarm(Ask, frozen=True, tag="close_alarm"):
    """Nothing more has to be done about somebody who went without leave."""

    op: OpId
    member: Number


class Leave(Ask, frozen=True, tag="leave"):
    op: OpId


class End(Ask, frozen=True, tag="end"):
    """End the session for everybody."""

    op: OpId


class Beat(Ask, frozen=True, tag="beat"):
    """Proof of life, once a second. The acknowledgement is the page's measure of its connection."""


class Use(Ask, frozen=True, tag="use"):
    """Make a move of one of the room's tools."""

    op: OpId
    move: AnyMove


AnyAsk = (
    Join
    | Offer
    | View
    | SetMedia
    | SetHand
    | Chat
    | Admit
    | Waive
    | Remove
    | HoldBack
    | LookIn
    | AllowBack
    | Mute
    | Lock
    | Break
    | Aside
    | OpenBreakouts
    | Place
    | MoreTime
    | Recall
    | Announce
    | WantHost
    | Remembered
    | Privacy
    | Moment
    | Spotlight
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
    | Use
    | Leave
    | End
    | Beat
)
ASKS: dict[str, type[AnyAsk]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        Join, Offer, View, SetMedia, SetHand, Chat, Admit, Waive, Remove, HoldBack, LookIn, AllowBack, Mute, Lock,
        Break, Aside, OpenBreakouts, Place, MoreTime, Recall, Announce, WantHost, Remembered,
        Privacy, Moment, Spotlight, SetQuiet, AskUnmute, LowerHands, PassLead, CallHelp, AnswerHelp, MarkRisk,
        ApproveLeave, MarkNoShow, TakeStep, CloseAlarm, Use, Leave, End, Beat,
    )
}  # fmt: skip


class ChatLine(msgspec.Struct, frozen=True, kw_only=True):
    """One chat message as a reader sees it."""

    id: str
    """Position in the room's ring: increasing, opaque."""
    sender: int
    alias: str
    to: str
    """all | staff | member:N"""
    text: str
    at: int


class ToolTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="tool"):
    """What this page sees of a tool after a move, whole or what is new. The highest version is kept."""

    tool: str
    version: int
    seen: AnySeen | None
    """null: nothing of it is for this page now, or there are news."""
    news: AnyNews | None = None
    """What has changed of what this page was told before."""


class IceServer(msgspec.Struct, frozen=True, kw_only=True):
    urls: list[str]
    username: str = ""
    credential: str = ""


class OfferAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledgement of `offer`."""

    ok: bool
    sdp: str
    epoch: int


class JoinAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledgement of `join`."""

    ok: bool
    room: RoomView
    chat: list[ChatLine]
    tools: list[ToolTold]
    """What is seen of each tool that was used in this session; a list of none while one waits."""
    ice_servers: list[IceServer]
    media: OfferAnswer | None
    """What the offer is answered; null if there was none, or no media worker for it yet: the page offers by itself."""


class BeatAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledgement of `beat`."""

    ok: bool
    at: int
    """The server's time. Pages count by it, so that a bell rings everywhere at once."""


class RememberedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledgement of `remembered`."""

    ok: bool
    source: Literal["", "session", "meeting"]
    """Of this session, or of the group's last meeting that had breakout rooms; empty: there were none."""
    placed: list[Placed]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledgement of everything else that was done: there is nothing to add."""

    ok: bool


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Acknowledgement of anything that was refused."""

    ok: bool
    code: str


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """What flows in one receive slot of the page's peer connection."""

    mid: str
    member: int | None
    source: Literal["microphone", "camera", "screen"] | None
    paused: Literal["network", "saving"] | None = None
    """Why no pictures flow in it now, although somebody is in it: the network is too narrow, or the page saves data.
    They come back by themselves."""


class Slots(msgspec.Struct, frozen=True, kw_only=True, tag="slots"):
    """The whole map from slots to people."""

    epoch: int
    version: int
    slots: list[Slot]


class Speaking(msgspec.Struct, frozen=True, kw_only=True, tag="speaking"):
    """Who speaks now, loudest first."""

    members: list[int]


class RoomTold(msgspec.Struct, frozen=True, kw_only=True, tag="room"):
    """The room as this page may see it, after every change. A page keeps the one with the highest version."""

    room: RoomView


class ChatTold(msgspec.Struct, frozen=True, kw_only=True, tag="chat_line"):
    line: ChatLine


ByeWhy = Literal["other_tab", "removed", "ended", "signed_out", "too_many", "restart"]


class Bye(msgspec.Struct, frozen=True, kw_only=True, tag="bye"):
    """The server closes this socket for good: the page must not reconnect by itself, except for "restart"."""

    why: ByeWhy


ANSWERS: dict[type[AnyAsk], type[msgspec.Struct]] = {
    Join: JoinAnswer,
    Offer: OfferAnswer,
    Remembered: RememberedAnswer,
    Beat: BeatAnswer,
}
"""How a message is acknowledged that was not refused; all others with `Done`."""
Tell = RoomTold | Slots | Speaking | ChatTold | ToolTold | Bye
TELLS: dict[str, type[Tell]] = {
    str(kind.__struct_config__.tag): kind for kind in (RoomTold, Slots, Speaking, ChatTold, ToolTold, Bye)
}


def parse(name: str, body: Any) -> AnyAsk:
    """The typed message.

    Raises `KeyError` for an unknown name and `msgspec.ValidationError` for a body that does not fit.
    """
    return msgspec.convert(body, ASKS[name])
