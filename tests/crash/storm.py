"""The crash test itself: a server, a clinic, people who come and go, kills, and the end at which all is looked at.

Four acts. *Calm*: everybody comes, and acknowledged asks are timed. *Storm*: kills, while people come and go; after
each, the logs must begin with all that they held before. *Alone*: the last kill takes all processes, and everybody
vanishes with them; the server has to close every interval by itself. *End*: the hosts come back and end the sessions.
"""

import asyncio
import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from telehealth.core import events as did
from telehealth.core.evidence import intervals
from telehealth.core.ids import SessionId
from telehealth.core.room import replay
from telehealth.store.ports import Unavailable
from telehealth.store.redis_store import Store
from tests.crash.clinic import Group, P, fill
from tests.crash.diary import Diary
from tests.crash.kills import Killer
from tests.crash.people import Client, Host
from tests.crash.verdict import Verdict, judge
from tests.support.log import open_log
from tests.support.server import Server, free_port
from tests.support.wait import until

RECOVERED_WITHIN = 60.0
"""Seconds after the last kill for closing what nobody comes back to: settling, silence, grace, a slow machine."""


@dataclass
class Report:
    """What came of it."""

    seed: int
    kills: Counter[str]
    events: int
    rows: int
    verdict: Verdict
    waits: Sequence[float]
    """Milliseconds until a hand was acknowledged."""
    beats: Sequence[float]
    """The same for a beat, which writes nothing: what this machine takes for the way alone."""
    verified: str
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        v = self.verdict
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.kills.items()))
        return [
            f"seed {self.seed}: {self.kills.total()} kills ({kinds}), {self.events} events, {self.rows} rows",
            f"confirmed: {v.joins} joins, {v.leaves} leaves, {v.hands} hands; told: {v.told} views; "
            f"lost: {len(self.faults)} faults in all",
            f"intervals: {v.ends}, {v.inferred} of them inferred; worst end {v.earliest} ms before the truth, "
            f"{v.latest} ms after it; presence recorded {v.proven / 1000:.0f} s of {v.true / 1000:.0f} s",
            f"acknowledged in calm, with appendfsync always: {_spread(self.waits)}; beats, which write nothing: "
            f"{_spread(self.beats)}",
            self.verified,
            *self.faults,
        ]


def _spread(waits: Sequence[float]) -> str:
    return f"p50 {statistics.median(waits):.1f} ms, p99 {sorted(waits)[int(len(waits) * 0.99)]:.1f} ms of {len(waits)}"


