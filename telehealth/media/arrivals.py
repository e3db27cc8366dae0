"""Transport-wide congestion feedback: when each packet of one page arrived, told back to it.

Pure. Chosen over REMB because the page's own estimator (delay gradient, probing) then does the work: it grows from the
300 kbit/s start to the camera's full rate within a second or two and gives way before a home uplink's queue is full,
while a receiver-made REMB would need that estimator written here, in the packet loop.
Format: draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.
"""

import struct

from . import rtcp, rtp

SPAN = 1000
"""A jump of the counter larger than this starts over instead of reporting thousands of losses."""
_TICKS_PER_REFERENCE = 256  # 64 ms


class Arrivals:
    """The packets of one page since the last feedback."""

    __slots__ = ("_count", "_highest", "_ssrc", "_times")

    def __init__(self) -> None:
        self._times: dict[int, float] = {}
        self._highest: int | None = None
        self._count = 0
        self._ssrc = 0
        """A stream of the page, which the feedback must name: Chromium passes over one that names none of its own."""

    def arrived(self, sequence: int, ssrc: int, now: float) -> None:
        self._ssrc = ssrc
        if self._highest is None:
            self._highest = sequence - 1
        number = rtp.extended(sequence, self._highest)
        if not self._times and number <= self._highest:
            return  # late, and everything around it has been reported
        if self._times and not -SPAN < number - self._highest < SPAN:
            self._times.clear()
            self._highest = number
        if number > self._highest:
            self._highest = number
        self._times.setdefault(number, now)

    def take(self) -> list[bytes]:
        """The feedback packets due now, oldest first; the arrivals are forgotten."""
        times, self._times = self._times, {}
        packets = []
        numbers = sorted(times)
        at = 0
        while at < len(numbers):
            packet, used = self._packet(numbers[at:], times)
            packets.append(packet)
            at += used
        return packets

    def _packet(self, numbers: list[int], times: dict[int, float]) -> tuple[bytes, int]:
        """One packet for as many of `numbers` as fit, and how many those are."""
        base = numbers[0]
        reference = int(times[base] / rtcp.TICK) // _TICKS_PER_REFERENCE
        before = reference * _TICKS_PER_REFERENCE
        symbols: list[int] = []
        deltas: list[bytes] = []
        used = 0
        for number in numbers:
            tick = int(times[number] / rtcp.TICK)
            delta = tick - before
            if not -0x8000 <= delta <= 0x7FFF or number - base >= SPAN:
                break
            symbols.extend([0] * (number - base - len(symbols)))
            if 0 <= delta <= 0xFF:
                symbols.append(1)
                deltas.append(delta.to_bytes(1, "big"))
            else:
                symbols.append(2)
                deltas.append(delta.to_bytes(2, "big", signed=True))
            before = tick
            used += 1
        self._count = self._count + 1 & 0xFF
        head = struct.pack("!HHI", base & 0xFFFF, len(symbols), (reference & 0xFFFFFF) << 8 | self._count)
        body = head + _chunks(symbols) + b"".join(deltas)
        filler = -len(body) % 4
        if filler:
            body += bytes(filler - 1) + bytes((filler,))
        return (
            struct.pack(
                "!BBHII",
                0x80 | (0x20 if filler else 0) | rtcp.TRANSPORT_FEEDBACK,
                rtcp.RTPFB,
                2 + len(body) // 4,
                rtcp.OUR_SSRC,
                self._ssrc,
            )
            + body,
            used,
        )


def _chunks(symbols: list[int]) -> bytes:
    """Run-length chunks for runs of seven or more, two-bit vectors of seven otherwise."""
    chunks = []
    at = 0
    while at < len(symbols):
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbols[at] and run < 0x1FFF:
            run += 1
        if run >= 7 or at + run == len(symbols):
            chunks.append(symbols[at] << 13 | run)
            at += run
        else:
            vector = 0xC000
            for place, symbol in enumerate(symbols[at : at + 7]):
                vector |= symbol << 12 - 2 * place
            chunks.append(vector)
            at += 7
    return struct.pack(f"!{len(chunks)}H", *chunks)
