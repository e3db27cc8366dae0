"""A page's media without a browser: ICE, DTLS and SRTP over a real UDP socket, sending what a test wants sent.

It offers like the room page does (microphone, camera, screen, then audio and video slots), proves itself with signed
binding requests, makes the DTLS handshake as client, sends RTP whose content it invents, and keeps what arrives in
each slot. Everything it sends is kept, too, for tests that want to mutate it.
"""

import asyncio
import re
import secrets
import socket
import struct
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, cast

import pylibsrtp
from aioice import stun
from aiortc import RTCIceTransport
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from tests.support.wait import until

OPUS, RED, VP8, RTX = 111, 63, 96, 97
LEVEL_ID, TRANSPORT_ID, MID_ID, RID_ID, REPAIRED_ID = 1, 3, 4, 10, 11
AUDIO_STEP, VIDEO_STEP = 960, 6000
"""RTP time of 20 ms of Opus and of a frame at 15 frames a second."""


@dataclass(frozen=True)
class Arrived:
    """One RTP packet as it came in a slot."""

    sequence: int
    timestamp: int
    marker: bool
    payload_type: int
    payload: bytes
    names: int = 0
    """The member whom its CSRC names; 0 for none."""


@dataclass
class Stream:
    """One stream that the client sends."""

    mid: str
    ssrc: int
    payload_type: int
    announced: bool
    rid: str = ""
    repairs: str = ""
    """The rid of the encoding that this retransmits."""
    sequence: int = field(default_factory=lambda: secrets.randbelow(65536))
    timestamp: int = field(default_factory=lambda: secrets.randbelow(1 << 32))
    picture: int = field(default_factory=lambda: secrets.randbelow(0x8000))
    tl0: int = 0
    sent: int = 0


