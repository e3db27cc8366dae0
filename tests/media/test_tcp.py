"""ICE-TCP: pages that no UDP reaches, pages that change between the two, slow ones, and bad company at the port."""

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import uvloop
from aioice import stun

from telehealth.media import rpc, tcp
from telehealth.media.ice import CONSENT
from telehealth.media.loop import PacketLoop
from telehealth.media.tcp import LIMIT, LIMIT_TIME, VIDEO_SHARE, Backlog
from tests.media.house import House, house, planned
from tests.media.test_fuzz import mutated
from tests.media.test_session import A_CAMERA, A_MIC, show, talk
from tests.support.rtc_client import RtcClient
from tests.support.wait import until


@asynccontextmanager
async def room(*peers: rpc.PlanPeer) -> AsyncIterator[tuple[House, list[RtcClient]]]:
    """A house with one client per planned peer, all connected over TCP."""
    async with AsyncExitStack() as stack:
        it = await stack.enter_async_context(house())
        it.plan(*peers)
        clients = []
        for peer in peers:
            client = await stack.enter_async_context(RtcClient())
            await client.connect(await it.offer(peer.tab, client.offer()), tcp=True)
            clients.append(client)
        yield it, clients
        assert it.worker.counts.faults == 0


def connections(it: House) -> int:
    return len(it.worker._loop.connections)


async def stranger(it: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", it.worker.port)


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 5) == b""
    except ConnectionResetError:  # closed with input that nobody read
        return True


@pytest.mark.asyncio
async def test_the_answer_offers_tcp_on_the_same_port_behind_udp() -> None:
    """One passive TCP candidate for each UDP candidate, of the same address and port and a lower priority."""
    async with house() as it, RtcClient() as client:
        it.plan(planned("a", 1))
        lines = [line for line in (await it.offer("a", client.offer())).splitlines() if line.startswith("a=candidate")]
        udp, over_tcp = (line.split() for line in lines)
        assert udp[2:3] + udp[4:] == ["udp", "127.0.0.1", str(it.worker.port), "typ", "host"]
        assert over_tcp[2:3] + over_tcp[4:] == ["tcp", *udp[4:], "tcptype", "passive"]
        assert int(over_tcp[3]) < int(udp[3])
        assert udp[0] != over_tcp[0], "foundations differ by protocol"


@pytest.mark.asyncio
async def test_sound_and_picture_come_over_tcp() -> None:
    """Two pages that no UDP reaches hear and see each other."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        slots = await it.flows("b", {A_MIC, A_CAMERA})
        assert {packet.payload for packet in await talk(a, b, slots[A_MIC])} == {b"opus"}
        assert (await show(a, b, slots[A_CAMERA]))[0].payload.endswith(b"picture")
        assert connections(it) == 2


@pytest.mark.asyncio
async def test_a_page_moves_from_udp_to_tcp_and_back() -> None:
    """By nominating the new path, without an offer; connections that it leaves are closed."""
    async with house() as it, RtcClient() as a, RtcClient() as b:
        it.plan(planned("a", 1), planned("b", 2))
        await a.connect(await it.offer("a", a.offer()))
        await b.connect(await it.offer("b", b.offer()))
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        for move in (b.open_connection, b.open_socket, b.open_connection):
            await talk(a, b, mid)
            await move()
            await b.check()
        await talk(a, b, mid)

        async def one_is_left() -> bool:
            return connections(it) == 1

        await until(one_is_left, "what was left is closed")
        assert [told.state for told in it.of(rpc.PeerTold)] == ["connected", "connected"]


@pytest.mark.asyncio
async def test_a_connection_that_breaks_is_no_end() -> None:
    """The page comes back over another one, and everything flows on."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)
        assert b._connection is not None
        b._connection.abort()

        async def noticed() -> bool:
            a.send_audio()  # to nobody
            return connections(it) == 1

        await until(noticed, "the worker has noticed")
        await b.open_connection()
        await b.check()
        await talk(a, b, mid)


