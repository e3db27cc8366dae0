"""What the path to one page is spent on: measures what there is, asks the rule (`allocation.py`), and aims the slots.

Twice a second and whenever the page shows something else. Also decides, from the same estimate, whether sound is sent
with copies and whether a probe may look for more room. Nothing here is on the packet path.
"""

from collections.abc import Mapping, Sequence

from . import allocation
from .allocation import Wish
from .downlink import Downlink
from .slot import ALL_TEMPORAL, Slot, VideoSlot
from .slots import Flow
from .uplink import Uplink

SAVING = 150_000.0
"""Bits a second for a page that asks to save data: sound, and whoever speaks in their smallest picture."""
SOUND = 60_000.0
"""Bits a second kept free for sound at least: one voice may begin at any time."""
UNSEEN_WIDTH = 320
"""Of a tile whose page has not said how wide it is."""
FALLEN = 0.8
"""Share of the last estimate below which nobody waits for the next regular look."""
COPIES_OF = 0.7
"""Share of the estimate that sound with its copies may take."""
LOSS_REPEATED, LOSS_REPEATED_TWICE, LOSS_FORGOTTEN = 0.02, 0.1, 0.01
"""Shares of loss from which sound is sent with one copy, with two, and below which with none again."""


class Spending:
    """Of one page."""

    def __init__(self, downlink: Downlink) -> None:
        self._downlink = downlink
        self._granted = allocation.NOTHING
        self._wanted = 0.0
        """Bits a second that would show everything at its best."""
        self._copies = 0
        self._saving = False
        self._spent_of = 0.0
        """The estimate that was spent last."""

    def allocate(
        self, slots: Sequence[Slot], view: Mapping[int, int] | None, speaker: int | None, saving: bool, now: float
    ) -> None:
        """Spend what the path carries on what the page shows (`allocation.py`), and aim the slots at that."""
        estimate = self._downlink.estimate
        if saving is not self._saving:  # the person's wish takes effect at once, in both directions
            self._saving, self._granted = saving, allocation.NOTHING
        sound = self._sound(slots, saving)
        self._spent_of = float("inf") if estimate is None else estimate.bits
        budget = max(0.0, self._spent_of - sound)
        if saving:
            budget = min(budget, SAVING)
        showing: dict[Flow, tuple[VideoSlot, Uplink]] = {}
        wishes: list[Wish] = []
        for slot in slots:
            if isinstance(slot, VideoSlot) and slot.uplink is not None:
                flow = slot.uplink.flow
                showing[flow] = (slot, slot.uplink)
                width = UNSEEN_WIDTH if view is None else view.get(flow.member, UNSEEN_WIDTH)
                wishes.append(Wish(flow, width, flow.member == speaker, slot.uplink.steps(width, now)))
        if view is not None:
            wishes.sort(key=lambda wish: -view.get(wish.flow.member, 0))
        self._wanted = min(sound + allocation.wanted(wishes), SAVING if saving else float("inf"))
        self._granted = allocation.allocate(wishes, budget, self._granted, now)
        for flow, level in self._granted.levels.items():
            slot, uplink = showing[flow]
            target = None if level is None else uplink.video_layers[level // 2]
            slot.aim(target, ALL_TEMPORAL if level is None or level % 2 else 0)
            uplink.route()
            uplink.want_key_frames(now)

    def overdue(self, slots: Sequence[Slot], now: float) -> bool:
        """The path has become clearly narrower, or a page stopped sending the encoding that flows here."""
        estimate = self._downlink.estimate
        if estimate is not None and estimate.bits < FALLEN * self._spent_of:
            return True
        return any(
            isinstance(slot, VideoSlot) and slot.layer is not None and slot.layer.rank and not slot.layer.flowing(now)
            for slot in slots
        )

    def probe(self, slots: Sequence[Slot], now: float) -> None:
        """See whether the path carries more, while more is wanted."""

        def pad(size: int) -> int:
            return next((slot.probe(size, now) for slot in slots if isinstance(slot, VideoSlot)), 0)

        self._downlink.probe(self._wanted, pad, now)

    def _sound(self, slots: Sequence[Slot], saving: bool) -> float:
        """Bits a second of what is heard; and whether it is sent twice, which a path that loses packets is worth."""
        heard = [slot for slot in slots if not isinstance(slot, VideoSlot)]
        sound = sum(slot.uplink.layers[0].meter.rate() for slot in heard if slot.uplink is not None)
        estimate = self._downlink.estimate
        if estimate is None or saving or estimate.lossy < LOSS_FORGOTTEN:
            self._copies = 0
        else:
            worth = sum(estimate.lossy > limit for limit in (LOSS_REPEATED, LOSS_REPEATED_TWICE))
            # On a path that is too narrow as well, copies would cost the sound itself.
            fits = int(estimate.bits * COPIES_OF / max(sound, 1.0)) - 1
            self._copies = max(0, min(max(worth, self._copies), fits))
        for slot in heard:
            slot.repeat(self._copies)
        return max(SOUND, sound * (1 + self._copies))
