"""One person of the load: sends 50 audio and 60 video packets a second, and counts what comes back.

What is sent is made like Chromium's packets (header extensions, VP8 descriptors, key frames when asked), carries the
time at which it was sent, and is remembered for a while. A person who is a probe decrypts everything that arrives,
compares it byte for byte with what was sent, and notes its delay: from the clock reading in the payload to the kernel's
own arrival time (SO_TIMESTAMPNS), so that a busy generator does not count as a slow server. The same times go into the
transport-wide feedback that a server may ask for.

The same class talks to both servers. Ours has one connection for both directions; Janus has one for each.
"""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pylibsrtp
from aiortc.rtcdtlstransport import RTCCertificate

from telehealth.media import rtcp, rtp
from telehealth.media.arrivals import Arrivals
from telehealth.simulate.sdp import EXTENSIONS, OPUS, RTX, VP8
from telehealth.simulate.transport import BURST, DATAGRAM, Remote, Transport

TICK = 0.02
AUDIO_BYTES, VIDEO_BYTES = 100, 1100
FRAMES = (0, 2)
"""Ticks of every five at which a video frame is sent: 20 frames a second ..."""
PACKETS_PER_FRAME = 3
"""... of three packets."""
REMEMBERED = 1024
ESTIMATE = 100_000_000
"""bit/s that a person says to be able to receive: the network is not what is measured."""
SO_TIMESTAMPNS = 35
_TIME = struct.Struct("qq")
_BODY = struct.Struct("!QII")
_FILLER = os.urandom(VIDEO_BYTES + 64)
_KEY_FRAME = bytes.fromhex("10 02 00 9d 01 2a 80 02 68 01")
_DELTA_FRAME = bytes.fromhex("11 02 00 00 00 00 00 00 00 00")
CERTIFICATE = RTCCertificate.generateCertificate()


@dataclass
class Tally:
    """What one generator saw, all people together."""

    sent: int = 0
    compared: int = 0
    differing: int = 0
    nacks: int = 0
    delays: list[int] = field(default_factory=list)
    """Nanoseconds."""


