"""The media RPC: what a node asks of a media worker and what the worker tells, as msgspec types.

Framing: one JSON document per line over a stream socket (a unix socket, or TCP with a shared-secret first line).
Requests carry `id` and are answered once with `Reply`; `Told` messages have none. A plan replaces all that was
planned for its room before. Peers are named by (room, tab).
"""

from typing import Literal

import msgspec


class PlanPeer(msgspec.Struct, frozen=True, kw_only=True):
    """As `telehealth.core.plan.PeerPlan`."""

    tab: str
    member: int
    seated: bool
    microphone: bool
    camera: bool
    screen: bool
    staff: bool
    circle: int = 0
    """Nothing is forwarded between peers of different circles, but ..."""
    announces: bool = False
    """... this peer's microphone, which flows in every circle,"""
    apart: bool = False
    """except to this peer: nobody's announcement reaches it."""
    reserved: bool = False
    """Of what this peer sends, nothing is forwarded but ..."""
    works: bool = False
    """... to peers like this one, who are no participants."""


class Plan(msgspec.Struct, frozen=True, kw_only=True, tag="plan"):
    """Make the room's peers match this. Peers not named are closed; an empty plan closes the room."""

    room: str
    version: int
    epoch: int
    peers: list[PlanPeer]


class Offer(msgspec.Struct, frozen=True, kw_only=True, tag="offer"):
    """Answer a page's SDP offer. The peer must be in the room's plan. The node becomes the listener for this peer's
    `Told` messages. An offer with the same DTLS fingerprint and new ICE credentials is an ICE restart."""

    id: int
    room: str
    tab: str
    sdp: str


class Listen(msgspec.Struct, frozen=True, kw_only=True, tag="listen"):
    """This node speaks for the peer from now on (its page reconnected here): tell it the slots again."""

    room: str
    tab: str


class Tile(msgspec.Struct, frozen=True):
    member: int
    width: int


class View(msgspec.Struct, frozen=True, kw_only=True, tag="view"):
    room: str
    tab: str
    tiles: list[Tile]
    saving: bool = False
    """The person asks for little data."""


class Ping(msgspec.Struct, frozen=True, kw_only=True, tag="ping"):
    id: int


class Stats(msgspec.Struct, frozen=True, kw_only=True, tag="stats"):
    """What has been counted? Answered by `Figures`."""

    id: int


Request = Plan | Offer | Listen | View | Ping | Stats


class Reply(msgspec.Struct, frozen=True, kw_only=True, tag="reply"):
    id: int
    sdp: str = ""
    error: str = ""
    """Empty, or a refusal code: no_such_peer, malformed, no_media."""


Paused = Literal["network", "saving"]


class SlotTold(msgspec.Struct, frozen=True, kw_only=True):
    mid: str
    member: int | None
    source: str | None
    paused: Paused | None = None
    """Why its pictures do not flow now, although somebody is in it: the path does not carry them, or the page saves."""


class SlotsTold(msgspec.Struct, frozen=True, kw_only=True, tag="slots"):
    """What flows in the receive slots of one peer, whole, after every change."""

    room: str
    tab: str
    version: int
    slots: list[SlotTold]


class SpeakingTold(msgspec.Struct, frozen=True, kw_only=True, tag="speaking"):
    """Who speaks in a room, loudest first; told to every listener of the room when it changes."""

    room: str
    members: list[int]


class ProofsTold(msgspec.Struct, frozen=True, kw_only=True, tag="proofs"):
    """Once a second: for each peer of a room from which an authenticated packet (SRTP, or STUN with valid
    integrity) came, how many milliseconds ago the last one did."""

    room: str
    ages: dict[str, int]
    """tab -> age in ms"""
    cameras: list[str] = []
    """Tabs of seated pages whose camera is switched on and from which pictures came in the last second."""


class PeerTold(msgspec.Struct, frozen=True, kw_only=True, tag="peer"):
    """A peer's transport: connected | closed."""

    room: str
    tab: str
    state: str


class RoomRefused(msgspec.Struct, frozen=True, kw_only=True, tag="room_refused"):
    """A plan for a room that this worker does not carry, and will not now: it drains, or is full."""

    room: str


Told = SlotsTold | SpeakingTold | ProofsTold | PeerTold | RoomRefused


class Figures(msgspec.Struct, frozen=True, kw_only=True, tag="figures"):
    """The answer to `Stats`. Names as in /metrics, without the prefix; they name no room, no page and no address."""

    id: int
    totals: dict[str, float]
    """Since the start of the worker."""
    values: dict[str, float]
    """As they are now, or over the last minute."""


Answer = Reply | Figures
FromWorker = Answer | Told
