"""What a worker counts instead of logging: one line per packet would be a way to fill a disk from outside."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """Since the start of the worker. Names no peer and no address."""

    received: int = 0
    """RTP packets that passed SRTP."""
    received_bytes: int = 0
    """Of SRTP and SRTCP, without IP and UDP."""
    forwarded: int = 0
    """RTP packets sent to a receiver."""
    forwarded_bytes: int = 0
    """Of SRTP, without IP and UDP."""
    send_failed: int = 0
    """Datagrams that the system did not take, or that could not be protected."""
    unknown: int = 0
    """Datagrams from an address that no peer is bound to."""
    garbage: int = 0
    """Datagrams that are neither STUN, DTLS nor SRTP, or that the DTLS queue had no room for."""
    bad_stun: int = 0
    """STUN that does not parse, is not a binding request, or has no valid message integrity."""
    bad_srtp: int = 0
    """SRTP and SRTCP that failed authentication, were repeated, or are not RTP inside."""
    surplus: int = 0
    """Packets of streams that belong to none of the peer's m-lines, or beyond the number of streams a peer may have."""
    tcp_garbage: int = 0
    """Connections closed for what came through them: no frames, or nothing that proves anything."""
    tcp_refused: int = 0
    """Connections closed because there were too many."""
    tcp_late: int = 0
    """Of `send_failed`, what a slow TCP connection would have delivered too late."""
    faults: int = 0
    """Exceptions that should not have been: each is a bug."""
