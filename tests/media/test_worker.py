"""The control line: plans, bad company and broken lines for a worker; for a node, a worker that is gone."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from telehealth.media import control, rpc
from telehealth.media.client import WorkerGone, Workers
from telehealth.media.ice import CONSENT, OLD_KEPT
from telehealth.media.worker import ORPHANED
from tests.media.house import ROOM, SECRET, House, house, planned
from tests.support.rtc_client import RtcClient
from tests.support.wait import until


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "lines",
    [
        [b"not the secret"],
        [SECRET.encode(), b"not json"],
        [SECRET.encode(), b'{"type":"unknown"}'],
        [SECRET.encode(), b'{"type":"plan","room":7}'],
        [SECRET.encode(), b"[" * 5000],
        [SECRET.encode(), b'"' + b"x" * control.LINE_LIMIT],
    ],
    ids=["wrong secret", "no JSON", "unknown type", "wrong field", "nested", "too long"],
)
async def test_garbage_closes_its_own_connection_only(lines: list[bytes]) -> None:
    """A connection that says anything but the protocol is closed; the node beside it is served on."""
    async with house() as it:
        it.plan(planned("a", 1))
        reader, writer = await control.dial(it.worker.control)
        writer.write(b"\n".join(lines) + b"\n")
        try:
            assert await asyncio.wait_for(reader.read(), 5) == b""
        except ConnectionResetError:
            pass  # closed with unread input is a reset
        finally:
            writer.close()
        async with RtcClient() as client:
            assert await it.offer("a", client.offer())
        assert it.workers.connected("w1")


@pytest.mark.asyncio
async def test_what_it_costs_to_come_up_is_no_load() -> None:
    """A worker that was slow to start is as free as one that was not: rooms are placed by what workers carry."""
    async with house() as it:
        used = time.process_time()
        while time.process_time() - used < 0.2:
            pass
        assert it.worker.status() == (0, 0, 0.0)


@pytest.mark.asyncio
async def test_a_plan_that_is_out_of_date_is_ignored() -> None:
    """A lower version than the last changes nothing; an empty plan closes the room."""
    async with house() as it:
        it.plan(planned("a", 1))
        it.plan(planned("a", 1), planned("b", 2))
        it.workers.plan("w1", rpc.Plan(room=ROOM, version=1, epoch=1, peers=[]))
        async with RtcClient() as client:
            await it.offer("b", client.offer())
        assert it.worker.status()[:2] == (1, 1)
        it.plan()

        async def closed() -> bool:
            return it.worker.status()[0] == 0

        await until(closed, "the room is closed")


@pytest.mark.asyncio
async def test_a_broken_line_is_mended_and_everything_told_again() -> None:
    """What changed while the line was down is told when it is back, and the slots are told to the node again."""
    async with house() as it, RtcClient() as a:
        it.plan(planned("a", 1), planned("b", 2))
        await a.connect(await it.offer("a", a.offer()))

        async def told() -> bool:
            return bool(it.of(rpc.SlotsTold))

        await until(told, "slots")
        for node in list(it.worker._nodes):
            node.hang_up()

        async def down() -> bool:
            return not it.workers.connected("w1")

        await until(down, "the line is noticed as down")
        it.told.clear()
        it.plan(planned("a", 1), planned("b", 2), planned("c", 3))
        await until(told, "slots told again")
        async with RtcClient() as c:
            await it.offer("c", c.offer())
        assert not it.lost


@pytest.mark.asyncio
async def test_a_worker_that_ends_is_lost_at_once_and_its_offers_fail() -> None:
    """When a worker's process is gone, `lost` comes within a second, and asking it raises."""
    async with house() as it:
        began = time.monotonic()
        await it.worker.close()

        async def lost() -> bool:
            return it.lost == ["w1"]

        await until(lost, "the worker is lost", within=1)
        assert time.monotonic() - began < 1
        with pytest.raises(WorkerGone):
            await it.offer("a", "v=0")
        assert not it.workers.connected("w1")
        await it.worker.start()


@pytest.mark.asyncio
async def test_a_worker_that_cannot_be_reached_or_does_not_know_us_is_gone(tmp_path: Path) -> None:
    """No socket, and a wrong secret, raise `WorkerGone` instead of waiting."""
    async with house() as it:
        lost: list[str] = []
        stranger = Workers("wrong", lambda *_: None, lost.append)
        for address in (f"unix:{tmp_path}/none", "tcp:127.0.0.1:1", it.worker.control):
            with pytest.raises(WorkerGone):
                await stranger.connect("w2", address)
        await stranger.close()


