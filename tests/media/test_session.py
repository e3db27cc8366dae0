"""A worker and pages with real ICE, DTLS and SRTP over loopback: who gets what, and what survives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest

from telehealth.media import rpc
from telehealth.media.client import OfferRefused
from tests.media.house import House, house, planned
from tests.support.rtc_client import Arrived, RtcClient
from tests.support.wait import holds, until

A_MIC, A_CAMERA, A_SCREEN = (1, "microphone"), (1, "camera"), (1, "screen")


async def join(it: House, tab: str, client: RtcClient) -> None:
    await client.connect(await it.offer(tab, client.offer()))


@asynccontextmanager
async def room(*peers: rpc.PlanPeer, **options: Any) -> AsyncIterator[tuple[House, list[RtcClient]]]:
    """A house with one connected client per planned peer."""
    async with AsyncExitStack() as stack:
        it = await stack.enter_async_context(house())
        it.plan(*peers)
        clients = []
        for peer in peers:
            clients.append(await stack.enter_async_context(RtcClient(**options)))
            await join(it, peer.tab, clients[-1])
        yield it, clients
        assert it.worker.counts.faults == 0


async def talk(sender: RtcClient, receiver: RtcClient, mid: str, count: int = 5) -> list[Arrived]:
    """Send audio until `count` more packets have come in a slot; those."""
    before = len(receiver.received[mid])

    async def heard() -> bool:
        sender.send_audio()
        return len(receiver.received[mid]) >= before + count

    await until(heard, "audio arrives")
    return receiver.received[mid][before:]


async def show(
    sender: RtcClient, receiver: RtcClient, mid: str, count: int = 5, payload: bytes = b"picture"
) -> list[Arrived]:
    """Send video with a key frame when asked for one, until `count` more packets have come; those."""
    before, asked = len(receiver.received[mid]), 0

    async def seen() -> bool:
        nonlocal asked
        sender.send_video(key_frame=len(sender.key_frame_requests) > asked, payload=payload)
        asked = len(sender.key_frame_requests)
        return len(receiver.received[mid]) >= before + count

    await until(seen, "video arrives")
    return receiver.received[mid][before:]


@pytest.mark.asyncio
@pytest.mark.parametrize("announce", [True, False], ids=["SSRCs in the offer", "SSRCs by the MID extension"])
async def test_what_one_sends_arrives_in_the_slots_of_the_other(announce: bool) -> None:
    """Audio and video of one page come in the slots that the other was told, one by one, unchanged."""
    async with room(planned("a", 1), planned("b", 2), announce=announce) as (it, (a, b)):
        slots = await it.flows("b", {A_MIC, A_CAMERA})
        audio = await talk(a, b, slots[A_MIC])
        assert {packet.payload for packet in audio} == {b"opus"}
        sequences = [packet.sequence for packet in audio]
        assert [later - sooner & 0xFFFF for sooner, later in pairwise(sequences)] == [1] * 4
        video = await show(a, b, slots[A_CAMERA])
        assert video[0].payload[6] & 1 == 0, "the first is a key frame"
        assert all(packet.payload.endswith(b"picture") for packet in video)


@pytest.mark.asyncio
async def test_nobody_gets_their_own_media_back() -> None:
    """A page is never told of, nor sent, its own microphone and camera."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        slots = await it.flows("b", {A_MIC, A_CAMERA})
        await it.flows("a", {(2, "microphone"), (2, "camera")})
        await talk(a, b, slots[A_MIC])
        assert not a.received


@pytest.mark.asyncio
async def test_who_waits_gives_and_gets_nothing_until_seated() -> None:
    """Connected in the waiting room: no packet in either direction; after the plan seats them, both ways at once."""
    waiting = planned("b", 2, seated=False)
    async with room(planned("a", 1), waiting, planned("c", 3)) as (it, (a, b, c)):
        slots = await it.flows("c", {A_MIC, A_CAMERA})
        assert not it.slots("b")

        async def nothing() -> bool:
            a.send_audio()
            a.send_video(key_frame=True)
            b.send_audio()
            b.send_video(key_frame=True)
            return not b.received and not a.received and c.received.keys() <= {slots[A_MIC], slots[A_CAMERA]}

        await holds(nothing, "nothing flows to or from somebody who waits", window=0.7)
        it.plan(planned("a", 1), planned("b", 2), planned("c", 3))
        to_b = await it.flows("b", {A_MIC, A_CAMERA, (3, "microphone"), (3, "camera")})
        to_a = await it.flows("a", {(2, "microphone"), (2, "camera"), (3, "microphone"), (3, "camera")})
        await talk(a, b, to_b[A_MIC])
        await talk(b, a, to_a[2, "microphone"])


