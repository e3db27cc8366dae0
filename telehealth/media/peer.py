"""One page's secure transport, and the seam with aiortc: DTLS by its `RTCDtlsTransport`, SRTP by the sessions it makes.

This is the only file that names private members of aiortc, pinned at 1.16.0, and of pylibsrtp, pinned at 1.0.0
(`tests/media/test_seam.py` fails when they change):
  of `RTCDtlsTransport`: `_set_role`, `_rx_srtp`, `_tx_srtp`, `_task`;
  and what it calls on the ICE transport it is given: `role`, `_recv`, `_send`;
  of pylibsrtp: `_binding`, and the `_srtp` of a `Session`. Its own `protect` copies a packet twice and allocates three
  objects, which for each packet that leaves took longer than the encryption.
aiortc reads DTLS only: datagrams of the DTLS range are queued for it. SRTP never passes through it, because its read
loop awaits each receiver and takes a failing send to somebody else for the end of this transport.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, cast

import pylibsrtp
from aiortc import RTCIceTransport
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from pylibsrtp._binding import ffi, lib

from . import run
from .counts import Counts

log = logging.getLogger(__name__)

Address = tuple[Any, ...]
"""As the socket module gives it: (host, port) or (host, port, flow, scope)."""
Buffer = bytes | memoryview
Send = Callable[[Buffer, Address], int]
"""As `sendto` of a socket. Keeps nothing of what it is given."""
SendMany = Callable[[Sequence[Buffer], Sequence[tuple[int, int, bytes]], int, Address], int]
"""As `sendmsg` of a socket. Keeps nothing of what it is given."""
Transform = Callable[[bytes], bytes]
Protect = Callable[[int, int], int]
"""Protects the packet that stands in `OUTBOX` from the first number on and is as long as the second; its new size."""

DATAGRAM = 1500
"""Bytes of the longest that is sent or taken."""
TRAILER = 144
"""Bytes that libsrtp may append (SRTP_MAX_TRAILER_LEN)."""
OUTBOX = bytearray(run.LONGEST * DATAGRAM)
"""What is about to leave for one page, written, protected and sent from here before anything for another is begun. One
for the process, whose packets all leave in one thread and without an `await` in between."""
_OUTBOX = ffi.cast("char *", ffi.from_buffer("char[]", OUTBOX))
_INBOX = memoryview(bytearray(DATAGRAM))
_INBOX_START = ffi.from_buffer("char[]", _INBOX)
_SIZE = ffi.new("int *")

DTLS_QUEUE = 32
"""Datagrams waiting for the handshake; a flight has at most about ten."""
STREAMS = 64
"""SSRCs that one page may use. libsrtp keeps a context for each, and only authenticated packets make one."""
_protect, _unprotect = lib.srtp_protect, lib.srtp_unprotect

SRTP_ERRORS = (pylibsrtp.Error, ValueError)  # ValueError: longer than its 1500-byte buffer
SEND_ERRORS = (OSError, pylibsrtp.Error, ValueError)


class Certificate:
    """A worker's identity in DTLS."""

    def __init__(self) -> None:
        self.rtc = RTCCertificate.generateCertificate()
        self.fingerprint = next(
            fingerprint.value for fingerprint in self.rtc.getFingerprints() if fingerprint.algorithm == "sha-256"
        )


class Way(NamedTuple):
    """The socket or connection by which a page is reached."""

    sendto: Send
    sendmsg: SendMany | None = None
    """For UDP."""


class Inbox(Protocol):
    """Who takes what a page sends, in the clear."""

    def rtp(self, data: bytes, now: float) -> None: ...
    def rtcp(self, data: bytes, now: float) -> None: ...


