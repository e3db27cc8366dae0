"""RTCP as values (RFC 3550, 4585, 5104, transport-wide feedback): what pages send, read; what we send, written.

Pure; reading never raises. A compound packet is read up to the first part that does not parse. Only what the server
acts upon has a type here; the rest is passed over.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SENDER_REPORT, RECEIVER_REPORT, RTPFB, PSFB = 200, 201, 205, 206
NACK, TRANSPORT_FEEDBACK = 1, 15
PLI, FIR = 1, 4

OUR_SSRC = 1
"""The SSRC under which the server reports; it sends no media under it."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    ssrc: int
    ntp: int
    """64-bit NTP timestamp."""
    timestamp: int


@dataclass(frozen=True, slots=True)
class KeyFrameWanted:
    """PLI or FIR."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class PacketsWanted:
    """A generic NACK."""

    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PacketsArrived:
    """Transport-wide feedback: when the packets from `base` on came."""

    base: int
    """Transport-wide number (16 bits) of the first."""
    times: tuple[float | None, ...]
    """In seconds of the receiver's clock, which wraps after 12 days; None for a packet that has not come."""


Message = SenderReport | KeyFrameWanted | PacketsWanted | PacketsArrived


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What a receiver saw of one stream (RFC 3550 section 6.4.1)."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


def parse(data: bytes) -> list[Message]:
    messages: list[Message] = []
    at = 0
    while at + 8 <= len(data):
        first, kind, words = struct.unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if first & 0xC0 != 0x80 or end > len(data) or words < 1:
            break
        count = first & 0x1F
        if kind == SENDER_REPORT and words >= 6:
            ssrc, ntp, timestamp = struct.unpack_from("!IQI", data, at + 4)
            messages.append(SenderReport(ssrc, ntp, timestamp))
        elif kind == PSFB and count == PLI and words >= 2:
            messages.append(KeyFrameWanted(struct.unpack_from("!I", data, at + 8)[0]))
        elif kind == PSFB and count == FIR:
            messages.extend(
                KeyFrameWanted(struct.unpack_from("!I", data, entry)[0]) for entry in range(at + 12, end - 7, 8)
            )
        elif kind == RTPFB and count == NACK and words >= 3:
            ssrc = struct.unpack_from("!I", data, at + 8)[0]
            messages.append(PacketsWanted(ssrc, _unfold(data[at + 12 : end])))
        elif kind == RTPFB and count == TRANSPORT_FEEDBACK and words >= 4:
            messages.append(_arrivals(data[at + 12 : end]))
        at = end
    return messages


def _unfold(pairs: bytes) -> tuple[int, ...]:
    sequences = []
    for first, following in struct.iter_unpack("!HH", pairs):
        sequences.append(first)
        sequences.extend(first + 1 + bit & 0xFFFF for bit in range(16) if following >> bit & 1)
    return tuple(sequences)


TICK = 0.00025
"""Seconds; arrival times are told in these."""
MOST_SYMBOLS = 4096


def _arrivals(body: bytes) -> PacketsArrived:
    """Section 3.1 of draft-holmer-rmcat-transport-wide-cc-extensions-01; what is cut off has not come."""
    base, count, reference = struct.unpack_from("!HHI", body)
    count = min(count, MOST_SYMBOLS)
    symbols: list[int] = []
    at = 8
    while len(symbols) < count and at + 2 <= len(body):
        chunk = body[at] << 8 | body[at + 1]
        at += 2
        if not chunk & 0x8000:
            symbols.extend([chunk >> 13 & 3] * (chunk & 0x1FFF))
        elif chunk & 0x4000:
            symbols.extend(chunk >> shift & 3 for shift in (12, 10, 8, 6, 4, 2, 0))
        else:
            symbols.extend(chunk >> shift & 1 for shift in range(13, -1, -1))
    ticks = (reference >> 8) * 256
    times: list[float | None] = []
    for symbol in symbols[:count]:
        delta = 0
        if symbol == 1 and at < len(body):
            delta = body[at]
        elif symbol == 2 and at + 2 <= len(body):
            delta = int.from_bytes(body[at : at + 2], "big", signed=True)
        else:
            times.append(None)
            continue
        at += symbol
        ticks += delta
        times.append(ticks * TICK)
    return PacketsArrived(base, tuple(times))


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    return struct.pack(
        "!BBHIQIII",
        0x80,
        SENDER_REPORT,
        6,
        ssrc,
        ntp,
        timestamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )


def receiver_report(blocks: Sequence[ReportBlock]) -> bytes:
    """At most 31 blocks."""
    head = struct.pack("!BBHI", 0x80 | len(blocks), RECEIVER_REPORT, 1 + 6 * len(blocks), OUR_SSRC)
    return head + b"".join(
        struct.pack(
            "!IIIIII",
            block.ssrc,
            block.fraction_lost << 24 | (block.lost & 0xFFFFFF),
            block.highest & 0xFFFFFFFF,
            block.jitter & 0xFFFFFFFF,
            block.last_report,
            block.delay,
        )
        for block in blocks
    )


def pli(ssrc: int) -> bytes:
    return struct.pack("!BBHII", 0x80 | PLI, PSFB, 2, OUR_SSRC, ssrc)


def nack(ssrc: int, sequences: Iterable[int]) -> bytes:
    """Ask for 16-bit sequence numbers, given in order."""
    pairs: list[list[int]] = []
    for sequence in sequences:
        ahead = sequence - pairs[-1][0] & 0xFFFF if pairs else 0
        if pairs and 1 <= ahead <= 16:
            pairs[-1][1] |= 1 << ahead - 1
        else:
            pairs.append([sequence, 0])
    body = b"".join(struct.pack("!HH", *pair) for pair in pairs)
    return struct.pack("!BBHII", 0x80 | NACK, RTPFB, 2 + len(pairs), OUR_SSRC, ssrc) + body