@pytest.mark.asyncio
async def test_nothing_flows_between_circles() -> None:
    """One is held apart and two are in a side room: each gets what is of their circle, and not a packet more."""
    peers = [planned(tab, at) for at, tab in enumerate("abc", 1)]
    async with room(*peers) as (it, (a, b, c)):
        await it.flows("a", {(2, "microphone"), (2, "camera"), (3, "microphone"), (3, "camera")})
        it.plan(planned("a", 1), planned("b", 2, circle=2), planned("c", 3))
        await it.flows("b", set())
        slots = await it.flows("c", {A_MIC, A_CAMERA})
        await it.flows("a", {(3, "microphone"), (3, "camera")})
        await talk(a, c, slots[A_MIC])
        b.received.clear()
        to_c = {slot: len(c.received[slot]) for slot in c.received if slot not in (slots[A_MIC], slots[A_CAMERA])}

        async def nothing() -> bool:
            for one in (a, b, c):
                one.send_audio()
                one.send_video(key_frame=True)
            return not b.received and all(len(c.received[slot]) == count for slot, count in to_c.items())

        await holds(nothing, "nothing flows to or from somebody who is held apart", window=0.7)
        it.plan(planned("a", 1, circle=-1), planned("b", 2, circle=-1), planned("c", 3))
        to_b = await it.flows("b", {A_MIC, A_CAMERA})
        await it.flows("c", set())
        await talk(a, b, to_b[A_MIC])
        it.plan(*peers)
        await it.flows("c", {A_MIC, A_CAMERA, (2, "microphone"), (2, "camera")})


@pytest.mark.asyncio
async def test_one_voice_crosses_circles_and_nothing_comes_back() -> None:
    """Who announces is heard in other circles, without a picture, but not by whoever is apart; and hears nobody."""
    speaks = planned("a", 1, announces=True)
    async with room(speaks, planned("b", 2, circle=-2), planned("c", 3, circle=-1, apart=True)) as (it, (a, b, c)):
        slots = await it.flows("b", {A_MIC})
        await talk(a, b, slots[A_MIC])
        await it.flows("a", set())
        await it.flows("c", set())

        async def only_the_voice() -> bool:
            for one in (a, b, c):
                one.send_audio()
                one.send_video(key_frame=True)
            return not a.received and not c.received and b.received.keys() == {slots[A_MIC]}

        await holds(only_the_voice, "a voice flows to who is with others, and nothing else", window=0.7)
        it.plan(planned("a", 1), planned("b", 2, circle=-2), planned("c", 3, circle=-1, apart=True))
        await it.flows("b", set())


@pytest.mark.asyncio
async def test_what_is_reserved_reaches_only_those_who_work_there() -> None:
    """Two participants see and hear the host and not each other; the host sees and hears both."""
    peers = planned("a", 1, works=True), planned("b", 2, reserved=True), planned("c", 3, reserved=True)
    async with room(*peers) as (it, (a, b, _)):
        await it.flows("a", {(2, "microphone"), (2, "camera"), (3, "microphone"), (3, "camera")})
        to_b = await it.flows("b", {A_MIC, A_CAMERA})
        await it.flows("c", {A_MIC, A_CAMERA})
        await talk(a, b, to_b[A_MIC])
        it.plan(peers[0], planned("b", 2), peers[2])
        await it.flows("c", {A_MIC, A_CAMERA, (2, "microphone"), (2, "camera")})
        await it.flows("b", {A_MIC, A_CAMERA})