@pytest.mark.asyncio
async def test_a_page_that_does_not_read_loses_video_first_and_is_not_queued_for() -> None:
    """Nothing waits beyond the limit; when it reads again, voices go on, and pictures with them."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        slots = await it.flows("b", {A_MIC, A_CAMERA})
        await show(a, b, slots[A_CAMERA])
        b.read(False)
        waiting = []
        transport = next(one._transport for one in it.worker._loop.connections._open if one.address[1] == b.address[1])
        assert transport is not None

        async def left_out() -> bool:
            for _ in range(40):
                a.send_video(payload=bytes(1000))
            a.send_audio()
            await asyncio.sleep(0)
            waiting.append(transport.get_write_buffer_size())
            return it.worker.counts.tcp_late > 200

        await until(left_out, "packets are left out")
        assert max(waiting) <= LIMIT
        assert (a.state, b.state) == ("connected", "connected")
        b.read(True)
        await talk(a, b, slots[A_MIC], count=20)
        await show(a, b, slots[A_CAMERA], count=20)


def test_all_of_it_works_on_the_loop_that_workers_run_on() -> None:
    """uvloop's transports buffer, close and report in their own way."""

    async def everything() -> None:
        await test_sound_and_picture_come_over_tcp()
        await test_a_page_moves_from_udp_to_tcp_and_back()
        await test_a_page_that_does_not_read_loses_video_first_and_is_not_queued_for()
        await test_what_proves_nothing_closes_its_connection(b"\xff\xff" + bytes(100))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(everything())


def rtp(kind: int, timestamp: int, ssrc: int = 1) -> bytes:
    return bytes((0x80, kind)) + bytes(2) + timestamp.to_bytes(4, "big") + ssrc.to_bytes(4, "big") + bytes(500)


def test_video_is_left_out_to_the_end_of_its_frame() -> None:
    """Where one packet of a frame was left out, the rest of it is useless; the next frame is not."""
    backlog, voices = Backlog(), frozenset({111})
    full = int(LIMIT * VIDEO_SHARE) + 1
    waiting = 0
    while waiting < full:
        assert backlog.takes(rtp(96, 1), waiting, voices, 0.0)
        waiting += 514
    assert not backlog.takes(rtp(96, 1), waiting, voices, 0.0)
    assert not backlog.takes(rtp(96, 1), 0, voices, 0.1), "the rest of the frame"
    assert backlog.takes(rtp(96, 2), 0, voices, 0.1), "the next"
    assert backlog.takes(rtp(96, 1, ssrc=2), 0, voices, 0.1), "and other streams"


def test_voices_and_control_are_left_out_last_and_nothing_waits_longer_than_the_limit() -> None:
    """By bytes and by age: video at three quarters of the limit, everything at the limit."""
    voices = frozenset({111})
    voice, control, binding = rtp(111, 1), bytes((0x80, 200)) + bytes(26), bytes(28)
    for waiting, now in ((LIMIT - 5000, 0.0), (514, 0.9 * LIMIT_TIME)):
        backlog = Backlog()
        while backlog._written < LIMIT:
            backlog.takes(voice, 0, voices, 0.0)
        assert not backlog.takes(rtp(96, 1), waiting, voices, now)
        assert all(backlog.takes(packet, waiting, voices, now) for packet in (voice, control, binding))
    for waiting, now in ((LIMIT, 0.0), (514, LIMIT_TIME)):
        backlog = Backlog()
        while backlog._written < LIMIT:
            backlog.takes(voice, 0, voices, 0.0)
        assert not any(backlog.takes(packet, waiting, voices, now) for packet in (voice, control, binding))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sent",
    [
        b"\0\0",
        b"\xff\xff" + bytes(100),
        b"\0\x14" + bytes(20),
        b"\0\x0c" + b"\x80" + bytes(11),
        b"\x02\x25" + bytes(549),
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
    ids=["empty frame", "too long", "unsigned STUN", "RTP of a stranger", "long greeting", "HTTP", "TLS"],
)
async def test_what_proves_nothing_closes_its_connection(sent: bytes) -> None:
    """Without an answer; and the page beside it is served on."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        reader, writer = await stranger(it)
        writer.write(sent)
        assert await is_closed(reader)
        writer.close()
        assert it.worker.counts.tcp_garbage == 1
        await talk(a, b, mid)


@pytest.mark.asyncio
async def test_strangers_must_hurry_and_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who proves nothing within 5 s is closed; one too many closes the oldest; no more than all are taken."""
    monkeypatch.setattr(tcp, "STRANGERS", 3)
    monkeypatch.setattr(tcp, "CONNECTIONS", 5)
    async with room(planned("a", 1)) as (it, (a,)):
        now = time.monotonic()
        doors = []
        for number in range(4):
            doors.append(await stranger(it))

            async def taken(wanted: int = min(number + 2, 4)) -> bool:
                return connections(it) == wanted

            await until(taken, "the worker has the connection")
        assert await is_closed(doors[0][0]), "the oldest"
        assert it.worker.counts.tcp_refused == 1
        it.worker._loop.connections.expire(now + 4)
        assert connections(it) == 4
        monkeypatch.setattr(tcp, "CONNECTIONS", 4)
        doors.append(await stranger(it))
        assert await is_closed(doors[4][0]), "there is no room"
        it.worker._loop.connections.expire(now + 20)
        for reader, _ in doors:
            assert await is_closed(reader)
        assert connections(it) == 1, "who proved itself stays"
        await a.check()
        for _, writer in doors:
            writer.close()


