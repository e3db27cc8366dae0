"""What flows in a slot looks like one stream, whoever it comes from: sequence, timestamp and VP8 picture numbers.

Pure: `now` is an argument. Sequence numbers come in without wrap (`rtp.extended`) and are wrapped on the way out.
The one idea: a slot's stream is a row of segments, each with one offset from the source's numbers. A switch begins a
new segment right after the highest number sent; a packet left out shifts the offset by one, so a receiver never
misses what it was not meant to get. Segments are kept to translate a receiver's NACK back.
"""

from bisect import bisect_right

from .vp8 import Descriptor

SEGMENTS_KEPT = 64


class Rewriter:
    """Sequence numbers and timestamps of one slot."""

    __slots__ = (
        "_ahead",
        "_clock_rate",
        "_offsets",
        "_starts",
        "_switched",
        "_time_offset",
        "highest",
        "last_time",
        "timestamp",
    )

    def __init__(self, clock_rate: int, sequence: int, timestamp: int) -> None:
        self._clock_rate = clock_rate
        self.highest = sequence
        """Highest sequence number given out, without wrap."""
        self.timestamp = timestamp
        """Timestamp of that packet."""
        self.last_time = 0.0
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._ahead = 0
        self._time_offset = 0
        self._switched = True

    def switch(self) -> None:
        """What comes next is another source."""
        self._switched = True

    def rewrite(self, sequence: int, timestamp: int, now: float) -> tuple[int, int] | None:
        """The numbers to send (unwrapped sequence, wrapped timestamp), or None for a packet from before the switch."""
        if self._switched:
            self._begin(sequence, timestamp, now)
        starts = self._starts
        if sequence >= starts[-1]:
            out = sequence + self._offsets[-1]
        else:
            at = bisect_right(starts, sequence) - 1
            if at < 0:
                return None
            out = sequence + self._offsets[at]
        stamp = timestamp + self._time_offset & 0xFFFFFFFF
        if out > self.highest:
            self.highest = out
            self._ahead = sequence
            self.timestamp = stamp
            self.last_time = now
        return out, stamp

    def skip(self, sequence: int) -> None:
        """A packet of the source that is not sent on. A late one leaves a hole: its followers are on their way."""
        if self._switched or sequence != self._ahead + 1:
            return
        self._ahead = sequence
        self._starts.append(sequence + 1)
        self._offsets.append(self._offsets[-1] - 1)
        if len(self._starts) > SEGMENTS_KEPT:
            del self._starts[0], self._offsets[0]

    def source_of(self, sequence: int) -> int | None:
        """The source's number of a wrapped number that was given out since the last switch."""
        out = self.highest - (self.highest - sequence & 0xFFFF)
        for start, offset in zip(reversed(self._starts), reversed(self._offsets), strict=True):
            if out - offset >= start:
                return out - offset
        return None

    def time_of(self, timestamp: int) -> int | None:
        """A source's timestamp on this slot's time line; None before its first packet."""
        if self._switched:
            return None
        return timestamp + self._time_offset & 0xFFFFFFFF

    def _begin(self, sequence: int, timestamp: int, now: float) -> None:
        elapsed = max(1, round((now - self.last_time) * self._clock_rate)) if self.last_time else 1
        self._starts = [sequence]
        self._offsets = [self.highest + 1 - sequence]
        self._ahead = sequence - 1
        self._time_offset = self.timestamp + elapsed - timestamp
        self._switched = False


class PictureNumbers:
    """VP8 picture id and TL0PICIDX of one slot: a decoder must see them go on by one at a switch (RFC 7741 4.2)."""

    __slots__ = ("_picture", "_picture_offset", "_switched", "_tl0", "_tl0_offset")

    def __init__(self, picture: int, tl0: int) -> None:
        self._picture, self._tl0 = picture, tl0
        self._picture_offset = self._tl0_offset = 0
        self._switched = True

    def switch(self) -> None:
        self._switched = True

    def rewrite(self, payload: bytes, descriptor: Descriptor) -> bytes:
        """The payload with this slot's numbers; the first after a switch must be of a key frame."""
        if self._switched:
            self._switched = False
            self._picture_offset = self._picture + 1 - descriptor.picture
            self._tl0_offset = self._tl0 + 1 - descriptor.tl0
        at = descriptor.picture_at
        if not at:
            return payload
        half = 1 << descriptor.picture_bits - 1
        ahead = (descriptor.picture + self._picture_offset - self._picture + half & 2 * half - 1) - half
        picture = self._picture + ahead & 0x7FFF
        if ahead > 0:
            self._picture = picture
        if descriptor.picture_bits == 15:
            number, after = bytes((0x80 | picture >> 8, picture & 0xFF)), at + 2
        else:
            number, after = bytes((picture & 0x7F,)), at + 1
        tl0_at = descriptor.tl0_at
        if not tl0_at:
            return payload[:at] + number + payload[after:]
        tl0 = descriptor.tl0 + self._tl0_offset & 0xFF
        if tl0 - self._tl0 & 0xFF < 0x80:
            self._tl0 = tl0
        return b"".join((payload[:at], number, payload[after:tl0_at], bytes((tl0,)), payload[tl0_at + 1 :]))
