"""Simulcast, repair and pauses over real SRTP: what each receiver gets of a camera that sends several encodings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from telehealth.media import red, rpc
from tests.media.house import House, house, planned
from tests.support.rtc_client import RTX, RtcClient, Stream
from tests.support.wait import holds, until

CAMERA, MICROPHONE = (1, "camera"), (1, "microphone")
RIDS = ("l", "m", "h")


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[House, RtcClient, RtcClient]]:
    """A camera with three encodings, and somebody who looks at it."""
    async with house() as it, RtcClient(rids=RIDS) as sender, RtcClient() as receiver:
        it.plan(planned("a", 1), planned("b", 2, camera=False))
        for tab, client in (("a", sender), ("b", receiver)):
            await client.connect(await it.offer(tab, client.offer()))
        yield it, sender, receiver
        assert it.worker.counts.faults == 0


def film(sender: RtcClient, asked: dict[str, int], rids: tuple[str, ...] = RIDS) -> None:
    """A frame of each encoding, a key frame where one was asked for; the payload says which encoding it is."""
    for layer in sender.layers:
        if layer.rid in rids:
            wanted = sender.layer_requests[layer.rid]
            key_frame = layer.sent == 0 or wanted > asked.get(layer.rid, 0)
            asked[layer.rid] = wanted
            sender.send_video(key_frame=key_frame, payload=layer.rid.encode(), stream=layer)


async def sees(sender: RtcClient, receiver: RtcClient, mid: str, rid: str, rids: tuple[str, ...] = RIDS) -> None:
    """Film until an encoding comes in the slot."""
    asked: dict[str, int] = {}

    async def seen() -> bool:
        film(sender, asked, rids)
        return receiver.received[mid][-1:] != [] and receiver.received[mid][-1].payload.endswith(rid.encode())

    await until(seen, f"encoding {rid} arrives")


@pytest.mark.asyncio
async def test_the_width_of_the_tile_decides_the_encoding() -> None:
    """A thumbnail gets the smallest, a tile the middle one, a full picture the largest; it all looks like one stream
    whose every change is a key frame."""
    async with pair() as (it, sender, receiver):
        mid = (await it.flows("b", {MICROPHONE, CAMERA}))[CAMERA]
        for width, rid in ((100, "l"), (1000, "h"), (400, "m"), (100, "l")):
            it.view("b", (1, width))
            await sees(sender, receiver, mid, rid)
        packets = receiver.received[mid]
        assert {later.sequence - sooner.sequence & 0xFFFF for sooner, later in pairwise(packets)} == {1}
        pictures = [int.from_bytes(packet.payload[2:4], "big") & 0x7FFF for packet in packets]
        assert {later - sooner & 0x7FFF for sooner, later in pairwise(pictures)} == {1}
        assert all(
            0 < later.timestamp - sooner.timestamp & 0xFFFFFFFF < 90000 * 5 for sooner, later in pairwise(packets)
        )
        changes = [later for sooner, later in pairwise(packets) if sooner.payload[-1:] != later.payload[-1:]]
        assert len(changes) >= 3
        assert all(change.payload[6] & 1 == 0 for change in changes)


@pytest.mark.asyncio
async def test_key_frames_are_asked_of_the_encoding_that_somebody_waits_for_twice_a_second() -> None:
    """While the largest is awaited only the largest is asked, at most twice a second, and nobody once it is there."""
    async with pair() as (it, sender, receiver):
        mid = (await it.flows("b", {MICROPHONE, CAMERA}))[CAMERA]
        it.view("b", (1, 100))
        await sees(sender, receiver, mid, "l")
        it.view("b", (1, 1000))
        before = dict(sender.layer_requests)

        async def few() -> bool:
            for layer in sender.layers:
                sender.send_video(payload=layer.rid.encode(), stream=layer)
            return sender.layer_requests["h"] - before.get("h", 0) <= 3

        await holds(few, "at most three requests in 1.2 seconds", window=1.2)
        assert sender.layer_requests["h"] > before.get("h", 0)
        assert {rid: sender.layer_requests[rid] for rid in "lm"} == {rid: before.get(rid, 0) for rid in "lm"}
        await sees(sender, receiver, mid, "h")
        after = dict(sender.layer_requests)

        async def quiet() -> bool:
            for layer in sender.layers:
                sender.send_video(payload=layer.rid.encode(), stream=layer)
            return sender.layer_requests == after

        await holds(quiet, "no key frame is asked for that nobody needs", window=0.8)


@pytest.mark.asyncio
async def test_an_encoding_that_ends_is_replaced_within_a_second() -> None:
    """A page that stops its largest encoding (a narrow path, a small camera) is seen in the next smaller one."""
    async with pair() as (it, sender, receiver):
        mid = (await it.flows("b", {MICROPHONE, CAMERA}))[CAMERA]
        it.view("b", (1, 1000))
        await sees(sender, receiver, mid, "h")
        await sees(sender, receiver, mid, "m", rids=("l", "m"))


@pytest.mark.asyncio
async def test_what_is_retransmitted_under_its_encodings_name_arrives() -> None:
    """A retransmission stream that names the encoding it repairs fills the hole for the receiver."""
    async with pair() as (it, sender, receiver):
        mid = (await it.flows("b", {MICROPHONE, CAMERA}))[CAMERA]
        it.view("b", (1, 100))
        await sees(sender, receiver, mid, "l", rids=("l",))
        layer = sender.layers[0]
        missing = layer.sequence
        sender.lose(layer)
        layer.picture += 1
        sender.send_video(payload=b"after", stream=layer)

        async def asked() -> bool:
            sender.send_audio()
            return missing & 0xFFFF in sender.asked_again

        await until(asked, "the server asks for the missing packet, whatever comes next")
        repair = Stream(layer.mid, 77, RTX, announced=False, repairs="l")
        picture = (0x8000 | layer.picture - 2 & 0x7FFF).to_bytes(2, "big")
        sender.send_again(repair, missing, b"\x90\xe0" + picture + b"\0\0\x01repaired")

        async def repaired() -> bool:
            return any(packet.payload.endswith(b"repaired") for packet in receiver.received[mid])

        await until(repaired, "the repaired packet arrives")
        by_number = sorted(receiver.received[mid], key=lambda packet: packet.sequence)
        ends = [packet.payload[-8:] for packet in by_number if packet.payload.endswith((b"repaired", b"after"))]
        assert ends[0] == b"repaired"


@pytest.mark.asyncio
async def test_a_receiver_gets_again_what_it_misses_on_a_stream_of_its_own() -> None:
    """A NACK is answered by RTX under the slot's own numbers, with the payload as it came at first."""
    async with pair() as (it, sender, receiver):
        mid = (await it.flows("b", {MICROPHONE, CAMERA}))[CAMERA]
        await sees(sender, receiver, mid, "l", rids=("l",))
        wanted = receiver.received[mid][-1]
        receiver.want_again(mid, wanted.sequence)

        async def again() -> bool:
            return bool(receiver.resent)

        await until(again, "the packet comes again")
        assert receiver.resent[0] == wanted


