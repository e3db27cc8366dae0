"""The seam with aiortc: the private members that `media/peer.py` names are what it takes them for."""

import asyncio
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from pylibsrtp import Error, Session

import telehealth.media
from telehealth.media import peer
from telehealth.media.counts import Counts
from tests.support.wait import until

PRIVATE = {"_set_role", "_rx_srtp", "_tx_srtp", "_task"}
PRIVATE_SRTP = {"_binding", "_srtp"}


def test_the_pinned_versions_are_installed() -> None:
    """A new aiortc or pylibsrtp needs a look at `media/peer.py` first."""
    assert version("aiortc") == "1.16.0"
    assert version("aioice") == "0.13.0"
    assert version("pylibsrtp") == "1.0.0"


def test_the_docstring_lists_the_private_members() -> None:
    """What the file says it uses is what this test watches."""
    assert all(f"`{name}`" in (peer.__doc__ or "") for name in PRIVATE | PRIVATE_SRTP | {"_recv", "_send"})


def test_private_members_are_named_in_one_file_only() -> None:
    """No other file of the media layer knows the DTLS transport or its SRTP sessions; and all the members are there."""
    for path in Path(telehealth.media.__file__).parent.glob("*.py"):
        assert path.name == "peer.py" or not re.search(
            r"rtcdtlstransport|_[rt]x_srtp|_set_role|_binding", path.read_text()
        )
    transport = RTCDtlsTransport(peer._IceTransport(lambda data: None), [peer.Certificate().rtc])  # type: ignore[arg-type]
    assert all(hasattr(transport, name) for name in PRIVATE)


def test_the_transport_calls_only_what_we_give_it() -> None:
    """The ICE transport that we hand to aiortc has every member that its DTLS transport uses."""
    used = set(re.findall(r"self\.transport\.(\w+)", inspect.getsource(RTCDtlsTransport)))
    assert used == {"role", "_recv", "_send"}


class Silent:
    def rtp(self, data: bytes, now: float) -> None:
        """Nothing is sent here."""

    def rtcp(self, data: bytes, now: float) -> None:
        """Nothing is sent here."""


def test_what_libsrtp_may_append_fits() -> None:
    """The longest packet that is protected in place leaves as much room as pylibsrtp itself keeps."""
    assert pylibsrtp.SRTP_MAX_TRAILER_LEN == peer.TRAILER


@pytest.mark.asyncio
async def test_a_handshake_makes_srtp_sessions_that_fit() -> None:
    """Two peers, one as aiortc's client, agree on keys: what one protects the other unprotects, both ways."""
    ours, theirs = peer.Certificate(), peer.Certificate()
    states: list[str] = []
    near = peer.Peer(ours, theirs.fingerprint, Silent(), lambda it: states.append(it.state), Counts(), 0.0)
    ice = peer._IceTransport(near.receive_dtls)
    far = RTCDtlsTransport(ice, [theirs.rtc])  # type: ignore[arg-type]
    far._set_role("client")

    def send(data: bytes | memoryview, _: peer.Address) -> int:
        ice.queue.put_nowait(bytes(data))
        return len(data)

    near.use(peer.Way(send), ("here", 1), 0.0)
    await far.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", ours.fingerprint)]))

    async def connected() -> bool:
        return states == ["connected"]

    await until(connected, "the handshake is done")
    assert isinstance(far._rx_srtp, Session)
    packet = bytes.fromhex("806f0001000000010000002a") + b"payload"
    assert near.protect is not None
    for at in (0, 57):
        later = packet[:3] + bytes((at,)) + packet[4:]
        peer.OUTBOX[at : at + len(packet)] = later
        size = near.protect(at, len(packet))
        assert far._rx_srtp.unprotect(bytes(peer.OUTBOX[at : at + size])) == later
    with pytest.raises(Error):
        near.protect(0, 3)
    assert near.unprotect is not None
    assert near.unprotect(far._tx_srtp.protect(packet)) == packet
    await near.close()
    reading = far._task
    assert reading is not None
    await asyncio.wait([reading], timeout=5)
    assert far.state == "closed", "a peer that is closed says goodbye"
    assert states == ["connected"]


@pytest.mark.asyncio
async def test_another_certificate_is_not_let_in() -> None:
    """A page whose certificate is not the one of its offer ends as closed."""
    ours, theirs = peer.Certificate(), peer.Certificate()
    states: list[str] = []
    near = peer.Peer(ours, ours.fingerprint, Silent(), lambda it: states.append(it.state), Counts(), 0.0)
    ice = peer._IceTransport(near.receive_dtls)
    far = RTCDtlsTransport(ice, [theirs.rtc])  # type: ignore[arg-type]
    far._set_role("client")

    def send(data: bytes | memoryview, _: peer.Address) -> int:
        ice.queue.put_nowait(bytes(data))
        return len(data)

    near.use(peer.Way(send), ("here", 1), 0.0)
    await far.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", ours.fingerprint)]))

    async def closed() -> bool:
        return states == ["closed"]

    await until(closed, "the peer is closed")
    assert near.protect is None
    assert near.unprotect is None
    await near.close()
    reading = far._task
    await far.stop()
    if reading is not None:
        await asyncio.wait([reading])
