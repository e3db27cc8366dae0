"""Who speaks, and what flows in which slot: rules on made-up histories."""

from hypothesis import given
from hypothesis import strategies as st

from telehealth.media.slots import Flow, Heard, audio, video, wanted
from telehealth.media.speakers import FLOOR, Speakers, Voice


def microphone(member: int) -> Flow:
    return Flow(member, "microphone")


def heard(member: int, *, level: float = FLOOR, owns: bool = False, spoke: float = -100.0) -> Heard:
    return Heard(microphone(member), owns, Voice(level=level, heard=0, spoke=spoke))


def test_everybody_has_a_slot_while_there_are_enough() -> None:
    """As many microphones as slots: each has its own, speaking or not, and keeps it."""
    slots = audio([None] * 3, [heard(1), heard(2), heard(3)], 0.0)
    assert sorted(flow.member for flow in slots if flow) == [1, 2, 3]
    assert audio(slots, [heard(3), heard(1), heard(2, level=-20)], 1.0) == slots


def test_a_voice_replaces_whoever_was_silent_for_longest() -> None:
    """It has to be one, and 6 dB louder; and nobody is replaced who spoke in the last two seconds."""
    held: list[Flow | None] = [microphone(1), microphone(2)]
    quiet = [heard(1, level=-70, spoke=7), heard(2, level=-60, spoke=3)]
    assert audio(held, [*quiet, heard(3, level=-30)], 10.0) == [microphone(1), microphone(3)]
    assert audio(held, [*quiet, heard(3, level=-51)], 10.0) == held, "a noise"
    loud = [heard(1, level=-30, spoke=10), heard(2, level=-45, spoke=7)]
    assert audio(held, [*loud, heard(3, level=-40)], 10.0) == held, "not loud enough"
    just_spoke = [heard(1, level=-70, spoke=8.5), heard(2, level=-60, spoke=9)]
    assert audio(held, [*just_spoke, heard(3, level=-30)], 10.0) == held, "both spoke a moment ago"
    one_did = [heard(1, level=-70, spoke=8.5), heard(2, level=-60, spoke=7.9)]
    assert audio(held, [*one_did, heard(3, level=-30)], 10.0) == [microphone(1), microphone(3)]


def test_staff_own_a_slot() -> None:
    """A silent member of staff takes the slot of the quietest client at once, and is never replaced."""
    held: list[Flow | None] = [microphone(1), microphone(2)]
    clients = [heard(1, level=-20, spoke=9.9), heard(2, level=-30, spoke=9.9)]
    slots = audio(held, [*clients, heard(9, owns=True)], 10.0)
    assert slots == [microphone(1), microphone(9)]
    assert audio(slots, [*clients, heard(9, owns=True)], 20.0) == slots


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.floats(-127, 0)), max_size=40),
)
def test_audio_slots_are_full_distinct_and_of_those_present(count: int, history: list[tuple[int, bool, float]]) -> None:
    """After any history: nobody twice, nobody absent, no free slot while somebody has none."""
    slots: list[Flow | None] = [None] * count
    present: dict[int, Heard] = {}
    for at, (member, leaves, level) in enumerate(history):
        if leaves:
            present.pop(member, None)
        else:
            present[member] = heard(member, level=level, owns=member > 11)
        before = slots
        slots = audio(slots, list(present.values()), float(at))
        flowing = [flow for flow in slots if flow]
        assert len(set(flowing)) == len(flowing) == min(count, len(present))
        assert {flow.member for flow in flowing} <= present.keys()
        for old, new in zip(before, slots, strict=True):
            if old is not None and old in slots:
                assert old == new, "who stays keeps the slot"


def test_the_largest_visible_tiles_are_shown_and_stay_in_their_slots() -> None:
    """Largest first; a tile that stays visible keeps its slot whatever the new sizes are."""
    cameras = [1, 2, 3, 4]
    held: list[Flow | None] = [None, None]
    held = video(held, wanted([], cameras, {1: 100, 2: 300, 3: 200}, held))
    assert held == [Flow(2, "camera"), Flow(3, "camera")]
    held = video(held, wanted([], cameras, {1: 100, 2: 200, 3: 300}, held))
    assert held == [Flow(2, "camera"), Flow(3, "camera")]
    held = video(held, wanted([], cameras, {1: 300, 2: 300, 3: 300, 4: 300}, held))
    assert held == [Flow(2, "camera"), Flow(3, "camera")], "equal tiles do not push each other out"
    held = video(held, wanted([4], cameras, {1: 300, 2: 100, 3: 200}, held))
    assert set(held) == {Flow(4, "screen"), Flow(1, "camera")}


def test_before_the_first_view_everybody_is_visible_and_after_it_only_those_named() -> None:
    """No view: all cameras and screens. A view without a camera hides it; a screen hides only by width 0."""
    assert wanted([3], [1, 2], None, []) == [Flow(3, "screen"), Flow(1, "camera"), Flow(2, "camera")]
    assert wanted([3], [1, 2], {2: 50}, []) == [Flow(3, "screen"), Flow(2, "camera")]
    assert wanted([3], [1, 2], {1: 0, 2: 0, 3: 0}, []) == []


def voiced_after(level: int) -> int:
    """Packets of 20 ms from digital silence until `level` below 0 dBov is taken for a voice."""
    speakers, now = Speakers(), 100.0
    for _ in range(50):
        now += 0.02
        speakers.heard(1, 127, now)
    for number in range(1, 50):
        now += 0.02
        speakers.heard(1, level, now)
        if speakers.speaking(now):
            return number
    raise AssertionError("never")


def test_a_voice_is_noticed_with_its_first_syllable() -> None:
    """A usual voice within 80 ms, a quiet one within 160 ms; after a mute no sooner, and one loud packet is a click."""
    assert 3 <= voiced_after(20) <= 4
    assert 3 < voiced_after(40) <= 8
    speakers = Speakers()
    speakers.heard(1, 10, 100.0)
    assert speakers.speaking(100.0) == []
    speakers.heard(1, 10, 105.0)
    assert speakers.speaking(105.0) == []


def test_speaking_is_told_by_the_average_and_held_through_pauses() -> None:
    """A click is no voice; a voice is; a pause between words does not end it, silence does; mute does at once."""
    speakers = Speakers()
    now = 100.0
    for step in range(50):
        now += 0.02
        speakers.heard(1, 90, now)
        speakers.heard(2, 30 if step == 25 else 90, now)
        assert speakers.speaking(now) == []
    for _ in range(25):
        now += 0.02
        speakers.heard(2, 25, now)
    assert speakers.speaking(now) == [2]
    assert speakers.speaking(now + 0.5) == [2]
    assert speakers.speaking(now + 1.0) == []
    speakers.settle(now + 0.5)
    assert speakers.voice(2).level == FLOOR
    speakers.keep([1])
    assert speakers.speaking(now) == []


def test_the_loudest_is_told_first_and_not_changed_for_a_little() -> None:
    """Two voices of nearly one level do not take turns at being the loudest."""
    speakers = Speakers()
    for step in range(60):
        speakers.heard(1, 30, step * 0.02)
        speakers.heard(2, 28, step * 0.02)
    assert speakers.speaking(1.2) == [2, 1]
    assert speakers.speaking(1.2, [1]) == [1, 2]
