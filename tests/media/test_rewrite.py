"""Rewriting: whatever happens to the sources, a slot looks like one stream to its receiver."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.media import rtp, vp8
from telehealth.media.rewrite import PictureNumbers, Rewriter

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


def descriptor(picture: int, tl0: int, bits: int) -> bytes:
    number = (0x8000 | picture).to_bytes(2, "big") if bits == 15 else bytes((picture,))
    return bytes((0x90, 0xE0)) + number + bytes((tl0, 0)) + b"\0rest"


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
    numbers = PictureNumbers(begin, begin & 0xFF)
    picture, tl0 = begin, begin & 0xFF
    for bits, start, start_tl0, frames in sources:
        numbers.switch()
        for frame in range(frames):
            payload = descriptor((start + frame) % (1 << bits), start_tl0 + frame & 0xFF, bits)
            out = numbers.rewrite(payload, vp8.parse(payload))
            assert len(out) == len(payload)
            read = vp8.parse(out)
            picture, tl0 = picture + 1 & 0x7FFF, tl0 + 1 & 0xFF
            assert read.picture == picture % (1 << bits)
            assert read.tl0 == tl0
            assert read.key_frame
            assert out.endswith(b"\0rest")


def test_a_payload_without_numbers_is_left_alone() -> None:
    """The shortest descriptor has no picture id."""
    payload = b"\x10\x00frame"
    assert PictureNumbers(1, 1).rewrite(payload, vp8.parse(payload)) is payload
    assert vp8.parse(payload).key_frame
    assert not vp8.parse(b"\x10\x01frame").key_frame
    assert not vp8.parse(b"\x00\x00frame").key_frame, "not the beginning of a frame"


@given(st.binary(max_size=40))
def test_no_payload_makes_the_descriptor_parser_raise(payload: bytes) -> None:
    """Positions it gives lie inside the payload."""
    read = vp8.parse(payload)
    assert max(read.picture_at, read.tl0_at) < max(len(payload), 1)
