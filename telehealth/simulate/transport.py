"""A page's secure transport without a browser: ICE, DTLS and SRTP over one UDP socket, in the page's role.

The counterpart of `telehealth/media/peer.py`, and like it built on private members of aiortc 1.16.0, the same ones:
`_set_role`, `_rx_srtp`, `_tx_srtp`, `_task`, and `_ssl` for the name of the SRTP profile. It answers binding requests,
so that full ICE agents accept it as well as our ICE-lite server, and it goes on proving consent (RFC 7675). What comes
in as SRTP or SRTCP is handed to `media` as it is: most of it is never looked at, which keeps a hundred of these cheap.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import pylibsrtp
from aioice import stun
from aiortc import RTCIceTransport
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

BURST = 64
"""Datagrams read before other work gets its turn."""
DATAGRAM = 2048
SOCKET_BUFFER = 4 << 20
SO_RCVBUFFORCE = 33
"""Linux: a receive buffer above net.core.rmem_max, for who is privileged."""
CHECK_EVERY = 0.05
CONSENT_EVERY = 5.0
CONNECT_WITHIN = 10.0


class NotConnected(Exception):
    """The server did not answer, or the handshake failed."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The other side, as its SDP says."""

    ufrag: str
    password: str
    fingerprint: str
    address: tuple[str, int]


class Transport:
    """New, then connected, then closed. `media(data)` takes each SRTP and SRTCP datagram."""

    def __init__(
        self,
        media: Callable[[bytes], None],
        *,
        certificate: RTCCertificate | None = None,
        controlling: bool = True,
        dtls_client: bool = True,
    ) -> None:
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(12)
        certificate = certificate or RTCCertificate.generateCertificate()
        self.fingerprint = next(one.value for one in certificate.getFingerprints() if one.algorithm == "sha-256")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._media = media
        self._controlling = controlling
        self._remote: Remote | None = None
        self._checks: dict[bytes, asyncio.Future[None]] = {}
        self._consent: asyncio.Task[None] | None = None
        self._ice = _IceSide("controlling" if controlling else "controlled", self.send)
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._ice), [certificate])
        self._dtls._set_role("client" if dtls_client else "server")

    @property
    def connected(self) -> bool:
        return self._dtls.state == "connected"

    @property
    def profile(self) -> str:
        """The SRTP protection profile, as OpenSSL names it."""
        connection = self._dtls._ssl
        return "" if connection is None else connection.get_selected_srtp_profile().decode()

    @property
    def protect(self) -> Callable[[bytes], bytes]:
        return cast(Callable[[bytes], bytes], self._dtls._tx_srtp.protect)

    @property
    def unprotect(self) -> Callable[[bytes], bytes]:
        return cast(Callable[[bytes], bytes], self._dtls._rx_srtp.unprotect)

    def unprotect_rtcp(self, data: bytes) -> bytes:
        """The packet, or nothing when it is not genuine, or came before there were keys."""
        if not self.connected:
            return b""
        try:
            return self._dtls._rx_srtp.unprotect_rtcp(data)
        except pylibsrtp.Error:
            return b""

    def send_rtcp(self, data: bytes) -> None:
        if self.connected:
            self.send(self._dtls._tx_srtp.protect_rtcp(data))

    def send(self, data: bytes) -> None:
        """A datagram to the server; lost if it cannot go now."""
        with suppress(OSError):
            self.socket.send(data)

    async def connect(self, remote: Remote) -> None:
        """Prove ourselves, and shake hands. Raises `NotConnected`."""
        self._remote = remote
        _set_up(self.socket)
        self.socket.connect(remote.address)
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._readable)
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                while not await self._check():
                    pass
                await self._dtls.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", remote.fingerprint)]))
        except TimeoutError:
            raise NotConnected("no answer") from None
        if not self.connected:
            raise NotConnected(self._dtls.state)
        self._consent = asyncio.create_task(self._go_on())

    async def close(self) -> None:
        """Say goodbye."""
        if self._consent is not None:
            self._consent.cancel()
        reading = self._dtls._task
        await self._dtls.stop()
        if reading is not None:
            await asyncio.wait([reading])
        if self.socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self.socket.fileno())
            self.socket.close()

    def _readable(self) -> None:
        receive = self.socket.recv
        for _ in range(BURST):
            try:
                data = receive(DATAGRAM)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # nobody listens there (any more)
                continue
            self._arrived(data)

    def _arrived(self, data: bytes) -> None:
        first = data[0] if data else 0xFF
        if 127 < first < 192:
            if self.connected and len(data) >= 12:
                self._media(data)
        elif first < 4:
            self._stun(data)
        elif 19 < first < 64:
            self._ice.queue.put_nowait(data)

    def _stun(self, data: bytes) -> None:
        try:
            message = stun.parse_message(data)
        except ValueError:
            return
        if message.message_class is stun.Class.REQUEST:
            if not message.check_message_integrity(self.password.encode()):
                return
            answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
            answer.attributes["XOR-MAPPED-ADDRESS"] = self.socket.getpeername()
            answer.add_message_integrity(self.password.encode())
            self.send(bytes(answer))
        elif message.message_class is stun.Class.RESPONSE:
            asked = self._checks.pop(message.transaction_id, None)
            if asked is not None and not asked.done():
                asked.set_result(None)

    async def _check(self) -> bool:
        """One signed binding request: whether it is answered soon."""
        remote = self._remote
        assert remote is not None  # noqa: S101  # `connect` sets it
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{remote.ufrag}:{self.ufrag}"
        request.attributes["PRIORITY"] = 1845501695
        tie_breaker = 0xFFFFFFFFFFFFFFFF if self._controlling else 0  # RFC 8445 7.3.1.1: whoever agrees keeps its role
        request.attributes["ICE-CONTROLLING" if self._controlling else "ICE-CONTROLLED"] = tie_breaker
        if self._controlling:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(remote.password.encode())
        answered = self._checks[request.transaction_id] = asyncio.get_running_loop().create_future()
        self.send(bytes(request))
        await asyncio.wait([answered], timeout=CHECK_EVERY)
        self._checks.pop(request.transaction_id, None)
        return answered.done()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(CONSENT_EVERY)
            await self._check()


class _IceSide:
    """As much of an ICE transport as aiortc's DTLS uses."""

    def __init__(self, role: str, send: Callable[[bytes], None]) -> None:
        self.role = role
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._send_now = send

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self._send_now(data)


def _set_up(opened: socket.socket) -> None:
    opened.setblocking(False)
    try:
        opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER)
    except OSError:  # not privileged
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
