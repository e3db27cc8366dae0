"""Runs: packets that came together leave together, and no receiver can tell."""

import copy
import errno
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.media import rtp, run, vp8
from telehealth.media.counts import Counts
from telehealth.media.downlink import Downlink
from telehealth.media.history import Stored
from telehealth.media.peer import Address, Buffer, Certificate, Peer
from telehealth.media.sdp import Section
from telehealth.media.slot import VideoSlot

CERTIFICATE = Certificate()
SECTION = Section("video", "", "v0", "", "", True, 96, 97, 0, False, (), 0, 0, (), frozenset())


class _Nobody:
    def rtp(self, data: bytes, now: float) -> None:
        """Nothing comes."""

    def rtcp(self, data: bytes, now: float) -> None:
        """Nothing comes."""


class Receiver:
    """A slot whose packets are collected as the system would cut them, in the clear."""

    def __init__(self, *, runs: bool) -> None:
        self.datagrams: list[bytes] = []
        self.counts = Counts()
        self.peer = Peer(CERTIFICATE, "", _Nobody(), lambda _: None, self.counts, 0.0)
        self.peer.protect = lambda at, size: size
        self.peer.sendto, self.peer.sendmsg, self.peer.address = self.sendto, self.sendmsg if runs else None, ("x", 1)
        downlink = Downlink(self.counts)
        downlink.negotiate(self.peer, 3)
        self.slot = VideoSlot(SECTION, downlink)

    def sendto(self, data: Buffer, address: Address) -> int:
        self.datagrams.append(bytes(data))
        return len(data)

    def sendmsg(
        self, buffers: Sequence[Buffer], notes: Sequence[tuple[int, int, bytes]], flags: int, address: Address
    ) -> int:
        whole, (size,) = b"".join(buffers), struct.unpack("H", notes[0][2])
        self.datagrams += [whole[at : at + size] for at in range(0, len(whole), size)]
        return len(whole)


@dataclass(frozen=True)
class Frame:
    sizes: tuple[int, ...]
    temporal: int
    bits: int


frames = st.builds(
    Frame,
    st.one_of(
        st.lists(st.sampled_from((40, 900, 1000)), min_size=1, max_size=5).map(tuple),
        st.integers(2, 5).map(lambda count: (900,) * count),
    ),
    st.integers(0, 2),
    st.sampled_from((15, 15, 15, 7)),
)


def packets_of(source: Sequence[Frame], start: int, timestamp: int) -> list[Stored]:
    packets: list[Stored] = []
    for number, frame in enumerate(source):
        for at, size in enumerate(frame.sizes):
            picture = (number & 0x7FFF | 0x8000).to_bytes(2, "big") if frame.bits == 15 else bytes((number & 0x7F,))
            head = bytes((0x80 if at else 0x90, 0xE0)) + picture + bytes((number & 0xFF, frame.temporal << 6 | 0x20))
            payload = head + (b"\x11" if number else b"\x10") + bytes((at,)) * size
            marker = 0x80 if at == len(frame.sizes) - 1 else 0
            stamp = timestamp + 3000 * number & 0xFFFFFFFF
            sequence = start + len(packets)
            packet = rtp.Packet(1, 96, marker, sequence & 0xFFFF, stamp, payload, rtp.NO_LEVEL, rtp.NO_SEQUENCE)
            packets.append(Stored(packet, sequence, vp8.parse(payload)))
    return packets


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(frames, min_size=1, max_size=12), st.integers(0, 1 << 20), st.integers(0, (1 << 32) - 1)),
        min_size=1,
        max_size=3,
    ),
    st.data(),
)
def test_a_run_is_what_its_packets_would_have_been(
    sources: list[tuple[list[Frame], int, int]], data: st.DataObject
) -> None:
    """However packets are lost, reordered and read together, with and without runs the same datagrams leave."""
    together, single = Receiver(runs=True), Receiver(runs=False)
    single.slot.ssrc = together.slot.ssrc
    single.slot._rewriter = copy.deepcopy(together.slot._rewriter)
    now = 1.0
    for source, start, timestamp in sources:
        for receiver in (together, single):
            receiver.slot._rewriter.switch()
            receiver.slot._temporal = receiver.slot._temporal_target = 2
        packets = packets_of(source, start, timestamp)
        kept = [packet for packet in packets if data.draw(st.integers(0, 9))]
        for at in range(1, len(kept)):
            if not data.draw(st.integers(0, 9)):
                kept[at - 1], kept[at] = kept[at], kept[at - 1]
        while kept:
            end = next((at for at, (packet, _, _) in enumerate(kept, 1) if packet.marker), len(kept))
            count = end if data.draw(st.booleans()) else data.draw(st.integers(1, 6))
            gathered, kept = kept[:count], kept[count:]
            now += 0.01
            temporal = data.draw(st.sampled_from((2, 2, 2, 1, 0)))
            for receiver in (together, single):
                receiver.slot._temporal_target = temporal
                receiver.slot.send_run(gathered, run.even(gathered), now)
    assert together.datagrams == single.datagrams
    assert together.counts == single.counts
    assert together.slot.downlink._sent == single.slot.downlink._sent
    assert (together.slot._packets, together.slot._octets) == (single.slot._packets, single.slot._octets)


