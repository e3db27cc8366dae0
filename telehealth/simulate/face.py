"""The camera of a simulated participant: a friendly drawn face in a colour of its own, encoded once as VP8.

Two loops of two seconds, quiet and talking, each beginning with a key frame; sending them costs no encoder. Drawn
in rows of bytes on the planes of a YUV 4:2:0 picture, which needs no drawing library.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext

WIDTH, HEIGHT = 320, 240
FRAME_SECONDS = 0.06
FRAMES = 33
BITRATE = 150_000
PACKET = 1150
"""Bytes of VP8 in one RTP packet."""

Colour = tuple[int, int, int]
"""Y, U, V."""
INK: Colour = (40, 128, 128)
WHITE: Colour = (225, 128, 128)
MOUTH: Colour = (70, 115, 170)
SKINS: Sequence[Colour] = ((190, 100, 150), (150, 108, 152), (105, 115, 148), (210, 105, 143), (80, 120, 142))
ROOMS: Sequence[Colour] = (
    (120, 150, 100), (140, 110, 90), (110, 120, 160), (150, 150, 120),
    (100, 140, 140), (160, 90, 120), (130, 170, 110), (125, 95, 150),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loops:
    """Frames, each as the pieces that fit into packets."""

    quiet: Sequence[Sequence[bytes]]
    talking: Sequence[Sequence[bytes]]


def loops(number: int) -> Loops:
    """The face of participant `number`."""
    return Loops(_encoded(number, talks=False), _encoded(number, talks=True))


def _encoded(number: int, *, talks: bool) -> list[list[bytes]]:
    codec = av.CodecContext.create("libvpx", "w")
    assert isinstance(codec, VideoCodecContext)  # noqa: S101  # what "libvpx" is
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.bit_rate = BITRATE
    codec.time_base = Fraction(60, 1000)
    codec.gop_size = FRAMES + 1
    codec.options = {"deadline": "realtime", "cpu-used": "4", "lag-in-frames": "0", "error-resilient": "1"}
    packets = []
    for at in range(FRAMES):
        frame = _frame(number, at / FRAMES, talks=talks)
        frame.pts = at
        packets += codec.encode(frame)
    packets += codec.encode(None)
    return [_pieces(bytes(packet)) for packet in packets]


def _pieces(frame: bytes) -> list[bytes]:
    return [frame[at : at + PACKET] for at in range(0, len(frame), PACKET)]


def _frame(number: int, phase: float, *, talks: bool) -> av.VideoFrame:
    """The picture at `phase` of the loop (0 to 1); the last one leads over to the first."""
    turn = 2 * math.pi * phase
    x = WIDTH / 2 + 14 * math.sin(turn + number)
    y = HEIGHT / 2 + 10 + 5 * math.sin(2 * turn)
    picture = _Picture(ROOMS[number % len(ROOMS)])
    picture.ellipse(x, HEIGHT + 30, 95, 80, ROOMS[(number + 3) % len(ROOMS)])
    picture.ellipse(x, y - 18, 66, 74, (50 + 20 * (number % 4), 118, 138))
    picture.ellipse(x, y, 58, 70, SKINS[number % len(SKINS)])
    blinks = 0.45 < phase < 0.51
    for side in (-1, 1):
        picture.ellipse(x + 22 * side, y - 14, 10, 1.5 if blinks else 10, WHITE)
        picture.ellipse(x + 22 * side + 3 * math.sin(turn), y - 14, 4.5, 1.5 if blinks else 4.5, INK)
        picture.ellipse(x + 22 * side, y - 33, 12, 2, INK)
    picture.ellipse(x, y + 32, 20, 4 + (7 * abs(math.sin(6 * turn)) if talks else 0), MOUTH)
    return picture.frame()


class _Picture:
    def __init__(self, background: Colour) -> None:
        self._planes = [
            bytearray(bytes((background[0],)) * (WIDTH * HEIGHT)),
            bytearray(bytes((background[1],)) * (WIDTH * HEIGHT // 4)),
            bytearray(bytes((background[2],)) * (WIDTH * HEIGHT // 4)),
        ]

    def ellipse(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        """Filled, with these half axes."""
        for plane, value, shrink in zip(self._planes, colour, (1, 2, 2), strict=True):
            width, height = WIDTH // shrink, HEIGHT // shrink
            for row in range(max(0, int((y - down) / shrink)), min(height, int((y + down) / shrink) + 1)):
                inside = 1 - ((row * shrink - y) / down) ** 2
                if inside <= 0:
                    continue
                reach = across * math.sqrt(inside)
                left, right = max(0, int((x - reach) / shrink)), min(width, int((x + reach) / shrink))
                if right > left:
                    plane[row * width + left : row * width + right] = bytes((value,)) * (right - left)

    def frame(self) -> av.VideoFrame:
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, drawn in zip(frame.planes, self._planes, strict=True):
            width = plane.width
            padded = bytearray(plane.line_size * plane.height)
            for row in range(plane.height):
                padded[row * plane.line_size : row * plane.line_size + width] = drawn[row * width : (row + 1) * width]
            plane.update(bytes(padded))
        return frame