@pytest.mark.asyncio
async def test_a_lost_word_is_filled_from_the_copy_in_the_next_packet() -> None:
    """A microphone that sends RED: receivers get plain packets, each once and in order, also those lost on the way."""
    async with pair() as (it, sender, receiver):
        mid = (await it.flows("b", {MICROPHONE, CAMERA}))[MICROPHONE]
        said = [f"word {number}".encode() for number in range(12)]
        for number, (before, word) in enumerate(pairwise(said)):
            if number in (3, 7):
                sender.lose(sender.microphone)
                sender.microphone.timestamp += 960
            else:
                sender.send_audio(payload=word, before=before)

        async def heard() -> bool:
            return len(receiver.received[mid]) == len(said)

        await until(heard, "every word arrives")
        packets = receiver.received[mid]
        assert [packet.payload for packet in packets] == said
        assert {later.sequence - sooner.sequence & 0xFFFF for sooner, later in pairwise(packets)} == {1}
        assert {later.timestamp - sooner.timestamp & 0xFFFFFFFF for sooner, later in pairwise(packets)} == {960}


@pytest.mark.asyncio
async def test_a_page_that_saves_data_is_told_what_is_paused_and_why() -> None:
    """A camera that would cost more than a saving page takes is paused at its wish and back at its wish."""
    async with house() as it, RtcClient() as sender, RtcClient() as receiver:
        it.plan(planned("a", 1, microphone=False), planned("b", 2))
        for tab, client in (("a", sender), ("b", receiver)):
            await client.connect(await it.offer(tab, client.offer()))

        async def told(why: str | None) -> bool:
            last = [message for message in it.of(rpc.SlotsTold) if message.tab == "b"][-1:]
            return [slot.paused for message in last for slot in message.slots if slot.member] == [why]

        for saving, why in ((True, "saving"), (False, None)):
            it.workers.view("w1", "room", "b", [rpc.Tile(1, 300)], saving)
            await until(lambda why=why: told(why), f"the camera is paused: {why}")  # type: ignore[misc]


@pytest.mark.asyncio
async def test_a_page_that_never_reports_is_sent_what_it_shows() -> None:
    """Two cameras of 450 kbit/s do not fit what is assumed at first; after three seconds without a word they flow."""
    async with house() as it, RtcClient() as a, RtcClient() as b, RtcClient(promises=True) as c:
        it.plan(*(planned(tab, member, microphone=False) for member, tab in enumerate("abc", 1)))
        for tab, client in (("a", a), ("b", b), ("c", c)):
            await client.connect(await it.offer(tab, client.offer()))
        slots = await it.flows("c", {(1, "camera"), (2, "camera")})
        asked = {a: 0, b: 0}
        rested = False

        async def both() -> bool:
            nonlocal rested
            for sender in (a, b):
                key_frame = len(sender.key_frame_requests) > asked[sender]
                asked[sender] = len(sender.key_frame_requests)
                for number in range(3):
                    sender.send_video(key_frame=key_frame and number == 0, payload=bytes(1000))
            last = [message for message in it.of(rpc.SlotsTold) if message.tab == "c"][-1]
            paused = any(slot.paused for slot in last.slots)
            rested = rested or paused
            return rested and not paused and all(c.received[mid] for mid in slots.values())

        await until(both, "both cameras flow", within=15)


def test_red_is_what_was_put_in_and_rubbish_is_nothing() -> None:
    """Joined and split again gives the same frames; what the format cannot say is left out; a cut packet is empty."""
    copies = [red.Block(1920, 111, b"first"), red.Block(960, 111, b"second")]
    packet = red.join(copies, 111, b"third")
    assert red.split(packet) == [*copies, red.Block(0, 111, b"third")]
    assert red.split(red.join([red.Block(1 << 14, 111, b"x"), red.Block(5, 111, bytes(1024))], 111, b"y")) == [
        red.Block(0, 111, b"y")
    ]
    for size in range(10):
        assert red.split(packet[:size]) == []
    assert red.split(b"\x80\0\0") == []
