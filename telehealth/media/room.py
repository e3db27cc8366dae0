"""One room of a media worker: makes the world match the plan, and decides what flows where.

Owns the room's pages (planned tabs with their transports). The plan alone says who exists, who is seated, who is with
whom, and what each may send; the gate is that an uplink has no slots, so the packet path needs no check. Every change
ends in `_arrange`, which works out all slots anew from values (`slots.py`), applies the differences and tells them.
Must not touch: sockets, packets, who is allowed in (that is the plan's).
"""

import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from . import rpc, sdp, slots
from .answer import Local, answer
from .ice import CONSENT
from .loop import PacketLoop
from .peer import Peer
from .slot import Slot, VideoSlot
from .slots import Flow, Heard
from .speakers import Speakers
from .traffic import Traffic
from .uplink import Uplink

SPEAKING_EVERY = 0.2
"""Seconds between two changes told of who speaks."""
ALLOCATE_EVERY = 5
"""Feedbacks (tenths of a second) between two looks at what each page's path carries."""


class Listener(Protocol):
    """A node."""

    def tell(self, message: rpc.Told) -> None: ...


@dataclass(slots=True, eq=False)
class Page:
    """One planned tab."""

    planned: rpc.PlanPeer
    peer: Peer | None = None
    traffic: Traffic | None = None
    remote_ufrag: str = ""
    """Of the last offer: another one is an ICE restart."""
    view: dict[int, int] | None = None
    """Width of each member's tile; None before the page has said."""
    saving: bool = False
    """The person asks for little data."""
    listener: Listener | None = None
    version: int = 0
    told: list[rpc.SlotTold] = field(default_factory=list)

    def may_send(self, source: str) -> bool:
        planned = self.planned
        sends = {"microphone": planned.microphone, "camera": planned.camera, "screen": planned.screen}
        return planned.seated and sends[source]


