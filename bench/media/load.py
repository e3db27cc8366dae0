"""The load generator's process: it holds the people, and does what lines of JSON on its standard input ask.

    {"do": "room", "people": 10}   one more room, everybody in it
    {"do": "measure", "seconds": 4, "pid": 1234}   let them talk, and say what was seen and what process 1234 cost
    {"do": "end"}

Each is answered by one line on standard output. The process is a separate one so that its own CPU counts for nobody.
"""

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from typing import Any

import uvloop

from .janus import Janus
from .ours import Ours, TakesNoMore
from .person import TICK, Person, Source, Tally
from .process import cpu_seconds

LOOK_EVERY = 0.25
STEADY = 4
"""Looks in a row at which every stream had gone on, before the measurement begins: a second."""
FLOWS_WITHIN = 20.0
PROBES = 2
"""People of a single room who decrypt everything; in many rooms, one in each who decrypts the audio."""


class Load:
    """All rooms of this process."""

    def __init__(self, server: Ours | Janus, *, many: bool) -> None:
        self._server = server
        self._many = many
        self._tally = Tally()
        self._sources: dict[int, Source] = {}
        self._people: list[Person] = []
        self._others = 0
        """How many receive each packet."""

    async def open(self) -> None:
        await self._server.open()

    async def room(self, count: int) -> dict[str, Any]:
        first = len(self._people)
        people = [
            Person(
                first + at,
                self._tally,
                self._sources,
                probe=at < (1 if self._many else PROBES),
                probe_video=not self._many,
            )
            for at in range(count)
        ]
        try:
            await self._server.room(people)
        except TakesNoMore:
            return {"profile": None}
        self._people += people
        self._others = count - 1
        for at, person in enumerate(people):
            person.begin(at * TICK / count)
        flows = await self._all_flows(people)
        return {"profile": people[0].down.profile, "flows_after": flows}

    async def _all_flows(self, people: Sequence[Person]) -> float:
        """Wait until everybody has received everybody's two streams for a while, and say how long it took.

        A server that estimates bandwidth begins low and rises as it gets feedback; pictures come one by one, and one
        that has come may be left out again.
        """
        began = time.monotonic()
        steady = 0
        before: list[dict[bytes, bytes]] = [{} for _ in people]
        while steady < STEADY and time.monotonic() - began < FLOWS_WITHIN:
            await asyncio.sleep(LOOK_EVERY)
            latest = [dict(person.down.latest) for person in people]
            flows = all(
                len(now) >= 2 * self._others and all(packet is not then.get(ssrc) for ssrc, packet in now.items())
                for now, then in zip(latest, before, strict=True)
            )
            steady = steady + 1 if flows else 0
            before = latest
        return time.monotonic() - began

    async def measure(self, seconds: float, pid: int) -> dict[str, Any]:
        tally = self._tally
        tally.delays.clear()
        compared, differing, nacks = tally.compared, tally.differing, tally.nacks
        extra = sum(person.down.extra for person in self._people)
        before = self._advanced()
        sent, received, cpu, own, began = tally.sent, self._received(), cpu_seconds(pid), _own(), time.monotonic()
        await asyncio.sleep(seconds)
        took = time.monotonic() - began
        cpu, own = cpu_seconds(pid) - cpu, _own() - own
        received, sent = self._received() - received, tally.sent - sent
        delays = sorted(tally.delays)
        return {
            "seconds": took,
            "sent": sent,
            "expected": sent * self._others,
            "received": received,
            "extra": sum(person.down.extra for person in self._people) - extra,
            "missing": max(0, self._advanced() - before - received),
            "compared": tally.compared - compared,
            "differing": tally.differing - differing,
            "nacks": tally.nacks - nacks,
            "cpu": cpu / took,
            "cpu_per_packet": cpu / max(1, received),
            "delay_p50": _quantile(delays, 0.5),
            "delay_p99": _quantile(delays, 0.99),
            "generator_cpu": own / took,
        }

    async def end(self) -> None:
        for person in self._people:
            person.end()
        await self._server.close()

    def _received(self) -> int:
        return sum(person.down.received for person in self._people)

    def _advanced(self) -> int:
        """Where the sequence numbers of all arriving streams stand: goes on with what is received and what is lost."""
        return sum(person.down.advanced() for person in self._people)


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _quantile(values: list[int], share: float) -> float:
    """Seconds."""
    return values[int(share * (len(values) - 1))] / 1e9 if values else float("nan")


async def main(kind: str, address: str, secret: str, many: bool) -> None:
    gc.disable()  # a collection would look like a slow server; nothing here lives long enough to need one
    load = Load(Ours(address, secret) if kind == "ours" else Janus(address), many=many)
    await load.open()
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        asked = json.loads(line)
        match asked["do"]:
            case "room":
                answer = await load.room(asked["people"])
            case "measure":
                answer = await load.measure(asked["seconds"], asked["pid"])
            case _:
                await load.end()
                return
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _, kind_, address_, secret_, many_ = sys.argv
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(kind_, address_, secret_, many_ == "many"))