@pytest.mark.asyncio
async def test_a_spare_connection_makes_room_for_a_page_that_may_have_no_other_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the limit a connection that its page does not use is closed for a newcomer; one in use is not."""
    async with room(planned("a", 1)) as (it, (a,)):
        spare = a._connection
        await a.open_connection(keep=True)
        await a.check()
        monkeypatch.setattr(tcp, "CONNECTIONS", 2)
        _, writer = await stranger(it)

        async def closed() -> bool:
            return spare is not None and spare.is_closing() and connections(it) == 2

        await until(closed, "the spare one is closed")
        await a.check()
        assert it.worker._loop.connections.used == 1
        writer.close()


@pytest.mark.asyncio
async def test_a_copied_request_opens_nothing() -> None:
    """A page's signed binding request, sent through another connection, is neither answered nor used."""
    async with room(planned("a", 1)) as (it, (a,)):
        copied = next(frame for frame in a.sent if frame[0] < 4)
        assert stun.parse_message(copied).message_method is stun.Method.BINDING
        reader, writer = await stranger(it)
        writer.write(len(copied).to_bytes(2, "big") + copied)
        assert await is_closed(reader)
        writer.close()
        await a.check()


@pytest.mark.asyncio
async def test_consent_ends_a_silent_page_and_its_connection() -> None:
    """After 30 s without an authenticated packet the peer is closed, and then its connection."""
    async with room(planned("a", 1)) as (it, _):
        it.worker._beat(0, time.monotonic() + CONSENT + 1)

        async def closed() -> bool:
            return [told.state for told in it.of(rpc.PeerTold)] == ["connected", "closed"]

        await until(closed, "the silent peer is told closed")
        it.worker._beat(0, time.monotonic() + CONSENT + 2)

        async def gone() -> bool:
            return connections(it) == 0

        await until(gone, "its connection is closed")


@pytest.mark.asyncio
async def test_a_session_survives_garbage_through_connections() -> None:
    """Hundreds of connections that send changed packets, whole and in pieces: a session over TCP goes on."""
    chance = random.Random(21)
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)
        corpus = [*a.sent, *b.sent]
        for _ in range(300):
            with socket.create_connection(("127.0.0.1", it.worker.port)) as door:
                door.setblocking(False)
                _send(door, _stream(chance, corpus))
                a.send_audio()
                await asyncio.sleep(0)
        # The page's own connection may carry packets that mean nothing; they cost only themselves.
        for _ in range(3000):
            if garbage := mutated(chance, corpus):
                a.send_raw(garbage)
            await asyncio.sleep(0)
        await talk(a, b, mid)

        async def gone() -> bool:
            it.worker._loop.connections.expire(time.monotonic() + 10)
            return connections(it) == 2

        await until(gone, "the strangers are gone")
        assert it.worker.counts.tcp_garbage > 50


def _stream(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    """Frames with something wrong somewhere."""
    frames = [mutated(chance, list(corpus)) for _ in range(chance.choice([1, 3]))]
    stream = bytearray(b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames))
    if chance.random() < 0.5:
        stream[chance.randrange(len(stream))] ^= 1 << chance.randrange(8)
    return bytes(stream[: chance.randrange(len(stream) + 1)])


def _send(door: socket.socket, stream: bytes) -> None:
    try:
        door.send(stream[: len(stream) // 2])
        door.send(stream[len(stream) // 2 :])
    except OSError:
        return  # closed already


def test_a_port_taken_for_tcp_is_no_port() -> None:
    """A configured port must be free for both; the system's choice is."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            PacketLoop(["127.0.0.1"], taken.getsockname()[1], [])
