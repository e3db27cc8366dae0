"""What a simulated participant sends: the loops of its face and voice, as one page's microphone and camera.

One timer of 20 ms; each packet is made of prepared pieces and costs a header, its protection and a system call. Talking
goes round: everybody has some seconds of their own, so that the speaker changes as in a group. A key frame that is
asked for is the beginning of the loop.
"""

import asyncio
import secrets
import struct
import time
from dataclasses import dataclass

from telehealth.media import rtcp, rtp

from .face import FRAME_SECONDS, Loops
from .sdp import EXTENSIONS, OPUS, VP8
from .transport import Transport
from .voice import FRAME, LEVEL, SECONDS, SILENT, Voice

TICK = 0.02
TICKS_PER_FRAME = round(FRAME_SECONDS / TICK)
TURN = 6.0
"""Seconds that each participant has: four of talking, two of silence."""
LEAST_TURNS = 3
"""Whoever is alone is silent for two turns of three."""
FRAME_CLOCK = round(90_000 * FRAME_SECONDS)


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything that is prepared for one participant."""

    face: Loops
    voice: Voice
    number: int
    of: int
    """How many take turns."""


class _Stream:
    def __init__(self, payload_type: int) -> None:
        self.ssrc = secrets.randbelow(0xFFFFFFFE) + 1
        self.payload_type = payload_type
        self.sequence = secrets.randbelow(1 << 15)
        self.timestamp = secrets.randbelow(1 << 31)
        self.packets = self.octets = 0

    def packet(self, elements: bytes, payload: bytes, *, marker: bool) -> bytes:
        self.sequence = self.sequence + 1 & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        second = self.payload_type | (0x80 if marker else 0)
        head = rtp.HEADER.pack(0x90, second, self.sequence, self.timestamp & 0xFFFFFFFF, self.ssrc)
        return b"".join((head, struct.pack("!HH", 0xBEDE, len(elements) // 4), elements, payload))

    def report(self, now: float) -> bytes:
        ntp = int((now + 2_208_988_800) * (1 << 32))
        return rtcp.sender_report(self.ssrc, ntp, self.timestamp, self.packets, self.octets)


class Sender:
    """Sends over `transport` while `microphone` and `camera` are on."""

    def __init__(self, looks: Looks) -> None:
        self.microphone = self.camera = False
        self.transport: Transport | None = None
        self._looks = looks
        self._audio, self._video = _Stream(OPUS), _Stream(VP8)
        self._frames = looks.face.quiet
        self._next_frame = 0
        self._picture = secrets.randbelow(1 << 15)
        self._tick = self._transport_sequence = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def ssrcs(self) -> tuple[int, int]:
        """Of the microphone and the camera."""
        return self._audio.ssrc, self._video.ssrc

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._due = loop.time()
        self._timer = loop.call_at(self._due, self._send)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def key_frame(self) -> None:
        """The next frame is one."""
        self._next_frame = 0

    def _send(self) -> None:
        loop = asyncio.get_running_loop()
        transport = self.transport
        if transport is not None and transport.connected:
            if self.microphone:
                self._send_audio(transport)
            if self._tick % TICKS_PER_FRAME == 0 and self.camera:
                self._send_video(transport)
            if self._tick % 50 == 0:
                now = time.time()
                for stream, on in ((self._audio, self.microphone), (self._video, self.camera)):
                    if on:
                        transport.send_rtcp(stream.report(now))
        self._audio.timestamp += FRAME
        self._tick += 1
        # After a pause (a stopped process, a closed laptop) what was missed is not sent in one burst.
        self._due = max(self._due + TICK, loop.time() - TICK)
        self._timer = loop.call_at(self._due, self._send)

    def _talking_since(self) -> float | None:
        """Seconds since the beginning of the words; None in silence. All participants of a process share its clock."""
        turns = max(self._looks.of, LEAST_TURNS)
        at = time.monotonic() % (turns * TURN) - self._looks.number * TURN
        return at if 0 <= at < SECONDS else None

    def _send_audio(self, transport: Transport) -> None:
        since = self._talking_since()
        words = self._looks.voice.words
        payload = self._looks.voice.silence if since is None else words[min(int(since / TICK), len(words) - 1)]
        level = SILENT if since is None else LEVEL
        elements = self._number() + bytes((EXTENSIONS[rtp.AUDIO_LEVEL] << 4, level, 0, 0, 0))
        transport.send(transport.protect(self._audio.packet(elements, payload, marker=False)))

    def _send_video(self, transport: Transport) -> None:
        if self._next_frame == 0:
            self._frames = self._looks.face.quiet if self._talking_since() is None else self._looks.face.talking
        pieces = self._frames[self._next_frame]
        self._next_frame = (self._next_frame + 1) % len(self._frames)
        self._picture = self._picture + 1 & 0x7FFF
        self._video.timestamp += FRAME_CLOCK
        for at, piece in enumerate(pieces):
            head = struct.pack("!BBH", 0x80 if at else 0x90, 0x80, 0x8000 | self._picture)  # RFC 7741 4.2
            packet = self._video.packet(self._number() + b"\0", head + piece, marker=at == len(pieces) - 1)
            transport.send(transport.protect(packet))

    def _number(self) -> bytes:
        self._transport_sequence = self._transport_sequence + 1 & 0xFFFF
        return struct.pack("!BH", EXTENSIONS[rtp.TRANSPORT_CC] << 4 | 1, self._transport_sequence)
