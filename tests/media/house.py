"""A real worker with a node's real line to it, for one room named `room`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from telehealth.media import rpc
from telehealth.media.client import Workers
from telehealth.media.worker import Worker, WorkerConfig
from tests.support.wait import until

SECRET = "only for these tests"
ROOM = "room"

T = TypeVar("T", bound=rpc.Told)


def planned(
    tab: str,
    member: int,
    *,
    seated: bool = True,
    microphone: bool = True,
    camera: bool = True,
    screen: bool = False,
    staff: bool = False,
    circle: int = 0,
    **more: bool,
) -> rpc.PlanPeer:
    return rpc.PlanPeer(
        tab=tab,
        member=member,
        seated=seated,
        microphone=microphone,
        camera=camera,
        screen=screen,
        staff=staff,
        circle=circle,
        **more,
    )


class House:
    """The worker, the node, and everything that the node was told."""

    def __init__(self, folder: Path, **options: Any) -> None:
        """`options` are fields of `WorkerConfig`."""
        loopback = {"bind": ("127.0.0.1",), "advertised": ("127.0.0.1",)}
        self.worker = Worker(
            WorkerConfig(worker="w1", control=f"unix:{folder}/control", secret=SECRET, **{**loopback, **options})
        )
        self.told: list[rpc.Told] = []
        self.lost: list[str] = []
        self.workers = Workers(SECRET, lambda _, message: self.told.append(message), self.lost.append)
        self._version = 0

    def plan(self, *peers: rpc.PlanPeer) -> None:
        self._version += 1
        self.workers.plan("w1", rpc.Plan(room=ROOM, version=self._version, epoch=1, peers=list(peers)))

    async def offer(self, tab: str, sdp: str) -> str:
        return await self.workers.offer("w1", ROOM, tab, sdp)

    def view(self, tab: str, *tiles: tuple[int, int]) -> None:
        self.workers.view("w1", ROOM, tab, [rpc.Tile(member, width) for member, width in tiles])

    def of(self, kind: type[T]) -> list[T]:
        return [message for message in self.told if isinstance(message, kind)]

    def slots(self, tab: str) -> dict[tuple[int, str], str]:
        """Member and source -> mid, as last told to this tab."""
        maps = [message.slots for message in self.of(rpc.SlotsTold) if message.tab == tab]
        return {
            (slot.member, slot.source): slot.mid
            for slot in (maps[-1] if maps else [])
            if slot.member is not None and slot.source is not None
        }

    async def flows(self, tab: str, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
        """Wait until exactly these flow in the slots of a tab; where."""

        async def told() -> bool:
            return self.slots(tab).keys() == wanted

        await until(told, f"{tab} is told that {wanted} flow")
        return self.slots(tab)


@asynccontextmanager
async def house(**options: Any) -> AsyncIterator[House]:
    with TemporaryDirectory() as folder:
        it = House(Path(folder), **options)
        await it.worker.start()
        try:
            await it.workers.connect("w1", it.worker.control)
            yield it
        finally:
            await it.workers.close()
            await it.worker.close()
