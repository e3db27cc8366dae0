from typing import Any

CONNECT: int
DISCONNECT: int
EVENT: int
ACK: int

class Packet:
    packet_type: int
    data: Any
    namespace: str | None
    id: int | None
    def decode(self, encoded_packet: str) -> int: ...
