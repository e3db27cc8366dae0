"""ICE-lite (RFC 8445 section 2.5): who is behind which address, decided by signed binding requests.

Owns the two tables by which every datagram finds its peer: user name fragment and source address. The page does all
checking; we answer. An address belongs to a peer once it has sent a binding request with valid message integrity;
what we send goes to the first such address, then to whichever the page nominates (USE-CANDIDATE), so a page that
changes from Wi-Fi to mobile keeps its session. Nothing is ever sent to an address that proved nothing.
"""

import secrets
import struct
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aioice import stun

from .counts import Counts
from .peer import Address, Peer, Way

OLD_KEPT = 5.0
"""Seconds for which the credentials from before an ICE restart still work: until the page has the answer."""
CONSENT = 30.0
"""Seconds without any authenticated packet after which a peer is gone (RFC 7675 section 5.1)."""
ADDRESSES = 16
"""Addresses kept per peer: two networks, two addresses of ours, UDP and TCP are eight. Beyond that goes the oldest."""
TRANSACTIONS = 256
"""Requests remembered per peer: ten minutes of checks."""

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


@dataclass(slots=True)
class _Standing:
    """What is remembered of one peer."""

    credentials: Credentials
    addresses: list[Address] = field(default_factory=list)
    """Where it has proved itself, oldest first."""
    transactions: dict[bytes, Address] = field(default_factory=dict)
    """Where each of its last requests came from."""


class IceLite:
    """The peers of one worker."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._by_ufrag: dict[str, _Known] = {}
        self._ending: list[tuple[float, str]] = []
        self._standings: dict[Peer, _Standing] = {}
        self.by_address: dict[Address, Peer] = {}

    def add(self, peer: Peer) -> None:
        self._standings[peer] = _Standing(self._give(peer))

    def credentials(self, peer: Peer) -> Credentials:
        return self._standings[peer].credentials

    def restart(self, peer: Peer, now: float) -> None:
        """New credentials (RFC 8445 section 9); the old ones live on for a moment."""
        standing = self._standings[peer]
        self._ending.append((now + OLD_KEPT, standing.credentials.ufrag))
        standing.credentials = self._give(peer)

    def remove(self, peer: Peer) -> None:
        for ufrag in [ufrag for ufrag, known in self._by_ufrag.items() if known.peer is peer]:
            del self._by_ufrag[ufrag]
        for address in self._standings.pop(peer).addresses:
            if self.by_address.get(address) is peer:
                del self.by_address[address]

    def forget(self, address: Address) -> None:
        """Nothing can be sent there any more (a TCP connection was closed)."""
        peer = self.by_address.pop(address, None)
        if peer is None:
            return
        self._standings[peer].addresses.remove(address)
        if peer.address == address:
            peer.leave()

    def expire(self, now: float) -> None:
        """Forget credentials whose time after a restart is over."""
        for until, ufrag in self._ending:
            if until <= now:
                self._by_ufrag.pop(ufrag, None)
        self._ending = [(until, ufrag) for until, ufrag in self._ending if until > now]

    def receive(self, data: bytes, address: Address, way: Way, now: float) -> None:
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
        standing = self._standings[peer]
        if standing.transactions.setdefault(request.transaction_id, address) != address:
            self._counts.bad_stun += 1  # a copy, sent from elsewhere to draw this peer's media there
            return
        if len(standing.transactions) > TRANSACTIONS:
            del standing.transactions[next(iter(standing.transactions))]
        peer.seen = now
        self._bind(peer, address, standing.addresses)
        if peer.address is None or "USE-CANDIDATE" in request.attributes:
            peer.use(way, address, now)
        try:
            way.sendto(_response(request, address, known.key), address)
        except OSError:
            self._counts.send_failed += 1

    def _give(self, peer: Peer) -> Credentials:
        credentials = Credentials.new()
        self._by_ufrag[credentials.ufrag] = _Known(credentials.password.encode(), peer)
        return credentials

    def _bind(self, peer: Peer, address: Address, addresses: list[Address]) -> None:
        if self.by_address.get(address) is peer:
            return
        self.by_address[address] = peer
        if address not in addresses:
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