class MediaRoom:
    """A session's media."""

    def __init__(self, name: str, loop: PacketLoop) -> None:
        self.name = name
        self.listeners: set[Listener] = set()
        """Nodes that have said anything about this room: they hear what concerns all of it."""
        self._loop = loop
        self._pages: dict[str, Page] = {}
        self._version = -1
        self._speakers = Speakers()
        self._contended = False
        """Somebody has fewer audio slots than there are microphones: who speaks decides."""
        self._speaking: list[int] = []
        self._speaking_told = 0.0
        self._speaker: int | None = None
        """Who speaks, or spoke last."""
        self._beats = 0

    @property
    def peers(self) -> int:
        return sum(page.peer is not None for page in self._pages.values())

    @property
    def empty(self) -> bool:
        return not self._pages

    def reconcile(self, plan: rpc.Plan, now: float) -> None:
        """Make the pages those of the plan, unless the plan is older than the last."""
        if plan.version < self._version:
            return
        self._version = plan.version
        planned = {peer.tab: peer for peer in plan.peers}
        for tab in [tab for tab in self._pages if tab not in planned]:
            self._hang_up(self._pages.pop(tab))
        for tab, peer in planned.items():
            if tab in self._pages:
                self._pages[tab].planned = peer
            else:
                self._pages[tab] = Page(peer)
        self._speakers.keep(peer.member for peer in plan.peers)
        self._arrange(now)

    def offer(self, tab: str, text: str, now: float) -> str | sdp.Refusal:
        """The answer to a page's offer: a new transport, an ICE restart, or more slots on the one it has.

        The page's slots are told by the `listen` that must follow, so that nobody hears of them before the answer.
        """
        page = self._pages.get(tab)
        if page is None:
            return sdp.Refusal("no_such_peer")
        offer = sdp.parse(text)
        if isinstance(offer, sdp.Refusal):
            return offer
        ice = self._loop.ice
        peer, traffic = page.peer, page.traffic
        if peer is None or traffic is None or peer.fingerprint != offer.fingerprint:
            self._hang_up(page)
            traffic = Traffic(page.planned.member, self._loop.counts, self._speakers.heard)
            peer = self._loop.admit(offer.fingerprint, traffic, partial(self._changed, page))
            page.peer, page.traffic = peer, traffic
        elif page.remote_ufrag != offer.ufrag:
            ice.restart(peer, now)
        page.remote_ufrag = offer.ufrag
        traffic.negotiate(offer, peer)
        credentials = ice.credentials(peer)
        local = Local(
            credentials.ufrag, credentials.password, self._loop.certificate.fingerprint, self._loop.candidates
        )
        written = answer(offer, local, {slot.mid: slot.ssrcs for slot in traffic.slots})
        page.listener = None
        self._arrange(now)
        return written

    def listen(self, tab: str, listener: Listener) -> None:
        """Another node speaks for this page: it hears the slots again."""
        if page := self._pages.get(tab):
            page.listener = listener
            page.told = []
            self._tell_slots(page)

    def view(self, view: rpc.View, now: float) -> None:
        """What a page shows now."""
        if page := self._pages.get(view.tab):
            page.view = {tile.member: tile.width for tile in view.tiles}
            page.saving = view.saving
            self._arrange(now)
            self._allocate(page, now)

    def figures(self) -> Iterable[tuple[str, float]]:
        """What this room adds to the worker's figures: sums, without saying whose."""
        for page in self._pages.values():
            if page.traffic is None:
                continue
            yield "uplink_loss", page.traffic.loss
            if (estimate := page.traffic.downlink.estimate) is not None:
                yield "estimated_pages", 1
                yield "estimate_bits", estimate.bits
                yield "downlink_loss", estimate.loss
            for slot in page.traffic.slots:
                if slot.uplink is None:
                    continue
                yield f"{slot.kind}_flows", 1
                if isinstance(slot, VideoSlot):
                    yield "video_paused", slot.paused
                    yield "video_waiting", slot.waiting
                    if slot.layer is not None:
                        yield f"video_layer_{slot.layer.rank}", 1

    def forget(self, listener: Listener) -> None:
        """This node is gone."""
        self.listeners.discard(listener)
        for page in self._pages.values():
            if page.listener is listener:
                page.listener = None

    def close(self) -> None:
        for page in self._pages.values():
            self._hang_up(page)
        self._pages.clear()

    def feedback(self, now: float) -> None:
        """Ten times a second: what senders must hear soon, who speaks, who may be heard, what paths carry."""
        for page in self._pages.values():
            if page.peer is not None and page.traffic is not None:
                page.traffic.feedback(page.peer, now)
        self._speakers.settle(now)
        if self._contended:
            self._arrange(now)
        self._tell_speaking(now)
        self._beats += 1
        for turn, page in enumerate(self._pages.values(), self._beats):  # not all at once: packets wait
            if turn % ALLOCATE_EVERY == 0 or _overdue(page, now):
                self._allocate(page, now)

    def report(self, now: float) -> None:
        """Once a second: reports, proofs of presence, and the end of peers that have fallen silent."""
        ages: dict[str, int] = {}
        cameras: list[str] = []
        for tab, page in self._pages.items():
            peer = page.peer
            if peer is None:
                continue
            if now - peer.seen > CONSENT:
                self._lost(page, now)
                continue
            if peer.address is not None:
                ages[tab] = max(0, round((now - peer.seen) * 1000))
            if page.traffic is not None:
                page.traffic.report(peer, now)
                camera = page.traffic.uplinks.get("camera")
                if camera is not None and camera.open and camera.flowing(now):
                    cameras.append(tab)
        if ages:
            self._tell_all(rpc.ProofsTold(room=self.name, ages=ages, cameras=cameras))

    def _arrange(self, now: float) -> None:
        """Work out what flows where, and make it so."""
        uplinks: dict[Flow, Uplink] = {}
        heard: list[Heard] = []
        screens: list[int] = []
        cameras: list[int] = []
        planned = {page.planned.member: page.planned for page in self._pages.values()}
        for page in self._pages.values():
            for uplink in page.traffic.uplinks.values() if page.traffic else ():
                flow = uplink.flow
                uplink.open = page.may_send(flow.source)
                if not uplink.open:
                    uplink.give(())
                    continue
                uplinks[flow] = uplink
                if flow.source == "microphone":
                    heard.append(Heard(flow, page.planned.staff, self._speakers.voice(flow.member)))
                else:
                    (screens if flow.source == "screen" else cameras).append(flow.member)
        flows: dict[Flow, list[Slot]] = {flow: [] for flow in uplinks}
        self._contended = False
        changed: list[Page] = []
        for page in self._pages.values():
            if page.traffic is None:
                continue
            member = page.planned.member
            audio = [slot for slot in page.traffic.slots if slot.kind == "audio"]
            video = [slot for slot in page.traffic.slots if slot.kind == "video"]
            heard_here: list[Flow | None] = [None] * len(audio)
            seen_here: list[Flow | None] = [None] * len(video)
            if page.planned.seated:
                seen_from_here = {other for other, peer in planned.items() if near(page.planned, peer)} - {member}
                heard_from_here = {other for other, peer in planned.items() if audible(page.planned, peer)} - {member}
                others = [candidate for candidate in heard if candidate.flow.member in heard_from_here]
                self._contended = self._contended or len(others) > len(audio)
                heard_here = slots.audio(_held(audio), others, now)
                held = _held(video)
                seen = slots.wanted(_of(seen_from_here, screens), _of(seen_from_here, cameras), page.view, held)
                seen_here = slots.video(held, seen)
            if _held(video) != seen_here:
                changed.append(page)
            for slot, shown in zip([*audio, *video], [*heard_here, *seen_here], strict=True):
                slot.attach(uplinks[shown] if shown else None)
                if shown:
                    flows[shown].append(slot)
        for flow, receivers in flows.items():
            uplinks[flow].give(receivers)
        for page in changed:
            self._allocate(page, now)
        for page in self._pages.values():
            self._tell_slots(page)

    def _allocate(self, page: Page, now: float) -> None:
        """Spend what the page's path carries on what it shows."""
        if page.traffic is None:
            return
        page.traffic.spending.allocate(page.traffic.slots, page.view, self._speaker, page.saving, now)
        self._tell_slots(page)

    def _changed(self, page: Page, peer: Peer) -> None:
        """A transport is up, or over."""
        if page.peer is not peer:
            return
        now = time.monotonic()
        if peer.state == "closed":
            self._lost(page, now)
            return
        for slot in page.traffic.slots if page.traffic else ():
            if slot.uplink is not None:
                slot.uplink.want_key_frames(now)
        self._tell(page, rpc.PeerTold(room=self.name, tab=page.planned.tab, state=peer.state))

    def _lost(self, page: Page, now: float) -> None:
        """A page's transport ended by itself. The page may offer again."""
        self._hang_up(page)
        self._arrange(now)
        self._tell(page, rpc.PeerTold(room=self.name, tab=page.planned.tab, state="closed"))

    def _hang_up(self, page: Page) -> None:
        if page.traffic is not None:
            for slot in page.traffic.slots:
                slot.attach(None)
            page.traffic.end()
        if page.peer is not None:
            self._loop.dismiss(page.peer)
        page.peer = page.traffic = None

    def _tell(self, page: Page, message: rpc.Told) -> None:
        if page.listener is not None:
            page.listener.tell(message)

    def _tell_all(self, message: rpc.Told) -> None:
        for listener in tuple(self.listeners):
            listener.tell(message)

    def _tell_slots(self, page: Page) -> None:
        if page.traffic is None or page.listener is None:
            return
        told = []
        for slot in page.traffic.slots:
            member, source = slot.uplink.flow if slot.uplink else (None, None)
            why: rpc.Paused | None = ("saving" if page.saving else "network") if slot.paused else None
            told.append(rpc.SlotTold(mid=slot.mid, member=member, source=source, paused=why))
        if told == page.told:
            return
        page.told = told
        page.version += 1
        self._tell(page, rpc.SlotsTold(room=self.name, tab=page.planned.tab, version=page.version, slots=told))

    def _tell_speaking(self, now: float) -> None:
        speaking = self._speakers.speaking(now, self._speaking[:1])
        self._speaker = next(iter(speaking), self._speaker)
        # The order of those behind the loudest would only flicker.
        changed = set(speaking) != set(self._speaking) or speaking[:1] != self._speaking[:1]
        if changed and now - self._speaking_told >= SPEAKING_EVERY:
            self._speaking, self._speaking_told = speaking, now
            self._tell_all(rpc.SpeakingTold(room=self.name, members=speaking))


def near(viewer: rpc.PlanPeer, other: rpc.PlanPeer) -> bool:
    """Whether the viewer may see the other. What `core/circles.py` says, of peers that are seated."""
    return viewer.circle == other.circle and (viewer.works or not other.reserved)


def audible(viewer: rpc.PlanPeer, speaker: rpc.PlanPeer) -> bool:
    return near(viewer, speaker) or (speaker.announces and not viewer.apart)


def _overdue(page: Page, now: float) -> bool:
    return page.traffic is not None and page.traffic.spending.overdue(page.traffic.slots, now)


def _held(held: Sequence[Slot]) -> list[Flow | None]:
    return [slot.uplink.flow if slot.uplink else None for slot in held]


def _of(some: Container[int], members: Sequence[int]) -> list[int]:
    return [member for member in members if member in some]