class RtcClient:
    """One page. Use as an async context manager, or call `close`."""

    def __init__(
        self,
        *,
        audio_slots: int = 2,
        video_slots: int = 2,
        announce: bool = True,
        rids: tuple[str, ...] = (),
        promises: bool = False,
    ) -> None:
        """`announce`: whether the offer names the SSRCs; otherwise the MID extension must do. `rids`: of the camera's
        simulcast encodings, smallest first; `layers` are their streams, `camera` is the smallest. `promises`: offers
        to report what arrives in its slots, which it never does."""
        self._promises = promises
        self.host = "127.0.0.1"
        """Our own address."""
        self.certificate = RTCCertificate.generateCertificate()
        mids = iter(str(number) for number in range(100))
        self.microphone = Stream(next(mids), secrets.randbits(31) | 1, OPUS, announce)
        self.camera = Stream(next(mids), secrets.randbits(31) | 1, VP8, announce)
        self.layers = [Stream(self.camera.mid, secrets.randbits(31) | 1, VP8, announced=False, rid=rid) for rid in rids]
        if self.layers:
            self.camera = self.layers[0]
        self.screen = Stream(next(mids), secrets.randbits(31) | 1, VP8, announce)
        self.audio_mids = [next(mids) for _ in range(audio_slots)]
        self.video_mids = [next(mids) for _ in range(video_slots)]
        self.received: dict[str, list[Arrived]] = defaultdict(list)
        """By mid of the slot."""
        self.key_frame_requests: list[float] = []
        """When a PLI came for the camera."""
        self.layer_requests: dict[str, int] = defaultdict(int)
        """How many PLIs came for each simulcast encoding."""
        self.resent: list[Arrived] = []
        """What came on the retransmission streams, under its original number."""
        self.reports: list[tuple[int, int, int]] = []
        """SSRC, NTP and RTP time of each sender report."""
        self.feedback = 0
        """Transport-wide feedback packets."""
        self.asked_again: list[int] = []
        """Sequence numbers that a NACK asked for."""
        self.sent: list[bytes] = []
        """Every datagram sent."""
        self.slot_ssrcs: dict[int, str] = {}
        self.rtx_ssrcs: dict[int, int] = {}
        """Of a slot's retransmissions -> of the slot."""
        self.server: tuple[str, int] = ("", 0)
        self._transport_sequence = 0
        self._ufrag, self._pwd = secrets.token_hex(4), secrets.token_hex(12)
        self._remote = ("", "")
        self._checks: dict[bytes, asyncio.Future[None]] = {}
        self._ice = _IceSide(self._transmit)
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._ice), [self.certificate])
        self._dtls._set_role("client")
        self._socket: asyncio.DatagramTransport | None = None
        self._connection: asyncio.Transport | None = None
        self._kept: list[asyncio.Transport] = []

    async def __aenter__(self) -> "RtcClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def state(self) -> str:
        """new, connecting, connected, closed or failed."""
        return self._dtls.state

    @property
    def address(self) -> tuple[str, int]:
        """Where our datagrams come from."""
        carrier = self._connection or self._socket
        assert carrier is not None
        host, port = carrier.get_extra_info("sockname")[:2]
        return host, port

    def offer(self) -> str:
        """The SDP offer."""
        fingerprint = next(one.value for one in self.certificate.getFingerprints() if one.algorithm == "sha-256")
        mids = [self.microphone.mid, self.camera.mid, self.screen.mid, *self.audio_mids, *self.video_mids]
        common = [
            f"a=ice-ufrag:{self._ufrag}",
            f"a=ice-pwd:{self._pwd}",
            f"a=fingerprint:sha-256 {fingerprint}",
            "a=setup:actpass",
            "a=rtcp-mux",
            f"a=extmap:{LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            f"a=extmap:{MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid",
        ]
        # Offered for what we send only: we do not report on what we receive, so that our slots get all they show.
        uplink = [f"a=extmap:{TRANSPORT_ID} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"]
        simulcast = [
            f"a=extmap:{RID_ID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            f"a=extmap:{REPAIRED_ID} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            *(f"a=rid:{layer.rid} send" for layer in self.layers),
            "a=simulcast:send " + ";".join(layer.rid for layer in self.layers),
        ]
        audio = [f"a=rtpmap:{OPUS} opus/48000/2", f"a=rtcp-fb:{OPUS} transport-cc", f"a=rtpmap:{RED} red/48000/2"]
        audio.append(f"a=fmtp:{RED} {OPUS}/{OPUS}")
        video = [
            f"a=rtpmap:{VP8} VP8/90000",
            f"a=rtcp-fb:{VP8} nack",
            f"a=rtcp-fb:{VP8} nack pli",
            f"a=rtcp-fb:{VP8} transport-cc",
            f"a=rtpmap:{RTX} rtx/90000",
            f"a=fmtp:{RTX} apt={VP8}",
        ]
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(mids)]
        for mid in mids:
            is_audio = mid == self.microphone.mid or mid in self.audio_mids
            stream = {one.mid: one for one in (self.microphone, self.camera, self.screen)}.get(mid)
            kind, formats = ("audio", f"{OPUS} {RED}") if is_audio else ("video", f"{VP8} {RTX}")
            lines.append(f"m={kind} 9 UDP/TLS/RTP/SAVPF {formats}")
            lines += ["c=IN IP4 0.0.0.0", f"a=mid:{mid}", "a=sendonly" if stream else "a=recvonly"]
            lines += common + (audio if is_audio else video) + (uplink if stream or self._promises else [])
            if self.layers and mid == self.camera.mid:
                lines += simulcast
            if stream and stream.announced:
                lines.append(f"a=ssrc:{stream.ssrc} cname:client")
        return "\r\n".join(lines) + "\r\n"

    def restart_offer(self) -> str:
        """An offer that restarts ICE on the same DTLS connection."""
        self._ufrag, self._pwd = secrets.token_hex(4), secrets.token_hex(12)
        return self.offer()

    def accept(self, answer: str) -> None:
        """Take over the answer's addresses, credentials and slot SSRCs."""
        self._remote = (_found(r"a=ice-ufrag:(\S+)", answer), _found(r"a=ice-pwd:(\S+)", answer))
        host, _, port = _found(r"a=candidate:\S+ 1 udp \d+ (\S+ \d+)", answer).partition(" ")
        self.server = (host, int(port))
        self._fingerprint = _found(r"a=fingerprint:sha-256 (\S+)", answer)
        for section in answer.split("m=")[1:]:
            mid, ssrc = re.search(r"a=mid:(\S+)", section), re.search(r"a=ssrc:(\d+)", section)
            if repair := re.search(r"a=ssrc-group:FID (\d+) (\d+)", section):
                self.rtx_ssrcs[int(repair[2])] = int(repair[1])
            if mid and ssrc:
                self.slot_ssrcs[int(ssrc[1])] = mid[1]

    async def connect(self, answer: str, *, tcp: bool = False) -> None:
        """Accept the answer, prove ourselves, shake hands."""
        self.accept(answer)
        await (self.open_connection() if tcp else self.open_socket())
        await self.check()
        await self.shake_hands()

    async def shake_hands(self) -> None:
        """DTLS, once the server has answered a check."""
        await self._dtls.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", self._fingerprint)]))
        assert self.state == "connected", self.state

    async def open_socket(self) -> None:
        """A socket of a new port: the first one, or an address change."""
        self._leave()
        loop = asyncio.get_running_loop()
        self._socket, _ = await loop.create_datagram_endpoint(lambda: _Protocol(self), local_addr=(self.host, 0))

    async def open_connection(self, *, keep: bool = False) -> None:
        """A TCP connection to the server instead of a socket; `keep` what there was, unused."""
        if keep and self._connection is not None:
            self._kept.append(self._connection)
        else:
            self._leave()
        loop = asyncio.get_running_loop()
        ours = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)  # what is not read soon stays with the server
        ours.bind((self.host, 0))
        await loop.sock_connect(ours, self.server)
        self._connection, _ = await loop.create_connection(lambda: _Frames(self), sock=ours)

    def read(self, reading: bool) -> None:
        """Stop taking what comes through the TCP connection, or go on."""
        assert self._connection is not None
        if reading:
            self._connection.resume_reading()
        else:
            self._connection.pause_reading()

    def _leave(self) -> None:
        for carrier in (self._socket, self._connection, *self._kept):
            if carrier is not None:
                carrier.close()
        self._socket = self._connection = None

    async def check(self, *, nominate: bool = True) -> None:
        """A signed binding request, until it is answered."""
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._remote[0]}:{self._ufrag}"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLING"] = 1
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self._remote[1].encode())
        answered = self._checks[request.transaction_id] = asyncio.get_running_loop().create_future()

        async def asked() -> bool:
            self._transmit(bytes(request))
            await asyncio.wait([answered], timeout=0.05)
            return answered.done()

        await until(asked, "the server answers a binding request")

    def send_audio(self, level: int = 20, payload: bytes = b"opus", before: bytes | None = None) -> None:
        """One packet of the microphone, `level` dB below the loudest; with `before`, in RED with a copy of that."""
        self.microphone.payload_type = OPUS if before is None else RED
        if before is not None:
            head = 0x80000000 | OPUS << 24 | AUDIO_STEP << 10 | len(before)
            payload = struct.pack("!IB", head, OPUS) + before + payload
        self._send(self.microphone, payload, marker=False, level=level)
        self.microphone.timestamp += AUDIO_STEP

    def send_video(self, *, key_frame: bool = False, payload: bytes = b"picture", stream: Stream | None = None) -> None:
        """One frame of one packet of the camera (or another stream)."""
        stream = stream or self.camera
        first = 0x00 if key_frame else 0x01
        head = struct.pack("!BBHBBB", 0x90, 0xE0, 0x8000 | stream.picture & 0x7FFF, stream.tl0 & 0xFF, 0, first)
        self._send(stream, head + payload, marker=True)
        stream.picture += 1
        stream.tl0 += 1
        stream.timestamp += VIDEO_STEP

    def send_again(self, stream: Stream, sequence: int, payload: bytes) -> None:
        """A packet of the retransmission stream: the original's number and payload."""
        self._send(stream, (sequence & 0xFFFF).to_bytes(2, "big") + payload, marker=True)

    def send_padding(self) -> None:
        """A packet of the camera that is padding only, as bandwidth probes are."""
        self._send(self.camera, bytes(15) + bytes((16,)), marker=False, padding=True)

    def lose(self, stream: Stream) -> None:
        """Leave out one sequence number, as if a packet had been lost."""
        stream.sequence += 1

    def report(self, stream: Stream, ntp: float) -> None:
        """A sender report that says: at `ntp` seconds of our clock this stream was at its present timestamp."""
        self.send_rtcp(
            struct.pack(
                "!BBHIQIII", 0x80, 200, 6, stream.ssrc, int(ntp * (1 << 32)), stream.timestamp & 0xFFFFFFFF, 0, 0
            )
        )

    def want_key_frame(self, mid: str) -> None:
        """A PLI for a slot."""
        self.send_rtcp(struct.pack("!BBHII", 0x81, 206, 2, 1, self.ssrc_of(mid)))

    def want_again(self, mid: str, sequence: int) -> None:
        """A NACK for a slot."""
        self.send_rtcp(struct.pack("!BBHIIHH", 0x81, 205, 3, 1, self.ssrc_of(mid), sequence & 0xFFFF, 0))

    def ssrc_of(self, mid: str) -> int:
        return next(ssrc for ssrc, slot in self.slot_ssrcs.items() if slot == mid)

    def send_rtcp(self, data: bytes) -> None:
        self._transmit(self._dtls._tx_srtp.protect_rtcp(data))

    def send_raw(self, data: bytes) -> None:
        """Any datagram, from this client's address."""
        if self._connection is not None:
            self._connection.write(len(data).to_bytes(2, "big") + data)
        elif self._socket is not None:
            self._socket.sendto(data, self.server)

    async def close(self) -> None:
        reading = self._dtls._task
        await self._dtls.stop()
        if reading is not None:
            await asyncio.wait([reading])
        self._leave()
        await asyncio.sleep(0)

    def _send(
        self, stream: Stream, payload: bytes, *, marker: bool, level: int | None = None, padding: bool = False
    ) -> None:
        self._transport_sequence += 1
        elements = struct.pack("!BH", TRANSPORT_ID << 4 | 1, self._transport_sequence & 0xFFFF)
        if level is not None:
            elements += bytes((LEVEL_ID << 4, level | 0x80))
        if not stream.announced:
            for number, name in ((MID_ID, stream.mid), (RID_ID, stream.rid), (REPAIRED_ID, stream.repairs)):
                if name:
                    elements += bytes((number << 4 | len(name) - 1,)) + name.encode()
        elements += bytes(-len(elements) % 4)
        packet = struct.pack(
            "!BBHII",
            0x90 | (0x20 if padding else 0),
            stream.payload_type | (0x80 if marker else 0),
            stream.sequence & 0xFFFF,
            stream.timestamp & 0xFFFFFFFF,
            stream.ssrc,
        )
        packet += struct.pack("!HH", 0xBEDE, len(elements) // 4) + elements + payload
        stream.sequence += 1
        stream.sent += 1
        self._transmit(self._dtls._tx_srtp.protect(packet))

    def _transmit(self, data: bytes) -> None:
        carrier = self._connection or self._socket
        if carrier is not None and not carrier.is_closing():
            self.sent.append(data)
            self.send_raw(data)

    def arrived(self, data: bytes) -> None:
        """A datagram from the server."""
        first = data[0]
        if first < 4:
            message = stun.parse_message(data)
            waiting = self._checks.pop(message.transaction_id, None)
            if waiting is not None and not waiting.done() and message.message_class is stun.Class.RESPONSE:
                waiting.set_result(None)
        elif 19 < first < 64:
            self._ice.queue.put_nowait(data)
        elif self.state != "connected":
            return
        elif 191 < data[1] < 224:
            self._rtcp(self._dtls._rx_srtp.unprotect_rtcp(data))
        else:
            self._rtp(data)

    def _rtp(self, data: bytes) -> None:
        try:
            packet = self._dtls._rx_srtp.unprotect(data)
        except pylibsrtp.Error:  # sent again although it had arrived
            return
        first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", packet)
        assert first in (0x80, 0x90, 0x81, 0x91), "slots carry no padding, and one CSRC at most"
        names = 0
        if first & 0x01:
            names = int.from_bytes(packet[12:16], "big")
            packet = packet[:12] + packet[16:]
        if first & 0x10:
            assert packet[12:16] == b"\xbe\xde\0\1", "one extension, the transport-wide number"
            packet = packet[:12] + packet[20:]
        arrived = Arrived(sequence, timestamp, bool(second & 0x80), second & 0x7F, packet[12:], names)
        if ssrc in self.rtx_ssrcs:
            ssrc, original = self.rtx_ssrcs[ssrc], int.from_bytes(packet[12:14], "big")
            arrived = replace(arrived, sequence=original, payload_type=VP8, payload=packet[14:])
            self.resent.append(arrived)
        self.received[self.slot_ssrcs[ssrc]].append(arrived)

    def _rtcp(self, packet: bytes) -> None:
        at = 0
        while at < len(packet):
            first, kind, words = struct.unpack_from("!BBH", packet, at)
            count, end = first & 0x1F, at + 4 + 4 * words
            if kind == 200:
                self.reports.append(struct.unpack_from("!IQI", packet, at + 4))
            elif kind == 206 and count == 1 and (rid := self._rid(packet[at + 8 : at + 12])):
                self.layer_requests[rid] += 1
            elif kind == 206 and count == 1 and packet[at + 8 : at + 12] == self.camera.ssrc.to_bytes(4, "big"):
                self.key_frame_requests.append(time.monotonic())
            elif kind == 205 and count == 15:
                self.feedback += 1
            elif kind == 205 and count == 1:
                for base, following in struct.iter_unpack("!HH", packet[at + 12 : end]):
                    self.asked_again += [base, *(base + 1 + bit & 0xFFFF for bit in range(16) if following >> bit & 1)]
            at = end

    def _rid(self, ssrc: bytes) -> str:
        return next((layer.rid for layer in self.layers if layer.ssrc.to_bytes(4, "big") == ssrc), "")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, f"{pattern} is not in {text}"
    return match[1]


class _IceSide:
    """As much of an ICE transport as aiortc's DTLS uses."""

    role = "controlling"

    def __init__(self, transmit: Any) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._transmit = transmit

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self._transmit(data)


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, client: RtcClient) -> None:
        self._client = client

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._client.arrived(data)


class _Frames(asyncio.Protocol):
    """RFC 4571: each packet behind its length."""

    def __init__(self, client: RtcClient) -> None:
        self._client = client
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        while len(self._data) > 2 and len(self._data) >= (end := 2 + int.from_bytes(self._data[:2], "big")):
            frame, self._data = self._data[2:end], self._data[end:]
            self._client.arrived(frame)
