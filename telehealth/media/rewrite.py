"""What flows in a slot looks like one stream, whoever it comes from: sequence, timestamp and VP8 picture numbers.

Pure: `now` is an argument. Sequence numbers come in without wrap (`rtp.extended`) and are wrapped on the way out.
The one idea: a slot's stream is a row of segments, each with one offset from the source's numbers. A switch begins a
new segment right after the highest number sent; a packet left out shifts the offset by one, so a receiver never
misses what it was not meant to get. Segments are kept to translate a receiver's NACK back, and to number what is sent
again, or comes late, as its neighbours were numbered.
"""

import struct
from bisect import bisect_right
from typing import NamedTuple

from .run import Run
from .vp8 import Descriptor

SEGMENTS_KEPT = 64
"""Five seconds of a stream in which every second frame is left out."""
SAME_SOURCE = 2.0
"""Seconds by which two encodings of one picture may be apart in a receiver's time; more is a clock that jumped."""


_USUAL = struct.Struct("!HHB")


class Offsets(NamedTuple):
    """From a source's numbers to a slot's."""

    sequence: int
    timestamp: int
    picture: int
    tl0: int


class Rewriter:
    """Sequence numbers and timestamps of one slot."""

    __slots__ = (
        "_ahead",
        "_clock_rate",
        "_offsets",
        "_shift",
        "_starts",
        "_switched",
        "_time_offset",
        "highest",
        "last_time",
        "segment",
        "timestamp",
    )

    def __init__(self, clock_rate: int, sequence: int, timestamp: int) -> None:
        self._clock_rate = clock_rate
        self.highest = sequence
        """Highest sequence number given out, without wrap."""
        self.timestamp = timestamp
        """Timestamp of that packet."""
        self.last_time = 0.0
        self.segment = -1
        """Which segment the last packet was in, as an index from the end."""
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._ahead = 0
        """Highest number of the source that was sent or left out."""
        self._time_offset = 0
        self._shift: int | None = None
        self._switched = True

    def switch(self, shift: int | None = None) -> None:
        """What comes next is another source, or another encoding whose timestamps are `shift` behind this one's."""
        if not self._switched or shift is None:
            self._shift = shift
        self._switched = True

    def rewrite(self, sequence: int, timestamp: int, now: float) -> tuple[int, int] | None:
        """The numbers to send (unwrapped sequence, wrapped timestamp), or None for what has no place in the stream."""
        if self._switched:
            self._begin(sequence, timestamp, now)
        if sequence <= self._ahead:
            return self._late(sequence, timestamp)
        self._ahead = sequence
        self.segment = -1
        self.highest = out = sequence + self._offsets[-1]
        self.timestamp = stamp = timestamp + self._time_offset & 0xFFFFFFFF
        self.last_time = now
        return out, stamp

    def skip(self, sequence: int) -> bool:
        """A packet of the source that is not sent on; False for one that comes too late to close its gap."""
        if self._switched or sequence <= self._ahead:
            return False
        self._ahead = sequence
        if self._starts[-1] == sequence:  # the last one was left out, too
            self._starts[-1] += 1
            self._offsets[-1] -= 1
        else:
            self._append(sequence + 1)
        return True

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
        self._starts = [sequence]
        self._offsets = [self.highest + 1 - sequence]
        self._ahead = sequence - 1
        self._switched = False
        if self._shift is not None and self.last_time:
            offset = self._time_offset + self._shift
            gap = _signed(timestamp + offset - self.timestamp)
            if abs(gap) < SAME_SOURCE * self._clock_rate:
                # The other encoding of this very frame may have been sent already: two frames never share a timestamp.
                self._time_offset = offset + max(0, 1 - gap)
                return
        elapsed = max(1, round((now - self.last_time) * self._clock_rate)) if self.last_time else 1
        self._time_offset = self.timestamp + elapsed - timestamp

    def _late(self, sequence: int, timestamp: int) -> tuple[int, int] | None:
        starts, offsets = self._starts, self._offsets
        at = bisect_right(starts, sequence)
        if at == 0:
            return None  # from before the switch, or too old
        out = sequence + offsets[at - 1]
        if at < len(starts) and out >= starts[at] + offsets[at]:
            return None  # its number was left out
        self.segment = at - 1 - len(starts)
        self.highest = max(self.highest, out)
        return out, timestamp + self._time_offset & 0xFFFFFFFF

    def _append(self, start: int) -> None:
        self._starts.append(start)
        self._offsets.append(self._offsets[-1] - 1)
        if len(self._starts) > SEGMENTS_KEPT:
            del self._starts[0], self._offsets[0]