def test_a_picture_goes_in_one_call() -> None:
    """Three packets of a picture, the last one shorter, are one call; a longer one after a shorter is none."""
    first, *later = packets_of([Frame((10,), 0, 15), Frame((900, 900, 40), 0, 15)], 7, 0)
    receiver = Receiver(runs=True)
    calls: list[int] = []

    def sendmsg(
        buffers: Sequence[Buffer], notes: Sequence[tuple[int, int, bytes]], flags: int, address: Address
    ) -> int:
        calls.append(len(buffers[0]))
        return receiver.sendmsg(buffers, notes, flags, address)

    receiver.peer.sendmsg = sendmsg
    receiver.slot.send(*first, 1.0)
    receiver.slot.send_run(later, run.even(later), 1.0)
    assert (len(calls), len(receiver.datagrams)) == (1, 4)
    assert run.even(packets_of([Frame((40, 900), 0, 15)], 7, 0)) is None
    assert run.even(packets_of([Frame((900, 40, 40), 0, 15)], 7, 0)) is None
    assert run.even(packets_of([Frame((900,), 0, 15)] * 2, 7, 0)) is None


def test_a_picture_of_chromium_goes_in_two_runs() -> None:
    """Packets are parted where a longer one follows, or any follows a shorter one, and none is lost or moved."""

    def parted(*sizes: int) -> list[list[int]]:
        packets = packets_of([Frame(sizes, 0, 15)], 7, 0)
        pieces = run.pieces(packets)
        assert [packet for piece in pieces for packet in piece] == packets
        assert all(run.even(piece) for piece in pieces)
        return [[len(packet.payload) - 7 for packet, _, _ in piece] for piece in pieces]

    assert parted(900, 900, 901, 901) == [[900, 900], [901, 901]]
    assert parted(900, 40, 40, 900) == [[900, 40], [40], [900]]
    assert parted(40) == [[40]]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EIO, errno.EMSGSIZE])
def test_where_the_system_takes_no_runs_packets_go_one_by_one(code: int) -> None:
    """A system, a device or a path that refuses runs costs one call, and no packet."""
    packets = packets_of([Frame((900,), 0, 15), *[Frame((900, 900, 40), 0, 15)] * 2], 7, 0)
    refused, plain = Receiver(runs=True), Receiver(runs=False)
    plain.slot.ssrc = refused.slot.ssrc
    plain.slot._rewriter = copy.deepcopy(refused.slot._rewriter)
    calls: list[int] = []

    def sendmsg(
        buffers: Sequence[Buffer], notes: Sequence[tuple[int, int, bytes]], flags: int, address: Address
    ) -> int:
        calls.append(code)
        raise OSError(code, "refused")

    refused.peer.sendmsg = sendmsg
    for receiver in (refused, plain):
        receiver.slot.send(*packets[0], 1.0)
        for gathered in (packets[1:4], packets[4:7]):
            receiver.slot.send_run(gathered, run.even(gathered), 1.0)
    assert len(calls) == 1
    assert refused.datagrams == plain.datagrams
    assert refused.counts == plain.counts


def test_a_full_socket_costs_the_run_and_nothing_else() -> None:
    """What the system has no room for is counted as not sent, and its transport-wide numbers are used again."""
    packets = packets_of([Frame((900,), 0, 15), *[Frame((900, 900, 40), 0, 15)] * 2], 7, 0)
    receiver, full = Receiver(runs=True), True

    def sendmsg(
        buffers: Sequence[Buffer], notes: Sequence[tuple[int, int, bytes]], flags: int, address: Address
    ) -> int:
        if full:
            raise BlockingIOError
        return receiver.sendmsg(buffers, notes, flags, address)

    receiver.peer.sendmsg = sendmsg
    receiver.slot.send(*packets[0], 1.0)
    receiver.slot.send_run(packets[1:4], run.even(packets[1:4]), 1.0)
    full = False
    receiver.slot.send_run(packets[4:7], run.even(packets[4:7]), 1.0)
    assert (receiver.counts.send_failed, receiver.counts.forwarded) == (3, 4)
    assert [datagram[17:19] for datagram in receiver.datagrams] == [bytes((0, number)) for number in range(4)]


def test_the_system_cuts_a_run_into_its_packets() -> None:
    """What arrives on a real socket is one datagram for each packet, the shorter last one, too."""
    packets = packets_of([Frame((900,), 0, 15), Frame((900, 900, 40), 0, 15)], 7, 0)
    receiver = Receiver(runs=False)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far,
    ):
        far.bind(("127.0.0.1", 0))
        far.settimeout(5)
        receiver.peer.sendto, receiver.peer.sendmsg = near.sendto, near.sendmsg
        receiver.peer.address = far.getsockname()
        receiver.slot.send(*packets[0], 1.0)
        receiver.slot.send_run(packets[1:], run.even(packets[1:]), 1.0)
        sizes = [len(far.recv(2048)) for _ in packets]
    assert sizes == [20 + len(packet.payload) for packet, _, _ in packets]
    assert receiver.peer.sendmsg is not None, "the system refused nothing"
