"""One source of one page (microphone, camera or screen): its encodings, and the slots that receive it.

The packet path goes through `layer.py`; here is what changes a few times a minute: which slots receive the source,
and, from what each slot is at and wants, the tuples that each layer's packets run over.
"""

from collections.abc import Callable, Sequence

from .allocation import Step
from .layer import Layer, VideoLayer
from .lipsync import PageClock
from .peer import Peer
from .sdp import Section
from .slot import Slot, VideoSlot
from .slots import Flow

WIDTHS = {1: (0,), 2: (320, 640), 3: (240, 480, 960)}
"""Pixels across each encoding, by how many the page offered. Nominal, since nothing here looks into a picture: a page
whose camera is smaller leaves the largest out."""
ENOUGH = 0.75
"""Of a tile's width in pixels; a face does not gain from the rest."""
BITS = {1: (300_000.0,), 2: (150_000.0, 450_000.0), 3: (80_000.0, 200_000.0, 800_000.0)}
"""Bits a second until they are measured."""


class Uplink:
    """One source of one page."""

    def __init__(
        self,
        flow: Flow,
        section: Section,
        peer: Peer,
        clock: PageClock,
        heard: Callable[[int, int, float], None],
    ) -> None:
        self.flow = flow
        self.peer = peer
        self.clock = clock
        self.receivers: tuple[Slot, ...] = ()
        """Who gets this. Empty while the page may not send it or nobody wants it."""
        self.open = False
        """The page is seated and may send this."""
        self._heard = heard
        self.rids = section.rids
        self.layers: tuple[Layer, ...] = ()
        """Smallest first."""
        self.video_layers: tuple[VideoLayer, ...] = ()
        """The same, of a camera or screen."""
        if section.kind == "video":
            self.video_layers = tuple(VideoLayer(self, rid, rank) for rank, rid in enumerate(section.rids or ("",)))
            self.layers = self.video_layers
        else:
            self.layers = (Layer(self),)
        self.renegotiate(section)
        if section.ssrc:
            self.layers[0].begin(section.ssrc)
        self.layers[0].rtx_ssrc = section.rtx_ssrc

    def renegotiate(self, section: Section) -> None:
        """The same m-line in a later offer: only payload types may have changed."""
        self.mid = section.mid
        self.payload_type = section.payload_type
        self.rtx_payload_type = section.rtx_payload_type
        self.red_payload_type = section.red_payload_type

    def layer(self, rid: str) -> Layer | None:
        return next((layer for layer in self.layers if layer.rid == rid), None)

    def flowing(self, now: float) -> bool:
        return any(layer.flowing(now) for layer in self.layers)

    def heard(self, level: int, now: float) -> None:
        self._heard(self.flow.member, level, now)

    def give(self, receivers: Sequence[Slot]) -> None:
        """These slots, and no others, receive this."""
        self.receivers = tuple(receivers)
        self.route()

    def route(self) -> None:
        """Prepare each layer's slots: to be called whenever a receiver has begun, ended or wants something else."""
        if not self.video_layers:
            for layer in self.layers:
                layer.slots = self.receivers
            return
        slots = [slot for slot in self.receivers if isinstance(slot, VideoSlot)]
        for layer in self.video_layers:
            layer.slots = tuple(slot for slot in slots if slot.layer is layer)
            layer.joining = tuple(slot for slot in slots if slot.target is layer and slot.layer is not layer)

    def steps(self, width: int, now: float) -> tuple[Step, ...]:
        """The ways to receive this video that a tile of this width has use for, least first; never empty.

        Level 2n is encoding n at its lowest frame rate, 2n + 1 the same at its full one.
        """
        count = len(self.video_layers)
        useful = next((rank for rank, across in enumerate(WIDTHS[count]) if across >= ENOUGH * width), count - 1)
        steps: list[Step] = []
        bits = 0.0
        for layer in [layer for layer in self.video_layers if layer.flowing(now)] or self.video_layers[:1]:
            if steps and layer.rank > useful:
                break
            if layer.meter.layers > 1:
                bits = max(bits, layer.meter.rate(0))
                steps.append(Step(2 * layer.rank, bits))
            bits = max(bits, layer.meter.rate() if layer.meter.measured else BITS[count][layer.rank])
            steps.append(Step(2 * layer.rank + 1, bits))
        return tuple(steps)

    def want_key_frames(self, now: float) -> None:
        """Ask for those that somebody waits for who can receive them."""
        for layer in self.video_layers:
            if any(slot.peer.state == "connected" for slot in layer.joining):
                layer.want_key_frame(now)
