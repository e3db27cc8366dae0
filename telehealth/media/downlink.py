"""All that leaves towards one page: protected, numbered across its streams, and remembered until the page reports.

On the packet path. Each packet carries a transport-wide number; the page's feedback says when which number came, and
from that `estimate.py` says what the path carries. A page that reports nothing is sent everything it shows.
"""

import socket
import struct
from collections.abc import Callable

from . import rtcp, rtp
from .counts import Counts
from .estimate import Estimate, Sent
from .peer import DATAGRAM, OUTBOX, SEND_ERRORS, TRAILER, Peer
from .rewrite import Offsets
from .run import Run

NUMBERED = 20
"""Bytes of a header with the number: the fixed one, 0xBEDE and a length of one word, the element and one byte of
padding (RFC 8285)."""
MOST_PAYLOAD = DATAGRAM - TRAILER - NUMBERED
_NUMBERED = [struct.Struct(f"!BBHIIII{size}s") for size in range(MOST_PAYLOAD + 1)]
"""Header and payload, by the payload's size: one call that copies the payload once."""
PICTURED = NUMBERED + 5
"""Bytes with the beginning of a VP8 payload: two that stay as they are, picture id, TL0PICIDX."""
_PICTURED = [struct.Struct(f"!BBHIIIIHHB{size}s") for size in range(MOST_PAYLOAD + NUMBERED - PICTURED + 1)]
_PLAIN, _EXTENSION, _PADDED, _ONE_WORD = 0x80, 0x10, 0x20, 0xBEDE0001
_OUTBOX = memoryview(OUTBOX)
UDP_SEGMENT = 103
_CUT_AT = [((socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("H", size)),) for size in range(DATAGRAM + 1)]
"""What makes the system cut what it is given into datagrams of this size (udp(7)). The way to the network is then gone
once and not once for each: for three packets of a picture 5.7 instead of 10.5 microseconds, measured on loopback."""
PADDING = 255
"""Bytes of a padding packet: the most that its last byte can say."""
_PADDING = bytes(PADDING - 1) + bytes((PADDING,))
UNREPORTED = 3.0
"""Seconds after which a page that has never reported is taken for one that will not."""
KEPT = 4096
"""Packets remembered: four seconds of a large room, while feedback comes every 50 to 250 ms."""


