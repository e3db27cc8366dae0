"""Rewriting: whatever happens to the sources, a slot looks like one stream to its receiver."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.media import rtp, vp8
from telehealth.media.rewrite import Rewriter, VideoRewriter

RATE = 90000


@dataclass(frozen=True)
class Sent:
    """A packet of a source as it comes: `number` counts its packets from 0."""

    source: int
    number: int
    at: float


@st.composite
def histories(draw: st.DrawFn) -> list[Sent]:
    """Packets of a row of sources, with loss, duplication and reordering inside each."""
    history: list[Sent] = []
    now = draw(st.floats(0, 1e5))
    for source in range(draw(st.integers(1, 4))):
        numbers = list(range(draw(st.integers(1, 60))))
        kept = [number for number in numbers if number == 0 or draw(st.integers(0, 9)) > 0]
        for number in list(kept):
            if draw(st.integers(0, 9)) == 0:
                kept.insert(min(len(kept), kept.index(number) + draw(st.integers(0, 5))), number)
        for at in range(1, len(kept) - 1):  # the first packet is what the slot starts with
            if draw(st.integers(0, 5)) == 0:
                kept[at], kept[at + 1] = kept[at + 1], kept[at]
        for number in kept:
            now += draw(st.floats(0.001, 0.1))
            history.append(Sent(source, number, now))
    return history


@settings(deadline=None)
@given(histories(), st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 2**32 - 1)), min_size=4, max_size=4))
def test_any_loss_reorder_duplication_switch_and_wrap_gives_one_stream(
    history: list[Sent], starts: list[tuple[int, int]]
) -> None:
    """Numbers go on across switches without a hole, holes inside a source stay where they were, time only grows."""
    slot = Rewriter(RATE, starts[0][0], starts[0][1])
    began = previous_highest = slot.highest
    previous_time: int | None = None
    source, highest = -1, 0
    for packet in history:
        start, stamp = starts[packet.source]
        switched = packet.source != source
        if switched:
            source, highest = packet.source, start + packet.number
            slot.switch()
        sequence = rtp.extended(start + packet.number & 0xFFFF, highest)
        highest = max(highest, sequence)
        out = slot.rewrite(sequence, stamp + packet.number * 3000 & 0xFFFFFFFF, packet.at)
        if out is None:
            assert packet.number == 0, "only what came from before the start of its segment is left out"
            continue
        number, time = out
        if switched:
            assert number == previous_highest + 1
            assert slot.source_of(number & 0xFFFF) == sequence
            first = number
            if previous_time is not None:
                assert 0 < (time - previous_time & 0xFFFFFFFF) < 1 << 31
        else:
            assert number == first + packet.number, "the same distance as at the source"
        assert number > began
        if number > previous_highest:
            previous_highest, previous_time = number, time
        assert slot.source_of(number & 0xFFFF) == sequence


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=50), st.integers(0, 65535))
def test_packets_left_out_leave_no_hole(sent: list[bool], start: int) -> None:
    """Whichever packets are skipped, those that are sent have numbers one after another, and are found again."""
    slot = Rewriter(RATE, start, 0)
    numbers = {}
    slot.rewrite(1000, 0, 1.0)
    for at, is_sent in enumerate(sent, 1001):
        if is_sent:
            out = slot.rewrite(at, at, 1.0)
            assert out is not None
            numbers[out[0]] = at
        else:
            slot.skip(at)
    assert list(numbers) == list(range(start + 2, start + 2 + len(numbers)))
    for number, source in numbers.items():
        if start + 2 + len(numbers) - number < 60:
            assert slot.source_of(number & 0xFFFF) == source


def payload_of(picture: int, tl0: int, bits: int, temporal: int = 0, sync: bool = True) -> bytes:
    number = (0x8000 | picture).to_bytes(2, "big") if bits == 15 else bytes((picture,))
    return bytes((0x90, 0xE0)) + number + bytes((tl0, temporal << 6 | sync << 5)) + b"\0rest"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([7, 15]), st.integers(0, 0x7FFF), st.integers(0, 255), st.integers(1, 300)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 0x7FFF),
)
def test_picture_numbers_go_on_by_one_through_switches_and_wraps(
    sources: list[tuple[int, int, int, int]], begin: int
) -> None:
    """Picture id and TL0PICIDX of consecutive frames differ by one, whatever the sources' own numbers."""
    slot = VideoRewriter(RATE, 0, 0, begin, begin & 0xFF)
    picture, tl0 = begin, begin & 0xFF
    for bits, start, start_tl0, frames in sources:
        slot.switch()
        for frame in range(frames):
            payload = payload_of((start + frame) % (1 << bits), start_tl0 + frame & 0xFF, bits)
            assert slot.rewrite(start + frame, frame * 3000, 1.0 + frame) is not None
            out = slot.picture(payload, vp8.parse(payload))
            assert len(out) == len(payload)
            read = vp8.parse(out)
            picture, tl0 = picture + 1 & 0x7FFF, tl0 + 1 & 0xFF
            assert read.picture == picture % (1 << bits)
            assert read.tl0 == tl0
            assert read.key_frame
            assert out.endswith(b"\0rest")


