"""What senders are told: loss, missing packets, arrival times; and RTP and RTCP read from anything."""

import struct

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSrPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.media import rtcp, rtp
from telehealth.media.arrivals import Arrivals
from telehealth.media.feedback import ASK_AGAIN, ASKS, GIVE_UP_GAP, REORDER_ALLOWANCE, Missing, Reception
from telehealth.media.history import SIZE, History, Stored
from telehealth.media.keyframes import INTERVAL, KeyFrameRequests
from telehealth.media.lipsync import PageClock
from telehealth.media.vp8 import PLAIN

PACKET = rtp.Packet(1, 96, 0, 5, 0, b"x", rtp.NO_LEVEL, rtp.NO_SEQUENCE)


def test_a_report_counts_loss_since_the_last_one() -> None:
    """Ten expected, eight received: two lost, a fifth of the interval; the next interval starts clean."""
    reception = Reception(90000, 65530)
    for sequence in range(65530, 65540):
        if sequence not in (65533, 65536):
            reception.received(sequence, sequence * 3000, sequence * 0.0333)
    block = reception.report(7, 0, 0)
    assert (block.lost, block.highest, block.fraction_lost) == (2, 65539, 256 * 2 // 10)
    reception.received(65540, 0, 0)
    assert reception.report(7, 0, 0).fraction_lost == 0


def test_a_hole_is_asked_for_after_the_reorder_allowance_and_then_less_often() -> None:
    """Overtaken packets are not asked for; lost ones a bounded number of times, then only a key frame helps."""
    missing = Missing(10)
    missing.received(13, 1.0)
    assert missing.due(1.0) == []
    missing.received(12, 1.005)
    assert missing.due(1.0 + REORDER_ALLOWANCE) == [11]
    assert missing.due(1.05) == []
    for again in range(1, ASKS):
        assert missing.due(1.01 + again * 1.1 * ASK_AGAIN) == [11]
    assert not missing.overrun
    assert missing.due(3.0) == []
    assert missing.overrun
    assert len(missing) == 0


def test_an_outage_is_not_asked_for() -> None:
    """A hole of hundreds of packets asks for a key frame instead."""
    missing = Missing(0)
    missing.received(GIVE_UP_GAP + 2, 1.0)
    assert missing.overrun
    assert missing.due(2.0) == []


@given(st.lists(st.integers(0, 3000), max_size=300))
def test_holes_are_bounded(sequences: list[int]) -> None:
    """Whatever arrives, no more holes are remembered than a NACK could mend."""
    missing = Missing(0)
    for at, sequence in enumerate(sequences):
        missing.received(sequence, at * 0.01)
        missing.due(at * 0.01)
        assert len(missing) <= GIVE_UP_GAP


def test_key_frames_are_asked_for_at_most_twice_a_second_and_until_one_comes() -> None:
    """Many wishes become one request; a lost request is repeated; an arrived key frame ends it."""
    requests = KeyFrameRequests()
    assert requests.want(10.0)
    assert not requests.want(10.1)
    assert not requests.due(10.2)
    assert requests.due(10.0 + INTERVAL)
    requests.arrived()
    assert not requests.due(20.0)
    assert requests.want(20.0)


def test_history_gives_what_it_still_has() -> None:
    """The last packets by number, nothing older and nothing else."""
    history = History()
    for sequence in range(65000, 65000 + 2 * SIZE):
        history.add(Stored(PACKET, sequence, PLAIN))
    assert history.get(65000) is None
    newest = history.get(65000 + 2 * SIZE - 1)
    assert newest is not None
    assert newest.sequence == 65000 + 2 * SIZE - 1
    assert history.get(1) is None


def read_feedback(packet: bytes) -> dict[int, int]:
    """Sequence -> arrival in 250 microsecond ticks, read as the draft says (independently of our writer)."""
    assert len(packet) == 4 * (struct.unpack_from("!H", packet, 2)[0] + 1)
    base, count = struct.unpack_from("!HH", packet, 12)
    tick = (struct.unpack_from("!I", packet, 16)[0] >> 8) * 256
    at, symbols = 20, []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", packet, at)
        at += 2
        if chunk >> 15 == 0:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk >> 14 & 1:
            symbols += [chunk >> 2 * place & 3 for place in range(6, -1, -1)]
        else:
            symbols += [chunk >> place & 1 for place in range(13, -1, -1)]
    arrived = {}
    for offset, symbol in enumerate(symbols[:count]):
        if symbol:
            delta = packet[at] if symbol == 1 else struct.unpack_from("!h", packet, at)[0]
            at += symbol
            tick += delta
            arrived[base + offset & 0xFFFF] = tick
    end = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
    assert at == end
    return arrived


@settings(deadline=None)
@given(
    st.integers(0, 65535),
    st.lists(st.tuples(st.integers(1, 40), st.floats(0, 0.4)), min_size=1, max_size=200),
    st.floats(1, 10000),
)
def test_feedback_says_when_each_packet_arrived(start: int, steps: list[tuple[int, float]], now: float) -> None:
    """Through loss, pauses and the wrap of the counter, each arrival is told to the 250 microsecond tick."""
    arrivals = Arrivals()
    sequence, expected = start, {}
    told: dict[int, int] = {}
    for step, pause in steps:
        now += pause
        sequence += step
        arrivals.arrived(sequence & 0xFFFF, 9, now)
        expected[sequence & 0xFFFF] = int(now / 0.00025)
        if len(expected) % 7 == 0:
            for packet in arrivals.take():
                told |= read_feedback(packet)
    for packet in arrivals.take():
        assert struct.unpack_from("!I", packet, 8)[0] == 9, "names a stream of the page"
        told |= read_feedback(packet)
    assert told.keys() == expected.keys()
    assert all((told[one] - expected[one]) % (1 << 32) == 0 for one in told)


@given(st.lists(st.integers(0, 65535), max_size=3000))
def test_feedback_memory_is_bounded(sequences: list[int]) -> None:
    """A page that counts at random costs no more than a page that counts."""
    arrivals = Arrivals()
    for at, sequence in enumerate(sequences):
        arrivals.arrived(sequence, 1, at * 0.001)
    assert sum(len(read_feedback(packet)) for packet in arrivals.take()) <= 2000


def test_our_rtcp_is_read_by_another_reader() -> None:
    """Reports, PLI and NACK parse with aiortc's codec to what we meant."""
    (report,) = RtcpPacket.parse(rtcp.sender_report(5, 1 << 40, 1 << 32 | 77, 3, 4))
    assert isinstance(report, RtcpSrPacket)
    assert (report.ssrc, report.sender_info.ntp_timestamp, report.sender_info.rtp_timestamp) == (5, 1 << 40, 77)
    (receiver,) = RtcpPacket.parse(rtcp.receiver_report([rtcp.ReportBlock(9, 12, -4, 70000, 3, 4, 5)]))
    assert isinstance(receiver, RtcpRrPacket)
    block = receiver.reports[0]
    assert (block.ssrc, block.fraction_lost, block.packets_lost, block.highest_sequence) == (9, 12, -4, 70000)
    (pli,) = RtcpPacket.parse(rtcp.pli(8))
    assert isinstance(pli, RtcpPsfbPacket)
    assert (pli.fmt, pli.media_ssrc) == (1, 8)
    lost = [65534, 65535, 0, 14, 15, 400]
    (nack,) = RtcpPacket.parse(rtcp.nack(8, lost))
    assert isinstance(nack, RtcpRtpfbPacket)
    assert [sequence & 0xFFFF for sequence in nack.lost] == lost
    assert rtcp.parse(rtcp.nack(8, lost)) == [rtcp.PacketsWanted(8, tuple(lost))]


def test_compound_rtcp_is_read_part_by_part() -> None:
    """A sender report, FIRs and a PLI in one packet; what follows something broken is not read."""
    fir = struct.pack("!BBHIIIBBHIBBH", 0x84, 206, 6, 1, 0, 11, 1, 0, 0, 12, 1, 0, 0)
    data = rtcp.sender_report(5, 6, 7, 0, 0) + fir + rtcp.pli(8)
    wanted = [rtcp.SenderReport(5, 6, 7), *[rtcp.KeyFrameWanted(ssrc) for ssrc in (11, 12, 8)]]
    assert rtcp.parse(data) == wanted
    assert rtcp.parse(data + b"\x00" * 8 + rtcp.pli(9)) == wanted


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.floats(0, 0.3)), min_size=1, max_size=200),
    st.integers(0, 65535),
)
def test_what_a_browser_says_of_arrivals_is_read_as_it_was_written(
    history: list[tuple[int, float]], first: int
) -> None:
    """Our own feedback, read back: every packet that came, at its time, and the holes as holes."""
    arrivals, now, number, came = Arrivals(), 5000.0, first, {}
    for gap, wait in history:
        now += wait
        number += gap
        arrivals.arrived(number & 0xFFFF, 7, now)
        came[number & 0xFFFF] = now
    read: dict[int, float | None] = {}
    for packet in arrivals.take():
        (message,) = rtcp.parse(packet)
        assert isinstance(message, rtcp.PacketsArrived)
        read |= {message.base + at & 0xFFFF: time for at, time in enumerate(message.times)}
    times = {number: time for number, time in read.items() if time is not None}
    assert times.keys() == came.keys()
    base = min(came.values())
    zero = min(times.values())
    assert all(abs((times[number] - zero) - (came[number] - base)) < 0.002 for number in came)