@pytest.mark.asyncio
async def test_a_muted_microphone_is_dropped_by_the_server() -> None:
    """What the plan does not let somebody send goes to nobody, even when it arrives; unmuting needs no offer."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)
        it.plan(planned("a", 1, microphone=False, camera=False), planned("b", 2))
        await it.flows("b", set())
        before = len(b.received[mid])

        async def silent() -> bool:
            a.send_audio()
            a.send_video(key_frame=True)
            return len(b.received[mid]) == before

        await holds(silent, "nothing of a muted microphone arrives", window=0.5)
        it.plan(planned("a", 1), planned("b", 2))
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)


@pytest.mark.asyncio
async def test_a_slot_goes_on_as_one_stream_when_its_source_changes() -> None:
    """One video slot shows one member, then another: same SSRC, numbers that go on by one, and a key frame first that
    says whose it is."""
    async with room(planned("a", 1), planned("b", 2), planned("c", 3)) as (it, (a, b, c)):
        it.view("c", (1, 300))
        mid = (await it.flows("c", {A_MIC, (2, "microphone"), A_CAMERA}))[A_CAMERA]
        await show(a, c, mid, payload=b"first")
        it.view("c", (2, 300))
        await it.flows("c", {A_MIC, (2, "microphone"), (2, "camera")})
        assert it.slots("c")[2, "camera"] == mid
        await show(b, c, mid, payload=b"second")
        at = next(at for at, packet in enumerate(c.received[mid]) if packet.payload.endswith(b"second"))
        before, after = c.received[mid][at - 1 : at + 1]
        assert after.payload[6] & 1 == 0, "a key frame"
        assert (before.names, after.names) == (0, 2)
        assert after.sequence - before.sequence & 0xFFFF == 1
        assert 0 < (after.timestamp - before.timestamp & 0xFFFFFFFF) < 90000 * 20
        pictures = [int.from_bytes(packet.payload[2:4], "big") & 0x7FFF for packet in (before, after)]
        assert pictures[1] - pictures[0] & 0x7FFF == 1


@pytest.mark.asyncio
async def test_a_new_subscriber_asks_the_camera_for_a_key_frame() -> None:
    """When somebody joins, and when a receiver reports trouble, the camera is asked; not more than twice a second."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        slots = await it.flows("b", {A_MIC, A_CAMERA})
        await show(a, b, slots[A_CAMERA])
        asked = len(a.key_frame_requests)
        assert asked >= 1

        async def again() -> bool:
            b.want_key_frame(slots[A_CAMERA])
            a.send_video()
            return len(a.key_frame_requests) >= asked + 2

        await until(again, "a PLI reaches the camera")
        times = a.key_frame_requests
        assert all(later - sooner > 0.45 for sooner, later in pairwise(times))


@pytest.mark.asyncio
async def test_a_page_that_cannot_connect_costs_no_key_frames() -> None:
    """Somebody offers and never proves an address: the cameras of the others are not asked for anything."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_CAMERA]
        await show(a, b, mid)
        it.plan(planned("a", 1), planned("b", 2), planned("c", 3))
        async with RtcClient() as blocked:
            await it.offer("c", blocked.offer())
            await it.flows("c", {A_MIC, A_CAMERA, (2, "microphone"), (2, "camera")})
            asked = len(a.key_frame_requests)

            async def quiet() -> bool:
                a.send_video()
                return len(a.key_frame_requests) == asked

            await holds(quiet, "no key frame is asked for", window=1.2)


@pytest.mark.asyncio
async def test_a_subscriber_that_cannot_be_sent_to_disturbs_nobody() -> None:
    """Sending to one page fails with a real socket error: its publisher and the other receivers do not notice."""
    async with room(planned("a", 1), planned("b", 2), planned("c", 3)) as (it, (a, b, c)):
        to_b, to_c = [
            (await it.flows(tab, {A_MIC, A_CAMERA, other, camera}))[A_MIC]
            for tab, other, camera in (("b", (3, "microphone"), (3, "camera")), ("c", (2, "microphone"), (2, "camera")))
        ]
        await talk(a, b, to_b)
        broken = next(peer for address, peer in it.worker._loop.ice.by_address.items() if address == b.address)
        broken.address = ("255.255.255.255", 9)  # the system refuses to send to a broadcast address
        failed, before = it.worker.counts.send_failed, len(b.received[to_b])
        await talk(a, c, to_c, count=20)
        assert it.worker.counts.send_failed > failed
        assert len(b.received[to_b]) == before
        assert a.state == "connected"
        assert all(told.state == "connected" for told in it.of(rpc.PeerTold))


@pytest.mark.asyncio
async def test_media_follows_a_page_to_a_new_address() -> None:
    """A page that proves itself from another address gets its media there, without an offer."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)
        old = b.address
        await b.open_socket()
        assert b.address != old
        await b.check()
        await talk(a, b, mid)