class Downlink:
    """The way to one page."""

    peer: Peer
    """Set by `negotiate`: nothing is sent before."""

    def __init__(self, counts: Counts) -> None:
        self.estimate: Estimate | None = None
        """None: the page reports nothing."""
        self._counts = counts
        self._extension = 0
        self._reports = False
        self._since = 0.0
        """When the path that the estimate is about began to be used."""
        self._sent: list[Sent] = []
        """Sizes with IP and UDP."""
        self._first = 0
        """Number of the first in `_sent`."""

    def negotiate(self, peer: Peer, extension_id: int) -> None:
        """The page's transport, and the id of the transport-wide number in its slots; 0 without feedback."""
        self.peer = peer
        self._extension = (extension_id << 4 | 1) << 24 if extension_id else 0
        if not extension_id:
            self.estimate = None
        elif self.estimate is None:
            self.estimate = Estimate()

    def send(
        self,
        second: int,
        sequence: int,
        timestamp: int,
        ssrc: int,
        payload: bytes,
        now: float,
        first: int = _PLAIN,
        source: int = 0,
    ) -> bool:
        """Send a packet; `second` is its marker and payload type, `source` the one CSRC that it names, if any."""
        peer, counts, size = self.peer, self._counts, len(payload)
        protect, sendto, address = peer.protect, peer.sendto, peer.address
        if protect is None or sendto is None or address is None:
            return False
        if size > MOST_PAYLOAD:
            counts.send_failed += 1
            return False
        if source and size + 4 <= MOST_PAYLOAD:
            size = self._named(first, second, sequence, timestamp, ssrc, source, payload)
        elif self._extension:
            first |= _EXTENSION
            element = self._extension | (self._first + len(self._sent) & 0xFFFF) << 8
            _NUMBERED[size].pack_into(
                OUTBOX, 0, first, second, sequence & 0xFFFF, timestamp, ssrc, _ONE_WORD, element, payload
            )
            size += NUMBERED
        else:
            rtp.HEADER.pack_into(OUTBOX, 0, first, second, sequence & 0xFFFF, timestamp, ssrc)
            OUTBOX[12 : 12 + size] = payload
            size += 12
        try:
            size = protect(0, size)
            sendto(_OUTBOX[:size], address)
        except SEND_ERRORS:
            counts.send_failed += 1
            return False
        if self._extension:
            self._sent.append((now, size + 28))
        counts.forwarded += 1
        counts.forwarded_bytes += size
        return True

    def _named(
        self, first: int, second: int, sequence: int, timestamp: int, ssrc: int, source: int, payload: bytes
    ) -> int:
        """A packet that says who it comes from (RFC 3550, 5.1), as each key frame does. Its size."""
        first |= 1 | (_EXTENSION if self._extension else 0)
        rtp.HEADER.pack_into(OUTBOX, 0, first, second, sequence & 0xFFFF, timestamp, ssrc)
        OUTBOX[12:16] = source.to_bytes(4, "big")
        at = 16
        if self._extension:
            element = self._extension | (self._first + len(self._sent) & 0xFFFF) << 8
            OUTBOX[16:24] = _ONE_WORD.to_bytes(4, "big") + element.to_bytes(4, "big")
            at = 24
        OUTBOX[at : at + len(payload)] = payload
        return at + len(payload)

    @property
    def takes_runs(self) -> bool:
        """Whether `send_run` can be used."""
        return self._extension > 0 and self.peer.sendmsg is not None and self.peer.protect is not None

    def send_run(self, run: Run, kind: int, ssrc: int, offsets: Offsets, now: float) -> bool:
        """Send an even run in one call, with these numbers. As `send` would send each of its packets."""
        peer = self.peer
        protect, sendto, sendmsg, address = peer.protect, peer.sendto, peer.sendmsg, peer.address
        if protect is None or sendto is None or sendmsg is None or address is None:
            return False
        timestamp = run.timestamp + offsets.timestamp & 0xFFFFFFFF
        picture, tl0 = 0x8000 | run.picture + offsets.picture & 0x7FFF, run.tl0 + offsets.tl0 & 0xFF
        shift, extension, number, end = offsets.sequence, self._extension, self._first + len(self._sent), 0
        sent: list[Sent] = []
        try:
            for marker, sequence, start, rest in run.parts:
                size, element = len(rest), extension | (number & 0xFFFF) << 8
                # fmt: off
                _PICTURED[size].pack_into(
                    OUTBOX, end, _PLAIN | _EXTENSION, marker | kind, sequence + shift & 0xFFFF, timestamp, ssrc,
                    _ONE_WORD, element, start, picture, tl0, rest,
                )
                # fmt: on
                size = protect(end, size + PICTURED)
                end += size
                number += 1
                sent.append((now, size + 28))
            cut = sent[0][1] - 28
            try:
                sendmsg((_OUTBOX[:end],), _CUT_AT[cut], 0, address)
            except BlockingIOError:
                raise
            except OSError:  # not for packets of this size on this way, or not at all on this system
                peer.sendmsg = None
                for at in range(0, end, cut):
                    sendto(_OUTBOX[at : min(at + cut, end)], address)
        except SEND_ERRORS:
            self._counts.send_failed += len(run.parts)
            return False
        self._sent += sent
        self._counts.forwarded += len(sent)
        self._counts.forwarded_bytes += end
        return True

    def pad(self, kind: int, sequence: int, timestamp: int, ssrc: int, now: float) -> int:
        """Send a packet of nothing but padding. Bytes sent; 0 when it was not."""
        return PADDING if self.send(kind, sequence, timestamp, ssrc, _PADDING, now, _PLAIN | _PADDED) else 0

    def arrived(self, message: rtcp.PacketsArrived, now: float) -> None:
        """The page's feedback."""
        estimate, sent, first = self.estimate, self._sent, self._first
        if not sent:
            return
        self._reports = True
        if estimate is None:
            self.estimate = estimate = Estimate()
        moved = self.peer.moved
        if moved > self._since:
            self._since = moved
            self.estimate = estimate = Estimate()
        base = rtp.extended(message.base, first)
        # What lies before was reported by a feedback that got lost: nothing is known of it. What was lost on the path
        # before, as all of it is when a network ends, says nothing of the present one.
        begin, done = max(0, base - first), min(len(sent), base - first + len(message.times))
        while begin < done and sent[begin][0] < self._since:
            begin += 1
        reported = sent[begin:done]
        if done > 0:
            del sent[:done]
            self._first += done
        if reported:
            at = first + begin - base
            estimate.feedback(first + begin, reported, message.times[at : at + len(reported)], now)

    def probe(self, wanted: float, pad: Callable[[int], int], now: float) -> None:
        """Find out whether the path carries more, if `wanted` bits a second do not fit in what it is known to carry.

        `pad(size)` sends that many bytes of padding and says in how many packets.
        """
        if len(self._sent) > KEPT:
            del self._sent[: KEPT // 2]
            self._first += KEPT // 2
        if self.estimate is None:
            return
        if not self._reports and self._sent and now - self._sent[0][0] > UNREPORTED:
            self.estimate = None
            return
        if size := self.estimate.probe_size(wanted, now):
            first = self._first + len(self._sent)
            if count := pad(size):
                self.estimate.probed(first, count, now)
