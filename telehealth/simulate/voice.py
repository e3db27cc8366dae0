"""The microphone of a simulated participant: a soft hum at a pitch of its own, and silence, encoded once as Opus."""

import array
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.codeccontext import AudioCodecContext

RATE = 48000
FRAME = 960
"""Samples of 20 ms."""
SECONDS = 4
LOUDNESS = 1800
"""Of 32767: a quiet voice in the next room, for a newcomer with headphones."""
LEVEL, SILENT = 34, 127
"""-dBov (RFC 6464)."""
BITRATE = 24_000
LEAST, STEP = 110.0, 17.0
"""Hz: the lowest voice, and how much higher the next one is."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Opus packets of 20 ms."""

    words: Sequence[bytes]
    silence: bytes


def voice(number: int) -> Voice:
    """The voice of participant `number`."""
    pitch = LEAST + STEP * (number % 8)
    samples = array.array("h", (_sample(at / RATE, pitch) for at in range(SECONDS * RATE)))
    return Voice(_encoded(samples), _encoded(array.array("h", bytes(20 * FRAME)))[5])


def _sample(at: float, pitch: float) -> int:
    """Three harmonics under an envelope of about three syllables a second; it begins and ends in silence."""
    syllables = math.sin(math.pi * 3 * at) ** 2 * math.sin(math.pi * at / SECONDS)
    turn = 2 * math.pi * (pitch * at + 0.6 * math.sin(2 * math.pi * 0.7 * at))
    return int(LOUDNESS * syllables * (math.sin(turn) + 0.5 * math.sin(2 * turn) + 0.25 * math.sin(3 * turn)))


def _encoded(samples: "array.array[int]") -> list[bytes]:
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, AudioCodecContext)  # noqa: S101  # what "libopus" is
    codec.sample_rate, codec.layout, codec.format = RATE, "mono", "s16"
    codec.bit_rate = BITRATE
    codec.time_base = Fraction(1, RATE)
    codec.options = {"application": "voip"}
    packets = []
    for at in range(0, len(samples), FRAME):
        frame = av.AudioFrame("s16", "mono", FRAME)
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        frame.planes[0].update(samples[at : at + FRAME].tobytes())
        packets += codec.encode(frame)
    packets += codec.encode(None)
    return [bytes(packet) for packet in packets]