class Source:
    """One stream that a person sends."""

    def __init__(self, who: int, *, video: bool, tally: Tally, sources: dict[int, "Source"]) -> None:
        self.ssrc = int.from_bytes(os.urandom(4), "big") | 1
        self.video = video
        self.tag = who << 1 | video
        self.key_frame_wanted = True
        self.number = 0
        self.timestamp = int.from_bytes(os.urandom(4), "big")
        self._first = int.from_bytes(os.urandom(2), "big")
        self._tally = tally
        self._sent: list[bytes] = [b""] * REMEMBERED
        sources[self.tag] = self

    def packet(self, transport_sequence: int, *, marker: bool, head: bytes) -> bytes:
        """The next packet: `head` and then a body that nobody else sends."""
        number = self.number
        size = (VIDEO_BYTES if self.video else AUDIO_BYTES) - _BODY.size - len(head)
        at = number & 63
        payload = head + _BODY.pack(time.time_ns(), number, self.tag) + _FILLER[at : at + size]
        self._sent[number % REMEMBERED] = payload
        elements = struct.pack("!BH", EXTENSIONS[rtp.TRANSPORT_CC] << 4 | 1, transport_sequence & 0xFFFF)
        elements += b"\0" if self.video else bytes((EXTENSIONS[rtp.AUDIO_LEVEL] << 4, 0x80 | 20 + number % 8, 0, 0, 0))
        self.number += 1
        self._tally.sent += 1
        return (
            rtp.HEADER.pack(
                0x90,
                (VP8 if self.video else OPUS) | (0x80 if marker else 0),
                self._first + number & 0xFFFF,
                self.timestamp & 0xFFFFFFFF,
                self.ssrc,
            )
            + struct.pack("!HH", 0xBEDE, len(elements) // 4)
            + elements
            + payload
        )

    def begin_at(self, sequence: int, timestamp: int) -> None:
        """The numbers of the first packet; before that."""
        self._first, self.timestamp = sequence, timestamp

    def wraps(self) -> dict[str, int]:
        """How often its numbers have run over."""
        return {"sequence": self._first + self.number >> 16, "timestamp": self.timestamp >> 32}

    def check(self, payload: bytes) -> int | None:
        """When this payload was sent; None if it is not one that was."""
        number = _BODY.unpack_from(payload, 16 if self.video else 0)[1]
        sent = self._sent[number % REMEMBERED]
        # A server may renumber pictures (bytes 2 to 5 of the descriptor, RFC 7741 4.2), and nothing else.
        same = payload[:2] == sent[:2] and payload[6:] == sent[6:] if self.video else payload == sent
        return _BODY.unpack_from(payload, 16 if self.video else 0)[0] if same else None


class Receiving(Transport):
    """A connection on which streams come in. Counting them costs the generator about two microseconds a packet."""

    def __init__(self, heed: Callable[[bytes], None], probe: "Probe | None", **roles: bool) -> None:
        """`heed` takes RTCP in the clear."""
        super().__init__(lambda data: heed(self.unprotect_rtcp(data)), certificate=CERTIFICATE, **roles)
        self.received = 0
        self.latest: dict[bytes, bytes] = {}
        """The last packet of each SSRC."""
        self.highest: dict[bytes, int] = {}
        self.probe = probe
        self.extra = 0
        """Packets that are nobody's media: retransmissions, and what a server sends to probe for bandwidth."""
        self.feedback_id = 0
        """Of the transport-wide sequence number, where the server wants feedback about what it sends."""
        self.arrivals = Arrivals()

    def _readable(self) -> None:
        receive, latest, probe, arrivals = self.socket.recvmsg, self.latest, self.probe, self.arrivals
        element = self.feedback_id << 4 | 1
        timed = probe is not None or element != 1
        room = 64 if timed else 0
        count = arrived = 0
        for _ in range(BURST):
            try:
                data, notes, _, _ = receive(DATAGRAM, room)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                continue
            if len(data) < 12 or not 127 < data[0] < 192 or 191 < data[1] < 224:
                self._arrived(data)
                continue
            if timed and notes:
                seconds, nanoseconds = _TIME.unpack(notes[0][2])
                arrived = seconds * 1_000_000_000 + nanoseconds
            if element != 1:
                at, end = 16 + 4 * (data[0] & 0x0F), 0
                if data[0] & 0x10:
                    end = at + 4 * (data[at - 2] << 8 | data[at - 1])
                while at < end and data[at] != element:  # one-byte elements, zero is padding (RFC 8285 4.2)
                    at += 2 + (data[at] & 0x0F) if data[at] else 1
                if at < end:
                    arrivals.arrived(data[at + 1] << 8 | data[at + 2], 0, arrived / 1e9)
            if data[1] & 0x7F == RTX:
                self.extra += 1
                continue
            count += 1
            latest[data[8:12]] = data
            if probe is not None and self.connected:  # the server's keys may be ready before ours
                probe.look(self.unprotect, data, arrived)
        self.received += count

    async def connect(self, remote: Remote) -> None:
        if self.probe is not None or self.feedback_id:
            self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        await super().connect(remote)

    def advanced(self) -> int:
        """The sum of the extended sequence numbers of what comes in."""
        return sum(self._extended(ssrc, data) for ssrc, data in self.latest.items())

    def _extended(self, ssrc: bytes, data: bytes) -> int:
        before = self.highest.get(ssrc)
        sequence = data[2] << 8 | data[3]
        self.highest[ssrc] = number = sequence if before is None else rtp.extended(sequence, before)
        return number

    def feedback(self) -> None:
        for packet in self.arrivals.take():
            self.send_rtcp(packet)

    def report(self) -> None:
        """Once a second, as a page does: what has arrived, and how much more could."""
        blocks = [
            rtcp.ReportBlock(int.from_bytes(ssrc, "big"), 0, 0, self._extended(ssrc, data), 0, 0, 0)
            for ssrc, data in self.latest.items()
        ]
        for at in range(0, len(blocks), 31):
            self.send_rtcp(rtcp.receiver_report(blocks[at : at + 31]) + _remb([b.ssrc for b in blocks[at : at + 31]]))


class Probe:
    """Decrypts, compares, and takes the time."""

    def __init__(self, sources: dict[int, Source], tally: Tally, *, video: bool) -> None:
        self._sources, self._tally, self._video = sources, tally, video

    def look(self, unprotect: Callable[[bytes], bytes], data: bytes, arrived: int) -> None:
        if not self._video and len(data) > 4 * AUDIO_BYTES:
            return
        try:
            clear = unprotect(data)
        except pylibsrtp.Error:
            self._tally.differing += 1
            return
        payload = _payload(clear)
        at = 16 if len(payload) > 4 * AUDIO_BYTES else 0
        source = self._sources.get(_BODY.unpack_from(payload, at)[2]) if len(payload) >= at + _BODY.size else None
        sent = None if source is None else source.check(payload)
        if sent is None:
            self._tally.differing += 1
            return
        self._tally.compared += 1
        self._tally.delays.append(arrived - sent)


class Person:
    """Sends on `up`, receives on `down` (the same connection at ours)."""

    def __init__(
        self,
        who: int,
        tally: Tally,
        sources: dict[int, Source],
        *,
        probe: bool,
        probe_video: bool,
        packets_per_frame: int = PACKETS_PER_FRAME,
    ) -> None:
        self.who = who
        self._packets_per_frame = packets_per_frame
        self.audio = Source(who, video=False, tally=tally, sources=sources)
        self.video = Source(who, video=True, tally=tally, sources=sources)
        self.probe = Probe(sources, tally, video=probe_video) if probe else None
        self._tally = tally
        self._picture = self._tick = self._transport_sequence = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connections(self, *, one: bool) -> None:
        """The connections of this person: `one` for both directions, or one for each."""
        if one:
            self.up = self.down = Receiving(self._heed, self.probe)
        else:
            self.up = Receiving(self._heed, None, dtls_client=False)
            self.down = Receiving(self._heed, self.probe, controlling=False)

    def begin(self, after: float) -> None:
        """Send from `after` seconds on."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + after
        self._timer = loop.call_at(self._due, self._send)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _send(self) -> None:
        loop = asyncio.get_running_loop()
        tick, audio, video = self._tick, self.audio, self.video
        protect, send = self.up.protect, self.up.send
        send(protect(audio.packet(self._next(), marker=False, head=b"")))
        audio.timestamp += 960
        if tick % 5 in FRAMES:
            frame = _KEY_FRAME if video.key_frame_wanted else _DELTA_FRAME
            video.key_frame_wanted = False
            picture = self._picture = self._picture + 1
            for at in range(self._packets_per_frame):
                start = 0x80 if at else 0x90
                head = struct.pack("!BBHBB", start, 0xE0, 0x8000 | picture & 0x7FFF, picture & 0xFF, 0) + frame
                send(protect(video.packet(self._next(), marker=at == self._packets_per_frame - 1, head=head)))
            video.timestamp += 4500
        if tick % 5 == 0 and self.down.feedback_id:
            self.down.feedback()
        if tick % 50 == self.who % 50:
            self.up.send_rtcp(self._sender_report(audio) + self._sender_report(video))
            self.down.report()
        self._tick += 1
        self._due += TICK
        self._timer = loop.call_at(self._due, self._send)

    def _next(self) -> int:
        self._transport_sequence += 1
        return self._transport_sequence

    def _sender_report(self, source: Source) -> bytes:
        ntp = int((time.time() + 2_208_988_800) * (1 << 32))
        size = VIDEO_BYTES if source.video else AUDIO_BYTES
        return rtcp.sender_report(
            source.ssrc, ntp, source.timestamp & 0xFFFFFFFF, source.number, source.number * size & 0xFFFFFFFF
        )

    def _heed(self, packet: bytes) -> None:
        at = 0
        while at + 12 <= len(packet):
            first, kind, words = struct.unpack_from("!BBH", packet, at)
            if kind == 206 and first & 0x1F in (1, 4):  # PLI, FIR
                self.video.key_frame_wanted = True
            elif kind == 205 and first & 0x1F == 1:
                self._tally.nacks += 1
            at += 4 + 4 * words


def _payload(packet: bytes) -> bytes:
    """What follows the header and its extensions (RFC 3550 section 5)."""
    at = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        at += 4 + 4 * (packet[at + 2] << 8 | packet[at + 3])
    return packet[at:]


def _remb(ssrcs: list[int]) -> bytes:
    """Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03)."""
    exponent = max(0, ESTIMATE.bit_length() - 18)
    rate = struct.pack("!I", len(ssrcs) << 24 | exponent << 18 | ESTIMATE >> exponent)
    body = struct.pack("!II", 1, 0) + b"REMB" + rate + struct.pack(f"!{len(ssrcs)}I", *ssrcs)
    return struct.pack("!BBH", 0x8F, 206, len(body) // 4) + body
