"""How people join a room of our media worker: plans and offers over its control socket, as a node speaks to it."""

import asyncio
import itertools
import secrets
from collections.abc import Sequence

from telehealth.media import rpc, rtp
from telehealth.media.client import OfferRefused, Workers
from telehealth.simulate import sdp

from .person import Person

WORKER = "worker"
WIDTH = 320
"""CSS pixels of each tile."""


class TakesNoMore(Exception):
    """The worker refuses a new room, as it does when its core is nearly full."""


class Ours:
    """One line to one worker."""

    def __init__(self, control: str, secret: str) -> None:
        self._control = control
        self._workers = Workers(secret, self._told, lambda worker: None)
        self._refused = False
        self._rooms: list[str] = []
        self._numbers = itertools.count(1)

    async def open(self) -> None:
        await self._workers.connect(WORKER, self._control)

    async def room(self, people: Sequence[Person]) -> None:
        """Everybody in one new room, seated, microphone and camera on. Raises `TakesNoMore`."""
        room = secrets.token_urlsafe(12)
        self._rooms.append(room)
        tabs = [secrets.token_urlsafe(12) for _ in people]
        planned = [
            rpc.PlanPeer(tab=tab, member=at, seated=True, microphone=True, camera=True, screen=False, staff=at == 1)
            for at, tab in enumerate(tabs, 1)
        ]
        self._workers.plan(WORKER, rpc.Plan(room=room, version=1, epoch=1, peers=planned))
        joining = [self._join(room, tab, person, len(people) - 1) for tab, person in zip(tabs, people, strict=True)]
        for failed in await asyncio.gather(*joining, return_exceptions=True):
            if isinstance(failed, OfferRefused) and self._refused:
                raise TakesNoMore from failed
            if failed is not None:
                raise failed
        for at, tab in enumerate(tabs, 1):
            tiles = [rpc.Tile(member, WIDTH) for member in range(1, len(people) + 1) if member != at]
            self._workers.view(WORKER, room, tab, tiles)

    async def close(self) -> None:
        for room in self._rooms:
            self._workers.plan(WORKER, rpc.Plan(room=room, version=2, epoch=1, peers=[]))
        await self._workers.close()

    def _told(self, worker: str, told: rpc.Told) -> None:
        self._refused = self._refused or isinstance(told, rpc.RoomRefused)

    async def _join(self, room: str, tab: str, person: Person, others: int) -> None:
        person.connections(one=True)
        lines = [
            sdp.Line("audio", "0", "sendonly", person.audio.ssrc),
            sdp.Line("video", "1", "sendonly", person.video.ssrc),
            *(sdp.Line("audio", f"a{slot}", "recvonly") for slot in range(others)),
            *(sdp.Line("video", f"v{slot}", "recvonly") for slot in range(others)),
        ]
        answer = await self._workers.offer(WORKER, room, tab, sdp.describe(person.up, lines))
        person.down.feedback_id = sdp.extension(sdp.sections(answer)[-1], rtp.TRANSPORT_CC)
        await person.up.connect(sdp.remote(answer))
