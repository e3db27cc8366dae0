"""All that leaves towards one page: protected, numbered across its streams, and remembered until the page reports.

On the packet path. Each packet carries a transport-wide number; the page's feedback says when which number came, and
from that `estimate.py` says what the path carries. A page that reports nothing is sent everything it shows.
"""

import struct
from collections.abc import Callable

from . import rtcp, rtp
from .counts import Counts
from .estimate import Estimate, Sent
from .peer import LONGEST, PACKET, SEND_ERRORS, Peer

NUMBERED = 20
"""Bytes of a header with the number: the fixed one, 0xBEDE and a length of one word, the element and one byte of
padding (RFC 8285)."""
MOST_PAYLOAD = LONGEST - NUMBERED
_NUMBERED = [struct.Struct(f"!BBHIIII{size}s") for size in range(MOST_PAYLOAD + 1)]
"""Header and payload, by the payload's size: one call that copies the payload once."""
_EXTENDED, _PADDED, _ONE_WORD = 0x90, 0x20, 0xBEDE0001
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

    def write(self, second: int, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> int:
        """Write a packet to `PACKET`, to be changed and transmitted; `second` is its marker and payload type.

        Its size; the payload ends it. 0 when it cannot be sent.
        """
        if (size := len(payload)) > MOST_PAYLOAD:
            self._counts.send_failed += 1
            return 0
        if self._extension:
            element = self._extension | (self._first + len(self._sent) & 0xFFFF) << 8
            _NUMBERED[size].pack_into(
                PACKET, 0, _EXTENDED, second, sequence & 0xFFFF, timestamp, ssrc, _ONE_WORD, element, payload
            )
            return size + NUMBERED
        rtp.HEADER.pack_into(PACKET, 0, 0x80, second, sequence & 0xFFFF, timestamp, ssrc)
        PACKET[12 : 12 + size] = payload
        return size + 12

    def transmit(self, size: int, now: float) -> bool:
        """Protect and send the packet of this size that stands in `PACKET`."""
        peer, counts = self.peer, self._counts
        protect, sendto, address = peer.protect, peer.sendto, peer.address
        if protect is None or sendto is None or address is None:
            return False
        try:
            data = protect(size)
            sendto(data, address)
        except SEND_ERRORS:
            counts.send_failed += 1
            return False
        size = len(data)
        if self._extension:
            self._sent.append((now, size + 28))
        counts.forwarded += 1
        counts.forwarded_bytes += size
        return True

    def send(self, second: int, sequence: int, timestamp: int, ssrc: int, payload: bytes, now: float) -> bool:
        """Send a packet as it is."""
        size = self.write(second, sequence, timestamp, ssrc, payload)
        return size > 0 and self.transmit(size, now)

    def pad(self, kind: int, sequence: int, timestamp: int, ssrc: int, now: float) -> int:
        """Send a packet of nothing but padding. Bytes sent; 0 when it was not."""
        size = self.write(kind, sequence, timestamp, ssrc, _PADDING)
        PACKET[0] |= _PADDED
        return size if self.transmit(size, now) else 0

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