class Storm:
    """One run. `await run()`; everything that it started has ended afterwards."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        kills: int,
        rooms: int,
        grace: int,
        longest: float,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """`grace` is the server's, in seconds, and `longest` the longest calm between two kills; `say` hears how far
        it is."""
        self._say = say
        self._seed, self._kills, self._rooms, self._longest = seed, kills, rooms, longest
        self._server = Server(folder, free_port(), {"TELEHEALTH_GRACE": str(grace)})
        self._diary = Diary()
        self._killer = Killer(self._server, self._diary, random.Random(seed))
        self._logs: dict[SessionId, list[did.Event]] = {}
        self._faults: list[str] = []

    async def run(self) -> Report:
        async with AsyncExitStack() as house:
            await self._server.start()
            house.push_async_callback(self._server.stop)
            async with open_log(self._server.folder) as store:
                groups = await fill(store, self._rooms, self._diary.now())
            hosts, clients = self._cast(groups)
            for host in hosts:
                house.push_async_callback(host.close)
            for client in clients:
                house.push_async_callback(client.close)
            await asyncio.gather(*(host.open() for host in hosts))
            waits, beats = await self._calm(clients)
            await self._storm(clients, groups)
            await self._alone(hosts, clients, groups)
            await self._end(hosts, groups)
            return await self._look(groups, waits, beats)

    def _cast(self, groups: Sequence[Group]) -> tuple[list[Host], list[Client]]:
        base, diary = self._server.base, self._diary
        hosts: list[Host] = []
        clients: list[Client] = []
        for number, group in enumerate(groups):
            hosts.append(Host(base, number, group, diary, random.Random(f"{self._seed} host {number}")))
            for seat in group.clients:
                rng = random.Random(f"{self._seed} client {len(clients)}")
                clients.append(Client(base, self._rooms + len(clients), group, seat, diary, rng))
        return hosts, clients

    # --- calm

    async def _calm(self, clients: list[Client]) -> tuple[list[float], list[float]]:
        """Everybody has a seat; then one after the other raises and lowers a hand."""
        await asyncio.gather(*(client.arrive() for client in clients))

        async def seated() -> bool:
            return all(client.page is not None and client.page.seated for client in clients)

        await until(seated, "everybody has a seat", 30)
        waits, beats = [], []
        loop = asyncio.get_running_loop()
        for client in clients * 10:
            began = loop.time()
            await client.hand()
            waits.append((loop.time() - began) * 1000)
            began = loop.time()
            await (await client.come()).beat()
            beats.append((loop.time() - began) * 1000)
        return waits, beats

    # --- storm

    async def _storm(self, clients: Sequence[Client], groups: Sequence[Group]) -> None:
        coming = [asyncio.create_task(client.run(), name="a client") for client in clients]
        try:
            while len(self._diary.kills) < self._kills - 1:
                await self._killer.wait(self._longest)
                await self._killer.kill()
                await self._compare(groups)
                self._say(
                    f"{len(self._diary.kills)} of {self._kills} kills, {sum(map(len, self._logs.values()))} events"
                )
                for task in coming:
                    if task.done():
                        task.result()  # a bug of this test
        finally:
            for task in coming:
                task.cancel()
            await asyncio.gather(*coming, return_exceptions=True)

    async def _compare(self, groups: Sequence[Group]) -> None:
        """Every log begins with what it held after the kill before."""

        async def read() -> bool:
            try:
                async with open_log(self._server.folder) as store:
                    for group in groups:
                        await self._compare_one(store, group.session)
            except Unavailable:
                return False
            return True

        await until(read, "the logs can be read", 30)

    async def _compare_one(self, store: Store, session: SessionId) -> None:
        log = await store.logs.read(P, session)
        before = self._logs.get(session, [])
        if log[: len(before)] != before:
            self._faults.append("a log does not begin with what it held before")
        self._logs[session] = log

    # --- alone

    async def _alone(self, hosts: Sequence[Host], clients: Sequence[Client], groups: Sequence[Group]) -> None:
        """All processes are killed, and all people vanish. In most rooms nobody comes back, and the server closes what
        is open; in the others a host is back at once and ends the session."""
        hasty = hosts[::4]
        await self._killer.all("tree")
        await asyncio.gather(
            *(client.vanish() for client in clients), *(host.vanish() for host in hosts if host not in hasty)
        )
        await self._server.start()
        await asyncio.gather(*(host.end() for host in hasty))

        async def closed() -> bool:
            await self._compare(groups)
            spans = [span for log in self._logs.values() for one in intervals(log).values() for span in one]
            here = [m for log in self._logs.values() for m in replay(log).members.values() if m.here]
            return not here and all(span.end is not None for span in spans)

        await until(closed, "no interval is open", RECOVERED_WITHIN)

    # --- end

    async def _end(self, hosts: Sequence[Host], groups: Sequence[Group]) -> None:
        left = [host for host in hosts if not host.ended]
        await asyncio.gather(*(host.open() for host in left))
        await asyncio.gather(*(host.end() for host in left))
        async with open_log(self._server.folder) as store:
            mine = {group.session for group in groups}
            if still := [session for _, session in await store.logs.open_rooms() if session in mine]:
                self._faults.append(f"{len(still)} ended rooms count as open")

    async def _look(self, groups: Sequence[Group], waits: Sequence[float], beats: Sequence[float]) -> Report:
        await self._compare(groups)
        killed = [at for at, kind in self._diary.kills if kind in ("server", "tree", "starting")]
        total = Verdict()
        rows = 0
        async with open_log(self._server.folder) as store:
            for group in groups:
                log = self._logs[group.session]
                found = {row.client: row for row in await store.attendance.rows_of(P, group.session)}
                if set(found) != {seat.person for seat in group.clients}:
                    self._faults.append("a session has not one row for each client")
                rows += len(found)
                for seat in group.clients:
                    indexed = [
                        row
                        async for _, row in store.attendance.closed(P, 0, self._diary.now(), client=seat.person)
                        if row.client == seat.person
                    ]
                    if indexed != [found.get(seat.person)]:
                        self._faults.append("the index by client does not lead to the client's one row")
                for person in self._diary.people.values():
                    if person.session == group.session:
                        _add(total, judge(person, log, found.get(person.person), killed))
        try:
            verified = (await self._server.run("verify")).strip()
        except AssertionError as error:
            self._faults.append(f"verify: {error}")
            verified = ""
        return Report(
            self._seed,
            Counter(kind for _, kind in self._diary.kills),
            sum(map(len, self._logs.values())),
            rows,
            total,
            waits,
            beats,
            verified,
            [*self._faults, *total.faults],
        )


def _add(total: Verdict, one: Verdict) -> None:
    for name in ("joins", "leaves", "hands", "told", "ends", "inferred", "proven", "true"):
        setattr(total, name, getattr(total, name) + getattr(one, name))
    total.earliest = max(total.earliest, one.earliest)
    total.latest = max(total.latest, one.latest)
    total.faults += one.faults