@settings(max_examples=500)
@given(st.binary(max_size=120), st.integers(0, 15), st.integers(0, 15), st.integers(0, 15))
def test_no_bytes_make_the_readers_raise(data: bytes, mid: int, level: int, transport: int) -> None:
    """RTP and RTCP readers take anything."""
    rtcp.parse(data)
    ids = rtp.ExtensionIds(mid=mid, audio_level=level, transport_cc=transport)
    for packet in (data, b"\xb0" + data):
        if rtp.parse(packet, ids) is not None:
            rtp.names(packet, ids)


def test_header_extensions_are_read_in_both_forms() -> None:
    """One-byte and two-byte headers (allow-mixed) give the same mid, level and counter."""
    head = struct.pack("!BBHII", 0x90, 111, 7, 8, 9)
    one = bytes((0x40,)) + b"0" + bytes((0x10, 0x80 | 33)) + bytes((0x31, 0x01, 0x02)) + b"\0"
    two = bytes((4, 1)) + b"0" + bytes((0, 1, 1, 33)) + bytes((3, 2, 0x01, 0x02)) + b"\0"
    for profile, elements in ((0xBEDE, one), (0x1000, two)):
        data = head + struct.pack("!HH", profile, len(elements) // 4) + elements + b"payload"
        ids = rtp.ExtensionIds(mid=4, audio_level=1, transport_cc=3)
        packet = rtp.parse(data, ids)
        assert packet is not None
        assert (packet.level, packet.transport_sequence, packet.payload) == (33, 0x102, b"payload")
        assert rtp.names(data, ids) == (b"0", b"", b"")


@given(st.integers(0, 1 << 40), st.integers(-0x7FFF, 0x7FFF))
def test_numbers_are_extended_to_the_nearest(near: int, away: int) -> None:
    """The 16-bit form of a number near another is that number again."""
    assert rtp.extended(near + away & 0xFFFF, near) == near + away


def test_two_streams_of_a_page_share_its_clock() -> None:
    """Sound and picture of one moment get one server time whatever delays their reports, and drift is followed."""
    clock = PageClock()
    assert clock.timestamp(0, 0, 48000, 1.0) is None
    page, server = 5_000_000.0, 100.0
    for second in range(600):
        drift = second * 100e-6
        ntp = int((page + second + drift) * (1 << 32))
        clock.reported(ntp, server + second + (0.4 if second % 3 else 0.02))
        audio = clock.timestamp(ntp, 48000, 48000, server + second)
        video = clock.timestamp(ntp, 90000, 90000, server + second)
        assert audio is not None
        assert video is not None
        assert abs(audio / 48000 - video / 90000) < 1e-4
        assert abs(audio / 48000 - 1) < 0.05 or second < 2
