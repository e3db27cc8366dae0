"""Garbage at the media port: a live session goes on, nothing raises, memory stays flat."""

import asyncio
import random
import socket
import sys

import pytest

from tests.media.house import house, planned
from tests.support.rtc_client import RtcClient
from tests.support.wait import until

DATAGRAMS = 100_000
BATCH = 50


def mutated(chance: random.Random, corpus: list[bytes]) -> bytes:
    """A random datagram, or a real one with bits flipped, cut, filled up, or spliced with another."""
    kind = chance.randrange(6)
    if kind == 0:
        first = chance.choice([0, 1, 2, 20, 22, 23, 63, 64, 100, 128, 144, 191, 192, 255])
        return bytes((first,)) + chance.randbytes(chance.choice([0, 3, 11, 19, 40, 300, 1400]))
    data = bytearray(chance.choice(corpus))
    if kind == 1:
        del data[chance.randrange(len(data)) :]
    elif kind == 2:
        data += chance.randbytes(chance.choice([1, 4, 500]))
    elif kind == 3:
        other = chance.choice(corpus)
        data[chance.randrange(len(data)) :] = other[chance.randrange(len(other)) :]
    if kind > 3 or not data:
        for _ in range(chance.choice([1, 2, 8])):
            if data:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def memory() -> tuple[int, int]:
    """Allocated Python objects, and pages of the process."""
    with open("/proc/self/statm") as statm:
        return sys.getallocatedblocks(), int(statm.read().split()[1])


@pytest.mark.asyncio
async def test_a_session_survives_a_hundred_thousand_bad_datagrams() -> None:
    """From a page's own address and from a stranger's: no exception, sound and picture go on, memory stays flat."""
    chance = random.Random(20)
    async with house() as it, RtcClient() as a, RtcClient() as b:
        it.plan(planned("a", 1), planned("b", 2))
        for tab, client in (("a", a), ("b", b)):
            await client.connect(await it.offer(tab, client.offer()))
        slots = await it.flows("b", {(1, "microphone"), (1, "camera")})
        mic = slots[1, "microphone"]
        for _ in range(20):
            a.send_audio()
            a.send_video(key_frame=True)
            a.report(a.camera, 5.0)
            b.want_key_frame(slots[1, "camera"])
            b.want_again(slots[1, "camera"], 7)
        corpus = [datagram for client in (a, b) for datagram in client.sent]
        assert {datagram[0] >> 6 for datagram in corpus} == {0, 2}, "STUN, DTLS and SRTP"
        counts = it.worker.counts
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.connect(a.server)
            before = memory()
            for at in range(0, DATAGRAMS, BATCH):
                for _ in range(BATCH):
                    datagram = mutated(chance, corpus)
                    if chance.random() < 0.7:
                        a.send_raw(datagram)
                    else:
                        stranger.send(datagram)
                a.send_audio()
                a.sent.clear()
                b.received.clear()
                await asyncio.sleep(0)
                if at == DATAGRAMS // 4:
                    before = memory()
            after = memory()
        assert after[0] - before[0] < 5000, "objects"
        assert after[1] - before[1] < 1000, "4 MB of pages"
        seen = sum((counts.unknown, counts.garbage, counts.bad_stun, counts.bad_srtp, counts.surplus))
        assert seen > 0.6 * DATAGRAMS, counts
        assert counts.faults == 0

        async def flowing() -> bool:
            a.send_audio()
            a.send_video(key_frame=True)
            return len(b.received[mic]) > 20 and len(b.received[slots[1, "camera"]]) > 20

        await until(flowing, "the session goes on")
        assert (a.state, b.state) == ("connected", "connected")