@pytest.mark.asyncio
async def test_a_draining_worker_takes_no_new_room() -> None:
    """Rooms that are there go on; a plan for another one is passed over."""
    async with house() as it, RtcClient() as a:
        it.plan(planned("a", 1))
        await a.connect(await it.offer("a", a.offer()))
        it.worker.drain()
        await another_is_refused(it)


@pytest.mark.asyncio
@pytest.mark.parametrize("limit", ["most_rooms", "most_peers"])
async def test_a_full_worker_takes_no_new_room(limit: str) -> None:
    """At its limit of rooms or of peers it refuses a new room, by name, and the rooms that it has may grow."""
    async with house(**{limit: 1}) as it, RtcClient() as a:
        before = it.worker.full
        it.plan(planned("a", 1))
        await a.connect(await it.offer("a", a.offer()))
        assert (before, it.worker.full) == (False, True)
        await another_is_refused(it)


async def another_is_refused(it: House) -> None:
    """Plan for another room, and see that only the first goes on, and grows."""
    it.workers.plan("w1", rpc.Plan(room="another", version=1, epoch=1, peers=[planned("x", 1)]))
    it.plan(planned("a", 1), planned("b", 2))
    async with RtcClient() as b:
        await it.offer("b", b.offer())
    assert it.worker.status()[0] == 1
    assert it.of(rpc.RoomRefused) == [rpc.RoomRefused(room="another")]


@pytest.mark.asyncio
async def test_a_worker_tells_its_figures_and_nobodys_name() -> None:
    """Asked for its figures, it tells what it has counted, how late its loop is and what a packet costs."""
    async with house() as it, RtcClient() as a, RtcClient() as b:
        it.plan(planned("a", 1), planned("b", 2))
        await a.connect(await it.offer("a", a.offer()))
        await b.connect(await it.offer("b", b.offer()), tcp=True)
        mid = (await it.flows("b", {(1, "microphone"), (1, "camera")}))[1, "microphone"]

        async def priced() -> rpc.Figures | None:
            a.send_audio()
            found = await it.workers.figures()
            return found["w1"] if "cpu_seconds_per_forwarded_packet" in found["w1"].values else None

        figures = await until(priced, "the cost of a packet is known")
        assert figures is not None
        assert figures.totals["forwarded"] >= len(b.received[mid]) > 0
        assert figures.totals["cpu_seconds"] > 0
        assert 0 < figures.values["cpu_seconds_per_forwarded_packet"] < 1
        assert 0 <= figures.values["loop_lag_p50_seconds"] <= figures.values["loop_lag_p99_seconds"]
        assert {name: figures.values[name] for name in ("rooms", "peers", "full", "tcp_connections")} == {
            "rooms": 1,
            "peers": 2,
            "full": 0,
            "tcp_connections": 1,
        }
        assert figures.values["audio_flows"] == figures.values["video_flows"] == 2


@pytest.mark.asyncio
async def test_silence_ends_a_peer_and_its_old_credentials_and_an_orphaned_room() -> None:
    """Peers end after 30 s of silence, old credentials 5 s after a restart, rooms after a minute without a node."""
    async with house() as it, RtcClient() as a:
        it.plan(planned("a", 1))
        await a.connect(await it.offer("a", a.offer()))
        await it.offer("a", a.restart_offer())
        ice = it.worker._loop.ice
        assert len(ice._by_ufrag) == 2
        now = time.monotonic()
        it.worker._beat(0, now + OLD_KEPT + 0.1)
        assert len(ice._by_ufrag) == 1
        it.worker._beat(0, now + CONSENT + 1)

        async def closed() -> bool:
            return [told.state for told in it.of(rpc.PeerTold)] == ["connected", "closed"]

        await until(closed, "the silent peer is told closed")
        assert (it.worker.status()[:2], ice.by_address) == ((1, 0), {})
        await it.workers.close()

        async def alone() -> bool:
            return not it.worker._nodes

        await until(alone, "the worker has noticed")
        it.worker._beat(0, now + CONSENT + 2)
        assert it.worker.status()[0] == 1
        it.worker._beat(0, now + CONSENT + 3 + ORPHANED)
        assert it.worker.status()[0] == 0


def test_the_messages_survive_the_wire() -> None:
    """Each request and each told message reads as what was written."""
    plan = rpc.Plan(room="r", version=2, epoch=1, peers=[planned("a", 1)])
    slots = rpc.SlotsTold(room="r", tab="a", version=1, slots=[rpc.SlotTold(mid="3", member=None, source=None)])
    assert msgspec.json.decode(msgspec.json.encode(plan), type=rpc.Request) == plan
    assert msgspec.json.decode(msgspec.json.encode(slots), type=rpc.FromWorker) == slots