class _IceTransport:
    """As much of an `RTCIceTransport` as `RTCDtlsTransport` uses."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(DTLS_QUEUE)
        self._send_now = send

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self._send_now(data)


class Peer:
    """One page's transport: new, then connected, then closed. `changed(peer)` is called at each step."""

    def __init__(
        self,
        certificate: Certificate,
        fingerprint: str,
        inbox: Inbox,
        changed: Callable[["Peer"], None],
        counts: Counts,
        now: float,
    ) -> None:
        self.fingerprint = fingerprint
        self.inbox = inbox
        self.state = "new"
        self.seen = now
        """When the last authenticated packet came (or the offer)."""
        self.address: Address | None = None
        self.moved = 0.0
        """When the path to the page last became another one."""
        self.sendto: Send | None = None
        self.sendmsg: SendMany | None = None
        self.protect: Protect | None = None
        self.unprotect: Transform | None = None
        self.unprotect_rtcp: Transform | None = None
        self.streams: set[bytes] = set()
        self.voices: frozenset[int] = frozenset()
        """Payload types of audio: what a path that has to leave something out leaves out last."""
        self._protect_rtcp: Transform | None = None
        self._counts = counts
        self._changed = changed
        self._ice = _IceTransport(self._send_datagram)
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._ice), [certificate.rtc])
        self._dtls._set_role("server")
        self._dtls.on("statechange", self._dtls_changed)
        self._handshake: asyncio.Task[None] | None = None

    def use(self, way: Way, address: Address, now: float) -> None:
        """Send there from now on. The first time, the handshake may begin."""
        if address != self.address:
            self.moved = now
        self.sendto, self.sendmsg = way
        self.address = address
        if self._handshake is None:
            parameters = RTCDtlsParameters([RTCDtlsFingerprint("sha-256", self.fingerprint)])
            self._handshake = asyncio.create_task(self._dtls.start(parameters))
            self._handshake.add_done_callback(self._ended)

    def leave(self) -> None:
        """Send nowhere until the page has proved itself from another address."""
        self.sendto = self.sendmsg = self.address = None

    def receive_dtls(self, data: bytes) -> None:
        try:
            self._ice.queue.put_nowait(data)
        except asyncio.QueueFull:
            self._counts.garbage += 1

    def send_rtcp(self, data: bytes) -> None:
        if self._protect_rtcp is None:
            return
        try:
            self._send_datagram(self._protect_rtcp(data))
        except SRTP_ERRORS:
            self._counts.send_failed += 1

    async def close(self) -> None:
        """Say goodbye in DTLS and let every task end. `changed` is not called."""
        self._changed = _nobody
        self._silence()
        if self._handshake is not None and not self._handshake.done():
            self._handshake.cancel()
            with suppress(asyncio.CancelledError):
                await self._handshake
        reading = self._dtls._task
        await self._dtls.stop()
        if reading is not None:
            await asyncio.wait([reading])
        # The page's parts refer to this in circles that wait for the garbage collector; keys and buffers do not.
        del self._dtls

    def _send_datagram(self, data: bytes) -> None:
        if self.sendto is None or self.address is None:
            return
        try:
            self.sendto(data, self.address)
        except OSError:
            self._counts.send_failed += 1

    def _silence(self) -> None:
        self.state = "closed"
        self.protect = self.unprotect = self.unprotect_rtcp = self._protect_rtcp = None

    def _dtls_changed(self) -> None:
        if self._dtls.state == "connected":
            # aiortc's types hide that these are None before the handshake; they are set before this state.
            incoming, outgoing = self._dtls._rx_srtp, self._dtls._tx_srtp
            self.unprotect, self.unprotect_rtcp = _InPlace(incoming).unprotect, incoming.unprotect_rtcp
            self.protect, self._protect_rtcp = _InPlace(outgoing).protect, outgoing.protect_rtcp
            self.state = "connected"
            self._changed(self)
        elif self._dtls.state in ("closed", "failed") and self.state != "closed":
            self._silence()
            self._changed(self)

    def _ended(self, handshake: asyncio.Task[None]) -> None:
        if not handshake.cancelled() and (error := handshake.exception()) is not None:
            self._counts.faults += 1
            log.error("a DTLS handshake ended with %s", type(error).__name__)


class _InPlace:
    """What a session does with a packet, without its copies.

    Methods and not closures: a call is specialized for one function, and each closure is another.
    """

    __slots__ = ("_context", "_session")

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session
        """Frees the context when it ends."""
        self._context = session._srtp[0]

    def protect(self, at: int, size: int) -> int:
        _SIZE[0] = size
        if status := _protect(self._context, _OUTBOX + at, _SIZE):
            raise pylibsrtp.Error(pylibsrtp.ERRORS[status])
        protected: int = _SIZE[0]
        return protected

    def unprotect(self, data: bytes) -> bytes:
        _SIZE[0] = size = len(data)
        _INBOX[:size] = data  # ValueError: longer than that
        if status := _unprotect(self._context, _INBOX_START, _SIZE):
            raise pylibsrtp.Error(pylibsrtp.ERRORS[status])
        return bytes(_INBOX[: _SIZE[0]])


def _nobody(_: Peer) -> None:
    """Nobody wants to know any more."""