@pytest.mark.asyncio
async def test_a_copied_binding_request_takes_no_address_away() -> None:
    """One page's signed request, sent from the address that another page is using, changes nothing."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        copied = next(datagram for datagram in b.sent if datagram[0] < 4)
        bad = it.worker.counts.bad_stun
        a.send_raw(copied)
        await talk(a, b, mid)
        assert it.worker.counts.bad_stun == bad + 1


@pytest.mark.asyncio
async def test_an_ice_restart_keeps_dtls_and_slots() -> None:
    """New credentials by an offer: the connection goes on with the old ones for a moment and with the new ones."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_MIC]
        await talk(a, b, mid)
        slots = dict(b.slot_ssrcs)
        answer = await it.offer("b", b.restart_offer())
        await b.check()  # with the old credentials: the answer may still be on its way to the page
        b.accept(answer)
        assert b.slot_ssrcs == slots
        await b.open_socket()
        await b.check()
        await talk(a, b, mid)
        connected = [told for told in it.of(rpc.PeerTold) if told.tab == "b"]
        assert [told.state for told in connected] == ["connected"]


@pytest.mark.asyncio
async def test_a_lost_packet_is_asked_for_and_given_again() -> None:
    """The server asks the camera for what is missing, and answers a receiver's NACK on the slot's own numbers."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_CAMERA]
        shown = await show(a, b, mid)
        lost = a.camera.sequence
        a.lose(a.camera)

        async def asked() -> bool:
            a.send_video()
            return lost & 0xFFFF in a.asked_again

        await until(asked, "the lost packet is asked for")
        before = it.worker.counts.forwarded
        b.want_again(mid, shown[-1].sequence)

        async def resent() -> bool:
            return it.worker.counts.forwarded > before

        await until(resent, "the packet is sent again")


@pytest.mark.asyncio
async def test_every_key_frame_names_its_member() -> None:
    """A page that lost the first one knows by the next whose face it is, or by the same when it is sent again."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_CAMERA]
        await show(a, b, mid)
        a.send_video(key_frame=True)
        await show(a, b, mid)
        key_frames = [packet for packet in b.received[mid] if not packet.payload[6] & 1]
        assert len(key_frames) >= 2
        assert all((packet.names == 1) == (packet in key_frames) for packet in b.received[mid])
        b.want_again(mid, key_frames[-1].sequence)

        async def again() -> bool:
            found = [packet for packet in b.received[mid] if packet.sequence == key_frames[-1].sequence]
            return [packet.names for packet in found] == [1, 1]

        await until(again, "it comes again, with its name")


@pytest.mark.asyncio
async def test_padding_leaves_no_hole() -> None:
    """Bandwidth probes of a sender are not sent on, and receivers see no gap where they were."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        mid = (await it.flows("b", {A_MIC, A_CAMERA}))[A_CAMERA]
        first = await show(a, b, mid)
        a.send_padding()
        a.send_padding()
        second = await show(a, b, mid, count=2)
        assert second[0].sequence - first[-1].sequence & 0xFFFF == 1


@pytest.mark.asyncio
async def test_reports_keep_sound_and_picture_together() -> None:
    """Sender reports of two slots, mapped to one clock, say the same about when sound and picture were made."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        slots = await it.flows("b", {A_MIC, A_CAMERA})
        await talk(a, b, slots[A_MIC])
        await show(a, b, slots[A_CAMERA])

        async def reported() -> bool:
            now = asyncio.get_running_loop().time()
            a.report(a.microphone, now)
            a.report(a.camera, now)
            return {b.slot_ssrcs[ssrc] for ssrc, _, _ in b.reports} >= set(slots.values())

        await until(reported, "both slots have a sender report")
        ends = []
        for mid, step, rate in ((slots[A_MIC], 960, 48000), (slots[A_CAMERA], 6000, 90000)):
            _, ntp, timestamp = next(one for one in reversed(b.reports) if b.slot_ssrcs[one[0]] == mid)
            # The page's last report dated the timestamp one step after its last packet.
            ahead = (b.received[mid][-1].timestamp + step - timestamp + (1 << 31) & 0xFFFFFFFF) - (1 << 31)
            ends.append(ntp / (1 << 32) + ahead / rate)
        assert abs(ends[0] - ends[1]) < 0.1, "the same moment on the server's clock"
        assert a.feedback > 0