class VideoRewriter(Rewriter):
    """VP8 picture id and TL0PICIDX as well: a decoder must see them go on by one at a switch (RFC 7741 4.2)."""

    __slots__ = ("_left_out", "_picture", "_picture_offsets", "_tl0", "_tl0_offset")

    def __init__(self, clock_rate: int, sequence: int, timestamp: int, picture: int, tl0: int) -> None:
        super().__init__(clock_rate, sequence, timestamp)
        self._picture, self._tl0 = picture, tl0
        self._picture_offsets: list[int] = []
        """One for each segment."""
        self._tl0_offset: int | None = None
        self._left_out = -1

    def picture(self, payload: bytes, descriptor: Descriptor) -> bytes:
        """The payload with this slot's numbers, for the packet that `rewrite` was asked about last."""
        if not (at := descriptor.picture_at):
            return payload
        offsets = self._picture_offsets
        if self._tl0_offset is None:
            offsets[-1] = self._picture + 1 - descriptor.picture
            self._tl0_offset = self._tl0 + 1 - descriptor.tl0
        picture = descriptor.picture + offsets[self.segment] & 0x7FFF
        tl0 = descriptor.tl0 + self._tl0_offset & 0xFF
        if descriptor.picture_bits == 15:
            if 0 < (picture - self._picture & 0x7FFF) < 0x4000:
                self._picture = picture
        else:
            picture &= 0x7F
            ahead = picture - self._picture & 0x7F
            if 0 < ahead < 0x40:
                self._picture = self._picture + ahead & 0x7FFF
        if descriptor.tl0_at and tl0 - self._tl0 & 0xFF < 0x80:
            self._tl0 = tl0
        if descriptor.rest:
            return _USUAL.pack(descriptor.start, 0x8000 | picture, tl0) + descriptor.rest
        numbered = bytearray(payload)
        if descriptor.picture_bits == 15:
            numbered[at : at + 2] = (0x8000 | picture).to_bytes(2, "big")
        else:
            numbered[at] = picture
        if tl0_at := descriptor.tl0_at:
            numbered[tl0_at] = tl0
        return bytes(numbered)

    def offsets(self, run: Run, now: float) -> Offsets | None:
        """What to add to the numbers of these packets, which are then sent.

        None for those that need a closer look: the first after a switch, and what comes late.
        """
        if self._switched or run.first <= self._ahead or self._tl0_offset is None:
            return None
        offsets = Offsets(self._offsets[-1], self._time_offset, self._picture_offsets[-1], self._tl0_offset)
        self._ahead, self.segment, self.last_time = run.last, -1, now
        self.highest = run.last + offsets.sequence
        self.timestamp = run.timestamp + offsets.timestamp & 0xFFFFFFFF
        picture, tl0 = run.picture + offsets.picture & 0x7FFF, run.tl0 + offsets.tl0 & 0xFF
        if picture - self._picture & 0x7FFF < 0x4000:
            self._picture = picture
        if tl0 - self._tl0 & 0xFF < 0x80:
            self._tl0 = tl0
        return offsets

    def leave_out(self, sequence: int, descriptor: Descriptor) -> None:
        """A packet of a frame that is not sent on: neither its number nor its picture's is missed."""
        if self.skip(sequence) and descriptor.picture_at and descriptor.picture != self._left_out:
            self._left_out = descriptor.picture
            self._picture_offsets[-1] -= 1

    def _begin(self, sequence: int, timestamp: int, now: float) -> None:
        super()._begin(sequence, timestamp, now)
        self._picture_offsets = [0]
        self._tl0_offset = None
        self._left_out = -1

    def _append(self, start: int) -> None:
        super()._append(start)
        self._picture_offsets.append(self._picture_offsets[-1])
        if len(self._picture_offsets) > SEGMENTS_KEPT:
            del self._picture_offsets[0]


def _signed(difference: int) -> int:
    return (difference + 0x80000000 & 0xFFFFFFFF) - 0x80000000
