"""ICE-lite (RFC 8445 section 2.5): who is behind which address, decided by signed binding requests.

Owns the two tables by which every datagram finds its peer: user name fragment and source address. The page does all
checking; we answer. An address belongs to a peer once it has sent a binding request with valid message integrity;
what we send goes to the first such address, then to whichever the page nominates (USE-CANDIDATE), so a page that
changes from Wi-Fi to mobile keeps its session. Nothing is ever sent to an address that proved nothing.
"""

import secrets
import struct
from typing import Any, NamedTuple

from aioice import stun

from .counts import Counts
from .peer import Address, Peer, Send

OLD_KEPT = 5.0
"""Seconds for which the credentials from before an ICE restart still work: until the page has the answer."""
CONSENT = 30.0
"""Seconds without any authenticated packet after which a peer is gone (RFC 7675 section 5.1)."""
ADDRESSES = 8
"""Addresses kept per peer; a page with more networks than this forgets the oldest."""

_PARSE_ERRORS = (ValueError, struct.error)  # struct.error: an attribute shorter than its type


class Credentials(NamedTuple):
    ufrag: str
    password: str

    @classmethod
    def new(cls) -> "Credentials":
        # Hex, since ICE characters do not include the - and _ of URL-safe base64.
        return cls(secrets.token_hex(6), secrets.token_hex(16))


class _Known(NamedTuple):
    key: bytes
    peer: Peer


class IceLite:
    """The peers of one worker."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._by_ufrag: dict[str, _Known] = {}
        self._ending: list[tuple[float, str]] = []
        self._addresses: dict[Peer, list[Address]] = {}
        self._current: dict[Peer, Credentials] = {}
        self.by_address: dict[Address, Peer] = {}

    def add(self, peer: Peer) -> Credentials:
        self._addresses[peer] = []
        return self._give(peer)

    def credentials(self, peer: Peer) -> Credentials:
        return self._current[peer]

    def restart(self, peer: Peer, now: float) -> Credentials:
        """New credentials (RFC 8445 section 9); the old ones live on for a moment."""
        self._ending.append((now + OLD_KEPT, self._current[peer].ufrag))
        return self._give(peer)

    def remove(self, peer: Peer) -> None:
        for ufrag in [ufrag for ufrag, known in self._by_ufrag.items() if known.peer is peer]:
            del self._by_ufrag[ufrag]
        for address in self._addresses.pop(peer, ()):
            if self.by_address.get(address) is peer:
                del self.by_address[address]
        self._current.pop(peer, None)

    def expire(self, now: float) -> None:
        """Forget credentials whose time after a restart is over."""
        for until, ufrag in self._ending:
            if until <= now:
                self._by_ufrag.pop(ufrag, None)
        self._ending = [(until, ufrag) for until, ufrag in self._ending if until > now]

    def receive(self, data: bytes, address: Address, send: Send, now: float) -> None:
        """A datagram that looks like STUN."""
        known = None
        try:
            request = stun.parse_message(data)
            if request.message_method is stun.Method.BINDING and request.message_class is stun.Class.REQUEST:
                known = self._by_ufrag.get(request.attributes.get("USERNAME", "").partition(":")[0])
        except _PARSE_ERRORS:
            known = None
        if known is None or not request.check_message_integrity(known.key):
            self._counts.bad_stun += 1
            return
        peer = known.peer
        peer.seen = now
        self._bind(peer, address)
        if peer.address is None or "USE-CANDIDATE" in request.attributes:
            peer.use(send, address)
        try:
            send(_response(request, address, known.key), address)
        except OSError:
            self._counts.send_failed += 1

    def _give(self, peer: Peer) -> Credentials:
        credentials = self._current[peer] = Credentials.new()
        self._by_ufrag[credentials.ufrag] = _Known(credentials.password.encode(), peer)
        return credentials

    def _bind(self, peer: Peer, address: Address) -> None:
        if self.by_address.get(address) is peer:
            return
        self.by_address[address] = peer
        addresses = self._addresses[peer]
        addresses.append(address)
        if len(addresses) > ADDRESSES:
            oldest = addresses.pop(0 if addresses[0] != peer.address else 1)
            if self.by_address.get(oldest) is peer:
                del self.by_address[oldest]


def _response(request: Any, address: Address, key: bytes) -> bytes:
    response = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=request.transaction_id,
        attributes={"XOR-MAPPED-ADDRESS": address[:2]},
    )
    response.add_message_integrity(key)
    return bytes(response)
