"""Where pages reach a worker: IPv6, a public address behind NAT, and what the system gives for it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from telehealth.media.counts import Counts
from telehealth.media.downlink import MOST_PAYLOAD, Downlink
from telehealth.media.estimate import START
from telehealth.media.loop import SOCKET_BUFFER, PacketLoop, _reachable
from telehealth.media.peer import Address, Certificate, Peer
from telehealth.media.rtcp import PacketsArrived
from telehealth.media.rtp import ExtensionIds, parse
from tests.media.house import house, planned
from tests.media.test_session import A_CAMERA, A_MIC, talk
from tests.support.rtc_client import RtcClient


@pytest.mark.asyncio
@pytest.mark.parametrize("tcp", [False, True], ids=["UDP", "TCP"])
async def test_media_flows_over_ipv6(tcp: bool) -> None:
    """A worker on ::1 advertises it, answers there, and tells pages their IPv6 address."""
    async with house(bind=("::1",), advertised=()) as it, RtcClient() as a, RtcClient() as b:
        it.plan(planned("a", 1), planned("b", 2))
        for tab, client in (("a", a), ("b", b)):
            client.host = "::1"
            answer = await it.offer(tab, client.offer())
            assert "c=IN IP6 ::1" in answer
            assert f" udp 2130706431 ::1 {it.worker.port} typ host" in answer
            await client.connect(answer, tcp=tcp)
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)


@pytest.mark.asyncio
async def test_both_families_share_a_port_and_a_room() -> None:
    """One page comes by IPv4 and the other by IPv6; they hear each other."""
    async with house(bind=("127.0.0.1", "::1"), advertised=()) as it, RtcClient() as a, RtcClient() as b:
        it.plan(planned("a", 1), planned("b", 2))
        await a.connect(await it.offer("a", a.offer()))
        answer = await it.offer("b", b.offer())
        assert f" 127.0.0.1 {it.worker.port} typ host" in answer
        b.host = "::1"
        b.accept(answer)
        b.server = ("::1", it.worker.port)
        await b.open_socket()
        await b.check()
        await b.shake_hands()
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)


class _Forward(asyncio.DatagramProtocol):
    """A port that NAT forwards: what one page sends goes in, what comes out goes back to it."""

    def __init__(self, inside: int) -> None:
        self._inside = inside
        self._page: tuple[str, int] | None = None
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        if addr[0] == "127.0.0.1" and addr[1] == self._inside:
            assert self._page is not None
            self.transport.sendto(data, self._page)
        else:
            self._page = addr
            self.transport.sendto(data, ("127.0.0.1", self._inside))


@asynccontextmanager
async def forwarded(public: str, inside: int) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Forward(inside), local_addr=(public, inside))
    try:
        yield
    finally:
        transport.close()


@pytest.mark.asyncio
async def test_a_worker_behind_nat_is_reached_at_its_public_address() -> None:
    """Pages are told the configured address and no other, and media flows through the forwarded port."""
    public = "127.0.0.9"
    async with house(bind=("127.0.0.1",), advertised=(public,)) as it, RtcClient() as a, RtcClient() as b:
        it.plan(planned("a", 1), planned("b", 2))
        async with forwarded(public, it.worker.port):
            answers = [await it.offer("a", a.offer()), await it.offer("b", b.offer())]
            await a.connect(answers[0])
            b.accept(answers[1])  # the forwarded port carries one page here, so this one is inside
            b.server = ("127.0.0.1", it.worker.port)
            await b.open_socket()
            await b.check()
            await b.shake_hands()
            for answer in answers:
                hosts = {line.split()[4] for line in answer.splitlines() if line.startswith("a=candidate")}
                assert hosts == {public}
                assert f"c=IN IP4 {public}" in answer
            mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
            await talk(a, b, mid)
            mid = (await it.flows("a", {(2, "microphone"), (2, "camera")}))[2, "microphone"]
            await talk(b, a, mid)


def test_wildcards_are_advertised_as_this_machines_own_addresses() -> None:
    """Never as a wildcard; loopback is always among them, for browsers of this machine."""
    found = _reachable(["0.0.0.0", "::"])
    assert {"127.0.0.1", "::1"} <= set(found)
    assert not {"0.0.0.0", "::"} & set(found)
    assert _reachable(["203.0.113.7"]) == ["203.0.113.7"]


@pytest.mark.asyncio
async def test_the_buffers_that_the_system_gives_are_read_back() -> None:
    """What is reported is what the socket has, at most what was asked for."""
    loop = PacketLoop(["127.0.0.1"], 0, [])
    await loop.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as beside:
        beside.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        assert loop.buffers <= beside.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
    loop._sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    assert loop.buffers == 65536
    await loop.close()


def test_what_was_lost_on_the_old_path_says_nothing_of_the_new() -> None:
    """A page that moves reports all as lost that went where it was: what its new path carries is found out anew."""
    peer = Peer(Certificate(), "", _Nobody(), lambda _: None, Counts(), 0.0)
    peer.sendto, peer.address = (lambda data, _: len(data)), ("here", 1)
    peer.protect = lambda at, size: size
    downlink = Downlink(Counts())
    downlink.negotiate(peer, 3)

    def send(count: int, since: float) -> None:
        for number in range(count):
            assert downlink.send(96, number, 0, 1, bytes(1000), since + number / 100)

    send(100, 10.0)
    downlink.arrived(PacketsArrived(0, tuple(20.0 + number / 100 for number in range(100))), 11.1)
    before = downlink.estimate
    assert before is not None
    send(100, 11.1)
    peer.sendto, peer.address, peer.moved = peer.sendto, ("there", 2), 12.2
    send(5, 12.2)
    downlink.arrived(PacketsArrived(100, (*[None] * 100, *(22.2 + number / 100 for number in range(5)))), 12.4)
    after = downlink.estimate
    assert after is not None
    assert (after.loss, after.own_loss) == (0.0, 0.0)
    assert after.bits >= START
    assert after is not before


def test_what_is_too_long_to_be_protected_is_counted_and_not_sent() -> None:
    """The longest payload goes; one byte more costs that packet and nothing else."""
    peer, counts = Peer(Certificate(), "", _Nobody(), lambda _: None, Counts(), 0.0), Counts()
    sent: list[int] = []

    def send(data: bytes | memoryview, _: Address) -> int:
        sent.append(len(data))
        return len(data)

    peer.sendto, peer.address = send, ("here", 1)
    peer.protect = lambda at, size: size
    for extension_id in (0, 3):
        downlink = Downlink(counts)
        downlink.negotiate(peer, extension_id)
        assert downlink.send(96, 1, 0, 1, bytes(MOST_PAYLOAD), 1.0)
        assert not downlink.send(96, 2, 0, 1, bytes(MOST_PAYLOAD + 1), 1.0)
    assert (sent, counts.send_failed) == ([MOST_PAYLOAD + 12, MOST_PAYLOAD + 20], 2)


def test_a_packet_may_say_who_it_comes_from() -> None:
    """It has the one CSRC, with and without the transport-wide number; the longest payload leaves no place for it."""
    peer, counts = Peer(Certificate(), "", _Nobody(), lambda _: None, Counts(), 0.0), Counts()
    sent: list[bytes] = []

    def send(data: bytes | memoryview, _: Address) -> int:
        sent.append(bytes(data))
        return len(data)

    peer.sendto, peer.address = send, ("here", 1)
    peer.protect = lambda at, size: size
    for extension_id, head in ((0, 16), (3, 24)):
        downlink = Downlink(counts)
        downlink.negotiate(peer, extension_id)
        assert downlink.send(0x80 | 96, 7, 90, 1, b"picture", 1.0, source=12)
        assert sent[-1][0] & 0x0F == 1
        assert int.from_bytes(sent[-1][12:16], "big") == 12
        assert sent[-1][head:] == b"picture"
        packet = parse(sent[-1], ExtensionIds(transport_cc=3))
        assert packet is not None
        assert (packet.payload, packet.sequence, packet.timestamp) == (b"picture", 7, 90)
        assert downlink.send(96, 8, 90, 1, bytes(MOST_PAYLOAD), 1.0, source=12)
        assert sent[-1][0] & 0x0F == 0


class _Nobody:
    def rtp(self, data: bytes, now: float) -> None:
        """Nothing comes."""

    def rtcp(self, data: bytes, now: float) -> None:
        """Nothing comes."""