@pytest.mark.asyncio
async def test_presence_is_proved_by_authenticated_packets() -> None:
    """Each second the node hears how long ago each peer last proved itself."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, _)):

        async def proved() -> bool:
            a.send_audio()
            return any(0 <= told.ages.get("a", -1) < 500 and "b" in told.ages for told in it.of(rpc.ProofsTold))

        await until(proved, "the peers' proofs are told")


@pytest.mark.asyncio
async def test_who_speaks_is_told() -> None:
    """A voice above the silence is told within the room, quiet noise is not."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):

        async def told() -> bool:
            a.send_audio(level=20)
            b.send_audio(level=80)
            return bool(it.of(rpc.SpeakingTold)) and it.of(rpc.SpeakingTold)[-1].members == [1]

        await until(told, "member 1 speaks")


@pytest.mark.asyncio
async def test_an_offer_needs_a_plan_and_sense() -> None:
    """An unplanned tab, and an SDP that is none, are refused by code."""
    async with house() as it:
        it.plan(planned("a", 1))
        async with RtcClient() as client:
            for tab, sdp, code in (("z", client.offer(), "no_such_peer"), ("a", "v=0\r\nnonsense", "malformed")):
                with pytest.raises(OfferRefused) as refused:
                    await it.offer(tab, sdp)
                assert refused.value.code == code


@pytest.mark.asyncio
async def test_a_page_that_leaves_the_plan_is_hung_up() -> None:
    """A peer no longer planned is closed by DTLS, and its slots elsewhere are free."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, _)):
        await it.flows("b", {A_MIC, A_CAMERA})
        it.plan(planned("b", 2))
        await it.flows("b", set())

        async def closed() -> bool:
            return a.state == "closed"

        await until(closed, "the page is told by DTLS")
        assert it.worker.status()[:2] == (1, 1)


@pytest.mark.asyncio
async def test_a_page_that_says_goodbye_is_told_closed() -> None:
    """When a page closes its DTLS, the node hears that the peer is closed, and the page may offer anew."""
    async with room(planned("a", 1), planned("b", 2)) as (it, (a, b)):
        await a.close()

        async def told() -> bool:
            return any(told.tab == "a" and told.state == "closed" for told in it.of(rpc.PeerTold))

        await until(told, "the peer is closed")
        async with RtcClient() as again:
            await join(it, "a", again)
            slots = await it.flows("b", {A_MIC, A_CAMERA})
            await talk(again, b, slots[A_MIC])


@pytest.mark.asyncio
async def test_screens_come_first_and_hidden_tiles_do_not_come_at_all() -> None:
    """With two video slots: a shared screen and the largest tile; what is hidden is not sent."""
    peers = [planned(tab, number, screen=tab == "a") for number, tab in enumerate("abc", 1)]
    async with room(*peers, planned("d", 4)) as (it, (a, *_, d)):
        it.view("d", (1, 100), (2, 300), (3, 200))
        voices = {(1, "microphone"), (2, "microphone")}
        slots = await it.flows("d", voices | {A_SCREEN, (2, "camera")})

        async def shared() -> bool:
            a.send_video(key_frame=True, stream=a.screen)
            return bool(d.received[slots[A_SCREEN]])

        await until(shared, "the screen arrives")
        it.view("d", (1, 0), (2, 0), (3, 0))
        await it.flows("d", voices)