@dataclass(frozen=True)
class Frame:
    """A frame of `packets` packets, whose first one is `first`."""

    picture: int
    tl0: int
    temporal: int
    first: int
    packets: int


@st.composite
def temporal_streams(draw: st.DrawFn) -> tuple[list[Frame], list[tuple[Frame, int]]]:
    """Frames of a source with three temporal layers, and its packets as they come: some lost, some late."""
    start, picture, tl0 = draw(st.integers(0, 65535)), draw(st.integers(0, 0x7FFF)), draw(st.integers(0, 255))
    frames, number = [], start
    for at in range(draw(st.integers(1, 80))):
        temporal = (0, 2, 1, 2)[at % 4]
        tl0 += temporal == 0
        frames.append(Frame(picture + at & 0x7FFF, tl0 & 0xFF, temporal, number, draw(st.integers(1, 3))))
        number += frames[-1].packets
    packets = [(frame, number) for frame in frames for number in range(frame.first, frame.first + frame.packets)]
    came = [one for at, one in enumerate(packets) if at == 0 or draw(st.integers(0, 15))]
    for at in range(1, len(came) - 3):
        if draw(st.integers(0, 9)) == 0:
            came.insert(at + draw(st.integers(1, 3)), came.pop(at))
    return frames, came


@settings(deadline=None, max_examples=200)
@given(temporal_streams(), st.integers(0, 2), st.integers(0, 0x7FFF))
def test_frames_left_out_are_missed_by_nobody(
    stream: tuple[list[Frame], list[tuple[Frame, int]]], highest: int, begin: int
) -> None:
    """With layers above `highest` left out: no number is used twice, what is sent again is numbered as at first, and
    without loss neither a sequence number nor a picture number is missing."""
    frames, came = stream
    slot = VideoRewriter(RATE, begin, 0, begin, begin & 0xFF)
    sent: dict[int, tuple[int, int]] = {}
    for frame, number in came:
        payload = payload_of(frame.picture, frame.tl0, 15, frame.temporal)
        if frame.temporal > highest:
            slot.leave_out(number, vp8.parse(payload))
            continue
        out = slot.rewrite(number, frame.picture * 3000, 1.0)
        if out is None:
            continue
        read = vp8.parse(slot.picture(payload, vp8.parse(payload)))
        assert out[0] not in sent, "a number used twice"
        sent[out[0]] = number, read.picture
    for number, (source, picture) in sent.items():
        if max(sent) - number < 40:
            assert slot.source_of(number & 0xFFFF) == source
            frame = next(one for one in frames if one.first <= source < one.first + one.packets)
            payload = payload_of(frame.picture, frame.tl0, 15, frame.temporal)
            again = slot.rewrite(source, frame.picture * 3000, 2.0)
            assert again is not None
            assert again[0] == number
            assert vp8.parse(slot.picture(payload, vp8.parse(payload))).picture == picture
    every = [number for frame in frames for number in range(frame.first, frame.first + frame.packets)]
    if [number for _, number in came] == every:
        assert sorted(sent) == list(range(begin + 1, begin + 1 + len(sent)))
        kept = [frame for frame in frames if frame.temporal <= highest]
        assert sorted({picture - begin - 1 & 0x7FFF for _, picture in sent.values()}) == list(range(len(kept)))


def test_another_encoding_of_the_same_picture_goes_on_in_time() -> None:
    """At a change of layer the receiver's time goes on with the picture's, whichever offset the encoding has."""
    slot = Rewriter(RATE, 0, 0)
    slot.rewrite(100, 5_000, 1.0)
    first = slot.timestamp
    slot.switch(5_000 - 70_000)
    out = slot.rewrite(900, 70_000 + 3 * 3_000, 1.5)
    assert out is not None
    assert out[1] - first == 9_000, "three frames later at the camera, however late it came"
    slot.switch(70_000 - 5_000)
    out = slot.rewrite(200, 5_000 + 3 * 3_000, 1.5)
    assert out is not None
    assert out[1] - first == 9_001, "the frame that was sent already, as another one"


def test_a_payload_without_numbers_is_left_alone() -> None:
    """The shortest descriptor has no picture id."""
    payload = b"\x10\x00frame"
    slot = VideoRewriter(RATE, 0, 0, 1, 1)
    slot.rewrite(1, 1, 1.0)
    assert slot.picture(payload, vp8.parse(payload)) is payload
    assert vp8.parse(payload).key_frame
    assert not vp8.parse(b"\x10\x01frame").key_frame
    assert not vp8.parse(b"\x00\x00frame").key_frame, "not the beginning of a frame"


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_no_payload_makes_the_descriptor_parser_raise(payload: bytes) -> None:
    """Positions it gives lie inside the payload."""
    read = vp8.parse(payload)
    assert max(read.picture_at, read.tl0_at) < max(len(payload), 1)
