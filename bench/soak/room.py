"""The room of the soak: ten people of the load generator, of whom one goes each minute and another comes.

Everybody's numbers begin just before they run over, so each newcomer makes every receiver's decoder pass a wrap of 16
bits of sequence numbers and one of 32 bits of timestamps. Two people decrypt all that they receive and compare it with
what was sent.
"""

import asyncio
import itertools
import random
import secrets

from bench.media.person import TICK, Person, Source, Tally
from telehealth.media import rpc, rtp
from telehealth.media.client import Workers
from telehealth.simulate import sdp

WORKER, ROOM, WIDTH = "worker", "soak", 320
PROBES = 2
WRAPS_WITHIN = 8.0
"""Seconds from a newcomer's first packet until their numbers run over."""


class Somebody:
    """One person in the room, and where each stream that they receive stood when it was last looked at."""

    def __init__(self, number: int, tab: str, person: Person) -> None:
        self.number, self.tab, self.person = number, tab, person
        self._stood: dict[bytes, int] = {}

    def still(self) -> int:
        """How many of the streams that once came have brought nothing since the last look."""
        self.person.down.advanced()
        stood, self._stood = self._stood, dict(self.person.down.highest)
        return sum(self._stood[ssrc] == at for ssrc, at in stood.items())


class Room:
    """Speaks to the worker as a node does."""

    def __init__(self, people: int) -> None:
        self.tally = Tally()
        self.came = 0
        self.wraps = {"sequence": 0, "timestamp": 0}
        self._size = people
        self._sources: dict[int, Source] = {}
        self._people: list[Somebody] = []
        self._numbers = itertools.count(1)
        self._version = 0
        self._gone = 0
        self.workers = Workers("", lambda worker, told: None, lambda worker: None)

    async def open(self, control: str, secret: str) -> None:
        self.workers = Workers(secret, lambda worker, told: None, lambda worker: None)
        await self.workers.connect(WORKER, control)
        for _ in range(self._size):
            await self.come()

    async def close(self) -> None:
        for one in self._people:
            one.person.end()
            await one.person.up.close()
        await self.workers.close()

    async def come(self) -> None:
        """Somebody new, to those who are there."""
        number = next(self._numbers)
        probe = sum(one.person.probe is not None for one in self._people) < PROBES
        person = Person(number, self.tally, self._sources, probe=probe, probe_video=True)
        for source, rate, clock in ((person.audio, 50, 48_000), (person.video, 60, 90_000)):
            before = random.uniform(1.0, WRAPS_WITHIN)
            source.begin_at(0x10000 - int(before * rate), (1 << 32) - int(before * clock))
        one = Somebody(number, secrets.token_urlsafe(12), person)
        self._people.append(one)
        self._plan()
        await self._join(one)
        self._look()
        person.begin(random.uniform(0, TICK))
        self.came += 1

    async def go(self) -> None:
        """Whoever is there longest goes."""
        one = self._people.pop(0)
        one.person.end()
        self._note(one.person)
        self._gone += one.person.down.received
        self._plan()
        self._look()
        await one.person.up.close()
        for source in (one.person.audio, one.person.video):
            del self._sources[source.tag]

    def received(self) -> int:
        return self._gone + sum(one.person.down.received for one in self._people)

    def still(self) -> int:
        """Streams that have brought nothing to somebody since the last look, and those that never came."""
        others = 2 * (len(self._people) - 1)
        return sum(one.still() + max(0, others - len(one.person.down.latest)) for one in self._people)

    def wrapped(self) -> dict[str, int]:
        """How often numbers have run over, of all sources together."""
        now = dict(self.wraps)
        for one in self._people:
            for source in (one.person.audio, one.person.video):
                for kind, times in source.wraps().items():
                    now[kind] += times
        return now

    def _note(self, person: Person) -> None:
        for source in (person.audio, person.video):
            for kind, times in source.wraps().items():
                self.wraps[kind] += times

    def _plan(self) -> None:
        self._version += 1
        peers = [
            rpc.PlanPeer(
                tab=one.tab, member=one.number, seated=True, microphone=True, camera=True, screen=False, staff=False
            )
            for one in self._people
        ]
        self.workers.plan(WORKER, rpc.Plan(room=ROOM, version=self._version, epoch=1, peers=peers))

    def _look(self) -> None:
        """Everybody shows everybody."""
        for one in self._people:
            tiles = [rpc.Tile(other.number, WIDTH) for other in self._people if other is not one]
            self.workers.view(WORKER, ROOM, one.tab, tiles)

    async def _join(self, one: Somebody) -> None:
        person, others = one.person, self._size - 1
        person.connections(one=True)
        lines = [
            sdp.Line("audio", "0", "sendonly", person.audio.ssrc),
            sdp.Line("video", "1", "sendonly", person.video.ssrc),
            *(sdp.Line("audio", f"a{slot}", "recvonly") for slot in range(others)),
            *(sdp.Line("video", f"v{slot}", "recvonly") for slot in range(others)),
        ]
        answer = await self.workers.offer(WORKER, ROOM, one.tab, sdp.describe(person.up, lines))
        person.down.feedback_id = sdp.extension(sdp.sections(answer)[-1], rtp.TRANSPORT_CC)
        async with asyncio.timeout(10):
            await person.up.connect(sdp.remote(answer))
